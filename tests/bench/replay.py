# SPDX-License-Identifier: Apache-2.0
"""A server that answers what another one has answered before, out of memory: what a client takes to ask for
and to read those very bytes, when making them costs nothing."""
import http.client
import http.server
import ssl
import threading

HOP_BY_HOP = ("connection", "keep-alive", "transfer-encoding", "content-length")


class Replay(http.server.ThreadingHTTPServer):
    """The first run of a client is passed on to the server at `port` and kept, later ones are answered from that,
    call by call in the same order; a call named `first` begins a run."""
    daemon_threads = True

    def __init__(self, pem, port, first):
        super().__init__(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.behind, self.first = port, first
        self.kept, self.next, self.lock = [], 0, threading.Lock()
        self.recording = True

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def answer(self, path, headers, body):
        with self.lock:
            if self.first in body[:64]:
                self.next = 0
            at = self.next
            self.next += 1
            if self.recording:
                self.kept.append(self.ask(path, headers, body))
            return self.kept[at] if at < len(self.kept) else (500, [], b"nobody has asked for so much before")

    def ask(self, path, headers, body):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        server = http.client.HTTPSConnection("127.0.0.1", self.behind, context=context)
        server.request("POST", path, body, {k: v for k, v in headers.items() if k.lower() not in HOP_BY_HOP})
        reply = server.getresponse()
        told = [(k, v) for k, v in reply.getheaders() if k.lower() not in HOP_BY_HOP]
        kept = (reply.status, told, reply.read())
        server.close()
        return kept


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body of an answer in one piece

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, headers, kept = self.server.answer(self.path, self.headers, body)
        self.send_response_only(status)
        for key, value in headers:
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(kept)))
        self.end_headers()
        self.wfile.write(kept)
        self.wfile.flush()

    def log_message(self, *_):
        pass
