#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the virtual clock costs: the processor time (user and system, tracer included) of the same
program untraced, traced before any jump, and traced with moved clocks.

  scripts/bench clock [--rounds N] [NAME...]

Rounds alternate between the three ways; the smallest time of each counts. One line for each
program and way: `ratio NAME VALUE target VALUE', where the value is traced over untraced.
Programs whose language is not installed are left out."""
import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile

TARGET_BEFORE = 1.10
TARGET_AFTER = 1.10

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
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    options = argparse.ArgumentParser(description=__doc__,
                                      formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--bin", required=True, help="folder of the programs")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("names", nargs="*")
    args = options.parse_args()
    driver = os.path.join(args.bin, "clock_driver")
    within = True
    with tempfile.TemporaryDirectory() as folder:
        for name, command in commands(folder).items():
            if args.names and name not in args.names:
                continue
            ways = {"plain": command,
                    "before": [driver, "--deadline", "120"] + command,
                    "after": [driver, "--deadline", "120", "--start-offset", "3600"] + command}
            best = {}
            for _ in range(args.rounds):
                for way, full in ways.items():
                    best[way] = min(best.get(way, 1e9), cpu_seconds(full))
            print(f"# {name}: untraced {best['plain']:.3f} s of processor time")
            for way, target in (("before", TARGET_BEFORE), ("after", TARGET_AFTER)):
                value = best[way] / best["plain"]
                within = within and value <= target
                print(f"ratio clock-{name}-{way}-a-jump {value:.3f} target {target:.2f}", flush=True)
    return 0 if within else 1


sys.exit(main())
