# SPDX-License-Identifier: Apache-2.0
"""KBase's own client of its Auth2 service, driven by lines: {"seq":1,"do":"kbase-token"} -> {"seq":1,"ok":true,...}.

It does what comes first in a Spark Connect session with a KBase token: asks whose the token is. To no workspace
does it speak.

usage: connector.py token, with the CONNECTOR_* variables of connector.yaml"""
import functools
import json
import logging
import os
import sys

from kbase.auth import KBaseAuthClient


def given(name):
    return os.environ.get("CONNECTOR_" + name, "")


@functools.cache
def client():
    return KBaseAuthClient.create(given("KBASE_URL"))


def kbase_token():
    return {"user": client().get_token(given("KBASE_TOKEN")).user}


def dump():
    return {"text": f"{client()!r} {vars(client())} {client().get_token(given('KBASE_TOKEN'))!r}"}


def answer(verb):
    if verb not in ("kbase-token", "dump"):
        return {"unsupported": True}
    try:
        return {"ok": True} | (kbase_token() if verb == "kbase-token" else dump())
    except Exception as e:  # whatever goes wrong is the answer
        return {"ok": False, "error": f"{type(e).__name__}: {e}"}


if given("LOG") == "debug":
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
for line in sys.stdin:
    question = json.loads(line)
    print(json.dumps({"seq": question["seq"]} | answer(question["do"])), flush=True)
