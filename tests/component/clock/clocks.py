# SPDX-License-Identifier: Apache-2.0
"""Python under the virtual clock; run by driver."""
import asyncio
import queue
import select
import subprocess
import sys
import threading
import time

failures = 0
JUMP = 3600


def check(held, name, seen=""):
    global failures
    failures += not held
    print("OK" if held else "FAIL", name, seen, flush=True)


def jump(seconds, after_ms=0):
    print("JUMP", seconds, after_ms, flush=True)
    sys.stdin.readline()


def about(took, wanted):
    return wanted - 0.005 <= took < wanted + 2.5


WAITS = {
    "sleep": time.sleep,
    "event": lambda s: threading.Event().wait(s),
    "lock": lambda s: held_lock(s),
    "condition": lambda s: wait_condition(s),
    "queue": lambda s: get_nothing(s),
    "select": lambda s: select.select([], [], [], s),
    "poll": lambda s: select.poll().poll(s * 1000),
    "epoll": lambda s: select.epoll().poll(s),
    "asyncio": lambda s: asyncio.run(asyncio.sleep(s)),
    "timer": lambda s: wait_timer(s),
    "process": lambda s: wait_process(s),
}


def held_lock(seconds):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire(timeout=seconds)


def wait_condition(seconds):
    with (condition := threading.Condition()):
        condition.wait(seconds)


def get_nothing(seconds):
    try:
        queue.Queue().get(timeout=seconds)
    except queue.Empty:
        pass


def wait_timer(seconds):
    rung = threading.Event()
    threading.Timer(seconds, rung.set).start()
    rung.wait()


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
    took = {}

    def one(name):
        start = time.monotonic()
        WAITS[name](seconds)
        took[name] = time.monotonic() - start

    threads = [threading.Thread(target=one, args=(name,)) for name in WAITS]
    for thread in threads:
        thread.start()
    if jump_s:
        jump(jump_s, 400)
    for thread in threads:
        thread.join()
    for name in WAITS:
        check(least - 0.005 <= took[name] < least + 5, f"{phase}-{name}", took[name])


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
    stop = time.monotonic() + 0.5
    counts = [0] * 4

    def spin(i):
        while time.monotonic() < stop:
            counts[i] += 1

    threads = [threading.Thread(target=spin, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check(min(counts) > 0, "threads-that-spin", counts)
    sys.exit(failures != 0)


main()
