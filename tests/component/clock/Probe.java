// SPDX-License-Identifier: Apache-2.0
// What the programs in Java share: how they speak to the driver, and the ways to wait.
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
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

final class Probe {
    interface Wait {
        void run(long ms) throws Exception;
    }

    interface Step {
        void run() throws Exception;
    }

    private static int failures;
    private static final BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    private static final ScheduledExecutorService pool = Executors.newScheduledThreadPool(2);

    static synchronized void check(boolean held, String name, Object seen) {
        failures += held ? 0 : 1;
        System.out.println((held ? "OK " : "FAIL ") + name + " " + seen);
    }

    static void ask(String what, int seconds, int afterMs) throws IOException {
        System.out.println(what + " " + seconds + " " + afterMs);
        in.readLine();
    }

    static void end() {
        pool.shutdownNow();
        System.exit(failures > 0 ? 1 : 0);
    }

    static Map<String, Wait> waits() {
        Map<String, Wait> waits = new LinkedHashMap<>();
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
        return waits;
    }

    /** How long each took in milliseconds, by name; all at once, and something done meanwhile. */
    static Map<String, Long> allWaits(Map<String, Wait> waits, long ms, Step meanwhile) throws Exception {
        Map<String, Long> took = new LinkedHashMap<>();
        CountDownLatch done = new CountDownLatch(waits.size());
        for (Map.Entry<String, Wait> e : waits.entrySet()) {
            new Thread(() -> {
                long start = System.nanoTime();
                try {
                    e.getValue().run(ms);
                } catch (Exception x) {
                    check(false, e.getKey(), x);
                }
                synchronized (took) {
                    took.put(e.getKey(), (System.nanoTime() - start) / 1000000);
                }
                done.countDown();
            }).start();
        }
        meanwhile.run();
        done.await();
        return took;
    }

    static void checkWaits(String phase, Map<String, Long> took, long least) {
        took.forEach((name, t) -> check(t >= least - 5 && t < least + 5000, phase + "-" + name, t));
    }
}
