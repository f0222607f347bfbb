#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the virtual clock costs.

  scripts/bench clock [--rounds N] [--cases N] [NAME...]

Cases: the wall time of refresh/crosses-expiry, over a token of an hour, and of connect/m2m, of the same
connector, each alone, in turns; medians. Processor time of the whole run (user and system:
connector, tracer, mock and harness) with equal cases that end in a jump, over the same without, and
without any tracing. A connector that is not prepared is left out.

Programs: the processor time of the same program untraced, traced before any jump, and traced with moved
clocks, tracer included; the smallest of each counts. One whose language is not installed is left out.

NAME is a connector or a program; all of them when none is given."""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

from figures import children_cpu_seconds, left_out, ratio
from suites import ROOT, manifest_of, suite_of_equals

CONNECTORS = ("reference", "python-sdk", "go-sdk")
TARGET_CASE = 1.50
TARGET_CPU = 1.10
TARGET_BEFORE = 1.10
TARGET_AFTER = 1.10

CASE = """id: bench/case-{0}
title: Two operations
why: They are measured.
modes: [m2m]
needs: [session]
clauses: [A-1]
do: [{{operation: validate}}, {{operation: validate}}{1}]
expect: [{{check: outcome.ok}}]
"""

PYTHON_THREADS = """
import threading, time
def spin():
    for _ in range(60): sum(range(200000))
threads = [threading.Thread(target=spin) for _ in range(4)]
[t.start() for t in threads]; [t.join() for t in threads]
print("OK done")
"""

PYTHON_HTTP = """
import http.client, http.server, threading
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    def do_GET(self):
        self.send_response(200); self.send_header("Content-Length", "2"); self.end_headers()
        self.wfile.write(b"ok")
    def log_message(self, *a): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=30)
for _ in range(12000):
    client.request("GET", "/"); client.getresponse().read()
print("OK done")
"""

NODE = """
const http = require('http'), crypto = require('crypto');
const server = http.createServer((q, r) => r.end(crypto.randomBytes(16).toString('hex')));
const agent = new http.Agent({keepAlive: true});
setTimeout(() => {}, 3000000).unref();
server.listen(0, '127.0.0.1', () => {
  let left = 6000;
  const next = () => http.get({port: server.address().port, agent, timeout: 5000}, (r) => {
    r.resume(); r.on('end', () => {
      if (--left > 0) next();
      else { console.log('OK done'); process.exit(0); } });
  });
  next();
});
"""

JAVA = """
import java.util.*; import java.util.concurrent.*;
public class Pool {
  public static void main(String[] a) throws Exception {
    ExecutorService pool = new ThreadPoolExecutor(4, 8, 1, TimeUnit.SECONDS,
        new LinkedBlockingQueue<>());
    List<Future<Long>> all = new ArrayList<>();
    for (int i = 0; i < 60000; i++) { final long n = i; all.add(pool.submit(() -> {
      long s = System.nanoTime(); for (int k = 0; k < 2000; k++) s = s * 31 + n + k; return s; })); }
    long sum = 0; for (Future<Long> f : all) sum += f.get(30, TimeUnit.SECONDS);
    pool.shutdown(); System.out.println("OK done " + (sum != 0));
  } }
"""

GO = """
package main
import ("fmt"; "io"; "net/http"; "net/http/httptest"; "sync"; "time")
func main() {
  s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
    fmt.Fprint(w, time.Now()) }))
  c := &http.Client{Timeout: 30 * time.Second}
  var g sync.WaitGroup
  for i := 0; i < 4; i++ { g.Add(1); go func() { defer g.Done()
    for k := 0; k < 4000; k++ { r, _ := c.Get(s.URL); io.Copy(io.Discard, r.Body); r.Body.Close() }
  }() }
  g.Wait(); fmt.Println("OK done") }
"""

FORKS = "for i in $(seq 1000); do /bin/true; done; echo OK done"

C_CLOCKS = """
#include <stdio.h>
#include <time.h>
int main(void) { struct timespec t; long s = 0;
  for (long i = 0; i < 20000000; i++) { clock_gettime(CLOCK_MONOTONIC, &t); s += t.tv_nsec; }
  printf("OK done %d\\n", s != 0); return 0; }
"""


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return path


def commands(folder):
    """Name -> command, for all that can be built here."""
    found = {
        "forks": ["/bin/bash", "-c", FORKS],
        "python-threads": [sys.executable, write(folder, "threads.py", PYTHON_THREADS)],
        "python-http": [sys.executable, write(folder, "http_client.py", PYTHON_HTTP)],
    }
    if shutil.which("gcc"):
        source = write(folder, "clocks.c", C_CLOCKS)
        subprocess.run(["gcc", "-O2", source, "-o", source[:-2]], check=True)
        found["c-clock-reads"] = [source[:-2]]
    if shutil.which("node"):
        found["node-http"] = [shutil.which("node"), write(folder, "client.js", NODE)]
    if shutil.which("javac"):
        subprocess.run(["javac", "-d", folder, write(folder, "Pool.java", JAVA)], check=True)
        found["java-pool"] = [shutil.which("java"), "-cp", folder, "Pool"]
    if shutil.which("go"):
        source = write(folder, "client.go", GO)
        env = dict(os.environ, CGO_ENABLED="0")
        subprocess.run(["go", "build", "-o", source[:-3], source], check=True, env=env)
        found["go-http"] = [source[:-3]]
    return found


def cpu_seconds(command):
    before = children_cpu_seconds()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return children_cpu_seconds() - before


def suite_of_one(folder, case):
    """A case alone: its duration has no wait for the turn of another in it."""
    (folder / case).parent.mkdir(parents=True)
    shutil.copy(ROOT / "cases" / f"{case}.yaml", folder / f"{case}.yaml")
    shutil.copy(ROOT / "cases/clauses.yaml", folder)
    return folder


class Assay:
    def __init__(self, folder, bin_dir, name):
        self.folder, self.bin, self.name, self.runs = folder, bin_dir, name, 0
        self.manifest = manifest_of(name, bin_dir, folder)

    def run(self, *options, before=()):
        """Case runs (name -> milliseconds) and the processor seconds of all that ran."""
        self.runs += 1
        out = self.folder / f"reports-{self.name}-{self.runs}"
        start = children_cpu_seconds()
        ended = subprocess.run([*before, f"{self.bin}/assay", "run", "-q", "--isolation", "sealed",
                                "-j", "1", "-c", self.manifest, "--auth", "m2m", "-o", out, *options],
                               capture_output=True, text=True)
        cpu = children_cpu_seconds() - start
        if ended.returncode != 0:
            return None, ended.stdout + ended.stderr
        events = [json.loads(line) for line in (out / "run.jsonl").read_text().splitlines()]
        times = {e["case"]: e["duration_ms"] for e in events if e["event"] == "case-end"}
        return times, cpu


def measure_case(assay, name, folder, rounds):
    suites = {case: suite_of_one(folder / f"{name}-{case.replace('/', '-')}", case)
              for case in ("connect/m2m", "refresh/crosses-expiry")}
    seen = {case: [] for case in suites}
    for _ in range(rounds):
        for case, suite in suites.items():
            times, why = assay.run("--cases", str(suite))
            if times is None:
                left_out(name, why.strip().splitlines()[-4:])
                return False
            seen[case].append(times[case])
    connect, refresh = (statistics.median(seen[case]) for case in suites)
    print(f"# {name}: connect/m2m {connect:.0f} ms, refresh/crosses-expiry {refresh:.0f} ms")
    ratio(f"clock.{name}-case-to-connect", refresh / connect, TARGET_CASE)
    return True


def measure_cpu(assay, name, folder, cases, rounds):
    plain = suite_of_equals(folder / f"{name}-plain", cases, CASE, "")
    moved = suite_of_equals(folder / f"{name}-moved", cases, CASE, ", {advance: 1h}")
    deny = [f"{assay.bin}/deny_call", "ptrace"]
    ways = {"untraced": (plain, deny), "watched": (plain, ()), "moved": (moved, ())}
    best = {}
    for _ in range(rounds):
        for way, (suite, before) in ways.items():
            times, cpu = assay.run("--cases", str(suite), before=before)
            if times is None:
                sys.exit(cpu)
            best[way] = min(best.get(way, 1e9), cpu)
    print(f"# {name}: untraced {best['untraced'] / cases:.3f} s of processor time per case, in all")
    for way in ("watched", "moved"):
        ratio(f"clock.{name}-cpu-{way}", best[way] / best["untraced"], TARGET_CPU, digits=3)


def measure_program(driver, name, command, rounds):
    ways = {"plain": command,
            "before": [driver, "--deadline", "120"] + command,
            "after": [driver, "--deadline", "120", "--start-offset", "3600"] + command}
    best = {}
    for _ in range(rounds):
        for way, full in ways.items():
            best[way] = min(best.get(way, 1e9), cpu_seconds(full))
    print(f"# {name}: untraced {best['plain']:.3f} s of processor time")
    for way, target in (("before", TARGET_BEFORE), ("after", TARGET_AFTER)):
        ratio(f"clock.{name}-{way}-a-jump", best[way] / best["plain"], target, digits=3)


def main():
    options = argparse.ArgumentParser(description=__doc__,
                                      formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--bin", required=True)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--cases", type=int, default=10)
    options.add_argument("names", nargs="*")
    args = options.parse_args()
    bin_dir = os.path.abspath(args.bin)
    with tempfile.TemporaryDirectory() as text:
        folder = pathlib.Path(text)
        for name, command in commands(text).items():
            if not args.names or name in args.names:
                measure_program(f"{bin_dir}/clock_driver", name, command, args.rounds)
        for name in CONNECTORS:
            if args.names and name not in args.names:
                continue
            assay = Assay(folder, bin_dir, name)
            if measure_case(assay, name, folder, args.rounds):
                measure_cpu(assay, name, folder, args.cases, args.rounds)
    return 0


sys.exit(main())
