"""A company's TLS-inspecting proxy, in small: Docker's host name behind a certificate of its own.

The recipe for "certificate verify failed" needs a server that really presents a certificate from
an authority the host does not trust, for the very name the documentation uses. It serves what the
mirror serves, so that a host which learns to trust the authority gets on.
"""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from onramp.providers.lab import artifacts, subprocesses

NAMES = ("download.docker.com", "registry-1.docker.io")

_ISSUE = """
set -eu
umask 077
openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -keyout ca.key -out ca.pem \\
    -subj '/O=Example Corporation/CN=Example Corporation TLS Inspection CA' \\
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
openssl req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj "/CN=$1"
printf '%s\\n' "subjectAltName=$2" extendedKeyUsage=serverAuth > server.ext
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 \\
    -extfile server.ext -out server.crt
cat server.crt server.key > server.pem
"""


class Interceptor(Struct, frozen=True):
    """Where Docker's names can be pointed to (port 443), and the authority behind it."""

    address: str
    ca_pem: Path


def certificates(home: Path, progress: Callable[[str], None]) -> Path:
    """The directory with `ca.pem` and `server.pem`, made if needed; valid for ten years."""

    def make(folder: Path) -> None:
        progress("making the certificates of the intercepting proxy (once)")
        names = ",".join(f"DNS:{name}" for name in NAMES)
        subprocesses.run_build(["sh", "-c", _ISSUE, "issue", NAMES[0], names], cwd=folder)

    return artifacts.built(home, "tls", [_ISSUE, *NAMES], make)
