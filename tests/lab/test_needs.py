"""Requirements, tried on a host: each probe tells a tool that has it from one that has not.

The opposite is planted into each probe of hello-world: what it then says is what a team would read
about a tool, a host or a compose file without that ability.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from drive import SHORT, Ended, Started, inventory, invoke, lab, named, on, stack, steps
from onramp.config import load_stack, parse_settings
from onramp.evidence.events import Event, Noun, Progress
from onramp.model.action import Outcome
from onramp.model.host import Host
from onramp.model.run import RequirementRun
from onramp.model.stack import Requirement, Stack
from onramp.pipeline import try_requirements
from onramp.pipeline.host_session import HostSession
from onramp.pipeline.run_session import RunOptions, RunSession
from onramp.providers.lab.embedded_lab import Lab
from onramp.providers.lab.lab_host import LabHost, root_shell
from onramp.providers.lab.provider import LabProvider
from onramp.remote.connection import SshTransport, open_ssh
from places import ROOT

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="the lab needs root")
HELD = """
docker ps -a --no-trunc --format '{{.ID}} {{.Names}} {{.State}}'
docker network ls --no-trunc --format '{{.ID}} {{.Name}}'
docker volume ls
docker image ls --no-trunc --format '{{.ID}} {{.Repository}}:{{.Tag}}' | sort
install -d -o newcomer -g newcomer /home/newcomer/onramp && ls -A /home/newcomer/onramp
"""
MET = "detached-mode logs health-checks restart-policy scaling persistent-volumes " \
      "secrets-and-configs profiles environment-override offline-images clean-removal"  # fmt: skip
_UP_D = "limit_s=20 began=$(uptime_s)\ntimeout $limit_s docker compose up -d"
# what is replaced in a probe, by what, and how the probe then ends
OPPOSITES = [
    ("detached-mode", "command: sleep 600", "command: 'true'", "the service does not run"),
    ("detached-mode", _UP_D, _UP_D.replace("20", "3").replace("up -d", "up -t 0"),
     "the prompt did not come back"),
    ("logs", "network_mode: none", "network_mode: none\n    logging: {driver: none}", ""),
    ("logs", "--tail 1", "--tail 5", "asked for one line, it gives 2"),
    ("health-checks", "--wait well", "well", "--wait did not wait"),
    ("health-checks", 'CMD, "false"', 'CMD, "true"', "takes an unhealthy service for up"),
    ("restart-policy", "restart: unless-stopped", 'restart: "no"',
     "restarts and state of the service are: 0 exited"),
    ("scaling", "--scale worker=$asked", "", "asked for 3, it runs 1 times"),
    ("persistent-volumes", '"kept:/kept"', "/kept", "is gone after it"),
    ("secrets-and-configs", "command: sleep 600",
     "command: sleep 600\n    environment: {PASSWORD: $secret}", "docker inspect shows the secret"),
    ("secrets-and-configs", "secrets: [password]\n", "labels: {}\n", "cannot read its secret"),
    ("profiles", "profiles: [extra]", "labels: {}", "without a profile there runs: always extra"),
    ("environment-override", "COLOUR=of-dotenv", "", "the value in .env does not reach"),
    ("environment-override", "> docker-compose.override.yml", "> elsewhere.yml",
     "the override file does not reach"),
    ("offline-images", ' && docker image rm "$image"', "", "something else was taken"),
    ("offline-images", "docker load -i image.tar", "true", "No such image"),
    ("clean-removal", "down -v -t 0", "down -t 0", "still there: "),
]  # fmt: skip


class Notes:
    """What was measured, by requirement."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[str, str]] = {}

    def append(self, event: Event | Noun) -> None:
        assert isinstance(event, (Progress, RequirementRun)), event
        if isinstance(event, RequirementRun):
            self.found[event.id] = (event.status, event.because)

    def log(self, step: str, role: str, outcome: Outcome, shown: str) -> str:
        return ""


IMAGE = """docker pull -q python:3.12-alpine &&
docker tag python:3.12-alpine onramp-hello-world-web &&
docker run -d --name onramp-hello-world-there --network none \\
  --label com.docker.compose.project=onramp-hello-world onramp-hello-world-web sleep 10000
"""


@contextmanager
def logged_in(there: LabHost, image: str) -> Iterator[SshTransport]:
    """A login to a host with the image that hello-world builds, as if it were up."""
    on(there, IMAGE)
    host = Host(there.name, "", provider="lab", image=image)
    host = LabProvider(Lab(), keep=True).acquire(host, print)
    with open_ssh(host, parse_settings.parse({}, where=host.name)) as opened:
        yield opened
    on(there, "docker rm -f onramp-hello-world-there; docker rmi onramp-hello-world-web")


@pytest.fixture(scope="module")
def ready(lab_host: Callable[..., LabHost], tmp_path_factory: pytest.TempPathFactory) -> LabHost:
    """A set-up host of its own: another module takes the engine off the one that is shared."""
    host = lab_host("fault-needs")
    folder = tmp_path_factory.mktemp("needs")
    ended = invoke("provision", inventory(folder, {host.name: lab()}), folder=folder)
    assert ended.code == 0, ended.said
    return host


@pytest.fixture(scope="module")
def link(ready: LabHost) -> Iterator[SshTransport]:
    with logged_in(ready, "debian-12") as opened:
        yield opened


def measured(link: SshTransport, *tried: Requirement) -> dict[str, tuple[str, str]]:
    """What came of these on the host."""
    notes = Notes()
    asked = replace(hello_world(), requirements=tried)
    run = RunSession(RunOptions("evaluate", asked), {}, {})
    session = HostSession(run, Host("needs", ""), notes)  # type: ignore[arg-type]
    session.opened = link
    try_requirements.measure(session)
    return notes.found


def hello_world() -> Stack:
    return load_stack.load("hello-world", cwd=ROOT, project_root=ROOT)


def planted(requirement: str, old: str, new: str) -> Requirement:
    """A requirement of hello-world whose probe has something else in it."""
    [need] = [need for need in hello_world().requirements if need.id == requirement]
    assert old in need.probe
    probe = need.probe.replace(old, new)
    if requirement == "secrets-and-configs":
        probe = probe.replace("secret=guarded", "export secret=guarded")
    if requirement == "restart-policy":
        probe = probe.replace("seq 50", "seq 5")  # what does not come is not waited for
    return replace(need, probe=probe)


def opposites(*asked: tuple[str, str, str, str]) -> tuple[Requirement, ...]:
    """One requirement each, numbered: some are planted the opposite of twice."""
    return tuple(
        replace(planted(name, old, new), id=f"{name}-{number}")
        for number, (name, old, new, _) in enumerate(asked)
    )


def assert_found_out(found: dict[str, tuple[str, str]], *asked: tuple[str, str, str, str]) -> None:
    """Each opposite is missing, and for the reason that it is one."""
    for (name, old, new, why), (status, because) in zip(asked, found.values(), strict=True):
        assert status == "missing", (name, old, new, because)
        assert why in because, (name, old, new)


def test_docker_has_all_of_it_and_nothing_stays(ready: LabHost, link: SshTransport) -> None:
    before = on(ready, HELD)
    found = measured(link, *hello_world().requirements)
    assert {name for name, (status, _) in found.items() if status == "met"} >= set(MET.split())
    # lab hosts share this machine's kernel, which may give them neither
    no_memory = "No memory limit" in on(ready, "docker info 2>&1")
    assert found["memory-limit"][0] == ("missing" if no_memory else "met")
    assert "no NVIDIA GPU" in found["gpu-reservation"][1]
    assert on(ready, HELD) == before


def test_the_opposite_of_each_is_found_out(ready: LabHost, link: SshTransport) -> None:
    before = on(ready, HELD)
    assert_found_out(measured(link, *opposites(*OPPOSITES)), *OPPOSITES)
    assert on(ready, HELD) == before


def test_a_slow_host_is_not_taken_for_a_tool_that_lacks_it(link: SshTransport) -> None:
    """A limit within a probe that is reached, before anything was started, says nothing of it."""
    limited = ("detached-mode", "logs", "health-checks")
    late = (planted(name, "timeout $limit_s docker", "began=0; false") for name in limited)
    found = measured(link, *late)
    assert {status for status, _ in found.values()} == {"untestable"}, found
    assert all("20 s" in because for _, because in found.values()), found


def test_a_gpu_that_docker_cannot_give_is_missing(ready: LabHost, link: SshTransport) -> None:
    gpu = planted("gpu-reservation", "", "")
    on(ready, "touch /dev/nvidia0")
    try:
        [(status, because)] = measured(link, gpu).values()
    finally:
        on(ready, "rm /dev/nvidia0")
    assert status == "missing"
    assert "nvidia" in because


# --- limits, where the kernel has them -------------------------------------------------------

# Lab hosts get cgroup v2, whose controllers this machine may have given to version 1; a host
# without systemd can have those, as `cgroupfs-mount` gives them to it.
VERSION_1 = """
service docker stop
umount -l /sys/fs/cgroup && mount -t tmpfs cgroups /sys/fs/cgroup || exit 1
for name in cpu cpuacct cpuset memory devices freezer blkio pids; do
  mkdir /sys/fs/cgroup/$name && mount -t cgroup -o $name cgroup /sys/fs/cgroup/$name || exit 1
done
mkdir -p /etc/docker && cd /etc/docker
test -s daemon.json || echo '{"ip": "0.0.0.0"}' > daemon.json
sed -i '0,/{/s//{"cgroup-parent": "\\/PARENT",/' daemon.json
service docker start; for _ in $(seq 50); do docker info > /dev/null && exit 0; sleep 0.2; done
exit 1
"""
AWAY = """
docker rm -f $(docker ps -aq); service docker stop
find /sys/fs/cgroup/*/PARENT -depth -type d -exec rmdir {} +; true
"""
LIMITS = [
    ("memory-limit", "memory: 32M", "memory: 16M", "told to hold 32 MB, Docker set "),
    ("processor-limit", 'cpus: "0.25"', 'cpus: "0.5"', "a quarter, Docker set 50000 100000"),
]


@pytest.mark.skipif(
    "cgroup /sys/fs/cgroup/memory cgroup" not in Path("/proc/mounts").read_text(),
    reason="the memory controller is version 2's here",
)
def test_limits_hold_where_the_kernel_has_them(
    lab_host: Callable[..., LabHost], tmp_path: Path
) -> None:
    host = lab_host("fault-limits", "debian-12-sysv")
    ended = invoke("provision", inventory(tmp_path, {host.name: lab("debian-12-sysv")}),
                   folder=tmp_path)  # fmt: skip
    assert ended.code == 0, ended.said
    try:
        on(host, VERSION_1.replace("PARENT", host.name))
        with logged_in(host, "debian-12-sysv") as opened:
            as_they_are = (planted(name, "", "") for name, *_ in LIMITS)
            for status, because in measured(opened, *as_they_are).values():
                assert status == "met", because
            assert_found_out(measured(opened, *opposites(*LIMITS)), *LIMITS)
    finally:
        root_shell(host, AWAY.replace("PARENT", host.name))


# --- as a user meets it ----------------------------------------------------------------------

OWN = """\
requirements:
  - id: pages
    title: It serves pages
    why: Somebody looks at them.
    probe: |
      docker ps -q --filter "label=com.docker.compose.project=$ONRAMP_PROJECT" | grep -q . || exit 1
      test -e "$ONRAMP_STACK/docker-compose.yml" && echo "it runs from $ONRAMP_STACK"
  - id: hostile
    title: It says what it likes
    why: Whatever a host prints is shown as text.
    probe: |
      printf 'first\\n\\033[31m<script>alert(1)</script> | `x` **b**\\033]0;t\\007\\n\\n'
      exit 3
  - id: elsewhere
    title: It is tried elsewhere
    why: Not everything can be tried everywhere.
    probe: untestable "only where there are two of them"
  - id: endless
    title: It ends
    why: Nobody waits for ever.
    timeout_s: 4
    probe: |
      cat > compose.yaml <<'END'
      services: {worker: {image: "python:3.12-alpine", command: sleep 9, volumes: ["named:/a", /b]}}
      volumes: {named: {}}
      END
      docker compose up -d && docker tag python:3.12-alpine $COMPOSE_PROJECT_NAME:1
      trap '' TERM
      while :; do sleep 1; done
"""


def evaluated(ready: LabHost, folder: Path, *flags: str, own: str = OWN) -> tuple[str, ...]:
    """The words of an evaluation of a short stack with requirements of its own."""
    listed = inventory(folder, {ready.name: lab()})
    files = {**SHORT, "requirements.yml": own}
    return ("evaluate", listed, stack(folder, files, name=named("asked")), *flags)


def test_a_stack_of_ones_own(ready: LabHost, tmp_path: Path) -> None:
    before = on(ready, f"docker pull -q python:3.12-alpine >&2\n{HELD}")
    ended = invoke(*evaluated(ready, tmp_path), folder=tmp_path)
    assert ended.code == 0, ended.said  # what is missing fails no host
    report = ended.report(ready.name)
    name = named("asked")
    said = {need["id"]: (need["status"], need["because"]) for need in report["requirements"]}
    assert said == {
        "pages": ("met", f"it runs from /home/newcomer/onramp/{name}"),
        "hostile": ("missing", "<script>alert(1)</script> | `x` **b**"),
        "elsewhere": ("untestable", "only where there are two of them"),
        "endless": ("untestable", "it was not done within 4.0 s"),
    }
    folder = ended.folder / "hosts" / ready.name
    for need in report["requirements"]:
        assert (folder / need["evidence"]["log"]).is_file()
    # beside the steps, and out again: only the stack's own folder is left
    assert [step["id"] for step in report["steps"]][-6:-4] == ["up", "verify"]
    [verified] = [step for step in report["steps"] if step["id"] == "verify"]
    assert verified["attempts"] == 1
    assert not any("COMPOSE_PROJECT_NAME" in c["command"] for c in verified["commands"])
    assert "requirements.yml" not in str(hello_world().files)
    left = next(e["items"] for e in ended.events(ready.name) if e["event"] == "leftovers")
    assert left == [f"directory onramp/{name}"]
    on(ready, f"rm -r /home/newcomer/onramp/{name}")
    assert on(ready, HELD) == before


def test_ctrl_c_leaves_nothing_of_a_probe(ready: LabHost, tmp_path: Path) -> None:
    before = on(ready, f"docker pull -q python:3.12-alpine >&2\n{HELD}")
    own = OWN.replace("timeout_s: 4", "timeout_s: 60").replace("trap '' TERM\n", "\n")
    run = Started(*evaluated(ready, tmp_path, own=own), folder=tmp_path)
    run.until(lambda: f"onramp-{named('asked')}-endless-" in on(ready, HELD))
    run.interrupt()
    ended: Ended = run.end()
    assert ended.code == 130, ended.said
    assert "verify" in steps(ended.report(ready.name))
    torn = invoke("teardown", *evaluated(ready, tmp_path)[1:], folder=tmp_path)
    assert torn.code == 0, torn.said
    on(ready, f"rm -r /home/newcomer/onramp/{named('asked')}")
    until = time.monotonic() + 30  # it cleans up on its own, and nobody waits for it
    while on(ready, HELD) != before and time.monotonic() < until:
        time.sleep(0.5)
    assert on(ready, HELD) == before
