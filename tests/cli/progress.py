#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `assay run` tells while it runs, on terminals of several kinds and where there is none.

The standard error of the program is a pseudo terminal of our own; a terminal of a few lines of Python
says what would stand on it.
"""
import fcntl
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import termios

BIN, SOURCE = os.environ["ASSAY_BIN"], os.environ["ASSAY_SOURCE"]
ESCAPE = re.compile(r"\x1b\[([0-9;]*)([A-Za-z])")
failures = []


def expect(holds, what, seen):
    if not holds:
        failures.append(what)
        print(f"FAIL: {what}\n    {seen!r}", file=sys.stderr)


class Screen:
    """Lines as they stand when all is written, and every line that was once shown whole."""

    def __init__(self, columns):
        self.columns, self.lines, self.at = columns, [""], 0
        self.shown, self.wrapped = [], False

    def put(self, text):
        line = self.lines[-1]
        self.lines[-1] = line[: self.at] + text + line[self.at + len(text):]
        self.at += len(text)
        self.wrapped = self.wrapped or len(self.lines[-1]) > self.columns

    def feed(self, data):
        at = 0
        while at < len(data):
            escape = ESCAPE.match(data, at)
            if escape and escape[2] == "K":
                self.shown.append(self.lines[-1])
                self.lines[-1] = self.lines[-1][: self.at]
            elif escape:
                assert escape[2] == "m", f"an escape sequence that is not expected: {escape[0]!r}"
            elif data[at] == "\r":
                self.at = 0
            elif data[at] == "\n":
                self.lines.append("")
            else:
                assert data[at] >= " ", f"a control byte that is not expected: {data[at]!r}"
                self.put(data[at])
            at = escape.end() if escape else at + 1
        return self


def manifest(folder, defect=None):
    with open(f"{SOURCE}/connectors/reference/connector.yaml", encoding="utf-8") as f:
        text = f.read()
    for place in ("${connector_dir}/../../build/dev/bin", "../../build/dev/bin"):
        text = text.replace(place, BIN)
    if defect:
        text = text.replace("  env:\n", f"  env:\n    CONNECTOR_DEFECT: {defect}\n", 1)
    path = f"{folder}/{defect or 'clean'}.yaml"
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return path


def command(folder, connector, *options):
    return [f"{BIN}/assay", "run", "--isolation", "env", "-c", connector, "-o", f"{folder}/reports",
            "--auth", "pat", "--case", "connect/host-with-query", "--case", "connect/host-with-slash", "--case", "connect/pat", "--case", "user-agent/*", "-j", "2", *options]


def environment(**changes):
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM", "CI")}
    return {**kept, "TERM": "xterm", **changes}


def on_terminal(arguments, columns, **changes):
    """Exit status, what came to the terminal on standard error, what to standard output."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=out, stderr=theirs,
                                   env=environment(**changes))
        os.close(theirs)
        said = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # EIO: nobody has it open any more
                break
            if not part:
                break
            said += part
        os.close(ours)
        status = process.wait()
        out.seek(0)
        return status, said.decode(), out.read().decode()


def drawn(screen):
    return [line for line in screen.shown if re.match(r"\d+/\d+", line)]


def test_wide(folder, clean):
    status, said, out = on_terminal(command(folder, clean), 200)
    screen = Screen(200).feed(said)
    lines = drawn(screen)
    expect(status == 0 and "verdict: pass" in out, "a clean run passes", out + said)
    counts = [tuple(map(int, re.match(r"(\d+)/(\d+)", line).groups())) for line in lines]
    total = counts[0][1] if counts else 0
    expect(counts[:1] == [(0, total)] and counts[-1:] == [(total, total)] and total > 6,
           "it counts from none to all", lines)
    expect(counts == sorted(counts) and {n for _, n in counts} == {total}, "it counts up", lines)
    expect({n for n, _ in counts} == set(range(total + 1)), "each end is drawn", lines)
    running = [line for line in lines if "running" in line]
    expect(all(re.search(r", [1-9] running, oldest reference pat [a-z/-]+ [0-9.ms]+$", line) for line in running)
           and running, "the oldest that runs is named, with its age", lines)
    guesses = [line for line in lines if re.search(r", about \S+ left", line)]
    expect(guesses and all(5 <= int(line.split("/")[0]) < total for line in guesses),
           "what is left is guessed once some are done", lines)
    expect(all("not green" not in line for line in lines), "nothing is called not green", lines)
    expect(len(screen.lines) == 2 and screen.lines[0].startswith("seed ") and screen.lines[1] == "",
           "at the end the line is erased, and what passed has left none", screen.lines)


def test_failing(folder, wrong):
    status, said, out = on_terminal(command(folder, wrong), 200)
    screen = Screen(200).feed(said)
    told = [line for line in screen.lines if line.startswith("[")]
    expect(status == 1 and "verdict: fail" in out, "a wrong connector fails", out + said)
    expect(any(re.fullmatch(r"\[\d+/\d+\] fail           reference pat user-agent/every-call \(\d+ ms\)", line)
               for line in told), "what fails stays on the screen", screen.lines)
    expect(told and all(" pass " not in line for line in told), "what passes does not", told)
    expect("\x1b[31mfail" in said, "a failure is red", said)
    expect(any(re.search(r", [1-9]\d* not green", line) for line in drawn(screen)),
           "the line counts what is not green", drawn(screen))
    expect(screen.lines[-1] == "", "at the end the line is erased", screen.lines)


def test_narrow(folder, clean):
    for columns in (40, 12, 1):
        status, said, _ = on_terminal(command(folder, clean), columns)
        screen = Screen(columns)
        part = said[said.index("\x1b[K") - 1:]  # behind the seed, which is no line that is drawn again
        screen.feed(part)
        expect(status == 0 and drawn(screen) or columns == 1, f"{columns} columns: it is drawn", said)
        expect(not screen.wrapped and screen.lines == [""], f"{columns} columns: no line is wider", screen.shown)
        widest = max(len(line) for line in screen.shown)
        expect(widest == max(columns - 1, 1), f"{columns} columns: and it is cut there, not before", screen.shown)


def test_no_color(folder, wrong):
    for name, value in (("NO_COLOR", "1"), ("TERM", "dumb")):
        _, said, _ = on_terminal(command(folder, wrong), 200, **{name: value})
        expect("m" not in {escape[2] for escape in ESCAPE.finditer(said)}, f"{name}={value}: no colour", said)
        expect(("\x1b[K" in said) == (name == "NO_COLOR"), f"{name}={value}: is a line drawn anew?", said)
        if name == "TERM":
            lines = said.replace("\r\n", "\n")
            expect("\r" not in lines and "\x1b" not in lines and "] pass " in lines,
                   "a dumb terminal gets a line for each case", said)


def test_quiet(folder, wrong):
    _, said, out = on_terminal(command(folder, wrong, "-q"), 200)
    expect(said == "" and "verdict: fail" in out, "-q: nothing but the summary", said)


def test_no_terminal(folder, wrong):
    done = subprocess.run(command(folder, wrong), stdin=subprocess.DEVNULL, capture_output=True,
                          env=environment(), check=False, text=True)
    lines = done.stderr.splitlines()
    told = [re.match(r"\[(\d+)/(\d+)\] (\S+) +reference pat \S+ \(\d+ ms\)$", line) for line in lines]
    told = [match for match in told if match]
    expect("\x1b" not in done.stderr and "\r" not in done.stderr, "a file gets no control bytes", done.stderr)
    expect([int(m[1]) for m in told] == list(range(1, len(told) + 1)) and told
           and {int(m[2]) for m in told} == {len(told)}, "it gets a line for each case", lines)
    expect({"pass", "fail"} <= {m[3] for m in told}, "of whatever verdict", lines)


def main():
    folder = tempfile.mkdtemp()
    try:
        clean, wrong = manifest(folder), manifest(folder, "no-user-agent")
        test_wide(folder, clean)
        test_failing(folder, wrong)
        test_narrow(folder, clean)
        test_no_color(folder, wrong)
        test_quiet(folder, wrong)
        test_no_terminal(folder, wrong)
    finally:
        shutil.rmtree(folder)
    print("all as expected" if not failures else f"{len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
