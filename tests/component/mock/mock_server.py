# SPDX-License-Identifier: Apache-2.0
"""One assay-mock on ports of its own, its control interface, and raw sockets."""

import http.client
import json
import os
import select
import shutil
import socket
import subprocess
import tempfile
import time

PROGRAM = os.path.join(os.environ["ASSAY_BIN"], "assay-mock")
START_S = 20


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("mock", timeout=30)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Mock:
    """with Mock("--threads", "4") as mock: ..."""

    def __init__(self, *arguments, config=None, pass_fds=()):
        self.arguments = list(arguments)
        self.config = config
        self.pass_fds = list(pass_fds)

    def __enter__(self):
        self.dir = tempfile.mkdtemp(prefix="assay-mock-test-")
        self.socket_path = os.path.join(self.dir, "c.sock")
        if self.config is not None:
            path = os.path.join(self.dir, "scenario.yaml")
            with open(path, "w", encoding="utf-8") as file:
                file.write(self.config)
            self.arguments += ["--config", path]
        read_fd, write_fd = os.pipe()
        command = [PROGRAM, "serve", "--port", "0", "--https-port", "0",
                   "--control", self.socket_path, "--ready-fd", str(write_fd)]
        self.log = open(os.path.join(self.dir, "log"), "w+b")
        # AddressSanitizer keeps what was freed; that is not the mock's memory.
        environ = dict(os.environ)
        environ["ASAN_OPTIONS"] = "quarantine_size_mb=4:" + environ.get("ASAN_OPTIONS", "")
        self.process = subprocess.Popen(command + self.arguments, pass_fds=[write_fd] + self.pass_fds,
                                        stdout=self.log, stderr=self.log, env=environ)
        os.close(write_fd)
        line = b""
        while not line.endswith(b"\n"):
            if not select.select([read_fd], [], [], START_S)[0]:
                raise AssertionError("not ready in time")
            piece = os.read(read_fd, 4096)
            if not piece:
                raise AssertionError("ended at its start: " + self.output())
            line += piece
        os.close(read_fd)
        self.ready = json.loads(line)
        self.port = self.ready["port"]
        self.https_port = self.ready["https_port"]
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(timeout=20)
        output = self.output()
        self.log.close()
        shutil.rmtree(self.dir)
        if code != 0:
            raise AssertionError(f"assay-mock ended with {code}: {output}")

    def output(self):
        self.log.flush()
        with open(self.log.name, "rb") as file:
            return file.read().decode("utf-8", "replace")

    # The control interface.

    def control(self, method, path, body=None):
        """(status, body): JSON decoded, NDJSON as a list."""
        connection = UnixConnection(self.socket_path)
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        connection.request(method, path, data)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        if answer.getheader("content-type") == "application/x-ndjson":
            return answer.status, [json.loads(line) for line in text.split("\n") if line]
        return answer.status, json.loads(text)

    def ok(self, method, path, body=None):
        status, answer = self.control(method, path, body)
        assert status == 200, (status, answer)
        return answer

    def journal(self):
        return self.ok("GET", "/journal")

    def settled_journal(self):
        """With all exchanges before; an answer may arrive a moment before its record is written."""
        for _ in range(100):
            if self.ok("GET", "/journal/count")["open"] == 0:
                break
            time.sleep(0.02)
        return self.journal()

    def last(self):
        return self.settled_journal()[-1]

    def principal(self, kind):
        return [p for p in self.ok("GET", "/credentials")["principals"] if p["kind"] == kind][0]

    # The public side.

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def get(self, path, headers=None, method="GET", body=None):
        connection = self.connect()
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        answer.text = answer.read().decode("utf-8", "replace")
        connection.close()
        return answer

    def raw(self, data, shut=False):
        """A socket on which data has been sent."""
        sock = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        sock.sendall(data)
        if shut:
            sock.shutdown(socket.SHUT_WR)
        return sock


DISCOVERY = "/oidc/.well-known/oauth-authorization-server"
ME = "/api/2.0/preview/scim/v2/Me"
RAW_DISCOVERY = f"GET {DISCOVERY} HTTP/1.1\r\nHost: mock\r\n\r\n".encode()


def read_answer(sock):
    """Status and body of one answer with a Content-Length."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = sock.recv(65536)
        if not piece:
            raise EOFError(data)
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = [int(line.split(b":")[1]) for line in head.split(b"\r\n")
              if line.lower().startswith(b"content-length:")][0]
    while len(body) < length:
        body += sock.recv(65536)
    return int(head.split()[1]), head.decode(), body.decode()
