# SPDX-License-Identifier: Apache-2.0
"""Everything at once: clients that leave, faults of every kind, rules and scenarios that change."""

import email.utils
import http.client
import random
import re
import socket
import threading
import time
import unittest

from mock_server import DISCOVERY, ME, Mock, RAW_DISCOVERY

FAULTS = [
    {"id": "slow", "routes": "oidc.*", "delay": "3ms", "skip": 3, "times": 200},
    {"id": "reset", "classes": "api", "end": "reset", "skip": 5, "times": 100},
    {"id": "close", "classes": "api", "end": "close", "skip": 105, "times": 100},
    {"id": "hold", "routes": "oidc.metadata", "end": "hold", "skip": 210, "times": 200},
    {"id": "hang", "routes": "scim.me", "end": "hang", "skip": 300, "times": 50},
    {"id": "late", "routes": "oidc.*", "after_handler": True, "delay": "2ms", "end": "reset",
     "skip": 420},
]


class Storm(unittest.TestCase):
    threads = "0"

    def client(self, mock, seed, until):
        chance = random.Random(seed)
        while time.monotonic() < until:
            connection = http.client.HTTPConnection("127.0.0.1", mock.port, timeout=0.05)
            try:
                for _ in range(chance.randrange(1, 6)):
                    connection.request("GET", chance.choice([DISCOVERY, ME, "/none"]))
                    connection.getresponse().read()
                if chance.random() < 0.3:
                    sock = socket.create_connection(("127.0.0.1", mock.port), 1)
                    sock.sendall(RAW_DISCOVERY[:chance.randrange(len(RAW_DISCOVERY))])
                    sock.close()
            except (OSError, http.client.HTTPException):
                pass
            connection.close()

    def steer(self, mock, until):
        while time.monotonic() < until:
            mock.ok("POST", "/release")
            mock.ok("GET", "/journal/wait?route=oidc.*&count=1000000&timeout_ms=5")
            mock.ok("GET", "/journal?after=" + str(max(0, mock.ok(
                "GET", "/journal/count")["seq"] - 50)))
            mock.control("DELETE", "/faults/slow")
            mock.control("POST", "/faults", FAULTS[0])

    def test_no_exchange_is_lost(self):
        with Mock("--threads", self.threads, "--quiet") as mock:
            for fault in FAULTS:
                mock.ok("POST", "/faults", fault)
            until = time.monotonic() + 2
            workers = [threading.Thread(target=self.client, args=(mock, seed, until))
                       for seed in range(12)]
            workers.append(threading.Thread(target=self.steer, args=(mock, until)))
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            deadline = time.monotonic() + 10
            while mock.ok("GET", "/journal/count")["open"] > 0:
                mock.ok("POST", "/release")
                self.assertLess(time.monotonic(), deadline)
            records = mock.journal()
            self.assertEqual([r["seq"] for r in records], list(range(1, len(records) + 1)))
            self.assertGreater(len(records), 100)
            ends = {r["response"]["end"] for r in records}
            self.assertLessEqual({"sent", "reset"}, ends)
            for record in records:
                if record["fault"] in ("reset", "close"):
                    self.assertEqual(record["response"]["status"], 0)
            for fault in mock.ok("GET", "/faults"):
                acted = sum(r["fault"] == fault["id"] for r in records)
                if fault["id"] != "slow":
                    self.assertEqual(acted, fault["acted"], fault)
            self.assertEqual(mock.ok("GET", "/health")["failures"], 0)

    def sender(self, mock, ids, dates):
        """The same document again and again, three requests at a time on one connection."""
        connection = mock.raw(b"")
        for _ in range(60):
            connection.sendall(3 * RAW_DISCOVERY)
            data = b""
            while data.count(b"x-request-id: ") < 3 or data.count(b"jwks_uri") < 3:
                data += connection.recv(65536)
            ids += re.findall(rb"x-request-id: (\S+)\r\n", data)
            dates += re.findall(rb"date: (.+)\r\n", data)
        connection.close()

    def test_answers_that_are_kept_have_a_number_and_a_date_of_their_own(self):
        ids, dates = [], []
        with Mock("--threads", self.threads, "--quiet") as mock:
            workers = [threading.Thread(target=self.sender, args=(mock, ids, dates))
                       for _ in range(6)]
            for worker in workers:
                worker.start()
            mock.ok("POST", "/clock", {"advance_ms": 86400 * 1000})
            for worker in workers:
                worker.join()
            self.sender(mock, ids, [])
            records = mock.settled_journal()
        told = [dict(r["response"]["headers"]) for r in records]
        self.assertEqual(sorted(i.decode() for i in ids), sorted(h["x-request-id"] for h in told))
        self.assertEqual(len(set(ids)), 7 * 180)
        self.assertEqual(len(dates), 6 * 180)
        for record, headers in zip(records, told):
            told_s = email.utils.parsedate_to_datetime(headers["date"]).timestamp()
            self.assertAlmostEqual(told_s, record["time_ms"] / 1000, delta=2)


class StormWithThreads(Storm):
    threads = "4"


if __name__ == "__main__":
    unittest.main()
