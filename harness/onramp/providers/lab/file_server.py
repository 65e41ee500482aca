"""Serve a directory over HTTP, or over HTTPS with a certificate; run as a program of its own.

file_server.py ADDRESS PORT DIRECTORY [CERTIFICATE_AND_KEY.pem]
"""

import functools
import ssl
import sys
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer


def serve(address: str, port: int, directory: str, certificate: str | None) -> None:
    """Answer requests until killed."""
    handler = functools.partial(SimpleHTTPRequestHandler, directory=directory)
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
