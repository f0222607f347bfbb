# SPDX-License-Identifier: Apache-2.0
"""The bundled connectors, started by hand against one assay-mock, in an empty environment."""

import json
import os
import subprocess
import sys
import tempfile

SOURCE = os.environ["ASSAY_SOURCE"]
sys.path.insert(0, os.path.join(SOURCE, "tests", "component", "mock"))
from mock_server import Mock  # noqa: E402

REFERENCE = [os.path.join(os.environ["ASSAY_BIN"], "reference-connector")]
CURL_SCRIPT = [os.path.join(SOURCE, "connectors", "curl-script", "connector.sh")]

SCENARIO = """
workspaces:
  - {host: "*", workspace_id: "1234567890", warehouse_id: abcdef0123456789, tables: [main.sales.orders]}
principals:
  - {name: robot, kind: service-principal}
  - {name: mia@example.com, kind: user, has_pat: true}
"""


class World:
    def __enter__(self):
        self.mock = Mock(config=SCENARIO).__enter__()
        self.home = tempfile.TemporaryDirectory()
        return self

    def __exit__(self, *error):
        self.home.cleanup()
        self.mock.__exit__(*error)

    def environment(self, auth, more):
        env = {"PATH": os.environ["PATH"], "HOME": self.home.name, "TMPDIR": self.home.name,
               "CONNECTOR_HOST": f"http://127.0.0.1:{self.mock.port}",
               "CONNECTOR_WAREHOUSE_ID": "abcdef0123456789",
               "CONNECTOR_TABLE": "main.sales.orders", "CONNECTOR_STATEMENT": "SELECT 1"}
        if auth == "m2m":
            robot = self.mock.principal("service-principal")
            env["CONNECTOR_CLIENT_ID"] = robot["client_id"]
            env["CONNECTOR_CLIENT_SECRET"] = robot["client_secret"]
        else:
            env["CONNECTOR_TOKEN"] = self.mock.principal("user")["pat"]
        env.update(more)
        return {name: value for name, value in env.items() if value is not None}

    def run(self, command, auth="pat", arguments=(), text="", **env):
        """The ended process; a variable given as None is taken out."""
        return subprocess.run([*command, "--auth", auth, *arguments], input=text,
                              env=self.environment(auth, env), capture_output=True, text=True,
                              timeout=60)

    def once(self, command, auth="pat", **env):
        arguments = ["--drive", "exec"] if command is REFERENCE else []
        return self.run(command, auth, arguments, **env)

    def ask(self, *verbs, auth="pat", **env):
        """The answers of the reference connector, driven by lines."""
        text = "".join(json.dumps({"seq": n, "do": v}) + "\n" for n, v in enumerate(verbs, 1))
        ended = self.run(REFERENCE, auth, [], text, **env)
        assert ended.returncode == 0, ended.stderr
        return [json.loads(line) for line in ended.stdout.splitlines()]

    def fault(self, **rule):
        self.mock.ok("POST", "/faults", rule)

    def seen(self, route):
        return [r for r in self.mock.journal() if r["route"] == route]
