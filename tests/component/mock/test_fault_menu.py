#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""docs/fault-menu.md, row by row: each rule serves what its row says. The rules are read from there."""

import base64
import email.utils
import http.client
import json
import os
import time
import unittest
import urllib.parse

from mock_server import DISCOVERY, ME, Mock

MENU = os.path.join(os.environ["ASSAY_SOURCE"], "docs", "fault-menu.md")
ROBOT, SECRET, PAT = "11111111-2222-4333-8444-555555555555", "dose-of-the-menu", "dapi-of-the-menu"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
CALLBACK, STATEMENTS = "http://127.0.0.1:8020/", "/api/2.0/sql/statements"
SCENARIO = {
    "workspaces": [{"host": "*", "tables": ["main.default.trips"]}],
    "principals": [
        {"name": "robot", "kind": "service-principal", "client_id": ROBOT, "client_secret": SECRET},
        {"name": "mia@example.com", "pat": PAT}],
    "oauth_apps": [{"name": "app", "client_id": "app", "redirect_urls": [CALLBACK]}],
}


class Answer:
    def __init__(self, raw):
        self.status, self.headers = raw.status, raw.headers
        try:
            self.body, self.whole = raw.read(), True
        except http.client.IncompleteRead as cut:
            self.body, self.whole = cut.partial, False

    @property
    def json(self):
        return json.loads(self.body)


class Client:
    def __init__(self, mock):
        self.mock = mock

    def ask(self, method, path, headers=None, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.mock.port, timeout=20)
        try:
            connection.request(method, path, body, headers or {})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def token(self, **form):
        form = form or {"grant_type": "client_credentials", "scope": "all-apis sql",
                        "client_id": ROBOT, "client_secret": SECRET}
        return self.ask("POST", "/oidc/v1/token",
                        {"Content-Type": "application/x-www-form-urlencoded"},
                        urllib.parse.urlencode(form))

    def me(self, token=PAT):
        return self.ask("GET", ME, {"Authorization": "Bearer " + token})

    def authorize(self):
        """What the callback carries, as (host, parameters)."""
        answer = self.ask("GET", "/oidc/v1/authorize?" + urllib.parse.urlencode({
            "response_type": "code", "client_id": "app", "redirect_uri": CALLBACK, "state": "mine",
            "scope": "all-apis offline_access", "code_challenge": CHALLENGE,
            "code_challenge_method": "S256"}))
        assert answer.status == 302, answer.body
        url = urllib.parse.urlsplit(answer.headers["location"])
        return url.hostname, dict(urllib.parse.parse_qsl(url.query))

    def sign_in(self):
        return self.token(grant_type="authorization_code", client_id="app",
                          code=self.authorize()[1]["code"], redirect_uri=CALLBACK,
                          code_verifier=VERIFIER).json

    def refresh(self, token):
        return self.token(grant_type="refresh_token", client_id="app", refresh_token=token)

    def sql(self, method="POST", path="", **body):
        body = body or {"statement": "SELECT id FROM range(5000)", "wait_timeout": "0s",
                        "warehouse_id": "abc123def4567890"}
        return self.ask(method, STATEMENTS + path,
                        {"Authorization": "Bearer " + PAT, "Content-Type": "application/json"},
                        json.dumps(body) if method == "POST" else None)

    def metadata(self):
        return self.ask("GET", DISCOVERY)


def claims(token):
    part = token.split(".")[1]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()


def token_has(**wanted):
    return lambda t, c: [t.assertEqual(c.token().json.get(k), v) for k, v in wanted.items()]


def error_is(status, code, text=""):
    def look(t, c):
        answer = c.me()
        t.assertEqual((answer.status, answer.json["error_code"]), (status, code))
        t.assertIn(text, answer.json["message"])
    return look


def metadata_has(key, value):
    return lambda t, c: t.assertEqual(c.metadata().json[key], value)


def extra(t, c):
    t.assertIn("error_id", c.token().json)


def narrowed(t, c):
    t.assertLess(set(c.token().json["scope"].split()), {"all-apis", "sql"})


def long(t, c):
    token = c.token().json["access_token"]
    t.assertGreaterEqual(len(token), 8192)
    t.assertEqual(c.me(token).status, 200)


def refused(challenge):
    def look(t, c):
        answer = c.token()
        t.assertEqual((answer.status, answer.json["error"]), (401, "invalid_client"))
        t.assertEqual(answer.headers["www-authenticate"], challenge)
    return look


def empty(t, c):
    answer = c.token()
    t.assertEqual((answer.status, answer.body), (400, b""))


def page(t, c):
    answer = c.token()
    t.assertEqual((answer.status, answer.headers.get_content_type()), (200, "text/html"))


def untyped(t, c):
    answer = c.token()
    t.assertEqual((answer.status, answer.json["error"]), (400, "invalid_grant"))
    t.assertIsNone(answer.headers["content-type"])


def limited(fits):
    def look(t, c):
        answer = c.token()
        t.assertEqual(answer.status, 429)
        t.assertTrue(fits(answer), answer.headers["retry-after"])
    return look


def in_three_seconds(answer):
    date, after = (email.utils.parsedate_to_datetime(answer.headers[name])
                   for name in ("date", "retry-after"))
    return (after - date).total_seconds() in (3, 4)


def once(t, c):
    t.assertEqual([c.token().status for _ in range(3)], [503, 200, 200])


def slow(t, c):
    begun = time.monotonic()
    t.assertEqual(c.token().status, 200)
    t.assertGreater(time.monotonic() - begun, 0.05)


def cut(t, c):
    answer = c.token()
    t.assertEqual((answer.status, answer.whole), (200, False))
    t.assertEqual(2 * len(answer.body), int(answer.headers["content-length"]) & ~1)


def closed(t, c):
    with t.assertRaises(http.client.RemoteDisconnected):
        c.token()


def moved(status, ask):
    def look(t, c):
        answer = ask(c)
        t.assertEqual(answer.status, status)
        t.assertTrue(answer.headers["location"].startswith("http://127.0.0.2:9/"))
    return look


def kept(t, c):
    first = c.sign_in()["refresh_token"]
    for _ in range(3):
        answer = c.refresh(first)
        t.assertEqual(answer.status, 200)
        t.assertIn(answer.json.get("refresh_token"), (None, first))


def rotated(t, c):
    first = c.sign_in()["refresh_token"]
    second = c.refresh(first).json["refresh_token"]
    t.assertNotEqual(first, second)
    t.assertEqual(c.refresh(first).status, 400)
    t.assertEqual(c.refresh(second).status, 400)


def refresh_fails(error):
    def look(t, c):
        answer = c.refresh(c.sign_in()["refresh_token"])
        t.assertEqual((answer.status, answer.json["error"]), (400, error))
    return look


def callback(fits):
    def look(t, c):
        host, sent = c.authorize()
        t.assertTrue(fits(host, sent), (host, sent))
    return look


def late(t, c):
    begun = time.monotonic()
    t.assertIn("code", c.authorize()[1])
    t.assertGreaterEqual(time.monotonic() - begun, 0.099)


def with_id(t, c):
    t.assertRegex(c.me("dapi-of-nobody").json["message"], r"ReqId: [0-9a-f-]{36}")


def in_html(t, c):
    answer = c.me()
    t.assertEqual((answer.status, answer.headers.get_content_type()), (403, "text/html"))


def states(*wanted):
    def look(t, c):
        first = c.sql().json
        seen = [first["status"]["state"]]
        while len(seen) < len(wanted):
            seen.append(c.sql("GET", "/" + first["statement_id"]).json["status"]["state"])
        t.assertEqual(seen, list(wanted))
    return look


def waited(c):
    return c.sql(statement="SELECT 1", warehouse_id="abc123def4567890", wait_timeout="30s")


def failed(t, c):
    answer = waited(c)
    t.assertEqual((answer.status, answer.json["status"]["state"]), (200, "FAILED"))
    t.assertEqual(answer.json["status"]["error"]["message"], "no such column")


def forgotten(t, c):
    answer = c.sql("GET", "/" + c.sql().json["statement_id"])
    t.assertEqual((answer.status, answer.json["error_code"]), (404, "RESOURCE_DOES_NOT_EXIST"))


def fetched(c, link, headers=None):
    url = urllib.parse.urlsplit(link)
    return c.ask("GET", url.path + "?" + url.query, headers)


def expired(t, c):
    link = c.sql(statement="SELECT id FROM range(9)", warehouse_id="abc123def4567890",
                 wait_timeout="30s", disposition="EXTERNAL_LINKS",
                 format="ARROW_STREAM").json["result"]["external_links"][0]["external_link"]
    t.assertEqual(fetched(c, link).status, 200)
    with_credential = fetched(c, link, {"Authorization": "Bearer " + PAT})
    t.assertGreaterEqual(with_credential.status, 400)
    t.assertEqual(c.mock.last()["credential"]["name"], "pat")
    c.mock.ok("POST", "/clock", {"advance_ms": 2000})
    t.assertEqual(fetched(c, link).status, 403)


def gap(t, c):
    result = c.sql(statement="SELECT id FROM range(5000)", warehouse_id="abc123def4567890",
                   wait_timeout="30s").json["result"]
    t.assertEqual((result["chunk_index"], result["next_chunk_index"]), (0, 2))


def not_cancelled(t, c):
    path = "/" + c.sql().json["statement_id"]
    t.assertEqual(c.sql("POST", path + "/cancel", x=1).status, 200)
    t.assertEqual(c.sql("GET", path).json["status"]["state"], "PENDING")


def undiscovered(t, c):
    t.assertEqual(c.metadata().status, 404)


def discovered_page(t, c):
    t.assertEqual(c.metadata().headers.get_content_type(), "text/html")


def escaped(t, c):
    answer = c.metadata()
    t.assertIn(rb"http:\/\/", answer.body)
    t.assertNotIn(b"://", answer.body)
    t.assertIn("token_endpoint", answer.json)


def expiring(t, c):
    token = c.token().json
    t.assertEqual(c.me(token["access_token"]).status, 200)
    c.mock.ok("POST", "/clock", {"advance_ms": (token["expires_in"] - 29) * 1000})
    t.assertEqual(c.me(token["access_token"]).status, 403)


def ahead(t, c):
    real = c.mock.ok("GET", "/clock")["wall_ms"] / 1000
    date = email.utils.parsedate_to_datetime(c.metadata().headers["date"]).timestamp()
    t.assertAlmostEqual(date - real, 3600, delta=5)


def fraction(t, c):
    t.assertRegex(claims(c.token().json["access_token"]), r'"exp":\d+\.\d')


ROWS = {
    "`expires_in` as a string": token_has(expires_in="3600"),
    "no `expires_in`": token_has(expires_in=None),
    "`expires_in` of 0": token_has(expires_in=0),
    "`expires_in` of 1": token_has(expires_in=1),
    "`expires_in` of 31": token_has(expires_in=31),
    "members that nobody asked for": extra,
    "less scope than was asked for": narrowed,
    "`token_type` bearer": token_has(token_type="bearer"),
    "`token_type` BEARER": token_has(token_type="BEARER"),
    "`token_type` mac": token_has(token_type="mac"),
    "a token of 8 KiB": long,
    "401 `invalid_client` with a challenge": refused('Basic realm="oidc"'),
    "401 `invalid_client` without a challenge": refused(None),
    "400 without a body": empty,
    "the sign-in page, with status 200": page,
    "an error without Content-Type": untyped,
    "429, Retry-After in seconds": limited(lambda a: a.headers["retry-after"] == "3"),
    "429, Retry-After as a date": limited(in_three_seconds),
    "429 without Retry-After": limited(lambda a: a.headers["retry-after"] is None),
    "503, then as always": once,
    "slow headers": slow,
    "a body that is cut": cut,
    "the connection closed before the answer": closed,
    "307 to another origin": moved(307, Client.token),
    "the same refresh token as long as it lives": kept,
    "a new one each time; the old one ends the session": rotated,
    "`invalid_request`, as the service was seen to answer": refresh_fails("invalid_request"),
    "`invalid_grant`, as RFC 6749 has it": refresh_fails("invalid_grant"),
    "another state": callback(lambda h, s: s["state"] != "mine" and "code" in s),
    "no code": callback(lambda h, s: s == {"state": "mine"}),
    "an error in place of the code": callback(lambda h, s: "error" in s and "code" not in s),
    "`iss` of this server": callback(lambda h, s: "127.0.0.1" in s["iss"]),
    "`iss` of another server": callback(lambda h, s: "127.0.0.1" not in s["iss"]),
    "localhost for 127.0.0.1": callback(lambda h, s: h == "localhost"),
    "a late callback": late,
    "401 of the gateway": lambda t, c: t.assertEqual(c.me().status, 401),
    "403 Invalid access token": lambda t, c: t.assertIn(b"Invalid access token.", c.me().body),
    "403 Invalid Token": lambda t, c: t.assertIn(b"Invalid Token", c.me().body),
    "403 PERMISSION_DENIED": error_is(403, "PERMISSION_DENIED"),
    "403 for want of a scope": lambda t, c: t.assertIn(b"required scopes", c.me().body),
    "403 Invalid access to Org": lambda t, c: t.assertIn(b"Invalid access to Org", c.me().body),
    "403 of the IP access list": lambda t, c: t.assertIn(b"IP ACL", c.me().body),
    "`error_code` as a number": error_is(403, 403),
    "the request's id behind the message": with_id,
    "403 in HTML": in_html,
    "302 to another origin": moved(302, Client.me),
    "PENDING twice, then SUCCEEDED": states("PENDING", "PENDING", "SUCCEEDED"),
    "FAILED in a 200": failed,
    "CLOSED": lambda t, c: t.assertEqual(waited(c).json["status"]["state"], "CLOSED"),
    "a statement that is known no longer": forgotten,
    "a link that has expired": expired,
    "a chunk left out": gap,
    "a cancellation that does nothing": not_cancelled,
    "404": undiscovered,
    "HTML": discovered_page,
    "the token endpoint on another host": metadata_has("token_endpoint",
                                                       "https://127.0.0.2:9/token"),
    "another issuer": metadata_has("issuer", "https://elsewhere.example/oidc"),
    "the keys on another host": metadata_has("jwks_uri", "https://127.0.0.2:9/jwks.json"),
    "every slash as `\\/`, which the service does itself": escaped,
    "an endpoint without TLS": metadata_has("token_endpoint", "http://127.0.0.2:9/token"),
    "a token refused in its last 30 seconds": expiring,
    "a Date header an hour ahead": ahead,
    "`exp` with a fraction": fraction,
}


def menu():
    with open(MENU, encoding="utf-8") as file:
        lines = [line[2:-2] for line in file.read().split("\n") if line.startswith("| ")]
    cells = [line.split(" | ", 1) for line in lines if not line.startswith("---")]
    return [(what, json.loads(rule[1:-1])) for what, rule in cells if rule != "rule"]


class Menu(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mock = Mock().__enter__()
        cls.addClassCleanup(cls.mock.__exit__)
        cls.client = Client(cls.mock)

    def test_every_row_is_tried_and_every_trial_has_a_row(self):
        names = [what for what, _ in menu()]
        self.assertEqual(sorted(names), sorted(set(names)))
        self.assertEqual(set(names), set(ROWS))

    def test_each_rule_serves_what_its_row_says(self):
        for what, rule in menu():
            with self.subTest(what):
                scenario = {k: v for k, v in rule.items() if k in
                            ("workspaces", "statements", "oauth_apps", "expiring_window")}
                self.mock.ok("PUT", "/scenario", {**SCENARIO, **scenario})
                if not scenario:
                    self.mock.ok("POST", "/faults", rule)
                ROWS[what](self, self.client)

    def test_without_a_rule_nothing_of_it_happens(self):
        for what, rule in menu():
            # The service's own ways, and parts of a scenario that its trial rests on.
            if rule.get("body_form") == "escaped-slashes" or \
                    {"workspaces", "oauth_apps", "expiring_window"} & set(rule):
                continue
            with self.subTest(what):
                self.mock.ok("PUT", "/scenario", SCENARIO)
                with self.assertRaises((AssertionError, KeyError, ValueError)):
                    ROWS[what](unittest.TestCase(), self.client)


if __name__ == "__main__":
    unittest.main()
