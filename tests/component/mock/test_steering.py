# SPDX-License-Identifier: Apache-2.0
"""Options of serve that steer and watch: control on a port, reloads, TLS with flaws, the page."""

import http.client
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import unittest
import urllib.parse
import warnings

from mock_server import DISCOVERY, ME, Mock, PROGRAM, RAW_DISCOVERY, read_answer


def ask(port, method, path, headers=None, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    answer.text = answer.read().decode()
    connection.close()
    return answer


class ControlPort(unittest.TestCase):
    def test_tokens_are_listed_with_their_ends(self):
        with Mock() as mock:
            name = mock.ok("GET", "/credentials")["principals"][0]["name"]
            for kind, lifetime in (("refresh-token", 5000), ("access-token", 0), ("refresh-token", 9000)):
                mock.ok("POST", "/mint", {"kind": kind, "principal": name, "lifetime_ms": lifetime})
            tokens = mock.ok("GET", "/tokens?kind=refresh-token")
            self.assertEqual([t["expires_ms"] - t["issued_ms"] for t in tokens], [5000, 9000])
            self.assertEqual({t["kind"] for t in tokens}, {"refresh-token"})
            self.assertGreaterEqual(len(mock.ok("GET", "/tokens")), 3)

    def test_the_secret_opens_it_and_nothing_else_does(self):
        with Mock("--control-port", "0") as mock:
            secret = re.search(r"Authorization: Bearer (\S+)", mock.output()).group(1)
            port = mock.ready["control_port"]
            right = {"Authorization": "Bearer " + secret}
            self.assertEqual(ask(port, "GET", "/health", right).status, 200)
            answer = ask(port, "GET", "/health")
            self.assertEqual((answer.status, answer.getheader("www-authenticate")), (401, "Bearer"))
            for wrong in ("Bearer " + secret[:-1], "Basic " + secret, "Bearer"):
                self.assertEqual(ask(port, "GET", "/health", {"Authorization": wrong}).status, 401)
            for method in ("GET", "OPTIONS"):
                answer = ask(port, method, "/health", {"Origin": "http://evil.example", **right})
                self.assertEqual(answer.status, 403)
                self.assertIsNone(answer.getheader("access-control-allow-origin"))
            self.assertEqual(ask(port, "GET", "/health",
                                 {"Host": "evil.example", **right}).status, 403)
            self.assertEqual(ask(mock.port, "GET", "/health", right).status, 404)

    def test_the_secret_can_come_from_a_file_and_is_not_told_then(self):
        with Mock() as outer:
            path = os.path.join(outer.dir, "secret")
            with open(path, "w", encoding="utf-8") as file:
                file.write("a-secret-of-mine\n")
            with Mock("--control-port", "0", "--control-secret-file", path) as mock:
                self.assertNotIn("a-secret-of-mine", mock.output())
                self.assertEqual(ask(mock.ready["control_port"], "GET", "/health",
                                     {"Authorization": "Bearer a-secret-of-mine"}).status, 200)


SCENARIO = """\
workspaces: [{host: "*"}]
principals: [{name: %s, pat: dapi%s}]
"""


class Reload(unittest.TestCase):
    def write(self, mock, text, by_rename=False):
        path = os.path.join(mock.dir, "scenario.yaml")
        target = path + ".new" if by_rename else path
        with open(target, "w", encoding="utf-8") as file:
            file.write(text)
        if by_rename:
            os.rename(target, path)

    def until(self, holds):
        deadline = time.monotonic() + 10
        while not holds():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)

    def status(self, mock, pat):
        return mock.get(ME, {"Authorization": "Bearer dapi" + pat * 32}).status

    def test_the_file_is_read_again_when_it_changes(self):
        with Mock(config=SCENARIO % ("a@example.com", "a" * 32)) as mock:
            self.assertEqual(self.status(mock, "a"), 200)
            self.write(mock, SCENARIO % ("b@example.com", "b" * 32))
            self.until(lambda: self.status(mock, "b") == 200)
            self.assertNotEqual(self.status(mock, "a"), 200)
            self.write(mock, SCENARIO % ("c@example.com", "c" * 32), by_rename=True)
            self.until(lambda: self.status(mock, "c") == 200)

    def test_a_bad_file_changes_nothing_and_is_told_once(self):
        with Mock(config=SCENARIO % ("a@example.com", "a" * 32)) as mock:
            self.write(mock, "principals: [{nmae: x}]\n")
            self.until(lambda: "nmae" in mock.output())
            self.assertEqual(self.status(mock, "a"), 200)
            self.assertEqual(mock.output().count("stays"), 1)
            self.assertRegex(mock.output(), r"scenario\.yaml:1:\d+")

    def test_sighup_reads_it_again(self):
        with Mock(config=SCENARIO % ("a@example.com", "a" * 32)) as mock:
            mock.ok("POST", "/faults", {"status": 503})
            self.assertEqual(self.status(mock, "a"), 503)
            mock.process.send_signal(signal.SIGHUP)
            self.until(lambda: self.status(mock, "a") == 200)

    def test_print_config_shows_defaults_and_masks_secrets(self):
        with Mock(config=SCENARIO % ("a@example.com", "a" * 32)) as mock:
            done = subprocess.run([PROGRAM, "serve", "--print-config", "-c",
                                   os.path.join(mock.dir, "scenario.yaml")],
                                  capture_output=True, text=True, timeout=20, check=True)
        shown = json.loads(done.stdout)
        self.assertEqual(shown["principals"][0]["access_token_lifetime"], "3600000ms")
        self.assertNotIn("dapi", done.stdout)

    def test_print_config_shows_no_secret_of_any_kind(self):
        with Mock(config=EVERY_SECRET) as mock:
            done = subprocess.run([PROGRAM, "serve", "--print-config", "-c",
                                   os.path.join(mock.dir, "scenario.yaml")],
                                  capture_output=True, text=True, timeout=20, check=True)
        self.assertEqual(done.stdout.count('"***"'), EVERY_SECRET.count("hidden-"))
        self.assertNotIn("hidden-", done.stdout)
        self.assertIn("access_token_1", done.stdout)  # a name, not a secret

    def test_what_cannot_be_served_is_not_printed(self):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write("workspaces: [{}]\nfaults: [{error: no-such-error}]\n")
            file.flush()
            done = subprocess.run([PROGRAM, "serve", "--print-config", "-c", file.name],
                                  capture_output=True, text=True, timeout=20, check=False)
        self.assertEqual((done.returncode, done.stdout), (65, ""))
        self.assertIn("no-such-error", done.stderr)


EVERY_SECRET = """
workspaces:
  - secrets: [{scope: s, key: k, value: hidden-1-value}]
principals:
  - {name: a@example.com, pat: hidden-2-value, password: hidden-3-value}
  - {name: r, kind: service-principal, client_secret: hidden-4-value}
faults: [{token: access_token_1, status: 500}]
oauth_apps: [{name: o, confidential: true, client_secret: hidden-5-value}]
services:
  tenants: [{tenant_id: 11111111-2222-4333-8444-555555555556}]
  entra_apps: [{name: e, client_secret: hidden-6-value}]
  kbase_users: [{user: u, token: hidden-7-value}]
  apps: [{name: app, api_key: hidden-8-value}]
  issuers: [{name: i, request_token: hidden-9-value}]
"""


class TlsFaults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        flaws = ("expired", "not-yet-valid", "wrong-host", "unknown-ca", "self-signed",
                 "old-protocol")
        arguments = [a for flaw in flaws for a in ("--tls-fault", flaw)]
        cls.ca = os.path.join(os.environ.get("TMPDIR", "/tmp"), "assay-ca-%d.pem" % os.getpid())
        cls.mock = Mock("--https", "--ca-out", cls.ca, *arguments,
                        config="workspaces: [{host: '*'}]\ntls_faults: [{fault: expired}]\n"
                        ).__enter__()
        cls.addClassCleanup(os.unlink, cls.ca)
        cls.addClassCleanup(cls.mock.__exit__)

    def connect(self, port, verify=True, version=None):
        context = ssl.create_default_context(cafile=self.ca)
        if not verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if version is not None:
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                context.minimum_version = version
        raw = socket.create_connection(("127.0.0.1", port), timeout=20)
        with raw, context.wrap_socket(raw, server_hostname="localhost") as sock:
            sock.sendall(RAW_DISCOVERY)
            return read_answer(sock)[0], sock.version()

    def test_the_good_one_is_good(self):
        self.assertEqual(self.connect(self.mock.https_port)[0], 200)

    def test_each_flaw_is_refused_for_its_own_reason_and_works_without_a_check(self):
        for flaw, reason in (("expired", "certificate has expired"),
                             ("not-yet-valid", "not yet valid"),
                             ("wrong-host", "Hostname mismatch"),
                             ("unknown-ca", "in certificate chain"),
                             ("self-signed", r"self.signed certificate \(")):
            port = self.mock.ready["tls_faults"][flaw]
            with self.assertRaisesRegex(ssl.SSLCertVerificationError, reason):
                self.connect(port)
            self.assertEqual(self.connect(port, verify=False)[0], 200, flaw)

    def test_an_old_protocol_is_all_it_speaks(self):
        port = self.mock.ready["tls_faults"]["old-protocol"]
        with self.assertRaises(ssl.SSLError):
            self.connect(port)
        self.assertEqual(self.connect(port, version=ssl.TLSVersion.TLSv1_1), (200, "TLSv1.1"))

    def test_unknown_flaws_are_refused(self):
        done = subprocess.run([PROGRAM, "serve", "--port", "0", "--tls-fault", "expird"],
                              capture_output=True, text=True, timeout=20)
        self.assertEqual(done.returncode, 64)
        self.assertIn("expired", done.stderr)


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mock = Mock("--web", "0").__enter__()
        cls.addClassCleanup(cls.mock.__exit__)
        cls.port = cls.mock.ready["web_port"]

    def page(self, path="/"):
        answer = ask(self.port, "GET", path)
        self.assertEqual(answer.status, 200)
        return answer

    def do(self, token=None, **fields):
        token = token or re.search(r'name="form_token" value="([^"]+)"', self.page().text).group(1)
        body = urllib.parse.urlencode({"form_token": token, "space": "", **fields})
        return ask(self.port, "POST", "/do",
                   {"Content-Type": "application/x-www-form-urlencoded"}, body)

    def test_it_is_readable_without_script_and_shows_no_secret(self):
        token = self.mock.ok("POST", "/mint", {"kind": "access-token", "name": "shown_token",
                                               "principal": "service-principal"})["value"]
        self.mock.get(ME + "?x=<b>", {"Authorization": "Bearer " + token})
        text = self.page().text
        for part in ("shown_token", "<progress", ME + "?x=&lt;b&gt;", "service-principal", ">200<"):
            self.assertIn(part, text)
        for secret in self.mock.ok("GET", "/canaries"):
            self.assertNotIn(secret["value"], text)

    def test_its_policy_lets_nothing_in_from_elsewhere(self):
        answer = self.page()
        policy = answer.getheader("content-security-policy")
        self.assertIn("default-src 'none'", policy)
        nonce = re.search(r"script-src 'nonce-([^']+)'", policy).group(1)
        self.assertIn('<script nonce="%s">' % nonce, answer.text)
        self.assertNotEqual(nonce, re.search(r"script-src 'nonce-([^']+)'", self.page().getheader(
            "content-security-policy")).group(1))
        self.assertNotRegex(answer.text, r'(src|href)="(https?:)?//')
        self.assertIsNone(answer.getheader("access-control-allow-origin"))

    def test_other_hosts_and_foreign_forms_are_refused(self):
        self.assertEqual(ask(self.port, "GET", "/", {"Host": "evil.example"}).status, 403)
        before = self.mock.ok("GET", "/clock")["offset_ms"]
        self.assertEqual(self.do(token="wrong", what="advance", value="60").status, 403)
        self.assertEqual(self.mock.ok("GET", "/clock")["offset_ms"], before)
        self.assertEqual(ask(self.port, "GET", "/?space=none").status, 404)
        self.assertEqual(ask(self.port, "GET", "/health").status, 404)

    def test_its_forms_move_the_clock_and_faults(self):
        answer = self.do(what="fault", value="api-429")
        self.assertEqual((answer.status, answer.getheader("location")), (303, "/"))
        self.assertEqual(self.mock.get(ME).status, 429)
        fault = self.mock.ok("GET", "/faults")[0]["id"]
        self.assertIn(fault, self.page().text)
        self.do(what="remove", value=fault)
        self.assertEqual(self.mock.ok("GET", "/faults"), [])
        before = self.mock.ok("GET", "/clock")["offset_ms"]
        self.do(what="advance", value="30")
        self.assertEqual(self.mock.ok("GET", "/clock")["offset_ms"], before + 1800000)
        self.assertEqual(self.do(what="fault", value="none-such").status, 409)

    def test_every_fault_it_offers_can_be_added(self):
        for key in re.findall(r'<option value="([^"]+)"', self.page().text):
            self.assertEqual(self.do(what="fault", value=key).status, 303, key)
            self.do(what="remove", value=self.mock.ok("GET", "/faults")[0]["id"])

    def test_events_tell_what_is_new(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", "/events")
        answer = connection.getresponse()
        self.assertEqual(answer.getheader("content-type"), "text/event-stream")
        seq = self.mock.ok("GET", "/journal/count")["seq"] + 1
        self.mock.get(DISCOVERY)

        def next_event(name):
            while True:
                line = answer.readline().decode()
                if line == "event: %s\n" % name:
                    return json.loads(answer.readline().decode()[6:])
        record = next_event("exchange")
        while record["seq"] < seq:
            record = next_event("exchange")
        self.assertEqual(record["route"], "oidc.metadata")
        self.mock.ok("POST", "/clock", {"advance_ms": 1000})
        offset = self.mock.ok("GET", "/clock")["offset_ms"]
        while next_event("state")["offset_ms"] != offset:
            pass
        connection.close()

    def test_events_come_when_a_pool_serves(self):
        with Mock("--web", "0", "--threads", "2") as mock:
            connection = http.client.HTTPConnection("127.0.0.1", mock.ready["web_port"], timeout=20)
            connection.request("GET", "/events")
            answer = connection.getresponse()
            mock.get(DISCOVERY)
            while answer.readline() != b"event: exchange\n":
                pass
            connection.close()


if __name__ == "__main__":
    unittest.main()
