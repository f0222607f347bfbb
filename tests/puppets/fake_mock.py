#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Stands in for assay-mock: the command line and the control interface (base/wire/control.h) that
the harness uses, and a public side that answers the two calls of `validate` and the token endpoint.
Options of its own come first: --die-after N ends it at the Nth control call, --deaf refuses to start,
--refuse PATH answers 400 to that control path, --failing counts failures of its own."""
import http.server
import json
import os
import secrets
import signal
import socketserver
import sys
import threading
import time

STARTED = time.monotonic()


class State:
    def __init__(self):
        self.lock = threading.RLock()
        self.calls, self.journal, self.canaries, self.names = [], [], [], {}
        self.principals, self.faults, self.revoked = {}, [], set()
        self.offset_ms, self.calls_left, self.refused, self.failures = 0, None, None, 0

    def canary(self, name, kind, value):
        if value not in self.names:
            self.canaries.append({"name": name, "kind": kind, "value": value})
            self.names[value] = name
        return {"name": self.names[value], "value": value}

    def mint(self, kind, prefix):
        count = 1 + sum(1 for c in self.canaries if c["kind"] == kind)
        name = kind.replace("-", "_") + (f"_{count}" if count > 1 or kind == "access-token" else "")
        return self.canary(name, kind, prefix + secrets.token_hex(16))


STATE = State()


def answer_scenario(body):
    STATE.canaries.clear()
    STATE.names.clear()
    STATE.faults = body.get("faults", [])
    principals = []
    for p in body.get("principals", []):
        out = {"name": p["name"], "kind": p.get("kind", "user")}
        if out["kind"] == "service-principal":
            out["client_id"] = "6f2a0c1e-0000-4000-8000-00000000beef"
            out["client_secret"] = STATE.mint("client-secret", "dose")["value"]
        if p.get("has_pat"):
            out["pat"] = STATE.mint("pat", "dapi")["value"]
        principals.append(out)
    tables = [{"full_name": t, "table_id": "7ab1e000-0000-4000-8000-" + secrets.token_hex(6)}
              for t in body["workspaces"][0].get("tables", [])]
    STATE.tables = {t["full_name"]: t["table_id"] for t in tables}
    return {"workspaces": [{"host": "*", "workspace_id": "1", "account_id": "a",
                            "warehouse_id": "abc123def4567890", "tables": tables}],
            "principals": principals}


def control(method, path, body):
    if (method, path) == ("GET", "/health"):
        return {"name": "fake", "pid": os.getpid(),
                "real_ms": int((time.monotonic() - STARTED) * 1000), "failures": STATE.failures}
    if (method, path) == ("PUT", "/scenario"):
        return answer_scenario(body)
    if (method, path) == ("POST", "/mint"):
        prefix = {"pat": "dapi", "access-token": "eyJhbGciOiJub25lIn0.e30."}[body["kind"]]
        return dict(STATE.mint(body["kind"], prefix), expires_ms=0)
    if (method, path) == ("POST", "/revoke"):
        return {"revoked": 1}
    if (method, path) == ("GET", "/canaries"):
        return STATE.canaries
    if (method, path) == ("POST", "/canaries"):
        return STATE.canary(body["name"], body["kind"], body["value"])
    if (method, path) == ("GET", "/journal/count"):
        return {"seq": len(STATE.journal), "open": 0}
    if (method, path) == ("GET", "/journal"):
        return "".join(json.dumps(r) + "\n" for r in STATE.journal)
    if (method, path) == ("POST", "/faults"):
        STATE.faults.append(body)
        return {"id": f"fault-{len(STATE.faults)}"}
    if (method, path) == ("POST", "/clock"):
        STATE.offset_ms += body["advance_ms"]
        return {"wall_ms": 0, "offset_ms": STATE.offset_ms}
    if (method, path) in (("POST", "/release"), ("POST", "/shutdown")):
        return {"released": 0}
    if (method, path) == ("GET", "/calls"):
        return STATE.calls
    return None


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = False

    def log_message(self, *args):
        pass

    def address_string(self):
        return "local"

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def send(self, status, value):
        data = (value if isinstance(value, str) else json.dumps(value)).encode()
        self.wfile.write(b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                         % (status, len(data)) + data)

    def handle_any(self):
        with STATE.lock:
            self.answer()

    do_GET = do_POST = do_PUT = do_DELETE = handle_any


class Control(Handler):
    def answer(self):
        raw = self.body()
        body = json.loads(raw) if raw else None
        if STATE.calls_left is not None:
            STATE.calls_left -= 1
            if STATE.calls_left < 0:
                os._exit(3)
        if self.path != "/calls":
            STATE.calls.append({"method": self.command, "path": self.path, "body": body})
        result = None if self.path == STATE.refused else control(self.command, self.path, body)
        if result is None:
            self.send(400, {"error": "refused by the puppet", "hint": "none"})
            return
        self.send(200, result)
        if self.path == "/shutdown":
            self.wfile.flush()
            os._exit(0)


class Public(Handler):
    def answer(self):
        raw = self.body().decode("utf-8", "replace")
        status, reply, route, kind, issued = 404, {"error_code": "NOT_FOUND"}, "", "unknown", []
        auth = self.headers.get("Authorization", "")
        name = STATE.names.get(auth.partition(" ")[2], "")
        if self.path == "/oidc/v1/token":
            token = STATE.mint("access-token", "eyJhbGciOiJub25lIn0.e30.")
            status, route, kind, issued = 200, "oidc.token", "token", [token["name"]]
            reply = {"access_token": token["value"], "token_type": "Bearer", "expires_in": 3600}
        elif self.path.startswith("/api/"):
            table = self.path.rsplit("/", 1)[1]
            status, route, kind = (200, "uc.table", "api") if name else (403, "uc.table", "api")
            reply = {"table_id": STATE.tables.get(table, "none"), "full_name": table} \
                if name else {"error_code": "403", "message": "Invalid access token."}
        self.record(status, reply, route, kind, issued, raw, name)
        self.send(status, reply)

    def record(self, status, reply, route, kind, issued, raw, name):
        now = int((time.monotonic() - STARTED) * 1000)
        body = json.dumps(reply)
        for canary in STATE.canaries:
            body = body.replace(canary["value"], "\u00ab%s\u00bb" % canary["name"])
        headers = [[k, v] for k, v in self.headers.items() if k.lower() != "authorization"]
        STATE.journal.append({
            "seq": len(STATE.journal) + 1, "time_ms": now, "real_ms": now, "took_ms": 0,
            "connection": 1, "connection_request": 1, "tls": False, "route": route, "class": kind,
            "grant": "", "principal": "user@example.com" if name else "", "fault": "",
            "request": {"method": self.command, "host": self.headers.get("Host", ""),
                        "target": self.path, "path": self.path, "query": [], "headers": headers,
                        "form": [], "framing": "none", "body": raw, "body_bytes": len(raw)},
            "credential": {"scheme": "Bearer" if name else "", "name": name, "kind": "",
                           "state": "live" if name else "absent"},
            "secrets": [],
            "response": {"status": status, "headers": [], "body": body, "issued": issued,
                         "end": "sent"}})


class ControlServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


class PublicServer(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True


def main():
    args = sys.argv[1:]
    while args and args[0] != "serve":
        option = args.pop(0)
        if option == "--deaf":
            sys.exit("the puppet was told not to start")
        elif option == "--die-after":
            STATE.calls_left = int(args.pop(0))
        elif option == "--failing":
            STATE.failures = 2
        elif option == "--refuse":
            STATE.refused = args.pop(0)
    value = dict(zip(args[1:], args[2:]))
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    control_server = ControlServer(value["--control"], Control)
    public_server = PublicServer(("127.0.0.1", 0), Public)
    threading.Thread(target=public_server.serve_forever, daemon=True).start()
    ready = {"port": public_server.server_address[1], "https_port": 0, "control": value["--control"]}
    with os.fdopen(int(value["--ready-fd"]), "w") as fd:
        fd.write(json.dumps(ready) + "\n")
    control_server.serve_forever()


main()
