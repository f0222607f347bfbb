#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How fast the search for secrets is: our scanner against `grep -F -f' with the same needles, on the same file.

  scripts/bench secrets [--mib N] [--rounds N]

Twice: all encodings of twelve canaries; then also every part of twelve bytes of them (grep gets each part as a
needle). Processor time counts, as other work on the machine falls on whoever runs; the smallest of the rounds."""
import argparse
import base64
import os
import subprocess
import sys
import tempfile

from figures import children_cpu_seconds, ratio

LONGEST, PART = 64, 12  # of a needle; of a part


def cpu_seconds(command, output=None):
    """Processor time and the first word that the command says."""
    before = children_cpu_seconds()
    env = dict(os.environ, LC_ALL="C")
    ended = subprocess.run(command, stdout=output or subprocess.PIPE, env=env, check=True, text=True)
    seconds = children_cpu_seconds() - before
    return seconds, None if output else ended.stdout.split()[0]


def forms_of(value):
    """As base/secret/scan.h lists them, but for those that hold a NUL."""
    yield value
    for before in range(3):
        text = base64.b64encode(b"\0" * before + value)
        inside = text[(before * 8 + 5) // 6:(before + len(value)) * 8 // 6]
        yield inside
        yield inside.translate(bytes.maketrans(b"+/", b"-_"))
    yield value.hex().encode()
    yield value.hex().upper().encode()
    for digits in ("%%%02X", "%%%02x", "\\u%04x", "\\u%04X"):
        yield "".join(digits % byte for byte in value).encode()
    yield value[::-1]


def needles_of(values, parts):
    needles = {form[-LONGEST:] for value in values for form in forms_of(value)}
    for value in values if parts else []:
        private = value.rsplit(b".", 1)[-1]
        needles.update(private[i:i + PART] for i in range(len(private) - PART + 1))
    return sorted(needles)


def measure(program, folder, corpus, name, verb, rounds):
    listed, needles = os.path.join(folder, "values"), os.path.join(folder, name)
    subprocess.run([program, "values", listed], check=True)
    with open(listed, "rb") as file:
        all_needles = needles_of(file.read().split(), verb == "deep")
    count = len(all_needles)
    with open(needles, "wb") as file:
        file.write(b"\n".join(all_needles) + b"\n")
    ours, theirs, hits, lines = 1e9, 1e9, "", ""
    for _ in range(rounds):
        seconds, hits = cpu_seconds([program, verb, corpus])
        ours = min(ours, seconds)
        seconds, lines = cpu_seconds(["grep", "-a", "-c", "-F", "-f", needles, corpus])
        theirs = min(theirs, seconds)
    if hits != lines:
        sys.exit(f"they disagree: {hits} hits, {lines} lines")
    print(f"# {name}: {count} needles, {hits} found by both; ours {ours:.2f} s, grep {theirs:.2f} s of processor time")
    return theirs / ours


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--bin", required=True, help="folder of the programs")
    options.add_argument("--mib", type=int, default=1024, help="size of the file")
    options.add_argument("--rounds", type=int, default=3)
    args = options.parse_args()
    program = os.path.join(args.bin, "bench_secrets")
    with tempfile.TemporaryDirectory() as folder:
        corpus = os.path.join(folder, "corpus")
        subprocess.run([program, "corpus", corpus, str(args.mib)], check=True)
        forms = measure(program, folder, corpus, "needles", "scan", args.rounds)
        parts = measure(program, folder, corpus, "parts", "deep", args.rounds)
    ratio("secrets.forms-to-grep", forms, 1)
    ratio("secrets.parts-to-grep", parts, 1)


main()
