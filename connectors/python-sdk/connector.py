# SPDX-License-Identifier: Apache-2.0
"""The official databricks-sdk, driven by lines: {"seq":1,"do":"validate"} -> {"seq":1,"ok":true,...}.

usage: connector.py pat|m2m|u2m|u2m-built-in|token|federation|entra|google-credentials|google-id, with the CONNECTOR_* variables of connector.yaml"""
import functools
import json
import logging
import os
import re
import sys
import time

from databricks.sdk import WorkspaceClient
from databricks.sdk.config import Config
from databricks.sdk.service.sql import StatementState

AUTH_TYPES = {"pat": "pat", "m2m": "oauth-m2m", "u2m": "external-browser", "u2m-built-in": "external-browser",
              "token": "pat", "federation": "env-oidc", "entra": "azure-client-secret",
              "google-credentials": "google-credentials", "google-id": "google-id"}  # a user's token is sent like a PAT


def given(name):
    return os.environ.get("CONNECTOR_" + name, "")


def credentials(mode):
    """One connection, one kind of credential; refused before the SDK has seen anything."""
    token, client = given("TOKEN"), {k: given(k.upper()) for k in ("client_id", "client_secret")}
    if mode not in AUTH_TYPES:
        raise ValueError(f"unknown authentication type {mode}: use one of {', '.join(AUTH_TYPES)}")
    if token and any(client.values()):
        raise ValueError("credentials of two kinds are set: keep CONNECTOR_TOKEN, or "
                         "CONNECTOR_CLIENT_ID and CONNECTOR_CLIENT_SECRET")
    if mode.startswith("u2m"):  # the user signs in
        if token or (mode == "u2m") != bool(client["client_id"]):
            raise ValueError(f"{mode} is set up with credentials of another kind")
        return client
    if mode == "federation":  # the SDK reads the workload's own token when it exchanges it
        if not client["client_id"] or not given("SUBJECT_TOKEN"):
            raise ValueError("federation needs CONNECTOR_CLIENT_ID and CONNECTOR_SUBJECT_TOKEN")
        return {"client_id": client["client_id"], "oidc_token_env": "CONNECTOR_SUBJECT_TOKEN"}
    if mode.startswith("google"):  # the key file of a service account, or an account that the machine's acts for
        name = {"google-id": "google_service_account"}.get(mode, "google_credentials")
        if token or any(client.values()) or not given(name.upper()):
            raise ValueError(f"{mode} needs CONNECTOR_{name.upper()}, and no credentials of another kind")
        return {name: given(name.upper())}
    if not (all(client.values()) if mode in ("m2m", "entra") else token):
        raise ValueError(f"{mode} needs its CONNECTOR_ variables, and some are not set")
    if mode == "entra":
        return {"azure_tenant_id": given("TENANT_ID"), "azure_client_id": client["client_id"],
                "azure_client_secret": client["client_secret"]}
    return client if mode == "m2m" else {"token": token}


@functools.cache
def workspace():
    """The one client of the process. What is not given to Config is looked for in variables and in
    ~/.databrickscfg, so every setting that has a variable is given: as empty, if it is not needed."""
    mode, host = sys.argv[1], given("HOST").rstrip("/")
    if "://" not in host:
        host = "https://" + host  # as the SDK itself does
    settings = {a.name: "" for a in Config.attributes() if a.env and a.transform is str}
    settings |= credentials(mode) | {"host": host, "auth_type": AUTH_TYPES[mode]}
    origin = re.match("(https?://)?([^/?]*)", host)
    settings["discovery_url"] = f"{origin[1] or 'https://'}{origin[2]}/oidc/.well-known/oauth-authorization-server"
    return WorkspaceClient(config=Config(
        product="assay_pythonsdk", product_version="1.0.0",
        http_timeout_seconds=10, retry_timeout_seconds=8, **settings))


def validate():
    w = workspace()
    table = w.tables.get(given("TABLE"))
    s = w.statement_execution.execute_statement(
        statement=given("STATEMENT"), warehouse_id=given("WAREHOUSE_ID"), wait_timeout="10s")
    while s.status.state in (StatementState.PENDING, StatementState.RUNNING):
        time.sleep(0.3)
        s = w.statement_execution.get_statement(s.statement_id)
    if s.status.state not in (StatementState.SUCCEEDED, StatementState.CLOSED) or s.status.error:
        error = s.status.error
        raise RuntimeError(f"statement {s.status.state.value}: {error.message if error else ''}")
    return {"table_id": table.table_id}


def dump():
    w = workspace()
    return {"text": f"{w} {w!r} {w.config} {w.config!r}"}


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
