#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How many rows per second the SQL drivers get out of assay-mock.

  bench_sql.py --bin DIR [--rows N] [--rounds N]

The Python and the Go driver, unmodified, fetch the same result over TLS in each form the mock has:
links to files, Arrow batches, columns. Beside it stands the driver's own ceiling, the same bytes from a
server that does not have to make them: links lead to nginx, which has the same files on disk, and the
answers with Arrow batches are replayed out of memory. What a driver makes of the mock's bytes over what it
makes of those is the ratio: what is lost of it is the mock's, the driver's decoding is in both. Forms are
measured in turns, and medians count. A driver that is not installed is named and left out."""
import argparse
import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from figures import left_out, ratio
from replay import Replay
from servers import Server, free_port

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = os.path.join(HERE, "..", "component", "sql", ".venv", "bin", "python")
PAT = "dapi00112233445566778899aabbccddeeff"
PATH = "/sql/1.0/warehouses/abc123"
STORAGE = "127.0.0.2"  # the mock's links keep the port, so nginx has it at another address
FORMS = {"links": ("as-asked", ""), "arrow": ("arrow", ""), "columns": ("columns", ""),
         "nginx": ("as-asked", f"storage_host: {STORAGE}, ")}
REPLAYED = "arrow-replayed"  # the answers of the form arrow
# Each form's ceiling, and the share of it to reach. Columns are told alone.
TARGETS = {"links": ("nginx", 0.80), "arrow": (REPLAYED, 0.80)}
WAIT_S = 20


class Place:
    """A mock per form, a certificate for all, nginx with the files."""

    def __init__(self, options, scratch):
        self.options = options
        self.scratch = scratch
        self.pem = os.path.join(scratch, "both.pem")
        self.cert, self.key = os.path.join(scratch, "cert.pem"), os.path.join(scratch, "key.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/CN=bench", "-keyout", self.key, "-out", self.cert, "-addext",
                        f"subjectAltName=DNS:localhost,IP:127.0.0.1,IP:{STORAGE}"],
                       check=True, capture_output=True)
        with open(self.pem, "wb") as out:
            for part in (self.cert, self.key):
                with open(part, "rb") as file:
                    out.write(file.read())
        self.port = {form: free_port() for form in FORMS}
        self.statement = f"SELECT id, CAST(id AS STRING) s FROM range({options.rows})"

    def mock(self, form):
        results, storage = FORMS[form]
        config = os.path.join(self.scratch, form + ".yaml")
        with open(config, "w", encoding="ascii") as out:
            out.write(f"workspaces: [{{host: '*', warehouse_id: abc123, "
                      f"sql: {{{storage}attachment_limit: 1, thrift: {{results: {results}}}}}}}]\n"
                      f"principals: [{{name: user@example.com, pat: {PAT}}}]\n")
        read_fd, write_fd = os.pipe()
        server = Server([os.path.join(self.options.bin, "assay-mock"), "serve", "--port", "0", "--https",
                         "--https-port", str(self.port[form]), "--tls-from", self.pem, "--config", config,
                         "--ready-fd", str(write_fd)],
                        pass_fds=[write_fd], stdout=subprocess.DEVNULL)
        os.close(write_fd)
        with os.fdopen(read_fd) as ready:
            if not ready.read():
                sys.exit("assay-mock did not start")
        return server

    def nginx(self, files):
        """Files it does not have yet it takes from the mock, once: a run before the measured ones."""
        config = os.path.join(self.scratch, "nginx.conf")
        os.makedirs(files)
        for folder in (self.scratch, files):
            os.chmod(folder, 0o777)
        temporary = " ".join(f"{name}_temp_path {self.scratch}/{name};"
                             for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        with open(config, "w", encoding="ascii") as out:
            out.write(f"""daemon off; pid {self.scratch}/nginx.pid; worker_processes auto;
events {{ worker_connections 256; }}
http {{ access_log off; sendfile on; {temporary}
server {{ listen {STORAGE}:{self.port['nginx']} ssl; ssl_certificate {self.cert};
ssl_certificate_key {self.key};
location ~ ^/assay-storage/[^/]+/[^/]+/(?<file>[0-9]+)$ {{ root {files}; try_files /$file @mock; }}
location @mock {{ proxy_pass https://127.0.0.1:{self.port['nginx']}; proxy_set_header Host localhost;
proxy_store {files}/$file; proxy_store_access all:r; }} }} }}\n""")
        server = Server(["nginx", "-e", os.path.join(self.scratch, "error.log"), "-c", config],
                        stderr=subprocess.DEVNULL)
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end and server.process.poll() is None:
            try:
                socket.create_connection((STORAGE, self.port["nginx"]), timeout=1).close()
                return server
            except OSError:
                time.sleep(0.05)
        sys.exit("nginx did not start")


def python_run(place, form):
    return [PYTHON, "-B", os.path.join(HERE, "sql", "fetch.py"), str(place.port[form]), place.cert, PAT, form,
            place.statement, str(place.options.rows)], {}


def go_run(place, form):
    links = "true" if form in ("links", "nginx") else "false"
    dsn = (f"token:{PAT}@localhost:{place.port[form]}{PATH}?enableTelemetry=false&useCloudFetch={links}"
           "&maxRows=100000")
    program = os.path.join(place.scratch, "bench-sql")
    return [program, dsn, place.statement, str(place.options.rows)], {"SSL_CERT_FILE": place.cert}


def drivers(place):
    found = {}
    if os.access(PYTHON, os.X_OK):
        found["python"] = python_run
    else:
        left_out("the Python driver", "run tests/component/sql/setup")
    if shutil.which("go") is None:
        left_out("the Go driver", "there is no go")
        return found
    built = subprocess.run(["go", "build", "-mod=readonly", "-o", os.path.join(place.scratch, "bench-sql"), "."],
                           cwd=os.path.join(HERE, "sql"), capture_output=True, text=True)
    if built.returncode == 0:
        found["go"] = go_run
    else:
        left_out("the Go driver", built.stderr.strip().splitlines()[-1])
    return found


def seconds(place, run, form):
    command, env = run(place, form)
    done = subprocess.run(command, env={**os.environ, **env}, capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        sys.exit(f"{form}: {done.stdout}{done.stderr}")
    return float(done.stdout.split()[-1])


def measure(place, name, run):
    forms = list(FORMS) if shutil.which("nginx") else [f for f in FORMS if f != "nginx"]
    files = os.path.join(place.scratch, name)
    with contextlib.ExitStack() as servers:
        for form in forms:
            servers.enter_context(place.mock(form))
        if "nginx" in forms:
            servers.enter_context(place.nginx(files))
            seconds(place, run, "nginx")
            if not os.listdir(files):
                sys.exit(f"the {name} driver took the rows without fetching a file, so nginx served nothing and "
                         "there is no ratio: is there a row to fetch (--rows), and does the driver still ask for links?")
        replay = servers.enter_context(Replay(place.pem, place.port["arrow"], b"OpenSession"))
        place.port[REPLAYED] = replay.server_port
        seconds(place, run, REPLAYED)
        replay.recording = False
        forms = forms + [REPLAYED]
        taken = {form: [] for form in forms}
        for _ in range(place.options.rounds):
            for form in forms:
                taken[form].append(seconds(place, run, form))
    rates = {form: place.options.rows / statistics.median(t) for form, t in taken.items()}
    for form in forms:
        print(f"{name} {form}: {rates[form]:.0f} rows per second", flush=True)
    for form, (ceiling, target) in TARGETS.items():
        if ceiling in forms:
            ratio(f"sql.{name}-{form}-to-{ceiling}", rates[form] / rates[ceiling], target)
        else:
            left_out(ceiling, f"it is not installed, so there is no ratio for {form}")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--rows", type=int, default=1000000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(f"load of the machine before: {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as scratch:
        place = Place(options, scratch)
        for name, run in drivers(place).items():
            measure(place, name, run)


if __name__ == "__main__":
    main()
