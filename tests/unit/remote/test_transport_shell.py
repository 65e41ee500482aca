"""What goes over the wire, tried in real shells; and output that stays bounded."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from onramp.errors import UsageError
from onramp.model.action import Command, Upload
from onramp.remote.ssh import shell as remoteshell
from onramp.remote.ssh.capture import Bounded, Marked

NASTY = 'it\'s "q" $HOME `id` \\ \n !x* ; # é'
SHELLS = [
    name for name in ("sh", "bash", "dash", "fish", "csh", "tcsh", "zsh") if shutil.which(name)
]


def through(shell: str, line: str, data: bytes) -> tuple[int, bytes, bytes]:
    done = subprocess.run([shell, "-c", line], input=data, capture_output=True, timeout=20)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("shell", SHELLS)
def test_any_login_shell_runs_the_same_script(shell: str) -> None:
    command = Command('printf "%s|" "$A" "$LC_ALL"; cat; exit 7', env={"A": NASTY})
    line = remoteshell.command_line("onramp-1a")
    code, out, err = through(shell, line, remoteshell.script_text(command).encode())
    stdout, stderr = Marked("onramp-1a"), Marked("onramp-1a")
    stdout.feed(out)
    stderr.feed(err)
    assert code == 7
    assert stdout.output.text() == f"{NASTY}|C|"
    assert stderr.output.text() == ""
    assert stdout.pid


@pytest.mark.parametrize("shell", SHELLS)
def test_a_one_line_script_reads_what_follows(shell: str) -> None:
    line = remoteshell.command_line("onramp-1a", one_line=True)
    code, out, _ = through(shell, line, b"tr a-z A-Z; exit 3\nthe rest\n")
    assert (code, out.split(b"\n", 1)[1]) == (3, b"THE REST\n")


SPEAKS = {  # a shell's words -> what it says to somebody who types, without the line's number
    "dash": "sh: {}: nosuch: not found",
    "bash": "sh: line {}: nosuch: command not found",
    "busybox": "sh: nosuch: not found",
}


@pytest.mark.parametrize("shell", [name for name in SPEAKS if shutil.which(name)])
@pytest.mark.parametrize("one_line", [False, True])
def test_each_shell_complains_as_it_does_to_a_newcomer(
    shell: str, one_line: bool, tmp_path: Path
) -> None:
    """Whatever /bin/sh is there: no word in its errors is owed to how a script reaches it."""
    (tmp_path / "sh").symlink_to(str(shutil.which(shell)))
    line = remoteshell.command_line("onramp-1a", one_line=one_line)
    text = b"nosuch\n" if one_line else remoteshell.script_text(Command("nosuch\n# end")).encode()
    done = subprocess.run(
        ["/bin/sh", "-c", f"PATH={tmp_path}:$PATH; {line}"], input=text, capture_output=True
    )
    said = Marked("onramp-1a")
    said.feed(done.stderr)
    assert said.output.text() == SPEAKS[shell].format(1) + "\n"
    assert done.returncode == 127


def test_nothing_of_a_command_is_on_the_command_line() -> None:
    for sudo in ("no", "passwordless", "password"):
        line = remoteshell.command_line("onramp-1a", sudo=sudo)  # type: ignore[arg-type]
        assert set("\\!\n`").isdisjoint(line)
    assert line.startswith("sudo -k -S -p onramp-1a-password: sh -c '")


@pytest.mark.parametrize("name", ["", "1A", "A-B", "A=B", "A;reboot", "Ä"])
def test_names_no_shell_takes_are_refused(name: str) -> None:
    with pytest.raises(UsageError, match="environment variable"):
        remoteshell.exports({name: "x"})


def test_upload_puts_names_and_modes_as_they_are(tmp_path: object) -> None:
    names = ("a b/c'd\n.txt", "x.sh", "-rf", "~", "é/" + "long" * 50)
    upload = Upload("~/it's here/", {name: name.encode() for name in names}, {"x.sh": 0o755})
    script, stream = remoteshell.upload_script(upload), remoteshell.upload_stream(upload)
    assert "\n" not in script
    done = subprocess.run(
        ["sh", "-c", script], input=stream, env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    )
    assert done.returncode == 0
    base = Path(str(tmp_path)) / "it's here"
    assert {name: (base / name).read_bytes() for name in names} == upload.files
    assert oct((base / "x.sh").stat().st_mode)[-3:] == "755"


@pytest.mark.parametrize("name", ["/etc/passwd", "../x", "a/../../x", "", ".", "/"])
def test_upload_refuses_names_that_lead_out(name: str) -> None:
    with pytest.raises(UsageError, match="not a file name"):
        remoteshell.upload_stream(Upload("~/d", {name: b""}))


def test_an_absolute_directory_is_below_the_root() -> None:
    upload = Upload("/srv/d", {"f": b"x"})
    with tarfile.open(fileobj=io.BytesIO(remoteshell.upload_stream(upload))) as archive:
        assert archive.getnames() == ["./srv/d/f"]
    assert "cd / &&" in remoteshell.upload_script(upload)


def test_bounded_keeps_both_ends_and_counts_the_rest() -> None:
    kept = Bounded(10)
    for piece in (b"abc", b"defgh", b"0" * 1000, b"vwxyz"):
        kept.feed(piece)
    assert kept.text() == "abcde\n[... 1003 bytes left out ...]\nvwxyz"
    assert kept.dropped_bytes == 1003


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_bounded_is_the_same_however_it_is_cut(size: int) -> None:
    data = bytes(range(48, 123)) * 3
    kept = Bounded(100)
    for start in range(0, len(data), size):
        kept.feed(data[start : start + size])
    gap = f"\n[... {len(data) - 100} bytes left out ...]\n"
    assert kept.text() == data[:50].decode() + gap + data[-50:].decode()


def test_bounded_leaves_short_output_alone() -> None:
    kept = Bounded(10)
    kept.feed("déjà".encode()[:2])
    kept.feed("déjà".encode()[2:])
    assert (kept.text(), kept.dropped_bytes) == ("déjà", 0)


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_what_comes_before_the_mark_is_noise(size: int) -> None:
    data = b"Welcome!\nno end of lineonramp-1a 42\nreal onramp-1a 43\n"
    stream = Marked("onramp-1a")
    output = b"".join(
        stream.feed(data[start : start + size]) for start in range(0, len(data), size)
    )
    assert output == b"real onramp-1a 43\n"
    assert stream.output.text() == output.decode()
    assert (stream.noise, stream.pid) == ("Welcome!\nno end of line", 42)


def test_endless_noise_is_bounded_and_the_mark_still_found() -> None:
    stream = Marked("onramp-1a")
    for _ in range(100):
        stream.feed(b"x" * 32768)
    stream.feed(b"\nonramp-1a 7\nreal")
    assert len(stream.noise) < 70_000
    assert stream.output.text() == "real"
    assert f"\n[... {stream.dropped_bytes} bytes left out ...]\n" in stream.noise
    assert stream.noise.count("x") + stream.dropped_bytes == 100 * 32768
