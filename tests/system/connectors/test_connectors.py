# SPDX-License-Identifier: Apache-2.0
"""What the bundled connectors do where no case looks (yet): odd answers, retries, refused settings."""

import json
import unittest

from connector_world import CURL_SCRIPT, REFERENCE, World

TABLE, RUN, POLL, TOKEN = "uc.table.get", "sql.statement.execute", "sql.statement.get", "oidc.token"
BOTH = {"reference": REFERENCE, "curl-script": CURL_SCRIPT}


class Connectors(unittest.TestCase):
    def each(self, test):
        for name, command in BOTH.items():
            with self.subTest(name), World() as world:
                test(world, command)

    def refused(self, ended, text):
        self.assertEqual(ended.returncode, 1, ended.stdout)
        self.assertIn(text, ended.stderr)

    def test_waits_as_long_as_retry_after_says(self):
        def test(world, command):
            world.fault(routes=[TABLE], error="rate-limited", times=1)
            self.assertEqual(world.once(command).returncode, 0)
            first, second = world.seen(TABLE)
            self.assertEqual(first["response"]["status"], 429)
            self.assertGreaterEqual(second["real_ms"] - first["real_ms"], 1000)
        self.each(test)

    def test_gives_up_after_three_tries(self):
        def test(world, command):
            world.fault(routes=[TABLE], error="unavailable")
            self.refused(world.once(command), "HTTP 503")
            self.assertEqual(len(world.seen(TABLE)), 3)
        self.each(test)

    def test_token_request_is_repeated_after_503(self):
        def test(world, command):
            world.fault(routes=[TOKEN], error="temporarily_unavailable", times=1)
            self.assertEqual(world.once(command, "m2m").returncode, 0)
            self.assertEqual(len(world.seen(TOKEN)), 2)
        self.each(test)

    def test_statement_without_an_answer_is_not_sent_again(self):
        def test(world, command):
            world.fault(routes=[RUN], end="close", after_handler=True)
            self.assertEqual(world.once(command).returncode, 1)
            self.assertEqual(len(world.seen(RUN)), 1)
        self.each(test)

    def test_login_page_is_no_success(self):
        def test(world, command):
            world.fault(routes=[TABLE], error="html-login")
            self.refused(world.once(command), "get table: HTTP 200")
        self.each(test)

    def test_login_page_is_no_token(self):
        def test(world, command):
            world.fault(routes=[TOKEN], error="html-login")
            self.refused(world.once(command, "m2m"), "no token was granted")
            self.assertEqual(world.seen(TABLE), [])
        self.each(test)

    def test_redirect_is_not_followed(self):
        def test(world, command):
            location = f"http://127.0.0.1:{world.mock.port}/elsewhere"
            world.fault(routes=[TABLE], status=302, headers={"Location": location}, body="{}")
            self.refused(world.once(command), "HTTP 302")
            self.assertEqual(world.seen(""), [])
        self.each(test)

    def test_pending_statement_is_polled_to_its_end(self):
        def test(world, command):
            scenario = {"statements": [{"state": "SUCCEEDED", "pending_polls": 3}]}
            world.mock.ok("PUT", "/scenario", scenario | PEOPLE)
            self.assertEqual(world.once(command).returncode, 0)
            self.assertGreaterEqual(len(world.seen(POLL)), 3)
        self.each(test)

    def test_canceled_statement_is_a_failure(self):
        def test(world, command):
            world.mock.ok("PUT", "/scenario", {"statements": [{"state": "CANCELED"}]} | PEOPLE)
            self.refused(world.once(command), "state CANCELED")
        self.each(test)

    def test_closed_statement_is_a_success(self):
        def test(world, command):
            world.mock.ok("PUT", "/scenario", {"statements": [{"state": "CLOSED"}]} | PEOPLE)
            self.assertEqual(world.once(command).returncode, 0)
        self.each(test)

    def test_server_that_quotes_the_token_does_not_bring_it_into_the_error(self):
        def test(world, command):
            token = world.mock.principal("user")["pat"]
            body = json.dumps({"error_code": "BAD_REQUEST", "message": f"bad token {token}!"})
            world.fault(routes=[TABLE], status=400, body=body)
            ended = world.once(command)
            self.refused(ended, "bad token ***!")
            self.assertNotIn(token, ended.stdout + ended.stderr)
        self.each(test)

    def test_settings_that_are_refused_before_any_request(self):
        rows = [("pat", {"CONNECTOR_TOKEN": None}, "needs"),
                ("pat", {"CONNECTOR_TOKEN": ""}, "needs"),
                ("m2m", {"CONNECTOR_CLIENT_SECRET": None}, "needs"),
                ("m2m", {"CONNECTOR_TOKEN": "dapi0"}, "two kinds"),
                ("pat", {"CONNECTOR_TOKEN": "dapi0\r\nX-Evil: 1"}, "control character"),
                ("pat", {"CONNECTOR_HOST": "http://workspace.example.com"}, "https://"),
                ("pat", {"CONNECTOR_HOST": "https://me@workspace.example.com"}, "workspace URL"),
                ("pat", {"CONNECTOR_TABLE": "orders"}, "catalog.schema.table"),
                ("pat", {"CONNECTOR_STATEMENT": None}, "CONNECTOR_STATEMENT"),
                ("nobody", {}, "unknown authentication type")]

        def test(world, command):
            for auth, env, text in rows:
                with self.subTest(text, env=env):
                    self.refused(world.once(command, auth, **env), text)
            self.assertEqual(world.mock.journal(), [])
        self.each(test)

    def test_host_as_pasted_from_a_browser_is_understood(self):
        def test(world, command):
            host = f"http://127.0.0.1:{world.mock.port}/?o=1234567890#setting"
            self.assertEqual(world.once(command, CONNECTOR_HOST=host).returncode, 0)
        self.each(test)

    def test_proxies_and_netrc_are_not_used(self):
        def test(world, command):
            with open(world.home.name + "/.netrc", "w", encoding="utf-8") as file:
                file.write("machine 127.0.0.1 login nobody password nothing\n")
            with open(world.home.name + "/.curlrc", "w", encoding="utf-8") as file:
                file.write('netrc\nuser-agent = "other/1"\n')
            self.assertEqual(world.once(command, http_proxy="http://127.0.0.1:1").returncode, 0)
            self.assertEqual({r["credential"]["scheme"] for r in world.mock.journal()}, {"Bearer"})
        self.each(test)

    def test_nothing_that_answers_is_told_within_the_limit(self):
        def test(world, command):
            self.refused(world.once(command, CONNECTOR_HOST="http://127.0.0.1:1"), "onnect")
        self.each(test)


class Reference(unittest.TestCase):
    """What only a process that lives on can show."""

    def tokens_for(self, expires_in):
        """How many tokens three validations take when the token's life is told like that."""
        with World() as world:
            token = world.mock.ok("POST", "/mint", {"kind": "access-token", "principal": "robot",
                                                    "lifetime_ms": 3600000})["value"]
            body = {"access_token": token, "token_type": "bearer", "error_id": "unknown member"}
            if expires_in is not None:
                body["expires_in"] = expires_in
            world.fault(routes=[TOKEN], status=200, body=json.dumps(body))
            answers = world.ask("validate", "validate", "validate", auth="m2m")
            self.assertTrue(all(a["ok"] for a in answers), answers)
            return len(world.seen(TOKEN))

    def test_life_of_a_token(self):
        for expires_in, tokens in [(3600, 1), ("3600", 1), (None, 1), (1e99, 1), (90, 1), (0, 6),
                                   (-5, 6), ("soon", 6)]:
            with self.subTest(expires_in=expires_in):
                self.assertEqual(self.tokens_for(expires_in), tokens)

    def test_token_that_is_refused_is_replaced_once(self):
        with World() as world:
            world.fault(routes=[TABLE], error="token-expired", times=1)
            self.assertEqual([a["ok"] for a in world.ask("validate", auth="m2m")], [True])
            self.assertEqual((len(world.seen(TOKEN)), len(world.seen(TABLE))), (2, 2))

    def test_missing_scope_does_not_cost_a_token(self):
        for error in ["scope-missing", "permission-denied", "wrong-org", "ip-acl"]:
            with self.subTest(error), World() as world:
                world.fault(routes=[TABLE], error=error)
                self.assertFalse(world.ask("validate", auth="m2m")[0]["ok"])
                self.assertEqual((len(world.seen(TOKEN)), len(world.seen(TABLE))), (1, 1))

    def test_hanging_server_is_left_in_time(self):
        with World() as world:
            world.fault(routes=[TABLE], end="hang")
            ended = world.run(REFERENCE, arguments=["--drive", "exec", "--limit", "1"])
            self.assertEqual(ended.returncode, 1)
            self.assertIn("imeout", ended.stderr)
            self.assertEqual(len(world.seen(TABLE)), 1)

    def test_statement_that_does_not_end_is_canceled(self):
        with World() as world:
            statements = {"statements": [{"state": "SUCCEEDED", "pending_polls": 1000}]}
            world.mock.ok("PUT", "/scenario", statements | PEOPLE)
            ended = world.run(REFERENCE, arguments=["--drive", "exec", "--limit", "1"])
            self.assertIn("it had not ended in time", ended.stderr)
            self.assertEqual(len(world.seen("sql.statement.cancel")), 1)

    def test_one_connection_serves_all_calls(self):
        with World() as world:
            world.ask("validate", "validate")
            self.assertEqual(len({r["connection"] for r in world.mock.journal()}), 1)

    def test_lines_that_are_not_understood_are_answered(self):
        with World() as world:
            ended = world.run(REFERENCE, text='{"seq":7,"do":"reticulate"}\nnonsense\n\n[]\n')
            self.assertEqual([json.loads(line) for line in ended.stdout.splitlines()],
                             [{"seq": 7, "unsupported": True}]
                             + 3 * [{"seq": None, "unsupported": True}])

    def test_usage_errors(self):
        with World() as world:
            for arguments in [["--drive", "parcel"], ["--drive", "count"], ["--operations", "2"],
                              ["--drive", "count", "--operations", "0"], ["--limit", "x"],
                              ["--nonsense"], ["more"]]:
                with self.subTest(arguments):
                    self.assertEqual(world.run(REFERENCE, arguments=arguments).returncode, 64)
            self.assertEqual(world.run(REFERENCE, CONNECTOR_DEFECT="no-such").returncode, 64)


PEOPLE = {"workspaces": [{"host": "*", "workspace_id": "1234567890",
                          "warehouse_id": "abcdef0123456789", "tables": ["main.sales.orders"]}],
          "principals": [{"name": "robot", "kind": "service-principal"},
                         {"name": "mia@example.com", "kind": "user", "has_pat": True}]}

if __name__ == "__main__":
    unittest.main()
