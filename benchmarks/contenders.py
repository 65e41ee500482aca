"""Who runs side by side in `./invoke bench`: how each is started, and how it proves its answer.

Each asks the same three to five questions of the same hosts in its own idiom (benchmarks/).
"""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from onramp.model.host import Host

MOST_COMMANDS = 3  # remote commands a host, connecting excluded


class Contender(Struct, frozen=True):
    """A command to be timed. `complaint` reads what it printed: empty where all was well."""

    name: str
    title: str
    argv: Sequence[str | Path]
    complaint: Callable[[str], str]
    env: Mapping[str, str] = field(default_factory=dict)


class Place(Struct, frozen=True):
    """Where things are: the project, the peers' programs, and a directory for this bench alone."""

    project: Path
    programs: Path
    work: Path

    @property
    def benchmarks(self) -> Path:
        return self.project / "benchmarks"

    @property
    def runs(self) -> Path:
        return self.work / "runs"

    @property
    def inventory(self) -> Path:
        """Read by Onramp and by Ansible alike."""
        return self.work / "inventory.yml"

    @property
    def sockets(self) -> Path:
        return self.work / "cp"


def provision(place: Place) -> list[str | Path]:
    """Onramp on the bench's hosts."""
    where = [f"--inventory={place.inventory}", f"--runs={place.runs}"]
    return [place.project / "invoke", "provision", *where]


def contenders(place: Place, count: int) -> tuple[Contender, ...]:
    """Everyone, in the order they run in each round. `count` hosts."""
    here, script = place.benchmarks, place.benchmarks / "check.sh"
    hosts = place.work / "hosts.json"
    return (
        Contender("onramp", "Onramp", provision(place), lambda _: unchanged(place.runs, count)),
        Contender(
            "fabric",
            "Fabric in threads",
            [place.programs / "python", here / "fabric_threads.py", hosts, script],
            all_ready(count),
        ),
        Contender(
            "pyinfra",
            "pyinfra",
            [place.programs / "pyinfra", "-y", here / "pyinfra_inventory.py",
             here / "pyinfra_deploy.py"],
            lambda said: pyinfra_complaint(said, count),
            env={"ONRAMP_BENCH_HOSTS": str(hosts)},
        ),
        Contender(
            "ansible",
            "ansible-core",
            [place.programs / "ansible-playbook", "-i", place.inventory,
             here / "ansible_playbook.yml"],
            lambda said: ansible_complaint(said, count),
            env=_ansible(place),
        ),
        Contender(
            "ssh",
            "bare ssh in parallel",
            ["sh", here / "ssh_parallel.sh", place.work / "hosts.tsv", script],
            all_ready(count),
        ),
    )  # fmt: skip


def listing(place: Place) -> tuple[Contender, ...]:
    """`./invoke --list`, and the same Invoke with an empty tasks file, which exits with 1."""
    empty = place.work / "empty"
    empty.mkdir()
    (empty / "tasks.py").touch()
    onramp: list[str | Path] = [place.project / "invoke", "--list"]
    bare: list[str | Path] = [
        Path(sys.executable).with_name("invoke"), "--search-root", empty, "--list",
    ]  # fmt: skip
    return (
        Contender("onramp", "./invoke --list", onramp, _saying("evaluate")),
        Contender("bare_invoke", "bare Invoke", bare, _saying("No tasks found")),
    )


def _saying(words: str) -> Callable[[str], str]:
    return lambda said: "" if words in said else f"not said: {words}; but: {_last(said)}"


def _ansible(place: Place) -> dict[str, str]:
    """Ansible as it comes, whatever the user's own ansible.cfg says; it insists on UTF-8."""
    return {
        "ANSIBLE_CONFIG": str(place.benchmarks / "ansible.cfg"),
        "ANSIBLE_HOME": str(place.work / "ansible"),
        "ANSIBLE_SSH_CONTROL_PATH_DIR": str(place.sockets),
        "ANSIBLE_NOCOLOR": "1",
        "LC_ALL": "C.UTF-8",
    }


# --- what they must have said ----------------------------------------------------------------


def all_ready(count: int) -> Callable[[str], str]:
    """For those who run the check script."""
    wanted = f"{count} of {count} ready"
    return lambda said: "" if wanted in said else f"not all are ready: {_last(said)}"


def pyinfra_complaint(said: str, count: int) -> str:
    """Its summary: three operations a host, all of them under "No Change"."""
    total = re.search(r"Grand total\s+(\d+)\s+(\S+)\s+(\S+)\s+(\S+)", said)
    wanted = (str(3 * count), "-", "-", str(3 * count))
    return "" if total and total.groups() == wanted else f"not all unchanged: {_last(said)}"


def ansible_complaint(said: str, count: int) -> str:
    """Its recap: a line a host, nothing changed, failed or unreachable."""
    clean = re.findall(r"changed=0 +unreachable=0 +failed=0", said)
    return "" if len(clean) == count else f"not all unchanged: {_last(said)}"


def unchanged(runs: Path, count: int) -> str:
    """Onramp's own reports of its latest run: all hosts passed, every step already held."""
    reports = latest_reports(runs)
    wrong = [
        f"{report['host']['name']}: {report['status']}, {step['id']} {step['status']}"
        for report in reports
        for step in report["steps"]
        if step["status"] != "satisfied" or report["status"] != "passed"
    ]
    if len(reports) != count:
        wrong.append(f"{len(reports)} reports of {count}")
    return "; ".join(wrong)


def changed_steps(reports: Sequence[Mapping[str, Any]]) -> int:
    """Steps that changed anything, all hosts together."""
    return sum(step["status"] == "changed" for report in reports for step in report["steps"])


def commands_per_host(reports: Sequence[Mapping[str, Any]]) -> int | None:
    """The most commands that any host was given; None without reports."""
    given = [sum(len(step["commands"]) for step in report["steps"]) for report in reports]
    return max(given, default=None)


def latest_reports(runs: Path) -> list[dict[str, Any]]:
    """report.json of every host of the latest run."""
    found = sorted((runs / "latest" / "hosts").glob("*/report.json"))
    return [json.loads(path.read_text()) for path in found]


def _last(said: str) -> str:
    return " ".join(said.split()[-30:])


# --- the same hosts, as each wants to read them ----------------------------------------------


def inventory(hosts: Sequence[Host]) -> dict[str, Any]:
    """Ansible-shaped YAML, which Onramp reads too; `onramp:` is only for us."""
    return {"all": {"hosts": {host.name: _variables(host) for host in hosts}}}


def _variables(host: Host) -> dict[str, Any]:
    known = shlex.quote(f"UserKnownHostsFile={host.known_hosts}")
    return {
        "ansible_host": host.address,
        "ansible_port": host.port,
        "ansible_user": host.user,
        "ansible_ssh_private_key_file": host.private_key,
        "ansible_ssh_common_args": f"-o {known} -o StrictHostKeyChecking=yes",
        "onramp": dict(host.raw_settings),
    }


def rows(hosts: Sequence[Host]) -> list[dict[str, Any]]:
    """For Fabric and pyinfra, as JSON."""
    names = ("name", "address", "port", "user", "private_key", "known_hosts")
    return [{name: getattr(host, name) for name in names} for host in hosts]


def lines(hosts: Sequence[Host]) -> str:
    """For ssh_parallel.sh."""
    return "".join(
        f"{host.user}@{host.address}\t{host.port}\t{host.private_key}\t{host.known_hosts}\n"
        for host in hosts
    )
