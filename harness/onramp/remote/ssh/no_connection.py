"""Why there is no connection to log in over, worded as `ssh` words it, from the real error."""

from __future__ import annotations

import errno
import os
import socket

import paramiko

from onramp.errors import LinkError
from onramp.remote.ssh.ssh_config import Endpoint


def explain(endpoint: Endpoint, error: Exception, words: tuple[str, ...] = ()) -> LinkError:
    """Any failure to connect that is not about keys.

    `words` are what the jump host said, where the way leads through one.
    """
    place, at = endpoint.place, f"ssh: connect to host {endpoint.address} port {endpoint.port}: "
    if isinstance(error, socket.gaierror):
        details = f"ssh: Could not resolve hostname {endpoint.address}: {error.strerror}"
        hint = "check the name, or set ansible_host to an address"
        return LinkError(f"{place}: name not found", details, hint, kind="dns")
    if isinstance(error, paramiko.ChannelException):
        return _no_way_through(endpoint, error, words)
    if isinstance(error, OSError) and error.errno and error.errno in _ERRNO:
        kind, brief, hint = _ERRNO[error.errno]
        said = os.strerror(error.errno)
        if error.strerror and error.strerror != said:
            said += f" ({error.strerror})"
        return LinkError(f"{place}: {brief}", at + said, hint, kind=kind)
    details = str(error) or type(error).__name__
    return LinkError(
        f"{place}: no SSH connection",
        "\n".join([f"{at}{details}", *words]),
        "check with `ssh -v` that an SSH server answers there",
        kind="protocol",
    )


_ERRNO: dict[int, tuple[str, str, str]] = {
    errno.ECONNREFUSED: (
        "refused", "connection refused",
        "the host is up but nothing listens there: check the port, and that sshd runs",
    ),
    errno.ETIMEDOUT: (
        "timeout", "no answer",
        "check the address, that the host is up, and firewalls on the way",
    ),
    errno.EHOSTUNREACH: ("unreachable", "no route", "check the address and the network"),
    errno.ENETUNREACH: ("unreachable", "network unreachable", "check the network and any VPN"),
    errno.ECANCELED: ("lost", "interrupted while connecting", ""),
}  # fmt: skip


def _no_way_through(
    endpoint: Endpoint, error: paramiko.ChannelException, words: tuple[str, ...]
) -> LinkError:
    said = "\n".join(words) or str(error)
    kinds = {"refused": "refused", "timed out": "timeout", "resolve": "dns", "not known": "dns"}
    kind = next((kind for text, kind in kinds.items() if text in said.lower()), "unreachable")
    via = endpoint.via.place if endpoint.via else "the jump host"
    return LinkError(
        f"{endpoint.place}: not reachable from {via}",
        f"{via}: channel open failed: {said}",
        "check that the jump host reaches that address and allows forwarding (AllowTcpForwarding)",
        kind=kind,
    )
