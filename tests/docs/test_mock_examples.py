# SPDX-License-Identifier: Apache-2.0
"""Every example of docs/mock.md is run against a mock; one whose tool is absent is left out."""

import os
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.environ["ASSAY_SOURCE"], "tests", "component", "mock"))
from mock_server import Mock  # noqa: E402

PAGE = os.path.join(os.environ["ASSAY_SOURCE"], "docs", "mock.md")


def blocks(tag):
    with open(PAGE, encoding="utf-8") as file:
        return re.findall(r"^```%s\n(.*?)^```$" % tag, file.read(), re.S | re.M)


class Examples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mock = Mock().__enter__()
        cls.addClassCleanup(cls.mock.__exit__)

    def setUp(self):
        self.mock.ok("POST", "/reset")
        service = self.mock.principal("service-principal")
        self.env = {**os.environ, "DATABRICKS_HOST": "http://127.0.0.1:%d" % self.mock.port,
                    "DATABRICKS_CLIENT_ID": service["client_id"],
                    "DATABRICKS_CLIENT_SECRET": service["client_secret"],
                    "DATABRICKS_TOKEN": self.mock.principal("user")["pat"],
                    "GOCACHE": os.path.join(self.mock.dir, "go"), "GO111MODULE": "off"}

    def run_it(self, command, text=None):
        done = subprocess.run(command, input=text, env=self.env, capture_output=True, text=True,
                              timeout=200, cwd=self.mock.dir)
        self.assertEqual(done.returncode, 0, (command, text, done.stdout, done.stderr))
        return done.stdout

    def program(self, tag, name, command):
        if shutil.which(command[0]) is None:
            self.skipTest("no " + command[0])
        found = blocks(tag + " run")
        self.assertEqual(len(found), 1)
        with open(os.path.join(self.mock.dir, name), "w", encoding="utf-8") as file:
            file.write(found[0])
        self.assertNotEqual(self.run_it(command + [name]).strip(), "")

    def test_curl(self):
        found = blocks("sh curl")
        self.assertGreaterEqual(len(found), 9)
        for text in found:
            output = self.run_it(["sh", "-e"], text.replace("/tmp/mock.sock", self.mock.socket_path))
            self.assertNotEqual(output, "", text)

    def test_python(self):
        self.program("python", "example.py", ["python3"])

    def test_node(self):
        self.program("js", "example.js", ["node"])

    def test_go(self):
        self.program("go", "example.go", ["go", "run"])

    def test_java(self):
        self.program("java", "Main.java", ["java"])

    def test_the_scenario_is_one(self):
        for text in blocks("yaml config"):
            with Mock(config=text) as mock:
                self.assertEqual(mock.ok("GET", "/faults")[0]["id"], "slow-start")

    def test_the_services_are_found_as_told(self):
        config, programs = blocks("yaml services"), blocks("sh services")
        self.assertEqual((len(config), len(programs)), (1, 2))
        with Mock(config=config[0]) as mock:
            self.env["DATABRICKS_HOST"] = "http://127.0.0.1:%d" % mock.port
            entra, exchange = [self.run_it(["sh", "-e"], text) for text in programs]
            self.assertEqual(mock.ok("GET", "/credentials")["principals"][0]["name"], "robot")
        self.assertRegex(entra, r'(?s)"ext_expires_in":3599.*"expires_on":"\d+".*"user":"alice".*401')
        self.assertIn('"issued_token_type"', exchange)

    def test_every_option_that_is_named_exists(self):
        program = os.path.join(os.environ["ASSAY_BIN"], "assay-mock")
        known = subprocess.run([program, "serve", "--help"], capture_output=True, text=True,
                               check=True).stdout
        with open(PAGE, encoding="utf-8") as file:
            for option in re.findall(r"(?<=[` ])--[a-z][a-z-]+", re.sub(
                    r"^```sh (curl|services)\n.*?^```$|--connect-to", "", file.read(), flags=re.S | re.M)):
                self.assertIn(option, known)


if __name__ == "__main__":
    unittest.main()
