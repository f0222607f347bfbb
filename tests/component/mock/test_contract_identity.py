#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the identity provider does over several requests, step by step over real HTTP: each step a row
of the contract with its source (contract.py)."""

import base64
import json
import unittest
import urllib.parse

from contract import (DOCUMENTED, OBSERVED, RECORDED, Row, SDK, Asker, advance, check_rows_are_cited, delete,
                      form, gateway, get, oauth_error, post, run_flow, steer)
from mock_server import Mock

HOST, OTHER, CONSOLE = ("adb-111.11.azuredatabricks.net", "adb-222.22.azuredatabricks.net",
                        "accounts.azuredatabricks.net")
ACCOUNT = "00000000-0000-4000-8000-0000000000aa"
ROBOT, SECRET = "11111111-2222-4333-8444-555555555555", "dose+/=%&: 0123456789"
PAT = "dapi0123456789abcdef0123456789abcde1"
ADMIN_PAT = "dapi0123456789abcdef0123456789abcde2"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
BACK = "http://localhost:8080/callback"
GRANT = "urn:ietf:params:oauth:grant-type:"
TYPE = "urn:ietf:params:oauth:token-type:"
ISSUER = f"http://{HOST}/idp/main"
SCENARIO = {
    "workspaces": [
        {"host": HOST, "workspace_id": "111", "account_id": ACCOUNT,
         "door": {"admins": ["admin@example.com"]}, "tokens": {"quota": 3},
         "tables": ["main.default.trips"]},
        {"host": OTHER, "workspace_id": "222", "account_id": ACCOUNT,
         "door": {"assigned": ["robot"], "allowed_sources": ["127.0.0.0/8"]},
         "tokens": {"disabled": True, "on_behalf_of_disabled": True}},
    ],
    "principals": [
        {"name": "robot", "kind": "service-principal", "client_id": ROBOT, "client_secret": SECRET,
         "account_admin": True},
        {"name": "mia@example.com", "pat": PAT, "pat_host": HOST},
        {"name": "admin@example.com", "pat": ADMIN_PAT},
    ],
    "oauth_apps": [
        {"name": "public", "client_id": "public-app", "redirect_urls": [BACK]},
        {"name": "other", "client_id": "other-app", "redirect_urls": [BACK]},
        {"name": "single", "client_id": "single-app", "redirect_urls": [BACK], "token_access_policy": {
            "enable_single_use_refresh_tokens": True, "access_token_ttl": "10m",
            "absolute_session_lifetime": "1d"}},
        {"name": "narrow", "client_id": "narrow-app", "redirect_urls": [BACK],
         "scopes": ["sql", "offline_access"]},
    ],
    "federation_policies": [{"name": "main", "service_principal": "robot", "issuer": ISSUER,
                             "subject": "workload", "audiences": ["assay"]}],
    "services": {"issuers": [{"name": "main", "request_token": "idreq-0123456789"}]},
    "oidc": {"user": "mia@example.com", "extensions": True},
}
TOKEN, ME, PATS = "/oidc/v1/token", "/api/2.0/preview/scim/v2/Me", "/api/2.0/token"
OBO_PATS = "/api/2.0/token-management/on-behalf-of/tokens"
RT_INVALID = oauth_error("invalid_request", "Refresh token is invalid")
RFC, PKCE = "RFC 6749", "RFC 7636"


def basic(name, secret):
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def robot(what, name, **more):
    return Row(what, RFC + " section 4.4", DOCUMENTED,
               form(TOKEN, grant_type="client_credentials", _authorization=basic(ROBOT, SECRET), **more),
               200, keep={name: "access_token"})


def me(what, token, status=200, **wanted):
    source = "databricks-sdk-go#873" if status == 403 else "databricks-sdk-py service/iam.py"
    if status == 403 and not wanted:
        wanted = {"body": gateway(403, "Invalid access token.")}
    return Row(what, source, RECORDED if status == 403 else SDK, get(ME, "{" + token + "}"), status, **wanted)


def code(what, client="public-app", scope="all-apis offline_access", **more):
    query = {"response_type": "code", "client_id": client, "redirect_uri": BACK, "scope": scope, "state": "s",
             "code_challenge": CHALLENGE, "code_challenge_method": "S256", **more}
    return Row(what, RFC + " section 4.1.2", DOCUMENTED,
               get("/oidc/v1/authorize?" + urllib.parse.urlencode(query, safe="{}")), 302,
               keep={"code": "location:code"})


def redemption(client="public-app", **more):
    fields = {"grant_type": "authorization_code", "code": "{code}", "client_id": client, "redirect_uri": BACK,
              "code_verifier": VERIFIER, **more}
    return form(TOKEN, **{key: value for key, value in fields.items() if value is not None})


def redeem(what, client="public-app", **wanted):
    return Row(what, RFC + " section 4.1.3", DOCUMENTED, redemption(client), 200,
               keep={"access": "access_token", "refresh": "refresh_token"}, **wanted)


def refusal(what, source, request, error, status=400, sure=DOCUMENTED, **more):
    return Row(what, source, sure, request, status, members={"error": error, **more})


def refresh(token, client="public-app", **more):
    return form(TOKEN, grant_type="refresh_token", refresh_token="{" + token + "}", client_id=client, **more)


def dead_refresh(what, token, client="public-app"):
    return Row(what, "databricks/cli PR 1434", RECORDED, refresh(token, client), 400, pattern=RT_INVALID)


FLOWS = {
    "clients authenticate in the forms that real ones send": [
        robot("Basic as it is", "a"),
        Row("Basic form-encoded", RFC + " section 2.3.1", DOCUMENTED, form(
            TOKEN, grant_type="client_credentials",
            _authorization=basic(ROBOT, urllib.parse.quote_plus(SECRET))), 200, has=["access_token"]),
        Row("Basic percent-encoded", "databricks-sdk-go httpclient", SDK, form(
            TOKEN, grant_type="client_credentials",
            _authorization=basic(ROBOT, urllib.parse.quote(SECRET, safe=""))), 200, has=["access_token"]),
        Row("a chunked body", "databricks-sdk-java", SDK, form(
            TOKEN, grant_type="client_credentials", client_id=ROBOT, client_secret=SECRET, _chunks=True), 200,
            members={"expires_in": 3600}),
        Row("a trailing question mark", "databricks-sdk-go httpclient", SDK, form(
            TOKEN + "?", grant_type="client_credentials", client_id=ROBOT, client_secret=SECRET), 200,
            members={"token_type": "Bearer"}),
        refusal("an assertion beside a secret", RFC + " sections 2.3 and 5.2", form(
            TOKEN, grant_type="client_credentials", client_id=ROBOT, client_secret=SECRET,
            client_assertion="x",
            client_assertion_type="urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), "invalid_request"),
        refusal("an assertion that nobody signed", "RFC 7523 section 3.2", form(
            TOKEN, grant_type="client_credentials", client_id=ROBOT, client_assertion="x",
            client_assertion_type="urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), "invalid_client",
            401),
    ],
    "keys rotate and retire": [
        robot("a token of the first key", "first"),
        {**steer("GET", "/keys"), "keep": {"kid": "0.kid"}},
        steer("POST", "/keys/rotate"),
        Row("both keys are published", "RFC 7517 section 5", DOCUMENTED, get("/oidc/jwks.json"), 200,
            members={"keys.0.alg": "RS256", "keys.1.alg": "RS256", "keys.2": None}),
        robot("a token of the second key", "second"),
        me("the first key's token is still good", "first"),
        me("the second key's token is good", "second"),
        steer("POST", "/keys/retire", {"kid": "{kid}"}),
        Row("one key is left", "RFC 7517 section 5", DOCUMENTED, get("/oidc/jwks.json"), 200,
            members={"keys.1": None}),
        me("what a retired key signed is dead", "first", 403),
        me("what the other signed lives on", "second"),
    ],
    "a code is for its client, its redirect and its verifier, once": [
        code("a code for the flow"),
        refusal("a wrong verifier", PKCE + " section 4.6", redemption(code_verifier="x" * 43), "invalid_grant"),
        refusal("no verifier", PKCE + " section 4.5", redemption(code_verifier=None), "invalid_grant"),
        refusal("another redirect URI", RFC + " section 4.1.3", redemption(redirect_uri=BACK + "2"),
                "invalid_grant"),
        refusal("another client", RFC + " section 5.2", redemption("other-app"), "invalid_grant"),
        redeem("the right redemption", members={"expires_in": 3600, "scope": "all-apis offline_access"}),
        me("the code's token opens the API", "access", members={"userName": "mia@example.com"}),
        refusal("the code a second time", RFC + " section 4.1.2", redemption(), "invalid_grant"),
        me("what the code gave is revoked", "access", 403),
        dead_refresh("and its refresh token", "refresh"),
    ],
    "authorization requests are refused where they should be": [
        Row("S256 is the only method", PKCE + " section 4.4.1", DOCUMENTED, get(
            "/oidc/v1/authorize?" + urllib.parse.urlencode({
                "response_type": "code", "client_id": "public-app", "redirect_uri": BACK, "state": "s",
                "code_challenge": VERIFIER, "code_challenge_method": "plain"})), 302,
            headers={"location": r"http://localhost:8080/callback\?error=invalid_request&.*&state=s"}),
        Row("a scope that the application has not", RFC + " section 4.1.2.1", DOCUMENTED, get(
            "/oidc/v1/authorize?" + urllib.parse.urlencode({
                "response_type": "code", "client_id": "narrow-app", "redirect_uri": BACK, "state": "s",
                "scope": "all-apis"})), 302,
            headers={"location": r"http://localhost:8080/callback\?error=invalid_scope&state=s"}),
        Row("a service principal is no application", "dbt-databricks#1067", RECORDED, get(
            "/oidc/v1/authorize?" + urllib.parse.urlencode({
                "response_type": "code", "client_id": ROBOT, "redirect_uri": BACK})), 400,
            body='{"error_description":"OAuth application with client_id: \'' + ROBOT + "' not available in "
                 f"Databricks account '{ACCOUNT}'.\",\"error\":\"invalid_request\"}}"),
        Row("another port of the loopback", "databricks/cli#3416", RECORDED, get(
            "/oidc/v1/authorize?" + urllib.parse.urlencode({
                "response_type": "code", "client_id": "public-app",
                "redirect_uri": "http://localhost:8081/callback"})), 400,
            body="{\"error_description\":\"redirect_uri 'http://localhost:8081/callback' not registered for "
                 "OAuth application 'public-app'\",\"error\":\"invalid_request\"}"),
    ],
    "refresh tokens are reused, bound and end": [
        code("a code with offline_access"), redeem("tokens to refresh"),
        Row("a refresh", RFC + " section 6", DOCUMENTED, refresh("refresh"), 200,
            members={"refresh_token": "{refresh}"}, keep={"access2": "access_token"}),
        Row("the same again", "databricks-sdk-go service/oauth2: single use is opt-in", SDK, refresh("refresh"),
            200, has=["access_token"]),
        me("both access tokens live: the first", "access"), me("both access tokens live: the second", "access2"),
        dead_refresh("of another client", "refresh", "other-app"),
        Row("less scope", RFC + " section 6", DOCUMENTED, refresh("refresh", scope="all-apis"), 200,
            members={"scope": "all-apis"}),
        refusal("more scope", RFC + " section 6", refresh("refresh", scope="all-apis sql"), "invalid_scope"),
        advance(7 * 86400 - 60),
        Row("a minute before its end", "OAuth lifetimes: 7 days", OBSERVED, refresh("refresh"), 200,
            has=["access_token"]),
        advance(61), dead_refresh("after seven days", "refresh"),
    ],
    "single-use refresh tokens rotate, and reuse ends the session": [
        code("a code of the single-use application", "single-app"),
        redeem("its tokens, for ten minutes", "single-app", members={"expires_in": 600}),
        Row("a rotation", "databricks-sdk-go service/oauth2 TokenAccessPolicy", SDK,
            refresh("refresh", "single-app"), 200, keep={"access2": "access_token", "second": "refresh_token"}),
        me("the rotated session opens the API", "access2"),
        dead_refresh("the first one again", "refresh", "single-app"),
        dead_refresh("the second is dead with it", "second", "single-app"),
        me("and the access token", "access2", 403),
    ],
    "a session has an absolute end": [
        code("a code of a session", "single-app"), redeem("the session's tokens", "single-app"),
        advance(86400 - 60),
        Row("a refresh within the day", "databricks-sdk-go service/oauth2 TokenAccessPolicy", SDK,
            refresh("refresh", "single-app"), 200, keep={"second": "refresh_token"}),
        advance(61), dead_refresh("the session is over", "second", "single-app"),
    ],
    "one clock drives everything": [
        robot("a token of an hour", "old"),
        code("a code that will be too old"), advance(61),
        refusal("a code after a minute", RFC + " section 4.1.2", redemption(), "invalid_grant"),
        advance(3600 - 61 - 35), me("35 s left", "old"), advance(6),
        me("less than 30 s left", "old", 403,
           body=gateway(403, "Token is expiring within 30 seconds. (token expired)")),
        advance(30), me("after its end", "old", 403, pattern=".*Invalid Token.*"),
        robot("a token in the place of the old", "new"), me("the new one opens", "new"),
        steer("POST", "/faults", {"id": "quota", "classes": ["api"], "error": "rate-limited", "quota": 1,
                                  "quota_per": "1m", "retry_after_form": "seconds"}),
        me("one in a minute", "new"),
        Row("and no more", "databricks-sdk-py retries", SDK, get(ME, "{new}"), 429,
            headers={"retry-after": "(59|60)"}),
        advance(45),
        Row("the time that is left is told", "databricks-sdk-py retries", SDK, get(ME, "{new}"), 429,
            headers={"retry-after": "1[45]"}),
        advance(16), me("the next minute", "new"),
    ],
    "tokens of an identity provider are exchanged": [
        Row("the provider's token", "databricks-jdbc jwttokenendpoint", RECORDED, form(
            "/idp/main/token", grant_type="client_credentials", client_id="workload",
            client_secret="idreq-0123456789", audience="assay"), 200, members={"token_type": "Bearer"},
            keep={"subject": "access_token"}),
        Row("the same by Basic", RFC + " section 2.3.1", DOCUMENTED, form(
            "/idp/main/token", grant_type="client_credentials", audience="moon",
            _authorization=basic("workload", "idreq-0123456789")), 200, keep={"moon": "access_token"}),
        Row("an exchange", "RFC 8693 section 2.2.1", DOCUMENTED, form(
            TOKEN, grant_type=GRANT + "token-exchange", subject_token="{subject}",
            subject_token_type=TYPE + "jwt", scope="all-apis", client_id=ROBOT), 200,
            members={"issued_token_type": TYPE + "access_token", "token_type": "Bearer"},
            absent=["refresh_token"], keep={"exchanged": "access_token"}),
        me("the exchanged token is the robot's", "exchanged", members={"userName": ROBOT}),
        refusal("another audience", "workload identity federation errors", form(
            TOKEN, grant_type=GRANT + "token-exchange", subject_token="{moon}", client_id=ROBOT,
            subject_token_type=TYPE + "jwt"), "invalid_grant", sure=OBSERVED),
        refusal("a signature that is another's", "RFC 7515 section 5.2", form(
            TOKEN, grant_type=GRANT + "token-exchange", subject_token="{subject}x", client_id=ROBOT,
            subject_token_type=TYPE + "jwt"), "invalid_grant"),
        refusal("no type", "RFC 8693 section 2.1", form(
            TOKEN, grant_type=GRANT + "token-exchange", subject_token="{subject}"), "invalid_request"),
        advance(590),
        Row("it does not outlive its subject", "Databricks: OAuth token federation", DOCUMENTED, form(
            TOKEN, grant_type=GRANT + "token-exchange", subject_token="{subject}", client_id=ROBOT,
            subject_token_type=TYPE + "jwt"), 200, pattern=r'.*"expires_in":(9|10)\b.*'),
        advance(11),
        refusal("a subject that has ended", "RFC 8693 section 2.2.2", form(
            TOKEN, grant_type=GRANT + "token-exchange", subject_token="{subject}", client_id=ROBOT,
            subject_token_type=TYPE + "jwt"), "invalid_grant"),
    ],
    "a token becomes one for the data plane": [
        robot("an assertion", "a"),
        Row("with authorization_details", "databricks-sdk-go dataplane", SDK, form(
            TOKEN, grant_type=GRANT + "jwt-bearer", assertion="{a}", authorization_details=json.dumps(
                [{"type": "workspace_permission", "object_type": "serving-endpoints"}])), 200,
            members={"token_type": "Bearer", "authorization_details.0.type": "workspace_permission"}),
        refusal("a PAT is no assertion", "RFC 7523 section 3.1", form(
            TOKEN, grant_type=GRANT + "jwt-bearer", assertion=PAT, authorization_details="[]"),
            "invalid_grant"),
        steer("POST", "/revoke", {"principal": "robot"}),
        refusal("a revoked assertion", "RFC 7523 section 3.1", form(
            TOKEN, grant_type=GRANT + "jwt-bearer", assertion="{a}", authorization_details=json.dumps(
                [{"type": "workspace_permission"}])), "invalid_grant"),
    ],
    "introspection, revocation, userinfo and logout tell the truth": [
        code("a code with openid", scope="openid email all-apis offline_access"),
        Row("tokens with an ID token", "OpenID Connect Core section 3.1.3.3", DOCUMENTED, redemption(), 200,
            keep={"access": "access_token", "refresh": "refresh_token", "id": "id_token"}),
        Row("it is active", "RFC 7662 section 2.2", DOCUMENTED, form(
            "/oidc/v1/introspect", token="{access}", client_id=ROBOT, client_secret=SECRET), 200,
            members={"active": True, "client_id": "public-app", "username": "mia@example.com", "aud": "111"}),
        Row("garbage is not", "RFC 7662 section 2.2", DOCUMENTED, form(
            "/oidc/v1/introspect", token="x", client_id=ROBOT, client_secret=SECRET), 200,
            body='{"active":false}'),
        refusal("who asks has to say so", "RFC 7662 section 2.3", form("/oidc/v1/introspect", token="{access}"),
                "invalid_client", 401),
        Row("userinfo", "OpenID Connect Core section 5.3.2", DOCUMENTED, get("/oidc/v1/userinfo", "{access}"), 200,
            members={"sub": "mia@example.com", "email": "mia@example.com"}),
        Row("userinfo by POST", "OpenID Connect Core section 5.3.1", DOCUMENTED,
            post("/oidc/v1/userinfo", None, "{access}"), 200, members={"sub": "mia@example.com"}),
        Row("userinfo without a token", "OpenID Connect Core section 5.3.3", DOCUMENTED,
            get("/oidc/v1/userinfo"), 401, headers={"www-authenticate": "Bearer .*"}),
        refusal("only its owner revokes", "RFC 7009 section 2.1",
                form("/oidc/v1/revoke", token="{access}", client_id="other-app"), "unauthorized_client"),
        Row("a revocation", "RFC 7009 section 2.2", DOCUMENTED,
            form("/oidc/v1/revoke", token="{access}", client_id="public-app"), 200, body=""),
        me("the revoked token is dead", "access", 403),
        Row("and not active", "RFC 7662 section 2.2", DOCUMENTED, form(
            "/oidc/v1/introspect", token="{access}", client_id=ROBOT, client_secret=SECRET), 200,
            body='{"active":false}'),
        Row("its session goes on", RFC + " section 6", DOCUMENTED, refresh("refresh"), 200,
            keep={"access": "access_token"}),
        Row("logging out", "OpenID Connect RP-Initiated Logout section 2", DOCUMENTED,
            form("/oidc/v1/end_session", id_token_hint="{id}"), 200),
        me("ends the access token", "access", 403), dead_refresh("and the session", "refresh"),
    ],
    "personal access tokens live and end": [
        Row("made", "databricks-sdk-py service/settings.py", SDK,
            post(PATS + "/create", {"comment": "c", "lifetime_seconds": 100}, PAT), 200,
            keep={"new": "token_value", "id": "token_info.token_id"}),
        me("it opens", "new", members={"userName": "mia@example.com"}),
        Row("it is of its workspace", "gbrueckl/Databricks.API.PowerShell#87", RECORDED,
            get(ME, "{new}", host=OTHER), 403, body=gateway(403, "Invalid access to Org: 222")),
        advance(99), me("a second before its end", "new"), advance(2), me("after its end it is none", "new", 403),
        Row("another, to be deleted", "databricks-sdk-py service/settings.py", SDK,
            post(PATS + "/create", {}, PAT), 200, keep={"new": "token_value", "id": "token_info.token_id"}),
        Row("deleted", "databricks-sdk-py service/settings.py", SDK,
            post(PATS + "/delete", {"token_id": "{id}"}, PAT), 200, body="{}"),
        me("a deleted one opens nothing", "new", 403),
        Row("too long a life", "Token API: at most 730 days", DOCUMENTED,
            post(PATS + "/create", {"lifetime_seconds": 63072001}, PAT), 400,
            members={"error_code": "INVALID_PARAMETER_VALUE"}),
        Row("on behalf of the robot", "databricks-sdk-py service/settings.py", SDK,
            post(OBO_PATS, {"application_id": ROBOT, "lifetime_seconds": 3600}, ADMIN_PAT), 200,
            members={"token_info.created_by_username": "admin@example.com", "token_info.workspace_id": 111},
            keep={"obo": "token_value", "id": "token_info.token_id"}),
        me("it is the robot", "obo", members={"userName": ROBOT}),
        Row("all tokens, for the admin", "databricks-sdk-py service/settings.py", SDK,
            get("/api/2.0/token-management/tokens", ADMIN_PAT), 200,
            pattern=r'(?!.*token_value)\{"token_infos":\[.*\]\}'),
        Row("deleted by the admin", "databricks-sdk-py service/settings.py", SDK,
            delete("/api/2.0/token-management/tokens/{id}", ADMIN_PAT), 200, body="{}"),
        me("it is no more", "obo", 403),
        Row("a second of three", "databricks-sdk-py service/settings.py", SDK,
            post(PATS + "/create", {}, PAT), 200, has=["token_value"]),
        Row("a third of three", "databricks-sdk-py service/settings.py", SDK,
            post(PATS + "/create", {}, PAT), 200, has=["token_value"]),
        Row("more than the quota", "databricks-sdk-py errors/platform.py", SDK,
            post(PATS + "/create", {}, PAT), 400, members={"error_code": "QUOTA_EXCEEDED"}),
    ],
    "a workspace lets in whom it says": [
        Row("a PAT of the first workspace at the second", "gbrueckl/Databricks.API.PowerShell#87", RECORDED,
            get(ME, PAT, host=OTHER), 403, body=gateway(403, "Invalid access to Org: 222")),
        robot("a token of the first workspace", "a"),
        Row("at the second", "gbrueckl/Databricks.API.PowerShell#87", RECORDED, get(ME, "{a}", host=OTHER), 403,
            body=gateway(403, "Invalid access to Org: 222")),
        Row("a token of the second", RFC + " section 4.4", DOCUMENTED, form(
            TOKEN, grant_type="client_credentials", _host=OTHER, _authorization=basic(ROBOT, SECRET)), 200,
            keep={"b": "access_token"}),
        Row("opens the second", "databricks-sdk-py service/iam.py", SDK, get(ME, "{b}", host=OTHER), 200,
            headers={"x-databricks-org-id": "222"}),
        {**steer("POST", "/mint", {"principal": "mia@example.com", "kind": "access-token", "host": OTHER}),
         "keep": {"c": "value"}},
        Row("somebody who is not assigned", "service-side form of the Org error", OBSERVED,
            get(ME, "{c}", host=OTHER), 403, body=gateway(403, "Unauthorized access to Org: 222")),
        Row("tokens are switched off", "terraform-databricks-examples#196", RECORDED,
            post(PATS + "/create", {}, "{b}", host=OTHER), 403,
            members={"message": "User does not have permission to use tokens."}),
    ],
    "an account has applications and secrets": [
        Row("a token of the account", "databricks-sdk-go config", SDK, form(
            f"/oidc/accounts/{ACCOUNT}/v1/token", grant_type="client_credentials", _host=CONSOLE,
            _authorization=basic(ROBOT, SECRET)), 200, keep={"acc": "access_token"}),
        Row("without an account's id: its login page", "databricks-sdk-py#298", OBSERVED, form(
            "/oidc/accounts//v1/token", grant_type="client_credentials", _host=CONSOLE,
            _authorization=basic(ROBOT, SECRET)), 200, headers={"content-type": "text/html.*"}),
        Row("an application is registered", "databricks-sdk-go service/oauth2", SDK, post(
            f"/api/2.0/accounts/{ACCOUNT}/oauth2/custom-app-integrations",
            {"name": "new", "redirect_urls": [BACK], "confidential": True}, "{acc}", host=CONSOLE), 200,
            keep={"client": "client_id", "secret": "client_secret", "app": "integration_id"}),
        Row("its secret is not shown again", "databricks-sdk-go service/oauth2", SDK, get(
            f"/api/2.0/accounts/{ACCOUNT}/oauth2/custom-app-integrations/{{app}}", "{acc}", host=CONSOLE), 200,
            members={"confidential": True}, absent=["client_secret"]),
        code("a code of the new application", "{client}"),
        refusal("without its secret", RFC + " section 3.2.1", redemption("{client}"), "invalid_client", 401),
        Row("with its secret", RFC + " section 2.3.1", DOCUMENTED,
            redemption("{client}", client_secret="{secret}"), 200, has=["refresh_token"]),
        Row("it is removed", "databricks-sdk-go service/oauth2", SDK, delete(
            f"/api/2.0/accounts/{ACCOUNT}/oauth2/custom-app-integrations/{{app}}", "{acc}", host=CONSOLE), 200),
        Row("and unknown", "dbt-databricks#1067", RECORDED, get(
            "/oidc/v1/authorize?response_type=code&client_id={client}&redirect_uri=" +
            urllib.parse.quote(BACK, safe="")), 400, members={"error": "invalid_request"}),
        Row("who the robot is", "databricks-sdk-py service/iam.py", SDK, get(
            "/api/2.0/preview/scim/v2/ServicePrincipals", PAT), 200, keep={"robot": "Resources.0.id"}),
        Row("a second secret", "databricks-sdk-go service/oauth2", SDK, post(
            f"/api/2.0/accounts/{ACCOUNT}/servicePrincipals/{{robot}}/credentials/secrets",
            {"lifetime": "3600s"}, "{acc}", host=CONSOLE), 200, members={"status": "ACTIVE"},
            keep={"second": "secret"}),
        Row("which is one", RFC + " section 4.4", DOCUMENTED, form(
            TOKEN, grant_type="client_credentials", client_id=ROBOT, client_secret="{second}"), 200,
            has=["access_token"]),
        advance(3601),
        Row("until it ends", "terraform-provider-databricks#3757", RECORDED, form(
            TOKEN, grant_type="client_credentials", client_id=ROBOT, client_secret="{second}"), 401,
            pattern=oauth_error("invalid_client", "Client authentication failed")),
        robot("while the first goes on", "a"),
    ],
}
DEVICE = "/oidc/v1/device_authorization"


def poll(what, error=None):
    request = form(TOKEN, grant_type=GRANT + "device_code", device_code="{device}", client_id="public-app")
    if error is None:
        return Row(what, "RFC 8628 section 3.5", DOCUMENTED, request, 200, has=["access_token"])
    return refusal(what, "RFC 8628 section 3.5", request, error)


def begin(what):
    return Row(what, "RFC 8628 section 3.2", DOCUMENTED, form(DEVICE, client_id="public-app", scope="all-apis"), 200,
               members={"interval": 5, "expires_in": 600}, keep={"device": "device_code"})


DEVICE_FLOWS = {
    "approved": ({"pending_polls": 1, "slow_down_polls": 1, "outcome": "approved"}, [
        begin("a device that is approved"), poll("pending at first", "authorization_pending"), advance(6),
        poll("too often", "slow_down"), advance(11), poll("approved"), poll("a code is good once", "invalid_grant")]),
    "denied": ({"outcome": "denied"}, [begin("a device that is denied"), poll("denied", "access_denied")]),
    "expired": ({"outcome": "always-pending"}, [
        begin("a device that nobody approves"), poll("pending", "authorization_pending"), advance(601),
        poll("expired by the clock", "expired_token")]),
}


class ContractOfIdentity(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mock = Mock(config=json.dumps(SCENARIO)).__enter__()
        cls.addClassCleanup(cls.mock.__exit__)

    def test_each_flow_goes_as_clients_rely_on(self):
        for number, (name, steps) in enumerate(FLOWS.items()):
            with self.subTest(name):
                run_flow(self, Asker(self.mock, HOST, f"flow-{number}"), steps, {})

    def test_devices_get_what_is_scripted(self):
        for name, (knobs, steps) in DEVICE_FLOWS.items():
            with self.subTest(name):
                scenario = {**SCENARIO, "oidc": {**SCENARIO["oidc"], "device_flow": knobs}}
                self.mock.ok("PUT", f"/scenario?space=device-{name}", scenario)
                run_flow(self, Asker(self.mock, HOST, "device-" + name), steps, {})

    def test_every_step_says_where_it_is_from(self):
        flows = list(FLOWS.values()) + [steps for _, steps in DEVICE_FLOWS.values()]
        check_rows_are_cited(self, [step for flow in flows for step in flow if isinstance(step, Row)])


if __name__ == "__main__":
    unittest.main()
