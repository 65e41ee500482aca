"""The two moments of trust when connecting: whose key the host shows, and who we say we are.

Both end in a LinkError that names what was tried and what to do; Paramiko's own policies and its
authentication order know neither files and lines nor why the last of five keys failed.
"""

from __future__ import annotations

import base64
import errno
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

import paramiko

from onramp.errors import LinkError
from onramp.remote.ssh import host_keys as hostkeys
from onramp.remote.ssh.ssh_config import Endpoint
from onramp.text.sanitize import one_line

Ask = Callable[[str], bool]
Method = tuple[str, Callable[[], list[str]]]  # what it is called, and how to try it
_ASKING = threading.Lock()  # one question on the terminal at a time


class Verify(paramiko.MissingHostKeyPolicy):
    """Judges every host key itself: the client is given no keys, so that all come through here."""

    def __init__(self, endpoint: Endpoint, ask: Ask | None) -> None:
        self._endpoint = endpoint
        self._ask = ask
        own = endpoint.alias or hostkeys.name_of(endpoint.address, endpoint.port)
        self.names = tuple(dict.fromkeys((own, endpoint.alias or endpoint.address.lower())))
        off = endpoint.host_keys == "off"
        self.entries = () if off else hostkeys.about(endpoint.known_hosts, self.names)

    def missing_host_key(self, client: Any, hostname: str, key: paramiko.PKey) -> None:
        """Return where the key is trusted. Raises LinkError(kind="host-key")."""
        if self._endpoint.host_keys == "off":
            return
        shown = hostkeys.Key(key.get_name(), key.asbytes())
        judgement = hostkeys.judge(self.entries, self.names, shown)
        if judgement.verdict == "known":
            return
        if judgement.entry:
            raise self._refused(shown, judgement.entry)
        if self._endpoint.host_keys == "accept-new":
            self._remember(shown)
            return
        if self._confirmed(shown):
            return
        raise LinkError(
            f"{self._endpoint.place}: host key not known",
            f"No {_kind(shown)} host key is known for {self.names[0]}: it shows "
            f"{shown.fingerprint}\nHost key verification failed.",
            "compare the fingerprint with the host's own (ssh-keygen -lf "
            "/etc/ssh/ssh_host_ed25519_key.pub there), then log in once with ssh, "
            "or pass --host-keys=accept-new",
            kind="host-key",
        )

    def _confirmed(self, shown: hostkeys.Key) -> bool:
        """Whether a person says it is the host's; then it is remembered before anybody is asked."""
        if self._ask is None:
            return False
        with _ASKING:  # and somebody may have been asked about this very host meanwhile
            entries = hostkeys.about(self._endpoint.known_hosts, self.names)
            if hostkeys.judge(entries, self.names, shown).verdict == "known":
                return True
            said = self._ask(
                f"The authenticity of host {self.names[0]} can't be established.\n"
                f"{_kind(shown)} key fingerprint is {shown.fingerprint}.\n"
                f"Connect, and remember it in {self._endpoint.known_hosts[0]}?"
            )
            if said:
                self._remember(shown)
            return said

    def _remember(self, shown: hostkeys.Key) -> None:
        file = self._endpoint.known_hosts[0]
        try:
            hostkeys.append(file, self.names[0], shown)
        except OSError as error:
            raise LinkError(
                f"{self._endpoint.place}: the host key could not be written down",
                f"{file}: {error.strerror}",
                f"make {file} writable, or pass --host-keys=strict",
                kind="host-key",
            ) from None

    def _refused(self, shown: hostkeys.Key, entry: hostkeys.Entry) -> LinkError:
        what = "revoked" if entry.revoked else "changed"
        return LinkError(
            f"{self._endpoint.place}: host key {what}",
            f"REMOTE HOST IDENTIFICATION HAS CHANGED!\nshown now: {_kind(shown)} "
            f"{shown.fingerprint}\nknown from {entry.file} line {entry.line}: {_kind(entry.key)} "
            f"{entry.key.fingerprint}{' (revoked)' if entry.revoked else ''}\n"
            "Host key verification failed.",
            "somebody may be between you and the host, or it was installed anew; if you know it "
            f"was: ssh-keygen -f '{entry.file}' -R '{self.names[0]}'",
            kind="host-key",
        )


_SAID_WHY: Final = ("Disconnect", "Exception (client)")  # the server's words, and our side's
_BOOTS: Final = re.compile(r"\bSystem is (?:booting up|going down)\.|\bpam_nologin\b")
BANNER_CHARS: Final = 2000  # of what a server says before the login
_SILENCE: Final = "Authentication timeout."  # Paramiko's word for a server that does not answer


class Login:
    """Says who we are: named keys, then a given password, then the agent, then the usual keys.

    A password that was given comes before the agent, whose keys would use up MaxAuthTries.
    Stands in for a Paramiko AuthStrategy.
    """

    def __init__(self, endpoint: Endpoint, password: str | None) -> None:
        self._endpoint = endpoint
        self._password = password
        self._refused = False  # whether the server said no to anything

    def authenticate(self, transport: paramiko.Transport) -> None:
        """Log in. Raises LinkError(kind="auth") that lists what was tried, and TimeoutError."""
        failures: list[str] = []
        for label, attempt in self._methods(transport, failures):
            try:
                if not attempt():
                    return
                failures.append(f"{label}: accepted, and more is asked for")
            except (paramiko.SSHException, EOFError, OSError) as error:
                if str(error) == _SILENCE:  # nobody said no
                    raise TimeoutError(errno.ETIMEDOUT, f"no answer to {label}") from None
                failures.append(f"{label}: {str(error) or 'the connection was closed'}")
                self._refused |= transport.is_active()
            if not transport.is_active():
                break
        allowed = self._allowed(transport)
        if allowed is not None:
            raise self._denied(allowed, failures, transport)

    def _methods(self, transport: paramiko.Transport, failures: list[str]) -> Iterator[Method]:
        if self._endpoint.named_keys:
            yield from self._files(transport, failures)
        if self._password is not None:
            password = self._password
            yield "password", partial(transport.auth_password, self._endpoint.user, password)
        if self._endpoint.use_agent:
            yield from self._agent(transport, failures)
        if not self._endpoint.named_keys:
            yield from self._files(transport, failures)

    def _files(self, transport: paramiko.Transport, failures: list[str]) -> Iterator[Method]:
        for file in self._endpoint.keys:
            if not self._endpoint.named_keys and not Path(file).exists():
                continue
            try:
                key = paramiko.PKey.from_path(file)
            except Exception as error:  # noqa: BLE001  several libraries' errors come through
                failures.append(f"key {file}: {_why_unread(error)}")
                continue
            yield f"key {file}", partial(transport.auth_publickey, self._endpoint.user, key)

    def _agent(self, transport: paramiko.Transport, failures: list[str]) -> Iterator[Method]:
        agent = None
        try:
            agent = paramiko.Agent()
            named = _public_keys(self._endpoint.keys) if self._endpoint.identities_only else None
            for key in agent.get_keys():
                if named is not None and key.asbytes() not in named:
                    continue
                name = f"agent key {key.comment or key.get_name()}"
                yield name, partial(transport.auth_publickey, self._endpoint.user, key)
        except (paramiko.SSHException, OSError) as error:
            failures.append(f"agent: {error}")
        finally:
            if agent is not None:
                agent.close()

    def _allowed(self, transport: paramiko.Transport) -> list[str] | None:
        """What the server would take; None where it wants nothing at all and we are in."""
        if not transport.is_active():
            return []
        try:
            transport.auth_none(self._endpoint.user)
        except paramiko.BadAuthenticationType as error:
            return list(error.allowed_types)
        except (paramiko.SSHException, EOFError, OSError):
            return []
        return None

    def _hung_up(self, tried: list[str], transport: paramiko.Transport) -> LinkError:
        """The last word was none: PAM let nobody in, and may have said why, or sshd ended.

        Where something was refused before that, it is not to be tried over and over.
        """
        at = f"{self._endpoint.address} port {self._endpoint.port}"
        said = _banner(transport)
        boots = [line for line in said if _BOOTS.search(line)]
        hint = "its sshd's own words, seen from its console, say why: journalctl -u ssh -u sshd"
        if said and not boots:  # a text for everybody, which tells nothing of this login
            hint = f"before a login it says: {one_line(' '.join(said), 300)}; {hint}"
        return LinkError(
            f"{self._endpoint.place}: the connection was closed during the login",
            "\n".join([*boots, f"Connection closed by {at}", *tried]),
            hint,
            kind="auth" if self._refused and not boots else "lost",
        )

    def _denied(
        self, allowed: list[str], failures: list[str], transport: paramiko.Transport
    ) -> LinkError:
        tried = failures or ["nothing to try: no key file, no agent key, no password"]
        words = [w for w in getattr(transport, "words", ()) if w.startswith(_SAID_WHY)]
        if not transport.is_active() and not words:
            return self._hung_up(tried, transport)
        words = [word for word in words if word.startswith("Disconnect")]
        methods = f" ({','.join(allowed)})" if allowed else ""
        return LinkError(
            f"{self._endpoint.place}: login refused",
            "\n".join(
                [
                    f"{self._endpoint.user}@{self._endpoint.address}: Permission denied{methods}.",
                    *tried,
                    *words,
                ]
            ),
            "check --user and --private-key (or ssh-add the key, or pass --ask-pass), and that "
            "the public key is in ~/.ssh/authorized_keys there",
            kind="auth",
        )


def _banner(transport: paramiko.Transport) -> list[str]:
    """What was to be shown before the login; Paramiko tells it of a living connection alone."""
    said = getattr(transport.auth_handler, "banner", None) or b""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return text[:BANNER_CHARS].strip().splitlines()


def _kind(key: hostkeys.Key) -> str:
    return key.type.removeprefix("ssh-").partition("-")[0].upper()


def _why_unread(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    text = str(error) or type(error).__name__
    return "is encrypted: load it with ssh-add" if "encrypted" in text.lower() else text


def _public_keys(files: tuple[str, ...]) -> set[bytes]:
    """The public keys of key files, encrypted ones too, as far as they can be read."""
    found = set()
    for file in files:
        for path in (f"{file}.pub", file):
            with suppress(OSError, ValueError, IndexError, paramiko.SSHException):
                found.add(_public_key(Path(path).read_bytes()))
    return found


def _public_key(content: bytes) -> bytes:
    """A key's public part: a `.pub` file's second word, or what stands in front of a private key.

    https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
    """
    if not content.startswith(b"-----BEGIN OPENSSH"):
        return base64.b64decode(content.split()[1], validate=True)
    raw = base64.b64decode(b"".join(content.split(b"\n")[1:]).partition(b"-----")[0])
    message = paramiko.Message(raw.removeprefix(b"openssh-key-v1\0"))
    for _ in ("cipher", "kdf", "kdf's options"):
        message.get_binary()
    message.get_int()
    return message.get_binary()
