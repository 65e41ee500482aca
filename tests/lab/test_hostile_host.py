"""A host whose owner means harm: nothing it prints gets out of the words it is.

Its root has planted, by real means, HTML, script, Markdown, terminal escapes, rich's markup, shell
words, NUL, invalid UTF-8 and lines of a megabyte: as the names of the system and of files, in
banners and rc files, apt's hooks, a build's output, containers' logs, a web page and error texts.
"""

from __future__ import annotations

import base64
import os
import pty
import select
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

import harmless
from drive import ROOT, Ended, inventory, invoke, lab, on, stack, steps
from onramp.providers.lab.lab_host import LabHost

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="the lab needs root"),
    pytest.mark.timeout(300),
]
PWNED: Final = Path(f"/tmp/onramp-pwned-{os.getpid()}")
LINE: Final = (
    "<script>window.__pwned=1</script><img src=http://evil.test/x onerror=window.__pwned=1> "
    "</code></pre></details></title></textarea><svg onload=window.__pwned=1> ``` ````` | a | b | "
    "[x](javascript:alert(1)) ![i](http://evil.test/i.png) http://evil.test/bare &lt;b&gt; "
    f"`: >{PWNED}` $(: >{PWNED}) '; : >{PWNED}; ' \" ; : >{PWNED} # [bold red]markup[/bold red] "
    "{{ 7 * 7 }} ]]> <!-- --> "
)
SAID: Final = (
    LINE.encode()
    + b"\n# heading\n- [ ] item\n\n    code\n~~~\n```\n<details open><summary>s</summary>\n"
    + b"\x1b]0;PWNED-TITLE\x07\x1b]8;;javascript:alert(1)\x07link\x1b]8;;\x07\x1b]52;c;UFdORUQ=\x07"
    + b"\x1bP$q q\x1b\\\x1bPtmux;x\x1b\\\x1b_G a=T\x1b\\\x1b^pm\x1b\\"
    + b"\x1b[2J\x1b[?1049h\x1b[99A\x1b[6n"
    + b"\x1b[31mred\x1b[8mhidden\x1b[0m\x1bc\x1b(0\x0e\x0f\x9b31m\xc2\x9b2J\xc2\x9d0;t\xc2\x9c\x84"
    + b"\x07\x00\x08\x08\x0b\x0c\x7f \xff\xfe\xc3( \xed\xa0\x80 over\rwritten\r\n"
    + "\u202egnp.exe\u2066 \u200bzero \ufeff \u2028 \u0085 \u00ad".encode()
    + "\U000e0041\U000e0042 end\n".encode()
    + b"\x1b]0;never ended"
)
NAME: Final = "<img src=x onerror=window.__pwned=1>\x1b]0;PWNED\x07\n$(: >pwned)`|[x](y:z)"
EVIL_STACK: Final = {
    "app.py": """\
import http.server, os, sys
said = open("/said", "rb").read()
for stream in (sys.stdout.buffer, sys.stderr.buffer):
    stream.write(b"\\n" + said + b"\\n" + b"B" * 1_000_000 + b"\\n")
    stream.flush()
os.makedirs("/data", exist_ok=True)
open(b"/data/" + os.fsencode(NAME), "wb").write(said)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200, said[:40].decode("latin-1"))
        self.send_header("X-Said", "<script>window.__pwned=1</script>")
        self.end_headers()
        self.wfile.write(b"Hello " + said + b"P" * 1_000_000)
http.server.HTTPServer(("", 8000), Handler).serve_forever()
""".replace("NAME", repr(NAME).replace("/", "")),
    "Dockerfile": """\
FROM python:3.12-alpine
COPY said /said
RUN cat /said; cat /said >&2; head -c 1000000 /dev/zero | tr '\\0' A
LABEL hostile="<script>window.__pwned=1</script>"
COPY app.py .
CMD ["python3", "app.py"]
""",
    "docker-compose.yml": """\
services:
  web:
    build: .
    container_name: ${COMPOSE_PROJECT_NAME}__script.-_.
    stop_signal: SIGKILL
    ports: ["8000:8000"]
    volumes: ["./data:/data", "kept:/kept"]
    labels: {"<script>window.__pwned=1</script>": "\\e]0;PWNED\\a ${NOBODY_SET:-}${UNSET}"}
volumes:
  kept: {labels: {said: "<img src=x onerror=window.__pwned=1>\\e[2J"}}
""",
    "stack.yml": "title: '<script>window.__pwned=1</script> **b** [x](y:z)'\n"
    "services: [web]\nhttp: [{port: 8000, contains: Hello}]\n",
    "evaluation.yml": """\
ratings: {set_up: 7}
tool: &said "<script>window.__pwned=1</script> [x](javascript:alert(1)) ![i](http://evil.test/i)
  \\n\\n# h\\n```\\n\\e]0;PWNED\\a\\e[2J\\x9b31m \\0 \\u202e"
strengths: [*said, "| a | b |\\n|---|---|\\n| http://evil.test | <b>b</b> |"]
concerns: *said
recommendation: *said
""",
    "requirements.yml": """\
requirements:
  - id: says-what-it-likes
    title: "<script>window.__pwned=1</script> | [x](javascript:alert(1))"
    why: "`$(reboot)` <img src=x onerror=window.__pwned=1>"
    shown: "cat <said> | `x`"
    probe: cat /etc/hostile.long; cat /etc/hostile.long >&2; exit 1
  - id: met-with-words
    title: '![i](http://evil.test/i.png)'
    why: '&lt;b&gt; **b**'
    probe: |
      cat /etc/hostile >&2; head -c 1000000 /dev/zero | tr '\\\\0' C
      printf '\\033]0;PWNED\\007<script>window.__pwned=1</script> | done'
""",
    "<img src=x onerror=window.__pwned=1> | `$(pwned)` [x](y).txt": "a file of the stack",
}
FAILING: Final = EVIL_STACK | {
    "Dockerfile": EVIL_STACK["Dockerfile"].replace("| tr '\\0' A", "| tr '\\0' A; exit 7"),
}


def plant(host: LabHost) -> None:
    """By root of that host, in places that print for everybody who logs in or installs."""
    words = base64.b64encode(SAID).decode()
    # in UTF-8: Docker's daemon does not start on a system whose name is not
    pretty = LINE.replace('"', "") + "\x1b]0;PWNED\x07\x9b2J\u202e" + "N" * 100_000
    on(
        host,
        f"""
echo {words} | base64 -d > /etc/hostile
{{ cat /etc/hostile; head -c 1000000 /dev/zero | tr '\\0' M; echo; }} > /etc/hostile.long
cp /etc/hostile.long /etc/motd; cp /etc/hostile.long /etc/issue.net
sed -i '/^PRETTY_NAME/d' /etc/os-release
cat >> /etc/os-release <<'END'
PRETTY_NAME="{pretty}"
END
mkdir -p /etc/ssh/sshd_config.d
echo 'Banner /etc/issue.net' > /etc/ssh/sshd_config.d/00-hostile.conf
systemctl reload ssh
for rc in /etc/bash.bashrc /home/newcomer/.bashrc /home/newcomer/.profile /etc/profile; do
  {{ echo 'cat /etc/hostile; cat /etc/hostile >&2'; cat $rc; }} > /run/rc
  cp /run/rc $rc
done
cat > /etc/apt/apt.conf.d/99hostile <<'END'
DPkg::Post-Invoke {{"cat /etc/hostile.long; cat /etc/hostile.long >&2";}};
APT::Update::Pre-Invoke {{"cat /etc/hostile; cat /etc/hostile >&2";}};
END
echo 'Defaults lecture=always, lecture_file=/etc/hostile' > /etc/sudoers.d/00-hostile
cd /home/newcomer && perl -e 'for (@ARGV) {{ open(my $f, ">", "./$_"); print $f $_ }}' \\
  "$(printf 'evil\\n\\033]0;PWNED\\007<img src=x onerror=window.__pwned=1>')" -- -rf '$(reboot)'
""",
    )


RENAME: Final = """
perl -e 'my $n = "<img src=x onerror=alert(1)>\\e]0;t\\a`|"; syscall($ARGV[0], $n, length $n)' \\
  $([ "$(uname -m)" = aarch64 ] && echo 161 || echo 170)
"""  # sethostname(2): the kernel takes any bytes


@pytest.fixture(scope="module")
def hostile(lab_host: Callable[..., LabHost]) -> LabHost:
    host = lab_host("fault-hostile")
    plant(host)
    on(host, RENAME)
    return host


def at_terminal(arguments: list[str], folder: Path) -> tuple[int, bytes]:
    """./invoke at a terminal where every question is answered with no: exit code and output."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [str(ROOT / "invoke"), *arguments], stdin=theirs, stdout=theirs, stderr=theirs,
        cwd=folder, env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "150"},
        preexec_fn=lambda: os.login_tty(theirs),
    )  # fmt: skip
    os.close(theirs)
    said, asked = b"", 0
    deadline = time.monotonic() + 200
    while time.monotonic() < deadline:
        if not select.select([ours], [], [], 0.5)[0]:
            continue
        try:
            said += os.read(ours, 65536)
        except OSError:  # the terminal closed: it ended
            break
        if said.count(b"[y/N]") > asked:
            asked += 1
            os.write(ours, b"n\n")
    os.close(ours)
    if process.poll() is None and time.monotonic() > deadline:
        process.kill()
    return process.wait(30), said


@contextmanager
def rude_server() -> Iterator[int]:
    """A port where something speaks first, and not SSH; its number."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                peer, _ = server.accept()
                with peer:
                    hello = b"SSH-1.0-" + LINE[:150].encode() + b"\x1b]0;PWNED\x07\xff\x9b2J"
                    peer.sendall(hello + b"\r\n" + SAID)
            except OSError:
                return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def evil_stack(folder: Path, files: dict[str, str], name: str) -> str:
    flag = stack(folder, files, name)
    (folder / name / "said").write_bytes(SAID)
    return flag


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    PWNED.unlink(missing_ok=True)
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def passed(hostile: LabHost, place: Path) -> tuple[Path, bytes]:
    """The whole way at a terminal, with the live view."""
    flag = inventory(place, {hostile.name: lab()})
    words = ["evaluate", flag, evil_stack(place, EVIL_STACK, "evil"), f"--runs={place / 'a'}"]
    code, said = at_terminal(words, place)
    folder = (place / "a/latest").resolve()
    assert code == 0, said[-4000:]
    return folder, said


@pytest.fixture(scope="module")
def failed(passed: object, hostile: LabHost, place: Path) -> tuple[Ended, Path]:
    """Again with a build that fails, beside a server that is none; everything said, and JSON."""
    with rude_server() as port:
        hosts = {hostile.name: lab(), "rude": {"ansible_host": "127.0.0.1", "ansible_port": port}}
        flag = inventory(place / "again", hosts)
        ended = invoke(
            "evaluate", flag, evil_stack(place, FAILING, "evil-failing"), "--json", "--verbose",
            folder=place / "again",
        )  # fmt: skip
    assert ended.code == 4, ended.said
    return ended, ended.folder


def test_at_a_terminal_nothing_but_words(passed: tuple[Path, bytes]) -> None:
    folder, printed = passed
    said = harmless.on_terminal(printed)
    assert "PWNED-TITLE" not in said
    assert "passed" in said
    assert len(printed) < 2_000_000
    (host,) = (folder / "hosts").iterdir()
    assert b"PWNED-TITLE" in b"".join(log.read_bytes() for log in host.glob("logs/*"))


def test_every_file_of_a_run_that_passed(passed: tuple[Path, bytes], place: Path) -> None:
    folder, _ = passed
    harmless.run(folder, place, PWNED)


def test_every_file_of_a_run_that_failed(failed: tuple[Ended, Path], place: Path) -> None:
    ended, folder = failed
    harmless.as_text(ended.err)
    whole = harmless.valid(ended.out.encode(), "run-report")
    by_name = {host["host"]["name"]: host for host in whole["hosts"]}
    assert by_name["rude"]["status"] == "unreachable"
    (evil,) = (host for name, host in by_name.items() if name != "rude")
    assert steps(evil)["build"] == "failed"
    assert evil["unexplained"]
    harmless.run(folder, place, PWNED)


def test_what_is_told_of_these_runs_later(
    passed: tuple[Path, bytes], failed: tuple[Ended, Path], place: Path
) -> None:
    runs = place / "later"
    runs.mkdir()
    for number, folder in enumerate((passed[0], failed[1])):
        shutil.copytree(folder, runs / f"20261123T0{number}0000Z", symlinks=True)
    first, second = sorted(runs.iterdir())
    answers = place / "review.yml"
    answers.write_text("ratings: {task: 3}\n" + EVIL_STACK["evaluation.yml"].partition("\n")[2])
    host = next(path.name for path in (first / "hosts").iterdir())
    copy = place / "redacted"
    page = place / "history.html"
    asked: tuple[tuple[str, ...], ...] = (
        ("review", f"--host={host}", f"--file={answers}", f"--run={first.name}"),
        ("report", f"--run={first.name}"),
        ("report", f"--run={second.name}", "--redact", f"--to={copy}"),
        ("diagnose", f"--run={second.name}"),
        ("compare", first.name, second.name),
        ("history", "--page", f"--to={page}"),
        ("pains", "--unexplained"),
    )
    for words in asked:
        code, said = at_terminal([*words, f"--runs={runs}"], place)
        assert code == 0, said[-3000:]
        harmless.on_terminal(said)
    harmless.files(first, place, PWNED)
    harmless.files(copy, place, PWNED)
    harmless.pages([page, first / "hosts" / host / "report.html"])
    assert host not in "".join(path.read_text() for path in copy.rglob("*") if path.is_file())
