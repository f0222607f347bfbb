# SPDX-License-Identifier: Apache-2.0
"""assay-mock as a program: options, messages, exit codes, life."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.request

from mock_server import DISCOVERY, ME, Mock, PROGRAM


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=30)


class Program(unittest.TestCase):
    def test_the_start_text_has_credentials_that_work(self):
        process = subprocess.Popen([PROGRAM, "serve", "--port", "0"], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        text = ""
        while "End with Ctrl-C" not in text:
            text += process.stdout.readline()
        exports = dict(re.findall(r"export (\w+)=(\S+)", text))
        connection = http.client.HTTPConnection(exports["DATABRICKS_HOST"].split("//")[1])
        connection.request("GET", ME, headers={
            "Authorization": "Bearer " + exports["DATABRICKS_TOKEN"]})
        self.assertEqual(connection.getresponse().status, 200)
        connection.close()
        self.assertIn("dose", exports["DATABRICKS_CLIENT_SECRET"])
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
        self.assertEqual((process.returncode, errors), (0, ""))

    def test_the_start_text_has_no_exports_of_who_is_not_there(self):
        for people, present, absent in (
                ("[]", "Nobody may come in", "export"),
                ("[{name: a@example.com, has_pat: true}]", "DATABRICKS_TOKEN", "Machine")):
            with Mock(config="workspaces: [{host: '*'}]\nprincipals: %s\n" % people) as mock:
                text = mock.output()
                while "End with Ctrl-C" not in text:
                    text = mock.output()
                self.assertIn(present, text)
                self.assertNotIn(absent, text)

    def test_a_file_without_certificate_and_key_is_named(self):
        result = run("serve", "--port", "0", "--https", "--https-port", "0", "--tls-from",
                     os.devnull)
        self.assertEqual(result.returncode, 64)
        self.assertIn(os.devnull, result.stderr)
        self.assertIn("certificate and key in PEM", result.stderr)

    def test_what_is_told_to_be_pasted_survives_a_shell(self):
        secret = "dose+/=%&: 'x' $(id) `id` \\ \""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "s.yaml")
            with open(path, "w", encoding="utf-8") as file:
                json.dump({"workspaces": [{}], "principals": [
                    {"name": "r", "kind": "service-principal", "client_secret": secret}]}, file)
            process = subprocess.Popen([PROGRAM, "serve", "--port", "0", "-c", path, "--control",
                                        os.path.join(folder, "a b.sock")],
                                       stdout=subprocess.PIPE, text=True)
            lines = []
            while not lines or "End with Ctrl-C" not in lines[-1]:
                lines.append(process.stdout.readline())
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=20)
        exports = "".join(line for line in lines if line.lstrip().startswith("export "))
        shell = subprocess.run(["sh", "-c", exports + 'printf %s "$DATABRICKS_CLIENT_SECRET"'],
                               capture_output=True, text=True, timeout=20, check=True)
        self.assertEqual((shell.stdout, shell.stderr), (secret, ""))
        self.assertIn(f"--unix-socket '{folder}/a b.sock' ", "".join(lines))

    def test_bad_options_are_one_clear_message(self):
        for code, words, arguments in (
                (64, "add --https", ["--ca-out", "/tmp/never.pem"]),
                (64, "add --https", ["--tls-from", "/tmp/never.pem"]),
                (64, "add --https", ["--tls-name", "a.example"]),
                (64, "add --control-port", ["--control-secret-file", "/tmp/never"]),
                (64, "--watch-fd 77", ["--watch-fd", "77"]),
                (64, "--ready-fd 77", ["--ready-fd", "77"]),
                (64, "--listen-fd 0", ["--listen-fd", "0"]),
                (64, "--https-listen-fd 77", ["--https-listen-fd", "77"]),
                (65, "Is a directory", ["--config", "/tmp"]),
                (65, "No such file", ["--config", "/tmp/never/never"]),
                (64, "did you mean `--port'", ["--prot", "1"]),
                (64, "70000", ["--port", "70000"]),
                (64, "999.1.1.1", ["--address", "999.1.1.1"]),
                (64, "--threads x", ["--threads", "x"]),
                (64, "--tls-fault bogus", ["--tls-fault", "bogus"]),
                (69, "cannot listen", ["--control", "/tmp/never/never"])):
            with self.subTest(arguments=arguments):
                port = [] if "--port" in arguments else ["--port", "0"]
                result = run("serve", *port, *arguments)
                self.assertEqual((result.returncode, result.stdout), (code, ""))
                self.assertIn(words, result.stderr)
                self.assertEqual(len(result.stderr.strip().splitlines()), 1)

    def test_sigterm_ends_it_with_0_and_removes_the_socket(self):
        with Mock() as mock:
            path = mock.socket_path
            idle = socket.create_connection(("127.0.0.1", mock.port))
            mock.process.send_signal(signal.SIGTERM)
            self.assertEqual(mock.process.wait(10), 0)
            self.assertFalse(os.path.exists(path))
            idle.close()

    def test_a_taken_port_is_one_clear_message(self):
        with Mock() as mock:
            result = run("serve", "--port", str(mock.port))
            self.assertEqual(result.returncode, 69)
            self.assertIn(str(mock.port), result.stderr)
            self.assertEqual(len(result.stderr.strip().splitlines()), 1)
            self.assertEqual(result.stdout, "")

    def test_a_control_path_in_use_is_refused_but_a_stale_one_is_taken(self):
        with Mock() as mock:
            self.assertEqual(run("serve", "--port", "0", "--control",
                                 mock.socket_path).returncode, 69)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "s")
            stale = socket.socket(socket.AF_UNIX)
            stale.bind(path)
            stale.close()
            read_fd, write_fd = os.pipe()
            process = subprocess.Popen([PROGRAM, "serve", "-q", "--port", "0", "--control", path,
                                        "--ready-fd", str(write_fd)], pass_fds=[write_fd])
            os.close(write_fd)
            self.assertEqual(json.loads(os.read(read_fd, 4096))["control"], path)
            os.close(read_fd)
            process.terminate()
            self.assertEqual(process.wait(10), 0)
            with open(path, "w", encoding="utf-8"):
                pass
            self.assertEqual(run("serve", "--port", "0", "--control", path).returncode, 69)

    def test_a_bad_scenario_file_is_reported_with_its_place(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "s.yaml")
            with open(path, "w", encoding="utf-8") as file:
                file.write("workspaces:\n  - hots: a\n")
            result = run("serve", "--port", "0", "--config", path)
            self.assertEqual(result.returncode, 65)
            self.assertIn("s.yaml:2:5:", result.stderr)
            self.assertIn("host", result.stderr)
            for rule, place in (("error: rate-limted", "4:12"), ("routes: [oidc.tokn]", "4:14")):
                with open(path, "w", encoding="utf-8") as file:
                    file.write("workspaces:\n  - {}\nfaults:\n  - %s\n    delay: 1s\n" % rule)
                result = run("serve", "--port", "0", "--config", path)
                self.assertEqual(result.returncode, 65)
                self.assertIn("s.yaml:%s: error:" % place, result.stderr)
                self.assertIn("did you mean", result.stderr)

    def test_listening_for_others_is_warned_about(self):
        process = subprocess.Popen([PROGRAM, "serve", "--port", "0", "--address", "0.0.0.0"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertIn("warning", process.stderr.readline())
        process.terminate()
        process.communicate(timeout=20)
        self.assertEqual(process.returncode, 0)

    def test_an_unknown_route_is_told_without_its_target(self):
        with Mock() as mock:
            mock.get("/api/2.0/preview/scim/v2/Mee?token=very-secret")
            self.assertIn("GET " + ME, mock.output())
            self.assertNotIn("very-secret", mock.output())

    def test_the_journal_can_be_kept_small(self):
        with Mock("--journal-mib", "1") as mock:
            body = b"x" * 20000
            for _ in range(80):
                mock.get("/api/2.0/none", method="POST", body=body)
            records = mock.journal()
            self.assertGreater(records[0]["dropped"], 0)
            self.assertEqual(records[0]["dropped"] + len(records) - 1, 80)
            self.assertEqual(mock.ok("GET", "/journal/count")["dropped"], records[0]["dropped"])

    def test_a_bad_address_is_refused(self):
        self.assertEqual(run("serve", "--port", "0", "--address", "nowhere").returncode, 64)

    def test_a_listening_descriptor_can_be_handed_over(self):
        listener = socket.create_server(("127.0.0.1", 0))
        with Mock("--listen-fd", str(listener.fileno()), pass_fds=[listener.fileno()]) as mock:
            port = listener.getsockname()[1]
            listener.close()
            self.assertEqual(mock.port, port)
            self.assertEqual(mock.get(DISCOVERY).status, 200)

    def test_several_descriptors_are_served_alike(self):
        listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
        fds = [listener.fileno() for listener in listeners]
        options = [word for fd in fds for word in ("--listen-fd", str(fd))]
        with Mock(*options, pass_fds=fds) as mock:
            for listener in listeners:
                port = listener.getsockname()[1]
                listener.close()
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{DISCOVERY}") as answer:
                    self.assertEqual(answer.status, 200)
            self.assertEqual([r["request"]["path"] for r in mock.journal()], [DISCOVERY] * 3)
        for wrong in ("-1", "x"):
            self.assertEqual(run("serve", "--listen-fd", wrong).returncode, 64)

    def test_the_same_seed_makes_the_same_credentials(self):
        texts = []
        for seed in ("7", "7", "8"):
            with Mock("--seed", seed) as mock:
                texts.append(mock.ok("GET", "/credentials"))
        self.assertEqual(texts[0], texts[1])
        self.assertNotEqual(texts[0], texts[2])

    def test_it_ends_with_its_parent(self):
        with tempfile.TemporaryDirectory() as folder:
            out = os.path.join(folder, "pid")
            script = ("import subprocess, sys, os\n"
                      "r, w = os.pipe()\n"
                      f"p = subprocess.Popen([{PROGRAM!r}, 'serve', '-q', '--port', '0',"
                      " '--watch-parent', '--ready-fd', str(w)], pass_fds=[w])\n"
                      "os.close(w); os.read(r, 4096)\n"
                      f"open({out!r}, 'w').write(str(p.pid)); os._exit(0)\n")
            subprocess.run([sys.executable, "-c", script], timeout=30, check=True)
            with open(out, encoding="utf-8") as file:
                pid = int(file.read())
            deadline = time.monotonic() + 10
            while is_running(pid):
                self.assertLess(time.monotonic(), deadline)

    def test_routes_are_listed_in_three_forms(self):
        table = run("routes").stdout
        self.assertIn("/oidc/v1/token", table)
        routes = json.loads(run("routes", "--json").stdout)
        self.assertEqual(len(routes), len(table.splitlines()))
        for route in routes:
            self.assertTrue(route["doc"] and route["source"], route["name"])
        # Other services may have the same path at hosts of their own.
        self.assertEqual(len({(r["family"], r["method"], r["path"]) for r in routes}), len(routes))
        self.assertIn("| `oidc.token` |", run("routes", "--markdown").stdout)

    def test_the_schema_describes_scenarios(self):
        schema = json.loads(run("scenario-schema").stdout)
        self.assertIn("workspaces", schema["properties"])


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Threads(unittest.TestCase):
    def test_parallel_clients_are_served_and_recorded_without_loss(self):
        with Mock("--threads", "4") as mock:
            sp = mock.principal("service-principal")
            form = ("grant_type=client_credentials&client_id=" + sp["client_id"] +
                    "&client_secret=" + sp["client_secret"])
            failures = []

            def client():
                connection = mock.connect()
                for i in range(40):
                    if i % 4 == 0:
                        connection.request("POST", "/oidc/v1/token", form, {
                            "Content-Type": "application/x-www-form-urlencoded"})
                    else:
                        connection.request("GET", DISCOVERY)
                    answer = connection.getresponse()
                    answer.read()
                    if answer.status != 200:
                        failures.append(answer.status)
                connection.close()

            clients = [threading.Thread(target=client) for _ in range(16)]
            for thread in clients:
                thread.start()
            for thread in clients:
                thread.join()
            self.assertEqual(failures, [])
            while mock.ok("GET", "/journal/count")["open"] > 0:
                pass
            records = mock.journal()
            self.assertEqual([r["seq"] for r in records], list(range(1, 16 * 40 + 1)))
            self.assertEqual(len({n for r in records for n in r["response"]["issued"]}), 160)
            self.assertEqual(len({r["connection"] for r in records}), 16)
            for connection in {r["connection"] for r in records}:
                numbers = [r["connection_request"] for r in records
                           if r["connection"] == connection]
                self.assertEqual(numbers, list(range(1, 41)))


if __name__ == "__main__":
    unittest.main()
