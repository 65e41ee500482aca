"""The catalogue as a whole: what every pain point has to bring, and the wordings that share it."""

from __future__ import annotations

import inspect
import re
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

import onramp.pains
from onramp import journey
from onramp.config import load_stack
from onramp.config.parse_settings import overlaid
from onramp.diagnosis import findings as diagnose
from onramp.diagnosis import matching
from onramp.diagnosis.patterns import Wordings
from onramp.journey import platforms
from onramp.model.action import Outcome, Relogin
from onramp.model.facts import Facts, Listener
from onramp.model.host import Host
from onramp.model.pain import SEVERITIES, VM, PainPoint, RemedyPlan, Situation, Symptom
from onramp.model.settings import Settings
from onramp.model.stack import Stack
from onramp.model.step import Attempt
from onramp.pipeline.reproduce import recipes
from onramp.plugins import collect, modules
from onramp.providers.lab.images import IMAGES
from places import ROOT

PAINS = collect(onramp.pains, PainPoint)
MODULES = {
    value.id: module
    for module in modules(onramp.pains)
    for value in vars(module).values()
    if isinstance(value, PainPoint)
}
PHASES = (
    "connect", "preflight", "install", "group", "daemon", "compose", "build", "up", "verify",
    "stop", "down",
)  # fmt: skip
PARAGRAPHS = ("What you see: ", "Why it happens: ", "What to do: ", "What the remedy changes: ")
SYMPTOMS = [(pain.id, symptom) for pain in PAINS.values() for symptom in pain.symptoms]
OF_A_FILE = re.compile(r"[A-Z]{3,} |[\w-]+: |- ")  # a line of a Dockerfile or a compose file
RUNNABLE = [pain for pain in PAINS.values() if pain.recipe]
VAGRANTFILE = (ROOT / "Vagrantfile").read_text()
HELLO = load_stack.load("hello-world", cwd=ROOT, project_root=ROOT)
DEBIAN_12 = Facts(
    os_id="debian", os_like=(), os_version="12", os_codename="bookworm", init="systemd",
    dpkg_arch="amd64", user="newcomer", docker_group=False, commands=frozenset({"curl", "sudo"}),
    packages={}, listeners=(Listener(22, "0.0.0.0"),), daemon_active=False, engine=None,
    docker_cli=None, compose=None, compose_v1=None, daemon_json=None,
)  # fmt: skip


def situation(facts: Facts = DEBIAN_12, **settings: object) -> Situation:
    dotted = {name.replace("__", "."): value for name, value in settings.items()}
    stack = Stack("hello", "/nowhere", {}, ports=(8000,))
    return Situation(facts, overlaid(Settings(), dotted), platforms.resolve(facts), stack)


def with_facts(**changes: object) -> Facts:
    values = {name: getattr(DEBIAN_12, name) for name in Facts.__struct_fields__}
    return Facts(**{**values, **changes})


def attempt(step: str, stderr: str, *, context: str = "", number: int = 1) -> Attempt:
    seen = (Outcome("context", 0, context),) if context else ()
    return Attempt(step, number, "try", Outcome("command", 1, stderr=stderr), context=seen)


def leading(failed: Attempt, at: Situation, **probes: str) -> str | None:
    """The id that leads, where each matched probe answers what is given for it."""
    found = matching.matches(failed, PAINS)
    answers = {
        match.pain.id: Outcome("probe", 0, probes.get(match.pain.id.replace("-", "_"), ""))
        for match in found
        if match.pain.probe
    }
    seen = diagnose.findings(failed, found, answers, at)
    return seen[0].pain if seen else None


@pytest.mark.parametrize("pain", PAINS.values(), ids=PAINS)
def test_a_pain_point_is_complete(pain: PainPoint) -> None:
    module = MODULES[pain.id]
    assert module.__name__.split(".")[-2:] == [pain.phase, pain.id.replace("-", "_")]
    assert pain.phase in PHASES
    assert pain.severity in SEVERITIES
    assert pain.symptoms or pain.foresee
    assert pain.cause.endswith(".")
    assert pain.references
    assert all(url.startswith("https://") for url in pain.references)
    assert pain.remedy
    assert pain.remedy.summary.endswith(".")
    assert set(pain.explains) <= set(PAINS)
    assert pain.id not in pain.explains
    assert sum(bool(line.strip()) for line in inspect.getsource(module).splitlines()) <= 60


@pytest.mark.parametrize("pain", PAINS.values(), ids=PAINS)
def test_its_docstring_is_a_page(pain: PainPoint) -> None:
    title, *paragraphs = (inspect.getdoc(MODULES[pain.id]) or "").split("\n\n")
    assert title.endswith(".")
    assert tuple(p[: p.index(": ") + 2] for p in paragraphs) == PARAGRAPHS


@pytest.mark.parametrize("pain", RUNNABLE, ids=[pain.id for pain in RUNNABLE])
def test_its_recipe_fits_the_lab_and_the_journey(pain: PainPoint) -> None:
    recipe = pain.recipe
    assert recipe
    assert recipe.images
    machines = {image for image in recipe.images if image.startswith(VM)}
    assert set(recipe.images) - machines <= set(IMAGES)
    assert all(f'"{name.removeprefix(VM)}"' in VAGRANTFILE for name in machines)
    assert recipe.before == "connect" or recipe.before in journey.ids(
        "evaluate", reboot=recipe.reboot
    )
    overlaid(Settings(), recipe.settings)
    replace(Host("name", "address"), **recipe.login)
    recipes.stack_for(recipe, HELLO)


@pytest.mark.parametrize(("pain", "symptom"), SYMPTOMS, ids=[s[1].pattern for s in SYMPTOMS])
def test_a_wording_says_something(pain: str, symptom: Symptom) -> None:
    assert not Wordings([symptom.pattern]).standing(b"\n \n")
    assert symptom.weight in (1, 2, 3)
    assert set(symptom.steps) <= {"", *journey.ids("evaluate", reboot=True), "purge", "find-stack"}


def test_no_wording_blows_up_on_hostile_lines() -> None:
    """A megabyte that nearly matches, for each wording, against all of them at once."""
    everything = Wordings([symptom.pattern for _, symptom in SYMPTOMS])
    began = time.monotonic()
    for _, symptom in SYMPTOMS:
        nearly = " ".join(re.findall(r"[\w :']{3,}", symptom.pattern.replace("\\S+", "x"))) or "a"
        line = (nearly * (1_000_000 // len(nearly))).encode()
        one = time.monotonic()
        everything.standing(line)
        assert time.monotonic() - one < 2.0, symptom.pattern
    assert (time.monotonic() - began) / len(SYMPTOMS) < 0.5


COMES_FROM_BEHIND_A_ROUTER = {"client_address": "172.17.4.5", "server_address": "10.0.0.2"}


LOCALE = "bash: warning: setlocale: LC_ALL: cannot change locale (de_CH.UTF-8)"


def test_a_clean_host_foresees_nothing() -> None:
    assert diagnose.foreseen(situation(), PAINS) == ()


@pytest.mark.parametrize(
    ("pain", "facts", "settings"),
    [
        ("missing-prereqs-curl-ca-gnupg", {"commands": frozenset({"sudo"})}, {}),
        ("port-in-use-by-process", {"listeners": (Listener(8000, "127.0.0.1"),)}, {}),
        ("daemon-json-invalid", {"daemon_json": '{"debug": true,}'}, {}),
        ("daemon-json-invalid", {"daemon_json": "[]"}, {}),
        ("daemon-json-invalid", {"daemon_json": ""}, {}),
        ("daemon-json-hosts-conflict", {"daemon_json": '{"hosts": ["unix://"]}'}, {}),
        ("userns-remap-or-data-root-custom", {"daemon_json": '{"data-root": "/srv/d"}'}, {}),
        ("cgroup-v1-deprecated", {"cgroup": 1}, {}),
        ("unit-masked", {"daemon_enabled": "masked"}, {}),
        ("ip-forward-disabled", {"engine": "28.5.2", "ip_forward": False}, {}),
        ("ufw-firewalld-published-port", {"firewall": ("ufw",)}, {}),
        ("bridge-subnet-collides-lan", COMES_FROM_BEHIND_A_ROUTER, {}),
        ("distro-docker-installed", {"packages": {"docker.io": "20.10.24"}}, {}),
        ("compose-v1-legacy", {"compose_v1": "1.29.2"}, {"docker__method": "distribution"}),
        ("clock-skew", {"clock_offset_s": -7200.0}, {}),
        ("disk-full-install", {"disk_free_bytes": {"/": 300 << 20, "/tmp": 1 << 20}}, {}),
        ("eol-distribution-warning", {"os_version": "10"}, {}),
        ("home-unset-or-not-writable", {"unwritable": ("/home/newcomer/.docker",)}, {}),
        ("k8s-or-other-runtime-host", {"listeners": (Listener(10250, "::"),)}, {}),
        ("kernel-too-old-or-openvz", {"kernel": "2.6.32-042stab145.3"}, {}),
        ("low-memory-oom", {"memory_bytes": 489_000_000}, {}),
        ("podman-docker-shim", {"packages": {"podman-docker": "4.3.1"}}, {}),
        ("readonly-or-noexec-fs", {"mounts": {"/": "rw", "/tmp": "noexec", "/usr": "ro"}}, {}),
        ("snap-docker", {"docker_cli_path": "/snap/bin/docker"}, {}),
        ("strict-umask", {"umask": "0027"}, {}),
        ("unsupported-architecture", {"arch": "armv6l", "dpkg_arch": "armhf"}, {}),
        ("sudo-missing", {"sudo": "none", "uid": 1000}, {}),
        ("sudo-requiretty", {"sudo_says": "sudo: sorry, you must have a tty to run sudo"}, {}),
        ("sudo-unable-to-resolve-host", {"sudo_says": "sudo: unable to resolve host box: x"}, {}),
        ("locale-warnings", {"noise": LOCALE}, {}),
        ("ssh-banner-motd-pollution", {"noise": "Property of Example Corp."}, {}),
        ("login-shell-not-posix", {"shell": "/usr/bin/fish"}, {}),
    ],
)
def test_what_facts_give_away(
    pain: str, facts: dict[str, object], settings: dict[str, object]
) -> None:
    at = situation(with_facts(**facts), **settings)
    assert [finding.pain for finding in diagnose.foreseen(at, PAINS)] == [pain]


def test_a_host_in_the_range_itself_is_safe_from_it() -> None:
    facts = with_facts(client_address="172.17.4.5", server_address="172.17.0.2")
    assert diagnose.foreseen(situation(facts), PAINS) == ()


@pytest.mark.parametrize(
    ("listed", "leads"),
    [
        ("P web running p_default\nP db running p_default\n", "redis-not-resolvable"),
        ("P web running p_default\nP redis running p_data\n", "redis-not-resolvable"),
        ("P web running p_default\nP redis restarting p_default\n", "container-restart-loop"),
    ],
)
def test_a_service_that_ended_is_not_merely_hard_to_find(listed: str, leads: str) -> None:
    failed = attempt(
        "verify",
        "service redis: p-redis-1 restarting (1)",
        context="Error -2 connecting to redis:6379",
    )
    listed = listed.replace("P ", "onramp-hello ")
    assert leading(failed, situation(), redis_not_resolvable=listed) == leads


@pytest.mark.parametrize(
    ("words", "answer", "expected"),
    [
        ("sudo: docker: command not found", "lacks docker\nPATH=/usr/sbin:/usr/bin\n"
         "/usr/local/bin/docker\n", "sudo-secure-path"),
        ("sudo: docker: command not found", "lacks docker\nPATH=/usr/sbin:/usr/bin\n",
         "docker-cli-missing"),
        ("dpkg: error: 2 expected programs not found in PATH", "PATH=/usr/bin:/bin\n",
         "sudo-secure-path"),
        ("dpkg: error: 2 expected programs not found in PATH", "PATH=/usr/sbin:/usr/bin\n", None),
        ("sudo: systemctl: command not found", "lacks systemctl\nPATH=/usr/sbin:/usr/bin\n",
         "no-systemd"),
    ],
)  # fmt: skip
def test_what_is_missing_under_sudo_alone(words: str, answer: str, expected: str | None) -> None:
    failed = attempt("install-engine", words)
    assert leading(failed, situation(), sudo_secure_path=answer, no_systemd="init") == expected


@pytest.mark.parametrize(
    ("pain", "name", "text"),
    [
        ("entrypoint-crlf-or-noexec", "start.sh", b"#!/bin/sh\r\nexec flask run\r\n"),
        ("flask-werkzeug-incompatible", "requirements.txt", b"flask==2.2.2\nredis\n"),
        (None, "start.sh", b"#!/bin/sh\nexec flask run\n"),
        (None, "requirements.txt", b"flask==2.2.2\nwerkzeug<3\n"),
        (None, "requirements.txt", b"flask==3.0.0\n"),
    ],
)
def test_what_the_stack_s_files_give_away(pain: str | None, name: str, text: bytes) -> None:
    at = replace(situation(), stack=Stack("hello", "/nowhere", {name: text}))
    found = [finding.pain for finding in diagnose.foreseen(at, PAINS)]
    assert found == ([pain] if pain else [])


@pytest.mark.parametrize(
    "facts",
    [
        {"clock_offset_s": 90.0, "umask": "0002", "memory_bytes": 512 << 20},
        {"disk_free_bytes": {"/": 400 << 20}, "docker_cli": "28.5.2"},
        {"mounts": {"/tmp": "noexec", "/": "rw"}, "arch": "aarch64", "dpkg_arch": "armhf"},
        {"kernel": "6.1.0-rpi7", "os_version": "12", "clusters": (), "unwritable": ()},
    ],
)
def test_what_is_tight_but_will_do_is_not_foreseen(facts: dict[str, object]) -> None:
    assert diagnose.foreseen(situation(with_facts(**facts)), PAINS) == ()


def test_a_system_nobody_knows_is_foreseen() -> None:
    at = situation(with_facts(os_id="housemade", os_like=()))
    assert at.platform is None
    assert "unsupported-distribution" in {f.pain for f in diagnose.foreseen(at, PAINS)}


def test_a_port_that_a_container_may_hold_is_not_blamed_on_a_program() -> None:
    facts = with_facts(listeners=(Listener(8000, "0.0.0.0"),), daemon_active=True)
    assert diagnose.foreseen(situation(facts), PAINS) == ()


DENIED = "permission denied while trying to connect to the Docker daemon socket at unix:///v"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("newcomer\n1000\ndocker:x:998:\n", "docker-sock-permission-denied"),
        ("newcomer\n1000\ndocker:x:998:newcomer\n", "group-added-session-stale"),
        ("newcomer\n1000 998\ndocker:x:998:newcomer\n", None),
        ("newcomer\n1000\n", "docker-sock-permission-denied"),
        ("", "docker-sock-permission-denied"),
    ],
)
def test_the_same_refusal_is_told_apart_by_the_group(answer: str, expected: str | None) -> None:
    probes = dict.fromkeys(("docker_sock_permission_denied", "group_added_session_stale"), answer)
    assert leading(attempt("use-without-sudo", DENIED), situation(), **probes) == expected


NOT_RUNNING = (
    "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. "
    "Is the docker daemon running?"
)


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ("Active: inactive (dead)", "daemon-not-running"),
        ("Loaded: masked (Reason: Unit docker.service is masked.)", "unit-masked"),
        ("unable to configure the Docker daemon with file /etc/docker/daemon.json: x",
         "daemon-json-invalid"),
        ("docker.socket: Failed to resolve group docker: No such process", "docker-group-missing"),
        ("bash: line 1: systemctl: command not found", "daemon-not-running"),
    ],
)  # fmt: skip
def test_the_cause_in_the_log_leads_over_its_echo(context: str, expected: str) -> None:
    failed = attempt("start-daemon", NOT_RUNNING, context=context)
    found = matching.matches(failed, PAINS)
    probes = {match.pain.id: Outcome("probe", 1) for match in found if match.pain.probe}
    seen = diagnose.findings(failed, found, probes, situation())
    assert seen[0].pain == expected
    assert seen[0].rivals == ()


GAVE_UP = "failed to start daemon: {}\ndocker.service: Start request repeated too quickly."


@pytest.mark.parametrize(
    ("words", "state", "expected"),
    [
        ("something new", "LoadState=loaded\nActiveState=failed", "service-failed-to-start"),
        ("something old", "LoadState=loaded\nActiveState=inactive", None),
        ("error initializing graphdriver: driver not supported", "ActiveState=failed",
         "storage-driver-unsupported-fs"),
        ("ensure docker is not running or delete /var/run/docker.pid", "ActiveState=failed",
         "stale-pid-file"),
    ],
)  # fmt: skip
def test_what_the_journal_names_leads_over_the_service_that_failed(
    words: str, state: str, expected: str | None
) -> None:
    failed = attempt("start-daemon", "Job for docker.service failed because …",
                     context=GAVE_UP.format(words))  # fmt: skip
    assert leading(failed, situation(), service_failed_to_start=state) == expected


@pytest.mark.parametrize("line", ["sudo: systemctl: command not found",
                                  "sh: 1: systemctl: not found"])  # fmt: skip
def test_systemctl_typed_where_there_is_none(line: str) -> None:
    assert leading(attempt("start-daemon", line), situation(), no_systemd="init") == "no-systemd"


def test_a_shell_in_a_dockerfile_is_no_missing_command_of_the_host() -> None:
    failed = attempt("build", "#9 0.312 /bin/sh: 1: curl: not found\n0.3 sh: docker: not found")
    assert leading(failed, situation()) is None


def cure_of(pain: str, at: Situation) -> RemedyPlan | None:
    remedy = PAINS[pain].remedy
    assert remedy
    assert remedy.cure
    return remedy.cure(at)


def test_joining_the_group_quotes_the_user_and_logs_in_again() -> None:
    cure = cure_of("docker-sock-permission-denied", situation(docker__user="o.brien-1"))
    assert cure
    assert cure.actions[0].shown == "sudo usermod -aG docker o.brien-1"
    assert isinstance(cure.actions[1], Relogin)


@pytest.mark.parametrize("pain", ["apt-missing-gpg-key", "apt-no-release-file"])
@pytest.mark.parametrize(
    ("codename", "method", "falls_back"),
    [
        ("trixie", "auto", True),
        ("trixie", "repository", False),
        ("bookworm", "auto", False),
    ],
)
def test_the_distribution_s_packages_only_where_they_suffice_and_the_choice_is_ours(
    pain: str, codename: str, method: str, falls_back: bool
) -> None:
    cure = cure_of(pain, situation(with_facts(os_codename=codename), docker__method=method))
    assert (cure is not None) == falls_back
    if cure:
        assert cure.settings == {"docker.method": "distribution"}
        assert "docker.sources" in cure.actions[0].shown


def test_a_derivative_gets_the_name_of_what_it_is_built_on() -> None:
    facts = with_facts(os_id="kali", os_like=("debian",), os_codename="kali-rolling")
    at = replace(situation(facts), probe=Outcome("probe", 0, "12.11\n404\n"))
    cure = cure_of("apt-no-release-file", at)
    assert cure
    assert cure.settings == {"docker.codename": "bookworm"}


@pytest.mark.parametrize(
    ("words", "falls_back"),
    [
        ("curl: (6) Could not resolve host: download.docker.com", True),
        ("W: Failed to fetch http://deb.example/ Temporary failure resolving 'deb.example'", False),
    ],
)
def test_without_a_network_there_is_nothing_to_fall_back_to(words: str, falls_back: bool) -> None:
    facts = with_facts(os_version="13", os_codename="trixie")
    at = replace(situation(facts), attempt=attempt("install-engine", words))
    assert (cure_of("apt-dns-or-no-route", at) is not None) == falls_back


def test_a_host_that_is_still_booting_is_waited_for_and_a_wrong_name_is_not() -> None:
    refused = "ssh: connect to host 198.18.0.9 port 22: Connection refused"
    unknown = "ssh: Could not resolve hostname nowhere: Name or service not known"
    waits = []
    for words, number in ((refused, 1), (refused, 9), (unknown, 1)):
        at = replace(situation(), attempt=attempt("connect", words, number=number))
        cure = cure_of("ssh-connection-refused-timeout", at)
        waits.append(bool(cure and cure.wait_s and not cure.actions))
    assert waits == [True, False, False]


def test_only_the_container_that_holds_the_port_is_stopped() -> None:
    words = "Bind for 0.0.0.0:8000 failed: port is already allocated"
    listed = "old-web-1 0.0.0.0:8000->80/tcp\nother 0.0.0.0:18000->80/tcp, 8000/tcp\n"
    at = replace(situation(), attempt=attempt("up", words), probe=Outcome("probe", 0, listed))
    cure = cure_of("port-already-allocated", at)
    assert cure
    assert [action.shown for action in cure.actions] == ["sudo docker stop old-web-1"]


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        ("network backbone declared as external, but could not be found",
         ["docker network create backbone"]),
        ('external volume "hits" not found', ["docker volume create hits"]),
        ("network x;reboot declared as external, but could not be found", None),
        ("Error response from daemon: network 0123456789abcdef not found",
         ["cd ~/onramp/hello && docker compose -p onramp-hello rm -f -s"]),
    ],
)  # fmt: skip
def test_what_is_missing_is_made_by_its_name_and_nothing_else(
    words: str, typed: list[str] | None
) -> None:
    cure = cure_of("network-missing-or-stale", replace(situation(), attempt=attempt("up", words)))
    assert (cure and [action.shown for action in cure.actions]) == typed


def test_the_repo_file_comes_from_where_the_packages_do() -> None:
    at = situation(with_facts(os_id="fedora"), docker__repository="http://mirror.test/linux/")
    cure = cure_of("dnf5-config-manager-syntax", at)
    assert cure
    assert cure.actions[0].shown == (
        "sudo curl -fsSL http://mirror.test/linux/fedora/docker-ce.repo"
        " -o /etc/yum.repos.d/docker-ce.repo"
    )


def test_only_a_log_that_fills_a_full_disk_is_emptied() -> None:
    log = f"/var/lib/docker/containers/{'a' * 64}/{'a' * 64}-json.log"
    disk = "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/sda 1000 {} {} 9% /\n"
    full, roomy = disk.format(990, 10), disk.format(500, 500)
    typed = []
    for seen in (f"{full}900\t{log}\n", f"{full}900\t/etc/passwd\n", f"{roomy}900\t{log}\n"):
        cure = cure_of("logs-fill-disk", replace(situation(), probe=Outcome("probe", 0, seen)))
        typed.append(cure and cure.actions[0].shown)
    assert typed == [f"sudo truncate -s 0 {log}", None, None]


def test_a_slow_start_is_waited_for_and_a_program_that_never_listens_is_not() -> None:
    said = "service web: nothing listens on port 8000, {} s after it was started"
    waits = []
    for seconds, step in ((60, "verify"), (900, "verify"), (60, "stop")):
        at = replace(situation(), step=step, attempt=attempt(step, said.format(seconds)))
        waits.append(cure_of("slow-first-start", at) is not None)
    assert waits == [True, False, False]


def test_nothing_in_the_catalogue_prints_a_symptom_instead_of_causing_it() -> None:
    for pain in PAINS.values():
        script = pain.recipe.script if pain.recipe else ""
        for symptom in pain.symptoms:
            assert not re.search(symptom.pattern, script, re.MULTILINE), pain.id


def test_no_page_names_a_private_place() -> None:
    for module in MODULES.values():
        text = Path(str(module.__file__)).read_text()
        assert "/work" not in text


@pytest.mark.parametrize("pain", PAINS.values(), ids=PAINS)
def test_what_cures_is_typed_at_a_prompt(pain: PainPoint) -> None:
    """Pages and reports show it as shell; a line for a file is a comment there."""
    commands = pain.remedy.commands if pain.remedy else ()
    assert [one for one in commands if OF_A_FILE.match(one)] == []
