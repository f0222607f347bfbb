# SPDX-License-Identifier: Apache-2.0
"""Others are answered while a large SQL result is written."""

import http.client
import json
import statistics
import threading
import time
import unittest

from mock_server import DISCOVERY, Mock

PAT = "dapi00112233445566778899aabbccddeeff"
CONFIG = f"""
workspaces: [{{host: '*', warehouse_id: abc123, sql: {{chunk_rows: 1000000}}}}]
principals: [{{name: user@example.com, pat: {PAT}}}]
"""
STATEMENT = "SELECT id, CAST(id AS STRING), CAST(id AS STRING) FROM range(500000)"


def ask(port, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


class LargeResults(unittest.TestCase):
    def link(self, mock):
        body = {"warehouse_id": "abc123", "statement": STATEMENT, "disposition": "EXTERNAL_LINKS", "format": "CSV"}
        status, answer = ask(mock.port, "POST", "/api/2.0/sql/statements/", json.dumps(body),
                             {"Authorization": "Bearer " + PAT})
        self.assertEqual(status, 200, answer)
        link = json.loads(answer)["result"]["external_links"][0]["external_link"]
        return "/" + link.split("/", 3)[3]

    def test_small_answers_do_not_wait_for_large_ones(self):
        """Two clients fetch a large file again and again; what a third asks takes no part of that time."""
        with Mock("--threads", "4", config=CONFIG) as mock:
            path, small, large, done = self.link(mock), [], [], threading.Event()

            def timed(times, target):
                begun = time.monotonic()
                self.assertEqual(ask(mock.port, "GET", target)[0], 200)
                times.append(time.monotonic() - begun)

            def fetch():
                while not done.is_set():
                    timed(large, path)

            clients = [threading.Thread(target=fetch) for _ in range(2)]
            for client in clients:
                client.start()
            for _ in range(60):
                timed(small, DISCOVERY)
                time.sleep(0.01)
            done.set()
            for client in clients:
                client.join()
            self.assertLess(statistics.median(small) * 8, statistics.median(large))
            self.assertEqual(mock.ok("GET", "/health")["failures"], 0)

    def test_a_statement_that_is_closed_while_it_is_written_is_written_whole(self):
        with Mock("--threads", "4", config=CONFIG) as mock:
            path = self.link(mock)
            statement, seen = path.split("/")[3], []
            _, whole = ask(mock.port, "GET", path)
            fetches = [threading.Thread(target=lambda: seen.append(ask(mock.port, "GET", path))) for _ in range(3)]
            for fetch in fetches:
                fetch.start()
            time.sleep(0.05)
            self.assertEqual(ask(mock.port, "DELETE", "/api/2.0/sql/statements/" + statement, None,
                                 {"Authorization": "Bearer " + PAT})[0], 200)
            for fetch in fetches:
                fetch.join()
            for status, body in seen:
                self.assertIn(status, (200, 404))
                self.assertTrue(status == 404 or body == whole)
            self.assertEqual(len(seen), 3)
            self.assertEqual(mock.ok("GET", "/health")["failures"], 0)


if __name__ == "__main__":
    unittest.main()
