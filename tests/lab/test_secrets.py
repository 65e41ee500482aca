"""No secret of a run is left anywhere: not in its files, on a screen, in a process list, on a host.

Everything is really used: the host wants passwords for login and sudo, packages and images come
through a proxy that wants one, and the deployed page and the build print theirs in every disguise.
"""

from __future__ import annotations

import base64
import json
import os
import pty
import secrets
import select
import shlex
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from drive import ROOT, Ended, inventory, invoke, lab, on, pains, stack, steps
from onramp.providers.lab import network
from onramp.providers.lab.lab_host import LabHost, root_shell
from proxy import Proxy

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="the lab needs root")
ONCE = secrets.token_hex(4)  # another session's are others
LOGIN = SUDO = f"L0gin 'pass\"word{ONCE}"  # one account, one password
PROXY = f"Pr0xy/&p@ss%w:rd{ONCE}"
PAGE, BUILD, DAEMON = f"s3cr3t$page=word&1{ONCE}", f"bu1ld-{ONCE}/t0k3n+==", f"d43m0n-t0k3n{ONCE}"
SECRETS = {LOGIN, PROXY, PAGE, BUILD, DAEMON}
TALKATIVE = {
    "app.py": """\
import base64, http.server, json, os, shlex, urllib.parse
secret = os.environ["APP_PASSWORD"]
words = "\\n".join([secret, urllib.parse.quote(secret, safe=""), urllib.parse.quote_plus(secret),
    base64.b64encode(secret.encode()).decode(), shlex.quote(secret), json.dumps(secret),
    base64.b64encode(b"user:" + secret.encode()).decode(), repr(secret)])
print(words, flush=True)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(words.encode())
http.server.HTTPServer(("", 8000), Handler).serve_forever()
""",
    "Dockerfile": """\
FROM python:3.12-alpine
ARG BUILD_TOKEN
RUN echo "the token is $BUILD_TOKEN" && printf %s "$BUILD_TOKEN" | base64
COPY app.py .
CMD ["python3", "app.py"]
""",
    "docker-compose.yml": """\
services:
  web:
    build: {context: ., args: {BUILD_TOKEN: "${BUILD_TOKEN}"}}
    environment: {APP_PASSWORD: "${APP_PASSWORD}"}
    stop_signal: SIGINT
    ports: ["8000:8000"]
""",
    # the page never says this: it is quoted as evidence, with the container's log
    "stack.yml": "services: [web]\nhttp: [{port: 8000, contains: never said, within_s: 2}]\n",
}


def disguises(secret: str) -> set[bytes]:
    """How it may be written down; independent of what the product masks."""
    raw = secret.encode()
    texts = {
        secret, shlex.quote(secret), json.dumps(secret)[1:-1], repr(secret)[1:-1],
        *(form for how in (quote, quote_plus) for form in (how(secret), how(secret, safe=""))),
        *(base64.b64encode(said).decode().rstrip("=")[:-1]
          for said in (raw, b"newcomer:" + raw, b"carrier:" + raw)),
        base64.urlsafe_b64encode(raw).decode().rstrip("=")[:-1],
    }  # fmt: skip
    texts |= {text.replace("%2F", "%2f").replace("%3D", "%3d") for text in texts}
    return {text.encode() for text in texts}


FORMS = {form for secret in SECRETS for form in disguises(secret)}


def told(data: bytes) -> set[bytes]:
    return {form for form in FORMS if form in data}


# --- the scene -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def guarded(lab_host: Callable[..., LabHost]) -> LabHost:
    """A host that takes passwords only, for login and for sudo."""
    host = lab_host("secret-a")
    words = shlex.quote(f"newcomer:{LOGIN}")
    on(host, f"printf '%s\\n' {words} | chpasswd; rm /home/newcomer/.ssh/authorized_keys\n"
       "echo 'PasswordAuthentication yes' > /etc/ssh/sshd_config.d/00.conf; systemctl reload ssh\n"
       "echo 'newcomer ALL=(ALL) ALL' > /etc/sudoers.d/90-newcomer")  # fmt: skip
    return host


@pytest.fixture(scope="module")
def proxy(guarded: LabHost) -> Iterator[Proxy]:
    server = Proxy(network.GATEWAY, "carrier", PROXY)
    yield server
    server.stop()


def listed(folder: Path, host: LabHost, proxy: Proxy, **more: Any) -> str:
    where = f"http://carrier:{quote(PROXY, safe='')}@{network.GATEWAY}:{proxy.server_address[1]}"
    settings = {
        "proxy": {"http": where, "no_proxy": "localhost,127.0.0.1"},
        "stack": {"env": {"APP_PASSWORD": PAGE, "BUILD_TOKEN": BUILD}},
        "docker": {"daemon": {"runtimes": {"token-keeper": {"path": DAEMON}}}},
    }
    return inventory(folder, {host.name: lab(**more)}, onramp=settings)


class Watch:
    """Every command line of this machine and (a second time) of the host, many times a second."""

    def __init__(self, host: LabHost) -> None:
        self.seen: set[bytes] = set()
        self.samples = 0
        self.host = host
        self._over = threading.Event()
        self._threads = [threading.Thread(target=look) for look in (self._here, self._there)]

    def __enter__(self) -> Watch:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        on(self.host, "touch /run/unwatch")
        for thread in self._threads:
            thread.join()
        self.there = on(self.host, "cat /run/watched; rm -f /run/watched /run/unwatch").encode()

    def _here(self) -> None:
        while not self._over.wait(0.03):
            self.samples += 1
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    self.seen.add(path.read_bytes())
                except OSError:
                    continue

    def _there(self) -> None:
        root_shell(
            self.host,
            "until [ -e /run/unwatch ]; do cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' "
            ">> /run/watched; echo >> /run/watched; sleep 0.04; done",
            timeout_s=600,
        )

    @property
    def lines(self) -> bytes:
        return b"\n".join(line.replace(b"\0", b" ") for line in self.seen) + self.there


def at_terminal(arguments: list[str], answers: dict[bytes, str], folder: Path) -> Ended:
    """./invoke at a terminal of its own, where somebody types the answers."""
    ours, theirs = pty.openpty()
    began = time.monotonic()
    process = subprocess.Popen(
        [str(ROOT / "invoke"), *arguments], stdin=theirs, stdout=theirs, stderr=theirs,
        env={**os.environ, "TERM": "xterm"}, preexec_fn=lambda: os.login_tty(theirs),
    )  # fmt: skip
    os.close(theirs)
    said = b""
    while True:
        if not select.select([ours], [], [], 0.5)[0]:
            continue
        try:
            said += os.read(ours, 65536)
        except OSError:  # the terminal closed: it ended
            break
        for prompt in [prompt for prompt in answers if prompt in said]:
            os.write(ours, answers.pop(prompt).encode() + b"\n")
    os.close(ours)
    code = process.wait(60)
    text = said.decode(errors="replace")
    return Ended(code, text, "", folder / "runs", time.monotonic() - began)


# --- the proof -------------------------------------------------------------------------------


def test_a_wrong_sudo_password_is_told_in_sudos_words(
    guarded: LabHost, proxy: Proxy, tmp_path: Path
) -> None:
    wrong = "not-the-Passw0rd"
    flag = listed(tmp_path, guarded, proxy, ansible_password=LOGIN, ansible_become_password=wrong)
    ended = invoke("provision", flag, folder=tmp_path)
    assert ended.code == 2, ended.said
    report = ended.report(guarded.name)
    assert pains(report) == {"sudo-password-required": "needs-human"}
    excerpt = report["pain_points"][0]["evidence"]["excerpt"]
    assert "sudo: 1 incorrect password attempt" in excerpt
    journal = on(guarded, "journalctl -o cat --no-pager")
    assert "incorrect password attempt" in journal
    assert "apt-get" not in journal  # the script never came to be a second guess
    for kept in (ended.said, journal, *files(ended.folder).values()):
        assert wrong not in str(kept)


def test_no_secret_is_left_anywhere(guarded: LabHost, proxy: Proxy, tmp_path: Path) -> None:
    flag = listed(tmp_path, guarded, proxy)
    arguments = [
        "evaluate", flag, stack(tmp_path, TALKATIVE, "talkative"), f"--runs={tmp_path / 'runs'}",
        "--ask-pass", "--ask-become-pass", "--verbose",
    ]  # fmt: skip
    with Watch(guarded) as watch:
        answers = {b"SSH password: ": LOGIN, b"sudo password: ": SUDO}
        ended = at_terminal(arguments, answers, tmp_path)
    report = ended.report(guarded.name)
    assert not answers, ended.out
    assert ended.code == 2, ended.out
    assert steps(report)["install-engine"] == "changed", ended.out
    assert steps(report)["verify"] == "failed", ended.out
    assert steps(report)["down-volumes"] == "changed"
    assert proxy.let_through > 20
    everything = b"\n".join(files(ended.folder).values())
    assert b"the token is ********" in everything
    assert b"never said" in everything

    assert told(everything) == set()
    assert told(ended.out.encode()) == set()
    assert watch.samples > 100
    assert b"apt-get" in watch.there
    assert told(watch.lines) == set()
    script = (ended.folder / "hosts" / guarded.name / "reproduce.sh").read_text()
    assert "${SECRET:?" in script

    # Docker itself keeps a proxy's password and build arguments; that is where they were asked for
    left = left_on(guarded)
    assert ("/etc/docker/daemon.json", PROXY) in left
    for path, secret in left - {("/etc/docker/daemon.json", one) for one in (PROXY, DAEMON)}:
        assert secret in (BUILD, PROXY), path
        assert path.startswith(("/var/lib/docker/buildkit/", "/var/lib/docker/image/")), path
    page = (ended.folder / "hosts" / guarded.name / "report.md").read_text()
    assert "Docker keeps the proxy's password on this host" in page

    # the same through the inventory's variables, and sudo's password really used
    again = listed(tmp_path, guarded, proxy, ansible_password=LOGIN, ansible_become_password=SUDO)
    with Watch(guarded) as watch:
        purged = invoke(
            "teardown", "--purge", again, stack(tmp_path, TALKATIVE, "talkative"),
            folder=tmp_path / "purge",
        )  # fmt: skip
    assert purged.code == 0, purged.said
    assert steps(purged.report(guarded.name))["purge"] == "changed"
    assert told(purged.said.encode()) == set()
    assert told(b"\n".join(files(purged.folder).values())) == set()
    assert told(watch.lines) == set()


def files(folder: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def left_on(host: LabHost) -> set[tuple[str, str]]:
    """Files of the host and the secrets in them; of the journal, what Docker did not write."""
    on(host, "journalctl -o short --no-pager | grep -v dockerd > /run/journal")
    where = "--exclude-dir=journal /etc /home /root /tmp /run /var /opt /usr/local"
    found = set()
    for secret in SECRETS:
        forms = "".join(f" -e {shlex.quote(form.decode())}" for form in disguises(secret))
        hits = on(host, f"grep -rlaF --devices=skip{forms} {where} || true")
        found |= {(path, secret) for path in hits.split()}
    return found
