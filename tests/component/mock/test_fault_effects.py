# SPDX-License-Identifier: Apache-2.0
"""Every effect, window and match of a fault rule, as bytes on a raw socket."""

import gzip
import http.client
import json
import socket
import ssl
import time
import unittest

from mock_server import DISCOVERY, ME, Mock, RAW_DISCOVERY

TABLE = "/api/2.1/unity-catalog/tables/main.default.trips"


def read_all(sock, timeout=10):
    """(bytes, how it ended): "fin", "rst" or "open" when nothing came for the timeout."""
    sock.settimeout(timeout)
    data = b""
    while True:
        try:
            piece = sock.recv(65536)
        except ConnectionResetError:
            return data, "rst"
        except TimeoutError:
            return data, "open"
        if not piece:
            return data, "fin"
        data += piece


def parted(data):
    """Status line, headers (lower case), body bytes."""
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return lines[0], headers, body


class Effects(unittest.TestCase):
    threads = "0"

    @classmethod
    def setUpClass(cls):
        cls.mock = Mock("--threads", cls.threads).__enter__()
        cls.addClassCleanup(cls.mock.__exit__)
        cls.plain = cls.mock.get(DISCOVERY, {"Host": "mock"}).text.encode()

    def setUp(self):
        for fault in self.mock.ok("GET", "/faults"):
            self.mock.ok("DELETE", "/faults/" + fault["id"])

    def fault(self, **rule):
        rule.setdefault("routes", "oidc.metadata")
        return self.mock.ok("POST", "/faults", rule)["id"]

    def refused(self, **rule):
        status, answer = self.mock.control("POST", "/faults", rule)
        self.assertEqual(status, 400, answer)
        return answer["error"]

    def exchange(self, request=RAW_DISCOVERY, timeout=10):
        sock = self.mock.raw(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        data, end = read_all(sock, timeout)
        sock.close()
        return (*parted(data), end)

    def last(self):
        deadline = time.monotonic() + 10
        while self.mock.ok("GET", "/journal/count")["open"] > 0:
            self.assertLess(time.monotonic(), deadline)
        return self.mock.last()

    def statuses(self, count, path=DISCOVERY, headers=None):
        return [self.mock.get(path, headers).status for _ in range(count)]


class Wire(Effects):
    def test_a_cut_body_has_the_right_length_announced_and_a_part_sent(self):
        fault = self.fault(cut_at=10)
        _, headers, body, end = self.exchange()
        self.assertEqual(int(headers["content-length"]), len(self.plain))
        self.assertEqual((body, end), (self.plain[:10], "fin"))
        record = self.last()
        self.assertEqual((record["fault"], record["response"]["end"]), (fault, "cut"))
        self.assertEqual(record["response"]["status"], 200)

    def test_a_body_can_be_cut_at_a_fraction_and_before_its_first_byte(self):
        self.fault(cut_percent=50, times=1)
        self.assertEqual(len(self.exchange()[2]), len(self.plain) // 2)
        self.setUp()
        self.fault(cut_at=0)
        _, headers, body, end = self.exchange()
        self.assertEqual((int(headers["content-length"]), body, end),
                         (len(self.plain), b"", "fin"))

    def test_a_cut_can_end_in_a_reset(self):
        self.fault(cut_at=10, end="reset")
        sock = self.mock.raw(RAW_DISCOVERY)
        data, end = read_all(sock)
        self.assertEqual((parted(data)[2], end), (self.plain[:10], "rst"))
        sock.close()
        response = self.last()["response"]
        self.assertEqual((response["end"], response["status"]), ("reset", 200))

    def test_a_cut_can_leave_the_client_waiting(self):
        self.fault(cut_at=10, end="hang")
        sock = self.mock.raw(RAW_DISCOVERY)
        data, end = read_all(sock, 0.3)
        self.assertEqual((parted(data)[2], end), (self.plain[:10], "open"))
        sock.close()
        self.assertEqual(self.last()["response"]["end"], "cut")

    def test_chunked_is_chunked_and_can_be_cut(self):
        self.fault(framing="chunked")
        _, headers, body, _ = self.exchange()
        self.assertEqual(self.mock.get(DISCOVERY, {"Host": "mock"}).text.encode(), self.plain)
        self.assertEqual(headers["transfer-encoding"], "chunked")
        self.assertNotIn("content-length", headers)
        self.assertTrue(body.endswith(b"\r\n0\r\n\r\n"), body[-20:])
        self.setUp()
        self.fault(framing="chunked", cut_at=20)
        _, _, body, end = self.exchange()
        self.assertIn(self.plain[:20], body)
        self.assertNotIn(b"\r\n0\r\n", body)
        self.assertEqual(end, "fin")

    def test_until_close_tells_no_length(self):
        self.fault(framing="until-close")
        line, headers, body, end = self.exchange()
        self.assertTrue(line.startswith("HTTP/1.0 200"), line)
        self.assertNotIn("content-length", headers)
        self.assertNotIn("transfer-encoding", headers)
        self.assertEqual((body, end), (self.plain, "fin"))

    def test_a_length_can_be_too_long(self):
        self.fault(framing="too-long")
        _, headers, body, end = self.exchange()
        self.assertEqual(int(headers["content-length"]), len(self.plain) + 16)
        self.assertEqual((body, end), (self.plain, "fin"))

    def test_a_length_can_be_too_short(self):
        self.fault(framing="too-short")
        _, headers, body, _ = self.exchange()
        self.assertEqual(int(headers["content-length"]), len(self.plain) - 4)
        self.assertEqual(body, self.plain)

    def test_two_lengths_can_contradict_each_other(self):
        self.fault(framing="two-lengths")
        sock = self.mock.raw(RAW_DISCOVERY)
        head = sock.recv(65536).partition(b"\r\n\r\n")[0].lower()
        sock.close()
        lengths = [int(line.split(b":")[1]) for line in head.split(b"\r\n")
                   if line.startswith(b"content-length")]
        self.assertEqual(lengths, [len(self.plain) - 4, len(self.plain)])

    def test_an_answer_can_come_twice(self):
        self.fault(framing="twice")
        _, headers, body, _ = self.exchange()
        self.assertEqual(int(headers["content-length"]), len(self.plain))
        self.assertEqual(body[:len(self.plain)], self.plain)
        line, second, again = parted(body[len(self.plain):])
        self.assertTrue(line.startswith("HTTP/1.1 200"))
        self.assertEqual((second["server"], again), ("databricks", self.plain))

    def test_a_chunk_can_have_a_size_that_is_none(self):
        self.fault(framing="bad-chunk")
        sock = self.mock.raw(RAW_DISCOVERY)
        data = b""
        while True:
            piece = sock.recv(65536)
            if not piece:
                break
            data += piece
        line, headers, body = parted(data)
        self.assertTrue(line.startswith("HTTP/1.1 200"))
        self.assertEqual((headers["transfer-encoding"], headers["server"]), ("chunked", "databricks"))
        half = len(self.plain) // 2
        self.assertEqual(body, b"%x\r\n%s\r\nzz\r\n%s" % (half, self.plain[:half], self.plain[half:]))
        with self.assertRaises((http.client.HTTPException, ValueError)):
            self.mock.get(DISCOVERY)
        self.assertEqual(self.mock.last()["response"]["end"], "cut")

    def test_a_body_drips(self):
        self.fault(drip_bytes=len(self.plain) // 4 + 1, drip_interval="80ms")
        sock = self.mock.raw(RAW_DISCOVERY)
        begun, pieces, data = time.monotonic(), [], b""
        while len(parted(data)[2]) < len(self.plain):
            data += sock.recv(65536)
            pieces.append(time.monotonic() - begun)
        sock.close()
        self.assertGreaterEqual(pieces[-1], 0.2)
        self.assertLess(pieces[-1], 5)
        self.assertGreaterEqual(len(pieces), 4)
        self.assertEqual(parted(data)[2], self.plain)
        self.assertEqual(self.last()["response"]["end"], "sent")

    def test_a_client_that_leaves_a_dripping_body_is_noticed(self):
        self.fault(drip_bytes=1, drip_interval="20ms")
        sock = self.mock.raw(RAW_DISCOVERY)
        sock.recv(10)
        sock.close()
        self.assertEqual(self.last()["response"]["end"], "aborted")

    def test_a_head_drips(self):
        self.fault(head_drip="5ms")
        sock = self.mock.raw(RAW_DISCOVERY.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        begun = time.monotonic()
        first = sock.recv(1)
        data, _ = read_all(sock)
        line, headers, body = parted(first + data)
        self.assertGreaterEqual(time.monotonic() - begun, 0.1)
        self.assertEqual((line, body), ("HTTP/1.1 200 OK", self.plain))
        self.assertIn("x-slow", headers)
        sock.close()

    def test_effects_of_the_wire_work_over_tls(self):
        with Mock("--https", "--threads", self.threads) as mock:
            context = ssl._create_unverified_context()
            mock.ok("POST", "/faults", {"routes": "oidc.metadata", "cut_at": 10})
            raw = socket.create_connection(("127.0.0.1", mock.https_port), timeout=10)
            with context.wrap_socket(raw, suppress_ragged_eofs=True) as sock:
                sock.sendall(RAW_DISCOVERY)
                self.assertEqual(len(parted(read_all(sock)[0])[2]), 10)

    def over_tls(self, mock):
        """Pieces as they come, one TLS record each, and when; until the mock ends the connection."""
        context = ssl._create_unverified_context()
        raw = socket.create_connection(("127.0.0.1", mock.https_port), timeout=10)
        pieces = []
        with context.wrap_socket(raw, suppress_ragged_eofs=True) as sock:
            sock.sendall(RAW_DISCOVERY.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            begun = time.monotonic()
            while piece := sock.recv(65536):
                pieces.append((piece, time.monotonic() - begun))
        return pieces

    def test_a_head_drips_over_tls(self):
        with Mock("--https", "--threads", self.threads) as mock:
            mock.ok("POST", "/faults", {"routes": "oidc.metadata", "head_drip": "5ms",
                                        "times": 1})
            pieces = self.over_tls(mock)
            line, headers, body = parted(b"".join(piece for piece, _ in pieces))
            self.assertEqual((line, headers["x-slow"]), ("HTTP/1.1 200 OK", "HTTP/1.1 200 OK"))
            self.assertEqual(json.loads(body)["issuer"], "https://mock/oidc")
            early = [(piece, at) for piece, at in pieces if len(piece) == 1]
            self.assertEqual(b"".join(piece for piece, _ in early), b"HTTP/1.1 200 OK\r\nX-Slow: ")
            self.assertGreaterEqual(early[-1][1], 0.1)
            self.assertEqual(mock.last()["response"]["end"], "sent")
            mock.ok("POST", "/faults", {"routes": "oidc.metadata", "head_drip": "1ms",
                                        "status": 503})
            line, headers, _ = parted(b"".join(piece for piece, _ in self.over_tls(mock)))
            self.assertEqual(line, "HTTP/1.1 503 Service Unavailable")
            self.assertEqual(headers["x-slow"], line)

    def test_a_chunk_can_have_a_size_that_is_none_over_tls(self):
        with Mock("--https", "--threads", self.threads) as mock:
            mock.ok("POST", "/faults", {"routes": "oidc.metadata", "framing": "bad-chunk"})
            line, headers, body = parted(b"".join(piece for piece, _ in self.over_tls(mock)))
            self.assertTrue(line.startswith("HTTP/1.1 200"))
            self.assertEqual(headers["transfer-encoding"], "chunked")
            self.assertEqual(body.count(b"\r\nzz\r\n"), 1)
            self.assertEqual(mock.last()["response"]["end"], "cut")

    def delays(self, seed):
        """What the first four answers took, each the least of three runs: load only ever adds."""
        runs = []
        for _ in range(3):
            self.setUp()
            self.fault(delay="1ms", delay_max="400ms", delay_form="uniform", seed=seed)
            runs.append([])
            for _ in range(4):
                begun = time.monotonic()
                self.mock.get(DISCOVERY)
                runs[-1].append(time.monotonic() - begun)
        return [min(taken) for taken in zip(*runs)]

    def test_delays_are_spread_and_drawn_from_the_seed(self):
        first, again = self.delays(7), self.delays(7)
        self.assertGreater(max(first) - min(first), 0.1)
        for a, b in zip(first, again):
            self.assertAlmostEqual(a, b, delta=0.1)


class Answers(Effects):
    def body(self, form, **rule):
        self.setUp()
        self.fault(body_form=form, **rule)
        return self.exchange()

    def test_forms_of_a_body(self):
        real = json.loads(self.plain)
        self.assertEqual(json.loads(self.body("json-array")[2]), [real])
        self.assertEqual(json.loads(json.loads(self.body("json-string")[2])), real)
        self.assertIsNone(json.loads(self.body("null")[2]))
        self.assertEqual(self.body("bom")[2], b"\xef\xbb\xbf" + self.plain)
        self.assertEqual(self.body("wrong-charset")[1]["content-type"],
                         "application/json; charset=utf-16")
        with self.assertRaises(UnicodeDecodeError):
            self.body("not-utf-8")[2].decode()
        pairs = json.loads(self.body("duplicate-keys")[2], object_pairs_hook=list)
        self.assertEqual(len(pairs), 2 * len(real))
        self.assertEqual((dict(pairs), pairs[0][1]), (real, None))
        garbage = self.body("trailing-garbage")[2]
        self.assertTrue(garbage.startswith(self.plain) and len(garbage) > len(self.plain))
        _, headers, half, _ = self.body("truncated-json")
        self.assertEqual(half, self.plain[:len(self.plain) // 2])
        self.assertEqual(int(headers["content-length"]), len(half))
        escaped = self.body("escaped-slashes")[2]
        self.assertEqual(json.loads(escaped), real)
        self.assertEqual(escaped.count(b"\\/"), self.plain.count(b"/"))
        self.setUp()
        self.fault(body='{"a":"b/c"}', body_form="escaped-slashes")
        self.assertEqual(self.exchange()[2], b'{"a":"b\\/c"}')
        _, headers, nothing, _ = self.body("empty")
        self.assertEqual((nothing, headers["content-length"]), (b"", "0"))
        self.assertNotIn("content-type", self.body("no-content-type")[1])
        self.assertEqual(self.body("text-plain")[1]["content-type"], "text/plain; charset=utf-8")
        _, headers, packed, _ = self.body("gzip-unmarked")
        self.assertEqual(gzip.decompress(packed), self.plain)
        self.assertNotIn("content-encoding", headers)
        line, headers, page, _ = self.body("html-login")
        self.assertTrue(line.startswith("HTTP/1.1 200") and page.startswith(b"<!doctype html>"))
        self.assertEqual(headers["content-type"], "text/html; charset=utf-8")

    def test_every_form_that_is_listed_is_tried_here(self):
        error = self.refused(body_form="none-such")
        self.assertIn("none-such", error)

    def test_a_patch_changes_members_of_a_json_answer(self):
        self.fault(patch={"token_endpoint": "http://127.0.0.2:9/token", "issuer": None})
        changed = json.loads(self.exchange()[2])
        real = json.loads(self.plain)
        self.assertEqual(changed.pop("token_endpoint"), "http://127.0.0.2:9/token")
        del real["token_endpoint"], real["issuer"]
        self.assertEqual(changed, real)

    def test_a_redirect_goes_to_another_origin_with_the_same_target(self):
        self.fault(redirect="http://127.0.0.2:9")
        line, headers, body, _ = self.exchange()
        self.assertTrue(line.startswith("HTTP/1.1 302"))
        self.assertEqual((headers["location"], body), ("http://127.0.0.2:9" + DISCOVERY, b""))
        self.setUp()
        self.fault(routes="oidc.token", redirect="https://elsewhere.example/x", status=307)
        answer = self.mock.get("/oidc/v1/token", method="POST", body="grant_type=x")
        self.assertEqual((answer.status, answer.getheader("location")),
                         (307, "https://elsewhere.example/x"))

    def test_the_date_can_be_skewed(self):
        self.fault(date_behind="1h")
        date = self.exchange()[1]["date"]
        then = time.mktime(time.strptime(date, "%a, %d %b %Y %H:%M:%S GMT")) - time.timezone
        self.assertAlmostEqual(then, time.time() - 3600, delta=5)

    def test_retry_after_in_every_form(self):
        self.fault(error="rate-limited", retry_after="1500ms", retry_after_form="seconds", times=1)
        line, headers, _, _ = self.exchange()
        self.assertTrue(line.startswith("HTTP/1.1 429"))
        self.assertEqual(headers["retry-after"], "2")
        self.setUp()
        self.fault(error="rate-limited", retry_after="3s", retry_after_form="http-date")
        stamp = self.exchange()[1]["retry-after"]
        then = time.mktime(time.strptime(stamp, "%a, %d %b %Y %H:%M:%S GMT")) - time.timezone
        self.assertAlmostEqual(then, time.time() + 3, delta=3)
        self.setUp()
        self.fault(error="rate-limited", retry_after_form="absent")
        self.assertNotIn("retry-after", self.exchange()[1])

    def test_an_effect_after_the_handler_keeps_what_the_handler_did(self):
        principal = self.mock.principal("service-principal")
        self.fault(routes="oidc.token", after_handler=True, end="reset")
        form = ("grant_type=client_credentials&scope=all-apis&client_id=%s&client_secret=%s"
                % (principal["client_id"], principal["client_secret"]))
        before = len(self.mock.ok("GET", "/canaries"))
        with self.assertRaises(ConnectionResetError):
            self.mock.get("/oidc/v1/token", {"Content-Type": "application/x-www-form-urlencoded"},
                          method="POST", body=form)
        self.assertEqual(len(self.mock.ok("GET", "/canaries")), before + 1)


class Windows(Effects):
    def test_every_third(self):
        self.fault(status=503, every=3)
        self.assertEqual(self.statuses(7), [200, 200, 503, 200, 200, 503, 200])

    def test_percent_is_drawn_from_the_seed(self):
        def drawn(seed):
            self.setUp()
            self.fault(status=503, percent=40, seed=seed)
            return self.statuses(40)
        first = drawn(1)
        self.assertEqual(first, drawn(1))
        self.assertNotEqual(first, drawn(2))
        self.assertTrue(6 <= first.count(503) <= 26, first)

    def test_a_window_on_the_clock_of_the_mock(self):
        self.fault(status=503, **{"from": "1m", "until": "2m"})
        self.assertEqual(self.statuses(1), [200])
        self.mock.ok("POST", "/clock", {"advance_ms": 61000})
        self.assertEqual(self.statuses(1), [503])
        self.mock.ok("POST", "/clock", {"advance_ms": 61000})
        self.assertEqual(self.statuses(1), [200])

    def test_a_quota_refuses_what_exceeds_it_until_its_window_is_over(self):
        self.fault(error="rate-limited", quota=2, quota_per="1m", retry_after_form="seconds")
        self.assertEqual(self.statuses(3), [200, 200, 429])
        rest = int(self.mock.get(DISCOVERY).getheader("retry-after"))
        self.assertTrue(50 <= rest <= 60, rest)
        self.mock.ok("POST", "/clock", {"advance_ms": rest * 1000})
        self.assertEqual(self.statuses(3), [200, 200, 429])

    def test_counters_move_when_a_request_matches_not_when_it_is_answered(self):
        self.fault(id="held", end="hold", times=1)
        sock = self.mock.raw(RAW_DISCOVERY)
        self.mock.ok("GET", "/journal/wait?route=oidc.metadata&count=1")
        while self.mock.ok("GET", "/faults")[0]["matched"] == 0:
            pass
        self.assertEqual(self.statuses(1), [200])
        self.mock.ok("POST", "/release")
        sock.close()


class Matches(Effects):
    def mint(self, name):
        answer = self.mock.ok("POST", "/mint", {"kind": "access-token", "name": name,
                                                "principal": "service-principal"})
        return {"Authorization": "Bearer " + answer["value"]}

    def test_a_credential_by_its_name(self):
        a, b = self.mint("tok_a"), self.mint("tok_b")
        self.fault(routes="*.*", token="tok_a", status=503)
        self.assertEqual([self.mock.get(ME, h).status for h in (a, b, {})], [503, 200, 401])

    def test_a_client_by_its_id_or_its_principal(self):
        principal = self.mock.principal("service-principal")
        token = self.mint("tok_c")
        pat = {"Authorization": "Bearer " + self.mock.principal("user")["pat"]}
        form = "grant_type=client_credentials&scope=all-apis&client_id=%s&client_secret=%s"
        headers = {"Content-Type": "application/x-www-form-urlencoded"}

        def ask():
            return (self.mock.get("/oidc/v1/token", headers, "POST",
                                  form % (principal["client_id"], principal["client_secret"])).status,
                    self.mock.get(ME, token).status, self.mock.get(ME, pat).status)
        self.fault(routes="*.*", client=principal["client_id"], status=503)
        self.assertEqual(ask(), (503, 503, 200))
        self.setUp()
        self.fault(routes="*.*", client="user@*", status=503)
        self.assertEqual(ask(), (200, 200, 503))

    def test_headers_methods_and_hosts(self):
        self.fault(request_headers={"User-Agent": "*py/3*"}, status=503)
        self.assertEqual(self.mock.get(DISCOVERY, {"User-Agent": "a/1 py/3.9"}).status, 503)
        self.assertEqual(self.mock.get(DISCOVERY, {"User-Agent": "go"}).status, 200)
        self.setUp()
        self.fault(request_headers={"X-Here": ""}, status=503)
        self.assertEqual([self.mock.get(DISCOVERY, {"X-Here": "1"}).status, *self.statuses(1)],
                         [200, 503])
        self.setUp()
        self.fault(method="HEAD", status=503)
        self.assertEqual([self.mock.get(DISCOVERY, method="HEAD").status, *self.statuses(1)],
                         [503, 200])
        self.setUp()
        self.fault(hosts="*.example", status=503)
        self.assertEqual([self.mock.get(DISCOVERY, {"Host": "a.example:80"}).status,
                          *self.statuses(1)], [503, 200])


class Notes(Effects):
    def credential(self):
        return self.last()["credential"]

    def test_a_credential_is_noted_although_a_fault_answers(self):
        token = self.mock.ok("POST", "/mint", {"kind": "access-token",
                                               "principal": "service-principal"})
        self.fault(routes="*.*", status=503, times=1)
        self.mock.get(ME, {"Authorization": "Bearer " + token["value"]})
        noted = self.credential()
        self.assertEqual((noted["name"], noted["state"]), (token["name"], "live"))
        self.assertEqual(self.last()["principal"], "service-principal")

    def test_a_client_is_noted_although_a_fault_answers_or_the_request_is_refused_early(self):
        principal = self.mock.principal("service-principal")
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        form = "grant_type=%s&client_id=%s&client_secret=%s"
        self.fault(routes="oidc.token", status=503, times=1)
        for grant, secret, state in (("client_credentials", principal["client_secret"], "live"),
                                     ("no_such_grant", principal["client_secret"], "live"),
                                     ("no_such_grant", "wrong-secret-1", "wrong")):
            self.mock.get("/oidc/v1/token", headers, "POST",
                          form % (grant, principal["client_id"], secret))
            self.assertEqual(self.credential()["state"], state)
            self.assertEqual(self.last()["principal"], "service-principal")


class Refusals(Effects):
    def test_rules_that_make_no_sense_say_why(self):
        for rule, part in (({"id": "x"}, "changes nothing"),
                           ({"end": "close", "status": 200}, "no answer is sent"),
                           ({"drip_bytes": 1}, "belong together"),
                           ({"quota": 1, "status": 429}, "belong together"),
                           ({"framing": "twice", "cut_at": 1}, "goes with neither"),
                           ({"status": 429, "retry_after_form": "seconds"}, "not said"),
                           ({"delay": "1s", "delay_form": "uniform"}, "longer than"),
                           ({"routes": "oidc.tokn", "status": 500}, "body:1:12: no route"),
                           ({"routes": ["oidc.*", "sq.*"], "status": 500}, "body:1:23: no route"),
                           ({"error": "rate-limted"}, "body:1:11: unknown recorded error"),
                           ({"method": "get", "status": 500}, "request's method"),
                           ({"headers": {"A b": "c"}}, "header's name"),
                           ({"headers": {"A": "c\r\nB: d"}}, "no line ends"),
                           ({"cut_at": 1, "cut_percent": 50}, "already"),
                           ({"status": 200, "from": "2m", "until": "1m"}, "over before")):
            self.assertIn(part, self.refused(**rule), rule)


class WireWithThreads(Wire):
    threads = "2"


del Effects

if __name__ == "__main__":
    unittest.main()
