# SPDX-License-Identifier: Apache-2.0
"""What the Python gates share: which files there are, and how a finding is told.

A gate looks at the files git tracks plus new ones that are not ignored; in a tree without git (an
unpacked archive, a test's temporary tree) at everything outside the generated folders.
Findings go to stderr as "file:line: what; rule", one per line; exit 0 clean, 1 findings, 64 usage.
"""
import argparse
import os
import subprocess
import sys
import time

GENERATED = {".git", "build", ".venv", "__pycache__", ".cache", "node_modules"}


def tree_files(root):
    """Every file's path relative to root, sorted."""
    if os.path.exists(os.path.join(root, ".git")):
        out = subprocess.run(
            ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            check=True, stdout=subprocess.PIPE).stdout.decode()
        names = {n for n in out.split("\0") if n}
        return sorted(n for n in names if os.path.isfile(os.path.join(root, n)))
    found = []
    for folder, dirs, files in os.walk(root):
        dirs[:] = [d for d in dirs if d not in GENERATED]
        found += [os.path.relpath(os.path.join(folder, f), root) for f in files]
    return sorted(found)


def read_text(root, name):
    """The file's text, or None for a binary one or a link."""
    path = os.path.join(root, name)
    if os.path.islink(path):
        return None
    with open(path, "rb") as f:
        data = f.read()
    if b"\0" in data:
        return None
    return data.decode("utf-8", errors="replace")


def c_code_only(text):
    """Blanks comments and the inside of literals, keeps every newline and column."""
    out, i, n = [], 0, len(text)
    while i < n:
        two = text[i:i + 2]
        if two in ("/*", "//"):
            end = text.find("*/" if two == "/*" else "\n", i + 2)
            end = n if end < 0 else end + (2 if two == "/*" else 0)
            out.append("".join(c if c == "\n" else " " for c in text[i:end]))
            i = end
        elif text[i] in "\"'":
            quote, start = text[i], i
            i += 1
            while i < n and text[i] not in (quote, "\n"):
                i += 2 if text[i] == "\\" else 1
            i = min(i + 1, n)
            inside = "".join(c if c == "\n" else " " for c in text[start + 1:i - 1])
            out.append(quote + inside + text[i - 1])
        else:
            out.append(text[i])
            i += 1
    return "".join(out)


class Gate:
    """One run of a checker: options, findings, the closing line."""

    def __init__(self, name, purpose, epilog=""):
        self.name = name
        self.parser = argparse.ArgumentParser(
            prog="scripts/" + name, description=purpose, epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter)
        self.parser.error = self._usage_error
        here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        self.parser.add_argument("--root", default=here, metavar="DIR",
                                 help="the tree to check (default: this one)")
        self.count = 0
        self.started = time.monotonic()

    def _usage_error(self, message):
        print(f"{self.name}: {message}; see scripts/{self.name} --help", file=sys.stderr)
        sys.exit(64)

    def options(self):
        args = self.parser.parse_args()
        if not os.path.isdir(args.root):
            self._usage_error(f"--root {args.root}: no such folder")
        args.root = os.path.abspath(args.root)
        return args

    def finding(self, name, line, what, rule):
        self.count += 1
        print(f"{name}:{line}: {what}; {rule}", file=sys.stderr)

    def finish(self, looked_at, extra=""):
        took = time.monotonic() - self.started
        state = f"{self.count} finding{'s' if self.count != 1 else ''}" if self.count else "clean"
        print(f"{self.name}: {state}, {looked_at} files{extra}, {took:.2f} s", file=sys.stderr)
        sys.exit(1 if self.count else 0)
