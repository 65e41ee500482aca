"""The SSH transport against a real sshd on loopback; passwords and sudo against lab hosts."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import resource
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import paramiko
import pytest
from msgspec.structs import replace

from onramp.errors import LinkError
from onramp.model.action import Command, Upload
from onramp.model.host import Host
from onramp.model.settings import Settings, Timeouts
from onramp.providers.lab.embedded_lab import Lab
from onramp.providers.lab.lab_host import LabHost, root_shell
from onramp.remote import http as webpage
from onramp.remote.connection import SshTransport, open_ssh
from onramp.remote.ssh import client as sshlink
from onramp.remote.ssh import host_keys as hostkeys
from slow_link import slow_link
from sshd import SSHD, Sshd

pytestmark = pytest.mark.skipif(not SSHD, reason="needs openssh-server")
SETTINGS = Settings(timeouts=Timeouts(connect=3, login=5))
Start = Callable[..., Sshd]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts servers, each with options of its own."""
    servers: list[Sshd] = []

    def new(*options: str, **named: object) -> Sshd:
        home = tmp_path / str(len(servers))
        home.mkdir()
        servers.append(Sshd(home, *options, **named))  # type: ignore[arg-type]
        return servers[-1]

    yield new
    for server in servers:
        server.stop()


def connect(server: Sshd, **changes: object) -> SshTransport:
    return open_ssh(server.host(**changes), SETTINGS, ssh_config=())


def refused(server: Sshd, kind: str, **changes: object) -> LinkError:
    with pytest.raises(LinkError) as caught:
        connect(server, **changes).close()
    assert caught.value.kind == kind
    return caught.value


# --- running ---------------------------------------------------------------------------------


def test_streams_exit_codes_and_environment_are_kept_apart(start: Start) -> None:
    with connect(start()) as link:
        secret = 'it\'s "quoted" $HOME\nand more'
        command = Command('echo out; echo err >&2; printf %s "$S"; cat; exit 3', env={"S": secret})
        outcome = link.run(command)
        assert (outcome.exit_code, outcome.stdout) == (3, f"out\n{secret}")
        assert outcome.stderr == "err\n"
        assert link.run(Command("kill -9 $$")).exit_code == 137
        assert link.run(Command("printf '\\377é'")).stdout == "\ufffdé"


def test_no_value_shows_up_in_a_process_list(start: Start) -> None:
    with connect(start()) as link:
        outcome = link.run(
            Command("tr '\\0' ' ' < /proc/$$/cmdline; ps -ef; : s3cret", env={"P": "s3cret"})
        )
        assert "eval" in outcome.stdout
        assert "s3cret" not in outcome.stdout


@pytest.mark.parametrize("shell", ["fish", "csh", "dash", "bash"])
def test_any_login_shell(start: Start, shell: str) -> None:
    path = shutil.which(shell)
    if not path:
        pytest.skip(f"needs {shell}")
    with connect(start(f'ForceCommand exec {path} -c "$SSH_ORIGINAL_COMMAND"')) as link:
        assert link.run(Command('echo "it\'s" $((1+1))')).stdout == "it's 2\n"
        assert link.upload(Upload("/tmp/onramp-test/d", {"f": b"x"})).ok
        assert link.run(Command("rm -r /tmp/onramp-test")).ok


def test_what_rc_files_print_is_not_output(start: Start) -> None:
    noisy = 'ForceCommand echo Welcome; printf "no end" >&2; exec sh -c "$SSH_ORIGINAL_COMMAND"'
    with connect(start(noisy)) as link:
        outcome = link.run(Command("echo data; echo words >&2"))
        assert (outcome.stdout, outcome.stderr) == ("data\n", "words\n")
        assert outcome.noise == "Welcome\nno end"


def test_a_login_shell_that_ends_early_is_no_success(start: Start) -> None:
    with connect(
        start("ForceCommand echo This account is currently not available; exit 1")
    ) as link:
        outcome = link.run(Command("true"))
        assert (outcome.exit_code, "not available" in outcome.text) == (1, True)
    with connect(start("ForceCommand echo Maintenance")) as link:
        with pytest.raises(LinkError, match="login shell") as caught:
            link.run(Command("true"))
        assert "Maintenance" in caught.value.details


def test_gigabytes_cost_little_memory(start: Start) -> None:
    with connect(start()) as link:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        script = "echo first; head -c 300000000 /dev/zero | tr '\\0' x; echo; echo last"
        outcome = link.run(Command(script, timeout_s=120))
        assert outcome.ok
        assert outcome.stdout.startswith("first\n")
        assert outcome.stdout.endswith("x\nlast\n")
        assert outcome.dropped_bytes == 300_000_012 - 4 * 1024 * 1024
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000


def test_large_input_and_large_output_at_once(start: Start, tmp_path: Path) -> None:
    with connect(start()) as link:
        content = os.urandom(9_000_000)
        assert link.upload(Upload(str(tmp_path / "up"), {"big file": content})).ok
        assert (tmp_path / "up" / "big file").read_bytes() == content
        script = "x=$(cat); echo ${#x}\n" + "#" * 3_000_000
        assert link.run(Command(script)).stdout == "0\n"


def test_output_is_passed_on_as_it_comes(start: Start) -> None:
    with connect(start()) as link:
        seen: list[bytes] = []
        assert link.run(Command("echo one; sleep 0.5; echo two"), seen.append).ok
        assert seen == [b"one\n", b"two\n"]


def test_a_daemon_that_keeps_our_streams_open_holds_nobody_up(start: Start) -> None:
    with connect(start()) as link:
        outcome = link.run(Command("sleep 15 & echo started"))
        assert (outcome.exit_code, outcome.stdout) == (0, "started\n")
        assert outcome.seconds < 4


# --- limits ----------------------------------------------------------------------------------


def alive(path: Path) -> bool:
    """Whether the process whose number is in a file still runs a moment from now."""
    stat = Path(f"/proc/{path.read_text().strip()}/stat")
    for _ in range(20):
        if not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z":
            return False
        time.sleep(0.1)
    return True


def test_time_and_silence_limits_end_what_runs(start: Start, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    with connect(start()) as link:
        slow = Command(f"echo $$ > {pid}; while :; do echo x; sleep 0.1; done", timeout_s=3)
        outcome = link.run(slow)
        assert (outcome.exit_code, outcome.cut) == (None, "timeout")
        assert outcome.stdout.startswith("x\n")
        assert not alive(pid)
        quiet = Command(f"echo $$ > {pid}; echo x; sleep 60", timeout_s=60, silence_s=2)
        assert link.run(quiet).cut == "silence"
        assert not alive(pid)
        stubborn = f"trap '' TERM; echo $$ > {pid}; while :; do sleep 1; done"
        assert link.run(Command(stubborn, timeout_s=3)).cut == "timeout"
        assert not alive(pid)
        assert link.run(Command("echo still here")).stdout == "still here\n"


def test_cancel_is_noticed_at_once(start: Start) -> None:
    cancel = threading.Event()
    with open_ssh(start().host(), SETTINGS, cancel=cancel, ssh_config=()) as link:
        threading.Timer(0.5, cancel.set).start()
        began = time.monotonic()
        outcome = link.run(Command("echo x; sleep 30"))
        assert (outcome.cut, outcome.stdout) == ("cancelled", "x\n")
        assert time.monotonic() - began < 2


def test_what_is_asked_for_after_a_cancel_is_not_done(start: Start, tmp_path: Path) -> None:
    """Not even where sshd passes no signal on, as of root's logins."""
    cancel, made = threading.Event(), tmp_path / "made"
    with open_ssh(start().host(), SETTINGS, cancel=cancel, ssh_config=()) as link:
        cancel.set()
        assert link.run(Command(f"touch {made}")).cut == "cancelled"
        session = link._start(Command("x"), f"touch {made}\n".encode(), one_line=False)
        link._end(session, Command("x"), "cancelled")  # it came while the channel was opened
        time.sleep(0.5)
    assert not made.exists()


def test_a_link_that_ends_mid_command(start: Start) -> None:
    server = start()
    with connect(server) as link:
        session = int(link.run(Command("echo $PPID")).stdout)
        outcome = link.run(Command("echo x; sleep 30"), lambda _: os.kill(session, signal.SIGKILL))
        assert (outcome.exit_code, outcome.cut, outcome.stdout) == (None, "link-lost", "x\n")
        with pytest.raises(LinkError) as caught:
            link.run(Command("true"))
        assert caught.value.kind == "lost"
        link.reopen()
        assert link.run(Command("echo back")).stdout == "back\n"


def test_a_host_that_vanishes_is_noticed(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sshlink, "BEAT_S", 0.3)
    server = start()
    with connect(server) as link:
        assert link.run(Command("sleep 2; echo fine")).stdout == "fine\n"
        session = int(link.run(Command("echo $PPID")).stdout)
        try:
            slow = Command("echo x; sleep 30")
            outcome = link.run(slow, lambda _: os.kill(session, signal.SIGSTOP))
            assert outcome.cut == "link-lost"
            with pytest.raises(LinkError, match="gone") as caught:
                link.run(Command("true"))
            assert "no answer from the host" in caught.value.details
        finally:
            os.kill(session, signal.SIGCONT)


def test_one_session_at_a_time_is_enough(start: Start) -> None:
    with connect(start("MaxSessions 1")) as link:
        for number in range(15):
            assert link.run(Command(f"echo {number}")).stdout == f"{number}\n"
            stream = link.stream("head -n 1")
            stream.sendall(b"hello\n")
            assert stream.recv(100) == b"hello\n"
            stream.close()
        assert link.run(Command("sleep 20", timeout_s=2)).cut == "timeout"
        assert link.run(Command("echo on")).stdout == "on\n"


def test_no_session_at_all_is_said_plainly(start: Start) -> None:
    with connect(start("MaxSessions 0")) as link, pytest.raises(LinkError, match="no session"):
        link.run(Command("true"))


# --- connecting ------------------------------------------------------------------------------


def test_changed_and_unknown_host_keys(start: Start) -> None:
    server, other = start(), start()
    right = hostkeys.load([str(server.known_hosts)])[0].key
    wrong = hostkeys.load([str(other.known_hosts)])[0].key
    name = hostkeys.name_of("127.0.0.1", server.port)

    server.known_hosts.write_text("# empty\n")
    error = refused(server, "host-key")
    assert right.fingerprint in error.details
    assert "--host-keys=accept-new" in error.resolution

    server.known_hosts.write_text("# a comment\n")
    hostkeys.append(str(server.known_hosts), name, wrong)
    for policy in ("strict", "accept-new"):
        error = refused(server, "host-key", host_keys=policy)
        assert right.fingerprint in error.details
        assert wrong.fingerprint in error.details
        assert f"{server.known_hosts} line 2" in error.details
        assert "ssh-keygen" in error.resolution
    connect(server, host_keys="off").close()


def test_accept_new_writes_one_line_and_then_knows(start: Start) -> None:
    server = start(key_types=("ed25519", "ecdsa", "rsa"))
    server.known_hosts.unlink()
    threads = [
        threading.Thread(target=lambda: connect(server, host_keys="accept-new").close())
        for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert server.known_hosts.read_text().count("\n") == 1
    connect(server, host_keys="strict").close()


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_the_key_that_is_known_is_asked_for(start: Start, kind: str) -> None:
    server = start(key_types=("ed25519", "ecdsa", "rsa"))
    server.known_hosts.write_text(server.line(kind))
    connect(server).close()


def test_a_person_is_asked_once_for_an_unknown_key(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = start()
    server.known_hosts.unlink()
    asked: list[str] = []

    def ask(text: str, answer: bool = True) -> bool:
        asked.append(text)
        return answer

    append = hostkeys.append

    def slowly(*arguments: Any) -> None:
        time.sleep(0.3)
        append(*arguments)

    monkeypatch.setattr(hostkeys, "append", slowly)
    with pytest.raises(LinkError):
        open_ssh(server.host(), SETTINGS, ask=lambda text: ask(text, False), ssh_config=())
    threads = [
        threading.Thread(
            target=lambda: open_ssh(server.host(), SETTINGS, ask=ask, ssh_config=()).close()
        )
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(asked) == 2
    assert "SHA256:" in asked[0]


def test_jumps_are_checked_too(start: Start) -> None:
    outer, middle, inner = start(), start(), start()
    both = middle.known_hosts.read_text() + inner.known_hosts.read_text()
    known = inner.known_hosts
    for server in (outer, middle):
        shutil.copy(inner.home / "authorized_keys", server.home / "authorized_keys")
    jump = f"{outer.user}@127.0.0.1:{outer.port},{middle.user}@127.0.0.1:{middle.port}"
    known.write_text(both)
    error = refused(inner, "host-key", proxy_jump=jump)
    assert f":{outer.port}" in error.brief
    known.write_text(both + outer.known_hosts.read_text())
    with connect(inner, proxy_jump=jump) as link:
        assert link.run(Command("echo through")).stdout == "through\n"
        link.reopen()
        assert link.run(Command("echo again")).stdout == "again\n"
    inner.stop()
    error = refused(inner, "refused", proxy_jump=jump)
    assert "Connection refused" in error.details


def test_a_jump_and_an_alias_from_the_configuration(start: Start, tmp_path: Path) -> None:
    outer, inner = start(), start()
    shutil.copy(inner.home / "authorized_keys", outer.home / "authorized_keys")
    inner.known_hosts.write_text(inner.known_hosts.read_text() + outer.known_hosts.read_text())
    config = tmp_path / "config"
    config.write_text(
        f"Host *\n UserKnownHostsFile {inner.known_hosts}\n IdentityFile {inner.key}\n"
        f" User {inner.user}\n HostName 127.0.0.1\n"
        f"Host jump\n Port {outer.port}\nHost web\n Port {inner.port}\n ProxyJump jump\n"
    )
    with open_ssh(Host("web", "web"), SETTINGS, ssh_config=(str(config),)) as link:
        assert link.run(Command("echo $SSH_CONNECTION")).stdout.endswith(f"{inner.port}\n")


@pytest.mark.parametrize("public", [True, False])
def test_identities_only_means_those_of_the_agent_too(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, public: bool
) -> None:
    server, config = start(), tmp_path / "config"
    agent = subprocess.run(["ssh-agent", "-s"], capture_output=True, text=True, check=True).stdout
    told = dict(line.split(";")[0].split("=") for line in agent.splitlines() if "=" in line)
    try:
        monkeypatch.setenv("SSH_AUTH_SOCK", told["SSH_AUTH_SOCK"])
        for key in (start().key, server.key):
            subprocess.run(["ssh-add", "-q", key], check=True)
        encrypt = ["ssh-keygen", "-q", "-p", "-P", "", "-N", "a passphrase", "-f", server.key]
        subprocess.run(encrypt, check=True)
        if not public:
            Path(f"{server.key}.pub").unlink()
        lines = (
            "HostName 127.0.0.1", f"Port {server.port}", f"User {server.user}",
            f"UserKnownHostsFile {server.known_hosts}", "IdentitiesOnly yes",
        )  # fmt: skip
        config.write_text("\n ".join(["Host web", *lines, f"IdentityFile {server.key}"]) + "\n")
        with open_ssh(Host("web", "web"), SETTINGS, ssh_config=(str(config),)) as link:
            assert link.run(Command("echo hi")).stdout == "hi\n"
        another = tmp_path / "another"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", another], check=True)
        config.write_text("\n ".join(["Host web", *lines, f"IdentityFile {another}"]) + "\n")
        with pytest.raises(LinkError) as error:
            open_ssh(Host("web", "web"), SETTINGS, ssh_config=(str(config),))
        assert "agent key" not in error.value.details
    finally:
        os.kill(int(told["SSH_AGENT_PID"]), signal.SIGTERM)


def test_a_proxy_command(start: Start, tmp_path: Path) -> None:
    if not shutil.which("nc"):
        pytest.skip("needs nc")
    server, config = start(), tmp_path / "config"
    config.write_text("Host 127.0.0.1\n ProxyCommand nc %h %p\n")
    with open_ssh(server.host(), SETTINGS, ssh_config=(str(config),)) as link:
        assert link.run(Command("echo hi")).stdout == "hi\n"


def test_refused_logins_name_what_was_tried(start: Start, tmp_path: Path) -> None:
    server = start()
    stranger = start().key
    error = refused(server, "auth", private_key=str(stranger))
    assert f"{server.user}@127.0.0.1: Permission denied (publickey)." in error.details
    assert f"key {stranger}: Authentication failed" in error.details
    error = refused(server, "auth", private_key=str(tmp_path / "none"))
    assert "No such file or directory" in error.details


def test_nobody_there(start: Start, capfd: pytest.CaptureFixture[str]) -> None:
    server = start()
    server.stop()
    error = refused(server, "refused")
    assert error.details == (
        f"ssh: connect to host 127.0.0.1 port {server.port}: Connection refused"
    )
    error = refused(server, "dns", address="no-such-host.invalid")
    assert error.details.startswith("ssh: Could not resolve hostname no-such-host.invalid: ")
    assert capfd.readouterr() == ("", "")


def half_open(server: Sshd) -> socket.socket:
    """A connection that counts as one logging in."""
    for _ in range(100):
        waiting = socket.create_connection(("127.0.0.1", server.port))
        if waiting.recv(100).startswith(b"SSH-"):
            return waiting
        waiting.close()
        time.sleep(0.05)
    raise AssertionError("no banner")


def test_a_server_that_drops_newcomers_is_tried_again(
    start: Start, capfd: pytest.CaptureFixture[str]
) -> None:
    """MaxStartups: sshd turns connections away while others are logging in."""
    server = start("MaxStartups 1:100:1")
    with half_open(server) as waiting:
        threading.Timer(1.0, waiting.close).start()
        connect(server).close()
    with half_open(server):
        error = refused(server, "protocol")
        assert "SSH protocol banner" in error.details
    assert capfd.readouterr() == ("", "")


def test_a_silent_server_is_given_up(start: Start) -> None:
    server = start()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        settings = Settings(timeouts=Timeouts(connect=1, login=1))
        host = replace(server.host(), port=silent.getsockname()[1])
        with pytest.raises(LinkError) as caught:
            open_ssh(host, settings, ssh_config=())
        assert caught.value.kind == "timeout"
        assert time.monotonic() - began < 8


# --- web pages -------------------------------------------------------------------------------


@pytest.mark.parametrize("forwarding", ["yes", "no"])
def test_pages_from_inside_and_from_here(start: Start, forwarding: str) -> None:
    if forwarding == "no" and not shutil.which("curl"):
        pytest.skip("needs curl")
    with connect(start(f"AllowTcpForwarding {forwarding}")) as link, page_server() as port:
        for path, status in (("/", 200), ("/missing", 404)):
            inside = webpage.inside(link, port, path)
            outside = webpage.direct("127.0.0.1", port, path)
            assert inside == outside
            assert inside.status == status
    with connect(start(f"AllowTcpForwarding {forwarding}")) as link:
        gone = webpage.inside(link, port, "/")
        assert gone.status is None
        assert "refused" in gone.error.lower() or "connect to" in gone.error


@contextmanager
def page_server() -> Iterator[int]:
    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/" else 404)
            self.end_headers()
            self.wfile.write("seen 1 times, é\n".encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


# --- a process that sleeps -------------------------------------------------------------------

LOGINS = 8  # begun one after the other, so that the process is stopped at every stage of some
STAGGER_S = 0.4
ASLEEP_S = 7.0  # longer than any limit below


def log_in_often(host: Host, told: Connection) -> None:
    """A program of its own: what became of each login and its command."""
    settings = Settings(timeouts=Timeouts(connect=5, login=5))
    ended = []

    def log_in(number: int) -> None:
        time.sleep(number * STAGGER_S)
        try:
            with open_ssh(host, settings, ssh_config=()) as link:
                ended.append(str(link.run(Command("sleep 0.5", timeout_s=5)).cut))
        except LinkError as error:
            ended.append(f"{error.brief}: {error.details}")

    threads = [threading.Thread(target=log_in, args=(number,)) for number in range(LOGINS)]
    for thread in threads:
        thread.start()
    told.send("begun")
    for thread in threads:
        thread.join()
    told.send(ended)


def test_a_process_that_slept_holds_it_against_no_host(start: Start) -> None:
    server = start()
    here, there = multiprocessing.Pipe()
    with slow_link("127.0.0.1", server.port, one_way_s=0.25) as port:
        known = server.home / "known"
        known.write_text(server.line("ed25519").replace(str(server.port), str(port)))
        host = server.host(port=port, known_hosts=str(known))
        spawning = multiprocessing.get_context("spawn")
        process = spawning.Process(target=log_in_often, args=(host, there), daemon=True)
        process.start()
        assert process.pid
        assert here.recv() == "begun"
        time.sleep(LOGINS * STAGGER_S)
        os.kill(process.pid, signal.SIGSTOP)
        time.sleep(ASLEEP_S)
        os.kill(process.pid, signal.SIGCONT)
        assert here.poll(60)
        assert here.recv() == ["None"] * LOGINS


# --- passwords -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def newcomer() -> Iterator[tuple[LabHost, Host]]:
    """A lab host whose user has a password, may log in with it, and needs it for sudo."""
    lab = Lab()
    booted = lab.up("debian-12")
    code, _, err = root_shell(
        booted,
        f"echo '{booted.user}:pa ss\"w' | chpasswd; rm -f /etc/sudoers.d/*; "
        f"usermod -aG sudo {booted.user}; sed -i 's/NOPASSWD://' /etc/sudoers; "
        "echo 'PasswordAuthentication yes' > /etc/ssh/sshd_config.d/pw.conf; "
        "systemctl reload ssh",
    )
    assert code == 0, err
    time.sleep(0.5)
    try:
        yield (
            booted,
            Host(
                booted.name,
                booted.address,
                user=booted.user,
                known_hosts=str(booted.known_hosts),
                password='pa ss"w',
            ),
        )
    finally:
        lab.down([booted.name])


def test_password_login_and_sudo(newcomer: tuple[LabHost, Host]) -> None:
    _, host = newcomer
    root = Command("id -u; cat; echo $HOME $P", as_root=True, env={"P": "v"})
    with open_ssh(host, SETTINGS, ssh_config=()) as link:
        assert link.run(Command("id -un")).stdout == f"{host.user}\n"
        outcome = link.run(root)
        assert outcome.exit_code == 1
        assert "a password is required" in outcome.stderr
    with open_ssh(replace(host, become_password="wrong"), SETTINGS, ssh_config=()) as link:
        outcome = link.run(root)
        assert outcome.exit_code == 1
        assert "incorrect password attempt" in outcome.stderr
        assert "wrong" not in outcome.text
        assert "onramp-" not in outcome.text
    with open_ssh(replace(host, become_password='pa ss"w'), SETTINGS, ssh_config=()) as link:
        for _ in range(2):
            outcome = link.run(root)
            assert (outcome.exit_code, outcome.stdout) == (0, "0\n/root v\n"), outcome
        cut = link.run(replace(root, script="echo $$ > /tmp/pid; sleep 99", timeout_s=1))
        assert cut.cut == "timeout"
        assert not link.run(Command("test -d /proc/$(cat /tmp/pid)")).ok
        assert "pa ss" not in repr(link)
    with pytest.raises(LinkError) as caught:
        open_ssh(replace(host, password="wrong"), SETTINGS, ssh_config=())
    assert caught.value.kind == "auth"
    assert "wrong" not in caught.value.details.replace(host.name, "")


def test_a_become_password_that_is_not_needed_never_reaches_the_shell(
    newcomer: tuple[LabHost, Host],
) -> None:
    booted, host = newcomer
    rule = f"echo '{booted.user} ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/z"
    assert root_shell(booted, rule)[0] == 0
    try:
        with open_ssh(
            replace(host, become_password="touch /tmp/x"), SETTINGS, ssh_config=()
        ) as link:
            outcome = link.run(Command("id -u; cat", as_root=True))
            assert (outcome.exit_code, outcome.stdout) == (0, "0\n"), outcome
            assert not link.run(Command("test -e /tmp/x")).ok
    finally:
        root_shell(booted, "rm /etc/sudoers.d/z")


def test_root_and_become_false_run_as_they_are(newcomer: tuple[LabHost, Host]) -> None:
    _, host = newcomer
    with open_ssh(replace(host, become=False), SETTINGS, ssh_config=()) as link:
        assert link.run(Command("id -un", as_root=True)).stdout == f"{host.user}\n"


# --- a clock that is set -----------------------------------------------------------------------


def test_a_clock_that_leaps_ends_no_login(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, known = start(), tmp_path / "known_hosts"
    days = itertools.count()
    with slow_link("127.0.0.1", server.port, one_way_s=0.15) as port:
        known.write_text(server.line("ed25519").replace(str(server.port), str(port)))
        monkeypatch.setattr(time, "time", lambda: next(days) * 86_400.0)
        with connect(server, port=port, known_hosts=str(known)) as link:
            assert link.run(Command("echo here")).stdout == "here\n"


def test_a_server_that_falls_silent_during_the_login_refuses_nobody(start: Start) -> None:
    server = start()
    frozen: list[int] = []

    def freeze() -> None:
        """Once the login is under way, its process on the server stands still."""
        for pid in server.sessions():
            os.kill(pid, signal.SIGSTOP)
            frozen.append(pid)

    plain = paramiko.Transport.auth_publickey

    def slow(*arguments: Any, **named: Any) -> Any:
        freeze()
        return plain(*arguments, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paramiko.Transport, "auth_publickey", slow)
        error = refused(server, "timeout")
    assert frozen
    assert "Connection timed out (no answer to key " in error.details
    assert "denied" not in error.details
