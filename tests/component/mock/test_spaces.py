# SPDX-License-Identifier: Apache-2.0
"""Spaces: tests that share a mock without seeing each other; and what is asked of a journal."""

import json
import threading
import time
import unittest

from mock_server import DISCOVERY, ME, Mock, UnixConnection


def bearer(value):
    return {"Authorization": "Bearer " + value}


class Spaces(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mock = Mock().__enter__()
        cls.addClassCleanup(cls.mock.__exit__)

    def pat(self, space):
        answer = self.mock.ok("GET", "/credentials?space=" + space)
        return [p["pat"] for p in answer["principals"] if p.get("pat")][0]

    def me(self, space, value):
        return self.mock.get(ME, {"X-Assay-Space": space, **bearer(value)}).status

    def test_state_is_apart(self):
        a, b = self.pat("a1"), self.pat("b1")
        self.assertNotEqual(a, b)
        self.assertEqual([self.me("a1", a), self.me("b1", b)], [200, 200])
        self.assertIn(self.me("b1", a), (401, 403))
        self.assertIn(self.mock.get(ME, bearer(a)).status, (401, 403))

    def test_faults_are_apart(self):
        self.mock.ok("POST", "/faults?space=a2", {"id": "only-here", "status": 503})
        self.assertEqual([self.mock.get(DISCOVERY, {"X-Assay-Space": s}).status
                          for s in ("a2", "b2")], [503, 200])
        self.assertEqual(self.mock.ok("GET", "/faults"), [])
        self.mock.ok("DELETE", "/faults?space=a2")
        self.assertEqual(self.mock.get(DISCOVERY, {"X-Assay-Space": "a2"}).status, 200)

    def test_journals_are_apart(self):
        for _ in range(3):
            self.mock.get(DISCOVERY, {"X-Assay-Space": "a3"})
        self.mock.get(DISCOVERY, {"X-Assay-Space": "b3"})
        self.assertEqual([r["seq"] for r in self.mock.ok("GET", "/journal?space=a3")], [1, 2, 3])
        self.assertEqual(self.mock.ok("GET", "/journal/count?space=b3")["seq"], 1)

    def test_clocks_are_apart(self):
        token = self.mock.ok("POST", "/mint?space=a4", {
            "kind": "access-token", "principal": "service-principal", "lifetime_ms": 60000})["value"]
        self.mock.ok("POST", "/clock?space=b4", {"advance_ms": 120000})
        self.assertEqual(self.me("a4", token), 200)
        self.mock.ok("POST", "/clock?space=a4", {"advance_ms": 120000})
        self.assertNotEqual(self.me("a4", token), 200)
        self.assertEqual(self.mock.ok("GET", "/clock")["offset_ms"], 0)

    def test_a_host_below_localhost_names_a_space(self):
        value = self.pat("a5")
        answer = self.mock.get(ME, {"Host": "a5.localhost:%d" % self.mock.port, **bearer(value)})
        self.assertEqual(answer.status, 200)
        self.assertEqual(self.mock.ok("GET", "/journal/count?space=a5")["seq"], 1)

    def test_a_workspace_of_a_space_brings_its_requests_there(self):
        self.mock.ok("PUT", "/scenario?space=a6", {
            "workspaces": [{"host": "dbc-6.cloud.databricks.com"}],
            "principals": [{"name": "six@example.com", "pat": "dapi" + "6" * 32}]})
        answer = self.mock.get(ME, {"Host": "dbc-6.cloud.databricks.com", **bearer("dapi" + "6" * 32)})
        self.assertEqual(answer.status, 200)
        self.assertEqual(self.mock.ok("GET", "/journal/last?space=a6")[0]["principal"],
                         "six@example.com")

    def test_bad_names_are_refused_on_both_sides(self):
        answer = self.mock.get(DISCOVERY, {"X-Assay-Space": "A b"})
        self.assertEqual(answer.status, 400)
        self.assertIn("X-Assay-Space", answer.text)
        self.assertEqual(self.mock.control("POST", "/faults?space=A%20b", {"status": 1})[0], 400)
        self.assertEqual(self.mock.control("GET", "/journal?space=none-such")[0], 404)

    def test_a_space_can_be_removed_while_it_is_used(self):
        self.mock.ok("POST", "/faults?space=a7", {"end": "hold"})
        answers = []
        thread = threading.Thread(target=lambda: answers.append(
            self.mock.get(DISCOVERY, {"X-Assay-Space": "a7"}).status))
        thread.start()
        self.mock.ok("GET", "/journal/wait?space=a7&route=oidc.metadata")
        while self.mock.ok("GET", "/journal/count?space=a7")["open"] == 0:
            pass
        self.mock.ok("POST", "/release?space=a7")
        self.mock.ok("DELETE", "/spaces/a7")
        thread.join()
        self.assertEqual(answers, [200])
        self.assertNotIn("a7", [s["name"] for s in self.mock.ok("GET", "/spaces")])
        self.assertEqual(self.mock.control("DELETE", "/spaces/a7")[0], 404)

    def test_reset_keeps_keys_and_journal(self):
        jwks = "/oidc/jwks.json"
        before = self.mock.get(jwks, {"X-Assay-Space": "a8"}).text
        token = self.mock.ok("POST", "/mint?space=a8", {
            "kind": "access-token", "principal": "service-principal"})["value"]
        self.mock.ok("POST", "/faults?space=a8", {"status": 503, "routes": "imds.token"})
        self.assertEqual(self.me("a8", token), 200)
        self.mock.ok("POST", "/reset?space=a8")
        self.assertNotEqual(self.me("a8", token), 200)
        self.assertEqual(self.mock.get(jwks, {"X-Assay-Space": "a8"}).text, before)
        self.assertEqual(self.mock.ok("GET", "/faults?space=a8"), [])
        records = self.mock.ok("GET", "/journal?space=a8")
        self.assertEqual(len(records), 4)
        self.assertNotIn(token, json.dumps(records[:2]))  # masked when it was known

    def test_their_number_is_bounded(self):
        with Mock() as mock:
            statuses = [mock.get(DISCOVERY, {"X-Assay-Space": "s%d" % i}).status
                        for i in range(256)]
            self.assertEqual((statuses[:255], statuses[255]), ([200] * 255, 400))

    def test_threads_share_spaces(self):
        with Mock("--threads", "4") as mock:
            def visit(name):
                for _ in range(20):
                    mock.get(DISCOVERY, {"X-Assay-Space": name})
            threads = [threading.Thread(target=visit, args=("t%d" % (i % 4),)) for i in range(8)]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
            counts = {s["name"]: s["requests"] for s in mock.ok("GET", "/spaces")}
            self.assertEqual(counts, {"": 0, "t0": 40, "t1": 40, "t2": 40, "t3": 40})


class Queries(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mock = Mock().__enter__()
        cls.addClassCleanup(cls.mock.__exit__)

    def take(self, query):
        return [r["seq"] for r in self.mock.ok("POST", "/journal/take?" + query)]

    def visit(self, space, *paths):
        for path in paths:
            self.mock.get(path, {"X-Assay-Space": space})

    def test_last_and_route(self):
        self.visit("q1", DISCOVERY, ME, DISCOVERY, ME, ME)
        self.assertEqual([r["seq"] for r in self.mock.ok("GET", "/journal/last?space=q1")], [5])
        query = "/journal/last?space=q1&route=oidc.*&count=5"
        self.assertEqual([r["seq"] for r in self.mock.ok("GET", query)], [1, 3])
        self.assertEqual([r["seq"] for r in
                          self.mock.ok("GET", "/journal?space=q1&route=scim.*&after=2")], [4, 5])
        self.assertEqual(self.mock.ok("GET", "/journal/count?space=q1&route=scim.*")["count"], 3)

    def test_take_gives_each_record_once_per_pattern(self):
        self.visit("q2", DISCOVERY, ME, DISCOVERY)
        self.assertEqual(self.take("space=q2&route=oidc.*&count=1"), [1])
        self.assertEqual(self.take("space=q2&route=oidc.*"), [3])
        self.assertEqual(self.take("space=q2&route=oidc.*"), [])
        self.visit("q2", DISCOVERY)
        self.assertEqual(self.take("space=q2&route=oidc.*"), [4])
        self.assertEqual(self.take("space=q2"), [1, 2, 3, 4])
        self.assertEqual(len(self.mock.ok("GET", "/journal?space=q2")), 4)

    def test_take_waits_for_what_is_to_come(self):
        timer = threading.Timer(0.1, self.visit, ("q3", DISCOVERY, ME))
        timer.start()
        begun = time.monotonic()
        self.assertEqual(self.take("space=q3&route=scim.*&count=1&timeout_ms=20000"), [2])
        self.assertLess(time.monotonic() - begun, 10)
        timer.join()
        self.assertEqual(self.take("space=q3&route=scim.*&count=1&timeout_ms=50"), [])

    def test_an_exchange_that_ends_late_is_taken_later(self):
        self.mock.ok("POST", "/faults?space=q4", {"end": "hold", "times": 1})
        thread = threading.Thread(target=self.visit, args=("q4", DISCOVERY))
        thread.start()
        while self.mock.ok("GET", "/journal/count?space=q4")["open"] == 0:
            pass
        self.visit("q4", DISCOVERY)
        self.assertEqual(self.take("space=q4"), [2])
        self.mock.ok("POST", "/release?space=q4")
        thread.join()
        self.assertEqual(self.take("space=q4&count=1&timeout_ms=5000"), [1])
        self.assertEqual(self.take("space=q4"), [])

    def text(self, path):
        connection = UnixConnection(self.mock.socket_path)
        connection.request("GET", path)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.getheader("content-type"), text

    def test_metrics_health_readiness_version(self):
        self.mock.ok("POST", "/faults?space=q5", {"id": "m", "status": 503, "times": 1})
        self.visit("q5", DISCOVERY, DISCOVERY)
        kind, text = self.text("/metrics")
        self.assertTrue(kind.startswith("text/plain; version=0.0.4"))
        lines = text.splitlines()
        for line in ('assay_mock_exchanges_total{space="q5",route="oidc.metadata",status="503"} 1',
                     'assay_mock_exchanges_total{space="q5",route="oidc.metadata",status="200"} 1',
                     'assay_mock_faults_acted_total{space="q5",fault="m"} 1',
                     'assay_mock_exchanges_open{space="q5"} 0'):
            self.assertIn(line, lines)
        for line in lines:
            self.assertRegex(line, r'^(# (HELP|TYPE) \S+ .+|[a-z_]+(\{([a-z]+="[^"]*",?)+\})? \d+)$')
        self.assertEqual(self.mock.ok("GET", "/ready"), {"ready": True})
        self.assertEqual(self.mock.ok("GET", "/version")["name"], "assay-mock")
        self.assertEqual(self.mock.ok("GET", "/health")["name"], "assay-mock")


if __name__ == "__main__":
    unittest.main()
