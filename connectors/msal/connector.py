# SPDX-License-Identifier: Apache-2.0
"""Microsoft's msal for a workspace on Azure, driven by lines: {"seq":1,"do":"validate"} -> {"seq":1,"ok":true,...}.

usage: connector.py entra|msi|obo, with the CONNECTOR_* variables of connector.yaml"""
import functools
import json
import logging
import os
import sys
import time
from urllib.parse import quote, urlsplit

import msal
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

DATABRICKS = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default"  # Azure Databricks, in every tenant
AUTHORITY = "https://login.microsoftonline.com/"


def given(name):
    return os.environ.get("CONNECTOR_" + name, "")


def host():
    """The workspace's origin, from whatever a user pasted. Credentials go over TLS, or stay on the machine."""
    url = urlsplit(given("HOST") if "//" in given("HOST") else "https://" + given("HOST"))
    if url.scheme != "https" and url.hostname not in ("127.0.0.1", "localhost"):
        raise ValueError("CONNECTOR_HOST begins with http://: credentials need https://")
    return f"{url.scheme}://{url.netloc}"


@functools.cache
def session():
    s = requests.Session()
    s.headers["User-Agent"] = "assay_msal/1.0.0"
    s.mount("https://", HTTPAdapter(max_retries=Retry(3, backoff_factor=0.3, status_forcelist=[429, 503])))
    return s


def given_all(*names):
    if not all(map(given, names)):
        raise ValueError(f"{sys.argv[1]} needs its CONNECTOR_ variables, and some are not set")


@functools.cache
def application():
    """The one application of the process; its token cache is in memory."""
    mode = sys.argv[1]
    host()
    if mode not in ("entra", "msi", "obo"):
        raise ValueError(f"unknown authentication type {mode}: use entra, msi or obo")
    if given("TOKEN") and mode != "obo":
        raise ValueError(f"credentials of two kinds are set: CONNECTOR_TOKEN is not for {mode}")
    if mode == "msi":
        given_all("CLIENT_ID")
        return msal.ManagedIdentityClient(
            msal.UserAssignedManagedIdentity(client_id=given("CLIENT_ID")), http_client=session())
    given_all("CLIENT_ID", "CLIENT_SECRET", *(["TOKEN"] if mode == "obo" else []))
    return msal.ConfidentialClientApplication(
        given("CLIENT_ID"), client_credential=given("CLIENT_SECRET"), http_client=session(),
        authority=AUTHORITY + given("TENANT_ID"))


def acquired():
    app = application()
    if sys.argv[1] == "msi":
        return app.acquire_token_for_client(resource=DATABRICKS.split("/")[0])
    if sys.argv[1] == "entra":
        return app.acquire_token_for_client([DATABRICKS])
    # On behalf of a user: each call asks anew, so what there is is looked for first.
    accounts = app.get_accounts()
    return accounts and app.acquire_token_silent([DATABRICKS], accounts[0]) or \
        app.acquire_token_on_behalf_of(given("TOKEN"), [DATABRICKS])


def token():
    result = acquired()
    if "access_token" not in result:
        raise RuntimeError(f"{result.get('error')}: {result.get('error_description')} {result.get('claims', '')}")
    return result["access_token"]


def bearer(request):
    """As the session's auth, not as a header: a header would give way to an entry of ~/.netrc."""
    request.headers["Authorization"] = "Bearer " + token()
    return request


def call(method, path, body=None):
    reply = session().request(method, host() + path, json=body, timeout=10, auth=bearer)
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
        return {"ok": True} | (validate() if verb == "validate" else {"text": f"{application()} {application()!r}"})
    except Exception as e:  # whatever goes wrong is the answer
        return {"ok": False, "error": f"{type(e).__name__}: {e}"}


if given("LOG") == "debug":
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
for line in sys.stdin:
    question = json.loads(line)
    print(json.dumps({"seq": question["seq"]} | answer(question["do"])), flush=True)
