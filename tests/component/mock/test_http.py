# SPDX-License-Identifier: Apache-2.0
"""The listener: framing, connections, odd targets, sizes, TLS."""

import http.client
import os
import resource
import socket
import ssl
import tempfile
import unittest

from mock_server import DISCOVERY, ME, Mock, RAW_DISCOVERY, read_answer


class Http(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mock = Mock().__enter__()
        cls.addClassCleanup(cls.mock.__exit__)

    def test_connections_are_kept_and_requests_on_them_numbered(self):
        connection = self.mock.connect()
        for _ in range(3):
            connection.request("GET", DISCOVERY)
            self.assertEqual(connection.getresponse().read()[:1], b"{")
        connection.close()
        records = self.mock.journal()[-3:]
        self.assertEqual(len({r["connection"] for r in records}), 1)
        self.assertEqual([r["connection_request"] for r in records], [1, 2, 3])

    def test_two_requests_sent_at_once_are_both_answered(self):
        sock = self.mock.raw(RAW_DISCOVERY + RAW_DISCOVERY)
        first = read_answer_pair(sock)
        self.assertEqual(first, [200, 200])
        sock.close()

    def test_chunked_bodies_are_read_whole(self):
        sock = self.mock.raw(b"POST /oidc/v1/token HTTP/1.1\r\nHost: mock\r\n"
                             b"Content-Type: application/x-www-form-urlencoded\r\n"
                             b"Transfer-Encoding: chunked\r\n\r\n"
                             b"b\r\ngrant_type=\r\n6\r\nno-one\r\n0\r\n\r\n")
        status, _, body = read_answer(sock)
        sock.close()
        self.assertEqual(status, 400)
        self.assertIn("unsupported_grant_type", body)
        record = self.mock.last()
        self.assertEqual(record["request"]["framing"], "chunked")
        self.assertEqual(record["request"]["form"], [["grant_type", "no-one"]])
        self.assertEqual(record["request"]["body_bytes"], 17)
        self.assertEqual(record["grant"], "no-one")

    def test_a_body_after_100_continue_is_read(self):
        sock = self.mock.raw(b"POST /oidc/v1/token HTTP/1.1\r\nHost: mock\r\n"
                             b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n")
        self.assertIn(b"100 Continue", sock.recv(4096))
        sock.sendall(b"a=b")
        self.assertEqual(read_answer(sock)[0] // 100, 4)
        sock.close()
        self.assertEqual(self.mock.last()["request"]["body"], "a=b")

    def test_duplicate_headers_stay_in_order(self):
        sock = self.mock.raw(f"GET {DISCOVERY} HTTP/1.1\r\nHost: mock\r\nX-A: 1\r\nX-B: 2\r\n"
                             "X-A: 3\r\n\r\n".encode())
        self.assertEqual(read_answer(sock)[0], 200)
        sock.close()
        headers = self.mock.last()["request"]["headers"]
        self.assertEqual(headers, [["Host", "mock"], ["X-A", "1"], ["X-B", "2"], ["X-A", "3"]])

    def test_a_trailing_question_mark_is_the_same_target(self):
        self.assertEqual(self.mock.get(DISCOVERY + "?").status, 200)
        record = self.mock.last()
        self.assertEqual(record["request"]["target"], DISCOVERY + "?")
        self.assertEqual(record["route"], "oidc.metadata")

    def test_targets_are_recorded_raw_and_decoded(self):
        self.mock.get("/api/2.0/a%20b?x=%2F&x=1+2&y&y=")
        request = self.mock.last()["request"]
        self.assertEqual(request["target"], "/api/2.0/a%20b?x=%2F&x=1+2&y&y=")
        self.assertEqual(request["path"], "/api/2.0/a b")
        self.assertEqual(request["query"], [["x", "/"], ["x", "1 2"], ["y", ""], ["y", ""]])

    def test_a_broken_escape_does_not_hide_the_request(self):
        self.assertEqual(self.mock.get("/api/%zz?a=%").status, 404)
        self.assertEqual(self.mock.last()["request"]["target"], "/api/%zz?a=%")

    def test_an_absolute_target_is_understood(self):
        sock = self.mock.raw(f"GET http://elsewhere{DISCOVERY} HTTP/1.1\r\nHost: mock\r\n\r\n"
                             .encode())
        self.assertEqual(read_answer(sock)[0], 200)
        sock.close()

    def test_head_is_get_without_a_body(self):
        answer = self.mock.get(DISCOVERY, method="HEAD")
        self.assertEqual((answer.status, answer.text), (200, ""))
        self.assertGreater(int(answer.getheader("content-length")), 100)

    def test_an_unknown_route_is_recorded_with_the_nearest(self):
        self.assertEqual(self.mock.get("/api/2.0/preview/scim/v2/Mee").status, 404)
        record = self.mock.last()
        self.assertEqual((record["route"], record["class"]), ("", "unknown"))
        self.assertEqual(record["nearest"], "GET " + ME)

    def test_an_unknown_route_is_near_to_what_is_served_at_its_host(self):
        self.assertEqual(self.mock.get("/nope").status, 404)
        self.assertNotIn(self.mock.last()["nearest"], ("GET /{path}", None))

    def test_a_credential_shown_to_an_unknown_route_is_recorded(self):
        pat = self.mock.principal("user")["pat"]
        for path, method, status in (("/api/2.0/none", "GET", 404), (ME, "DELETE", 405)):
            answer = self.mock.get(path, {"Authorization": "Bearer " + pat}, method=method)
            self.assertEqual(answer.status, status)
            record = self.mock.last()
            self.assertEqual((record["class"], record["credential"]["kind"],
                              record["credential"]["state"]), ("unknown", "pat", "live"))
            self.assertEqual(record["principal"], "user@example.com")

    def test_a_known_path_with_another_method_says_which_are_allowed(self):
        answer = self.mock.get(DISCOVERY, method="DELETE")
        self.assertEqual((answer.status, answer.getheader("allow")), (405, "GET"))

    def test_a_body_that_is_too_large_is_413_and_recorded(self):
        answer = self.mock.get("/oidc/v1/token", method="POST", body=b"a" * (3 << 20))
        self.assertEqual(answer.status, 413)
        record = self.mock.last()
        self.assertEqual(record["response"]["status"], 413)
        self.assertLessEqual(len(record["request"]["body"]), 16384)

    def test_a_request_without_host_is_refused(self):
        sock = self.mock.raw(b"GET / HTTP/1.1\r\n\r\n")
        self.assertIn(b" 400 ", sock.recv(4096))
        sock.close()

    def test_garbage_is_refused_or_dropped(self):
        sock = self.mock.raw(b"\x16\x03\x01garbage\r\n\r\n")
        sock.settimeout(10)
        self.assertIn(sock.recv(4096)[:12], (b"", b"HTTP/1.1 400", b"HTTP/1.0 400"))
        sock.close()
        self.assertEqual(self.mock.get(DISCOVERY).status, 200)

    def test_every_answer_has_the_headers_of_the_front(self):
        answer = self.mock.get(DISCOVERY)
        self.assertEqual(answer.getheader("server"), "databricks")
        self.assertEqual(answer.getheader("x-content-type-options"), "nosniff")
        self.assertRegex(answer.getheader("x-request-id"),
                         "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
        self.assertEqual(len(answer.headers.get_all("date")), 1)
        self.assertTrue(answer.getheader("strict-transport-security").startswith("max-age="))

    def test_two_thousand_idle_connections_do_no_harm(self):
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard != resource.RLIM_INFINITY and hard < 2100:
            self.skipTest("fewer than 2100 open files are allowed here")
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        sockets = []
        try:
            for _ in range(2000):
                sockets.append(socket.create_connection(("127.0.0.1", self.mock.port), 10))
            self.assertEqual(self.mock.get(DISCOVERY).status, 200)
            sockets[0].sendall(RAW_DISCOVERY)
            self.assertEqual(read_answer(sockets[0])[0], 200)
        finally:
            for sock in sockets:
                sock.close()


def read_answer_pair(sock):
    data = b""
    while data.count(b"HTTP/1.1 200") < 2 or not data.endswith(b"}"):
        data += sock.recv(65536)
    return [200, 200]


class Tls(unittest.TestCase):
    def test_clients_that_trust_the_authority_are_served(self):
        with tempfile.TemporaryDirectory() as folder:
            ca_file = os.path.join(folder, "ca.pem")
            with Mock("--https", "--tls-name", "my.workspace.example",
                      "--ca-out", ca_file) as mock:
                context = ssl.create_default_context(cafile=ca_file)
                for name in ("localhost", "my.workspace.example", "adb-1.7.azuredatabricks.net",
                             "dbc-1.cloud.databricks.com"):
                    sock = context.wrap_socket(
                        socket.create_connection(("127.0.0.1", mock.https_port), 10),
                        server_hostname=name)
                    sock.sendall(RAW_DISCOVERY)
                    status, _, body = read_answer(sock)
                    sock.close()
                    self.assertEqual(status, 200)
                    self.assertIn("https:", body)
                self.assertTrue(mock.last()["tls"])
                ids = [r["connection"] for r in mock.journal()]
                self.assertEqual(len(set(ids)), len(ids))

    def test_clients_that_do_not_trust_it_refuse(self):
        with Mock("--https") as mock:
            connection = http.client.HTTPSConnection("localhost", mock.https_port, timeout=10)
            with self.assertRaises(ssl.SSLCertVerificationError):
                connection.request("GET", DISCOVERY)
            self.assertEqual(mock.journal(), [])


if __name__ == "__main__":
    unittest.main()
