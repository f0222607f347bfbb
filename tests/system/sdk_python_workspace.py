# SPDX-License-Identifier: Apache-2.0
"""The official Python SDK against assay-mock: the workspace APIs as a real client sees them.

Run by connectors/python-sdk/.venv (connectors/python-sdk/setup makes it); without it, skipped (77).
"""

import base64
import csv
import io
import json
import os
import sys
import unittest
import urllib.error
import urllib.request

SOURCE = os.environ["ASSAY_SOURCE"]
VENV = os.path.join(SOURCE, "connectors/python-sdk/.venv")
PYTHON = os.path.join(VENV, "bin/python")

if not os.path.exists(PYTHON):
    print("no connectors/python-sdk/.venv: run connectors/python-sdk/setup")
    sys.exit(77)
if os.path.realpath(sys.prefix) != os.path.realpath(VENV):
    os.execv(PYTHON, [PYTHON, "-B", *sys.argv])

sys.path.insert(0, os.path.join(SOURCE, "tests/component/mock"))
from mock_server import Mock  # noqa: E402

from databricks.sdk import WorkspaceClient  # noqa: E402
from databricks.sdk import errors  # noqa: E402
from databricks.sdk.service import jobs, sql, workspace  # noqa: E402

WAREHOUSE = "abc123def4567890"
SCENARIO = """
workspaces:
  - host: "*"
    tables: [main.default.trips, main.default.t1, main.default.t2, main.other.x, samples.a.b]
    catalog: {page_size: 2, empty_pages: true, denied_tables: [main.default.t2]}
    sql: {chunk_rows: 10}
    door: {admins: [admin@example.com]}
    tokens: {quota: 3}
principals:
  - {name: robot, kind: service-principal}
  - {name: user@example.com, has_pat: true}
  - {name: admin@example.com, has_pat: true}
statements:
  - {text: SLOW, pending_polls: 1, running_polls: 2}
  - {text: STUBBORN, pending_polls: 3, cancel_ignored: true}
"""


def clean_environment():
    for name in list(os.environ):
        if name.startswith(("DATABRICKS_", "ARM_", "GOOGLE_")) or name.lower().endswith("_proxy"):
            del os.environ[name]
    os.environ["HOME"] = "/nonexistent"


class Workspace(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        clean_environment()
        cls.mock = Mock(config=SCENARIO).__enter__()
        cls.addClassCleanup(cls.mock.__exit__)
        cls.people = {p["name"]: p for p in cls.mock.ok("GET", "/credentials")["principals"]}
        cls.host = f"http://127.0.0.1:{cls.mock.port}"
        robot = cls.people["robot"]
        cls.w = WorkspaceClient(host=cls.host, client_id=robot["client_id"],
                                client_secret=robot["client_secret"])
        cls.user = WorkspaceClient(host=cls.host, token=cls.people["user@example.com"]["pat"])
        cls.admin = WorkspaceClient(host=cls.host, token=cls.people["admin@example.com"]["pat"])

    def run_sql(self, text, **more):
        return self.w.statement_execution.execute_statement(statement=text, warehouse_id=WAREHOUSE,
                                                            **more)

    # Identity and catalog.

    def test_me_is_the_service_principal(self):
        me = self.w.current_user.me()
        self.assertEqual(me.user_name, self.people["robot"]["client_id"])
        self.assertEqual(self.w.get_workspace_id(), 900800700600)

    def test_users_and_groups_are_listed(self):
        names = {u.user_name for u in self.user.users.list()}
        self.assertEqual(names, {"user@example.com", "admin@example.com"})
        self.assertEqual([g.display_name for g in self.user.groups.list()], ["users", "admins"])
        found = list(self.user.users.list(filter='userName eq "user@example.com"'))
        self.assertEqual(self.user.users.get(found[0].id).user_name, "user@example.com")
        self.assertEqual(len(list(self.user.service_principals.list())), 1)

    def test_lists_are_read_to_their_end_over_empty_pages(self):
        before = len(self.mock.journal())
        self.assertEqual([c.name for c in self.w.catalogs.list()], ["main", "samples"])
        self.assertEqual([s.name for s in self.w.schemas.list("main")], ["default", "other"])
        tables = [t.name for t in self.w.tables.list("main", "default")]
        self.assertEqual(tables, ["trips", "t1", "t2"])
        pages = [r for r in self.mock.journal()[before:] if r["route"] == "uc.tables.list"]
        self.assertEqual(len(pages), 4, "two pages with rows, two without")

    def test_a_table_is_got_and_what_is_missing_or_denied_is_told(self):
        self.assertEqual(self.w.tables.get("main.default.trips").full_name, "main.default.trips")
        with self.assertRaises(errors.NotFound) as missing:
            self.w.tables.get("main.default.nothing")
        self.assertEqual(str(missing.exception), "Table 'main.default.nothing' does not exist.")
        with self.assertRaises(errors.PermissionDenied) as denied:
            self.w.tables.get("main.default.t2")
        self.assertIn("does not have SELECT on Table 'main.default.t2'", str(denied.exception))

    def test_catalogs_and_schemas_come_and_go(self):
        made = self.w.catalogs.create(name="fresh", comment="c")
        self.assertEqual(made.owner, self.people["robot"]["client_id"])
        self.w.schemas.create(name="s", catalog_name="fresh")
        self.assertEqual(self.w.schemas.get("fresh.s").full_name, "fresh.s")
        with self.assertRaises(errors.BadRequest):
            self.w.catalogs.delete("fresh")
        self.w.catalogs.delete("fresh", force=True)
        with self.assertRaises(errors.NotFound):
            self.w.schemas.get("fresh.s")

    def test_the_metastore_is_the_tables(self):
        table = self.w.tables.get("main.default.trips")
        self.assertEqual(self.w.metastores.current().metastore_id, table.metastore_id)
        self.assertEqual(self.w.metastores.summary().metastore_id, table.metastore_id)

    # Statements.

    def test_rows_come_in_chunks(self):
        answer = self.run_sql("SELECT id, concat('n-', id) AS name FROM range(25)")
        self.assertEqual(answer.status.state, sql.StatementState.SUCCEEDED)
        self.assertEqual(answer.manifest.total_chunk_count, 3)
        rows, result = list(answer.result.data_array), answer.result
        while result.next_chunk_index is not None:
            result = self.w.statement_execution.get_statement_result_chunk_n(
                answer.statement_id, result.next_chunk_index)
            rows += result.data_array
        self.assertEqual(rows, [[str(i), f"n-{i}"] for i in range(25)])

    def fetch(self, url, headers=None):
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {})) as answer:
            return answer.read()

    def test_links_lead_to_csv_and_json(self):
        for form in (sql.Format.CSV, sql.Format.JSON_ARRAY):
            answer = self.run_sql("SELECT id, NULL AS n FROM range(15)", format=form,
                                  disposition=sql.Disposition.EXTERNAL_LINKS)
            link, rows = answer.result.external_links[0], []
            while True:
                data = self.fetch(link.external_link).decode()
                rows += json.loads(data) if form == sql.Format.JSON_ARRAY else list(
                    csv.reader(io.StringIO(data)))
                if link.next_chunk_index is None:
                    break
                link = self.w.statement_execution.get_statement_result_chunk_n(
                    answer.statement_id, link.next_chunk_index).external_links[0]
            if form == sql.Format.CSV:
                self.assertEqual(rows.pop(0), ["id", "n"])
                self.assertEqual(rows, [[str(i), "null"] for i in range(15)])
            else:
                self.assertEqual(rows, [[str(i), None] for i in range(15)])

    def test_a_link_is_refused_with_an_authorization_header(self):
        answer = self.run_sql("SELECT 1", disposition=sql.Disposition.EXTERNAL_LINKS)
        url = answer.result.external_links[0].external_link
        with self.assertRaises(urllib.error.HTTPError) as refused:
            self.fetch(url, self.w.config.authenticate())
        self.assertEqual(refused.exception.code, 403)
        self.assertIn(b"<Code>AuthenticationFailed</Code>", refused.exception.read())
        record = self.mock.last()
        self.assertEqual(record["route"], "storage.result")
        self.assertEqual(record["credential"]["state"], "live")

    def test_parameters_are_typed(self):
        answer = self.run_sql("SELECT :a AS a, :b AS b, :c AS c", parameters=[
            sql.StatementParameterListItem(name="a", value="7", type="BIGINT"),
            sql.StatementParameterListItem(name="b", value="x"),
            sql.StatementParameterListItem(name="c", type="DATE")])
        self.assertEqual(answer.result.data_array, [["7", "x", None]])
        types = [c.type_name.value for c in answer.manifest.schema.columns]
        self.assertEqual(types, ["LONG", "STRING", "DATE"])

    def test_a_bad_statement_fails_inside_a_200(self):
        answer = self.run_sql("SELEKT 1")
        self.assertEqual(answer.status.state, sql.StatementState.FAILED)
        self.assertIn("[PARSE_SYNTAX_ERROR]", answer.status.error.message)

    def test_limits_truncate(self):
        answer = self.run_sql("SELECT id FROM range(25)", row_limit=4)
        self.assertTrue(answer.manifest.truncated)
        self.assertEqual(answer.manifest.total_row_count, 4)

    def test_polling_sees_every_state(self):
        states, answer = [], self.run_sql("SLOW", wait_timeout="0s")
        while answer.status.state != sql.StatementState.SUCCEEDED:
            states.append(answer.status.state.value)
            answer = self.w.statement_execution.get_statement(answer.statement_id)
        self.assertEqual(states, ["PENDING", "RUNNING", "RUNNING"])

    def test_a_cancellation_may_have_no_effect(self):
        answer = self.run_sql("STUBBORN", wait_timeout="0s")
        self.w.statement_execution.cancel_execution(answer.statement_id)
        answer = self.w.statement_execution.get_statement(answer.statement_id)
        self.assertEqual(answer.status.state, sql.StatementState.PENDING)

    def test_warehouses_start_and_stop(self):
        self.assertEqual([w.id for w in self.w.warehouses.list()], [WAREHOUSE])
        self.w.warehouses.stop(WAREHOUSE).result()
        self.assertEqual(self.w.warehouses.get(WAREHOUSE).state, sql.State.STOPPED)
        self.w.warehouses.start(WAREHOUSE).result()
        self.assertEqual(self.w.warehouses.get(WAREHOUSE).state, sql.State.RUNNING)

    # Tokens, secrets, compute.

    def test_a_token_lives_until_it_is_deleted(self):
        made = self.user.tokens.create(comment="test", lifetime_seconds=3600)
        other = WorkspaceClient(host=self.host, token=made.token_value)
        self.assertEqual(other.current_user.me().user_name, "user@example.com")
        listed = {t.token_id: t for t in self.user.tokens.list()}
        self.assertEqual(listed[made.token_info.token_id].comment, "test")
        self.user.tokens.delete(made.token_info.token_id)
        with self.assertRaises(errors.PermissionDenied):
            other.current_user.me()
        with self.assertRaises(errors.NotFound):
            self.user.tokens.delete(made.token_info.token_id)

    def test_token_management_is_for_admins(self):
        robot = self.people["robot"]["client_id"]
        with self.assertRaises(errors.PermissionDenied):
            list(self.user.token_management.list())
        made = self.admin.token_management.create_obo_token(application_id=robot)
        self.assertEqual(made.token_info.created_by_username, "admin@example.com")
        as_robot = WorkspaceClient(host=self.host, token=made.token_value)
        self.assertEqual(as_robot.current_user.me().user_name, robot)
        self.admin.token_management.delete(made.token_info.token_id)
        with self.assertRaises(errors.PermissionDenied):
            as_robot.current_user.me()

    def test_the_quota_of_tokens_is_kept(self):
        made = []
        with self.assertRaises(errors.DatabricksError) as full:
            for _ in range(4):
                made.append(self.admin.tokens.create(lifetime_seconds=60).token_info.token_id)
        self.assertEqual(full.exception.error_code, "QUOTA_EXCEEDED")
        for token_id in made:
            self.admin.tokens.delete(token_id)

    def test_secrets_are_answered_in_base64(self):
        self.w.secrets.create_scope("scope")
        self.w.secrets.put_secret("scope", "key", string_value="h\u00e9llo")
        got = self.w.secrets.get_secret("scope", "key")
        self.assertEqual(base64.b64decode(got.value).decode(), "h\u00e9llo")
        self.assertEqual([s.key for s in self.w.secrets.list_secrets("scope")], ["key"])
        with self.assertRaises(errors.ResourceDoesNotExist):
            self.w.secrets.get_secret("scope", "other")
        self.w.secrets.delete_scope("scope")
        self.assertEqual(list(self.w.secrets.list_scopes()), [])

    def test_jobs_and_clusters_are_paged(self):
        self.assertEqual(list(self.w.jobs.list()), [])
        ids = [self.w.jobs.create(name=f"j{i}").job_id for i in range(5)]
        self.assertEqual([j.job_id for j in self.w.jobs.list(limit=2)], ids)
        run = self.w.jobs.run_now(ids[0]).result()
        self.assertEqual(run.state.result_state, jobs.RunResultState.SUCCESS)
        made = [self.w.clusters.create(spark_version="15.4.x-scala2.12", num_workers=0).result()
                for _ in range(3)]
        listed = [c.cluster_id for c in self.w.clusters.list(page_size=2)]
        self.assertEqual(listed, [c.cluster_id for c in made])
        self.w.clusters.delete(made[0].cluster_id).result()
        self.assertEqual(self.w.clusters.get(made[0].cluster_id).state.value, "TERMINATED")
        # The SDK knows the service's 400 by its text and makes this of it.
        with self.assertRaises(errors.ResourceDoesNotExist):
            self.w.clusters.get("none")

    def test_the_workspace_holds_folders_and_notebooks(self):
        self.w.workspace.mkdirs("/Users/me/deep")
        self.w.workspace.import_("/Users/me/deep/n", format=workspace.ImportFormat.SOURCE,
                                 language=workspace.Language.PYTHON,
                                 content=base64.b64encode(b"print(1)").decode())
        status = self.w.workspace.get_status("/Users/me/deep/n")
        self.assertEqual(status.object_type, workspace.ObjectType.NOTEBOOK)
        got = self.w.workspace.export("/Users/me/deep/n")
        self.assertEqual(base64.b64decode(got.content), b"print(1)")
        self.assertEqual([o.path for o in self.w.workspace.list("/Users/me")], ["/Users/me/deep"])
        self.w.workspace.delete("/Users/me", recursive=True)
        with self.assertRaises(errors.ResourceDoesNotExist) as gone:
            self.w.workspace.get_status("/Users/me/deep/n")
        self.assertEqual(str(gone.exception), "Path (/Users/me/deep/n) doesn't exist.")


if __name__ == "__main__":
    unittest.main()
