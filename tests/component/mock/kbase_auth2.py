# SPDX-License-Identifier: Apache-2.0
"""KBase Auth2 over HTTP: raw tokens, errors, what the journal keeps."""

import unittest

from curl_client import curl
from mock_server import Mock

URL = "http://auth.berdl.kbase.us/api/V2/token"
SCENARIO = """
workspaces: [{host: "*"}]
services:
  kbase_users:
    - {user: alice}
    - {user: bob, disabled: true}
"""


class Kbase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mock = Mock(config=SCENARIO).__enter__()
        cls.addClassCleanup(cls.mock.__exit__)
        users = cls.mock.ok("GET", "/credentials")["services"]["kbase_users"]
        cls.tokens = {u["user"]: u["token"] for u in users}

    def ask(self, value, url=URL):
        return curl(self.mock, url, "-H", f"Authorization: {value}")

    def test_a_raw_token_is_known_and_never_shown(self):
        answer = self.ask(self.tokens["alice"])
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.json["user"], "alice")
        self.assertEqual(len(self.tokens["alice"]), 32)
        record = self.mock.last()
        self.assertEqual(record["route"], "kbase.token")
        self.assertEqual(record["credential"]["name"], "kbase_token")
        self.assertEqual(record["credential"]["state"], "live")
        self.assertEqual(record["secrets"], [])
        self.assertNotIn(self.tokens["alice"], repr(record))

    def test_a_token_in_the_query_is_out_of_place(self):
        self.ask(self.tokens["alice"], f"{URL}?token={self.tokens['alice']}")
        places = [s["where"] for s in self.mock.last()["secrets"]]
        self.assertEqual(places, ["target"])

    def test_errors_have_the_services_form(self):
        cases = [("Bearer " + self.tokens["alice"], 401, 10020, "malformed"),
                 ("nobody", 401, 10020, "unknown"),
                 (self.tokens["bob"], 403, 20010, "revoked")]
        for value, status, code, state in cases:
            answer = self.ask(value)
            self.assertEqual(answer.status, status, value)
            self.assertEqual(answer.json["error"]["appcode"], code)
            self.assertEqual(self.mock.last()["credential"]["state"], state)
        answer = curl(self.mock, URL)
        self.assertEqual((answer.status, answer.json["error"]["appcode"]), (400, 10010))

    def test_the_test_mode_and_the_public_address_mirror(self):
        for url in ("http://ci.kbase.us/services/auth/api/V2/me",
                    "http://auth.berdl.kbase.us/testmode/api/V2/me",
                    "http://localhost/services/auth/testmode/api/V2/me"):
            self.assertEqual(self.ask(self.tokens["alice"], url).json["user"], "alice", url)


if __name__ == "__main__":
    unittest.main()
