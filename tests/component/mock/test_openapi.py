# SPDX-License-Identifier: Apache-2.0
"""`assay-mock routes --openapi`: complete, sound, and true of the routes that are served."""

import json
import os
import re
import subprocess
import unittest

from mock_server import PROGRAM

try:
    import openapi_spec_validator
except ImportError:
    openapi_spec_validator = None

DATABRICKS = {"oidc", "account", "workspace", "statements"}


def routes(form):
    return subprocess.run([PROGRAM, "routes", form], check=True, capture_output=True, text=True).stdout


class Openapi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.document = json.loads(routes("--openapi"))
        cls.routes = json.loads(routes("--json"))

    def operations(self):
        for path, item in self.document["paths"].items():
            for method, operation in item.items():
                yield path, method, operation

    def test_every_route_of_a_workspace_is_in_it(self):
        known = {(path, method) for path, method, _ in self.operations()}
        listed = [r for r in self.routes if r["family"] in DATABRICKS]
        self.assertGreater(len(listed), 80)
        for route in listed:
            path = route["path"].removesuffix("[/]")
            self.assertIn((path, route["method"].lower()), known)

    def test_its_parts_refer_to_each_other(self):
        text = json.dumps(self.document)
        for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', text)):
            node = self.document
            for key in reference.split("/"):
                node = node[key]
        ids = [operation["operationId"] for _, _, operation in self.operations()]
        self.assertEqual(len(ids), len(set(ids)))
        for path, _, operation in self.operations():
            named = {p["name"] for p in operation.get("parameters", [])}
            self.assertEqual(named, set(re.findall(r"{([^}]+)}", path)))

    def test_api_routes_ask_for_a_credential_and_others_do_not(self):
        for path, _, operation in self.operations():
            api = operation["x-class"] == "api"
            self.assertEqual(operation["security"], [{"bearer": []}] if api else [], path)
            self.assertEqual("401" in operation["responses"], api, path)

    @unittest.skipIf(openapi_spec_validator is None, "no openapi_spec_validator")
    def test_the_validator_finds_nothing(self):
        openapi_spec_validator.validate(self.document)


if __name__ == "__main__":
    unittest.main()
