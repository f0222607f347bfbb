// SPDX-License-Identifier: Apache-2.0
// Java over a suspension of the machine; run by driver. Time goes on, time-outs stand still; what
// waits for a moment of the day (LockSupport.parkUntil) is woken.
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

public class Suspend {
    interface Wait {
        void run(long ms) throws Exception;
    }

    static final int SUSPEND = 3600;
    static final long PENDING = 900;
    static int failures;
    static final BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    static final ScheduledExecutorService pool = Executors.newScheduledThreadPool(2);
    static final Map<String, Wait> waits = new LinkedHashMap<>();

    static synchronized void check(boolean held, String name, Object seen) {
        failures += held ? 0 : 1;
        System.out.println((held ? "OK " : "FAIL ") + name + " " + seen);
    }

    static void suspend(int afterMs) throws Exception {
        System.out.println("SUSPEND " + SUSPEND + " " + afterMs);
        in.readLine();
    }

    static void waitsLast(String phase) throws Exception {
        Map<String, Long> took = new LinkedHashMap<>();
        CountDownLatch done = new CountDownLatch(waits.size());
        for (Map.Entry<String, Wait> e : waits.entrySet()) {
            new Thread(() -> {
                long start = System.nanoTime();
                try {
                    e.getValue().run(PENDING);
                } catch (Exception x) {
                    check(false, e.getKey(), x);
                }
                synchronized (took) {
                    took.put(e.getKey(), (System.nanoTime() - start) / 1000000);
                }
                done.countDown();
            }).start();
        }
        suspend(300);
        done.await();
        for (Map.Entry<String, Long> e : took.entrySet()) {
            long t = e.getValue();
            check(t >= PENDING - 5 && t < PENDING + 5000, phase + "-" + e.getKey(), t);
        }
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
        check(!waiter.isAlive(), "park-until", (System.nanoTime() - start) / 1000000);
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
        check(asked.get().statusCode() == 200, "held-reply", asked.get().statusCode());
        check(olderAsked.get() == 2, "held-older-reply", olderAsked.get());
        server.stop(0);
    }

    public static void main(String[] args) throws Exception {
        waits.put("sleep", Thread::sleep);
        waits.put("wait", ms -> {
            Object o = new Object();
            synchronized (o) {
                o.wait(ms);
            }
        });
        waits.put("park", ms -> {
            long end = System.nanoTime() + ms * 1000000;
            while (System.nanoTime() < end) {
                LockSupport.parkNanos(end - System.nanoTime());
            }
        });
        waits.put("queue", ms -> new LinkedBlockingQueue<Integer>().poll(ms, TimeUnit.MILLISECONDS));
        waits.put("lock", ms -> {
            ReentrantLock l = new ReentrantLock();
            l.lock();
            l.newCondition().await(ms, TimeUnit.MILLISECONDS);
            l.unlock();
        });
        waits.put("scheduled", ms -> pool.schedule(() -> 1, ms, TimeUnit.MILLISECONDS).get());
        waits.put("future", ms -> {
            new CompletableFuture<Integer>().completeOnTimeout(1, ms, TimeUnit.MILLISECONDS).get();
        });
        long wall = System.currentTimeMillis(), mono = System.nanoTime();
        Instant ends = Instant.now().plusSeconds(3000);
        suspend(0);
        long gone = System.currentTimeMillis() - wall - SUSPEND * 1000L;
        check(gone >= -1000 && gone < 5000, "wall", gone);
        gone = (System.nanoTime() - mono) / 1000000;
        check(gone >= 0 && gone < 5000, "monotonic", gone);
        check(Instant.now().isAfter(ends), "an-expiry-has-come", ends);
        waitsLast("first");
        waitsLast("again");
        untilAMoment();
        heldReply();
        pool.shutdownNow();
        System.exit(failures > 0 ? 1 : 0);
    }
}
