# SPDX-License-Identifier: Apache-2.0
"""curl against one port of a mock, whatever the host in the URL."""

import json
import subprocess


class Answer:
    def __init__(self, text):
        head, _, self.text = text.partition("\n\n")
        lines = head.split("\n")
        self.status = int(lines[0].split()[1])
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            self.headers[name.lower()] = value.strip()

    @property
    def json(self):
        return json.loads(self.text)


def curl(mock, url, *arguments):
    """curl(mock, "http://login.microsoftonline.com/...", "-d", "a=b")"""
    port = mock.https_port if url.startswith("https:") else mock.port
    done = subprocess.run(
        ["curl", "-sS", "-i", "--noproxy", "*", "--max-time", "30",
         "--connect-to", f"::127.0.0.1:{port}", *arguments, url],
        capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"curl {url}: {done.stderr}")
    return Answer(done.stdout.replace("\r\n", "\n"))
