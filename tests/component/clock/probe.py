# SPDX-License-Identifier: Apache-2.0
"""What the programs in Python share: how they speak to the driver, and the ways to wait."""
import asyncio
import queue
import select
import sys
import threading
import time

failures = []


def check(held, name, seen=""):
    if not held:
        failures.append(name)
    print("OK" if held else "FAIL", name, seen, flush=True)


def ask(what, seconds, after_ms):
    print(what, seconds, after_ms, flush=True)
    sys.stdin.readline()


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


WAITS = {
    "sleep": time.sleep,
    "event": lambda s: threading.Event().wait(s),
    "lock": held_lock,
    "condition": wait_condition,
    "queue": get_nothing,
    "select": lambda s: select.select([], [], [], s),
    "poll": lambda s: select.poll().poll(s * 1000),
    "epoll": lambda s: select.epoll().poll(s),
    "asyncio": lambda s: asyncio.run(asyncio.sleep(s)),
    "timer": wait_timer,
}


def all_waits(waits, seconds, meanwhile):
    """How long each took, by name; all at once, and something done meanwhile."""
    took = {}

    def one(name):
        start = time.monotonic()
        waits[name](seconds)
        took[name] = time.monotonic() - start

    threads = [threading.Thread(target=one, args=(name,)) for name in waits]
    for thread in threads:
        thread.start()
    meanwhile()
    for thread in threads:
        thread.join()
    return {name: took[name] for name in waits}
