// SPDX-License-Identifier: Apache-2.0
// Java under the virtual clock; run by driver as `java Clocks.java'.
import java.io.BufferedReader;
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

public class Clocks {
    interface Wait {
        void run(long ms) throws Exception;
    }

    static final int JUMP = 3600;
    static int failures;
    static final BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    static final ScheduledExecutorService pool = Executors.newScheduledThreadPool(2);
    static final Map<String, Wait> waits = new LinkedHashMap<>();

    static synchronized void check(boolean held, String name, Object seen) {
        failures += held ? 0 : 1;
        System.out.println((held ? "OK " : "FAIL ") + name + " " + seen);
    }

    static void jump(int seconds, int afterMs) throws Exception {
        System.out.println("JUMP " + seconds + " " + afterMs);
        in.readLine();
    }

    static void all(String phase, long ms, int jumpS, long least) throws Exception {
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
        if (jumpS > 0) {
            jump(jumpS, 300);
        }
        done.await();
        for (Map.Entry<String, Long> e : took.entrySet()) {
            long t = e.getValue();
            check(t >= least - 5 && t < least + 5000, phase + "-" + e.getKey(), t);
        }
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
        waits.put("park-until", ms -> {
            long end = System.currentTimeMillis() + ms;
            while (System.currentTimeMillis() < end) {
                LockSupport.parkUntil(end);
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
        all("before", 300, 0, 300);
        jump(JUMP, 0);
        long gone = System.currentTimeMillis() - wall - JUMP * 1000L;
        check(gone >= 300 && gone < 5300, "wall", gone);
        gone = (System.nanoTime() - mono) / 1000000 - JUMP * 1000L;
        check(gone >= 300 && gone < 5300, "monotonic", gone);
        Process child = new ProcessBuilder("date", "+%s").start();
        String said = new BufferedReader(new InputStreamReader(child.getInputStream())).readLine();
        gone = System.currentTimeMillis() / 1000 - Long.parseLong(said);
        check(gone >= 0 && gone < 5, "child", gone);
        all("after", 300, 0, 300);
        all("due", 3000000, JUMP, JUMP * 1000L);
        all("shortened", 3001500, 3000, 3001500);
        pool.shutdownNow();
        System.exit(failures > 0 ? 1 : 0);
    }
}
