# SPDX-License-Identifier: Apache-2.0
"""Faults as a client sees them on the wire."""

import errno
import select
import socket
import ssl
import threading
import time
import unittest

from mock_server import DISCOVERY, ME, Mock, RAW_DISCOVERY, read_answer


class Faults(unittest.TestCase):
    threads = "0"

    @classmethod
    def setUpClass(cls):
        cls.mock = Mock("--threads", cls.threads).__enter__()
        cls.addClassCleanup(cls.mock.__exit__)

    def setUp(self):
        for fault in self.mock.ok("GET", "/faults"):
            self.mock.ok("DELETE", "/faults/" + fault["id"])

    def fault(self, **rule):
        return self.mock.ok("POST", "/faults", rule)["id"]

    def last(self):
        """The last record, when everything that was begun is over."""
        deadline = time.monotonic() + 10
        while self.mock.ok("GET", "/journal/count")["open"] > 0:
            self.assertLess(time.monotonic(), deadline)
        return self.mock.last()

    def statuses(self, count, path=DISCOVERY):
        return [self.mock.get(path).status for _ in range(count)]

    def test_reset_is_a_reset_without_a_byte(self):
        fault = self.fault(routes="oidc.metadata", end="reset")
        sock = self.mock.raw(RAW_DISCOVERY)
        with self.assertRaises(ConnectionResetError):
            sock.recv(1)
        sock.close()
        record = self.last()
        self.assertEqual((record["fault"], record["response"]["end"]), (fault, "reset"))
        self.assertEqual(record["response"]["status"], 0)

    def test_close_is_an_end_of_file_without_a_byte(self):
        self.fault(routes="oidc.metadata", end="close")
        sock = self.mock.raw(RAW_DISCOVERY)
        self.assertEqual(sock.recv(1), b"")
        sock.close()
        self.assertEqual(self.last()["response"]["end"], "closed")

    def refused(self):
        """A new connection gets a reset, before or after its first bytes."""
        try:
            with socket.create_connection(("127.0.0.1", self.mock.port), 10) as sock:
                sock.sendall(RAW_DISCOVERY)
                self.assertEqual(sock.recv(1), b"H")
            return False
        except (ConnectionResetError, BrokenPipeError):
            return True

    def test_new_connections_can_be_refused_while_others_live_on(self):
        live = self.mock.raw(RAW_DISCOVERY)
        read_answer(live)
        self.assertFalse(self.refused())
        self.fault(routes="oidc.metadata", refuse_connections="400ms", times=1)
        self.assertFalse(self.refused())  # it acts with a request
        begun = time.monotonic()
        while time.monotonic() - begun < 0.2:
            self.assertTrue(self.refused())
            live.sendall(RAW_DISCOVERY)
            self.assertEqual(read_answer(live)[0], 200)
        live.close()
        while time.monotonic() - begun < 0.41:
            time.sleep(0.02)
        self.assertFalse(self.refused())

    def test_a_server_that_restarts_breaks_and_refuses(self):
        live = self.mock.raw(RAW_DISCOVERY)
        read_answer(live)
        self.fault(routes="oidc.metadata", end="reset", refuse_connections="200ms", times=1)
        begun = time.monotonic()
        live.sendall(RAW_DISCOVERY)
        with self.assertRaises(ConnectionResetError):
            live.recv(1)
        live.close()
        self.assertTrue(self.refused() or time.monotonic() - begun > 0.2)
        while time.monotonic() - begun < 0.21:
            time.sleep(0.02)
        self.assertFalse(self.refused())

    def test_hang_never_answers_and_notices_that_the_client_left(self):
        self.fault(routes="oidc.metadata", end="hang")
        sock = self.mock.raw(RAW_DISCOVERY)
        self.mock.ok("GET", "/journal/wait?route=oidc.metadata&count=1")
        sock.settimeout(0.1)
        with self.assertRaises(TimeoutError):
            sock.recv(1)
        self.assertEqual(self.mock.ok("GET", "/journal/count")["open"], 1)
        self.assertEqual(self.mock.ok("POST", "/release")["released"], 0)
        sock.close()
        self.assertEqual(self.last()["response"]["end"], "aborted")

    def test_a_held_answer_goes_when_it_is_released(self):
        fault = self.fault(routes="oidc.metadata", end="hold", times=1)
        sock = self.mock.raw(RAW_DISCOVERY)
        while self.mock.ok("GET", "/journal/count")["open"] == 0:
            pass
        held_seq = self.mock.ok("GET", "/journal/count")["seq"]
        sock.settimeout(0.1)
        with self.assertRaises(TimeoutError):
            sock.recv(1)
        self.assertEqual(self.mock.get(DISCOVERY).status, 200)  # others pass
        self.assertEqual(self.mock.ok("POST", "/release", {"id": "other"})["released"], 0)
        self.assertEqual(self.mock.ok("POST", "/release", {"id": fault})["released"], 1)
        sock.settimeout(10)
        self.assertEqual(read_answer(sock)[0], 200)
        sock.close()
        self.last()
        held = [r for r in self.mock.journal() if r["fault"] == fault][0]
        self.assertEqual(held["response"]["end"], "sent")
        self.assertGreaterEqual(held["took_ms"], 99)
        self.assertGreaterEqual(held["answered_ms"], 99)  # when it was let go, not when it was held
        self.assertLessEqual(held["answered_ms"], held["took_ms"])
        self.assertEqual(held["seq"], held_seq)

    def test_a_delay_delays_that_answer_only(self):
        self.fault(routes="oidc.metadata", delay="1500ms", times=1)
        begun = time.monotonic()
        sock = self.mock.raw(RAW_DISCOVERY)
        while self.mock.ok("GET", "/journal/count")["open"] == 0:
            pass
        self.assertEqual(self.mock.get(DISCOVERY).status, 200)
        self.assertEqual(select.select([sock], [], [], 0)[0], [], "it was answered before the other")
        self.assertEqual(read_answer(sock)[0], 200)
        took = time.monotonic() - begun
        sock.close()
        self.assertGreaterEqual(took, 1.499)
        self.assertLess(took, 20)
        self.last()
        answered = {r["fault"] != "": r["answered_ms"] for r in self.mock.journal()}
        self.assertGreaterEqual(answered[True], 1499)
        self.assertLess(answered[False], 1499)

    def test_what_is_never_answered_says_so(self):
        fault = self.fault(routes="oidc.metadata", end="close", times=1)
        sock = self.mock.raw(RAW_DISCOVERY)
        self.assertEqual(sock.recv(1), b"")
        sock.close()
        self.last()
        closed = [r for r in self.mock.journal() if r["fault"] == fault][0]
        self.assertNotIn("answered_ms", closed)

    def test_many_delays_run_side_by_side(self):
        self.fault(routes="oidc.metadata", delay="300ms")
        begun = time.monotonic()
        sockets = [self.mock.raw(RAW_DISCOVERY) for _ in range(200)]
        self.assertEqual({read_answer(sock)[0] for sock in sockets}, {200})
        self.assertLess(time.monotonic() - begun, 20)  # one after the other they take a minute
        for sock in sockets:
            sock.close()

    def test_skip_and_times_open_a_window(self):
        fault = self.fault(routes="oidc.*", skip=2, times=2, status=503)
        self.assertEqual(self.statuses(6), [200, 200, 503, 503, 200, 200])
        self.assertEqual(self.mock.ok("GET", "/faults"),
                         [{"id": fault, "matched": 6, "acted": 2}])

    def test_each_rule_counts_for_itself(self):
        self.fault(routes="oidc.*", times=1, status=503)
        self.fault(routes="oidc.*", skip=1, times=1, status=429)
        self.assertEqual(self.statuses(3), [503, 429, 200])

    def test_classes_and_grants_select(self):
        self.fault(classes="token", grant="refresh_token", status=503)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        one = self.mock.get("/oidc/v1/token", form, "POST", "grant_type=client_credentials")
        two = self.mock.get("/oidc/v1/token", form, "POST", "grant_type=refresh_token")
        self.assertEqual((one.status, two.status), (401, 503))
        self.assertEqual(self.statuses(1), [200])

    def test_recorded_errors_are_served_by_name(self):
        self.fault(routes="scim.me", error="rate-limited", headers={"Retry-After": "7"})
        answer = self.mock.get(ME)
        self.assertEqual((answer.status, answer.getheader("retry-after")), (429, "7"))
        self.assertIn("REQUEST_LIMIT_EXCEEDED", answer.text)
        self.assertEqual(answer.getheader("server"), "databricks")

    def test_an_unknown_error_name_is_refused_with_a_suggestion(self):
        status, answer = self.mock.control("POST", "/faults", {"error": "rate-limitd"})
        self.assertEqual(status, 400)
        self.assertIn("rate-limited", answer["hint"])

    def test_headers_can_be_changed_and_removed(self):
        self.fault(routes="oidc.metadata", headers={"server": "", "X-New": "1"},
                   content_type="text/html")
        answer = self.mock.get(DISCOVERY)
        self.assertEqual(answer.status, 200)
        self.assertIsNone(answer.getheader("server"))
        self.assertEqual(answer.getheader("x-new"), "1")
        self.assertEqual(answer.getheader("content-type"), "text/html")
        self.assertIn("token_endpoint", answer.text)

    def test_a_body_can_be_replaced(self):
        self.fault(routes="oidc.metadata", body="{\"broken", status=200)
        self.assertEqual(self.mock.get(DISCOVERY).text, "{\"broken")

    def test_after_the_handler_the_effect_stays_and_the_answer_is_lost(self):
        principal = self.mock.principal("service-principal")
        self.fault(routes="oidc.token", end="reset", after_handler=True, times=1)
        body = (f"grant_type=client_credentials&client_id={principal['client_id']}"
                f"&client_secret={principal['client_secret']}").encode()
        names = {c["name"] for c in self.mock.ok("GET", "/canaries")}
        sock = self.mock.raw(b"POST /oidc/v1/token HTTP/1.1\r\nHost: m\r\nContent-Type: "
                             b"application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n"
                             % len(body) + body)
        with self.assertRaises(ConnectionResetError):
            sock.recv(1)
        sock.close()
        minted = {c["name"] for c in self.mock.ok("GET", "/canaries")} - names
        self.assertEqual(len(minted), 1)
        self.assertEqual(self.last()["response"]["issued"], list(minted))

    def test_before_the_handler_nothing_is_minted(self):
        principal = self.mock.principal("service-principal")
        self.fault(routes="oidc.token", status=503)
        names = len(self.mock.ok("GET", "/canaries"))
        answer = self.mock.get(
            "/oidc/v1/token", {"Content-Type": "application/x-www-form-urlencoded"}, "POST",
            f"grant_type=client_credentials&client_id={principal['client_id']}"
            f"&client_secret={principal['client_secret']}")
        self.assertEqual(answer.status, 503)
        self.assertEqual(len(self.mock.ok("GET", "/canaries")), names)

    def test_a_removed_rule_acts_no_more_but_ends_what_it_holds(self):
        fault = self.fault(routes="oidc.metadata", end="hold")
        sock = self.mock.raw(RAW_DISCOVERY)
        while self.mock.ok("GET", "/journal/count")["open"] == 0:
            pass
        self.mock.ok("DELETE", "/faults/" + fault)
        self.assertEqual(self.statuses(1), [200])
        self.assertEqual(self.mock.ok("POST", "/release")["released"], 1)
        self.assertEqual(read_answer(sock)[0], 200)
        sock.close()
        self.assertEqual(self.mock.control("DELETE", "/faults/" + fault)[0], 404)

    def test_waiting_for_requests_ends_when_they_come(self):
        base = self.mock.ok("GET", "/journal/wait?route=scim.me&count=0")["count"]
        found = []
        waiter = threading.Thread(target=lambda: found.append(self.mock.ok(
            "GET", f"/journal/wait?route=scim.me&count={base + 2}&timeout_ms=20000")))
        waiter.start()
        self.mock.get(ME)
        self.mock.get(ME)
        waiter.join(10)
        self.assertEqual(found, [{"count": base + 2}])

    def test_waiting_ends_in_time(self):
        begun = time.monotonic()
        answer = self.mock.ok("GET", "/journal/wait?route=imds.token&count=1&timeout_ms=60")
        self.assertEqual(answer, {"count": 0})
        self.assertGreaterEqual(time.monotonic() - begun, 0.059)


class FaultsWithThreads(Faults):
    threads = "3"


class FaultsOverTls(unittest.TestCase):
    def test_reset_and_close_are_told_apart(self):
        with Mock("--https") as mock:
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            for end in ("reset", "close"):
                mock.ok("POST", "/faults", {"end": end, "times": 1})
                sock = context.wrap_socket(
                    socket.create_connection(("127.0.0.1", mock.https_port), 10))
                sock.sendall(RAW_DISCOVERY)
                poller = select.poll()
                poller.register(sock, select.POLLRDHUP)
                self.assertTrue(poller.poll(10000))
                error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                self.assertEqual(error, errno.ECONNRESET if end == "reset" else 0)
                sock.close()
            self.assertEqual([r["response"]["end"] for r in mock.journal()],
                             ["reset", "closed"])


    def test_a_refused_connection_ends_in_its_handshake(self):
        with Mock("--https") as mock:
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            mock.ok("POST", "/faults", {"refuse_connections": "20s", "times": 1})
            sock = context.wrap_socket(socket.create_connection(("127.0.0.1", mock.https_port), 10))
            sock.sendall(RAW_DISCOVERY)
            self.assertEqual(read_answer(sock)[0], 200)
            with self.assertRaises(OSError):
                context.wrap_socket(socket.create_connection(("127.0.0.1", mock.https_port), 10))
            sock.sendall(RAW_DISCOVERY)
            self.assertEqual(read_answer(sock)[0], 200)
            sock.close()


class Shutdown(unittest.TestCase):
    def test_held_and_delayed_answers_do_not_keep_it_from_ending(self):
        with Mock() as mock:
            sockets = []
            for rule in ({"end": "hold", "times": 1}, {"end": "hang", "times": 1},
                         {"delay": "10m", "times": 1}):
                mock.ok("POST", "/faults", rule)
                sockets.append(mock.raw(RAW_DISCOVERY))
                while mock.ok("GET", "/journal/count")["open"] < len(sockets):
                    pass
            self.assertEqual(mock.ok("POST", "/shutdown"), {})
            self.assertEqual(mock.process.wait(10), 0)
            for sock in sockets:
                try:
                    self.assertEqual(sock.recv(1), b"")
                except ConnectionResetError:
                    pass
                sock.close()


if __name__ == "__main__":
    unittest.main()
