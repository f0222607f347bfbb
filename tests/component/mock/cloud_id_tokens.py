# SPDX-License-Identifier: Apache-2.0
"""Workload identity tokens over HTTP: asked for, verified by the issuer's documents, used."""

import base64
import json
import unittest

from curl_client import curl
from mock_server import Mock

TENANT = "aaaaaaaa-0000-4000-8000-000000000001"
SUBJECT = "repo:octo-org/octo-repo:environment:test"
JOB = "/a/b/_apis/distributedtask/hubs/build/plans/1/jobs/2"
GITHUB = f"http://pipelines.actions.githubusercontent.com{JOB}/idtoken?api-version=2.0"
SCENARIO = f"""
workspaces: [{{host: "*"}}]
principals: [{{name: robot, kind: service-principal}}]
federation_policies:
  - {{service_principal: robot, issuer: "https://token.actions.githubusercontent.com",
     audiences: [databricks], subject: "{SUBJECT}"}}
services:
  tenants: [{{tenant_id: {TENANT}}}]
  entra_apps:
    - name: deployer
      proof: {{federated_issuer: "https://token.actions.githubusercontent.com",
              federated_subject: "{SUBJECT}"}}
  issuers:
    - {{name: actions, kind: github, subject: "{SUBJECT}"}}
    - {{name: pipelines, kind: azure-devops}}
    - {{name: google, kind: gcp}}
    - {{name: idp, subject: workload-1}}
"""


def part(token, index):
    text = token.split(".")[index]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


class CloudId(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mock = Mock(config=SCENARIO).__enter__()
        cls.addClassCleanup(cls.mock.__exit__)
        cls.services = cls.mock.ok("GET", "/credentials")["services"]
        cls.secrets = {i["name"]: i["request_token"] for i in cls.services["issuers"]}

    def get(self, url, *arguments):
        answer = curl(self.mock, url, *arguments)
        self.assertEqual(answer.status, 200, answer.text)
        return answer

    def bearer(self, name):
        return ("-H", f"Authorization: Bearer {self.secrets[name]}")

    def test_each_token_names_a_key_that_its_issuer_serves(self):
        tokens = [
            self.get(f"{GITHUB}&audience=api://x", *self.bearer("actions")).json["value"],
            self.get(f"http://dev.azure.com{JOB}/oidctoken?api-version=7.2-preview.1", "-X", "POST",
                     *self.bearer("pipelines")).json["oidcToken"],
            self.get("http://metadata.google.internal/computeMetadata/v1/instance/"
                     "service-accounts/default/identity?audience=a",
                     "-H", "Metadata-Flavor: Google").text,
            self.get("http://idp.example.com/idp/idp/token", "-d",
                     "grant_type=client_credentials&client_id=workload-1&client_secret="
                     + self.secrets["idp"]).json["access_token"],
        ]
        for token in tokens:
            issuer = part(token, 1)["iss"].replace("https:", "http:")
            metadata = self.get(issuer + "/.well-known/openid-configuration").json
            self.assertEqual(metadata["issuer"].replace("https:", "http:"), issuer)
            keys = self.get(metadata["jwks_uri"].replace("https:", "http:")).json["keys"]
            self.assertIn(part(token, 0)["kid"], [key["kid"] for key in keys])
            self.assertNotIn(token, repr(self.mock.journal()))

    def test_a_token_of_github_gets_a_token_of_entra(self):
        deployer = self.services["entra_apps"][0]
        value = self.get(f"{GITHUB}&audience=api://AzureADTokenExchange",
                         *self.bearer("actions")).json["value"]
        answer = self.get(f"http://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token", "-d",
                          "grant_type=client_credentials&client_assertion_type=urn:ietf:params:"
                          "oauth:client-assertion-type:jwt-bearer&scope=2ff814a6-3304-4ab8-85cb-"
                          f"cd0e6f879c1d/.default&client_id={deployer['client_id']}"
                          f"&client_assertion={value}")
        self.assertEqual(part(answer.json["access_token"], 1)["appid"], deployer["client_id"])
        record = self.mock.last()
        self.assertRegex(record["credential"]["name"], r"actions_id_token_\d+")
        self.assertEqual(record["credential"]["state"], "live")
        self.assertEqual(record["secrets"], [])

    def exchange(self, subject_token):
        robot = self.mock.principal("service-principal")
        return curl(self.mock, "http://ws.example.com/oidc/v1/token", "-d",
                    "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&scope=all-apis"
                    "&subject_token_type=urn:ietf:params:oauth:token-type:jwt"
                    f"&client_id={robot['client_id']}&subject_token={subject_token}")

    def test_a_token_of_github_gets_a_token_of_the_workspace(self):
        good = self.get(f"{GITHUB}&audience=databricks", *self.bearer("actions")).json["value"]
        answer = self.exchange(good)
        self.assertEqual(answer.status, 200, answer.text)
        me = self.get("http://ws.example.com/api/2.0/preview/scim/v2/Me",
                      "-H", "Authorization: Bearer " + answer.json["access_token"])
        self.assertEqual(me.json["displayName"], "robot")
        other = self.get(f"{GITHUB}&audience=other", *self.bearer("actions")).json["value"]
        self.assertEqual(self.exchange(other).json["error"], "invalid_grant")

    def test_without_the_request_token_there_is_none(self):
        self.assertEqual(curl(self.mock, f"{GITHUB}&audience=x").status, 401)
        self.assertEqual(self.mock.last()["credential"]["state"], "absent")


if __name__ == "__main__":
    unittest.main()
