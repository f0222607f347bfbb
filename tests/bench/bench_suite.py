#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What assay itself adds to the time of a run: the whole catalogue against the reference connector, in all modes.

  scripts/bench suite [--jobs N] [--rounds N]

The limit is what the connector processes alone need, run N at a time without a gap: the sum of their own wall
times over N. The ratio is the wall time of the whole command, reports included, over that. The median of the
rounds counts."""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

from figures import ratio
from suites import manifest_of

TARGET = 1.15


def connectors_ms(output):
    """The sum of the connector processes' own wall times, and how many there were."""
    total, count = 0, 0
    with open(os.path.join(output, "run.jsonl"), encoding="utf-8") as file:
        for line in file:
            evidence = json.loads(line).get("evidence")
            if not evidence:
                continue
            with open(os.path.join(output, evidence, "evidence.json"), encoding="utf-8") as saved:
                process = json.load(saved)["process"]
            total += process["ended_ms"] - process["began_ms"]
            count += 1
    return total, count


def measure(programs, jobs):
    with tempfile.TemporaryDirectory() as folder:
        output = os.path.join(folder, "out")
        command = [os.path.join(programs, "assay"), "run", "-c", manifest_of("reference", programs, folder),
                   "-o", output, "--jobs", str(jobs), "--quiet"]
        began = time.monotonic()
        ended = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
        wall_ms = (time.monotonic() - began) * 1000
        if ended.returncode != 0:
            sys.exit(f"assay run ended with {ended.returncode}: the reference is to be green")
        own_ms, count = connectors_ms(output)
    print(f"# {count} case runs, {jobs} at a time: {wall_ms / 1000:.2f} s; the connectors' own "
          f"{own_ms / 1000:.2f} s, over {jobs}: {own_ms / jobs / 1000:.2f} s", flush=True)
    return wall_ms / (own_ms / jobs)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--bin", required=True, help="folder of the programs")
    options.add_argument("--jobs", type=int, default=os.cpu_count(), help="connectors at a time")
    options.add_argument("--rounds", type=int, default=3)
    args = options.parse_args()
    programs = os.path.abspath(args.bin)
    ratios = [measure(programs, args.jobs) for _ in range(args.rounds)]
    ratio("suite.wall-of-limit", statistics.median(ratios), TARGET)


main()
