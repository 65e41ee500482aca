"""Whether Docker's own servers can be reached from here; if not, the mirror stands in."""

import ssl
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

SERVERS = (
    "https://download.docker.com/linux/debian/gpg",
    "https://registry-1.docker.io/v2/",
)
TIMEOUT_S = 4.0


def real_servers_answer() -> bool:
    """Whether both servers that the documented procedure needs answer over HTTPS.

    From this machine: one whose way out re-signs TLS trusts more than a clean host does, and a
    host may still fail; that is then a finding about the host's network, and reported as one.
    """
    trusted = ssl.create_default_context()  # once for both: reading all authorities takes a while
    with ThreadPoolExecutor(len(SERVERS)) as pool:
        return all(list(pool.map(lambda url: _answers(url, trusted), SERVERS)))


def answers(url: str) -> bool:
    """Whether this address answers over HTTPS."""
    return _answers(url, ssl.create_default_context())


def _answers(url: str, trusted: ssl.SSLContext) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S, context=trusted):
            return True
    except urllib.error.HTTPError as refusal:
        return refusal.code == 401  # a registry asks everyone to log in: that is an answer
    except OSError:
        return False
