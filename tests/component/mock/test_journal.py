# SPDX-License-Identifier: Apache-2.0
"""What the journal shows and what it never shows."""

import base64
import json
import unittest
import urllib.parse

from mock_server import DISCOVERY, ME, Mock

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ODD_SECRET = "p+a/s=s%:&w o\u00e9rd"


class Journal(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mock = Mock(config=f"""
workspaces: [{{host: "*"}}]
principals:
  - {{name: sp, kind: service-principal}}
  - {{name: odd, kind: service-principal, client_secret: {json.dumps(ODD_SECRET)}}}
  - {{name: user@example.com, has_pat: true}}
""").__enter__()
        cls.addClassCleanup(cls.mock.__exit__)
        people = {p["name"]: p for p in cls.mock.ok("GET", "/credentials")["principals"]}
        cls.pat = people["user@example.com"]["pat"]
        cls.sp = people["sp"]
        cls.odd = people["odd"]

    def tearDown(self):
        """Whatever a test did: no value of any canary is in the export."""
        exported = json.dumps(self.mock.journal(), ensure_ascii=False)
        for canary in self.mock.ok("GET", "/canaries"):
            for form in (canary["value"], urllib.parse.quote(canary["value"], safe=""),
                         urllib.parse.quote_plus(canary["value"])):
                self.assertNotIn(form, exported, canary["name"])

    def test_a_secret_in_the_query_is_masked_and_listed(self):
        self.mock.get(f"/api/2.0/x?a=1&token={self.pat}&b=2")
        record = self.mock.last()
        self.assertEqual(record["request"]["target"], "/api/2.0/x?a=1&token=«pat»&b=2")
        self.assertEqual(record["request"]["query"][1], ["token", "«pat»"])
        self.assertEqual(record["secrets"], [{"name": "pat", "encoding": "raw",
                                              "where": "target", "offset": 21}])

    def test_a_secret_in_the_path_is_masked_and_listed(self):
        self.mock.get(f"/api/2.0/{self.pat}/x")
        record = self.mock.last()
        self.assertEqual(record["request"]["path"], "/api/2.0/«pat»/x")
        self.assertEqual(record["secrets"][0]["where"], "target")
        self.assertIn("«pat»", record["response"]["body"])

    def test_the_credential_in_its_own_place_is_masked_but_not_listed(self):
        self.mock.get(ME, {"Authorization": "Bearer " + self.pat})
        record = self.mock.last()
        self.assertIn(["Authorization", "Bearer «pat»"], record["request"]["headers"])
        self.assertEqual(record["secrets"], [])
        self.assertEqual(record["credential"]["name"], "pat")
        self.assertEqual(record["credential"]["state"], "live")

    def test_another_header_is_not_its_place(self):
        self.mock.get(ME, {"Authorization": "Bearer " + self.pat, "Referer": "x" + self.pat,
                           "X-Old": "Token " + base64.b64encode(self.pat.encode()).decode()})
        found = {(s["where"], s["encoding"]) for s in self.mock.last()["secrets"]}
        self.assertEqual(found, {("header:Referer", "raw"), ("header:X-Old", "base64")})

    def test_an_authorization_without_a_known_scheme_is_listed(self):
        self.mock.get(ME, {"Authorization": self.pat})
        self.assertEqual(self.mock.last()["secrets"][0]["where"], "header:Authorization")

    def test_client_authentication_in_the_body_is_masked_but_not_listed(self):
        self.mock.get("/oidc/v1/token", FORM, "POST", urllib.parse.urlencode({
            "grant_type": "client_credentials", "client_id": self.sp["client_id"],
            "client_secret": self.sp["client_secret"]}))
        record = self.mock.last()
        self.assertEqual(record["response"]["status"], 200)
        self.assertEqual(record["secrets"], [])
        self.assertEqual(dict(record["request"]["form"])["client_secret"], "«client_secret»")
        self.assertIn("client_secret=«client_secret»", record["request"]["body"])
        issued = record["response"]["issued"]
        self.assertEqual(len(issued), 1)
        self.assertIn(f"«{issued[0]}»", record["response"]["body"])
        self.assertEqual(record["principal"], "sp")

    def test_a_secret_under_another_parameter_is_listed(self):
        secret = self.sp["client_secret"]
        self.mock.get("/oidc/v1/token", FORM, "POST", f"grant_type=x&note={secret}")
        self.assertEqual(self.mock.last()["secrets"],
                         [{"name": "client_secret", "encoding": "raw", "where": "body",
                           "offset": 18}])

    def test_a_secret_in_the_body_of_an_api_call_is_listed(self):
        self.mock.get("/api/2.0/sql/statements", {"Content-Type": "application/json"}, "POST",
                      json.dumps({"statement": "SELECT '" + self.pat + "'"}))
        self.assertEqual(self.mock.last()["secrets"][0]["where"], "body")

    def test_a_secret_that_was_encoded_before_base64_is_found(self):
        pair = urllib.parse.quote(self.odd["client_id"]) + ":" + urllib.parse.quote(ODD_SECRET, "")
        self.mock.get("/oidc/v1/token", {
            "Authorization": "Basic " + base64.b64encode(pair.encode()).decode(), **FORM}, "POST",
            "grant_type=client_credentials")
        record = self.mock.last()
        name = record["credential"]["name"]
        self.assertIn(["Authorization", f"Basic «{name}:base64»"], record["request"]["headers"])
        self.assertEqual(record["secrets"], [])

    def test_an_unusual_percent_encoding_hides_nothing(self):
        encoded = "".join(f"%{ord(c):02x}" if i % 2 else c for i, c in enumerate(self.pat))
        self.mock.get(f"/api/2.0/x?token={encoded}&z=1")
        record = self.mock.last()
        self.assertEqual(record["request"]["query"][0], ["token", "«pat»"])
        self.assertNotIn(encoded, json.dumps(record))
        self.assertEqual(record["secrets"][0]["name"], "pat")

    def test_a_secret_across_the_cut_of_a_body_is_not_shown_in_part(self):
        for shift in range(0, 40, 7):
            self.mock.get("/api/2.0/x", {"Content-Type": "text/plain"}, "POST",
                          "a" * (16384 - shift) + self.pat + "b" * 10000)
            body = self.mock.last()["request"]["body"]
            self.assertNotIn(self.pat[:8], body)
            self.assertTrue(body.endswith("«pat»" if shift else "a"), body[-50:])
            self.assertEqual(self.mock.last()["request"]["body_bytes"], 26384 - shift + 36)

    def test_secrets_of_the_harness_are_found(self):
        self.mock.ok("POST", "/canaries", {"name": "planted", "kind": "poison",
                                           "value": "planted-value-1"})
        self.mock.get("/api/2.0/x?a=planted-value-1")
        self.assertEqual(self.mock.last()["secrets"][0]["name"], "planted")

    def test_a_secret_made_known_late_is_masked_in_what_was_before(self):
        self.mock.get("/api/2.0/x?a=late-secret-value")
        self.assertIn("late-secret-value", self.mock.last()["request"]["target"])
        self.mock.ok("POST", "/canaries", {"name": "late", "kind": "poison",
                                           "value": "late-secret-value"})
        self.assertIn("«late»", self.mock.last()["request"]["target"])

    def test_bytes_that_json_cannot_carry_are_replaced(self):
        self.mock.get("/api/2.0/x", {"Content-Type": "application/octet-stream"}, "POST",
                      b"a\x00b\xff\xfec")
        request = self.mock.last()["request"]
        self.assertEqual((request["body"], request["body_bytes"]), ("a\ufffdb\ufffd\ufffdc", 6))

    def test_records_have_numbers_without_gaps_and_can_be_asked_for_in_parts(self):
        for _ in range(3):
            self.mock.get(DISCOVERY)
        records = self.mock.journal()
        self.assertEqual([r["seq"] for r in records], list(range(1, len(records) + 1)))
        part = self.mock.ok("GET", f"/journal?after={len(records) - 2}")
        self.assertEqual([r["seq"] for r in part], [len(records) - 1, len(records)])

    def test_times_follow_the_mock_clock_and_real_time_does_not(self):
        self.mock.get(DISCOVERY)
        before = self.mock.last()
        self.mock.ok("POST", "/clock", {"advance_ms": 3600000})
        answer = self.mock.get(DISCOVERY)
        after = self.mock.last()
        self.assertGreaterEqual(after["time_ms"] - before["time_ms"], 3600000)
        self.assertLess(after["real_ms"] - before["real_ms"], 60000)
        self.assertTrue(answer.getheader("date").endswith(" GMT"))


class Scenario(unittest.TestCase):
    def test_old_records_stay_masked_when_the_scenario_is_replaced(self):
        with Mock() as mock:
            old = mock.principal("user")["pat"]
            mock.get(ME, {"Authorization": "Bearer " + old})
            mock.ok("PUT", "/scenario", {"workspaces": [{"host": "*"}], "principals": [
                {"name": "b@example.com", "has_pat": True}]})
            new = mock.principal("user")["pat"]
            self.assertNotEqual(old, new)
            mock.get(ME, {"Authorization": "Bearer " + new})
            records = mock.journal()
            self.assertEqual([r["seq"] for r in records], [1, 2])
            self.assertNotIn(old, json.dumps(records))
            self.assertNotIn(new, json.dumps(records))
            self.assertEqual([r["principal"] for r in records],
                             ["user@example.com", "b@example.com"])

    def test_a_journal_that_was_read_can_be_read_again_after_a_reset(self):
        with Mock() as mock:
            robot = mock.principal("service-principal")
            pair = f"{robot['client_id']}:{robot['client_secret']}".encode()
            mock.get("/oidc/v1/token", {
                "Authorization": "Basic " + base64.b64encode(pair).decode(),
                "Content-Type": "application/x-www-form-urlencoded"},
                "POST", "grant_type=client_credentials&scope=all-apis")
            before = mock.settled_journal()
            for _ in range(3):
                mock.ok("POST", "/reset")
            self.assertEqual(mock.journal(), before)


if __name__ == "__main__":
    unittest.main()
