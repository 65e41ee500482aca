"""A small real HTTP proxy that wants a password, on the lab's bridge."""

from __future__ import annotations

import base64
import http.client
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

PIECE_BYTES = 64 * 1024
_HOPS = ("proxy-authorization", "proxy-connection", "connection", "keep-alive")


class Proxy(ThreadingHTTPServer):
    """Forwards what comes with the right user and password; counts both kinds of requests."""

    daemon_threads = True

    def __init__(self, address: str, user: str, password: str) -> None:
        super().__init__((address, 0), _Handler)
        self.right = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        self.let_through = 0
        self.refused = 0
        self.thread = threading.Thread(target=self.serve_forever, daemon=True)
        self.thread.start()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no news."""

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def do_GET(self) -> None:
        self.close_connection = True
        if not self._may():
            return
        url = urlsplit(self.path)
        kept = {k: v for k, v in self.headers.items() if k.lower() not in _HOPS}
        upstream = http.client.HTTPConnection(url.hostname or "", url.port or 80, timeout=60)
        try:
            place = url._replace(scheme="", netloc="").geturl() or "/"
            upstream.request(self.command, place, headers=kept)
            answer = upstream.getresponse()
            self.send_response_only(answer.status, answer.reason)
            for name, value in answer.getheaders():
                if name.lower() not in (*_HOPS, "transfer-encoding"):
                    self.send_header(name, value)
            self.send_header("Connection", "close")
            self.end_headers()
            while piece := answer.read(PIECE_BYTES):
                self.wfile.write(piece)
        except OSError as error:
            self.send_error(502, str(error))
        finally:
            upstream.close()

    do_HEAD = do_GET  # noqa: N815  the name http.server looks for

    def do_CONNECT(self) -> None:
        self.close_connection = True
        if not self._may():
            return
        host, _, port = self.path.rpartition(":")
        with socket.create_connection((host, int(port)), timeout=60) as upstream:
            self.send_response_only(200)
            self.end_headers()
            back = threading.Thread(target=_pump, args=(upstream, self.connection), daemon=True)
            back.start()
            _pump(self.connection, upstream)
            back.join()

    def _may(self) -> bool:
        if self.headers.get("Proxy-Authorization") == self.server.right:
            self.server.let_through += 1
            return True
        self.server.refused += 1
        self.send_response(407)
        self.send_header("Proxy-Authenticate", "Basic realm=lab")
        self.send_header("Content-Length", "0")
        self.end_headers()
        return False

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing."""


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while piece := source.recv(PIECE_BYTES):
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return
