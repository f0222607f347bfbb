# SPDX-License-Identifier: Apache-2.0
"""What is run by assay to be measured: connectors, and suites of equal cases."""
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLAUSES = 'requirement_set: own\nclauses:\n  A-1: {level: MUST, text: "It works.", source: "this program"}\n'


def manifest_of(name, programs, folder):
    """The connector's manifest; that of the reference connector with the programs that were built to be measured."""
    path = ROOT / "connectors" / name / "connector.yaml"
    if name != "reference":
        return path
    text = path.read_text(encoding="utf-8").replace("${connector_dir}/../../build/dev/bin", str(programs))
    path = pathlib.Path(folder) / "reference.yaml"
    path.write_text(text.replace("../../build/dev/bin", str(programs)), encoding="utf-8")
    return path


def suite_of_equals(folder, count, case, *words):
    """A suite of that many cases; in the case's text {0} is its number, {1} and so on the words."""
    (folder / "bench").mkdir(parents=True)
    (folder / "clauses.yaml").write_text(CLAUSES)
    for i in range(count):
        (folder / "bench" / f"case-{i}.yaml").write_text(case.format(i, *words))
    return folder
