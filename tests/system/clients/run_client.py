#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs one client program against an assay-mock of its own: run_client.py NAME. Exit 77: the
library is not installed."""

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.environ["ASSAY_SOURCE"]
sys.path.insert(0, os.path.join(SOURCE, "tests", "component", "mock"))
from mock_server import Mock  # noqa: E402

CLIENTS = os.environ.get("ASSAY_CLIENTS") or os.path.expanduser("~/.cache/assay/clients")
SKIP = 77
TIMEOUT_S = 150

SCENARIO = """
workspaces:
  - {host: "*", workspace_id: "1234567890", tables: [main.sales.orders],
     tenant_id: 77777777-8888-4999-8aaa-bbbbbbbbbbbb}
principals:
  - {name: robot, kind: service-principal, client_secret: "dose+with/odd=chars&%41:x"}
  - {name: keyed, kind: service-principal, client_id: 0c0c0c0c-1111-4222-8333-444444444444, jwks: @JWKS@}
  - {name: mia@example.com}
oauth_apps:
  - {name: public, client_id: public-app, redirect_urls: ["http://localhost:8080/callback"]}
  - {name: single, client_id: single-app, redirect_urls: ["http://localhost:8080/callback"],
     token_access_policy: {enable_single_use_refresh_tokens: true}}
  - {name: web, client_id: web-app, confidential: true, client_secret: doseweb0123456789abcdef,
     redirect_urls: ["http://localhost:8080/callback"]}
services:
  tenants: [{tenant_id: 77777777-8888-4999-8aaa-bbbbbbbbbbbb}]
  entra_apps:
    - {name: middle, principal: robot, client_id: 0a0a0a0a-1111-4222-8333-444444444444,
       client_secret: middle-secret-0123456789, redirect_uris: ["http://localhost:8080/callback"]}
    - {name: strict, client_id: 0b0b0b0b-1111-4222-8333-444444444444, policy: mfa-required,
       client_secret: strict-secret-0123456789, redirect_uris: ["http://localhost:8080/callback"]}
oidc: {extensions: true, authorize_iss: true, device_flow: {interval: 1s, pending_polls: 1}}
"""


def skip(why):
    print("skipped:", why)
    sys.exit(SKIP)


def python_command(name, module):
    python = os.path.join(CLIENTS, "python", "bin", "python")
    if not os.path.exists(python):
        skip(f"no {python}")
    if subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode != 0:
        skip(f"{module} is not installed there")
    return [python, "-B", os.path.join(HERE, f"{name}_flow.py")]


def toolchain(name):
    """What setup found, or else the machine's own."""
    linked = os.path.join(CLIENTS, "bin", name)
    return linked if os.path.exists(linked) else shutil.which(name)


def node_command(name, package):
    node = toolchain("node")
    modules = os.path.join(CLIENTS, "node", "node_modules")
    if node is None or not os.path.isdir(os.path.join(modules, package)):
        skip(f"no node, or no {package} in {modules}")
    return [node, os.path.join(CLIENTS, "node", f"{name}_flow.mjs")]


def go_command(work):
    go = toolchain("go")
    if go is None:
        skip("no go")
    program = os.path.join(work, "xoauth2-flow")
    env = dict(os.environ, GOPROXY="off", GOFLAGS="-mod=readonly", GOTOOLCHAIN="local")
    built = subprocess.run([go, "build", "-o", program, "."], env=env, capture_output=True,
                           text=True, cwd=os.path.join(HERE, "xoauth2"))
    if built.returncode != 0:
        if "module lookup disabled" in built.stderr or "GOPROXY=off" in built.stderr:
            skip("golang.org/x/oauth2 is not in the module cache")
        sys.exit(built.stderr)
    return [program]


def command_for(name, work):
    if name == "authlib":
        return python_command(name, "authlib.integrations.requests_client")
    if name in ("requests_oauthlib", "msal"):
        return python_command(name, name)
    if name == "xoauth2":
        return go_command(work)
    package = name.replace("_", "-")
    command = node_command(name, package)
    # Node resolves packages from where a module lies, not from where it was started.
    shutil.copy(os.path.join(HERE, f"{name}_flow.mjs"), command[-1])
    return command


def key_make(path):
    """Writes a private key; the public one as a JSON Web Key Set (RFC 7518 section 6.3)."""
    def openssl(*arguments):
        return subprocess.run(["openssl", *arguments], check=True, capture_output=True, text=True).stdout
    openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", path)
    modulus = bytes.fromhex(openssl("rsa", "-in", path, "-noout", "-modulus").strip().partition("=")[2])
    n = base64.urlsafe_b64encode(modulus).decode().rstrip("=")
    return json.dumps({"keys": [{"kty": "RSA", "n": n, "e": "AQAB"}]})


def run(command, work):
    ca, key = os.path.join(work, "ca.pem"), os.path.join(work, "key.pem")
    with Mock("--https", "--ca-out", ca, config=SCENARIO.replace("@JWKS@", key_make(key))) as mock:
        robot = mock.principal("service-principal")
        env = {"PATH": os.environ["PATH"], "HOME": work, "TMPDIR": work,
               "BASE": f"https://localhost:{mock.https_port}",
               "CA": ca, "REQUESTS_CA_BUNDLE": ca, "SSL_CERT_FILE": ca, "NODE_EXTRA_CA_CERTS": ca,
               "ROBOT_ID": robot["client_id"], "ROBOT_SECRET": robot["client_secret"],
               "KEYED_ID": "0c0c0c0c-1111-4222-8333-444444444444", "KEY": key,
               "WEB_SECRET": "doseweb0123456789abcdef",
               "TENANT": "77777777-8888-4999-8aaa-bbbbbbbbbbbb",
               "MIDDLE_ID": "0a0a0a0a-1111-4222-8333-444444444444", "MIDDLE_SECRET": "middle-secret-0123456789",
               "STRICT_ID": "0b0b0b0b-1111-4222-8333-444444444444", "STRICT_SECRET": "strict-secret-0123456789",
               "REDIRECT": "http://localhost:8080/callback"}
        ended = subprocess.run(command, env=env, timeout=TIMEOUT_S)
        unknown = [r["request"]["target"] for r in mock.journal() if r["route"] == ""]
        if unknown:
            sys.exit(f"asked for what is not there: {unknown}")
        failures = mock.ok("GET", "/health")["failures"]
        sys.exit(ended.returncode or (f"{failures} handlers failed" if failures else 0))


def main():
    name = sys.argv[1]
    with tempfile.TemporaryDirectory() as work:
        command = command_for(name, work)
        run(command, work)


if __name__ == "__main__":
    main()
