# SPDX-License-Identifier: Apache-2.0
"""Entra ID, IMDS, ARM and an Azure workspace on one port, told apart by Host."""

import os
import tempfile
import unittest

from curl_client import curl
from mock_server import ME, Mock

TENANT = "aaaaaaaa-0000-4000-8000-000000000001"
DATABRICKS = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d"
WORKSPACE = "adb-111.7.azuredatabricks.net"
LOGIN = "login.microsoftonline.com"
TOKEN = f"http://{LOGIN}/{TENANT}/oauth2/v2.0/token"
SCENARIO = f"""
workspaces:
  - {{host: {WORKSPACE}, workspace_id: "111", cloud: Azure, tenant_id: {TENANT}}}
  - {{host: "*", workspace_id: "222"}}
principals:
  - {{name: robot, kind: service-principal}}
services:
  tenants: [{{tenant_id: {TENANT}}}]
  entra_apps:
    - {{name: robot, principal: robot}}
    - {{name: guest, contributor: true}}
    - {{name: machine, kind: managed-identity, principal: robot}}
"""


class Azure(unittest.TestCase):
    def setUp(self):
        ca = tempfile.NamedTemporaryFile(suffix=".pem")
        self.addCleanup(ca.close)
        self.ca = ca.name
        self.mock = Mock("--https", "--ca-out", ca.name, "--tls-name", LOGIN, config=SCENARIO).__enter__()
        self.addCleanup(self.mock.__exit__)
        services = self.mock.ok("GET", "/credentials")["services"]
        self.apps = {a["name"]: a for a in services["entra_apps"]}

    def token(self, name, resource=DATABRICKS, expect=200, secret=None, url=TOKEN, *extra):
        app = self.apps[name]
        answer = curl(self.mock, url, *extra, "-d", "grant_type=client_credentials",
                      "--data-urlencode", f"client_id={app['client_id']}",
                      "--data-urlencode", f"client_secret={secret or app['client_secret']}",
                      "--data-urlencode", f"scope={resource}/.default")
        self.assertEqual(answer.status, expect, answer.text)
        return answer.json

    def me(self, token, *headers):
        return curl(self.mock, f"http://{WORKSPACE}{ME}", "-H", f"Authorization: Bearer {token}",
                    *[part for header in headers for part in ("-H", header)])

    def test_a_token_of_entra_opens_the_workspace_and_only_while_it_lives(self):
        token = self.token("robot")["access_token"]
        self.assertEqual(self.me(token).status, 200)
        record = self.mock.last()
        self.assertEqual(record["principal"], "robot")
        self.assertEqual(record["credential"]["name"], "entra_token_1")
        self.assertEqual(record["credential"]["state"], "live")
        self.mock.ok("POST", "/clock", {"advance_ms": 3600 * 1000})
        answer = self.me(token)
        self.assertEqual(answer.status, 401)
        self.assertEqual(answer.json["message"].split(" [")[0], "Token is expired")
        self.assertEqual(self.mock.last()["credential"]["state"], "expired")

    def test_the_host_alone_decides_who_answers(self):
        path = f"/{TENANT}/oauth2/v2.0/token"
        at_login = curl(self.mock, f"http://{LOGIN}{path}", "-d", "a=b")
        self.assertEqual(at_login.json["error_codes"], [900144])
        self.assertNotIn("server", {k: v for k, v in at_login.headers.items()
                                    if v == "databricks"})
        self.assertEqual(self.mock.last()["route"], "entra.token")
        at_workspace = curl(self.mock, f"http://{WORKSPACE}{path}", "-d", "a=b")
        self.assertEqual(at_workspace.status, 404)
        self.assertEqual(self.mock.last()["class"], "unknown")
        workspace_path_at_login = curl(self.mock, f"http://{LOGIN}{ME}")
        self.assertEqual(workspace_path_at_login.status, 404)
        self.assertEqual(self.mock.last()["route"], "")

    def test_https_serves_the_login_host(self):
        token = self.token("robot", DATABRICKS, 200, None, TOKEN.replace("http:", "https:"),
                           "--cacert", self.ca)
        self.assertEqual(token["token_type"], "Bearer")
        self.assertTrue(self.mock.last()["tls"])

    def test_secrets_are_journalled_by_name_and_never_shown(self):
        secret = self.apps["robot"]["client_secret"]
        token = self.token("robot")["access_token"]
        self.me(token)
        _, journal = self.mock.control("GET", "/journal")
        text = repr(journal)
        self.assertNotIn(secret, text)
        self.assertNotIn(token, text)
        exchange = [r for r in journal if r["route"] == "entra.token"][-1]
        self.assertIn("«robot_entra_secret»", exchange["request"]["body"])
        self.assertIn("«entra_token_1»", exchange["response"]["body"])
        self.assertEqual(exchange["response"]["issued"], ["entra_token_1"])
        self.assertEqual(exchange["secrets"], [])
        self.assertEqual(exchange["grant"], "client_credentials")

    def test_the_management_token_opens_the_workspace_for_a_contributor(self):
        own = self.token("guest")["access_token"]
        management = self.token("guest", "https://management.core.windows.net/")["access_token"]
        self.assertEqual(self.me(own).status, 403)
        host = curl(self.mock, f"http://{WORKSPACE}/aad/auth").headers["location"]
        self.assertIn(f"/{TENANT}/oauth2/authorize", host)
        resource = self.resource_id(management)
        answer = self.me(own, f"X-Databricks-Azure-SP-Management-Token: {management}",
                         f"X-Databricks-Azure-Workspace-Resource-Id: {resource}")
        self.assertEqual(answer.status, 200, answer.text)
        record = self.mock.last()
        self.assertEqual(dict(record["request"]["headers"])
                         ["X-Databricks-Azure-SP-Management-Token"], "«entra_token_2»")
        self.assertEqual(record["secrets"], [])

    def resource_id(self, management):
        workspaces = self.mock.ok("GET", "/credentials")["workspaces"]
        made = [w for w in workspaces if w["host"] == WORKSPACE][0]["resource_id"]
        answer = curl(self.mock, f"http://management.azure.com{made}?api-version=2018-04-01",
                      "-H", f"Authorization: Bearer {management}")
        self.assertEqual(answer.json["properties"]["workspaceUrl"], WORKSPACE)
        return made

    def test_imds_answers_at_its_address_and_fails_on_demand(self):
        url = (f"http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01"
               f"&resource={DATABRICKS}")
        answer = curl(self.mock, url, "-H", "Metadata: true")
        self.assertEqual(answer.status, 200, answer.text)
        self.assertEqual(answer.json["expires_in"], "3599")
        self.assertEqual(self.me(answer.json["access_token"]).status, 200)
        self.assertEqual(curl(self.mock, url).json["error"], "bad_request_102")
        for status in (404, 410, 429, 500):
            self.mock.ok("POST", "/faults", {"routes": ["imds.token"], "status": status,
                                             "times": 1, "body": "{}"})
            self.assertEqual(curl(self.mock, url, "-H", "Metadata: true").status, status)
        self.assertEqual(curl(self.mock, url, "-H", "Metadata: true").status, 200)


if __name__ == "__main__":
    unittest.main()
