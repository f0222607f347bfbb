# SPDX-License-Identifier: Apache-2.0
"""Rounds of a client that is not asked for them: counted, and held where they end."""

import json
import socket
import threading
import time
import unittest

from mock_server import Mock

SQL = "/api/2.0/sql/statements"


class Rounds(unittest.TestCase):
    def setUp(self):
        self.mock = Mock().__enter__()
        self.addCleanup(self.mock.__exit__)
        given = self.mock.ok("GET", "/credentials")
        self.table = given["workspaces"][0]["tables"][0]["full_name"]
        self.warehouse = given["workspaces"][0]["warehouse_id"]
        minted = self.mock.ok("POST", "/mint", {"kind": "access-token",
                                                "principal": "service-principal"})
        self.bearer = {"Authorization": "Bearer " + minted["value"]}

    def get_table(self):
        return self.mock.get("/api/2.1/unity-catalog/tables/" + self.table, self.bearer)

    def run_statement(self, text="SELECT 1"):
        body = json.dumps({"statement": text, "warehouse_id": self.warehouse})
        return self.mock.get(SQL, {**self.bearer, "Content-Type": "application/json"}, "POST", body)

    def watch(self, *hold_after, **parts):
        parts = parts or {"table": self.table, "statement": "SELECT 1"}
        return self.mock.ok("PUT", "/rounds", {**parts, "hold_after": list(hold_after)})

    def held(self):
        for _ in range(500):
            now = self.mock.ok("GET", "/rounds")
            if now["held"] > 0:
                return now
            time.sleep(0.01)
        return now

    def test_a_round_is_a_table_and_a_statement(self):
        self.assertEqual(self.watch(), {"ended": 0, "held": 0})
        self.get_table()
        self.assertEqual(self.mock.ok("GET", "/rounds")["ended"], 0)
        self.run_statement("SELECT 2")
        self.assertEqual(self.mock.ok("GET", "/rounds")["ended"], 0)
        self.run_statement()
        self.assertEqual(self.mock.ok("GET", "/rounds")["ended"], 1)
        self.run_statement()
        self.assertEqual(self.mock.ok("GET", "/rounds")["ended"], 1)
        self.get_table()
        self.assertEqual(self.mock.ok("GET", "/rounds")["ended"], 2)

    def test_what_is_refused_ends_no_round(self):
        self.watch(table=self.table)
        self.bearer = {"Authorization": "Bearer none"}
        self.get_table()
        self.assertEqual(self.mock.ok("GET", "/rounds")["ended"], 0)

    def test_the_answer_is_held_while_the_clock_moves(self):
        self.watch(1)
        self.get_table()
        got = []
        client = threading.Thread(target=lambda: got.append(self.run_statement().status))
        client.start()
        self.assertEqual(self.held(), {"ended": 1, "held": 1})
        self.assertEqual(got, [])
        self.mock.ok("POST", "/clock", {"advance_ms": 600000})
        self.assertEqual(self.mock.ok("POST", "/release", {}), {"released": 0})
        self.assertEqual(self.mock.ok("POST", "/rounds/release"), {"released": 1})
        client.join()
        self.assertEqual(got, [200])
        self.assertEqual(self.mock.ok("GET", "/rounds"), {"ended": 1, "held": 0})
        record = self.mock.last()
        self.assertEqual((record["response"]["end"], record["moved_ms"]), ("sent", 600000))
        self.assertEqual(self.run_statement().status, 200)
        self.assertNotIn("moved_ms", self.mock.last())

    def test_a_client_that_goes_away_is_held_no_more(self):
        self.watch(1, statement="SELECT 1")

        client = self.mock.connect()
        client.request("POST", SQL, json.dumps({"statement": "SELECT 1",
                                                "warehouse_id": self.warehouse}),
                       {**self.bearer, "Content-Type": "application/json"})
        self.assertEqual(self.held()["held"], 1)
        client.sock.shutdown(socket.SHUT_RDWR)
        client.close()
        self.mock.ok("POST", "/rounds/release")
        self.assertEqual(self.mock.settled_journal()[-1]["response"]["end"], "aborted")
        self.assertEqual(self.mock.ok("GET", "/rounds")["held"], 0)
        self.assertEqual(self.run_statement().status, 200)

    def test_bad_requests_are_refused(self):
        for body in ({}, {"hold_after": [1]}, {"table": "a.b.c", "hold_after": [2, 1]},
                     {"table": "a.b.c", "hold_after": [0]}, {"table": "a.b.c", "hold_after": 1}):
            self.assertEqual(self.mock.control("PUT", "/rounds", body)[0], 400, body)


if __name__ == "__main__":
    unittest.main()
