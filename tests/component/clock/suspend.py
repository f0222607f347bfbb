# SPDX-License-Identifier: Apache-2.0
"""Python over a suspension of the machine; run by driver. Time goes on, time-outs stand still."""
import datetime
import http.client
import http.server
import subprocess
import sys
import threading
import time

import probe
from probe import check

SUSPEND, PENDING = 3600, 0.9


def suspend(after_ms=0):
    probe.ask("SUSPEND", SUSPEND, after_ms)


def waits_last(phase):
    took = probe.all_waits(probe.WAITS, PENDING, lambda: suspend(300))
    for name, seen in took.items():
        check(PENDING - 0.005 <= seen < PENDING + 3, f"{phase}-{name}", seen)


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
    sys.exit(bool(probe.failures))


main()
