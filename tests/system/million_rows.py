# SPDX-License-Identifier: Apache-2.0
"""Each SQL driver fetches a million rows in each of its ways in, in a sealed world.

It is the case sql/large-result with ten times the rows. Left out is `adbc', which loses all but the first
page (its manifest says why). Drivers that are not prepared are named; without any the test is skipped.
usage: million_rows.py [CONNECTOR...]"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ASSAY = pathlib.Path(os.environ.get("ASSAY_BIN", ROOT / "build/dev/bin")) / "assay"
DRIVERS = ["sql-python", "sql-python-sea", "sql-nodejs", "sql-nodejs-kernel", "sql-go", "jdbc", "jdbc-sea",
           "jdbc-u2m", "jdbc-sea-u2m", "sqlalchemy"]
SKIPPED = 77


def is_prepared(name):
    """Its setup is its own or that of the connector whose program it uses."""
    folders = [ROOT / "connectors" / n for n in (name, name.rsplit("-", 1)[0])]
    return any((f / made).exists() for f in folders for made in (".venv/setup.stamp", "build/setup.stamp"))


def cases_with_a_million(folder):
    shutil.copytree(ROOT / "cases", folder)
    case = folder / "sql/large-result.yaml"
    text = case.read_text()
    changed = text.replace("range(100000)", "range(1000000)").replace("count: 100000", "count: 1000000")
    assert changed.count("1000000") == 2, "sql/large-result is not what it was"
    case.write_text(changed)


def run(name, folder):
    """The manifest with more time: a busy machine may take a minute for what takes ten seconds."""
    place = ROOT / "connectors" / name
    text = (place / "connector.yaml").read_text()
    text += "" if "\nlimits:" in text else "limits: {operation: 150s}\n"
    with tempfile.NamedTemporaryFile("w", dir=place, prefix=".million-", suffix=".yaml") as manifest:
        manifest.write(text)
        manifest.flush()
        return subprocess.run([ASSAY, "run", "--cases", folder / "cases", "-c", manifest.name, "--case", "sql/large-result",
                               "--jobs", "1", "-o", folder / name], check=False).returncode


def main(wanted):
    prepared = [n for n in wanted or DRIVERS if is_prepared(n)]
    for name in set(wanted or DRIVERS) - set(prepared):
        print(f"{name} is not prepared: scripts/bootstrap --connectors {name}")
    if not prepared:
        return SKIPPED
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        cases_with_a_million(folder / "cases")
        failed = [n for n in prepared if run(n, folder) != 0]
    print(f"failed: {' '.join(failed) or 'none'}; of: {' '.join(prepared)}")
    return 1 if failed else 0


sys.exit(main(sys.argv[1:]))
