# SPDX-License-Identifier: Apache-2.0
"""Rows of the contract: a request, the answer that clients rely on, where it is known from and how
surely. A row stands alone or is a step of a flow, which keeps parts of answers for later steps and
has a space of the mock to itself: its own state, faults and clock."""

import http.client
import json
import re
import urllib.parse

RECORDED, DOCUMENTED, SDK, OBSERVED, ASSUMED = "recorded", "documented", "sdk", "observed", "assumed"
SURE = (RECORDED, DOCUMENTED, SDK, OBSERVED, ASSUMED)
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
FORM = "application/x-www-form-urlencoded"


class Row:
    """body: exact text; members: parts of the JSON, by dotted path; pattern: a regular expression for
    the text; headers: by name, exact or a pattern; no: headers, absent: members that are not there.
    keep: {name: dotted path, "location:PARAMETER" or a pattern with one group} for later steps."""

    def __init__(self, what, source, sure, request, status, **wanted):
        self.what, self.source, self.sure, self.request = what, source, sure, request
        self.status, self.wanted = status, wanted


def get(path, token=None, **more):
    return {"method": "GET", "path": path, "token": token, **more}


def delete(path, token=None, **more):
    return {"method": "DELETE", "path": path, "token": token, **more}


def post(path, body=None, token=None, **more):
    return {"method": "POST", "path": path, "json": body, "token": token, **more}


def form(path, **fields):
    """Fields that begin with _ are about the request: _host, _token, _authorization."""
    more = {key[1:]: fields.pop(key) for key in list(fields) if key.startswith("_")}
    return {"method": "POST", "path": path, "form": fields, **more}


def steer(method, path, body=None):
    """A step that is no row: the control interface moves the clock or the keys."""
    return {"control": method, "path": path, "json": body}


def advance(seconds):
    return steer("POST", "/clock", {"advance_ms": round(seconds * 1000)})


def gateway(code, message):
    return json.dumps({"error_code": code, "message": message}, separators=(",", ":"))


def oauth_error(error, description):
    return (r'\{"error":"' + re.escape(error) + r'","error_id":"' + UUID +
            r'","error_description":"' + re.escape(description) + r'"\}')


def fill(value, known):
    """{name} anywhere in a text becomes what is known under that name."""
    if isinstance(value, dict):
        return {key: fill(item, known) for key, item in value.items()}
    if isinstance(value, list):
        return [fill(item, known) for item in value]
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda m: str(known.get(m.group(1), m.group(0))), value)
    return value


def reach(document, path):
    for part in path.split("."):
        if isinstance(document, list):
            document = document[int(part)] if len(document) > int(part) else None
        else:
            document = (document or {}).get(part)
    return document


class Asker:
    def __init__(self, mock, host, space=None):
        self.mock, self.host, self.space = mock, host, space

    def steer(self, step, known):
        path = fill(step["path"], known)
        if self.space is not None:
            path += ("&" if "?" in path else "?") + "space=" + self.space
        return self.mock.ok(step["control"], path, fill(step["json"], known))

    def ask(self, request, known):
        """(answer, text)"""
        r = fill(request, known)
        headers = {"Host": r.get("host", self.host), **r.get("headers", {})}
        if self.space is not None:
            headers["X-Assay-Space"] = self.space
        body = r.get("text")
        if r.get("token") is not None:
            headers["Authorization"] = "Bearer " + r["token"]
        if r.get("authorization") is not None:
            headers["Authorization"] = r["authorization"]
        if r.get("form") is not None:
            body, headers["Content-Type"] = urllib.parse.urlencode(r["form"]), FORM
        elif r.get("json") is not None:
            body, headers["Content-Type"] = json.dumps(r["json"]), "application/json"
        elif r.get("type") is not None:
            headers["Content-Type"] = r["type"]
        connection = http.client.HTTPConnection("127.0.0.1", self.mock.port, timeout=30)
        if r.get("chunks"):
            headers["Transfer-Encoding"] = "chunked"
            text = (body or "").encode()
            body = [text[:9], text[9:]]
        connection.request(r["method"], r["path"], body, headers, encode_chunked=bool(r.get("chunks")))
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer, text


def check(test, row, answer, text, known):
    wanted = {key: fill(value, known) for key, value in row.wanted.items()}
    test.assertEqual(answer.status, row.status, text)
    for name, pattern in wanted.get("headers", {}).items():
        value = answer.getheader(name) or ""
        test.assertTrue(value == pattern or re.fullmatch(pattern, value), f"{name}: {value}")
    for name in wanted.get("no", []):
        test.assertIsNone(answer.getheader(name))
    if "body" in wanted:
        test.assertEqual(text, wanted["body"])
    if "pattern" in wanted:
        test.assertRegex(text, re.compile("^" + row.wanted["pattern"] + "$", re.DOTALL))
    members = wanted.get("members", {})
    if members or "absent" in wanted or "has" in wanted:
        got = json.loads(text)
        test.assertEqual({path: reach(got, path) for path in members}, members)
        test.assertFalse([key for key in wanted.get("absent", []) if key in got])
        test.assertFalse([key for key in wanted.get("has", []) if key not in got])


def keep(row, answer, text, known):
    for name, where in row.wanted.get("keep", {}).items():
        if where.startswith("location:"):
            query = urllib.parse.urlsplit(answer.getheader("location") or "").query
            value = urllib.parse.parse_qs(query).get(where[9:], [None])[0]
        elif "(" in where:
            found = re.search(where, text)
            value = found and found.group(1)
        else:
            value = reach(json.loads(text), where)
        if value is None:
            raise AssertionError(f"{row.what}: no {where} in {text}")
        known[name] = value


def run_flow(test, asker, steps, known):
    known = dict(known)
    for step in steps:
        if isinstance(step, Row):
            answer, text = asker.ask(step.request, known)
            try:
                check(test, step, answer, text, known)
                keep(step, answer, text, known)
            except AssertionError as failed:
                raise AssertionError(f"{step.what} ({step.source}): {failed}") from failed
        else:
            answer = asker.steer(step, known)
            for name, where in step.get("keep", {}).items():
                known[name] = reach(answer, where)


def check_rows_are_cited(test, rows):
    names = [row.what for row in rows]
    test.assertEqual(sorted(names), sorted(set(names)))
    for row in rows:
        with test.subTest(row.what):
            test.assertTrue(row.source)
            test.assertIn(row.sure, SURE)
            test.assertFalse(row.sure == ASSUMED and "body" in row.wanted)
