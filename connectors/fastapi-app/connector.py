# SPDX-License-Identifier: Apache-2.0
"""A FastAPI app as one deploys it on Databricks Apps, and a device that calls it with the app's key; driven by
lines: {"seq":1,"do":"validate"} -> {"seq":1,"ok":true,...}.

usage: connector.py m2m|token, with the variables of connector.yaml. As m2m the app works as its own service
principal, from the variables that the Apps runtime sets; as token on behalf of the user whose token the gate
before the app hands on. What an app does for itself is written as the documentation of Databricks Apps has it."""
import concurrent.futures
import functools
import json
import logging
import os
import secrets
import socket
import sys
import threading
import time

import httpx
import uvicorn
from databricks.sdk import WorkspaceClient
from databricks.sdk.config import Config
from databricks.sdk.service.sql import StatementState
from fastapi import Depends, FastAPI, Header, HTTPException
from fastapi.responses import JSONResponse
from fastapi.security import APIKeyHeader

PRODUCT = {"product": "assay_fastapiapp", "product_version": "1.0.0"}
LIMITS = {"http_timeout_seconds": 10, "retry_timeout_seconds": 8}
KEY = secrets.token_urlsafe(32)  # of this app; the device below has it, too
app = FastAPI()
key_header = APIKeyHeader(name="X-API-Key", auto_error=False)
making = threading.Lock()


def given(name):
    return os.environ.get("CONNECTOR_" + name, "")


@functools.cache
def own_client():
    return WorkspaceClient(config=Config(**PRODUCT, **LIMITS))


def client_for(user_token):
    if user_token:
        return WorkspaceClient(config=Config(token=user_token, auth_type="pat", **PRODUCT, **LIMITS))
    with making:  # functools.cache lets two threads make two
        return own_client()


def key_checked(key=Depends(key_header)):
    if key is None:
        raise HTTPException(401, "Missing API key")
    if not secrets.compare_digest(key.encode(), KEY.encode()):
        raise HTTPException(401, "Invalid API key")


@app.exception_handler(Exception)
def told(_request, error):
    return JSONResponse({"detail": f"{type(error).__name__}: {error}"}, 502)


@app.get("/api/validate", dependencies=[Depends(key_checked)])
def validate(x_forwarded_access_token: str | None = Header(default=None)):
    w = client_for(x_forwarded_access_token)
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


def serve():
    """The app behind uvicorn on a port of this machine, and the device's client of it."""
    listener = socket.create_server(("127.0.0.1", 0))
    debug = given("LOG") == "debug"
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, log_level="debug" if debug else "warning"))
    threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True).start()
    headers = {"X-API-Key": KEY}
    if mode == "token":
        headers["X-Forwarded-Access-Token"] = given("TOKEN")
    return httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", headers=headers, timeout=60,
                        trust_env=False)


def ask_app():
    reply = device.get("/api/validate")
    if not reply.is_success:
        raise RuntimeError(f"HTTP {reply.status_code}: {reply.json()['detail']}")
    return reply.json()


def in_parallel(times):
    with concurrent.futures.ThreadPoolExecutor(times) as pool:
        return list(pool.map(lambda _: ask_app(), range(times)))[-1]


def call_app():
    """What a device does that calls another app through the gate of Databricks Apps."""
    bearer = {"Authorization": f"Bearer {given('TOKEN')}"} if mode == "token" else own_client().config.authenticate()
    reply = httpx.get(given("APP_URL") + "/api/status", timeout=10,
                      headers=bearer | {"X-API-Key": KEY, "User-Agent": "assay_fastapiapp/1.0.0"})
    if not reply.is_success:
        raise RuntimeError(f"call App: HTTP {reply.status_code}: {reply.text[:200]}")
    return {}


def dump():
    w = client_for(given("TOKEN") if mode == "token" else None)
    return {"text": f"{app!r} {app.openapi()} {device!r} {w.config} {w.config!r}"}


def answer(question):
    verbs = {"validate": ask_app, "dump": dump, "call-app": call_app,
             "parallel": lambda: in_parallel(question["times"])}
    if question["do"] not in verbs:
        return {"unsupported": True}
    if mode not in ("m2m", "token"):
        return {"ok": False, "error": f"unknown authentication type {mode}: use m2m or token"}
    try:
        return {"ok": True} | verbs[question["do"]]()
    except Exception as e:  # whatever goes wrong is the answer
        return {"ok": False, "error": f"{type(e).__name__}: {e}"}


mode = sys.argv[1]
logging.basicConfig(level=logging.DEBUG if given("LOG") == "debug" else logging.WARNING, stream=sys.stderr)
device = serve()
for line in sys.stdin:
    question = json.loads(line)
    print(json.dumps({"seq": question["seq"]} | answer(question)), flush=True)
