#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Many requests of all kinds, good and bad, through one mock: it answers all of them, loses no
record and does not grow.

    soak_mock.py [REQUESTS]        default 60000; ASSAY_BIN says where assay-mock is"""
import base64
import http.client
import os
import re
import sys
import threading

sys.path.insert(0, os.path.join(os.environ["ASSAY_SOURCE"], "tests", "component", "mock"))
from mock_server import Mock  # noqa: E402

WORKERS = 4
# A window of the journal, the queues of freed memory that sanitizers keep, fragmentation.
MAY_GROW_BYTES = 24 * 1024 * 1024
TOKEN = "/oidc/v1/token"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def rss_bytes(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1)) * 1024


class Worker(threading.Thread):
    def __init__(self, mock, known, count):
        super().__init__()
        self.port, self.known, self.count = mock.port, known, count
        self.failure = None

    def ask(self, c, method, path, status, body=None, headers=None):
        c.request(method, path, body=body, headers=headers or {})
        reply = c.getresponse()
        reply.read()
        if reply.status != status:
            raise AssertionError(f"{method} {path}: {reply.status} instead of {status}")
        return 1

    def round(self, c):
        principal = self.known
        basic = base64.b64encode(
            f"{principal['client_id']}:{principal['client_secret']}".encode()).decode()
        done = self.ask(c, "POST", TOKEN, 200, "grant_type=client_credentials&scope=all-apis",
                        {**FORM, "Authorization": "Basic " + basic})
        done += self.ask(c, "POST", TOKEN, 401, "grant_type=client_credentials"
                         "&client_id=nobody&client_secret=wrong-secret", FORM)
        for _ in range(4):
            done += self.ask(c, "GET", "/oidc/.well-known/oauth-authorization-server", 200)
            done += self.ask(c, "GET", "/api/2.0/preview/scim/v2/Me", 200,
                             headers={"Authorization": "Bearer " + principal["pat"]})
        done += self.ask(c, "GET", "/api/2.0/preview/scim/v2/Me", 401)
        done += self.ask(c, "GET", "/nothing/here?x=%00%ff", 404)
        return done

    def run(self):
        try:
            while self.count > 0:
                c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
                for _ in range(20):
                    self.count -= self.round(c)
                c.close()
        except (AssertionError, OSError, http.client.HTTPException) as failure:
            self.failure = failure


def run(mock, known, count):
    workers = [Worker(mock, known, count // WORKERS) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for worker in workers:
        if worker.failure is not None:
            raise worker.failure


def main():
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 60000
    with Mock("--threads", "4") as mock:
        known = [p for p in mock.ok("GET", "/credentials")["principals"]
                 if p["client_secret"] and p["pat"]]
        if not known:
            users = mock.ok("GET", "/credentials")["principals"]
            robot = next(p for p in users if p["client_secret"])
            robot["pat"] = next(p["pat"] for p in users if p["pat"])
            known = [robot]
        run(mock, known[0], requests // 3)
        before = rss_bytes(mock.process.pid)
        run(mock, known[0], requests - requests // 3)
        grown = rss_bytes(mock.process.pid) - before
        count = mock.ok("GET", "/journal/count")
        # By then a pool keeps tokens by digest alone: so many bytes per token are its store.
        tokens = requests // 12
        allowed = MAY_GROW_BYTES + tokens * 2048
        print(f"{count['seq']} requests, grown by {grown // 1024} KiB")
        if count["seq"] < requests or count["open"] > 0 or count["dropped"] > 0:
            raise AssertionError(f"the journal is not whole: {count}")
        if grown > allowed:
            raise AssertionError(f"grown by {grown} bytes, allowed are {allowed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
