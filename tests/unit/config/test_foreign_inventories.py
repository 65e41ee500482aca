"""Inventories that only Ansible reads, with the real ansible-core; and its JSON, read by us."""

from __future__ import annotations

import functools
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onramp.config import ansible_tools, host_patterns, inventory, inventory_sources, json_file
from onramp.config.inventory import Inventory
from onramp.errors import UsageError

Write = Callable[..., Path]
BIN = Path(sys.executable).parent
META = '"_meta": {"hostvars": {}}}'  # the end of an answer

INI = """\
# what people have
lone.example.org ansible_host=10.0.0.9

[web]
web[1:2] ansible_user=ubuntu ansible_port=2222
"2001:db8::5"

[db]
db1 ansible_password=12345

[prod:children]
web

[web:vars]
onramp={"docker": {"method": "distribution"}}
ansible_user=inline

[all:vars]
ansible_become=no
onramp={"docker": {"channel": "test"}, "timeouts": {"up": 7}}
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file, one to be run where it begins with `#!`."""

    def _write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755 if text.startswith("#!") else 0o644)
        return path

    return _write


@pytest.fixture(autouse=True)
def no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The Ansible we test with, as it comes, whatever this machine's user has."""
    monkeypatch.setenv("PATH", f"{BIN}{os.pathsep}{os.environ['PATH']}")
    for name in [name for name in os.environ if name.startswith("ANSIBLE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def no_ansible(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))


def load(*paths: Path) -> Inventory:
    folder = paths[0].parent
    return inventory.load([Path(path.name) for path in paths], cwd=folder)


def refusal(*paths: Path) -> str:
    with pytest.raises(UsageError) as error:
        load(*paths)
    said = str(error.value)
    assert said.isprintable()
    assert len(said) < 1000
    return said


def sealed(monkeypatch: pytest.MonkeyPatch, folder: Path, text: str) -> str:
    """`text` in a vault whose password the environment names from now on."""
    (folder / "vault-password").write_text("opensesame\n")
    monkeypatch.setenv("ANSIBLE_VAULT_PASSWORD_FILE", str(folder / "vault-password"))
    return _sealed(text)


@functools.cache
def _sealed(text: str) -> str:
    command = [BIN / "ansible-vault", "encrypt", "--output=-", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    return done.stdout


def tagged(vault: str) -> str:
    return "!vault |\n" + "".join(f"    {line}\n" for line in vault.splitlines())


# --- what Ansible reads ----------------------------------------------------------------------


def test_ini_with_what_stands_beside_it(write: Write) -> None:
    write("group_vars/web.yml", "ansible_user: from-file\nonramp: {timeouts: {up: 9}}\n")
    write("host_vars/web2.yml", "ansible_port: 3333\n")
    found = load(write("hosts.ini", INI))
    assert found.names == ("lone.example.org", "db1", "web1", "web2", "2001-db8--5")
    assert found.groups["prod"] == found.groups["web"] == ("web1", "web2", "2001-db8--5")
    assert found.groups["ungrouped"] == ("lone.example.org",)
    web1, web2, six = (found.host(name) for name in found.groups["web"])
    assert web1.groups == ("all", "prod", "web")
    assert (web1.user, web1.port, web1.become) == ("ubuntu", 2222, False)
    assert (six.user, six.address, web2.port) == ("from-file", "2001:db8::5", 3333)
    assert six.raw_settings == {
        "docker": {"channel": "test", "method": "distribution"},
        "timeouts": {"up": 9},
    }
    assert found.host("db1").password == "12345"
    assert found.host("lone.example.org").address == "10.0.0.9"


def test_patterns_select_as_with_yaml(write: Write) -> None:
    found = load(write("hosts.ini", INI))

    def names(*hosts: str, exclude: tuple[str, ...] = ()) -> list[str]:
        return [host.name for host in host_patterns.select(found, hosts=hosts, exclude=exclude)]

    assert names("web*", exclude=("web2",)) == ["web1", "2001-db8--5"]  # `web` is a group, too
    assert names("@prod", "db") == ["db1", "web1", "web2", "2001-db8--5"]
    assert names("all", exclude=("@prod",)) == ["lone.example.org", "db1"]
    with pytest.raises(UsageError, match=r"no host or group 'web9' in hosts.ini · did you mean"):
        names("web9")


def test_a_bare_list_of_hosts(write: Write) -> None:
    assert load(write("hosts", "; mine\nweb1\nweb2:2222 a=1\n")).host("web2").port == 2222


def test_a_program(write: Write) -> None:
    answer = {
        "app": {"hosts": ["a1", "a2"], "vars": {"ansible_user": "ops"}, "children": ["edge"]},
        "edge": ["e1"],
        "_meta": {"hostvars": {"a1": {"ansible_host": "10.0.0.1"}}},
    }
    found = load(write("cloud.sh", f"#!/bin/sh\ncat <<'E'\n{json.dumps(answer)}\nE\n"))
    assert found.groups["app"] == ("a1", "a2", "e1")
    assert (found.host("a1").address, found.host("a1").user) == ("10.0.0.1", "ops")


def test_a_plugins_configuration(write: Write) -> None:
    write("1.yml", "all: {hosts: {web1: {site: north}}}")
    text = "plugin: ansible.builtin.constructed\nkeyed_groups: [{key: site, prefix: at}]\n"
    found = load(write("1.yml", "all: {hosts: {web1: {site: north}}}"), write("2.yml", text))
    assert found.groups["at_north"] == ("web1",)
    assert found.origin == "1.yml + 2.yml"


def test_a_directory_is_all_that_is_in_it(write: Write, tmp_path: Path) -> None:
    write("site/1.yml", "web: {hosts: {w1: }}")
    write("site/2", "[web]\nw2\n")
    write("site/group_vars/web", "ansible_user: ops\nansible_private_key_file: .id\n")
    write("site/.id", "-----BEGIN RSA PRIVATE KEY-----\nA\n-----END RSA PRIVATE KEY-----\n")
    found = load(tmp_path / "site")
    assert found.groups["web"] == ("w1", "w2")
    assert found.host("w1").private_key == str(tmp_path / "site/.id")


def test_several_are_laid_on_one_another(write: Write) -> None:
    one = write("one.ini", "[web]\na ansible_user=one\n[web:vars]\nansible_port=5\n")
    two = write("two.yml", "web: {hosts: {a: {ansible_user: two}, b: }}")
    three = write("three.json", '{"new": ["c"], "_meta": {"hostvars": {"a": {"ansible_port": 6}}}}')
    found = load(one, two, three)
    assert (found.names, found.host("a").user) == (("a", "b", "c"), "two")
    assert (found.host("b").port, found.groups["new"]) == (5, ("c",))


def test_yaml_that_may_be_run_is_still_yaml(write: Write, no_ansible: None) -> None:
    path = write("shared", "all: {hosts: {web1: }}")
    path.chmod(0o755)
    assert load(path).names == ("web1",)


@pytest.mark.parametrize("locale", ["C", ""])
def test_any_locale_will_do(write: Write, monkeypatch: pytest.MonkeyPatch, locale: str) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    monkeypatch.delenv("LANG", raising=False)
    assert load(write("hosts", "web1 motd=grüß\n")).names == ("web1",)


# --- vaults ----------------------------------------------------------------------------------


def test_vaults_in_yaml_and_beside_it(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inline = tagged(sealed(monkeypatch, tmp_path, "s3cret-1"))
    write("group_vars/all/vault.yml", sealed(monkeypatch, tmp_path, "vault_pw: s3cret-2\n"))
    write("group_vars/all/vars.yml", "ansible_become_password: '{{ vault_pw }}'\n")
    write("host_vars/web1.yml", f"ansible_password: {inline}")
    text = "all: {vars: {onramp: {timeouts: {up: 7}}}, hosts: {web1: , web2: }}"
    found = load(write("hosts.yml", text))
    host = found.host("web1")
    assert found.notes == ()
    assert (host.password, host.become_password) == ("s3cret-1", "s3cret-2")
    assert found.visitor("x", where="--hosts").become_password == "s3cret-2"
    assert "s3cret" not in repr(host)


def test_vaults_with_ini(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inline = tagged(sealed(monkeypatch, tmp_path, "s3cret-1"))
    write("group_vars/all/vault.yml", sealed(monkeypatch, tmp_path, "vault_pw: s3cret-2\n"))
    write("group_vars/web.yml", f"ansible_password: {inline}")
    ini = "[web]\nweb1\nweb2\n[web:vars]\nansible_become_password={{ vault_pw }}\n"
    log = tmp_path / "ansible.log"
    write("ansible.cfg", f"[defaults]\nlog_path={log}\n")
    found = load(write("hosts.ini", ini))
    hosts = [found.host(name) for name in found.names]
    assert {(host.password, host.become_password) for host in hosts} == {("s3cret-1", "s3cret-2")}
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in written if b"s3cret" in path.read_bytes()]


def test_an_inventory_that_is_a_vault_itself(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = sealed(monkeypatch, tmp_path, "all: {hosts: {web1: {ansible_password: s3cret}}}")
    path = write("hosts.yml", text)
    assert load(path).host("web1").password == "s3cret"
    monkeypatch.delenv("ANSIBLE_VAULT_PASSWORD_FILE")
    assert refusal(path) == (
        "hosts.yml: Ansible cannot read it · Attempting to decrypt but no vault secrets found. · "
        "say where its password is: ANSIBLE_VAULT_PASSWORD_FILE=FILE"
    )


def test_a_vault_that_does_not_open(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inline = tagged(sealed(monkeypatch, tmp_path, "s3cret-1"))
    write("host_vars/a.yml", f"ansible_password: {inline}")
    write("group_vars/all.yml", sealed(monkeypatch, tmp_path, "vault_pw: s3cret-2\n"))
    path = write("hosts.yml", "all: {hosts: {a: , b: }}")
    monkeypatch.setenv("ANSIBLE_VAULT_PASSWORD_FILE", str(write("wrong", "wrong\n")))
    found = load(path)
    assert "group_vars/all.yml is encrypted by Ansible's vault and was not" in found.notes[0]
    assert "Decryption failed" in found.notes[0]
    assert found.host("b").name == "b"
    with pytest.raises(UsageError, match=r"^host_vars/a.yml: ansible_password: found a vault val"):
        found.host("a")


# --- without Ansible -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("hosts.ini", "web1\n", "is in Ansible's INI format"),
        ("hosts.yml", "# x\n\n[web]\nweb1\n", "is in Ansible's INI format"),
        ("hosts", "web1 a=b\n[web]\nweb1\n", "is in Ansible's INI format"),
        ("list", "web1\nweb2\n", "is in Ansible's INI format"),
        ("cloud.py", "#!/usr/bin/env python3\n", "is a program that prints an inventory"),
        ("aws_ec2.yml", "---\nplugin: amazon.aws.aws_ec2\n", "configures an inventory plugin"),
        ("hosts.toml", "[web]\n", "is a TOML inventory"),
        ("secret.yml", "$ANSIBLE_VAULT;1.1;AES256\n61\n", "is encrypted by Ansible's vault"),
        ("site/hosts", "web1\n", "is a directory"),
    ],
)
def test_what_is_missing_and_both_ways_out(
    write: Write, tmp_path: Path, no_ansible: None, name: str, text: str, what: str
) -> None:
    path = write(name, text)
    path = path if path.parent == tmp_path else path.parent
    assert refusal(path) == (
        f"{path.name}: {what}, which Ansible reads, and ansible-inventory is not installed · "
        f"install ansible-core; or where it is, ansible-inventory -i {path.name} --list "
        "> hosts.json, and --inventory=hosts.json"
    )


def test_a_vault_value_without_ansible(write: Write, no_ansible: None) -> None:
    write("group_vars/all.yml", "$ANSIBLE_VAULT;1.1;AES256\n61\n")
    found = load(write("hosts.yml", "all: {hosts: {a: {ansible_password: !vault 61}}}"))
    assert "ansible-vault is not installed (install ansible-core" in found.notes[0]
    with pytest.raises(UsageError, match="ansible-vault is not installed · install ansible-core"):
        found.host("a")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hosts", "all:\n  hosts:\n    web1:\n"),
        ("hosts.conf", "---\nall: {hosts: {web1: }}\n"),
        ("h.yml", "# [web]\nall:\n  vars:\n    motd: |\n      [web]\n  hosts: {web1: }\n"),
        ("h", '{"all":\n{"hosts":\n{"web1": {"x":\n[1, 2]\n}}}}'),
        ("h.json", '{"all": {"hosts": {"web1": {"ansible_port": 22}}}}'),
        ("quoted", "'all': {hosts: {web1: }}"),
    ],
)
def test_static_yaml_needs_no_ansible(write: Write, no_ansible: None, name: str, text: str) -> None:
    assert load(write(name, text)).names == ("web1",)


# --- its JSON --------------------------------------------------------------------------------


def test_the_list_made_elsewhere(write: Write, tmp_path: Path, no_ansible: None) -> None:
    """The answer of the real program, read where there is none."""
    write("group_vars/all.yml", "ansible_user: once\n")
    write("hosts.ini", INI)
    command = [BIN / "ansible-inventory", "-i", "hosts.ini", "--list"]
    for flags in ([], ["--export"]):
        done = subprocess.run([*command, *flags], cwd=tmp_path, capture_output=True, check=True)
        write("hosts.json", done.stdout.decode())
        write("group_vars/all.yml", "ansible_user: not-twice\n")
        found = load(tmp_path / "hosts.json")
        assert found.groups["web"] == ("web1", "web2", "2001-db8--5")
        assert found.host("web1").port == 2222
        assert found.host("2001-db8--5").raw_settings["docker"]["method"] == "distribution"
        write("group_vars/all.yml", "ansible_user: once\n")
    assert found.visitor("x", where="--hosts").become is False  # exported: `all` has variables


DEEP = '{"a": ' * 150 + "1" + "}" * 150
JSON: list[tuple[str, str]] = [
    ('{"web": {"hosts": ["a"]}}', "has no _meta.hostvars, where the variables of hosts are · make"),
    ('{"web": ["a"]}', "has no _meta.hostvars"),
    ('{"web": ["../../etc"], ' + META, "web.hosts: '../../etc' is no host name"),
    ('{"web": ["$(reboot)"], ' + META, "web.hosts: '$(reboot)' is no host name"),
    ('{"web": ["a b"], ' + META, "web.hosts: 'a b' is no host name"),
    ('{"web": ["a\\ud800"], ' + META, r"web.hosts: 'a\ud800' is no host name"),
    ('{"web": [""], ' + META, "web.hosts: a host name is empty"),
    ('{"web": [1], ' + META, "web.hosts: found a list, expected a list of names"),
    ('{"web": {"hosts": "a"}, ' + META, "web.hosts: found text, expected a list of names"),
    ('{"web": {"children": 3}, ' + META, "web.children: found a number, expected a list"),
    ('{"web": 3, ' + META, "web: found a number, expected a mapping"),
    ('{"web": {"vars": [1]}, ' + META, "web.vars: found a list, expected a mapping of variab"),
    ('{"\\n": ["a"], ' + META, "expected a group name"),
    ('{"a": {"children": ["b"]}, "b": {"children": ["a"]}, ' + META, "cannot be its own child"),
    ('{"a": {"children": ["a"]}, ' + META, "groups a > a: a group cannot be its own child"),
    ('{"a": {"children": ["all"]}, ' + META, "cannot be its own child"),
    ('{"_meta": 3}', "_meta: found a number, expected a mapping"),
    ('{"_meta": {"hostvars": []}}', "hostvars: found a list, expected a mapping"),
    ('{"w": ["a"], "_meta": {"hostvars": {"a": [1]}}}', "w.hosts.a: found a list, expected a map"),
    ('{"w": ["a"], "_meta": {"hostvars": {"a": ' + DEEP + "}}}", "nested deeper than 100 levels"),
    ('{"_meta": ' + "[" * 200_000, "nested deeper than 100 levels"),
    ('{"_meta": {"hostvars": {}', "hosts.json:1: not JSON: Expecting"),
    ('{"_meta": {"hostvars": {}}, "n": ' + "9" * 9000 + "}", "not JSON: a number is too long"),
]


@pytest.mark.parametrize(("text", "says"), JSON, ids=range(len(JSON)))
def test_bad_json_is_one_line(write: Write, no_ansible: None, text: str, says: str) -> None:
    said = refusal(write("hosts.json", text))
    assert says in said
    assert said.startswith("hosts.json:") or "own child" in says


def test_bad_variables_read_as_in_yaml(write: Write, no_ansible: None) -> None:
    variables = {
        "a": {"ansible_port": 0},
        "b": {"ansible_user": "{{ nobody }}"},
        "c": {"ansible_password": {"__ansible_vault": "61"}},
        "d": {"ansible_connection": "local"},
        "e": {"onramp": {"dokcer": {}}},
        "f": {"ansible_user": {"__ansible_unsafe": "ops"}, "x": {"__ansible_vault": "62"}},
        "g": {"ansible_password": ["s3cret"]},
    }
    answer = {"web": list(variables), "_meta": {"hostvars": variables}}
    found = load(write("hosts.json", json.dumps(answer)))
    for name, says in [
        ("a", "ansible_port: found 0 as a port, expected 1 to 65535"),
        ("b", "ansible_user: found a Jinja template"),
        ("c", "ansible_password: found a vault value, which was not opened"),
        ("d", "ansible_connection: found 'local', expected ssh"),
        ("e", "unknown setting 'onramp.dokcer' · did you mean docker?"),
        ("g", "ansible_password: found a list, expected text"),
    ]:
        with pytest.raises(UsageError) as error:
            found.host(name)
        assert says in str(error.value)
        assert str(error.value).startswith(f"hosts.json: web.hosts.{name}")
        assert "s3cret" not in str(error.value)
    assert found.host("f").user == "ops"


def test_twenty_thousand_hosts(write: Write, no_ansible: None) -> None:
    names = [f"web{n}.example.org" for n in range(20_000)]
    fat = {name: {"ansible_host": "10.0.0.1", "facts": ["x" * 40] * 10} for name in names}
    path = write("hosts.json", json.dumps({"web": names, "_meta": {"hostvars": fat}}))
    assert path.stat().st_size > 10_000_000
    began = time.perf_counter()
    assert load(path).host(names[-1]).address == "10.0.0.1"
    assert time.perf_counter() - began < 20


def test_more_than_anybody_has(
    write: Write, no_ansible: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_file, "LARGEST_BYTES", 1_000_000)
    assert refusal(write("hosts.json", "x" * 1_000_001)) == "hosts.json: larger than 1 MB"


# --- what goes wrong in Ansible --------------------------------------------------------------

BAD: list[tuple[str, str, str]] = [
    ("a.ini", "[web]\nweb1 foo bar=1\n", "Expected key=value host variable assignment, got: foo"),
    ("a.ini", "[web]\nweb1\n[open\n", "a.ini: Ansible cannot read it"),
    ("a.ini", "[a:children]\nb\n[b:children]\na\n", "creates a recursive dependency loop"),
    ("a.ini", "[web]\n../../etc\n", "web.hosts: '../../etc' is no host name"),
    (
        "a.sh",
        "#!/bin/sh\necho '\33[31moops' >&2\nexit 3\n",
        "non-zero exit code 3. (\\x1b[31moops)",
    ),
    ("a.sh", "#!/bin/sh\nfalse\n", "non-zero exit code 1"),
    ("a.sh", "#!/bin/sh\nyes | head -c 1000000\n", "could not be parsed as JSON"),
    ("a.sh", "#!/bin/sh\necho '[1]'\n", "a.sh: Ansible cannot read it"),
    ("a.sh", "#!/no/such/interpreter\n", "No such file or directory"),
    (
        "a.sh",
        '#!/bin/sh\necho \'{"w": ["../x"], ' + META + "'\n",
        "w.hosts: '../x' is no host name",
    ),
    ("a.yml", "plugin: amazon.aws.aws_ec2\n", "unknown plugin 'amazon.aws.aws_ec2'"),
]


@pytest.mark.parametrize(("name", "text", "says"), BAD, ids=range(len(BAD)))
def test_its_complaint_is_one_line(write: Write, name: str, text: str, says: str) -> None:
    said = refusal(write(name, text))
    assert says in said
    assert said.startswith(f"{name}: ")


def test_the_fault_in_a_directory_is_named(write: Write, tmp_path: Path) -> None:
    write("site/good", "web1\n")
    write("site/bad", "#!/bin/sh\nexit 3\n")
    assert re.search(r"^site: Ansible cannot read it · \S+/site/bad: ", refusal(tmp_path / "site"))


def test_a_program_without_end_is_ended_with_all_it_started(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ansible_tools, "LONGEST_S", 5.0)
    path = write("slow.sh", "#!/bin/sh\nsleep 600 & echo $! > child; sleep 600\n")
    assert "gave no answer within 5 s and was ended" in refusal(path)
    child = int((tmp_path / "child").read_text())
    for _ in range(50):
        if not Path(f"/proc/{child}").exists():
            break
        time.sleep(0.1)
    assert not Path(f"/proc/{child}").exists()


def test_nothing_is_run_that_was_not_named(write: Write, tmp_path: Path) -> None:
    write("other.sh", f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    write("group_vars/all.sh", f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    load(write("hosts.ini", "[all]\nweb1\n"))
    assert not (tmp_path / "ran").exists()


def test_what_is_asked_of_ansible_is_small(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of our own is read without starting anything."""
    called: list[Any] = []
    monkeypatch.setattr(ansible_tools, "_run", lambda *words, **more: called.append(words))
    load(write("hosts.yml", "all: {hosts: {web1: }}"))
    assert called == []
    assert inventory_sources.look(write("h.ini", "a\n"), shown="h.ini").plugin == "ini"
