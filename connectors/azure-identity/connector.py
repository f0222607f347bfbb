# SPDX-License-Identifier: Apache-2.0
"""Microsoft's azure-identity for a workspace on Azure, driven by lines: {"seq":1,"do":"validate"} -> {"seq":1,"ok":true,...}.

usage: connector.py m2m, with the CONNECTOR_* variables of connector.yaml"""
import functools
import json
import logging
import os
import sys
import time
from urllib.parse import quote

import requests
from azure.identity import ClientSecretCredential, ManagedIdentityCredential
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

DATABRICKS = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default"  # Azure Databricks, in every tenant


def given(name):
    return os.environ.get("CONNECTOR_" + name, "")


@functools.cache
def session():
    s = requests.Session()
    s.headers["User-Agent"] = "assay_azureidentity/1.0.0"
    s.mount("https://", HTTPAdapter(max_retries=Retry(3, backoff_factor=0.3, status_forcelist=[429, 503])))
    return s


@functools.cache
def credential():
    """The one credential of the process; its token cache is in memory."""
    if sys.argv[1] != "m2m":
        raise ValueError(f"unknown authentication type {sys.argv[1]}: use m2m")
    if given("TOKEN"):
        raise ValueError("credentials of two kinds are set: CONNECTOR_TOKEN is not for m2m")
    if given("IDENTITY_ID"):
        return ManagedIdentityCredential(client_id=given("IDENTITY_ID"))
    if not (given("CLIENT_ID") and given("CLIENT_SECRET")):
        raise ValueError("m2m needs its CONNECTOR_ variables, and some are not set")
    return ClientSecretCredential(given("TENANT_ID"), given("CLIENT_ID"), given("CLIENT_SECRET"))


def token():
    return credential().get_token(DATABRICKS).token


def bearer(request):
    """As the session's auth, not as a header: a header would give way to an entry of ~/.netrc."""
    request.headers["Authorization"] = "Bearer " + token()
    return request


def call(method, path, body=None):
    reply = session().request(method, given("HOST") + path, json=body, timeout=10, auth=bearer)
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
        return {"ok": True} | (validate() if verb == "validate" else {"text": f"{credential()} {credential()!r}"})
    except Exception as e:  # whatever goes wrong is the answer
        return {"ok": False, "error": f"{type(e).__name__}: {e}"}


if given("LOG") == "debug":
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
for line in sys.stdin:
    question = json.loads(line)
    print(json.dumps({"seq": question["seq"]} | answer(question["do"])), flush=True)
