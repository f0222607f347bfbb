# SPDX-License-Identifier: Apache-2.0
"""The control interface: what it answers and how it refuses."""

import base64
import email.utils
import json
import os
import re
import stat
import subprocess
import time
import unittest

from mock_server import DISCOVERY, ME, Mock, PROGRAM


class Control(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mock = Mock().__enter__()
        cls.addClassCleanup(cls.mock.__exit__)

    def refused(self, method, path, body, status, *words):
        code, answer = self.mock.control(method, path, body)
        self.assertEqual(code, status, answer)
        text = answer["error"] + " " + answer["hint"]
        for word in words:
            self.assertIn(word, text)

    def test_health_says_who_it_is(self):
        health = self.mock.ok("GET", "/health")
        self.assertEqual((health["name"], health["pid"]),
                         ("assay-mock", self.mock.process.pid))
        self.assertEqual(health["failures"], 0)

    def test_the_socket_is_for_its_owner_only(self):
        mode = stat.S_IMODE(os.stat(self.mock.socket_path).st_mode)
        self.assertEqual(mode, 0o600)

    def test_the_public_listener_has_no_control_paths(self):
        for path in ("/health", "/journal", "/credentials", "/canaries", "/shutdown"):
            self.assertEqual(self.mock.get(path).status, 404)

    def test_control_requests_are_not_in_the_journal(self):
        before = self.mock.ok("GET", "/journal/count")["seq"]
        self.mock.ok("GET", "/health")
        self.assertEqual(self.mock.ok("GET", "/journal/count")["seq"], before)

    def test_bad_json_is_refused_with_its_place(self):
        self.refused("POST", "/clock", b"{\"advance_ms\": 01}", 400, "body:1:")
        self.refused("POST", "/clock", b"", 400, "no body")
        self.refused("POST", "/clock", b"{} x", 400, "body:1:")

    def test_unknown_keys_are_refused_with_a_suggestion(self):
        self.refused("POST", "/clock", {"advance": 1}, 400, "advance_ms")
        self.refused("POST", "/faults", {"routs": "x", "end": "hang"}, 400, "routes")
        self.refused("POST", "/mint", {"kinds": "pat"}, 400, "kind")

    def test_unknown_paths_and_methods_name_the_nearest(self):
        self.refused("GET", "/journl", None, 404, "GET /journal")
        self.refused("POST", "/health", None, 405, "GET /health")

    def test_every_call_of_the_reference_is_there(self):
        page = subprocess.run([PROGRAM, "control"], capture_output=True, text=True, check=True).stdout
        rows = re.findall(r"^\| ([A-Z]+) \| `([^`]+)` \| *([^|]*?) *\| (.+) \|$", page, re.M)
        self.assertGreater(len(rows), 30)
        with Mock() as mock:
            for method, path, query, what in rows:
                self.assertTrue(what.strip())
                path = re.sub(r"\{\w+\}", "none", path)
                # Refused for its query, hence known, without having done anything.
                status, answer = mock.control(method, path + "?no-such=1")
                self.assertEqual(status, 400, path)
                for name in re.findall(r"`(\w+)`", query):
                    self.assertIn(name, answer["hint"])

    def test_the_clock_only_goes_forward(self):
        before = self.mock.ok("GET", "/clock")
        self.refused("POST", "/clock", {"advance_ms": -1}, 400)
        after = self.mock.ok("POST", "/clock", {"advance_ms": 5000})
        self.assertEqual(after["offset_ms"] - before["offset_ms"], 5000)
        self.assertGreaterEqual(after["wall_ms"] - before["wall_ms"], 5000)

    def test_the_clock_can_be_set_and_held(self):
        self.refused("POST", "/clock", {}, 400, "advance_ms")
        self.refused("POST", "/clock", {"advance_ms": 1, "set_ms": 1}, 400, "either")
        self.refused("POST", "/clock", {"set_ms": 1000}, 400, "past")
        self.refused("POST", "/clock", {"set_ms": 9e15}, 400, "set_ms")
        self.refused("POST", "/clock", {"held": "yes"}, 400, "held")
        service = self.mock.ok("GET", "/credentials?space=held")["principals"][0]
        noon = 1000 * (self.mock.ok("GET", "/clock?space=held")["wall_ms"] // 1000 + 3600)
        held = self.mock.ok("POST", "/clock?space=held", {"set_ms": noon, "held": True})
        self.assertEqual((held["wall_ms"], held["held"]), (noon, True))
        date = email.utils.formatdate(noon / 1000, usegmt=True)
        for _ in range(3):
            self.assertEqual(self.mock.get(DISCOVERY, {"X-Assay-Space": "held"}).getheader("date"), date)
            time.sleep(0.05)
        answer = self.mock.get("/oidc/v1/token", {"Content-Type": "application/x-www-form-urlencoded",
                                                  "X-Assay-Space": "held"}, "POST",
                               "grant_type=client_credentials&client_id=%s&client_secret=%s"
                               % (service["client_id"], service["client_secret"]))
        claims = json.loads(answer.text)["access_token"].split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(claims + "=="))
        self.assertEqual((claims["iat"], claims["exp"]), (noon // 1000, noon // 1000 + 3600))
        self.assertEqual(self.mock.ok("POST", "/clock?space=held", {"advance_ms": 1500})["wall_ms"], noon + 1500)
        gone = self.mock.ok("POST", "/clock?space=held", {"held": False})
        self.assertFalse(gone["held"])
        self.assertGreaterEqual(gone["wall_ms"], noon + 1499)

    def test_minted_tokens_open_the_door_until_they_are_revoked(self):
        minted = self.mock.ok("POST", "/mint", {"kind": "access-token",
                                                "principal": "service-principal"})
        bearer = {"Authorization": "Bearer " + minted["value"]}
        self.assertEqual(self.mock.get(ME, bearer).status, 200)
        self.assertEqual(self.mock.last()["credential"]["name"], minted["name"])
        self.assertEqual(self.mock.ok("POST", "/revoke", {"name": minted["name"]}),
                         {"revoked": 1})
        self.assertEqual(self.mock.get(ME, bearer).status, 403)
        self.assertEqual(self.mock.last()["credential"]["state"], "revoked")

    def test_bad_mints_and_revocations_are_refused(self):
        self.refused("POST", "/mint", {"kind": "pat", "principal": "nobody"}, 404)
        self.refused("POST", "/mint", {"kind": "cookie", "principal": "service-principal"}, 400)
        self.refused("POST", "/revoke", {}, 400, "principal")
        self.refused("POST", "/revoke", {"name": "a", "principal": "b"}, 400)

    def test_canaries_must_be_new_and_long_enough(self):
        good = {"name": "mine", "kind": "poison", "value": "value-of-mine"}
        self.mock.ok("POST", "/canaries", good)
        self.assertIn(good, self.mock.ok("GET", "/canaries"))
        self.refused("POST", "/canaries", {**good, "value": "short"}, 400)
        self.refused("POST", "/canaries", {**good, "kind": "sweet"}, 400)

    def test_a_fault_id_can_be_used_once(self):
        self.mock.ok("POST", "/faults", {"id": "one", "routes": "imds.token", "end": "hang"})
        self.refused("POST", "/faults", {"id": "one", "end": "hang"}, 409)
        self.mock.ok("DELETE", "/faults/one")
        self.refused("DELETE", "/faults/one", None, 404)

    def test_queries_are_checked(self):
        self.refused("GET", "/journal?after=x", None, 400, "after")
        self.refused("GET", "/journal/wait?count=1", None, 400, "route")
        self.refused("GET", "/journal/wait?route=scim.me&count=-1", None, 400, "count")
        self.refused("GET", "/journal/last?routes=scim.me", None, 400, "did you mean `route'?")
        self.refused("POST", "/journal/take?after=1", None, 400, "unknown query parameter 'after'")
        for call in ("wait", "last", "count"):
            self.refused("GET", f"/journal/{call}?route=oidc.tokn", None, 400, "oidc.token")
        self.assertEqual(self.mock.ok("GET", "/journal/count?route=**")["count"],
                         self.mock.ok("GET", "/journal/count?space=")["seq"])

    def test_a_body_that_is_too_large_is_refused_as_everything_else(self):
        self.refused("POST", "/faults", b" " * (17 << 20), 413, "too large")

    def test_a_bad_scenario_changes_nothing(self):
        before = self.mock.ok("GET", "/credentials")
        self.refused("PUT", "/scenario", {"workspaces": []}, 400, "workspace")
        for fault in ({"error": "none-such"}, {"routes": ["oidc.*", "oidc.tokn"], "status": 500}):
            self.refused("PUT", "/scenario", {"workspaces": [{"host": "*"}], "faults": [fault]},
                         400, "body:1:")
        self.assertEqual(self.mock.ok("GET", "/credentials"), before)


class Scenario(unittest.TestCase):
    def test_a_scenario_replaces_people_and_faults(self):
        with Mock() as mock:
            mock.ok("POST", "/faults", {"routes": "imds.token", "end": "hang"})
            answer = mock.ok("PUT", "/scenario", {
                "workspaces": [{"host": "a.example"}],
                "principals": [{"name": "u@example.com", "has_pat": True}],
                "faults": [{"id": "f", "routes": "oidc.*", "status": 503}]})
            self.assertEqual([w["host"] for w in answer["workspaces"]], ["a.example"])
            self.assertEqual([f["id"] for f in mock.ok("GET", "/faults")], ["f"])
            self.assertEqual(mock.get(DISCOVERY, {"Host": "a.example"}).status, 503)


if __name__ == "__main__":
    unittest.main()
