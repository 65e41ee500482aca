"""Inventories as Ansible's users write them, and what each mistake in one is answered with."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onramp.config import host_range, inventory, ssh_args
from onramp.config.inventory import Inventory
from onramp.errors import UsageError
from onramp.model.host import Host
from places import ROOT

Write = Callable[..., Inventory]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes an inventory (and files beside it) and loads it, as called from its directory."""

    def _write(text: str | bytes, **beside: str) -> Inventory:
        content = text if isinstance(text, bytes) else text.encode()
        (tmp_path / "inv.yml").write_bytes(content)
        for name, body in beside.items():
            path = tmp_path / name.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body)
        return inventory.load([Path("inv.yml")], cwd=tmp_path)

    return _write


def _host(write: Write, variables: str, **beside: str) -> Host:
    return write(f"all: {{hosts: {{web1: {variables}}}}}", **beside).host("web1")


# --- shape -----------------------------------------------------------------------------------


def test_groups_hosts_and_ranges(write: Write) -> None:
    found = write("""
all:
  hosts:
    alone:
  children:
    web:
      children: {front: }
      hosts: {"web[01:03].example.org": , "n[a:c]": }
    front: {hosts: front1}
    db:
      hosts: {"n[a:b]": {ansible_port: 5}, "rack[1:2]-[1:5:2]": }
""")
    assert found.names == (
        "alone", "web01.example.org", "web02.example.org", "web03.example.org",
        "na", "nb", "nc", "front1",
        "rack1-1", "rack1-3", "rack1-5", "rack2-1", "rack2-3", "rack2-5",
    )  # fmt: skip
    assert found.groups["ungrouped"] == ("alone",)
    assert found.groups["web"] == found.names[1:8]
    assert found.groups["db"] == ("na", "nb", *found.names[8:])
    assert found.groups["all"] == found.names
    assert found.host("nb").groups == ("all", "db", "web")
    assert found.host("nb").port == 5
    assert found.host("nc").port == 22


def test_a_group_comes_up_in_several_places(write: Write) -> None:
    found = write("""
all: {children: {a: {children: {c: }}, b: {children: {c: }}}}
c: {hosts: {x: }, vars: {ansible_user: me}}
extra: {hosts: {x: , y: }}
""")
    assert found.host("x").groups == ("all", "a", "b", "extra", "c")
    assert (found.host("x").user, found.host("y").user) == ("me", None)


@pytest.mark.parametrize(
    ("key", "name", "address", "port"),
    [
        ("web1", "web1", "web1", 22),
        ("web1:2222", "web1", "web1", 2222),
        ("10.0.0.5", "10.0.0.5", "10.0.0.5", 22),
        ("10.0.0.5:2222", "10.0.0.5", "10.0.0.5", 2222),
        ('"2001:db8::5"', "2001-db8--5", "2001:db8::5", 22),
        ('"[2001:db8::5]:2222"', "2001-db8--5", "2001:db8::5", 2222),
        ("under_score", "under_score", "under_score", 22),
    ],
)
def test_names_addresses_and_ports(
    write: Write, key: str, name: str, address: str, port: int
) -> None:
    host = write(f"all:\n  hosts:\n    ? {key}\n    :").host(name)
    assert (host.name, host.address, host.port) == (name, address, port)


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("a[1:3]", ["a1", "a2", "a3"]),
        ("a[08:11]", ["a08", "a09", "a10", "a11"]),
        ("a[:2]", ["a0", "a1", "a2"]),
        ("a[0:8:4]z", ["a0z", "a4z", "a8z"]),
        ("[a:c]x", ["ax", "bx", "cx"]),
        ("[X:Z]", ["X", "Y", "Z"]),
        ("plain", ["plain"]),
    ],
)
def test_ranges(pattern: str, names: list[str]) -> None:
    assert host_range.expand(pattern) == names


def test_several_inventories_are_laid_on_one_another(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("all: {hosts: {x: {ansible_user: one}, y: }}")
    (tmp_path / "b.yml").write_text("all: {hosts: {x: {ansible_user: two}, z: }}")
    found = inventory.load([Path("a.yml"), Path("b.yml")], cwd=tmp_path)
    assert found.names == ("x", "y", "z")
    assert found.host("x").user == "two"
    assert found.origin == "a.yml + b.yml"


# --- mistakes --------------------------------------------------------------------------------

ENTRY = "all: {hosts: {web1: %s}}"
MISTAKES: list[tuple[str | bytes, str]] = [
    ("all:\n\thosts:\n", "inv.yml:2: found a tab · indent YAML with spaces"),
    ("all:\n  hosts:\n  \tweb1:\n", "inv.yml:3: found a tab"),
    ("all:\n  hosts: {a: , a: }", "inv.yml:2: key 'a' is given twice"),
    ("all:\n  hosts:\n    a:\n  hosts:\n    b:\n", "inv.yml:4: key 'hosts' is given twice"),
    ("", "inv.yml: is empty"),
    ("# nothing\n---\n", "inv.yml: is empty"),
    ("- web1\n", "inv.yml: found a list, expected a mapping of groups"),
    ("web1\n", "inv.yml: found text, expected a mapping of groups"),
    ("all: [a]", "inv.yml: all: found a list, expected a mapping of hosts, children and vars"),
    ("all: {hosts: [web1]}", "all.hosts: found a list, expected a mapping of host names"),
    ("all: {hosts: [web1]}", "without a dash: web1:"),
    ("all: {host: {web1: }}", "all: unknown key 'host' · did you mean hosts?"),
    ("all: {children: {web: {hosts: 3}}}", "all.children.web.hosts: found a number"),
    ("all: {children: [web]}", "all.children: found a list, expected a mapping of groups"),
    ("all: {vars: x}", "all.vars: found text, expected a mapping of variables"),
    ("all: {hosts: {web1: [1]}}", "all.hosts.web1: found a list, expected a mapping of variables"),
    ("all: {hosts: {10: }}", "all.hosts: found 10, expected a host name (in quotes)"),
    ("all: {hosts: {true: }}", "all.hosts: found True, expected a host name"),
    ("3: {}", "found 3, expected a group name"),
    ("all: {children: {a: {children: {b: {children: {a: }}}}}}", "cannot be its own child"),
    ("all: {children: {a: {children: {all: }}}}", "cannot be its own child"),
    ("all: {vars: {ansible_group_priority: high}}", "expected a whole number"),
    ("all: {hosts: {'a[3:1]': }}", "ends before it begins"),
    ("all: {hosts: {'a[1:c]': }}", "from a letter to a number"),
    ("all: {hosts: {'a[01:100]': }}", "differ in width"),
    ("all: {hosts: {'a[1:99999999]': }}", "more than 10000 hosts"),
    ("all: {hosts: {'a[1:999]b[1:999]': }}", "more than 10000 hosts"),
    ("all: {hosts: {'a[1:9:0]': }}", "a step below 1"),
    ("all: {hosts: {'a:0': }}", "expected 1 to 65535"),
    ("all: {hosts: {'a:99999': }}", "expected 1 to 65535"),
    ("all: {hosts: {a: &x {b: *x}}}", "inv.yml:1: found unconstructable recursive node"),
    ("a: [1, 2", "inv.yml:1: not YAML"),
    ("all: {hosts: *nobody}", "undefined alias"),
    ("a: 1\n---\nb: 2\n", "inv.yml:2: not YAML: but found another document"),
    (b"all:\n  hosts:\n    w\xff1:\n", "inv.yml:3: not UTF-8 text (byte 0xff)"),
    ("all: {hosts: {web1: }}".encode("utf-16"), "not UTF-8"),
    ("all:\n  hosts: {w\x00: }", "inv.yml:2: not YAML: character #x00"),
    ("[" * 200_000, "nested deeper than 100 levels"),
    ("all: " + "{a: " * 5_000, "nested deeper than 100 levels"),
    ("- " * 50_000, "nested deeper than 100 levels"),
]
NAMES = ["../../etc", "$(reboot)", "", "a/b", "..", ".", "-rf", "a\\nb", "a\\tb", "a b", "a;b", "ü"]


@pytest.mark.parametrize(("text", "says"), MISTAKES)
def test_a_mistake_is_one_line_with_its_place(write: Write, text: str | bytes, says: str) -> None:
    with pytest.raises(UsageError) as error:
        write(text)
    assert says in str(error.value)
    assert "\n" not in str(error.value)
    assert "inv.yml" in str(error.value) or "own child" in says


@pytest.mark.parametrize("name", [*NAMES, "x" * 201, "\\0", "\\u202e", "é" * 300])
def test_a_name_that_is_no_directory_is_refused(write: Write, name: str) -> None:
    with pytest.raises(UsageError, match=r"^inv.yml: all.hosts: ") as error:
        write(f'all: {{hosts: {{"{name}": }}}}')
    assert str(error.value).isprintable()


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path, says in [("none.yml", "no such file"), ("x" * 300, "cannot be read")]:
        with pytest.raises(UsageError, match=f"^{path}: {says}"):
            inventory.load([Path(path)], cwd=tmp_path)
    with pytest.raises(UsageError, match="^/dev/null: not a regular file"):
        inventory.load([Path("/dev/null")], cwd=tmp_path)


# --- variables -------------------------------------------------------------------------------


def test_login_variables(write: Write, tmp_path: Path) -> None:
    host = _host(
        write,
        """{
        ansible_host: 10.0.0.5, ansible_port: "2222", ansible_user: ubuntu, ansible_password: 12345,
        ansible_become: no, ansible_become_password: "pw", ansible_connection: ssh,
        ansible_ssh_common_args: '-J me@bastion:2200 -o StrictHostKeyChecking=accept-new
          -o UserKnownHostsFile=~/kh -o ControlPersist=60s -C'}""",
    )
    assert (host.address, host.port, host.user) == ("10.0.0.5", 2222, "ubuntu")
    assert (host.password, host.become, host.become_password) == ("12345", False, "pw")
    assert (host.proxy_jump, host.host_keys) == ("me@bastion:2200", "accept-new")
    assert host.known_hosts == str(Path.home() / "kh")
    assert "12345" not in repr(host)


def test_the_ssh_spelling_wins_as_in_ansible(write: Write) -> None:
    said = "ansible_host: a, ansible_ssh_host: b, ansible_user: c, ansible_ssh_user: d"
    host = _host(write, f"{{{said}}}")
    assert (host.address, host.user) == ("b", "d")


def test_empty_means_not_set(write: Write) -> None:
    host = _host(write, '{ansible_host: "", ansible_user: , ansible_port: ~, ansible_password: ""}')
    assert (host.address, host.user, host.port, host.password) == ("web1", None, 22, None)


def test_stated_variables_win_over_ssh_args(write: Write) -> None:
    host = _host(write, "{ansible_user: a, ansible_ssh_common_args: -l b -p 2200}")
    assert (host.user, host.port) == ("a", 2200)


VARIABLES = [
    ("{ansible_port: 0}", "all.hosts.web1.ansible_port: found 0 as a port, expected 1 to 65535"),
    ("{ansible_port: 70000}", "ansible_port"),
    ("{ansible_port: ssh}", "ansible_port: found 'ssh' as a port"),
    ("{ansible_port: [22]}", "ansible_port: found a list as a port"),
    ("{ansible_port: true}", "ansible_port"),
    ("{ansible_host: $(reboot)}", "ansible_host: '$(reboot)' is no host name"),
    ("{ansible_host: 10.0.0.256}", "is no IPv4 address"),
    ("{ansible_host: 'fe80::zz'}", "is no IPv6 address"),
    ("{ansible_host: 'fe80::1%$(id)'}", "is no IPv6 address"),
    ("{ansible_host: -oProxyCommand=x}", "ansible_host"),
    ("{ansible_host: 10.5}", "ansible_host: found a number, expected text (in quotes)"),
    ("{ansible_user: -l}", "ansible_user: '-l' is no user name"),
    ("{ansible_user: 'a;b'}", "is no user name"),
    ("{ansible_user: 'a\\nb'}", "is no user name"),
    ('{ansible_user: "a\\nb"}', "found a control character"),
    ("{ansible_password: [s3cret]}", "ansible_password: found a list, expected text"),
    ("{ansible_password: 1.50}", "ansible_password: found a number, expected text (in quotes)"),
    ("{ansible_become: maybe}", "ansible_become: found 'maybe', expected true or false"),
    ("{ansible_become_user: postgres}", "ansible_become_user: found 'postgres', expected root"),
    ("{ansible_become_method: su}", "ansible_become_method: found 'su', expected sudo"),
    ("{ansible_connection: local}", "ansible_connection: found 'local', expected ssh"),
    ("{ansible_ssh_common_args: -R 80}", "ssh option '-R' is not supported"),
    ("{ansible_ssh_common_args: -o PermitLocalCommand=yes}", "'permitlocalcommand' is not supp"),
    ("{ansible_user: '{{ admin }}'}", "ansible_user: found a Jinja template · only Ansible can"),
    (
        "{ansible_password: !vault abc}",
        "ansible_password: found a vault value, which was not opened",
    ),
    ("{ansible_password: '$ANSIBLE_VAULT;1.1;AES256 61'}", "found a vault value"),
    ("{ansible_user: !custom x}", "found the tag !custom"),
    ("{onramp: {stack: {env: {A: '{{ b }}'}}}}", "onramp.stack.env.A: found a Jinja template"),
    ("{onramp: {docker: {method: !vault x}}}", "onramp.docker.method: found a vault value"),
    ("{onramp: [1]}", "onramp: found a list, expected a mapping of settings"),
    ("{onramp: {dokcer: {}}}", "unknown setting 'onramp.dokcer' · did you mean docker?"),
    ("{onramp_provder: lab}", "onramp_provder: is no variable of ours · did you mean onramp_prov"),
    ("{onramp_provider: aws}", "onramp_provider: found 'aws', expected static or lab or vagrant"),
    ("{onramp_image: debian-12}", "onramp_image: says nothing without onramp_provider"),
    ("{ansible_ssh_private_key_file: nowhere}", "cannot read key"),
    ("{ansible_ssh_private_key_file: inv.yml}", "is no private key"),
]


@pytest.mark.parametrize(("variables", "says"), VARIABLES)
def test_a_bad_variable_names_its_place(write: Write, variables: str, says: str) -> None:
    found = write(ENTRY % variables)
    with pytest.raises(UsageError, match="^inv.yml: all.hosts.web1") as error:
        found.host("web1")
    assert says in str(error.value)
    assert "s3cret" not in str(error.value)
    assert "\n" not in str(error.value)


def test_variables_of_others_pass_unread(write: Write) -> None:
    host = _host(
        write,
        """{app: "{{ x }}", key: !vault abc, when: 2020-99-99, eq: =, t: 10:22,
        ansible_python_interpreter: "{{ y }}", deep: {a: !unsafe "{{ z }}"}, 3: x, "": y}""",
    )
    assert host.name == "web1"


def test_an_entry_for_ansible_alone_stands_in_nobodys_way(write: Write) -> None:
    found = write("all: {hosts: {localhost: {ansible_connection: local}, web1: }}")
    assert found.host("web1").address == "web1"


def test_a_variable_that_only_names_another_is_that_one(write: Write) -> None:
    found = write(
        """all:
  vars: {who: '{{ admin }}', admin: nobody}
  hosts: {a: {ansible_user: '{{ who }}'}, b: {ansible_user: '{{c}}', c: '{{ansible_user}}'}}""",
        group_vars__all_dot_yml="admin: ops\nansible_password: '{{ sudo_password }}'",
        host_vars__a_dot_yml="sudo_password: s3cret",
    )
    assert (found.host("a").user, found.host("a").password) == ("ops", "s3cret")
    with pytest.raises(UsageError, match="found a Jinja template"):
        found.host("b")


def test_go_templates_are_no_jinja(write: Write) -> None:
    daemon = "{log-opts: {tag: '{{.Name}}'}}"
    host = _host(write, f"{{onramp: {{docker: {{daemon: {daemon}}}}}}}")
    assert host.raw_settings["docker"]["daemon"]["log-opts"]["tag"] == "{{.Name}}"


def test_lab_hosts_are_named_after_their_image() -> None:
    found = inventory.load([ROOT / "inventory/lab.yml"], cwd=ROOT)
    hosts = [found.host(name) for name in found.names]
    assert [host.name for host in hosts] == ["debian-12", "debian-13", "debian-12-sysv"]
    assert [host.image for host in hosts] == [host.name for host in hosts]
    assert {(host.provider, host.address) for host in hosts} == {("lab", "")}


@pytest.mark.parametrize("name", ["lab", "vagrant", "example"])
def test_the_projects_own_inventories_load(name: str) -> None:
    found = inventory.load([Path(f"inventory/{name}.yml")], cwd=ROOT)
    assert all(found.host(host).origin.startswith(f"inventory/{name}.yml") for host in found.names)


def test_reading_the_default_inventory_costs_little() -> None:
    path = [ROOT / "inventory/lab.yml"]
    inventory.load(path, cwd=ROOT)
    took = min(_timed(lambda: inventory.load(path, cwd=ROOT)) for _ in range(5))
    assert took < 0.005


def _timed(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


# --- precedence ------------------------------------------------------------------------------

TREE = """
all:
  vars: {ansible_user: all, onramp: {docker: {method: present, channel: all}, timeouts: {up: 1}}}
  children:
    outer:
      vars: {onramp: {docker: {channel: outer}, timeouts: {build: 2}}}
      children:
        inner:
          vars: {onramp: {docker: {channel: inner}}}
          hosts: {web1: , web2: {onramp: {docker: {channel: host}}}}
"""


def test_settings_are_merged_and_the_nearest_wins(write: Write) -> None:
    found = write(TREE)
    assert found.host("web1").raw_settings == {
        "docker": {"method": "present", "channel": "inner"},
        "timeouts": {"up": 1, "build": 2},
    }
    assert found.host("web2").raw_settings["docker"] == {"method": "present", "channel": "host"}


def test_a_child_group_wins_over_group_vars_all_in_settings(write: Write) -> None:
    found = write(TREE, group_vars__all_dot_yml="onramp: {docker: {channel: file}}")
    assert found.host("web1").raw_settings["docker"]["channel"] == "inner"


def test_login_variables_have_ansibles_precedence(write: Write) -> None:
    text = """
all:
  children:
    web: {vars: {ansible_user: inline, ansible_port: 1}, hosts: {web1: {ansible_host: inline}}}
"""
    found = write(
        text,
        group_vars__all="ansible_user: all-file\nansible_port: 2",
        group_vars__web_dot_yaml="ansible_port: 3",
        host_vars__web1_dot_yml="ansible_host: file",
    )
    host = found.host("web1")
    assert (host.user, host.port, host.address) == ("all-file", 3, "file")


def test_same_depth_is_alphabetical_unless_priority_says_otherwise(write: Write) -> None:
    text = """
a: {vars: {ansible_user: a%s}, hosts: {x: }}
b: {vars: {ansible_user: b}, hosts: {x: }}
"""
    assert write(text % "").host("x").user == "b"
    assert write(text % ", ansible_group_priority: 10").host("x").user == "a"


def test_a_directory_of_variables_is_read_in_order(write: Write) -> None:
    found = write(
        "all: {hosts: {web1: }}",
        group_vars__all__1_dot_yml="ansible_user: one\nansible_port: 1",
        group_vars__all__sub__2_dot_yml="ansible_user: two",
        **{"group_vars__all___dot_hidden": "ansible_user: no", "group_vars__all__z~": "{"},
    )
    assert (found.host("web1").user, found.host("web1").port) == ("two", 1)


def test_an_encrypted_file_is_left_unread_and_said_so(write: Write) -> None:
    found = write("all: {hosts: {web1: }}", group_vars__all="$ANSIBLE_VAULT;1.1;AES256\n6162\n")
    (note,) = found.notes
    assert note.startswith("group_vars/all is encrypted by Ansible's vault and was not read: ")
    assert found.host("web1").name == "web1"


def test_a_mistake_beside_the_inventory_names_that_file(write: Write) -> None:
    with pytest.raises(UsageError, match=r"^group_vars/all.yml:1: found a tab"):
        write("all: {hosts: {web1: }}", group_vars__all_dot_yml="\tx: 1")
    found = write(
        "all: {hosts: {web1: }}",
        group_vars__all_dot_yml="{}",
        host_vars__web1_dot_yml="ansible_port: x",
    )
    with pytest.raises(UsageError, match=r"^host_vars/web1.yml: ansible_port: found 'x'"):
        found.host("web1")


def test_a_key_is_looked_for_beside_the_inventory(tmp_path: Path) -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n"
    (tmp_path / "inv").mkdir()
    (tmp_path / "inv/id").write_text(key)
    (tmp_path / "other").write_text(key)
    (tmp_path / "inv/inv.yml").write_text(
        "all: {hosts: {a: {ansible_private_key_file: id}, b: {ansible_private_key_file: other}}}"
    )
    found = inventory.load([Path("inv/inv.yml")], cwd=tmp_path)
    assert found.host("a").private_key == str(tmp_path / "inv/id")
    assert found.host("b").private_key == str(tmp_path / "other")


# --- ssh options -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("-J bastion", {"proxy_jump": "bastion"}),
        ("-Jme@bastion:22,10.0.0.1", {"proxy_jump": "me@bastion:22,10.0.0.1"}),
        ("-o ProxyJump=none", {"proxy_jump": None}),
        ('-o ProxyCommand="ssh -W %h:%p -q me@bastion"', {"proxy_jump": "me@bastion"}),
        ("-o 'ProxyCommand ssh -p 2200 -W [%h]:%p bastion'", {"proxy_jump": "bastion:2200"}),
        ("-oStrictHostKeyChecking=no", {"host_keys": "off"}),
        ("-o StrictHostKeyChecking=ask", {"host_keys": "strict"}),
        ("-o UserKnownHostsFile=/dev/null", {"known_hosts": "/dev/null"}),
        ("-i ~/.ssh/k -o Port=2 -o User=me", {"private_key": "~/.ssh/k", "port": 2, "user": "me"}),
        ("-o User=a -o User=b", {"user": "a"}),
        ("-C -q -o ServerAliveInterval=5", {}),
    ],
)
def test_ssh_options(text: str, expected: dict[str, Any]) -> None:
    assert ssh_args.parse(text) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("-J", "lacks its value"),
        ("-J $(id)", "is no host name"),
        ("-o", "lacks its value"),
        ("-o Port", "expected Name=value"),
        ("-o StrictHostKeyChecking=perhaps", "expected yes, accept-new or no"),
        ("-o ProxyCommand='nc %h %p'", "use ProxyJump=HOST"),
        ("-o ProxyCommand='ssh -W x:1 bastion'", "use ProxyJump=HOST"),
        ("-o UserKnownHostsFile='a b'", "expected one file"),
        ("bastion", "'bastion' is not supported"),
        ("'unbalanced", "cannot be split"),
    ],
)
def test_ssh_options_refused(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        ssh_args.parse(text)
