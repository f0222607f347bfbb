#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What clients rely on, row by row, over real HTTP: the request, the answer, where it is known from
and how surely. Bodies that were recorded from the service are compared byte for byte; what is only
assumed is held to be well formed and no more."""

import base64
import hashlib
import json
import re
import subprocess
import unittest
import urllib.parse

from contract import (ASSUMED, Asker, DOCUMENTED, OBSERVED, RECORDED, Row, SDK, UUID, check, check_rows_are_cited,
                      form, gateway, get, oauth_error, post)
from mock_server import Mock, PROGRAM

HOST, ORG = "adb-111.11.azuredatabricks.net", "111"
OTHER_HOST = "adb-222.22.azuredatabricks.net"
BLOCKED_HOST, NEWER_HOST = "blocked.cloud.databricks.com", "newer.cloud.databricks.com"
CONSOLE, ACCOUNT = "accounts.cloud.databricks.com", "00000000-0000-4000-8000-0000000000aa"
ROBOT, ROBOT_SECRET = "11111111-2222-4333-8444-555555555555", "dose0123456789abcdef0123456789abcdef"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
SCENARIO = f"""
workspaces:
  - {{host: {HOST}, workspace_id: "{ORG}", account_id: {ACCOUNT}, tables: [main.default.trips]}}
  - {{host: {OTHER_HOST}, workspace_id: "222", account_id: {ACCOUNT}}}
  - {{host: {BLOCKED_HOST}, workspace_id: "333", door: {{blocked: true}}}}
  - {{host: {NEWER_HOST}, workspace_id: "444", door: {{request_ids: true}}}}
principals:
  - {{name: robot, kind: service-principal, client_id: {ROBOT}, client_secret: {ROBOT_SECRET}}}
  - {{name: mia@example.com, has_pat: true}}
oauth_apps:
  - {{name: public, client_id: public-app, redirect_urls: ["http://localhost:8080/callback"]}}
"""

NOT_SENT = "Credential was not sent or was of an unsupported type for this API."
GATEWAY_401 = {"www-authenticate": 'Bearer realm="DatabricksRealm"',
               "x-databricks-reason-phrase": NOT_SENT,
               "content-type": "application/json; charset=utf-8", "server": "databricks",
               "x-request-id": UUID, "vary": "Accept-Encoding"}
FRONT = {"server": "databricks", "x-content-type-options": "nosniff", "vary": "Accept-Encoding",
         "strict-transport-security": "max-age=31536000; includeSubDomains; preload",
         "x-request-id": UUID}
NO_STORE = {"cache-control": "no-store", "pragma": "no-cache"}
META, TOKEN = "/oidc/.well-known/oauth-authorization-server", "/oidc/v1/token"
ME, TABLES = "/api/2.0/preview/scim/v2/Me", "/api/2.1/unity-catalog/tables"
SQL, PATS = "/api/2.0/sql/statements", "/api/2.0/token"
JDBC = "databricks-jdbc recordings"

BASIC = "Basic " + base64.b64encode(f"{ROBOT}:{ROBOT_SECRET}".encode()).decode()
METADATA = {
    "authorization_endpoint": f"http://{HOST}/oidc/v1/authorize",
    "token_endpoint": f"http://{HOST}/oidc/v1/token", "issuer": f"http://{HOST}/oidc",
    "jwks_uri": f"http://{HOST}/oidc/jwks.json",
    "scopes_supported": ["all-apis", "email", "offline_access", "openid", "profile", "sql"],
    "response_types_supported": ["code", "id_token"],
    "response_modes_supported": ["query", "fragment", "form_post"],
    "grant_types_supported": ["client_credentials", "authorization_code", "refresh_token"],
    "code_challenge_methods_supported": ["S256"],
    "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
    "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"],
    "claims_supported": ["iss", "sub", "aud", "iat", "exp", "jti", "name", "family_name",
                         "given_name", "preferred_username"],
    "request_uri_parameter_supported": False,
}
AUTHORIZE = {"response_type": "code", "client_id": "public-app", "state": "s",
             "redirect_uri": "http://localhost:8080/callback", "code_challenge": CHALLENGE,
             "code_challenge_method": "S256"}


def authorize(**changed):
    return get("/oidc/v1/authorize?" + urllib.parse.urlencode({**AUTHORIZE, **changed}))


ROWS = [
    # Discovery.
    Row("metadata", JDBC + ", m2mauthintegrationtests", RECORDED, get(META), 200,
        headers={**FRONT, "content-type": "application/json; charset=UTF-8"},
        body=json.dumps(METADATA, separators=(",", ":")).replace("/", "\\/")),
    Row("metadata under OpenID Connect's name", "PWAF, OAuth reference", DOCUMENTED,
        get("/oidc/.well-known/openid-configuration"), 200,
        members={"issuer": f"http://{HOST}/oidc"}),
    Row("RFC 8414 puts the well-known part first, the service does not", "RFC 8414 section 3.1",
        RECORDED, get("/.well-known/oauth-authorization-server/oidc"), 404),
    Row("databricks-config of a workspace", "databricks-sdk-go config/host_metadata.go", SDK,
        get("/.well-known/databricks-config"), 200,
        members={"oidc_endpoint": f"http://{HOST}/oidc", "account_id": ACCOUNT,
                 "workspace_id": ORG, "host_type": "workspace"}),
    Row("databricks-config of a console", "databricks-sdk-go config/host_metadata.go", SDK,
        get("/.well-known/databricks-config", host=CONSOLE), 200,
        members={"oidc_endpoint": f"http://{CONSOLE}/oidc/accounts/{{account_id}}",
                 "host_type": "account"}),
    Row("keys", "RFC 7517", DOCUMENTED, get("/oidc/jwks.json"), 200,
        pattern=r'\{"keys":\[\{"kty":"RSA","use":"sig","alg":"RS256","kid":"[\w-]{43}","n":"[\w-]+",'
                r'"e":"AQAB"\}\]\}'),
    Row("metadata of an account", "databricks-sdk-go config", SDK,
        get(f"/oidc/accounts/{ACCOUNT}/.well-known/oauth-authorization-server", host=CONSOLE), 200,
        members={"issuer": f"http://{CONSOLE}/oidc/accounts/{ACCOUNT}",
                 "token_endpoint": f"http://{CONSOLE}/oidc/accounts/{ACCOUNT}/v1/token"}),
    Row("a console without an account shows its login page", "databricks-sdk-py#298", OBSERVED,
        get(META, host=CONSOLE), 200, headers={"content-type": "text/html.*"}),
    # The authorization endpoint: what is told on a page is told to nobody else.
    Row("a code", "RFC 6749 section 4.1.2", DOCUMENTED, authorize(), 302,
        headers={"location": r"http://localhost:8080/callback\?code=[\w-]+&state=s"}),
    Row("a redirect URI that is not registered", "dbt-databricks#582", RECORDED,
        authorize(client_id="databricks-cli", redirect_uri="http://127.0.0.1:53890"), 400,
        body="{\"error_description\":\"redirect_uri 'http://127.0.0.1:53890' not registered for "
             "OAuth application 'databricks-cli'\",\"error\":\"invalid_request\"}"),
    Row("a client that is not known", "dbt-databricks#1067", RECORDED, authorize(client_id="X"), 400,
        body="{\"error_description\":\"OAuth application with client_id: 'X' not available in "
             f"Databricks account '{ACCOUNT}'.\",\"error\":\"invalid_request\"}}"),
    # The token endpoint.
    Row("client credentials by Basic", "RFC 6749 section 4.4", DOCUMENTED,
        form(TOKEN, grant_type="client_credentials", scope="all-apis", _authorization=BASIC), 200,
        headers={**FRONT, **NO_STORE},
        pattern=r'\{"access_token":"eyJ[^"]+","scope":"all-apis","token_type":"Bearer",'
                r'"expires_in":3600\}'),
    Row("client credentials in the body", "RFC 6749 section 2.3.1", DOCUMENTED,
        form(TOKEN, grant_type="client_credentials", client_id=ROBOT, client_secret=ROBOT_SECRET), 200,
        members={"token_type": "Bearer", "expires_in": 3600}, absent=["refresh_token"]),
    Row("a wrong secret", "terraform-provider-databricks#3757", RECORDED,
        form(TOKEN, grant_type="client_credentials", client_id=ROBOT, client_secret="wrong"), 401,
        headers=NO_STORE, pattern=oauth_error("invalid_client", "Client authentication failed")),
    Row("an unknown client", "terraform-provider-databricks#2863", RECORDED,
        form(TOKEN, grant_type="client_credentials", client_id="nobody", client_secret="wrong"), 401,
        pattern=oauth_error("invalid_client", "Client authentication failed")),
    Row("two authentications", "RFC 6749 sections 2.3 and 5.2", DOCUMENTED,
        form(TOKEN, grant_type="client_credentials", client_id=ROBOT, client_secret=ROBOT_SECRET,
             _authorization=BASIC), 400, members={"error": "invalid_request"}),
    Row("a dead refresh token", "databricks/cli PR 1434", RECORDED,
        form(TOKEN, grant_type="refresh_token", client_id="public-app", refresh_token="doau0"), 400,
        headers=NO_STORE, pattern=oauth_error("invalid_request", "Refresh token is invalid")),
    Row("a dead code", "RFC 6749 section 5.2", DOCUMENTED,
        form(TOKEN, grant_type="authorization_code", client_id="public-app", code="x",
             redirect_uri="http://localhost:8080/callback", code_verifier=VERIFIER), 400,
        members={"error": "invalid_grant"}),
    Row("a grant that is not there", "RFC 6749 section 5.2", DOCUMENTED,
        form(TOKEN, grant_type="password", client_id="public-app", username="u", password="p"), 400,
        members={"error": "unsupported_grant_type"}),
    Row("no grant", "RFC 6749 section 5.2", DOCUMENTED, form(TOKEN, client_id="public-app"), 400,
        members={"error": "invalid_request"}),
    Row("a scope that the client has not", "RFC 6749 section 5.2", DOCUMENTED,
        form(TOKEN, grant_type="client_credentials", scope="moon", _authorization=BASIC), 400,
        members={"error": "invalid_scope"}),
    Row("a body that is no form", "databricks-sdk-java#154", OBSERVED,
        post(TOKEN, {"grant_type": "client_credentials"}), 400, body=""),
    Row("a parameter twice", "RFC 6749 section 3.2", DOCUMENTED,
        {"method": "POST", "path": TOKEN, "text": "grant_type=client_credentials&scope=a&scope=b",
         "type": "application/x-www-form-urlencoded"}, 400, members={"error": "invalid_request"}),
    Row("the secret in the URI", "RFC 6749 section 2.3.1", DOCUMENTED,
        form(TOKEN + "?client_secret=" + ROBOT_SECRET, grant_type="client_credentials",
             client_id=ROBOT), 400, members={"error": "invalid_request"}),
    Row("a subject token that no policy covers", "workload identity federation errors", OBSERVED,
        form(TOKEN, grant_type="urn:ietf:params:oauth:grant-type:token-exchange", scope="all-apis",
             subject_token_type="urn:ietf:params:oauth:token-type:jwt", subject_token="{foreign}"),
        400, members={"error": "invalid_grant"},
        pattern=r".*TOKEN_INVALID \(Ensure a valid federation policy has been configured\)\. Valid "
                r"federation policy for provided token: \{issuer: '[^']*', subject: '[^']*', "
                r"audience: '[^']*'\}.*"),
    Row("a PAT becomes an OAuth token", "databricks-sdk-py runtime-oauth", SDK,
        form(TOKEN, grant_type="urn:ietf:params:oauth:grant-type:token-exchange", subject_token="{pat}",
             subject_token_type="urn:databricks:params:oauth:token-type:personal-access-token",
             requested_token_type="urn:ietf:params:oauth:token-type:access_token"), 200,
        members={"issued_token_type": "urn:ietf:params:oauth:token-type:access_token"}),
    Row("a token of an account", "databricks-sdk-go config", SDK,
        form(f"/oidc/accounts/{ACCOUNT}/v1/token", grant_type="client_credentials",
             _authorization=BASIC, _host=CONSOLE), 200, members={"token_type": "Bearer"}),
    # The gateway.
    Row("no credential", JDBC + ", connectionintegrationtests", RECORDED, get(ME), 401,
        headers=GATEWAY_401, body=gateway(401, NOT_SENT)),
    Row("another scheme", JDBC + ", connectionintegrationtests", RECORDED,
        get(ME, authorization="Basic dTpw"), 401, headers=GATEWAY_401, body=gateway(401, NOT_SENT)),
    Row("newer gateways add the request's id", "omnigent#3231", RECORDED, get(ME, host=NEWER_HOST),
        401, pattern=r'\{"error_code":401,"message":"' + re.escape(NOT_SENT) +
        r' \[ReqId: ' + UUID + r'\]"\}',
        headers={**GATEWAY_401, "x-databricks-apiproxy-response-code-details": "ext_authz_denied"}),
    Row("an unknown token", "databricks-sdk-go#873", RECORDED, get(ME, "dapi0"), 403,
        headers={"x-databricks-reason-phrase": r"Invalid access token\."}, no=["www-authenticate"],
        body=gateway(403, "Invalid access token.")),
    Row("a revoked token", "databricks-sdk-go#873", RECORDED, get(ME, "{revoked}"), 403,
        body=gateway(403, "Invalid access token.")),
    Row("an expired token", "databricks/cli#4768", OBSERVED, get(ME, "{expired}"), 403,
        pattern=".*Invalid Token.*"),
    Row("a token with 30 s left", "databricks-vscode#583", RECORDED, get(ME, "{expiring}"), 403,
        body=gateway(403, "Token is expiring within 30 seconds. (token expired)")),
    Row("a token of another workspace", "gbrueckl/Databricks.API.PowerShell#87", RECORDED,
        get(ME, "{token}", host=OTHER_HOST), 403, body=gateway(403, "Invalid access to Org: 222")),
    Row("a token of the account at a workspace", "databricks-sdk-go config", SDK,
        get(ME, "{account}"), 403, body=gateway(403, f"Invalid access to Org: {ORG}")),
    Row("a blocked address", "omnigent#4463", RECORDED, get(ME, "{pat}", host=BLOCKED_HOST), 403,
        pattern=r'\{"error_code":403,"message":"Source IP address: 127\.0\.0\.1 is blocked by '
                r'Databricks IP ACL for workspace: 333 \[ReqId: ' + UUID + r'\]"\}'),
    Row("a token without the scope", "gateway error texts", OBSERVED, get(ME, "{narrow}"), 403,
        pattern=r".*Provided OAuth token does not have required scopes: .*"),
    Row("an unknown path", "the code occurs in bodies", ASSUMED, get("/api/2.0/nothing", "{pat}"),
        404, members={"error_code": "ENDPOINT_NOT_FOUND"}),
    # Token APIs.
    Row("a new token", "databricks-sdk-py service/settings.py", SDK,
        post(PATS + "/create", {"comment": "c", "lifetime_seconds": 60}, "{pat}"), 200,
        pattern=r'\{"token_value":"dapi[0-9a-f]{32}","token_info":\{"token_id":"[0-9a-f]{64}",'
                r'"creation_time":\d{13},"expiry_time":\d{13},"comment":"c".*\}\}'),
    Row("the list never has values", "databricks-sdk-py service/settings.py", SDK,
        get(PATS + "/list", "{pat}"), 200, pattern=r'(?!.*token_value)\{"token_infos":\[.*\]\}'),
    Row("an unknown token's id", "databricks-sdk-py service/settings.py", SDK,
        post(PATS + "/delete", {"token_id": "0"}, "{pat}"), 404,
        members={"error_code": "RESOURCE_DOES_NOT_EXIST"}),
    Row("on behalf of others, for admins only", "databricks-sdk-py service/settings.py", SDK,
        post("/api/2.0/token-management/on-behalf-of/tokens", {"application_id": ROBOT}, "{pat}"),
        403, members={"error_code": "PERMISSION_DENIED"}),
    Row("whose token it is", "databricks/cli", SDK, get("/api/2.0/tokens/introspect", "{pat}"), 200,
        body=json.dumps({"principal_context": {"authentication_scope": {
            "account_id": ACCOUNT, "workspace_id": int(ORG)}}}, separators=(",", ":"))),
    # The workspace.
    Row("who I am", "databricks-sdk-py service/iam.py", SDK, get(ME, "{pat}"), 200,
        headers={**FRONT, "x-databricks-org-id": ORG},
        members={"userName": "mia@example.com", "active": True}),
    Row("a service principal is its application id", "databricks-sdk-py service/iam.py", SDK,
        get(ME, "{token}"), 200, members={"userName": ROBOT}),
    Row("a table", "databricks-sdk-py service/catalog.py", SDK,
        get(TABLES + "/main.default.trips", "{pat}"), 200,
        members={"name": "trips", "catalog_name": "main", "schema_name": "default",
                 "full_name": "main.default.trips"}),
    Row("a table's name percent-encoded", "databricks-sdk-go service/catalog", SDK,
        get(TABLES + "/main%2Edefault%2Etrips", "{pat}"), 200,
        members={"full_name": "main.default.trips"}),
    Row("no such table", "Unity Catalog error texts", ASSUMED, get(TABLES + "/main.default.x", "{pat}"),
        404, pattern=r".*Table 'main\.default\.x' does not exist\..*"),
    Row("catalogs", "databricks-sdk-py service/catalog.py", SDK,
        get("/api/2.1/unity-catalog/catalogs", "{pat}"), 200, has=["catalogs"]),
    Row("a statement", JDBC + ", sqlexecapi", RECORDED,
        post(SQL + "/", {"warehouse_id": "{warehouse}", "statement": "SELECT 1"}, "{pat}"), 200,
        has=["statement_id", "manifest", "result"],
        pattern=r'.*"status":\{"state":"SUCCEEDED"\}.*"data_array":\[\["1"\]\].*'),
    Row("the same without the slash", "databricks-sdk-py service/sql.py", SDK,
        post(SQL, {"warehouse_id": "{warehouse}", "statement": "SELECT 1"}, "{pat}"), 200,
        has=["statement_id"]),
    Row("a statement that is none", JDBC + ", sqlexecapi", RECORDED,
        post(SQL, {"warehouse_id": "{warehouse}", "statement": "SELEC 1"}, "{pat}"), 200,
        pattern=r'.*"status":\{"state":"FAILED","error":\{"error_code":"BAD_REQUEST","message":'
                r'"\[PARSE_SYNTAX_ERROR\].*"sql_state":"42601".*'),
    Row("0s is always pending", "statement execution reference", DOCUMENTED,
        post(SQL, {"warehouse_id": "{warehouse}", "statement": "SELECT 1", "wait_timeout": "0s"},
             "{pat}"), 200, pattern=r'\{"statement_id":"[^"]+","status":\{"state":"PENDING"\}\}'),
    Row("a wait between", "statement execution reference", DOCUMENTED,
        post(SQL, {"warehouse_id": "{warehouse}", "statement": "SELECT 1", "wait_timeout": "3s"},
             "{pat}"), 400, members={"error_code": "INVALID_PARAMETER_VALUE"}),
    Row("an unknown statement", "statement execution reference", DOCUMENTED,
        get(SQL + "/01ef0000-0000-0000-0000-000000000000", "{pat}"), 404),
    Row("a session", JDBC + ", sqlexecapi", RECORDED,
        post("/api/2.0/sql/sessions/", {"warehouse_id": "{warehouse}"}, "{pat}"), 200,
        pattern=r'\{"session_id":"[^"]+"\}'),
    Row("warehouses", "databricks-sdk-py service/sql.py", SDK, get("/api/2.0/sql/warehouses", "{pat}"),
        200, pattern=r'.*"odbc_params":\{.*"path":"/sql/1\.0/warehouses/.*'),
    Row("no such secret", "databricks-sdk-py service/workspace.py", SDK,
        get("/api/2.0/secrets/get?scope=s&key=k", "{pat}"), 404,
        members={"error_code": "RESOURCE_DOES_NOT_EXIST"}),
    Row("clusters end with an empty token", "databricks-sdk-py service/compute.py", SDK,
        get("/api/2.1/clusters/list", "{pat}"), 200, members={"next_page_token": ""}),
    Row("no jobs, no member", "databricks-sdk-py service/jobs.py", SDK,
        get("/api/2.2/jobs/list", "{pat}"), 200, members={"has_more": False}, absent=["jobs"]),
    Row("a path that is not there", "databricks/cli acceptance outputs", RECORDED,
        get("/api/2.0/workspace/get-status?path=%2Fx", "{pat}"), 404,
        members={"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "Path (/x) doesn't exist."}),
]


class Contract(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mock = Mock(config=SCENARIO).__enter__()
        cls.addClassCleanup(cls.mock.__exit__)
        cls.values = cls.values_make()

    @classmethod
    def mint(cls, **wish):
        made = cls.mock.ok("POST", "/mint", {"principal": "robot", "kind": "access-token",
                                             "host": HOST, **wish})
        return made["value"], made["name"]

    @classmethod
    def values_make(cls):
        revoked, name = cls.mint()
        cls.mock.ok("POST", "/revoke", {"name": name})
        warehouses = cls.mock.get("/api/2.0/sql/warehouses", {
            "Host": HOST, "Authorization": "Bearer " + cls.mock.principal("user")["pat"]})
        foreign = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (
            b'{"alg":"RS256"}', b'{"iss":"https://idp.invalid","sub":"s","aud":"a"}', b"x" * 256))
        return {"pat": cls.mock.principal("user")["pat"], "token": cls.mint()[0],
                "revoked": revoked, "expired": cls.mint(lifetime_ms=-1000)[0],
                "expiring": cls.mint(lifetime_ms=20000)[0],
                "narrow": cls.mint(scopes=["offline_access"])[0],
                "account": cls.mint(account=True)[0], "foreign": foreign,
                "warehouse": json.loads(warehouses.text)["warehouses"][0]["id"]}

    def ask(self, request):
        return Asker(self.mock, HOST).ask(request, self.values)

    def test_each_request_gets_the_answer_that_clients_rely_on(self):
        for row in ROWS:
            with self.subTest(row.what, source=row.source, sure=row.sure):
                check(self, row, *self.ask(row.request), self.values)

    def test_every_row_says_where_it_is_from_and_no_assumption_is_exact(self):
        check_rows_are_cited(self, ROWS)

    def test_every_api_route_asks_for_a_credential_in_the_recorded_words(self):
        listed = subprocess.run([PROGRAM, "routes", "--json"], check=True, capture_output=True,
                                text=True).stdout
        families = ("workspace", "statements", "account")
        asked = 0
        for route in json.loads(listed):
            if route["class"] != "api" or route["family"] not in families:
                continue
            with self.subTest(route["name"], path=route["path"]):
                path = re.sub(r"\{[^}]*\}", "x", route["path"].replace("[/]", ""))
                path = path.replace("/accounts/x/", f"/accounts/{ACCOUNT}/")
                at = CONSOLE if "/accounts/" in path else HOST
                answer, text = self.ask({"method": route["method"], "path": path, "host": at})
                self.assertEqual((answer.status, text), (401, gateway(401, NOT_SENT)))
                asked += 1
        self.assertGreater(asked, 60)

    def test_the_vector_of_rfc_7636_is_what_is_checked(self):
        digest = hashlib.sha256(VERIFIER.encode()).digest()
        self.assertEqual(base64.urlsafe_b64encode(digest).decode().rstrip("="), CHALLENGE)
        answer, _ = self.ask(authorize(scope="all-apis offline_access"))
        code = urllib.parse.parse_qs(urllib.parse.urlsplit(answer.getheader("location")).query)
        fields = {"grant_type": "authorization_code", "client_id": "public-app",
                  "code": code["code"][0], "redirect_uri": AUTHORIZE["redirect_uri"]}
        answer, text = self.ask(form(TOKEN, **fields, code_verifier=VERIFIER))
        self.assertEqual(answer.status, 200, text)
        self.assertIn("refresh_token", json.loads(text))
        answer, text = self.ask(form(TOKEN, **fields, code_verifier=VERIFIER))
        self.assertEqual((answer.status, json.loads(text)["error"]), (400, "invalid_grant"))


if __name__ == "__main__":
    unittest.main()
