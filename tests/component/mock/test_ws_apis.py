# SPDX-License-Identifier: Apache-2.0
"""The workspace APIs over real HTTP: curl as the client, hosts, addresses, links, the journal."""

import json
import os
import subprocess
import tempfile
import unittest

from mock_server import Mock

WAREHOUSE = "abc123def4567890"
SCENARIO = """
workspaces:
  - {host: one.example.com, workspace_id: "111", account_id: 11111111-2222-4333-8444-555555555555,
     tables: [main.default.trips], sql: {chunk_rows: 10}}
  - {host: two.example.com, workspace_id: "222", account_id: aaaaaaaa-2222-4333-8444-555555555555,
     door: {allowed_sources: [192.0.2.0/24]}}
  - {host: three.example.com, workspace_id: "333", door: {allowed_sources: [127.0.0.0/8]}}
principals:
  - {name: user@example.com, has_pat: true}
"""
STATEMENTS = "/api/2.0/sql/statements"


class Workspaces(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mock = Mock(config=SCENARIO).__enter__()
        cls.addClassCleanup(cls.mock.__exit__)
        cls.pat = cls.mock.principal("user")["pat"]

    def curl(self, path, *arguments, host="one.example.com", credential=True):
        """(status, headers, body) as curl saw them; the name leads to the mock without DNS."""
        url = path if path.startswith("http") else f"http://{host}:{self.mock.port}{path}"
        with tempfile.NamedTemporaryFile() as head, tempfile.NamedTemporaryFile() as body:
            command = ["curl", "-q", "-sS", "--noproxy", "*", "-D", head.name, "-o", body.name,
                       "-w", "%{http_code}", "--max-time", "20",
                       "--connect-to", f"::127.0.0.1:{self.mock.port}", *arguments]
            if credential:
                command += ["--oauth2-bearer", self.pat]
            done = subprocess.run([*command, url], check=True, capture_output=True, text=True)
            lines = head.read().decode().splitlines()[1:]
            headers = {name.lower(): value for name, value in
                       (line.split(": ", 1) for line in lines if ": " in line)}
            return int(done.stdout), headers, body.read()

    def run_sql(self, text, **more):
        body = json.dumps({"statement": text, "warehouse_id": WAREHOUSE, **more})
        status, _, answer = self.curl(STATEMENTS, "-H", "Content-Type: application/json", "-d", body)
        self.assertEqual(status, 200)
        return json.loads(answer)

    def test_the_host_names_the_workspace(self):
        for host, org in (("one.example.com", "111"), ("THREE.example.com", "333")):
            status, headers, _ = self.curl("/api/2.0/preview/scim/v2/Me", host=host)
            self.assertEqual((status, headers["x-databricks-org-id"]), (200, org))
        table = "/api/2.1/unity-catalog/tables/main.default.trips"
        self.assertEqual(self.curl(table)[0], 200)
        self.assertEqual(self.curl(table, host="three.example.com")[0], 404)

    def test_the_address_decides(self):
        status, headers, body = self.curl("/api/2.0/preview/scim/v2/Me", host="two.example.com")
        self.assertEqual(status, 403)
        self.assertEqual(json.loads(body), {
            "error_code": 403,
            "message": "Source IP address: 127.0.0.1 is blocked by Databricks IP ACL for "
                       f"workspace: 222 [ReqId: {headers['x-request-id']}]"})

    def test_the_workspace_of_the_header_has_to_be_this_one(self):
        me = "/api/2.0/preview/scim/v2/Me"
        self.assertEqual(self.curl(me, "-H", "X-Databricks-Workspace-Id: 111")[0], 200)
        for name in ("X-Databricks-Workspace-Id", "X-Databricks-Org-Id"):
            status, _, body = self.curl(me, "-H", f"{name}: 222")
            self.assertEqual(status, 403)
            self.assertEqual(json.loads(body)["message"], "Invalid access to Org: 222")

    def test_names_may_be_percent_encoded(self):
        path = "/api/2.1/unity-catalog/tables/main%2Edefault%2E%74rips?"
        self.assertEqual(self.curl(path)[0], 200)

    def test_links_are_followed_without_the_credential(self):
        links = self.run_sql("SELECT id FROM range(15)", disposition="EXTERNAL_LINKS",
                             format="CSV")["result"]["external_links"]
        status, headers, body = self.curl(links[0]["external_link"], credential=False)
        self.assertEqual((status, headers["content-type"]), (200, "text/csv"))
        self.assertEqual(body.split()[:2], [b"id", b"0"])
        self.assertNotIn("x-databricks-org-id", headers)
        self.assertEqual(self.mock.last()["credential"]["state"], "absent")
        status, headers, body = self.curl(links[0]["external_link"])
        self.assertEqual((status, headers["content-type"]), (403, "application/xml"))
        self.assertIn(b"AuthenticationFailed", body)

    def test_the_signature_of_a_link_is_masked_in_the_journal(self):
        link = self.run_sql("SELECT 1", disposition="EXTERNAL_LINKS")["result"]["external_links"][0]
        self.curl(link["external_link"], credential=False)
        signature = link["external_link"].rsplit("sig=", 1)[1]
        execute, fetch = [r for r in self.mock.journal()[-2:]]
        self.assertNotIn(signature, json.dumps([execute, fetch]))
        self.assertEqual(len(execute["response"]["issued"]), 1)
        self.assertEqual(fetch["secrets"], [], "a link's own request is its place")
        kinds = {c["name"]: c["kind"] for c in self.mock.ok("GET", "/canaries")}
        self.assertEqual(kinds[execute["response"]["issued"][0]], "url")

    def test_a_link_expires_by_the_mocks_clock(self):
        link = self.run_sql("SELECT 2", disposition="EXTERNAL_LINKS")["result"]["external_links"][0]
        self.assertEqual(self.curl(link["external_link"], credential=False)[0], 200)
        self.mock.ok("POST", "/clock", {"advance_ms": 15 * 60 * 1000})
        self.assertEqual(self.curl(link["external_link"], credential=False)[0], 403)

    def test_large_results_are_cheap(self):
        answer = self.run_sql("SELECT id FROM range(1000000)", disposition="EXTERNAL_LINKS")
        self.assertEqual(answer["manifest"]["total_row_count"], 1000000)
        last = f"{STATEMENTS}/{answer['statement_id']}/result/chunks/99999"
        link = json.loads(self.curl(last)[2])["external_links"][0]
        self.assertNotIn("next_chunk_index", link)
        body = self.curl(link["external_link"], credential=False)[2]
        self.assertEqual(json.loads(body)[-1], ["999999"])

    def test_unknown_routes_are_answered_and_told(self):
        status, headers, body = self.curl("/api/2.0/sql/statment/x")
        self.assertEqual((status, headers["content-type"]), (404, "application/json"))
        self.assertEqual(json.loads(body)["error_code"], "ENDPOINT_NOT_FOUND")
        record = self.mock.last()
        self.assertEqual((record["route"], record["class"]), ("", "unknown"))
        self.assertIn("/api/2.0/sql/", record["nearest"])
        status, headers, _ = self.curl("/api/2.0/token/list", "-X", "PUT")
        self.assertEqual((status, headers["allow"]), (405, "GET"))


if __name__ == "__main__":
    unittest.main()
