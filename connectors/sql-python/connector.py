# SPDX-License-Identifier: Apache-2.0
"""The official databricks-sql-connector, driven by lines: {"seq":1,"do":"validate"} -> {"seq":1,"ok":true,...}.

usage: connector.py thrift|sea pat|m2m|u2m|token, with the CONNECTOR_* variables of connector.yaml"""
import functools
import json
import logging
import os
import sys

from databricks import sql
from databricks.sdk.core import Config, oauth_service_principal

BACKENDS = {"thrift": {}, "sea": {"use_sea": True}}


def given(name):
    return os.environ.get("CONNECTOR_" + name, "")


def service_principal():
    """What the driver's documentation shows for OAuth M2M; empty settings keep variables and profiles out."""
    host = given("HOST").rstrip("/")
    settings = {a.name: "" for a in Config.attributes() if a.env and a.transform is str}
    settings |= {"host": host, "auth_type": "oauth-m2m", "client_id": given("CLIENT_ID"),
                 "client_secret": given("CLIENT_SECRET"),
                 "discovery_url": host + "/oidc/.well-known/oauth-authorization-server"}
    return oauth_service_principal(Config(product="assay_sqlpython", product_version="1.0.0", **settings))


def credentials(mode):
    """One connection, one kind of credential; refused before the driver has seen anything."""
    token, client = given("TOKEN"), (given("CLIENT_ID"), given("CLIENT_SECRET"))
    if mode not in ("pat", "m2m", "u2m", "token"):
        raise ValueError(f"unknown authentication type {mode}: use pat, m2m, u2m or token")
    if token and any(client):
        raise ValueError("credentials of two kinds are set: keep CONNECTOR_TOKEN, or "
                         "CONNECTOR_CLIENT_ID and CONNECTOR_CLIENT_SECRET")
    if not {"m2m": all(client), "u2m": client[0]}.get(mode, token):
        raise ValueError(f"{mode} needs its CONNECTOR_ variables, and some are not set")
    if mode == "u2m":
        return {"auth_type": "databricks-oauth", "oauth_client_id": client[0], "oauth_redirect_port": 8020}
    return {"credentials_provider": service_principal} if mode == "m2m" else {"access_token": token}


@functools.cache
def connection():
    """The one session of the process; one that could not be opened is tried again."""
    return sql.connect(server_hostname=given("HOST").removeprefix("https://").rstrip("/"),
                       http_path=given("HTTP_PATH"), user_agent_entry="assay_sqlpython/1.0.0",
                       **BACKENDS[sys.argv[1]], **credentials(sys.argv[2]))


def validate():
    with connection().cursor() as cursor:
        cursor.execute(given("STATEMENT"))
        return {"rows": sum(len(rows) for rows in iter(lambda: cursor.fetchmany(100_000), []))}


def dump():
    c = connection()
    return {"text": f"{c} {c!r} {c.session} {c.session.auth_provider} {vars(c.session)}"}


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
if connection.cache_info().currsize:
    connection().close()
