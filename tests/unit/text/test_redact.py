"""A redacted copy of a run names nobody, and is still the same run."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

import example_runs as example
from onramp.cli.commands.diagnose import _of_run
from onramp.errors import UsageError
from onramp.evidence import event_lines, find_runs
from onramp.model.facts import Facts, Listener
from onramp.pains import catalogue
from onramp.reports import redacted_copy
from onramp.text.redact.redactor import Redactor
from places import ROOT

KEY = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbnRvbmlhIn0.dBjftJeZ4CVPmB92K27uhbUJU1p1r"
GITHUB = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" * 2
AWS_ID = "AKIA" + "Q3EGIXAMPL7KEYZZ"
SLACK = "xoxb-" + "123456789012-abcdefGHIJKL"

PLANTED = {  # what nobody may find: its kind, and what it is
    "host, in the inventory": "zephyr-gpu07",
    "host, its domain": "zephyr-gpu07.lab.quillfeather.net",
    "host, of uname": "nodename-41x",
    "host, in a journal": "jrnl-host99",
    "host, in a prompt": "promptbox3",
    "address of the host": "10.77.31.5",
    "address of the client": "83.12.77.201",
    "address in output": "192.168.213.44",
    "address, v6": "2a02:8071:b5c1:4e00::17",
    "address, link-local": "fe80::5054:ff:fe9a:1c2e",
    "MAC": "52:54:00:9a:1c:2e",
    "login user": "antonia.brandt",
    "second user": "rkowalczyk",
    "user in a path": "mvandenberg",
    "user in a URL": "svc-deploy",
    "full name": "Roksana Kowalczyk",
    "e-mail": "antonia@quillfeather.net",
    "e-mail, percent-encoded": "ops.team@quillfeather.net",
    "proxy": "squid.quillfeather.net",
    "mirror": "apt-mirror.quillfeather.lan",
    "registry": "harbor.quillfeather.io",
    "search domain": "int.quillfeather.corp",
    "password of the proxy": "Tr0ub4dor&3x",
    "password with signs": "p@ss: w'o\"r\\d/$1%",
    "password in JSON": "json-S3cretVal",
    "password in YAML": "yaml-H1dden",
    "password in a flag": "fl4g-Passw",
    "password split by colours": "C0l0urSpl1tPw",
    "password in base64": "b64-Sesame-9",
    "basic credentials": "basicP4ssw0rd",
    "auth of docker": "d0ckerAuthPw",
    "netrc": "n3trcPass",
    "bearer": "bearerTokenABC12345xyz",
    "JWT": JWT,
    "GitHub": GITHUB,
    "AWS id": AWS_ID,
    "AWS key": "wJalrXUtnFEMIK7MDENGbPxRfiCYzzzzzKEY9876",
    "Slack": SLACK,
    "private key": KEY,
    "env": "env-value-5eCr3t",
    "PIN of a file": "file-n4me-T0ken",
    "hash": "$6$rounds5000$abcdefghijklmnopqrstuvwxyz0123456789",
    "in a MOTD": "m0tdTok3nValue",
    "in hex": "hexed-V4lue-77",
    "session": "sess-9f8e7d6c5b4a",
    "company in a certificate": "Quill Feather Holdings",
}
P = PLANTED


def test_forty_kinds_are_planted() -> None:
    assert len(PLANTED) >= 40


def basic(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def output() -> str:
    """What the commands of an unlucky host print."""
    coloured = "\x1b[31m".join(P["password split by colours"])
    proxy = quote(P["password of the proxy"], safe="")
    nested = json.dumps(json.dumps({"password": P["password with signs"], "ok": True}))
    auth = basic("puller", P["auth of docker"])
    return "\n".join(
        [
            f"Linux {P['host, of uname']} 6.1.0-28-amd64 #1 SMP Debian 6.1.119-1 x86_64 GNU/Linux",
            f"Nov 23 15:28:46 {P['host, in a journal']} dockerd[812]: level=error msg=denied",
            f"{P['second user']}@{P['host, in a prompt']}:~$ docker ps",
            f"again on {P['host, in a prompt']}, {P['host, of uname']}, {P['host, in a journal']}.",
            f"inet {P['address in output']}/24 brd 192.168.213.255 scope global eth0",
            f"inet6 {P['address, v6']}/64 scope global; {P['address, link-local']}%eth0",
            f"link/ether {P['MAC']} brd ff:ff:ff:ff:ff:ff",
            "   1: 051F4D0A:0016 C94D0C53:BC16 01 00000060:00000000",
            f"ip-{P['address of the host'].replace('.', '-')} answered",
            f"{P['second user']}:x:1001:1001:{P['full name']},,,:/home/{P['second user']}:/bin/sh",
            f"cannot open /home/{P['user in a path']}/.docker/config.json: permission denied",
            f"drwxr-xr-x 2 {P['user in a path']} staff 4096 /srv/{P['user in a path'].upper()}",
            f"Contact: {P['e-mail']} or mailto={quote(P['e-mail, percent-encoded'], safe='')}",
            f"proxy http://{P['user in a URL']}:{proxy}"
            f"@{P['proxy']}:3128/ said 407; the password was {P['password of the proxy']}",
            f"Err:1 http://{P['mirror']}/debian bookworm InRelease",
            f"Could not resolve host: {P['mirror']}",
            f"pull access denied for {P['registry']}/team/app:1.2.3, insufficient_scope",
            f"search {P['search domain']}",
            f"export DB_PASSWORD={json.dumps(P['password with signs'])}",
            f"state: {nested} and {quote(P['password with signs'], safe='')}",
            json.dumps({"level": "info", "api_key": P["password in JSON"]}),
            f"seen again: {P['password in JSON']}, {P['password in YAML']}",
            f"database:\n  password: {P['password in YAML']}\n  port: 5432",
            f"mysql --password={P['password in a flag']} -e 'select 1'; {P['password in a flag']}",
            f"token={P['password split by colours']}",
            f"your token is {coloured}\x1b[0m, keep it",
            f"SECRET_TOKEN={P['password in base64']}",
            f"blob {base64.b64encode(('x' + P['password in base64'] + 'yz').encode()).decode()}",
            f"Authorization: Basic {basic('antonia.brandt', P['basic credentials'])}",
            f"> authorization: Bearer {P['bearer']}",
            json.dumps({"auths": {P["registry"]: {"auth": auth}}}, indent=1),
            f"machine {P['registry']} login puller password {P['netrc']}",
            f"jwt {JWT} and {GITHUB} and {SLACK}",
            f"aws_access_key_id = {AWS_ID}\naws_secret_access_key = {P['AWS key']}",
            f"-----BEGIN OPENSSH PRIVATE KEY-----\n{KEY}\n-----END OPENSSH PRIVATE KEY-----",
            f"half a key: {KEY}",
            f"deploy:{P['hash']}:19000:0:99999:7:::",
            f"API_TOKEN={P['in hex']} {P['in hex'].encode().hex()}",
            f"Set-Cookie: sid={P['session']}; Path=/",
            f"\x1b]0;{P['second user']}@{P['host, in a prompt']}\x07title",
            f"issuer: C=DE; O={P['company in a certificate']}; CN=Inspection CA 3",
            f"trusted by {P['company in a certificate'].upper()}",
            "docker-ce 5:28.5.2-1~debian.12~bookworm, containerd.io 1.7.28-2, libssl 3.0.17-1",
            "GET https://download.docker.com/linux/debian/gpg 200, image redis:7.4-alpine pulled",
            example.SOCKET,
        ]
    )


def events() -> list[dict[str, Any]]:
    facts = Facts(
        os_id="debian",
        os_version="12",
        os_pretty="Debian GNU/Linux 12 (bookworm)",
        arch="x86_64",
        init="systemd",
        user=P["login user"],
        home=f"/home/{P['login user']}",
        groups=(P["login user"],),
        docker_group_members=(P["second user"],),
        client_address=P["address of the client"],
        server_address=P["address of the host"],
        listeners=(Listener(22, P["address of the host"]),),
        proxy_env={"https_proxy": f"http://{P['user in a URL']}:x@{P['proxy']}:3128"},
        daemon_json=json.dumps({"registry-mirrors": [f"https://{P['registry']}:5000"]}),
        apt_sources=(f"deb http://{P['mirror']}/debian bookworm main",),
        noise=f"Welcome to {P['host, in the inventory']}! session token: {P['in a MOTD']}",
    )
    denied = example.group_stumble()
    return [
        example.host(
            P["host, its domain"],
            P["address of the host"],
            user=P["login user"],
            notes=[f"asked by {P['e-mail']}"],
        ),
        {"event": "facts", **event_lines.fields(facts)},
        {"event": "platform", "id": "debian", "title": "Debian", "note": ""},
        example.plan(),
        *denied,
        *example.step(
            "up",
            "failed",
            example.command(
                "up",
                f"cd /home/{P['login user']}/onramp && docker compose up -d",
                exit_code=1,
                env={"APP_SECRET": P["env"], "HOST": P["host, in the inventory"]},
                excerpt=output(),
                log=f"logs/0009-{P['PIN of a file']}-{P['host, in the inventory']}.log",
            ),
        ),
        {"event": "unexplained", "step": "up", "evidence": {
            "command": f"ssh {P['login user']}@{P['address of the host']}",
            "exit_code": 1, "excerpt": output(), "log": "",
        }},
        {"event": "note", "text": f"token={P['PIN of a file']}; {P['host, in the inventory']}"},
        {"event": "answer", "url": f"http://{P['host, its domain']}:8000/", "way": "direct"},
        example.end("failed"),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("runs") / "20261123T060000Z"
    folder = run / "hosts" / P["host, its domain"]
    (folder / "logs").mkdir(parents=True)
    lines = "".join(json.dumps(event) + "\n" for event in events())
    (folder / "events.jsonl").write_text(lines)
    facts = {name: value for name, value in events()[1].items() if name != "event"}
    (folder / "facts.json").write_text(json.dumps(facts))
    log = f"# command: up\n\n--- stdout ---\n{output()}\n"
    name = f"0009-{P['PIN of a file']}-{P['host, in the inventory']}.log"
    (folder / "logs" / name).write_bytes(log.encode())
    (folder / "logs" / "0001-use-without-sudo-try.log").write_text(
        f"# command: docker version\n\n--- stdout ---\n{example.SOCKET}\n"
    )
    (folder / "notes.yml").write_text(f"secret: {P['password in YAML']}\nby: {P['e-mail']}\n")
    (folder / "core").write_bytes(b"\0\1" + P["env"].encode())
    summary = {
        "schema": 1,
        "id": run.name,
        "command": f"invoke evaluate --hosts={P['login user']}@{P['address of the host']}:2222",
        "started": "2026-11-23T06:00:00Z",
        "exit_code": 2,
        "hosts": [{
            "name": P["host, its domain"], "spec": P["host, its domain"], "status": "failed",
            "path": f"hosts/{P['host, its domain']}",
        }],
        "notes": [f"keys from /home/{P['user in a path']}/.ssh"],
    }  # fmt: skip
    (run / "run.json").write_text(json.dumps(summary))
    return run


@pytest.fixture(scope="module")
def copy(original: Path) -> redacted_copy.Copy:
    return redacted_copy.redacted(original, original.with_name("shown"), catalogue())


def everything(folder: Path) -> str:
    """Every byte and name of a folder."""
    return "\n".join(
        f"{path.relative_to(folder)}\n" + (path.read_bytes().decode() if path.is_file() else "")
        for path in sorted(folder.rglob("*"))
    )


def disguises(value: str) -> set[str]:
    """The ways a value may be written down, made without the code under test."""
    raw = value.encode()
    cores = set()
    for offset in range(3):
        whole = base64.b64encode(b"\0" * offset + raw).decode()
        cores.add(whole[-(-8 * offset // 6) : 8 * (offset + len(raw)) // 6])
    escaped = json.dumps(value)[1:-1]
    nested = json.dumps(escaped)[1:-1]
    return {value, quote(value, safe=""), quote(value), escaped, nested, raw.hex(), *cores}


@pytest.mark.parametrize("kind", PLANTED)
def test_nothing_planted_is_found(kind: str, original: Path, copy: redacted_copy.Copy) -> None:
    planted = everything(original).lower()
    assert any(form.lower() in planted for form in disguises(PLANTED[kind]))
    text = everything(copy.path)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    for form in disguises(PLANTED[kind]):
        assert form.lower() not in text.lower(), form
        assert form.lower() not in plain.lower(), form


@pytest.mark.parametrize(
    "piece",
    ["quillfeather", "zephyr", "brandt", "051F4D0A", "C94D0C53", "10-77-31-5", "Kowalczyk"],
)
def test_no_part_of_a_name_is_found(piece: str, copy: redacted_copy.Copy) -> None:
    assert piece.lower() not in everything(copy.path).lower()


def test_the_copy_is_worth_reading(copy: redacted_copy.Copy) -> None:
    (host,) = find_runs.host_folders(copy.path)
    log = next((host / "logs").glob("0009-*")).read_text()
    for kept in (
        "docker-ce 5:28.5.2-1~debian.12~bookworm, containerd.io 1.7.28-2, libssl 3.0.17-1",
        "GET https://download.docker.com/linux/debian/gpg 200, image redis:7.4-alpine pulled",
        "Linux host-",
        "cannot open /home/user-",
        "level=error msg=denied",
        "6.1.0-28-amd64",
        "your token is secret-",
        "\x1b[31m",
        example.SOCKET,
    ):
        assert kept in log
    assert host.name == "host-1"
    assert "host-1 failed at up" in (host / "report.md").read_text()


def test_the_same_name_has_the_same_stand_in_everywhere(copy: redacted_copy.Copy) -> None:
    (run,) = find_runs.host_runs(copy.path)
    assert run.facts is not None
    assert (run.name, run.user, run.facts.user) == ("host-1", "user-1", "user-1")
    assert run.address == run.facts.server_address == "192.0.2.1"
    assert run.facts.home == "/home/user-1"
    summary = find_runs.summary(copy.path)
    assert summary["command"] == "invoke evaluate --hosts=user-1@192.0.2.1:2222"
    assert summary["hosts"][0]["path"] == "hosts/host-1"
    command = run.steps[-1].commands if run.steps[-1].commands else ()
    logs = {c.log for step in run.steps for c in (*step.commands, *command) if "0009" in c.log}
    assert all((copy.path / "hosts" / "host-1" / log).is_file() for log in logs)
    assert logs


def test_a_copy_named_after_the_host_does_not_name_it_inside(
    original: Path, tmp_path: Path
) -> None:
    name = find_runs.host_runs(original)[0].name
    copy = redacted_copy.redacted(original, tmp_path / f"copy-of-{name}", catalogue())
    assert copy.faults == ()
    assert not [path for path in copy.path.rglob("*.*") if name in path.read_text("utf-8")]


def test_the_same_pain_points_are_found(original: Path, copy: redacted_copy.Copy) -> None:
    def diagnosed(run: Path) -> list[tuple[str, str]]:
        given = type("Given", (), {"runs": None, "run": str(run)})()
        return [(found.pain, found.step) for _, found in _of_run(given, catalogue())]

    assert diagnosed(copy.path) == diagnosed(original) != []
    pairs = zip(find_runs.host_runs(original), find_runs.host_runs(copy.path), strict=True)
    for before, after in pairs:
        assert [f.pain for f in before.findings] == [f.pain for f in after.findings]
        assert [(s.id, s.status, s.seconds) for s in before.steps] == [
            (s.id, s.status, s.seconds) for s in after.steps
        ]
        assert (before.status, before.total_s) == (after.status, after.total_s)


def test_every_report_is_rendered_and_what_is_no_text_is_left_out(copy: redacted_copy.Copy) -> None:
    assert copy.faults == ()
    assert [Path(name).name for name in copy.left_out] == ["core"]
    names = {path.name for path in copy.path.rglob("*") if path.is_file()}
    assert {"report.md", "report.html", "report.json", "reproduce.sh", "index.md", "index.html",
            "junit.xml", "run.json", "facts.json", "events.jsonl",
            "terminal.cast"} <= names  # fmt: skip
    json.loads((copy.path / "hosts" / "host-1" / "report.json").read_text())


def test_a_copy_is_never_written_over_anything(original: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is there already"):
        redacted_copy.redacted(original, tmp_path, catalogue())
    with pytest.raises(UsageError, match="within the run"):
        redacted_copy.redacted(original, original / "copy", catalogue())
    assert not (original / "copy").exists()


@pytest.mark.parametrize(
    "kept",
    [
        "docker compose build && docker compose up -d",
        "password: required",
        "Permission denied (publickey,password).",
        "Get https://registry-1.docker.io/v2/: dial tcp: lookup registry-1.docker.io: no such host",
        "listening on 0.0.0.0:8000, 127.0.0.1 and [::1], mask 255.255.255.0",
        "docker0: 172.17.0.1/16",
        "libfoo (1.2.3.4-1+deb12u2), version 4.18.0.553",
        "io.containerd.snapshotter.v1.overlayfs docker.service unit.socket daemon.json app.py",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "DB_PASSWORD=${DB_PASSWORD} --password-file=/run/secrets/db token=********",
        "12:34:56 std::string redis:7.4-alpine python:3.12-slim",
        "docker@docker.com ecdsa-sha2-nistp256-cert-v01@openssh.com user@1000.service",
    ],
)
def test_what_is_nobodys_stays(kept: str) -> None:
    redactor = Redactor()
    redactor.learn(kept)
    assert redactor.text(kept) == kept


def test_somebody_called_like_a_common_word_is_replaced_only_where_it_is_them() -> None:
    redactor = Redactor(frozenset({"build", "up"}))
    redactor.name("user", "build")
    redactor.name("host", "up")
    said = redactor.text("build@up:/home/build$ docker compose build; docker compose up")
    assert said == "user-1@host-1:/home/user-1$ docker compose build; docker compose up"


def test_awkward_names_a_dead_run_and_torn_lines_do_no_harm(tmp_path: Path) -> None:
    run = tmp_path / "20261123T070000Z"
    for name, user in (("docker", "step"), ("verify", "shown"), ("zoë-7", "up")):
        folder = run / "hosts" / name
        (folder / "logs").mkdir(parents=True)
        told = [
            example.host(name, "10.3.2.1", user=user),
            {"event": "facts", **event_lines.fields(Facts(user=user, home=f"/home/{user}"))},
            example.plan(),
            *example.group_stumble(),
            *example.step("up", "changed", example.command("up", f"ls /home/{user}")),
        ]
        text = "".join(json.dumps(event) + "\n" for event in told)
        (folder / "events.jsonl").write_bytes(b'{"torn": \xff\n' + text.encode() + b'{"event": "en')
        (folder / "logs" / "0001-up-apply.log").write_bytes(b"\xff\0\x1b[3" + user.encode() * 9)
        (folder / "logs" / "elsewhere.log").symlink_to("/etc/hostname")
    (run / "run.json").write_text('{"hosts": 7, "notes": [')
    copy = redacted_copy.redacted(run, tmp_path / "shown" / "here", catalogue())
    assert copy.faults == ()
    hosts = find_runs.host_runs(copy.path)
    assert [host.name for host in hosts] == ["host-1", "host-2", "host-3"]
    for host in hosts:
        assert host.status == "interrupted"
        assert [finding.pain for finding in host.findings] == ["docker-sock-permission-denied"]
        last = next(step for step in host.steps if step.id == "up")
        assert last.commands[0].shown == f"ls /home/{host.user}"
        assert last.commands[0].role == "apply"
    assert not list(copy.path.rglob("elsewhere.log"))
    assert "zoë" not in everything(copy.path)


def test_a_line_of_300_kilobytes_takes_seconds() -> None:
    for unit in ("a.", "1.", "password", "ssh -a ", "-----BEGIN PRIVATE KEY-----", "x@a.", "%41"):
        text = unit * (300_000 // len(unit))
        redactor = Redactor()
        began = time.monotonic()
        redactor.learn(text)
        redactor.text(text)
        assert time.monotonic() - began < 20, unit


def test_the_flag_to_goes_with_redact(original: Path) -> None:
    invoke = [str(ROOT / "invoke"), "report", f"--run={original}"]
    done = subprocess.run([*invoke, "--to=/tmp/x"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "--to: goes with --redact" in done.stderr
    done = subprocess.run([*invoke, "--redact"], capture_output=True, text=True, check=False)
    made = original.with_name(f"{original.name}-redacted")
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, f"{made}/index.md")
    assert P["env"] not in everything(made) + done.stdout + done.stderr.replace(str(original), "")


@pytest.mark.parametrize(
    "line",
    [
        "* Connected to registry.example.com (81.2.69.142) port 443", "PING x (81.2.69.142)",
        "rhost=81.2.69.142", "[UFW BLOCK] SRC=81.2.69.142 DST=81.2.69.142", "--dns=81.2.69.142",
        "ip_81.2.69.142",
    ],
)  # fmt: skip
def test_an_address_in_brackets_or_behind_a_sign_is_one(line: str) -> None:
    redactor = Redactor()
    redactor.learn(line)
    assert "81.2.69.142" not in redactor.text(line)


@pytest.mark.parametrize(
    "line", ["Unpacking libc6 (2.36.9.1-9+deb12u4)", "version 20.10.24.1", "v1.2.3.4"]
)
def test_a_version_of_four_numbers_stays(line: str) -> None:
    redactor = Redactor()
    redactor.learn(line)
    assert redactor.text(line) == line


@pytest.mark.parametrize("name", ["SECRET_KEY_BASE", "API_TOKEN_V2", "LDAP_BIND_PW"])
def test_a_secret_whose_name_has_an_end_of_its_own_is_one(name: str) -> None:
    redactor = Redactor()
    redactor.learn(f"{name}=s3cr3tvalue9")
    assert "s3cr3tvalue9" not in redactor.text(f"{name}=s3cr3tvalue9")


def test_hosts_with_one_stand_in_keep_their_own_reports_and_reviews(tmp_path: Path) -> None:
    run = tmp_path / "20261130T000000Z"
    names = {"web1.acme-corp.com": "passed", "web1": "failed"}
    for name, status in names.items():
        told = [example.host(name, address=name), example.end(status)]
        (run / "hosts" / name).mkdir(parents=True)
        lines = "".join(json.dumps(event) + "\n" for event in told)
        (run / "hosts" / name / "events.jsonl").write_text(lines)
    (run / "reviews").mkdir()
    (run / "reviews" / "web1.yml").write_text("notes: slow on a Monday\n")
    hosts = [{"name": n, "spec": n, "status": s, "path": f"hosts/{n}"} for n, s in names.items()]
    (run / "run.json").write_text(json.dumps({"schema": 1, "id": run.name, "hosts": hosts}))
    copy = redacted_copy.redacted(run, tmp_path / "shown", catalogue())
    assert copy.faults == ()
    found = json.loads((copy.path / "run.json").read_text())["hosts"]
    assert [(one["path"], one["status"]) for one in found] == [
        ("hosts/host-1", "passed"), ("hosts/host-1-2", "failed"),
    ]  # fmt: skip
    reports = {one["name"]: (copy.path / one["path"] / "report.md").read_text() for one in found}
    assert "slow on a Monday" not in reports["host-1"]
    assert "slow on a Monday" in reports["host-1-2"]
    assert "failed" in reports["host-1-2"].split("\n")[2]
    assert "web1" not in everything(copy.path)
