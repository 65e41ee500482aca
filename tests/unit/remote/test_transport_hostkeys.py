"""known_hosts as OpenSSH reads it; the files are made by ssh-keygen where it is there."""

from __future__ import annotations

import base64
import shutil
import subprocess
import threading
import time
from pathlib import Path

import pytest

import speed
from onramp.remote.ssh import host_keys
from onramp.remote.ssh.host_keys import Key

ED = Key("ssh-ed25519", b"\0\0\0\x0bssh-ed25519ed-key")
EC = Key("ecdsa-sha2-nistp256", b"ec-key")


def line(names: str, key: Key, marker: str = "") -> str:
    return f"{marker}{names} {key.type} {base64.b64encode(key.blob).decode()} a comment\n"


def verdict(text: str, key: Key = ED, names: tuple[str, ...] = ("web",)) -> str:
    return host_keys.judge(host_keys.parse(text), names, key).verdict


def test_known_changed_unknown() -> None:
    other = Key(ED.type, b"other")
    assert verdict(line("web,10.0.0.5", ED)) == "known"
    assert verdict(line("web", other)) == "changed"
    assert verdict(line("webb", other)) == "unknown"
    assert verdict("") == "unknown"
    assert verdict(line("WEB", ED)) == "known"


def test_several_keys_for_one_host_are_all_good() -> None:
    text = line("web", EC) + line("web", ED)
    assert verdict(text) == verdict(text, EC) == "known"


def test_a_host_known_by_other_types_only_counts_as_changed() -> None:
    assert verdict(line("web", EC)) == "changed"


def test_changed_names_the_line_of_the_same_type() -> None:
    text = "# mine\n" + line("web", EC) + line("web", Key(ED.type, b"old"))
    judgement = host_keys.judge(host_keys.parse(text, "kh"), ("web",), ED)
    assert judgement.entry is not None
    assert (judgement.entry.file, judgement.entry.line) == ("kh", 3)


def test_ports() -> None:
    assert host_keys.name_of("Web", 22) == "web"
    assert host_keys.name_of("fe80::1", 2222) == "[fe80::1]:2222"
    names = ("[web]:2222", "web")
    assert verdict(line("[web]:2222", ED), names=names) == "known"
    assert verdict(line("web", ED), names=names) == "known"
    assert verdict(line("web", Key(ED.type, b"another sshd")), names=names) == "unknown"


def test_patterns_and_negation() -> None:
    assert verdict(line("*.example.org", ED), names=("a.example.org",)) == "known"
    assert verdict(line("we?", ED)) == "known"
    assert verdict(line("*,!web", ED)) == "unknown"
    assert verdict(line("[web]:22", ED)) == "unknown"


def test_revoked_and_authorities() -> None:
    assert verdict(line("*", ED, "@revoked ") + line("web", ED)) == "revoked"
    assert verdict(line("*", ED, "@cert-authority ")) == "unknown"


@pytest.mark.parametrize("junk", ["web", "web ssh-ed25519", "web ssh-ed25519 ä!", "|1|x|y z", "\0"])
def test_junk_lines_are_passed_over(junk: str) -> None:
    assert verdict(f"{junk}\n{line('web', ED)}") == "known"


def test_types_known_for_a_host_come_first() -> None:
    entries = host_keys.parse(line("web", EC) + line("db", ED) + line("web", EC))
    assert host_keys.types(entries, ("web",)) == (EC.type,)


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="needs ssh-keygen")
def test_hashed_names_and_fingerprints_agree_with_ssh_keygen(tmp_path: Path) -> None:
    key = tmp_path / "key"
    run = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)]
    subprocess.run(run, check=True, stdin=subprocess.DEVNULL)
    kind, blob, *_ = Path(f"{key}.pub").read_text().split()
    mine = Key(kind, base64.b64decode(blob))
    known = tmp_path / "known_hosts"
    known.write_text(line("web", mine) + line("[db]:2222", mine))
    subprocess.run(["ssh-keygen", "-H", "-f", str(known)], check=True, capture_output=True)
    assert "web" not in known.read_text()
    assert verdict(known.read_text(), mine) == "known"
    assert verdict(known.read_text(), mine, ("[db]:2222",)) == "known"
    assert verdict(known.read_text(), mine, ("other",)) == "unknown"
    shown = subprocess.run(["ssh-keygen", "-lf", f"{key}.pub"], capture_output=True, text=True)
    assert mine.fingerprint in shown.stdout


def test_append_adds_one_line_and_leaves_the_rest(tmp_path: Path) -> None:
    file = tmp_path / "new" / "known_hosts"
    host_keys.append(str(file), "web", ED)
    assert oct(file.parent.stat().st_mode)[-3:] == "700"
    file.write_text("# mine, without an end of line")
    host_keys.append(str(file), "web", ED)
    host_keys.append(str(file), "web", ED)
    text = file.read_text()
    assert text.startswith("# mine, without an end of line\nweb ssh-ed25519 ")
    assert text.count("web") == 1


def test_append_by_many_threads_at_once(tmp_path: Path) -> None:
    file = str(tmp_path / "known_hosts")
    names = [f"web{number % 20}" for number in range(60)]
    threads = [threading.Thread(target=host_keys.append, args=(file, name, ED)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(e.patterns[0] for e in host_keys.load([file])) == sorted(set(names))


def test_files_that_are_not_there_know_nothing(tmp_path: Path) -> None:
    assert host_keys.load([str(tmp_path / "none"), str(tmp_path)]) == ()


def test_a_file_that_grows_or_is_written_anew_is_read_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "known_hosts"
    files = [str(file)]
    assert host_keys.about(files, ("web",)) == ()
    file.write_text("# mine\n" + line("db,web", ED) + line("*.org,!web", EC))
    (entry,) = host_keys.about(files, ("web", "web"))
    assert (entry.key, entry.line) == (ED, 2)
    with file.open("a") as more:
        more.write(line("WEB", EC) + line("[web]:22", ED))
    assert [found.line for found in host_keys.about(files, ("web",))] == [2, 4]
    file.write_text(line("db", ED) + line("web", Key(ED.type, b"another")) + line("db", EC) * 9)
    (entry,) = host_keys.about(files, ("web",))
    assert (entry.key.blob, entry.line) == (b"another", 2)
    assert host_keys.load(files) == host_keys.parse(file.read_text(), files[0])
    file.unlink()
    assert host_keys.about(files, ("web",)) == ()


def test_a_thousand_hosts_are_looked_up_and_remembered_in_a_second(tmp_path: Path) -> None:
    file = str(tmp_path / "known_hosts")
    names = [f"web{number}" for number in range(1000)]
    began = time.process_time()
    for name in names:
        host_keys.append(file, name, ED)
    found = [host_keys.about([file], (name,)) for name in names]
    taken_s = time.process_time() - began
    assert [entry.line for (entry,) in found] == [*range(1, 1001)]
    assert taken_s < 1 * speed.slower()
