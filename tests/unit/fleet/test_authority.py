"""The authority of a run: who has no certificate of it gets no word through. Real TLS."""

from __future__ import annotations

import socket
import ssl
import threading

import pytest

from onramp.fleet.authority import Authority, Identity
from onramp.fleet.kit import in_memory

RUN = Authority("one")


def context(identity: Identity, side: int) -> ssl.SSLContext:
    made = ssl.SSLContext(side)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_REQUIRED
    made.load_verify_locations(cadata=identity.authority)
    made.load_cert_chain(in_memory(identity.certificate.encode()), in_memory(identity.key.encode()))
    return made


def spoken(client: ssl.SSLContext) -> str:
    """What the server hears of a client, or why nothing."""
    server = context(RUN.identity("scheduler"), ssl.PROTOCOL_TLS_SERVER)
    here, there = socket.socketpair()
    heard: list[str] = []

    def serve() -> None:
        try:
            with server.wrap_socket(here, server_side=True) as speaking:
                heard.append(speaking.recv(10).decode())
        except OSError as error:
            heard.append(str(error))

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with client.wrap_socket(there) as speaking:
            speaking.sendall(b"hello")
            speaking.recv(1)
    except OSError:
        pass
    thread.join(10)
    return heard[0]


def test_two_parties_of_a_run_speak() -> None:
    assert spoken(context(RUN.identity("worker"), ssl.PROTOCOL_TLS_CLIENT)) == "hello"


def test_a_certificate_of_another_run_is_refused() -> None:
    stranger = context(Authority("one").identity("worker"), ssl.PROTOCOL_TLS_CLIENT)
    stranger.verify_mode = ssl.CERT_NONE
    assert "certificate verify failed" in spoken(stranger)


def test_no_certificate_is_refused() -> None:
    bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    bare.check_hostname, bare.verify_mode = False, ssl.CERT_NONE
    assert "peer did not return a certificate" in spoken(bare)


def test_a_party_cannot_sign_for_others() -> None:
    from cryptography import x509

    made = x509.load_pem_x509_certificate(RUN.identity("worker").certificate.encode())
    assert not made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert not made.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign


def test_an_identity_shows_no_key() -> None:
    assert "PRIVATE" not in repr(RUN.identity("worker"))


@pytest.mark.parametrize("party", ["x" * 100, "a host's"])
def test_any_name_will_do(party: str) -> None:
    assert "BEGIN CERTIFICATE" in RUN.identity(party).certificate
