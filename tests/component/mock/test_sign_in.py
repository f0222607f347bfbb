# SPDX-License-Identifier: Apache-2.0
"""A person signs in at the mock's pages in headless Chromium, without script: at the workspace, at the account
and by the address that Azure has. Exits with 77 without a browser."""

import base64
import contextlib
import hashlib
import http.server
import json
import os
import sys
import threading
import time
import unittest
import urllib.parse

from mock_server import ME, Mock
from test_page import BROWSER, CONTRAST, DRIVER, Browser

ACCOUNT = "11111111-2222-4333-8444-555555555555"
DOORS = {"workspace": ("/oidc/v1/authorize", "/oidc/v1/token", "/oidc"),
         "account": (f"/oidc/accounts/{ACCOUNT}/v1/authorize", f"/oidc/accounts/{ACCOUNT}/v1/token",
                     f"/oidc/accounts/{ACCOUNT}"),
         "redirector": ("/oidc/oauth2/v2.0/authorize", "/oidc/v1/token", "/oidc")}
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
SCENARIO = """
workspaces:
  - {host: "*", workspace_id: "111", account_id: %s}
principals:
  - {name: mia@example.com, password: correct horse}
oauth_apps:
  - {name: Acme Reports, client_id: acme, redirect_urls: ["http://localhost:%d/callback"]}
oidc: {sign_in: page}
"""


class Listener(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path.startswith("/callback"):
            self.server.seen.append(self.path)
        page = b"<!doctype html><title>Done</title><h1>Done</h1>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        with contextlib.suppress(BrokenPipeError):  # the browser was closed meanwhile
            self.wfile.write(page)

    def log_message(self, *_):
        pass


class SignIn(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
        cls.listener.seen = []
        cls.redirect = f"http://localhost:{cls.listener.server_port}/callback"
        threading.Thread(target=cls.listener.serve_forever, daemon=True).start()
        cls.addClassCleanup(cls.listener.shutdown)
        cls.mock = Mock(config=SCENARIO % (ACCOUNT, cls.listener.server_port)).__enter__()
        cls.addClassCleanup(cls.mock.__exit__)
        cls.origin = f"http://127.0.0.1:{cls.mock.port}"

    def begin(self, door, dark=False):
        """A browser that nobody has signed in with, at the door. Script is off for pages: WebDriver's own works."""
        browser = Browser(script=False, dark=dark)
        self.addCleanup(browser.close)
        self.listener.seen.clear()
        browser.go(self.origin + DOORS[door][0] + "?" + urllib.parse.urlencode({
            "response_type": "code", "client_id": "acme", "redirect_uri": self.redirect, "state": "st-" + door,
            "scope": "all-apis offline_access", "code_challenge": CHALLENGE, "code_challenge_method": "S256"}))
        return browser

    def type(self, browser, css, text):
        browser.call("POST", f"{browser.path}/element/{browser.find(css)}/value", {"text": text})

    def sign_in(self, browser, password="correct horse"):
        self.type(browser, "#username", "mia@example.com")
        self.type(browser, "#password", password)
        browser.click("#sign-in")

    def until(self, holds):
        """A click comes back before the next page is there."""
        deadline = time.monotonic() + 20
        while not holds():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)

    def comes_to(self, browser, title):
        self.until(lambda: browser.call("GET", browser.path + "/title") == title)

    def answer(self):
        self.assertEqual(len(self.listener.seen), 1, self.listener.seen)
        return {k: v[0] for k, v in urllib.parse.parse_qs(urllib.parse.urlsplit(self.listener.seen[0]).query).items()}

    def test_each_door_leads_to_a_token_of_its_own(self):
        for door, (_, token_path, issuer) in DOORS.items():
            with self.subTest(door):
                browser = self.begin(door)
                self.comes_to(browser, "Sign in")
                self.sign_in(browser)
                self.comes_to(browser, "Allow access?")
                where = "account" if door == "account" else "workspace"
                self.assertIn(f"in this {where}.", browser.text("main"))
                browser.click("#allow")
                self.comes_to(browser, "Done")
                answer = self.answer()
                self.assertEqual(answer["state"], "st-" + door)
                reply = self.mock.get(token_path, {"Content-Type": "application/x-www-form-urlencoded"}, "POST",
                                      urllib.parse.urlencode({
                                          "grant_type": "authorization_code", "client_id": "acme",
                                          "code": answer["code"], "redirect_uri": self.redirect,
                                          "code_verifier": VERIFIER}))
                self.assertEqual(reply.status, 200, reply.text)
                token = json.loads(reply.text)["access_token"]
                payload = token.split(".")[1]
                claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
                self.assertTrue(claims["iss"].endswith(issuer), claims["iss"])
                self.assertEqual(self.mock.get(ME, {"Authorization": "Bearer " + token}).status,
                                 403 if door == "account" else 200)

    def test_a_wrong_password_is_told_and_denial_goes_back_as_such(self):
        browser = self.begin("account")
        self.sign_in(browser, "battery staple")
        self.until(lambda: browser.run("return document.getElementById('complaint') !== null"))
        self.assertTrue(browser.text("#complaint[role=alert]"))
        described = browser.run("return document.activeElement.getAttribute('aria-describedby')")
        self.assertEqual(described, "complaint")
        browser.run("document.getElementById('username').value = ''")
        self.sign_in(browser)
        self.comes_to(browser, "Allow access?")
        browser.click("#deny")
        self.comes_to(browser, "Done")
        self.assertEqual(self.answer()["error"], "access_denied")

    def test_the_pages_can_be_walked_by_keyboard_and_read(self):
        for dark in (False, True):
            with self.subTest("dark" if dark else "light"):
                browser = self.begin("workspace", dark)
                self.check_page(browser, "sign-in-dark.png" if dark else "sign-in.png")
                self.assertEqual(browser.run("return document.activeElement.id"), "username")
                self.sign_in(browser)
                self.comes_to(browser, "Allow access?")
                self.check_page(browser, "consent-dark.png" if dark else "consent.png")
                seen = []
                for _ in range(3):
                    browser.press("\ue004")
                    seen.append(browser.run("return document.activeElement.id"))
                self.assertEqual(seen, ["allow", "deny", "sign-out"])

    def check_page(self, browser, picture):
        self.assertEqual(browser.run(CONTRAST), [])
        self.assertEqual(browser.run("return document.documentElement.lang"), "en")
        self.assertEqual(browser.run("return document.querySelectorAll('main h1').length"), 1)
        self.assertEqual(browser.run("return document.scripts.length"), 0)
        self.assertEqual(browser.run("return [...document.querySelectorAll('input:not([type=hidden]), button')]"
                                     ".filter(e => !e.labels.length && !e.textContent.trim()).length"), 0)
        self.assertLessEqual(browser.run("return document.documentElement.scrollWidth - innerWidth"), 0)
        self.assertEqual(browser.complaints(), [])
        folder = os.environ.get("ASSAY_PICTURES")
        if folder:
            browser.picture(os.path.join(folder, picture))


if __name__ == "__main__":
    if not DRIVER or not BROWSER:
        print("no chromedriver or no chromium: skipped")
        sys.exit(77)
    unittest.main()
