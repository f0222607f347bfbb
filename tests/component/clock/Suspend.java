// SPDX-License-Identifier: Apache-2.0
// Java over a suspension of the machine; run by driver. Time goes on, time-outs stand still; what
// waits for a moment of the day (LockSupport.parkUntil) is woken.
import com.sun.net.httpserver.HttpServer;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

public class Suspend {
    static final int SUSPEND = 3600;
    static final long PENDING = 900;

    static void suspend(int afterMs) throws Exception {
        Probe.ask("SUSPEND", SUSPEND, afterMs);
    }

    static void waitsLast(String phase) throws Exception {
        Probe.checkWaits(phase, Probe.allWaits(Probe.waits(), PENDING, () -> suspend(300)), PENDING);
    }

    static void untilAMoment() throws Exception {
        long start = System.nanoTime(), end = System.currentTimeMillis() + 3000000;
        Thread waiter = new Thread(() -> {
            while (System.currentTimeMillis() < end) {
                LockSupport.parkUntil(end);
            }
        });
        waiter.start();
        suspend(300);
        waiter.join(20000);
        Probe.check(!waiter.isAlive(), "park-until", (System.nanoTime() - start) / 1000000);
    }

    static void heldReply() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setExecutor(Executors.newCachedThreadPool(r -> {
            Thread t = new Thread(r);
            t.setDaemon(true);
            return t;
        }));
        server.createContext("/", x -> {
            x.sendResponseHeaders(200, 2);
            x.getResponseBody().write('{');
            x.getResponseBody().flush();
            LockSupport.parkNanos(4 * PENDING * 1000000);
            x.getResponseBody().write('}');
            x.close();
        });
        server.start();
        URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        // JDK 17 measures this time-out by Instant.now() (jdk.internal.net.http.TimeoutEvent) until the
        // head is there; JDK 25 measures it by a clock that a suspension leaves alone.
        CountDownLatch heads = new CountDownLatch(1);
        CompletableFuture<HttpResponse<Void>> asked = HttpClient.newHttpClient().sendAsync(
            HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build(),
            head -> {
                heads.countDown();
                return HttpResponse.BodySubscribers.discarding();
            });
        HttpURLConnection older = (HttpURLConnection) uri.toURL().openConnection();
        older.setReadTimeout(5000);
        CompletableFuture<Integer> olderAsked = CompletableFuture.supplyAsync(() -> {
            try {
                return older.getInputStream().readAllBytes().length;
            } catch (Exception x) {
                return -1;
            }
        });
        heads.await();
        suspend(300);
        Probe.check(asked.get().statusCode() == 200, "held-reply", asked.get().statusCode());
        Probe.check(olderAsked.get() == 2, "held-older-reply", olderAsked.get());
        server.stop(0);
    }

    public static void main(String[] args) throws Exception {
        long wall = System.currentTimeMillis(), mono = System.nanoTime();
        Instant ends = Instant.now().plusSeconds(3000);
        suspend(0);
        long gone = System.currentTimeMillis() - wall - SUSPEND * 1000L;
        Probe.check(gone >= -1000 && gone < 5000, "wall", gone);
        gone = (System.nanoTime() - mono) / 1000000;
        Probe.check(gone >= 0 && gone < 5000, "monotonic", gone);
        Probe.check(Instant.now().isAfter(ends), "an-expiry-has-come", ends);
        waitsLast("first");
        waitsLast("again");
        untilAMoment();
        heldReply();
        Probe.end();
    }
}
