#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a sealed world costs: processor time (user and system) of assay, its mock, the cell's init and
gatekeeper, per case run, beyond the connector's own.

  bench_world.py --bin DIR [--cases N] [--rounds N]

A suite of N equal cases (one operation of the reference connector with a personal access token) is run,
and one of a single case; the difference by N-1 is what a case costs, without what a run costs once. The
connector's own processor time, as its world's init was told by the kernel, is taken off."""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

from figures import children_cpu_seconds, ratio
from suites import manifest_of, suite_of_equals

LIMIT_MS = 15
CASE = """id: bench/case-{0}
title: One operation
why: It is measured.
modes: [pat]
clauses: [A-1]
do: [{{operation: validate}}]
expect: [{{check: outcome.ok}}]
"""


def cpu_of(command):
    before = children_cpu_seconds()
    ended = subprocess.run(command, capture_output=True, text=True)
    cpu_ms = 1000 * (children_cpu_seconds() - before)
    if ended.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit {ended.returncode}\n{ended.stdout}{ended.stderr}")
    return cpu_ms


def own_ms(reports):
    """The connector's own processor time per case."""
    all_ms = []
    for path in reports.glob("evidence/**/evidence.json"):
        process = json.loads(path.read_text())["process"]
        all_ms.append(process["user_ms"] + process["system_ms"])
    return statistics.mean(all_ms)


def main():
    options = argparse.ArgumentParser(description=__doc__,
                                      formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--bin", required=True)
    options.add_argument("--cases", type=int, default=100)
    options.add_argument("--rounds", type=int, default=3)
    args = options.parse_args()
    bin_dir = os.path.abspath(args.bin)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        manifest = manifest_of("reference", bin_dir, folder)
        many, one = (suite_of_equals(folder / name, count, CASE)
                         for name, count in (("many", args.cases), ("one", 1)))

        def run(suite, reports):
            return cpu_of([f"{bin_dir}/assay", "run", "-q", "--isolation", "sealed", "-j", "2", "-c",
                           manifest, "--cases", suite, "-o", reports])
        harness, own = [], []
        for i in range(args.rounds):
            all_ms, once_ms = run(many, folder / f"reports-{i}"), run(one, folder / f"single-{i}")
            own.append(own_ms(folder / f"reports-{i}"))
            harness.append((all_ms - once_ms) / (args.cases - 1) - own[-1])
    print(f"# the connector's own: {min(own):.1f} ms of processor time per case")
    print(f"# the harness's: {min(harness):.1f} ms (rounds: {', '.join(f'{h:.1f}' for h in harness)})")
    ratio(f"world.cpu-{LIMIT_MS}ms-of-limit", min(harness) / LIMIT_MS, 1)
    return 0


sys.exit(main())
