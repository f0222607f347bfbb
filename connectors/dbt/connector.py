# SPDX-License-Identifier: Apache-2.0
"""The official dbt-databricks: `dbt debug`, then `dbt run` of a project of two models, then a look at what they hold.

The first model is a table, the statement its query; the second is a view of that table. `dbt show` reads the view.

usage: connector.py pat|m2m|u2m|token, with the CONNECTOR_* variables of connector.yaml. Exit: 0 worked, 1 not."""
import os
import pathlib
import sys

TARGETS = {"pat": "token", "m2m": "m2m", "u2m": "u2m", "token": "token"}


def given(name):
    return os.environ.get("CONNECTOR_" + name, "")


def refuse_what_is_missing_or_of_two_kinds(mode):
    token, client, secret = given("TOKEN"), given("CLIENT_ID"), given("CLIENT_SECRET")
    if mode not in TARGETS:
        raise ValueError(f"unknown authentication type {mode}: use pat, m2m, u2m or token")
    if token and (client or secret):
        raise ValueError("credentials of two kinds are set: keep CONNECTOR_TOKEN, or "
                         "CONNECTOR_CLIENT_ID and CONNECTOR_CLIENT_SECRET")
    if mode == "u2m" and secret:
        raise ValueError("u2m takes no client secret: unset CONNECTOR_CLIENT_SECRET")
    if not {"m2m": client and secret, "u2m": client}.get(mode, token):
        raise ValueError(f"{mode} needs its CONNECTOR_ variables, and some are not set")


def set_up():
    """The SDK below takes settings from variables and ~/.databrickscfg, and dbt its own: only ours are left."""
    for name in list(os.environ):
        if name.startswith(("DATABRICKS_", "ARM_", "DBT_")):
            del os.environ[name]
    folder = os.path.join(os.environ.get("TMPDIR", "/tmp"), "dbt")
    os.environ |= {"CONNECTOR_HOSTNAME": given("HOST").removeprefix("https://").rstrip("/"),
                   "DATABRICKS_CONFIG_FILE": os.devnull, "DBT_DATABRICKS_INVOCATION_ENV": "assay_dbt",
                   "DBT_TARGET_PATH": os.path.join(folder, "target"), "DBT_LOG_PATH": os.path.join(folder, "logs")}


def run(mode):
    from dbt.cli.main import dbtRunner  # reads variables as it is loaded
    project = str(pathlib.Path(__file__).parent / "project")
    place = ["--project-dir", project, "--profiles-dir", project, "--target", TARGETS[mode]]
    level = ["--log-level", "debug" if given("LOG") == "debug" else "info", "--no-use-colors"]
    show = ["show", "--inline", "select * from {{ ref('assay_rows') }}", "--limit", "100"]
    found = []  # what `dbt debug` found, which it tells in its output alone
    runner = dbtRunner(callbacks=[lambda e: found.append(e.info.msg) if e.info.name == "DebugCmdResult" else None])
    for command in (["debug", "--connection"], ["run"], show):
        result = runner.invoke(level + command + place)
        if not result.success:
            nodes = getattr(result.result, "results", None) or []
            said = [n.message for n in nodes if n.message and n.status == "error"] or found
            raise SystemExit(f"error: dbt {command[0]}: {result.exception or ' '.join(said)}")


if __name__ == "__main__":
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        refuse_what_is_missing_or_of_two_kinds(wanted)
    except ValueError as e:
        raise SystemExit(f"error: {e}")
    set_up()
    run(wanted)
