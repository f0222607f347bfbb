# SPDX-License-Identifier: Apache-2.0
"""Python under the virtual clock; run by driver."""
import subprocess
import sys
import threading
import time

import probe
from probe import check

JUMP = 3600


def jump(seconds, after_ms=0):
    probe.ask("JUMP", seconds, after_ms)


def about(took, wanted):
    return wanted - 0.005 <= took < wanted + 2.5


def wait_process(seconds):
    child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"],
                             stdin=subprocess.PIPE)
    try:
        child.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        pass
    child.kill()
    child.wait()


def all_waits(phase, seconds, jump_s, least):
    waits = {**probe.WAITS, "process": wait_process}
    took = probe.all_waits(waits, seconds, lambda: jump_s and jump(jump_s, 400))
    for name, seen in took.items():
        check(least - 0.005 <= seen < least + 5, f"{phase}-{name}", seen)


def main():
    wall, mono = time.time(), time.monotonic()
    all_waits("before", 0.3, 0, 0.3)
    jump(JUMP)
    check(about(time.time() - wall - JUMP, 0.3), "wall", time.time() - wall)
    check(about(time.monotonic() - mono - JUMP, 0.3), "monotonic", time.monotonic() - mono)
    child = subprocess.run([sys.executable, "-c", "import time; print(time.time())"],
                           stdout=subprocess.PIPE, check=True)
    check(0 <= float(child.stdout) - time.time() + 60 <= 60.1, "child", child.stdout)
    all_waits("after", 0.3, 0, 0.3)
    all_waits("due", 3000, JUMP, JUMP)
    all_waits("shortened", 3001.5, 3000, 3001.5)
    # Threads that fight for the interpreter wait with short deadlines all the time.
    counts = [0] * 4

    def spin(i):
        stop = time.monotonic() + 0.5  # of its own: on a busy machine it may begin late
        while time.monotonic() < stop:
            counts[i] += 1

    threads = [threading.Thread(target=spin, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check(min(counts) > 0, "threads-that-spin", counts)
    sys.exit(bool(probe.failures))


main()
