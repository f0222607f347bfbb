# SPDX-License-Identifier: Apache-2.0
"""Reads JUnit XML with a reader that is not ours: counts must add up, every case must be where its
verdict puts it, and no byte may have broken the document.

    junit_check.py RENDERER SCHEMA
"""

import subprocess
import sys
import xml.etree.ElementTree as ET

RENDERER, SCHEMA = sys.argv[1:3]
KINDS = {"failures": "failure", "errors": "error", "skipped": "skipped"}
problems = []


def expect(what, got, wanted):
    if got != wanted:
        problems.append(f"{what}: {got!r}, wanted {wanted!r}")


def render(name):
    raw = subprocess.run([RENDERER, name], check=True, capture_output=True).stdout
    lint = subprocess.run(["xmllint", "--noout", "--schema", SCHEMA, "-"], input=raw,
                          capture_output=True, check=False)
    if lint.returncode != 0:
        problems.append(f"{name}: xmllint: {lint.stderr.decode(errors='replace')}")
    raw.decode("utf-8")
    return ET.fromstring(raw)


def check_counts(name, root):
    for attribute, tag in {**KINDS, "tests": "testcase"}.items():
        suites = root.findall("testsuite")
        for suite in suites:
            expect(f"{name} {suite.get('name')} {attribute}", int(suite.get(attribute)),
                   sum(1 for _ in suite.iter(tag)))
        expect(f"{name} {attribute}", int(root.get(attribute)),
               sum(int(s.get(attribute)) for s in suites))


def kinds(root):
    """(classname, name) -> tags inside, in order."""
    return {(c.get("classname"), c.get("name")): [e.tag for e in c] for c in root.iter("testcase")}


def check_sample(root):
    wanted = {
        ("acme.pat", "probe/nonce"): [],
        ("acme.pat", "connect/pat"): ["system-out"],
        ("acme.m2m", "connect/m2m"): ["skipped"],
        ("acme.m2m", "errors/wrong-secret"): ["failure"],
        ("acme.m2m", "m2m/token-cached"): ["failure"],
        ("acme.pat", "secrets/dump"): ["error"],
        ("acme-cli.pat", "probe/nonce"): ["error"],
        ("acme-cli.pat", "connect/pat"): ["error"],
        ("acme-cli.pat", "secrets/dump"): ["skipped"],
        ("acme-cli.pat", "errors/wrong-secret"): ["failure"],
        ("assay.run", "run"): ["error"],
    }
    expect("sample kinds", kinds(root), wanted)
    failure = root.find(".//testcase[@name='errors/wrong-secret']/failure")
    expect("message", failure.get("message"), "outcome.message: validate 0 gave no message")
    expect("type", failure.get("type"), "RFC6749-5.2-error-json")
    for part in ("expected: the error message has at least 8 characters", "likely cause: ", "fix: ",
                 "/oidc/v1/token -> 401"):
        if part not in failure.text:
            problems.append(f"the failure does not say {part!r}: {failure.text!r}")
    skipped = root.find(".//testcase[@name='connect/m2m']/skipped")
    expect("xfail reason", skipped.get("message"),
           "outcome.ok: known; mended in 1.5 | see the tracker")
    expect("time", root.find(".//testcase").get("time"), "1.250")


def check_odd(root):
    (failure,) = [f for f in root.iter("failure") if "# heading" in f.get("message")]
    for part in ("a|b `c`", "<b>x</b> & \"q\" 'r'", "«client_secret»\n# heading\n</details>", "\n\t[l]",
                 "\U0001f525"):
        if part not in failure.get("message") or part not in failure.text:
            problems.append(f"{part!r} is not where it was put: {failure.get('message')!r}")
    for part in ("bad \ufffd\ufffd utf-8", "]]> <!-- "):
        if part not in failure.text:
            problems.append(f"{part!r} is not in the text: {failure.text!r}")


for run in ("sample", "green", "odd", "broken", "empty", "strict"):
    tree = render(run)
    check_counts(run, tree)
    reds = int(tree.get("failures")) + int(tree.get("errors"))
    expect(f"{run} is green", reds == 0, run == "green")
    if run == "sample":
        check_sample(tree)
    if run == "odd":
        check_odd(tree)

for line in problems:
    print(line, file=sys.stderr)
sys.exit(1 if problems else 0)
