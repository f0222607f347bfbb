#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every route is pinned by a row of the contract: those that are in none of its flows have theirs here.
The rows of all files are asked once more, and the journals tell which routes were not."""

import io
import json
import subprocess
import time
import unittest

import test_contract
import test_contract_identity
import test_contract_workspace
from contract import Asker, DOCUMENTED, OBSERVED, Row, SDK, check, check_rows_are_cited, form, get, post
from mock_server import Mock, PROGRAM
from test_contract_identity import basic, CHALLENGE
from test_contract_workspace import ACCOUNT, APP, DATABRICKS, ENTRA, ENTRA_APP, HOST, TENANT

CONSOLE, ROBOT = "accounts.azuredatabricks.net", test_contract_workspace.ROBOT
ROBOT_BASIC = basic(ROBOT, "dose0123456789abcdef")
OIDC, OAUTH = "OpenID Connect Discovery 1.0", f"/oidc/accounts/{ACCOUNT}/v1"
GCP_ACCOUNT = "/computeMetadata/v1/instance/service-accounts/default"
RESOURCE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Databricks/workspaces/w"
SCENARIO = json.loads(json.dumps(test_contract_workspace.SCENARIO))
SCENARIO["workspaces"][0]["resource_id"] = RESOURCE
SCENARIO["oidc"] = {"extensions": True, "device_flow": {}}
SCENARIO["services"]["issuers"] += [{"name": "ado", "kind": "azure-devops", "request_token": "ado-request-01"},
                                    {"name": "main"}]
SCENARIO["services"]["google_accounts"] = [{"name": "machine", "machine": True}]
# Pinned by tests/component/sql with the real interface definition and the real driver.
ELSEWHERE = "sql.thrift"


def google(path):
    return get(path, host="metadata.google.internal", headers={"Metadata-Flavor": "Google"})


def account(end, **fields):
    return form(OAUTH + end, _host=CONSOLE, **fields)


def authorize(host, path, more=""):
    return get(f"{path}?response_type=code&client_id=databricks-cli&redirect_uri=http://localhost:8020&state=s"
               f"&code_challenge={CHALLENGE}&code_challenge_method=S256{more}", host=host)


VM = "Google Cloud, about VM metadata"
ROWS = [
    Row("an account's authorization", "databricks-sdk-go config", SDK, authorize(CONSOLE, OAUTH + "/authorize"), 302,
        headers={"location": r"http://localhost:8020\?code=[\w-]+&state=s"}),
    Row("an account's metadata under OpenID Connect's name", "Databricks account OAuth documentation", DOCUMENTED,
        get(f"/oidc/accounts/{ACCOUNT}/.well-known/openid-configuration", host=CONSOLE), 200,
        members={"issuer": f"http://{CONSOLE}/oidc/accounts/{ACCOUNT}",
                 "userinfo_endpoint": f"http://{CONSOLE}{OAUTH}/userinfo"}),
    Row("an account's keys", "RFC 7517 section 5", DOCUMENTED,
        get(f"/oidc/accounts/{ACCOUNT}/jwks.json", host=CONSOLE), 200, members={"keys.0.kty": "RSA"}),
    Row("an account's introspection", "RFC 7662 section 2.2", DOCUMENTED,
        account("/introspect", token="x", _authorization=ROBOT_BASIC), 200, body='{"active":false}'),
    Row("an account's revocation", "RFC 7009 section 2.2", DOCUMENTED,
        account("/revoke", token="x", _authorization=ROBOT_BASIC), 200, body=""),
    Row("an account's userinfo", "OpenID Connect Core section 5.3.3", DOCUMENTED,
        get(OAUTH + "/userinfo", "x", host=CONSOLE), 401, headers={"www-authenticate": ".*invalid_token.*"}),
    Row("an account's end of session", "OpenID Connect RP-Initiated Logout section 2", DOCUMENTED,
        get(OAUTH + "/end_session", host=CONSOLE), 200),
    Row("an account's device flow", "RFC 8628 section 3.2", DOCUMENTED,
        account("/device_authorization", client_id="databricks-cli"), 200, has=["device_code", "user_code"]),
    Row("the device's page", "RFC 8628 section 3.3", DOCUMENTED, get("/oidc/device"), 200,
        headers={"content-type": "text/html.*"}),
    Row("the login host goes on to a workspace", "databricks-sdk-go credentials/u2m; RFC 9207", SDK, get(
        "/?destination_url=%2Foidc%2Fv1%2Fauthorize%3Fresponse_type%3Dcode%26client_id%3Ddatabricks-cli"
        "%26redirect_uri%3Dhttp%3A%2F%2Flocalhost%3A8020%26state%3Ds", host="login.databricks.com"), 302,
        headers={"location": r"http://localhost:8020\?code=[\w-]+&state=s&iss=http.*" + "%2Foidc"}),
    Row("the icon", "databricks/cli#1411", OBSERVED, get("/favicon.ico"), 200),
    Row("an issuer of the scenario", OIDC, DOCUMENTED, get("/idp/main/.well-known/openid-configuration"), 200,
        members={"issuer": f"http://{HOST}/idp/main", "jwks_uri": f"http://{HOST}/idp/main/jwks.json"}),
    Row("its keys", "RFC 7517 section 5", DOCUMENTED, get("/idp/main/jwks.json"), 200,
        members={"keys.0.alg": "RS256"}),
    Row("Entra's authorization", "Microsoft identity platform, authorization code flow", DOCUMENTED,
        get(f"/{TENANT}/oauth2/v2.0/authorize?client_id={ENTRA_APP}&response_type=code"
            "&redirect_uri=http://elsewhere&scope=openid", host=ENTRA), 400, pattern=".*AADSTS50011.*"),
    Row("Entra's authorization for a resource", "Azure AD v1.0 authorization code flow", DOCUMENTED,
        get(f"/{TENANT}/oauth2/authorize?client_id={ENTRA_APP}&response_type=code"
            "&redirect_uri=http://elsewhere&resource=" + DATABRICKS, host=ENTRA), 400, pattern=".*AADSTS50011.*"),
    Row("Entra's metadata", OIDC, DOCUMENTED, get(f"/{TENANT}/v2.0/.well-known/openid-configuration", host=ENTRA),
        200, members={"token_endpoint": f"http://{ENTRA}/{TENANT}/oauth2/v2.0/token"}),
    Row("Entra's metadata of version 1.0", OIDC, DOCUMENTED,
        get(f"/{TENANT}/.well-known/openid-configuration", host=ENTRA), 200,
        members={"issuer": f"https://sts.windows.net/{TENANT}/"}),
    Row("Entra's keys", "RFC 7517 section 5", DOCUMENTED, get(f"/{TENANT}/discovery/v2.0/keys", host=ENTRA), 200,
        members={"keys.0.kty": "RSA"}),
    Row("Entra's keys of version 1.0", "RFC 7517 section 5", DOCUMENTED,
        get(f"/{TENANT}/discovery/keys", host=ENTRA), 200, members={"keys.0.kty": "RSA"}),
    Row("Entra's instances", "MSAL for Python, authority.py", SDK,
        get("/common/discovery/instance?api-version=1.1&authorization_endpoint="
            f"https://{ENTRA}/{TENANT}/oauth2/v2.0/authorize", host=ENTRA), 200,
        members={"metadata.0.preferred_network": ENTRA}),
    Row("the resource manager without a token", "Azure REST, Databricks workspaces", DOCUMENTED,
        get(RESOURCE + "?api-version=2018-04-01", host="management.azure.com"), 401,
        members={"error.code": "AuthenticationFailed"}),
    Row("a token of Azure DevOps", "Azure DevOps REST, Oidctoken - Create", DOCUMENTED,
        post("/o/p/_apis/distributedtask/hubs/build/plans/p/jobs/j/oidctoken?api-version=7.2-preview.1"
             "&serviceConnectionId=c", None, "ado-request-01", host="dev.azure.com"), 200, has=["oidcToken"]),
    Row("Azure DevOps's metadata", OIDC, DOCUMENTED, get("/o/.well-known/openid-configuration", host="dev.azure.com"),
        200, has=["issuer", "jwks_uri"]),
    Row("Azure DevOps's keys", "RFC 7517 section 5", DOCUMENTED, get("/o/.well-known/jwks", host="dev.azure.com"), 200,
        members={"keys.0.kty": "RSA"}),
    Row("GitHub's metadata", OIDC, DOCUMENTED,
        get("/.well-known/openid-configuration", host="token.actions.githubusercontent.com"), 200,
        members={"issuer": "https://token.actions.githubusercontent.com"}),
    Row("GitHub's keys", "RFC 7517 section 5", DOCUMENTED,
        get("/.well-known/jwks", host="token.actions.githubusercontent.com"), 200, members={"keys.0.kty": "RSA"}),
    Row("Google's metadata", OIDC, DOCUMENTED, get("/.well-known/openid-configuration", host="accounts.google.com"),
        200, members={"issuer": "https://accounts.google.com"}),
    Row("Google's keys", "RFC 7517 section 5", DOCUMENTED, get("/oauth2/v3/certs", host="www.googleapis.com"), 200,
        members={"keys.0.kty": "RSA"}),
    Row("Google's token endpoint", "RFC 7523 section 3.1", DOCUMENTED,
        form("/token", _host="oauth2.googleapis.com", assertion="x",
             grant_type="urn:ietf:params:oauth:grant-type:jwt-bearer"), 400, has=["error"]),
    Row("Google's credentials API", "Google Cloud, IAM service account credentials API", DOCUMENTED,
        post("/v1/projects/-/serviceAccounts/a@b.iam.gserviceaccount.com:generateIdToken", {"audience": "a"},
             host="iamcredentials.googleapis.com"), 401),
    Row("where an account may act", "google-auth _regional_access_boundary_utils.py", SDK,
        get("/v1/projects/-/serviceAccounts/a@b.iam.gserviceaccount.com/allowedLocations", "x",
            host="iamcredentials.googleapis.com"), 401),
    Row("a machine of GCP", VM, DOCUMENTED, google("/"), 200, headers={"metadata-flavor": "Google"}),
    Row("its account", VM, DOCUMENTED, google(GCP_ACCOUNT + "/?recursive=true"), 200, has=["email", "scopes"]),
    Row("its account's address", VM, DOCUMENTED, google(GCP_ACCOUNT + "/email"), 200,
        body="machine@assay-project.iam.gserviceaccount.com"),
    Row("its account's token", VM, DOCUMENTED, google(GCP_ACCOUNT + "/token"), 200,
        members={"token_type": "Bearer"}),
    Row("its project", VM, DOCUMENTED, google("/computeMetadata/v1/project/project-id"), 200),
    Row("its universe", VM, DOCUMENTED, google("/computeMetadata/v1/universe/universe-domain"), 200,
        body="googleapis.com"),
    Row("KBase's service", "kbase-auth-client KBaseAuthClient.create", SDK,
        get("/services/auth", host="kbase.us"), 200, members={"servicename": "Authentication Service"}),
    Row("an app without a token", "Databricks documentation, connect to an app", DOCUMENTED,
        get("/api/echo", host=APP), 401),
]


class Listening(Mock):
    """A mock that tells at its end which routes were asked."""

    asked = set()

    def __exit__(self, *ended):
        spaces = [""] + ["?space=" + space["name"] for space in self.ok("GET", "/spaces")]
        for space in spaces:
            while self.ok("GET", "/journal/count" + space)["open"] > 0:
                time.sleep(0.01)
            Listening.asked |= {record["route"] for record in self.ok("GET", "/journal" + space)}
        return super().__exit__(*ended)


class ContractOfRoutes(unittest.TestCase):
    def test_each_route_answers_as_its_row_says(self):
        with Listening(config=json.dumps(SCENARIO)) as mock:
            for row in ROWS:
                with self.subTest(row.what, source=row.source):
                    check(self, row, *Asker(mock, HOST).ask(row.request, {}), {})

    def test_every_row_says_where_it_is_from(self):
        check_rows_are_cited(self, ROWS)

    def test_no_route_is_without_a_row(self):
        self.test_each_route_answers_as_its_row_says()
        for module in (test_contract, test_contract_identity, test_contract_workspace):
            ordinary, module.Mock = module.Mock, Listening
            try:
                suite = unittest.defaultTestLoader.loadTestsFromModule(module)
                self.assertTrue(unittest.TextTestRunner(stream=io.StringIO()).run(suite).wasSuccessful())
            finally:
                module.Mock = ordinary
        listed = subprocess.run([PROGRAM, "routes", "--json"], check=True, capture_output=True, text=True).stdout
        names = {route["name"] for route in json.loads(listed)}
        self.assertEqual({n for n in names - Listening.asked if not n.startswith(ELSEWHERE)}, set())
        self.assertGreater(len(names), 150)


if __name__ == "__main__":
    unittest.main()
