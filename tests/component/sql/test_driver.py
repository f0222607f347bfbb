#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The Python SQL driver, unmodified, against the mock over TLS: Thrift in Arrow and columns."""

import datetime
import decimal
import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "mock"))
from databricks import sql  # noqa: E402
from databricks.sql import exc  # noqa: E402
from mock_server import Mock  # noqa: E402

PAT = "dapi00112233445566778899aabbccddeeff"
TYPED = ("SELECT CAST(1 AS TINYINT) a, CAST(2 AS SMALLINT) b, 3 c, CAST(4 AS BIGINT) d, CAST(1.5 AS FLOAT) e, "
         "2.5e0 f, 1.25 g, 'x' h, true i, NULL j, CAST('2020-01-31' AS DATE) k, "
         "CAST('2020-01-31T12:00:00.5' AS TIMESTAMP) l")
VALUES = (1, 2, 3, 4, 1.5, 2.5, decimal.Decimal("1.25"), "x", True, None, datetime.date(2020, 1, 31))
TIME = datetime.datetime(2020, 1, 31, 12, 0, 0, 500000)


def config(thrift):
    return (f"workspaces: [{{host: '*', warehouse_id: abc123, tables: [main.default.trips], "
            f"sql: {{thrift: {{{thrift}}}}}}}]\n"
            f"principals: [{{name: user@example.com, pat: {PAT}}}]\n"
            "statements: [{text: \"SELECT 'slow'\", pending_polls: 1, running_polls: 2}]\n")


class Driver:
    thrift = ""
    many, links = 100000, False

    @classmethod
    def setUpClass(cls):
        cls.mock = Mock("--https", config=config(cls.thrift))
        cls.ca = os.path.join("/tmp", f"assay-sql-{os.getpid()}-{cls.__name__}.pem")
        cls.mock.arguments += ["--ca-out", cls.ca]
        cls.mock.__enter__()
        cls.addClassCleanup(os.remove, cls.ca)
        cls.addClassCleanup(cls.mock.__exit__)

    def connect(self, **options):
        options.setdefault("access_token", PAT)
        options.setdefault("http_path", "/sql/1.0/warehouses/abc123")
        connection = sql.connect(server_hostname="localhost", _port=self.mock.https_port,
                                 _tls_trusted_ca_file=self.ca, enable_telemetry=False, **options)
        self.addCleanup(connection.close)
        return connection

    def rows(self, text, parameters=None):
        with self.connect().cursor() as cursor:
            cursor.execute(text, parameters)
            return [tuple(row) for row in cursor.fetchall()]

    def test_select_one(self):
        self.assertEqual(self.rows("SELECT 1"), [(1,)])
        self.assertEqual(self.rows("SELECT current_user()"), [("user@example.com",)])

    def test_typed_columns(self):
        (row,) = self.rows(TYPED)
        self.assertEqual(row[:-1], VALUES)
        self.assertEqual(row[-1].replace(tzinfo=None), TIME)

    def test_parameters(self):
        self.assertEqual(self.rows("SELECT :a, :b", {"a": 5, "b": "it's"}), [(5, "it's")])

    def test_many_rows(self):
        with self.connect().cursor() as cursor:
            cursor.execute(f"SELECT id, CAST(id AS STRING) s FROM range({self.many})")
            count, total = 0, 0
            while rows := cursor.fetchmany(100000):
                count += len(rows)
                total += sum(row[0] for row in rows)
            self.assertEqual((count, total), (self.many, self.many * (self.many - 1) // 2))
        files = [r for r in self.mock.journal() if r["route"] == "storage.result"]
        self.assertEqual(bool(files), self.links)
        self.assertEqual({(r["credential"]["state"], r["response"]["status"]) for r in files},
                         {("absent", 200)} if self.links else set())

    def test_waiting_and_failing(self):
        self.assertEqual(self.rows("SELECT 'slow'"), [("slow",)])
        polls = [r for r in self.mock.journal() if r["route"] == "sql.thrift.GetOperationStatus"]
        self.assertGreaterEqual(len(polls), 3)
        with self.assertRaises(exc.ServerOperationError) as failed:
            self.rows("SELEC 1")
        self.assertIn("[PARSE_SYNTAX_ERROR]", str(failed.exception))

    def test_metadata(self):
        with self.connect().cursor() as cursor:
            cursor.catalogs()
            self.assertEqual([tuple(r) for r in cursor.fetchall()], [("main",)])
            cursor.tables(table_name="tr%")
            self.assertEqual([r.TABLE_NAME for r in cursor.fetchall()], ["trips"])
            cursor.columns(table_name="trips")
            self.assertEqual([r.COLUMN_NAME for r in cursor.fetchall()], ["id", "name"])

    def test_a_wrong_token_is_told_by_the_text_in_the_header(self):
        with self.assertRaises(exc.RequestError) as refused:
            self.connect(access_token="dapi0123456789")
        self.assertIn("Invalid access token.", str(refused.exception))

    def test_clusters_have_a_path_of_their_own(self):
        path = "/sql/protocolv1/o/900800700600/0123-456789-abcd"
        with self.connect(http_path=path).cursor() as cursor:
            cursor.execute("SELECT 1")
            self.assertEqual(tuple(cursor.fetchone()), (1,))

    @classmethod
    def tearDownClass(cls):
        unknown = [r["request"]["target"] for r in cls.mock.journal() if r["route"] == ""]
        assert not unknown, unknown
        assert cls.mock.ok("GET", "/health")["failures"] == 0


class Complete(Driver, unittest.TestCase):
    many, links = 1000000, True


class Arrow(Driver, unittest.TestCase):
    thrift = "results: arrow"


class ColumnsWithoutDirectResults(Driver, unittest.TestCase):
    thrift = "direct_results: none, results: columns"


class StatusOnly(Driver, unittest.TestCase):
    thrift = "direct_results: status-only, protocol_version: 5"

    def test_parameters(self):
        """Named parameters came with version 8; the driver sends them all the same."""
        super().test_parameters()


if __name__ == "__main__":
    unittest.main()
