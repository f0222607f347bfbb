// SPDX-License-Identifier: Apache-2.0
// Java under the virtual clock; run by driver.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

public class Clocks {
    static final int JUMP = 3600;
    static final Map<String, Probe.Wait> waits = Probe.waits();

    static void all(String phase, long ms, int jumpS, long least) throws Exception {
        Probe.checkWaits(phase, Probe.allWaits(waits, ms, () -> {
            if (jumpS > 0) {
                Probe.ask("JUMP", jumpS, 300);
            }
        }), least);
    }

    public static void main(String[] args) throws Exception {
        waits.put("park-until", ms -> {
            long end = System.currentTimeMillis() + ms;
            while (System.currentTimeMillis() < end) {
                LockSupport.parkUntil(end);
            }
        });
        long wall = System.currentTimeMillis(), mono = System.nanoTime();
        all("before", 300, 0, 300);
        Probe.ask("JUMP", JUMP, 0);
        long gone = System.currentTimeMillis() - wall - JUMP * 1000L;
        Probe.check(gone >= 300 && gone < 5300, "wall", gone);
        gone = (System.nanoTime() - mono) / 1000000 - JUMP * 1000L;
        Probe.check(gone >= 300 && gone < 5300, "monotonic", gone);
        Process child = new ProcessBuilder("date", "+%s").start();
        String said = new BufferedReader(new InputStreamReader(child.getInputStream())).readLine();
        gone = System.currentTimeMillis() / 1000 - Long.parseLong(said);
        Probe.check(gone >= 0 && gone < 5, "child", gone);
        all("after", 300, 0, 300);
        all("due", 3000000, JUMP, JUMP * 1000L);
        all("shortened", 3001500, 3000, 3001500);
        Probe.end();
    }
}
