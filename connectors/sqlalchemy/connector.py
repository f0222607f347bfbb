# SPDX-License-Identifier: Apache-2.0
"""SQLAlchemy with the official databricks-sqlalchemy, driven by lines: {"seq":1,"do":"validate"} -> {"seq":1,"ok":true,...}.

usage: connector.py pat|m2m|token, with the CONNECTOR_* variables of connector.yaml"""
import functools
import json
import logging
import os
import sys

import sqlalchemy
from databricks.sdk.core import Config, oauth_service_principal


def given(name):
    return os.environ.get("CONNECTOR_" + name, "")


def service_principal():
    """What the driver's documentation shows for OAuth M2M; empty settings keep variables and profiles out."""
    host = given("HOST").rstrip("/")
    settings = {a.name: "" for a in Config.attributes() if a.env and a.transform is str}
    settings |= {"host": host, "auth_type": "oauth-m2m", "client_id": given("CLIENT_ID"),
                 "client_secret": given("CLIENT_SECRET"),
                 "discovery_url": host + "/oidc/.well-known/oauth-authorization-server"}
    return oauth_service_principal(Config(product="assay_sqlalchemy", product_version="1.0.0", **settings))


def refuse_what_is_missing_or_of_two_kinds(mode):
    token, client = given("TOKEN"), (given("CLIENT_ID"), given("CLIENT_SECRET"))
    if mode not in ("pat", "m2m", "token"):
        raise ValueError(f"unknown authentication type {mode}: use pat, m2m or token")
    if token and any(client):
        raise ValueError("credentials of two kinds are set: keep CONNECTOR_TOKEN, or "
                         "CONNECTOR_CLIENT_ID and CONNECTOR_CLIENT_SECRET")
    if not (all(client) if mode == "m2m" else token):
        raise ValueError(f"{mode} needs its CONNECTOR_ variables, and some are not set")


@functools.cache
def engine():
    mode = sys.argv[1]
    refuse_what_is_missing_or_of_two_kinds(mode)
    url = sqlalchemy.URL.create(
        "databricks", username="token", password=given("TOKEN") or None, port=443,
        host=given("HOST").removeprefix("https://").rstrip("/"),
        query={"http_path": given("HTTP_PATH"), "catalog": "main", "schema": "default"})
    arguments = {"user_agent_entry": "assay_sqlalchemy/1.0.0"}
    if mode == "m2m":
        arguments["credentials_provider"] = service_principal
    return sqlalchemy.create_engine(url, connect_args=arguments)


@functools.cache
def connection():
    """The one session of the process; one that could not be opened is tried again."""
    return engine().connect()


def validate():
    with connection().execute(sqlalchemy.text(given("STATEMENT"))) as result:
        return {"rows": sum(len(rows) for rows in result.partitions(100_000))}


def dump():
    c = connection()
    return {"text": f"{c} {c!r} {engine()} {engine()!r} {engine().url!r} {c.connection.dbapi_connection!r}"}


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
