# SPDX-License-Identifier: Apache-2.0
"""requests-oauthlib as one would use it, driven by lines: {"seq":1,"do":"validate"} -> {"seq":1,"ok":true,...}.

usage: connector.py pat|m2m|token, with the CONNECTOR_* variables of connector.yaml"""
import functools
import json
import logging
import os
import sys
import time
from urllib.parse import quote, urlsplit

from oauthlib.oauth2 import BackendApplicationClient, TokenExpiredError
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session
from urllib3.util import Retry


def given(name):
    return os.environ.get("CONNECTOR_" + name, "")


def host():
    """The workspace's origin, from whatever a user pasted. Credentials go over TLS, or stay on the machine."""
    url = urlsplit(given("HOST") if "//" in given("HOST") else "https://" + given("HOST"))
    if url.scheme != "https" and url.hostname not in ("127.0.0.1", "localhost"):
        raise ValueError("CONNECTOR_HOST begins with http://: credentials need https://")
    return f"{url.scheme}://{url.netloc}"


def checked_mode():
    """One connection, one kind of credential; refused before anything is sent."""
    mode, token, client = sys.argv[1], given("TOKEN"), [given("CLIENT_ID"), given("CLIENT_SECRET")]
    if mode not in ("pat", "m2m", "token"):
        raise ValueError(f"unknown authentication type {mode}: use pat, m2m or token")
    if token and any(client):
        raise ValueError("credentials of two kinds are set: keep CONNECTOR_TOKEN, or "
                         "CONNECTOR_CLIENT_ID and CONNECTOR_CLIENT_SECRET")
    host()
    if not (all(client) if mode == "m2m" else token):
        raise ValueError(f"{mode} needs its CONNECTOR_ variables, and some are not set")
    return mode


@functools.cache
def session():
    """The one session of the process. A PAT and a user's token are sent as a bearer token."""
    if checked_mode() == "m2m":
        s = OAuth2Session(client=BackendApplicationClient(given("CLIENT_ID"), scope="all-apis"))
    else:
        s = OAuth2Session(token={"access_token": given("TOKEN"), "token_type": "Bearer"})
    s.headers["User-Agent"] = "assay_requestsoauthlib/1.0.0"
    s.mount("https://", HTTPAdapter(max_retries=Retry(3, backoff_factor=0.3, status_forcelist=[429, 503])))
    return s


def fetch_token():
    session().fetch_token(host() + "/oidc/v1/token", timeout=10,
                          auth=HTTPBasicAuth(given("CLIENT_ID"), given("CLIENT_SECRET")))


def call(method, path, body=None):
    s = session()
    if not s.authorized or s.token.get("expires_at", float("inf")) - time.time() < 60:
        fetch_token()  # oauthlib itself has no margin
    try:
        reply = s.request(method, host() + path, json=body, timeout=10)
    except TokenExpiredError:
        fetch_token()
        reply = s.request(method, host() + path, json=body, timeout=10)
    if not reply.ok:
        raise RuntimeError(f"{method} {path}: HTTP {reply.status_code}: {reply.text[:500]} "
                           f"(request id {reply.headers.get('x-request-id')})")
    return reply.json()


def validate():
    table = call("GET", "/api/2.1/unity-catalog/tables/" + quote(given("TABLE")))
    s = call("POST", "/api/2.0/sql/statements", {
        "statement": given("STATEMENT"), "warehouse_id": given("WAREHOUSE_ID"), "wait_timeout": "10s"})
    while s["status"]["state"] in ("PENDING", "RUNNING"):
        time.sleep(0.3)
        s = call("GET", "/api/2.0/sql/statements/" + quote(s["statement_id"]))
    if s["status"]["state"] not in ("SUCCEEDED", "CLOSED"):
        raise RuntimeError(f"statement {s['status']['state']}: {s['status'].get('error', {}).get('message')}")
    return {"table_id": table["table_id"]}


def answer(verb):
    if verb not in ("validate", "dump"):
        return {"unsupported": True}
    try:
        return {"ok": True} | (validate() if verb == "validate" else {"text": f"{session()} {session()!r}"})
    except Exception as e:  # whatever goes wrong is the answer
        return {"ok": False, "error": f"{type(e).__name__}: {e}"}


if given("LOG") == "debug":
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
for line in sys.stdin:
    question = json.loads(line)
    print(json.dumps({"seq": question["seq"]} | answer(question["do"])), flush=True)
