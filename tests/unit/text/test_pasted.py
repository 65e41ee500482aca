"""What other programs put round a line is taken away, and nothing else."""

from __future__ import annotations

import pytest

from onramp.text.pasted import decoding, heads, reading

E = "E: Unable to locate package docker-ce"


def lines(text: str) -> set[str]:
    return {line for one in reading.read(text).readings for line in one.text.split("\n")}


@pytest.mark.parametrize(
    "head",
    [
        "2025-11-18T09:14:07.1234567Z ",
        "2025-11-18T09:14:07.123456Z 01O ",
        "[2025-11-18T09:14:07.123Z] ",
        "build\tInstall\t2025-11-18T09:14:07.1234567Z ",
        "##[error]",
        "::error file=a.sh,line=1::",
        "Nov 18 09:14:07 node-7 cloud-init[812]: ",
        "11月 18 09:14:07 node-7 provision[812]: ",
        "2025-11-18T09:14:07+0100 node-7 provision[812]: ",
        "2025-11-18 09:14:07,123 - subp.py[WARNING]: ",
        "[   12.345678] cloud-init[812]: ",
        "worker-1      | ",
        "[pod/web-5c9/app] ",
        "[node-7] out: ",
        "[node-7] >>> ",
        "==> default: ",
        "    default: ",
        "aws_instance.web (remote-exec): ",
        "module.a.null_resource.b[0] (local-exec): ",
        "\u2502 ",
        "> > ",
        "- ",
        "  msg: '",
        "fatal: [node-7]: FAILED! => ",
        "ERROR: ",
        "[2025-11-18T09:14:07.123Z] 2025-11-18T09:14:07.123Z ==> default: \u2502 ",
    ],
)
def test_heads_are_taken_away(head: str) -> None:
    assert E in lines(f"Reading package lists...\n{head}{E}\n")


@pytest.mark.parametrize(
    "text",
    [
        f'fatal: [a]: FAILED! => {{"msg": "{E}\\nE: more"}}',
        f'{{\n    "stderr_lines": [\n        "{E}"\n    ]\n}}',
        "b'Reading package lists...\\n" + E + "\\n'",
        f"The error was: apt_pkg.Error: {E.replace('E: ', 'E:')}, E:The list could not be read.",
        f'time="2025-11-18T09:14:07Z" level=error msg="{E}"',
        f"<pre>^[[31m{E.replace(' ', '&nbsp;')}^[[0m</pre>",
        f"\\u001b[31m{E}\\u001b[0m",
        E.replace(" ", "\u00a0"),
        "E: Unable to locate\npackage docker-ce".replace("\n", "\u200b "),
    ],
)
def test_escapes_are_undone(text: str) -> None:
    assert E in lines(text)


def test_broken_lines_are_read_as_one() -> None:
    url = "https://download.docker.com/linux/debian"
    long = f"E: The repository '{url} lunar Release' does not have a Release file."
    broken = f"{long[:80]}\n{long[80:]}"
    assert long in lines(f"apt-get update\n{broken}\nN: See apt-secure(8)")


def test_a_line_tells_where_it_was_printed() -> None:
    assert heads.place("worker-1  | sudo: not found").words == "the service worker-1"
    assert heads.place("2025-11-18T09:14:07Z #12 0.345 sudo: not found").words == "a build"
    assert heads.place("Nov 18 09:14:07 a dockerd[8]: failed").words == "the journal of dockerd"
    assert heads.place("sudo: not found").words == ""


def test_what_a_builder_numbered_is_no_line_of_the_host() -> None:
    texts = [one for one in reading.read("#12 0.345 sudo: not found").readings]
    assert [one.steps for one in texts if one.text == "sudo: not found"] == [("build",)]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_other_encodings_are_read(encoding: str) -> None:
    assert decoding.decoded(f"{E}\r\n{E}\r\n".encode(encoding)) == f"{E}\n{E}\n"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x1f\x8b\x08" + bytes(range(60)), "a gzip archive"),
        (b"%PDF-1.7", "a PDF document"),
        (bytes(range(32)) * 9, "binary data"),
        (E.encode("utf-16"), None),
        (E.encode(), None),
        (b"", None),
    ],
)
def test_what_is_no_text_is_named(data: bytes, kind: str | None) -> None:
    assert decoding.not_text(data) == kind
