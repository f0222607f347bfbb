#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Clients that mean no good, or know no better: the mock goes on serving, within its memory."""

import http.client
import os
import re
import resource
import signal
import socket
import ssl
import time
import unittest

from mock_server import DISCOVERY, Mock, RAW_DISCOVERY, read_answer

CONNECTIONS = 10000
# The library keeps 32 KiB for each, and clears them after each request.
CONNECTION_BYTES = 48 * 1024
SANITIZED_FACTOR = 8


def rss_bytes(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1)) * 1024


def cpu_s(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def client_hello():
    out = ssl.MemoryBIO()
    tls = ssl._create_unverified_context().wrap_bio(ssl.MemoryBIO(), out)
    try:
        tls.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return out.read()


CLIENT_HELLO = client_hello()
HANDSHAKES_LEFT = 50
LARGE_BODY = 8_000_000
# What takes a twentieth of a second when each piece is sent as soon as the one before went.
LARGE_BODY_S = 0.4


def https_status(mock):
    connection = http.client.HTTPSConnection("127.0.0.1", mock.https_port, timeout=30,
                                             context=ssl._create_unverified_context())
    connection.request("GET", DISCOVERY)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def is_sanitized(pid):
    with open(f"/proc/{pid}/maps", encoding="ascii") as f:
        return bool(re.search(r"lib[at]san", f.read()))


def files_allowed(count):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        return False
    resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))
    return True


MALFORMED = [
    b"\r\n\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\nHost: mock\r\n\r\n",
    b"GET " + b"/a" * 20000 + b" HTTP/1.1\r\nHost: mock\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: mock\r\n" + b"X-Many: 1\r\n" * 5000 + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: mock\r\nX-Long: " + b"x" * 100000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: mock\r\n folded: value\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost : mock\r\nNo colon here\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: mock\r\nContent-Length: -1\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: mock\r\nContent-Length: 99999999999999999999999\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: mock\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    b"POST / HTTP/1.1\r\nHost: mock\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n",
    b"POST / HTTP/1.1\r\nHost: mock\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64,
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    bytes(range(256)) * 8,
]


class Abuse(unittest.TestCase):
    threads = "0"

    @classmethod
    def setUpClass(cls):
        if not files_allowed(CONNECTIONS + 1000):
            raise unittest.SkipTest("too few open files are allowed here")
        cls.mock = Mock("--threads", cls.threads).__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.mock.__exit__()

    def assert_serves(self):
        self.assertEqual(self.mock.get(DISCOVERY).status, 200)

    def test_malformed_requests_end_their_connection_only(self):
        for data in MALFORMED:
            sock = socket.create_connection(("127.0.0.1", self.mock.port), timeout=10)
            try:
                sock.sendall(data)
                sock.shutdown(socket.SHUT_WR)
                while sock.recv(65536):
                    pass
            except OSError:
                pass  # a reset is an answer as well
            sock.close()
            self.assert_serves()

    def test_headers_that_never_end_hold_nobody_up(self):
        slow = [self.mock.raw(b"GET / HTTP/1.1\r\nHost: mock\r\n") for _ in range(500)]
        for step in range(5):
            for sock in slow:
                sock.sendall(b"X-%d: 1\r\n" % step)
            self.assert_serves()
        for sock in slow:
            sock.close()
        self.assert_serves()

    def test_headers_that_never_end_over_tls_hold_nobody_up(self):
        context = ssl._create_unverified_context()
        with Mock("--https", "--threads", self.threads) as mock:
            raw = [socket.create_connection(("127.0.0.1", mock.https_port), timeout=10)
                   for _ in range(150)]
            half = [sock for sock in raw[:50] if sock.send(CLIENT_HELLO[:20])]
            slow = [context.wrap_socket(sock) for sock in raw[100:]]
            for sock in slow:
                sock.sendall(b"GET / HTTP/1.1\r\nHost: mock\r\n")
            for step in range(5):
                for sock in slow:
                    sock.sendall(b"X-%d: 1\r\n" % step)
                for sock in half:
                    sock.sendall(CLIENT_HELLO[20 + step:21 + step])
                self.assertEqual(https_status(mock), 200)
            slow[0].sendall(b"\r\n")
            self.assertTrue(slow[0].recv(65536).startswith(b"HTTP/1.1 404 "))
            for sock in slow + raw:
                sock.close()
            self.assertEqual(https_status(mock), 200)

    def test_a_handshake_left_half_done_takes_no_processor_time(self):
        for sent in b"", CLIENT_HELLO[:20], CLIENT_HELLO:
            with self.subTest(sent=len(sent)), \
                    Mock("--https", "--threads", self.threads) as mock:
                left = [socket.create_connection(("127.0.0.1", mock.https_port), timeout=10)
                        for _ in range(HANDSHAKES_LEFT)]
                for sock in left:
                    sock.sendall(sent)
                self.assertEqual(https_status(mock), 200)
                before = cpu_s(mock.process.pid)
                time.sleep(0.5)
                self.assertLess(cpu_s(mock.process.pid) - before, 0.05)
                for sock in left:
                    sock.close()
                self.assertEqual(https_status(mock), 200)

    def test_it_ends_while_handshakes_wait(self):
        with Mock("--https", "--threads", self.threads) as mock:
            left = [socket.create_connection(("127.0.0.1", mock.https_port), timeout=10)
                    for _ in range(HANDSHAKES_LEFT)]
            for sock in left:
                sock.sendall(CLIENT_HELLO)
            self.assertEqual(https_status(mock), 200)
        for sock in left:
            while sock.recv(65536):
                pass
            sock.close()

    def test_a_large_body_over_tls_goes_without_pauses(self):
        context = ssl._create_unverified_context()
        with Mock("--https", "--threads", self.threads) as mock:
            mock.ok("POST", "/faults", {"id": "large", "routes": "oidc.metadata", "status": 200,
                                        "body": "x" * LARGE_BODY})
            took = []
            for _ in range(5):
                with socket.create_connection(("127.0.0.1", mock.https_port), timeout=30) as raw, \
                        context.wrap_socket(raw) as sock:
                    sock.sendall(RAW_DISCOVERY)
                    start = time.monotonic()
                    got = len(sock.recv(1 << 16))
                    while got < LARGE_BODY:
                        got += len(sock.recv(1 << 16))
                    took.append(time.monotonic() - start)
            if not is_sanitized(mock.process.pid):
                self.assertLess(min(took), LARGE_BODY_S)

    def test_as_many_at_once_as_the_library_lists_are_all_served(self):
        """libmicrohttpd takes 128 events at a time; what is ready around that number while it does not
        look is found at one look."""
        with Mock("--threads", "0" if self.threads == "0" else "1") as mock:
            for count in (127, 128, 129, 256):
                socks = [mock.raw(RAW_DISCOVERY) for _ in range(count)]
                self.assertEqual({read_answer(sock)[0] for sock in socks}, {200})
                os.kill(mock.process.pid, signal.SIGSTOP)
                for sock in socks:
                    sock.sendall(RAW_DISCOVERY)
                os.kill(mock.process.pid, signal.SIGCONT)
                self.assertEqual({read_answer(sock)[0] for sock in socks}, {200})
                for sock in socks:
                    sock.close()

    def test_who_closes_one_half_still_gets_the_answer(self):
        for _ in range(50):
            sock = self.mock.raw(RAW_DISCOVERY, shut=True)
            self.assertEqual(read_answer(sock)[0], 200)
            sock.close()

    def test_who_closes_in_the_middle_is_forgotten(self):
        for cut in range(1, len(RAW_DISCOVERY), 3):
            self.mock.raw(RAW_DISCOVERY[:cut], shut=True).close()
        self.assert_serves()

    def test_ten_thousand_connections_stay_within_memory(self):
        pid = self.mock.process.pid
        before = rss_bytes(pid)
        socks = []
        while len(socks) < CONNECTIONS: # no more at a time than the listener's queue holds
            made = [self.mock.raw(RAW_DISCOVERY) for _ in range(1000)]
            for sock in made:
                self.assertEqual(read_answer(sock)[0], 200)
            socks += made
        self.assert_serves()
        grown = rss_bytes(pid) - before
        for sock in socks:
            sock.close()
        self.assert_serves()
        allowed = CONNECTIONS * CONNECTION_BYTES * (SANITIZED_FACTOR if is_sanitized(pid) else 1)
        self.assertLess(grown, allowed)


    def test_without_descriptors_it_waits_for_some(self):
        pid = self.mock.process.pid
        limits = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        in_use = len(os.listdir(f"/proc/{pid}/fd"))
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (in_use + 20, limits[1]))
        socks = [self.mock.raw(RAW_DISCOVERY) for _ in range(60)]
        self.assertEqual(read_answer(socks[0])[0], 200)
        time.sleep(0.2)
        before = cpu_s(pid)
        time.sleep(1)
        self.assertLess(cpu_s(pid) - before, 0.5)
        for sock in socks[:30]:
            sock.close()
        for sock in socks[30:]:
            self.assertEqual(read_answer(sock)[0], 200)
            sock.close()
        resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)
        self.assert_serves()


class AbuseOfAPool(Abuse):
    threads = "3"


if __name__ == "__main__":
    unittest.main()
