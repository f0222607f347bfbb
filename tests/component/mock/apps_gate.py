# SPDX-License-Identifier: Apache-2.0
"""The gate of Databricks Apps over HTTP."""

import unittest

from curl_client import curl
from mock_server import Mock

APP = "http://sensors-111.aws.databricksapps.com"
SCENARIO = """
workspaces: [{host: ws.example.com, workspace_id: "111"}]
principals:
  - {name: robot, kind: service-principal}
  - {name: user@example.com, has_pat: true}
services:
  apps: [{name: sensors, can_use: [robot, user@example.com], has_api_key: true}]
"""


class Apps(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mock = Mock(config=SCENARIO).__enter__()
        cls.addClassCleanup(cls.mock.__exit__)
        credentials = cls.mock.ok("GET", "/credentials")
        cls.principals = {p["name"]: p for p in credentials["principals"]}
        cls.app = credentials["services"]["apps"][0]

    def ask(self, token, path="/api/status", *headers):
        return curl(self.mock, APP + path, "-H", f"Authorization: Bearer {token}",
                    *[part for header in headers for part in ("-H", header)])

    def machine_token(self):
        robot = self.principals["robot"]
        answer = curl(self.mock, "http://ws.example.com/oidc/v1/token", "-u",
                      f"{robot['client_id']}:{robot['client_secret']}",
                      "-d", "grant_type=client_credentials&scope=all-apis")
        return answer.json["access_token"]

    def test_an_oauth_token_and_the_apps_key_open_it(self):
        self.assertEqual(self.app["host"], "sensors-111.aws.databricksapps.com")
        token = self.machine_token()
        answer = self.ask(token, "/api/echo", f"X-API-Key: {self.app['api_key']}")
        self.assertEqual(answer.status, 200, answer.text)
        self.assertEqual(answer.json["headers"]["X-Forwarded-Email"],
                         self.principals["robot"]["client_id"])
        record = self.mock.last()
        self.assertEqual(record["route"], "apps.echo")
        self.assertEqual(record["secrets"], [])
        self.assertNotIn(self.app["api_key"], repr(record))
        self.assertNotEqual(answer.headers.get("server"), "databricks")

    def test_a_personal_access_token_is_refused_here_and_taken_by_the_workspace(self):
        pat = self.principals["user@example.com"]["pat"]
        self.assertEqual(self.ask(pat).status, 401)
        self.assertEqual(self.mock.last()["credential"]["state"], "wrong")
        me = curl(self.mock, "http://ws.example.com/api/2.0/preview/scim/v2/Me",
                  "-H", f"Authorization: Bearer {pat}")
        self.assertEqual(me.status, 200)

    def test_pages_are_for_browsers(self):
        answer = curl(self.mock, APP + "/dashboard")
        self.assertEqual(answer.status, 302)
        self.assertIn("/oidc/oauth2/v2.0/authorize?client_id=sensors", answer.headers["location"])


if __name__ == "__main__":
    unittest.main()
