#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads reports with other readers than ours: results.json against its schema, SARIF and TAP
against the rules of their specifications that a consumer relies on."""
import json
import re
import subprocess
import sys

program = sys.argv[1]
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int,
         "number": (int, float)}


def render(*words):
    done = subprocess.run([program, *words], check=True, stdout=subprocess.PIPE)
    return done.stdout.decode("utf-8")


def validate(value, schema, root, path="$"):
    """The part of draft-07 that the schema uses; an unknown keyword is an error, not a pass."""
    if "$ref" in schema:
        target = root
        for part in schema["$ref"].lstrip("#/").split("/"):
            target = target[part]
        return validate(value, target, root, path)
    known = {"$schema", "title", "description", "definitions", "type", "properties", "required",
             "additionalProperties", "items", "enum", "minimum", "maximum", "minLength",
             "maxLength", "default", "examples", "anyOf", "oneOf", "allOf", "uniqueItems", "pattern"}
    unknown = set(schema) - known
    assert not unknown, f"{path}: keywords {unknown} are not looked at"
    for choice in schema.get("allOf", []):
        validate(value, choice, root, path)
    for word in ("anyOf", "oneOf"):
        if word in schema:
            fits = 0
            for choice in schema[word]:
                try:
                    validate(value, choice, root, path)
                    fits += 1
                except AssertionError:
                    pass
            assert fits >= 1, f"{path}: none of the choices fits"
    if "type" in schema:
        assert isinstance(value, TYPES[schema["type"]]), f"{path}: not of type {schema['type']}"
        assert not (schema["type"] == "integer" and isinstance(value, bool)), path
    assert "enum" not in schema or value in schema["enum"], f"{path}: {value!r} is not allowed"
    if isinstance(value, dict):
        missing = [k for k in schema.get("required", []) if k not in value]
        assert not missing, f"{path}: without {missing}"
        for key, child in value.items():
            if key in schema.get("properties", {}):
                validate(child, schema["properties"][key], root, f"{path}.{key}")
            else:
                assert schema.get("additionalProperties", True) is not False, f"{path}: has {key}"
    if isinstance(value, list) and "items" in schema:
        for i, child in enumerate(value):
            validate(child, schema["items"], root, f"{path}[{i}]")


def check_results():
    schema = json.loads(render("schema"))
    for words in (("json",), ("json", "green")):
        results = json.loads(render(*words))
        validate(results, schema, schema)
        try:
            import jsonschema
            jsonschema.Draft7Validator.check_schema(schema)
            jsonschema.validate(results, schema, cls=jsonschema.Draft7Validator)
        except ImportError:
            pass
        assert sum(results["counts"].values()) == len(results["results"])
    for breakage in (lambda r: r.pop("verdict"), lambda r: r.update(more=1),
                     lambda r: r["results"][0].update(verdict="green")):
        broken = json.loads(render("json"))
        breakage(broken)
        try:
            validate(broken, schema, schema)
        except AssertionError:
            continue
        raise AssertionError("the schema lets wrong results through")


def check_sarif():
    log = json.loads(render("sarif"))
    assert log["version"] == "2.1.0" and log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(ids) == len(set(ids)) and run["tool"]["driver"]["name"]
    assert run["results"]
    for result in run["results"]:
        assert result["ruleId"] in ids
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["level"] == "none" or result["kind"] == "fail"  # SARIF 3.27.10
        assert result["message"]["text"]
        place = result["locations"][0]["physicalLocation"]
        assert re.fullmatch(r"cases/[a-z0-9/-]+\.yaml", place["artifactLocation"]["uri"])
        assert place["artifactLocation"]["uriBaseId"] in run["originalUriBaseIds"]
        assert place["region"]["startLine"] >= 1
    prints = [r["partialFingerprints"]["assay/v1"] for r in run["results"]]
    assert len(prints) == len(set(prints))
    assert run["invocations"][0]["executionSuccessful"] is False
    (green,) = json.loads(render("sarif", "green"))["runs"]
    assert green["results"] == [] and green["invocations"][0]["executionSuccessful"] is True


def check_tap():
    lines = render("tap").splitlines()
    assert lines[0] == "TAP version 14"
    last = int(re.fullmatch(r"1\.\.(\d+)", lines[1]).group(1))
    numbers = [int(m.group(1)) for m in (re.match(r"(?:not )?ok (\d+) - ", x) for x in lines) if m]
    assert numbers == list(range(1, last + 1))
    inside = False
    for line in lines[2:]:
        if line == "  ---":
            assert not inside
            inside = True
        elif line == "  ...":
            assert inside
            inside = False
        elif not inside:
            assert re.match(r"(not )?ok \d+ - |# ", line), line
        else:
            assert line.startswith("  "), line
    assert not inside


check_results()
check_sarif()
check_tap()
print("reports: as their specifications say")
