# SPDX-License-Identifier: Apache-2.0
"""A reader of Spark's Python Data Source API that gets its token where it reads, driven by lines.

The classes are Spark's own (pyspark.sql.datasource); Spark's part is played here: the reader is pickled, as it
is on its way to an executor, and asked for each partition's rows. Options hold no secret, for they are shown in
plans: who asks is told by CONNECTOR_* variables of the executor.

usage: connector.py pat|m2m|token, with the CONNECTOR_* variables of connector.yaml"""
import email.utils
import functools
import json
import logging
import os
import pickle
import sys
import time
from urllib.parse import quote, quote_plus, urlsplit

import requests
from pyspark.sql.datasource import DataSource, DataSourceReader, InputPartition

EARLY_S, LIFETIME_S, TRIES = 60, 3600, 3
log = logging.getLogger("spark_reader")


def given(name):
    return os.environ.get("CONNECTOR_" + name, "")


def host():
    """The workspace's origin, from whatever a user pasted. Credentials go over TLS, or stay on the machine."""
    url = urlsplit(given("HOST") if "//" in given("HOST") else "https://" + given("HOST"))
    if url.scheme != "https" and url.hostname not in ("127.0.0.1", "localhost"):
        raise ValueError("CONNECTOR_HOST begins with http://: credentials need https://")
    return f"{url.scheme}://{url.netloc}"


class Token:
    """An access token of this executor. M2M tokens are fetched when needed and renewed before their end."""

    def __init__(self):
        self.value, self.ends = given("TOKEN"), float("inf")

    def __repr__(self):
        return "Token(***)"

    def get(self):
        if not self.value or time.time() > self.ends - EARLY_S:
            self.fetch()
        return self.value

    def fetch(self):
        asked = time.time()
        reply = send("POST", "/oidc/v1/token", data={"grant_type": "client_credentials", "scope": "all-apis"},
                     auth=(quote_plus(given("CLIENT_ID")), quote_plus(given("CLIENT_SECRET"))))
        answer = good(reply, "token request")
        if str(answer.get("token_type")).lower() != "bearer" or not answer.get("access_token"):
            raise RuntimeError("token request: the answer has no bearer token")
        self.value = answer["access_token"]
        self.ends = asked + float(answer.get("expires_in", LIFETIME_S))

    def refused(self):
        """Whether another token can be tried: not for one that was given."""
        return bool(given("CLIENT_ID")) and self.fetch() is None


@functools.cache
def token():
    return Token()


def pause_of(reply, default):
    """What Retry-After says, in seconds or as a date."""
    text = reply.headers.get("Retry-After", "") if reply is not None else ""
    date = None if text.isdigit() else email.utils.parsedate_to_datetime(text) if text else None
    return min(20, float(text) if text.isdigit() else date.timestamp() - time.time() if date else default)


@functools.cache
def session():
    """The connections of this executor. Nothing of the machine's decides where they lead."""
    s = requests.Session()
    s.trust_env = False
    s.verify = os.environ.get("REQUESTS_CA_BUNDLE", True)
    s.headers["User-Agent"] = "assay_sparkreader/1.0.0"
    return s


def send(method, path, **more):
    """Again after 429 and 503; a GET also when its connection broke."""
    for left in range(TRIES, 0, -1):
        reply = None
        try:
            reply = session().request(method, host() + path, timeout=10, allow_redirects=False, **more)
        except requests.ConnectionError:
            if method != "GET" or left == 1:
                raise
        if reply is not None and (reply.status_code not in (429, 503) or left == 1):
            return reply
        log.debug("%s %s is tried again", method, path)
        time.sleep(max(0, pause_of(reply, 0.5)))


def good(reply, what):
    """The answer as an object, or an error that says why there is none."""
    try:
        answer = reply.json()
    except ValueError:
        answer = None
    if reply.status_code == 200 and isinstance(answer, dict):
        return answer
    told = answer if isinstance(answer, dict) else {}
    reason = [str(told[k]) for k in ("error", "error_code", "error_description", "message", "detail") if k in told]
    raise RuntimeError(f"{what}: HTTP {reply.status_code}: {': '.join(reason) or 'the answer is no JSON object'} "
                       f"(request id {reply.headers.get('x-request-id')})")


def is_about_token(reply):
    return reply.status_code == 401 or reply.status_code == 403 and "token" in reply.text.lower() \
        and not any(word in reply.text for word in ("PERMISSION_DENIED", "scope"))


def call(method, path, body=None):
    for renewed in (False, True):
        reply = send(method, path, json=body, headers={"Authorization": "Bearer " + token().get()})
        if renewed or not is_about_token(reply) or not token().refused():
            return good(reply, f"{method} {path}")


class TableReader(DataSourceReader):
    def __init__(self, options):
        self.table, self.warehouse, self.statement = options["table"], options["warehouse"], options["statement"]

    def partitions(self):
        return [InputPartition(0)]

    def read(self, partition):
        table = call("GET", "/api/2.1/unity-catalog/tables/" + quote(self.table))
        s = call("POST", "/api/2.0/sql/statements", {
            "statement": self.statement, "warehouse_id": self.warehouse, "wait_timeout": "10s"})
        while s["status"]["state"] in ("PENDING", "RUNNING"):
            time.sleep(0.3)
            s = call("GET", "/api/2.0/sql/statements/" + quote(s["statement_id"]))
        if s["status"]["state"] not in ("SUCCEEDED", "CLOSED"):
            raise RuntimeError(f"statement {s['status']['state']}: {s['status'].get('error', {}).get('message')}")
        for row in s.get("result", {}).get("data_array", [[None]]):
            yield table["table_id"], json.dumps(row)


class TableSource(DataSource):
    @classmethod
    def name(cls):
        return "assay_table"

    def schema(self):
        return "table_id string, row string"

    def reader(self, schema):
        return TableReader(self.options)


@functools.cache
def source():
    """One connection, one kind of credential; refused before anything is sent."""
    mode, user, client = sys.argv[1], given("TOKEN"), [given("CLIENT_ID"), given("CLIENT_SECRET")]
    if mode not in ("pat", "m2m", "token"):
        raise ValueError(f"unknown authentication type {mode}: use pat, m2m or token")
    if user and any(client):
        raise ValueError("credentials of two kinds are set: keep CONNECTOR_TOKEN, or "
                         "CONNECTOR_CLIENT_ID and CONNECTOR_CLIENT_SECRET")
    host()
    if not (all(client) if mode == "m2m" else user):
        raise ValueError(f"{mode} needs its CONNECTOR_ variables, and some are not set")
    return TableSource({"table": given("TABLE"), "warehouse": given("WAREHOUSE_ID"), "statement": given("STATEMENT")})


def validate():
    reader = pickle.loads(pickle.dumps(source().reader(None)))
    rows = [row for partition in reader.partitions() for row in reader.read(partition)]
    return {"table_id": rows[0][0]}


def dump():
    reader = source().reader(None)
    return {"text": f"{source()!r} {vars(source())} {reader!r} {vars(reader)} {token()!r}"}


def answer(verb):
    if verb not in ("validate", "dump"):
        return {"unsupported": True}
    try:
        return {"ok": True} | (validate() if verb == "validate" else dump())
    except Exception as e:  # whatever goes wrong is the answer
        return {"ok": False, "error": f"{type(e).__name__}: {e}"}


if given("LOG") == "debug":
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
for line in sys.stdin:
    question = json.loads(line)
    print(json.dumps({"seq": question["seq"]} | answer(question["do"])), flush=True)
