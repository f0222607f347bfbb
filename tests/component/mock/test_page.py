# SPDX-License-Identifier: Apache-2.0
"""The page of --web in headless Chromium, driven over WebDriver. Exits with 77 without a browser."""

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

from mock_server import DISCOVERY, ME, Mock

DRIVER = shutil.which("chromedriver")
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Browser:
    """One session of a WebDriver (https://www.w3.org/TR/webdriver2/)."""

    def __init__(self, script=True, dark=False):
        self.profile = tempfile.mkdtemp(prefix="assay-browser-")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.driver = subprocess.Popen([DRIVER, f"--port={port}"], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
        self.base = f"http://127.0.0.1:{port}"
        arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                     "--disable-background-networking", "--disable-component-update",
                     "--disable-sync", "--disable-dev-shm-usage", "--window-size=1280,900",
                     "--user-data-dir=" + self.profile]
        options = {"binary": BROWSER, "args": arguments + (["--force-dark-mode"] if dark else [])}
        if not script:
            options["prefs"] = {"profile.managed_default_content_settings.javascript": 2}
        self.wait_for_driver()
        session = self.call("POST", "/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL"}}}})
        self.path = "/session/" + session["sessionId"]

    def wait_for_driver(self):
        deadline = time.monotonic() + 30
        while True:
            try:
                return self.call("GET", "/status")
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, method=method,
                                         headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["value"]

    def go(self, url):
        self.call("POST", self.path + "/url", {"url": url})

    def run(self, script):
        return self.call("POST", self.path + "/execute/sync", {"script": script, "args": []})

    def find(self, css):
        return self.call("POST", self.path + "/element",
                         {"using": "css selector", "value": css})[ELEMENT]

    def of_element(self, method, css, what, body=None):
        """The page may replace an element between the two calls: then it is looked for again."""
        deadline = time.monotonic() + 10
        while True:
            try:
                return self.call(method, f"{self.path}/element/{self.find(css)}/{what}", body)
            except urllib.error.HTTPError as err:
                if err.code != 404 or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def click(self, css):
        self.of_element("POST", css, "click", {})

    def text(self, css):
        return self.of_element("GET", css, "text")

    def size(self, width, height):
        self.call("POST", self.path + "/window/rect", {"width": width, "height": height})

    def press(self, key):
        self.call("POST", self.path + "/actions", {"actions": [{"type": "key", "id": "k", "actions": [
            {"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]}]})

    def picture(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("GET", self.path + "/screenshot")))

    def complaints(self):
        return [e["message"] for e in self.call("POST", self.path + "/se/log", {"type": "browser"})
                if e["level"] in ("SEVERE", "WARNING") and "favicon" not in e["message"]]

    def close(self):
        try:
            self.call("DELETE", self.path)
        finally:
            self.driver.terminate()
            self.driver.wait(timeout=20)
            shutil.rmtree(self.profile, ignore_errors=True)


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mock = Mock("--web", "0").__enter__()
        cls.addClassCleanup(cls.mock.__exit__)
        cls.url = "http://127.0.0.1:%d/" % cls.mock.ready["web_port"]
        for minutes in (60, 7, 1):
            cls.token = cls.mock.ok("POST", "/mint", {
                "kind": "access-token", "principal": "service-principal",
                "lifetime_ms": minutes * 60000, "name": "token_%d_min" % minutes})["value"]
        cls.mock.get(DISCOVERY)
        cls.mock.get(ME, {"Authorization": "Bearer " + cls.token})
        cls.mock.get(ME)
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        self.mock.ok("DELETE", "/faults")
        self.browser.go(self.url)
        self.until(lambda: self.browser.text("#live").endswith("Live"))

    def until(self, holds):
        deadline = time.monotonic() + 20
        while not holds():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)

    def test_exchanges_appear_as_they_come(self):
        self.mock.get("/api/2.0/never-heard-of")
        self.until(lambda: "never-heard-of" in self.browser.text("#exchanges"))
        first = self.browser.text("#exchanges tr:first-child td")
        self.assertEqual(int(first), self.mock.ok("GET", "/journal/count")["seq"])

    def test_tokens_are_bars_that_run_out(self):
        values = "return [...document.querySelectorAll('#tokens progress')].map(p => p.value)"
        self.until(lambda: len(self.browser.run(values)) >= 3)
        before = self.browser.run(values)
        self.browser.click("button[value='1']")
        self.until(lambda: all(b < a or b == 0 for a, b in zip(before, self.browser.run(values))))
        self.assertGreaterEqual(self.mock.ok("GET", "/clock")["offset_ms"], 60000)
        self.assertNotIn(self.token, self.browser.run("return document.documentElement.outerHTML"))

    def test_faults_are_added_and_removed_by_hand(self):
        self.browser.click("#choice option[value='api-503']")
        self.browser.click("button.main")
        self.until(lambda: len(self.mock.ok("GET", "/faults")) == 1)
        self.until(lambda: "api-503" in self.browser.text("#faults"))
        self.assertEqual(self.mock.get(ME).status, 503)
        self.until(lambda: self.browser.text("#faults tr td:nth-child(3)") == "1")
        self.browser.click("#faults button")
        self.until(lambda: self.mock.ok("GET", "/faults") == [])

    def test_an_exchange_is_shown_in_full_by_its_number(self):
        live, dead = (self.mock.ok("POST", "/mint", {
            "kind": "access-token", "principal": "service-principal", "lifetime_ms": life,
            "name": name})["value"] for name, life in (("live_one", 60000), ("dead_one", -90000)))
        self.mock.get(ME + "?full=0", {"Authorization": "Bearer " + dead})
        self.mock.get(ME + "?full=1", {"Authorization": "Bearer " + live})
        self.until(lambda: "full=1" in self.browser.text("#exchanges tr:first-child"))
        self.browser.click("#exchanges tr:first-child button")
        text = self.browser.text("#exchanges tr:nth-child(2) pre")
        for part in ("scim.me", "GET " + ME + "?full=1", "Authorization: Bearer «live_one»",
                     "of the token left", "200", "x-request-id: ", '"userName"'):
            self.assertIn(part, text)
        toggle = "document.querySelector('#x%s button').click()" % (
            self.mock.ok("GET", "/journal/count")["seq"] - 1)
        self.browser.run(toggle)
        self.assertIn("the token had ended 1m 30s before", self.browser.text("#exchanges"))
        self.browser.run(toggle)
        self.mock.get(DISCOVERY)  # it stays open when the next one comes
        self.until(lambda: DISCOVERY in self.browser.text("#exchanges tr:first-child"))
        self.assertEqual(self.browser.text("#exchanges tr:nth-child(3) pre"), text)
        self.browser.click("#exchanges tr:nth-child(2) button")
        self.assertEqual(self.browser.run("return document.querySelectorAll('pre').length"), 0)

    def test_a_held_clock_stands_still(self):
        self.mock.ok("POST", "/clock", {"held": True})
        try:
            self.until(lambda: self.browser.text("#clock").endswith(", held"))
            shown = self.browser.text("#clock")
            time.sleep(0.1)
            self.browser.click("button[value='1']")
            self.until(lambda: self.browser.text("#clock") != shown)
            self.assertEqual(self.browser.run(
                "return new Date(arguments[0]) - 0".replace("arguments[0]", json.dumps(
                    self.browser.text("#clock").split(",")[0]))) // 1000,
                self.mock.ok("GET", "/clock")["wall_ms"] // 1000)
        finally:
            self.mock.ok("POST", "/clock", {"held": False})
        self.until(lambda: "held" not in self.browser.text("#clock"))

    def test_it_says_so_when_an_action_fails(self):
        with Mock("--web", "0") as mock:
            self.browser.go("http://127.0.0.1:%d/" % mock.ready["web_port"])
            self.until(lambda: self.browser.text("#live").endswith("Live"))
            self.browser.run("document.querySelector('[name=form_token]').value = 'old'")
            self.browser.click("button[value='1']")
            self.until(lambda: "load the page again" in self.browser.text("#said"))
            self.browser.click("button.main")
            self.until(lambda: self.browser.text("#said") == "")
        self.until(lambda: "Connection lost" in self.browser.text("#live"))
        self.browser.click("button.main")
        self.until(lambda: "does not answer" in self.browser.text("#said"))
        self.browser.complaints()  # what the browser says of the lost connection

    def test_an_empty_page_says_what_it_waits_for_and_fits(self):
        with Mock("--web", "0") as mock:
            self.browser.go("http://127.0.0.1:%d/" % mock.ready["web_port"])
            self.until(lambda: self.browser.text("#live").endswith("Live"))
            for width in (1280, 700, 420):
                self.browser.size(width, 900)
                self.assertLessEqual(self.browser.run(
                    "return document.documentElement.scrollWidth - innerWidth"), 0, width)
            self.browser.size(1280, 900)
            self.assertIn("None yet", self.browser.run(
                "return getComputedStyle(document.getElementById('exchanges'), '::after').content"))

    def test_spaces_are_a_link_away(self):
        self.assertEqual(self.browser.run("return document.querySelectorAll('#spaces').length"), 0)
        self.mock.ok("POST", "/faults?space=page-1", {"id": "there", "status": 503})
        try:
            self.browser.go(self.url)
            self.browser.click("#spaces a:nth-of-type(2)")
            self.until(lambda: "there" in self.browser.text("#faults"))
            self.assertEqual(self.browser.text("#spaces [aria-current]"), "page-1")
            self.browser.click("#faults button")
            self.until(lambda: self.mock.ok("GET", "/faults?space=page-1") == [])
        finally:
            self.mock.ok("DELETE", "/spaces/page-1")

    def test_it_works_by_keyboard_and_every_control_has_a_name(self):
        self.browser.run("document.body.focus()")
        self.browser.press("\ue004")
        self.assertEqual(self.browser.run("return document.activeElement.className"), "skip")
        seen = []
        for _ in range(20):
            self.browser.press("\ue004")
            seen.append(self.browser.run("return document.activeElement.textContent.trim()"))
        for name in ("1 min", "1 day", "Add fault", "Release held answers", "Reset to the scenario"):
            self.assertIn(name, seen)
        self.assertEqual(self.browser.run("""
            return [...document.querySelectorAll('button, select, progress')].filter(e =>
                !(e.textContent.trim() || e.getAttribute('aria-label') || e.labels.length)).length
            """), 0)

    def test_texts_have_contrast_in_both_colour_schemes(self):
        for dark in (False, True):
            browser = Browser(dark=True) if dark else self.browser
            try:
                browser.go(self.url)
                self.until(lambda b=browser: b.text("#live").endswith("Live"))
                self.assertEqual(browser.run(CONTRAST), [], "dark" if dark else "light")
                folder = os.environ.get("ASSAY_PICTURES")
                if folder:
                    browser.picture(os.path.join(folder, "page-dark.png" if dark else "page.png"))
            finally:
                if dark:
                    browser.close()

    def test_the_policy_and_the_script_raise_no_complaint(self):
        self.mock.get(DISCOVERY)
        self.browser.go(self.url)
        self.until(lambda: self.browser.text("#live").endswith("Live"))
        self.assertEqual(self.browser.complaints(), [])

    def test_without_script_it_is_a_table_and_its_forms_work(self):
        browser = Browser(script=False)
        try:
            browser.go(self.url)
            self.assertIn("Not live", browser.text("#live"))
            self.assertIn(DISCOVERY, browser.text("#exchanges"))
            self.assertIn("token_60_min", browser.text("#tokens"))
            before = self.mock.ok("GET", "/clock")["offset_ms"]
            browser.click("button[value='30']")
            self.until(lambda: self.mock.ok("GET", "/clock")["offset_ms"] == before + 1800000)
            self.assertIn("ahead", browser.text("#clock"))
        finally:
            browser.close()


# WCAG 2.1 section 1.4.3: the ratio of each text to the nearest opaque background, at least 4.5.
CONTRAST = """
function lum(c) { var v = c.map(x => { x /= 255; return x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4; });
  return .2126 * v[0] + .7152 * v[1] + .0722 * v[2]; }
function rgb(t) { var m = t.match(/[\\d.]+/g).map(Number); return m; }
function back(e) { for (; e; e = e.parentElement) { var c = rgb(getComputedStyle(e).backgroundColor);
  if (c.length < 4 || c[3] === 1) { return c; } } return [255, 255, 255]; }
var bad = [];
document.querySelectorAll('h1,h2,p,td,th,span,button,select,label,strong').forEach(e => {
  if (!e.textContent.trim() || !e.offsetParent) { return; }
  var a = lum(rgb(getComputedStyle(e).color).slice(0, 3)), b = lum(back(e).slice(0, 3));
  var ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  if (ratio < 4.5) { bad.push(e.tagName + ' ' + e.className + ' ' + ratio.toFixed(2)); }
});
return bad;
"""

if __name__ == "__main__":
    if not DRIVER or not BROWSER:
        print("no chromedriver or no chromium: skipped")
        sys.exit(77)
    unittest.main()
