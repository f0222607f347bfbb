#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""assay-mock against its peers and limits, all in this run on this machine.

  bench_mock.py --bin DIR [--threads N] [--seconds S] [--rounds N] [--requests N] [--tokens N]

Peers: a server that is libmicrohttpd and nothing else; `openssl speed` for signatures; nginx with a
static file; oauth2-mock-server and oidc-provider (npm). A peer that is not installed is named and
left out. Load comes from wrk. Servers are measured in turns, and medians count."""
import argparse
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
METADATA = "/oidc/.well-known/oauth-authorization-server"
ME = "/api/2.0/preview/scim/v2/Me"
TOKEN = "/oidc/v1/token"
MIB = 1024 * 1024


def ratio(name, value, target):
    print(f"ratio {name} {value:.2f} target {target:.2f}", flush=True)


def left_out(what, why):
    print(f"left out: {what}: {why}", flush=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    def __init__(self, command, **options):
        self.process = subprocess.Popen(command, **options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def rss(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as f:
            return int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1)) * 1024


class Mock(Server):
    def __init__(self, bin_dir, *arguments):
        read_fd, write_fd = os.pipe()
        self.started = time.monotonic()
        super().__init__([os.path.join(bin_dir, "assay-mock"), "serve", "--port", "0",
                          "--ready-fd", str(write_fd), *arguments],
                         pass_fds=[write_fd], stdout=subprocess.PIPE, text=True)
        os.close(write_fd)
        with os.fdopen(read_fd) as f:
            self.port = json.loads(f.read())["port"]
        self.text = ""
        while "End with Ctrl-C" not in self.text:
            self.text += self.process.stdout.readline()
        self.client = re.search(r"CLIENT_ID=(\S+)", self.text).group(1)
        self.secret = re.search(r"CLIENT_SECRET=(\S+)", self.text).group(1)
        self.pat = re.search(r"DATABRICKS_TOKEN=(\S+)", self.text).group(1)

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def form(self):
        return ("grant_type=client_credentials&scope=all-apis"
                f"&client_id={self.client}&client_secret={self.secret}")

    def token(self):
        with urllib.request.urlopen(self.url(TOKEN), self.form().encode()) as reply:
            return json.load(reply)["access_token"]


class Load:
    """wrk, and what it says."""

    def __init__(self, options, scratch):
        self.options = options
        self.scratch = scratch

    def rate(self, url, bearer=None, form=None, seconds=None):
        command = ["wrk", "-t2", "-c32", f"-d{seconds or self.options.seconds}s"]
        if bearer is not None:
            command += ["-H", "Authorization: Bearer " + bearer]
        if form is not None:
            script = os.path.join(self.scratch, "form.lua")
            with open(script, "w", encoding="ascii") as f:
                f.write(f'wrk.method = "POST"\nwrk.body = "{form}"\n'
                        'wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"\n')
            command += ["-s", script]
        said = subprocess.run(command + [url], check=True, capture_output=True, text=True).stdout
        if "Non-2xx" in said:
            raise SystemExit(f"answers other than 2xx from {url}:\n{said}")
        self.count = int(re.search(r"(\d+) requests in", said).group(1))
        return float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1))


def medians(rounds, measures):
    """Each measure once per round, in turns."""
    rates = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            rates[name].append(measure())
    result = {name: statistics.median(found) for name, found in rates.items()}
    for name, rate in result.items():
        print(f"  {name:<28} {rate:10.0f} /s", flush=True)
    return result


def hello_start(options, body_bytes):
    hello = Server([os.path.join(options.bin, "bench_mhd_hello"), str(options.threads),
                    str(body_bytes)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    hello.port = int(hello.process.stdout.readline())
    return hello


def signing_rate(options):
    said = subprocess.run(["openssl", "speed", "-seconds", str(options.seconds), "-multi",
                           str(options.threads), "rsa2048"], check=True, capture_output=True,
                          text=True).stdout
    return float(re.search(r"^rsa 2048 bits.*\s([\d.]+)\s+[\d.]+\s*$", said, re.M).group(1))


def measure_http(options, load):
    with Mock(options.bin, "--threads", str(options.threads)) as mock:
        with urllib.request.urlopen(mock.url(METADATA)) as reply:
            size = len(reply.read())
        token = mock.token()
        with hello_start(options, size) as hello:
            url = f"http://127.0.0.1:{hello.port}/"
            found = medians(options.rounds, {
                "libmicrohttpd alone": lambda: load.rate(url),
                "discovery": lambda: load.rate(mock.url(METADATA)),
                "authorized call": lambda: load.rate(mock.url(ME), bearer=token),
            })
    alone = found["libmicrohttpd alone"]
    ratio("mock.discovery-to-libmicrohttpd", found["discovery"] / alone, 0.8)
    ratio("mock.api-to-libmicrohttpd", found["authorized call"] / alone, 0.8)
    return found


def measure_tokens(options, load):
    with Mock(options.bin, "--threads", str(options.threads)) as mock:
        found = medians(options.rounds, {
            "openssl rsa2048": lambda: signing_rate(options),
            "tokens": lambda: load.rate(mock.url(TOKEN), form=mock.form()),
        })
    ratio("mock.tokens-to-openssl", found["tokens"] / found["openssl rsa2048"], 0.9)
    return found


def first_token_ms(options):
    with Mock(options.bin, "--threads", str(options.threads)) as mock:
        mock.token()
        return (time.monotonic() - mock.started) * 1000


def measure_start(options):
    ratio("mock.first-token-10ms-of-limit",
          statistics.median(first_token_ms(options) for _ in range(15)) / 10, 1)
    with Mock(options.bin, "--threads", str(options.threads)) as mock:
        mock.token()
        ratio("mock.rss-10mib-of-limit", mock.rss() / (10 * MIB), 1)


def measure_million(options, load):
    with Mock(options.bin, "--threads", str(options.threads)) as mock:
        done = 0
        while done < options.requests:
            load.rate(mock.url(ME), bearer=mock.pat, seconds=options.seconds)
            done += load.count
        print(f"  {done} requests journalled", flush=True)
        ratio("mock.rss-64mib-of-limit", mock.rss() / (64 * MIB), 1)


def measure_flatness(options, load):
    with Mock(options.bin, "--threads", str(options.threads)) as mock:
        token = mock.token()
        few = medians(options.rounds, {"one token": lambda: load.rate(mock.url(ME), token)})
        before, done = mock.rss(), 0
        while done < options.tokens:
            load.rate(mock.url(TOKEN), form=mock.form(), seconds=5)
            done += load.count
        token = mock.token()
        many = medians(options.rounds, {f"{done} tokens": lambda: load.rate(mock.url(ME), token)})
        print(f"  {(mock.rss() - before) / done:.0f} bytes per token", flush=True)
    ratio("mock.many-tokens-to-one", many[f"{done} tokens"] / few["one token"], 0.95)


def measure_nginx(options, load, scratch, ours):
    if shutil.which("nginx") is None:
        return left_out("nginx", "not installed")
    port, html = free_port(), os.path.join(scratch, "html")
    os.makedirs(html)
    with open(os.path.join(html, "doc.json"), "w", encoding="ascii") as f:
        f.write(json.dumps({"padding": "x" * 1200}))
    conf = os.path.join(scratch, "nginx.conf")
    with open(conf, "w", encoding="ascii") as f:
        f.write(f"daemon off; worker_processes {options.threads}; pid {scratch}/nginx.pid;\n"
                f"error_log {scratch}/nginx.log; events {{ worker_connections 1024; }}\n"
                f"http {{ access_log off; keepalive_requests 1000000000; client_body_temp_path "
                f"{scratch}/b; proxy_temp_path {scratch}/p; fastcgi_temp_path {scratch}/f; "
                f"uwsgi_temp_path {scratch}/u; scgi_temp_path {scratch}/s;\n"
                f"server {{ listen 127.0.0.1:{port}; root {html}; }} }}\n")
    os.chmod(scratch, 0o755)
    with Server(["nginx", "-c", conf, "-p", scratch], stderr=subprocess.DEVNULL):
        time.sleep(0.5)
        url = f"http://127.0.0.1:{port}/doc.json"
        found = medians(options.rounds, {"nginx, a file": lambda: load.rate(url)})
    return ratio("mock.discovery-to-nginx", ours["discovery"] / found["nginx, a file"], 0.5)


def npm_install():
    cache = os.path.join(os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")),
                         "assay", "bench-npm")
    os.makedirs(cache, exist_ok=True)
    for name in os.listdir(os.path.join(HERE, "npm")):
        shutil.copy(os.path.join(HERE, "npm", name), cache)
    done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=cache,
                          capture_output=True, text=True)
    return cache if done.returncode == 0 else None


def measure_node(options, load, ours):
    if shutil.which("npm") is None or shutil.which("node") is None:
        return left_out("oauth2-mock-server and oidc-provider", "npm is not installed")
    cache = npm_install()
    if cache is None:
        return left_out("oauth2-mock-server and oidc-provider", "npm could not install them")
    forms = {
        "oauth2_mock_server": "grant_type=client_credentials&scope=all-apis",
        "oidc_provider": "grant_type=client_credentials&scope=all-apis"
                         "&client_id=bench&client_secret=bench-secret",
    }
    for name, form in forms.items():
        port = free_port()
        with Server(["node", name + ".js", str(port)], cwd=cache, stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL, text=True) as peer:
            if "ready" not in peer.process.stdout.readline():
                left_out(name, "does not start")
                continue
            url = f"http://127.0.0.1:{port}/token"
            found = medians(options.rounds, {name: lambda u=url, f=form: load.rate(u, form=f)})
        ratio(f"mock.tokens-to-{name.replace('_', '-')}", ours["tokens"] / found[name], 2)
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--requests", type=int, default=1000000)
    parser.add_argument("--tokens", type=int, default=100000)
    options = parser.parse_args()
    for tool in ("wrk", "openssl"):
        if shutil.which(tool) is None:
            print(f"bench_mock: {tool} is missing", file=sys.stderr)
            return 69
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as scratch:
        load = Load(options, scratch)
        load_1m = os.getloadavg()[0]
        print(f"{options.threads} threads; load of the machine before: {load_1m:.1f}", flush=True)
        ours = measure_http(options, load)
        ours.update(measure_tokens(options, load))
        measure_nginx(options, load, scratch, ours)
        measure_node(options, load, ours)
        measure_flatness(options, load)
        measure_million(options, load)
        measure_start(options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
