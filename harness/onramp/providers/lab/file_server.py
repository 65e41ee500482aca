"""Serve a directory over HTTP, or over HTTPS with a certificate; run as a program of its own.

In files named *.repo, which tell a package manager where a repository is, @ORIGIN@ becomes the
address this server was asked at. A link called `latest` is answered with a redirect to what it
names, as a page of releases does.

file_server.py ADDRESS PORT DIRECTORY [CERTIFICATE_AND_KEY.pem]
"""

import functools
import ssl
import sys
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Handler(SimpleHTTPRequestHandler):
    """Files as they are, but for *.repo and `latest`."""

    def do_HEAD(self) -> None:
        """Answer without the file."""
        if not self._redirected():
            super().do_HEAD()

    def do_GET(self) -> None:
        """Answer with the file."""
        if self._redirected():
            return
        path = Path(self.translate_path(self.path))
        if path.suffix != ".repo" or not path.is_file():
            super().do_GET()
            return
        scheme = "https" if isinstance(self.connection, ssl.SSLSocket) else "http"
        origin = f"{scheme}://{self.headers.get('Host', '')}"
        body = path.read_bytes().replace(b"@ORIGIN@", origin.encode())
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _redirected(self) -> bool:
        path = Path(self.translate_path(self.path))
        if path.name != "latest" or not path.is_symlink():
            return False
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", str(path.readlink()))
        self.send_header("Content-Length", "0")
        self.end_headers()
        return True


def serve(address: str, port: int, directory: str, certificate: str | None) -> None:
    """Answer requests until killed."""
    handler = functools.partial(Handler, directory=directory)
    server = ThreadingHTTPServer((address, port), handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        # The handshake belongs to the connection's own thread: a client that refuses the
        # certificate must not stop the server from accepting the next one.
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    server.serve_forever()


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4] if sys.argv[4:] else None)
