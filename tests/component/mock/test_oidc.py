#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The identity provider over real HTTP: framing, races, what the journal shows, keys, faults."""

import base64
import hashlib
import json
import threading
import urllib.parse

from mock_server import Mock

SCENARIO = """
workspaces:
  - {host: "*", workspace_id: "111"}
principals:
  - {name: robot, kind: service-principal}
  - {name: admin, kind: service-principal, account_admin: true}
  - {name: mia@example.com}
oauth_apps:
  - {name: single, client_id: single-app, redirect_urls: ["http://localhost:8080/callback"],
     token_access_policy: {enable_single_use_refresh_tokens: true}}
"""
REDIRECT = "http://localhost:8080/callback"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"


def token(mock, **form):
    answer = mock.get("/oidc/v1/token", FORM, "POST", urllib.parse.urlencode(form))
    return answer.status, json.loads(answer.text)


def code(mock):
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest())
    query = urllib.parse.urlencode({
        "response_type": "code", "client_id": "single-app", "redirect_uri": REDIRECT, "state": "s1",
        "scope": "all-apis offline_access", "code_challenge_method": "S256",
        "code_challenge": challenge.decode().rstrip("=")})
    answer = mock.get("/oidc/v1/authorize?" + query)
    assert answer.status == 302, answer.text
    location = urllib.parse.urlsplit(answer.getheader("location"))
    return urllib.parse.parse_qs(location.query)["code"][0]


def redeem(mock, value):
    return token(mock, grant_type="authorization_code", client_id="single-app", code=value,
                 redirect_uri=REDIRECT, code_verifier=VERIFIER)


def refresh(mock, value):
    return token(mock, grant_type="refresh_token", client_id="single-app", refresh_token=value)


def me(mock, access_token):
    return mock.get("/api/2.0/preview/scim/v2/Me", {"Authorization": "Bearer " + access_token}).status


def a_race_has_one_winner_and_no_survivor():
    """Many at once with one code, then with one single-use refresh token."""
    with Mock("--threads", "4", config=SCENARIO) as mock:
        for first, values in ((redeem, [code(mock)]), (refresh, None)):
            if values is None:
                values = [redeem(mock, code(mock))[1]["refresh_token"]]
            answers, start = [], threading.Barrier(12)

            def one(call=first, value=values[0], out=answers, gate=start):
                gate.wait()
                out.append(call(mock, value))

            threads = [threading.Thread(target=one) for _ in range(12)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            won = [body for status, body in answers if status == 200]
            assert len(won) == 1, answers
            assert me(mock, won[0]["access_token"]) == 403
            assert refresh(mock, won[0]["refresh_token"])[0] == 400


def a_chunked_token_request_is_read(mock):
    robot = mock.principal("service-principal")
    body = urllib.parse.urlencode({"grant_type": "client_credentials",
                                   "client_id": robot["client_id"],
                                   "client_secret": robot["client_secret"]}).encode()
    head = ("POST /oidc/v1/token? HTTP/1.1\r\nHost: ws\r\nTransfer-Encoding: chunked\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n").encode()
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(body[i:i + 7]), body[i:i + 7])
                      for i in range(0, len(body), 7)) + b"0\r\n\r\n"
    sock = mock.raw(head + chunks)
    answer = b""
    while piece := sock.recv(65536):
        answer += piece
    assert answer.startswith(b"HTTP/1.1 200"), answer[:200]


def the_journal_shows_names_and_no_values(mock):
    value = code(mock)
    status, body = redeem(mock, value)
    assert status == 200, body
    records = mock.settled_journal()[-2:]
    text = json.dumps(records)
    for secret in (value, body["access_token"], body["refresh_token"]):
        assert secret not in text
    authorize, redeemed = records
    assert authorize["route"] == "oidc.authorize", authorize["route"]
    assert authorize["response"]["issued"][0].startswith("code_"), authorize["response"]["issued"]
    assert redeemed["credential"]["kind"] == "code", redeemed["credential"]
    assert redeemed["principal"] == "mia@example.com"
    assert not redeemed["secrets"] and not authorize["secrets"], (redeemed, authorize)


def keys_rotate_and_retire(mock):
    first = mock.ok("GET", "/keys")[0]["kid"]
    old = mock.ok("POST", "/mint", {"kind": "access-token", "principal": "robot"})["value"]
    kid = mock.ok("POST", "/keys/rotate", {"alg": "RS256"})["kid"]
    served = [k["kid"] for k in json.loads(mock.get("/oidc/jwks.json").text)["keys"]]
    assert served == [kid, first], served
    assert me(mock, old) == 200
    assert mock.control("POST", "/keys/retire", {"kid": kid})[0] == 400
    assert mock.ok("POST", "/keys/retire", {"kid": first})["revoked"] >= 1
    assert me(mock, old) == 403
    assert mock.control("POST", "/keys/retire", {"kid": first})[0] == 404


def tampered_tokens_are_refused(mock):
    for tamper in ("expired", "not-yet-valid", "wrong-issuer", "wrong-audience", "bad-signature",
                   "unknown-kid", "alg-none"):
        made = mock.ok("POST", "/mint", {"kind": "access-token", "principal": "robot",
                                         "tamper": tamper})
        assert me(mock, made["value"]) == 403, tamper
    assert mock.control("POST", "/mint", {"kind": "access-token", "principal": "robot",
                                          "tamper": "nonsense"})[0] == 400


def a_fault_changes_how_a_token_is_told(mock):
    robot = mock.principal("service-principal")
    ask = dict(grant_type="client_credentials", client_id=robot["client_id"],
               client_secret=robot["client_secret"])
    mock.ok("POST", "/faults", {"id": "odd", "routes": ["oidc.token"], "times": 1,
                                "token_response": "expires-in-string"})
    assert token(mock, **ask)[1]["expires_in"] == "3600"
    assert token(mock, **ask)[1]["expires_in"] == 3600
    assert mock.control("POST", "/faults", {"token_response": "nonsense"})[0] == 400


ACCOUNT = "11111111-2222-4333-8444-555555555555"
CONSOLE = {"Host": "accounts.cloud.databricks.com"}


def registered(mock, bearer, method, path="", body=None):
    answer = mock.get(f"/api/2.0/accounts/{ACCOUNT}/oauth2/custom-app-integrations{path}",
                      CONSOLE | {"Authorization": "Bearer " + bearer, "Content-Type": "application/json"},
                      method, body and json.dumps(body))
    assert answer.status == 200, (answer.status, answer.text)
    return json.loads(answer.text)


def an_application_that_is_registered_signs_users_in(mock):
    """An administrator registers a confidential application by the account API; a user signs in with it, to
    the registered address and port alone; when it is deleted, its sessions are over."""
    admin = [p for p in mock.ok("GET", "/credentials")["principals"] if p["name"] == "admin"][0]
    answer = mock.get(f"/oidc/accounts/{ACCOUNT}/v1/token", CONSOLE | FORM, "POST", urllib.parse.urlencode(
        {"grant_type": "client_credentials", "scope": "all-apis", "client_id": admin["client_id"],
         "client_secret": admin["client_secret"]}))
    assert answer.status == 200, answer.text
    bearer = json.loads(answer.text)["access_token"]
    redirect = "http://localhost:8127/callback"
    app = registered(mock, bearer, "POST", body={
        "name": "new", "redirect_urls": [redirect], "confidential": True, "scopes": ["all-apis", "offline_access"]})
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")

    def authorize(where):
        return mock.get("/oidc/v1/authorize?" + urllib.parse.urlencode({
            "response_type": "code", "client_id": app["client_id"], "redirect_uri": where, "state": "s2",
            "scope": "all-apis offline_access", "code_challenge_method": "S256", "code_challenge": challenge}))

    assert authorize("http://localhost:8128/callback").status == 400
    answer = authorize(redirect)
    assert answer.status == 302, answer.text
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(answer.getheader("location")).query)
    assert query["state"] == ["s2"], query
    ask = {"grant_type": "authorization_code", "client_id": app["client_id"], "code": query["code"][0],
           "redirect_uri": redirect, "code_verifier": VERIFIER}
    status, refused = token(mock, **ask)
    assert status == 401 and refused["error"] == "invalid_client", refused
    status, session = token(mock, **ask, client_secret=app["client_secret"])
    assert status == 200 and me(mock, session["access_token"]) == 200, session
    again = {"grant_type": "refresh_token", "client_id": app["client_id"],
             "client_secret": app["client_secret"], "refresh_token": session["refresh_token"]}
    assert token(mock, **again)[0] == 200
    registered(mock, bearer, "DELETE", "/" + app["integration_id"])
    assert token(mock, **again)[0] == 401
    assert authorize(redirect).status == 400


def main():
    a_race_has_one_winner_and_no_survivor()
    with Mock(config=SCENARIO) as mock:
        a_chunked_token_request_is_read(mock)
        the_journal_shows_names_and_no_values(mock)
        keys_rotate_and_retire(mock)
        tampered_tokens_are_refused(mock)
        a_fault_changes_how_a_token_is_told(mock)
        an_application_that_is_registered_signs_users_in(mock)


if __name__ == "__main__":
    main()
