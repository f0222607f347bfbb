# SPDX-License-Identifier: Apache-2.0
"""Python over a suspension of the machine; run by driver. Time goes on, time-outs stand still."""
import asyncio
import datetime
import http.client
import http.server
import queue
import select
import subprocess
import sys
import threading
import time

SUSPEND, PENDING = 3600, 0.9
failures = 0


def check(held, name, seen=""):
    global failures
    failures += not held
    print("OK" if held else "FAIL", name, seen, flush=True)


def suspend(after_ms=0):
    print("SUSPEND", SUSPEND, after_ms, flush=True)
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


def waits_last(phase):
    took = {}

    def one(name):
        start = time.monotonic()
        WAITS[name](PENDING)
        took[name] = time.monotonic() - start

    threads = [threading.Thread(target=one, args=(name,)) for name in WAITS]
    for thread in threads:
        thread.start()
    suspend(300)
    for thread in threads:
        thread.join()
    for name in WAITS:
        check(PENDING - 0.005 <= took[name] < PENDING + 3, f"{phase}-{name}", took[name])


class Slow(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{")
        threading.Event().wait(PENDING)
        self.wfile.write(b"}")

    def log_message(self, *_):
        pass


def held_reply():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    asked = http.client.HTTPConnection(*server.server_address, timeout=5)
    asked.request("GET", "/")
    suspend(300)
    check(asked.getresponse().read() == b"{}", "held-reply")
    server.shutdown()


def main():
    wall, mono, perf = time.time(), time.monotonic(), time.perf_counter()
    ends = datetime.datetime.now() + datetime.timedelta(minutes=50)
    suspend()
    gone = time.time() - wall
    check(SUSPEND - 1 <= gone < SUSPEND + 5, "wall", gone)
    check(time.monotonic() - mono < 5, "monotonic", time.monotonic() - mono)
    check(time.perf_counter() - perf < 5, "performance", time.perf_counter() - perf)
    check(datetime.datetime.now() > ends, "an-expiry-has-come")
    child = subprocess.run([sys.executable, "-c", "import time; print(time.time())"],
                           stdout=subprocess.PIPE, check=True)
    check(abs(float(child.stdout) - time.time()) < 60, "child", child.stdout)
    waits_last("first")
    waits_last("again")
    held_reply()
    sys.exit(failures != 0)


main()
