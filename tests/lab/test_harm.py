"""Whatever else is on a host stays as it is; and every way in works, not only the usual one."""

from __future__ import annotations

import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from drive import Ended, check, inventory, invoke, lab, on, pains, stack, steps
from onramp.providers.lab.lab_host import LabHost, root_shell

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="the lab needs root")
INSTALLED = ("install-engine", "install-compose", "start-daemon", "use-without-sudo")
HELD = """
docker ps -a --no-trunc --format '{{.ID}} {{.Names}} {{.State}} {{.CreatedAt}}'
docker network ls --no-trunc --format '{{.ID}} {{.Name}}'
docker volume ls
docker image ls --no-trunc --format '{{.ID}} {{.Repository}}:{{.Tag}}' | sort
"""
THEIRS = """set -e
docker run -d --name theirs -v theirs:/data python:3.12-alpine \\
    sh -c 'echo kept > /data/kept; exec sleep 10000'
docker run --name theirs-done python:3.12-alpine true
docker network create theirs
docker tag python:3.12-alpine theirs:1
"""
COMPOSE = """services:
  theirs:
    image: python:3.12-alpine
    command: sleep 10000
    volumes: ["held:/data"]
volumes: {held: }
"""


def run(task: str, host: LabHost, folder: Path, *flags: str, name: str = "short") -> Ended:
    """A task with the short stack on the host, called so."""
    listed = inventory(folder, {host.name: lab()})
    ended = invoke(task, listed, stack(folder, name=name), *flags, folder=folder)
    if task != "purge" and ended.code != 1:
        check(ended.report(host.name))
    return ended


@pytest.fixture
def theirs(ready: LabHost) -> Iterator[str]:
    """Things on the host that somebody else made: what docker lists of them."""
    on(ready, THEIRS)
    yield on(ready, HELD)
    root_shell(ready, "docker rm -f theirs theirs-done; docker network rm theirs; "
               "docker volume rm theirs; docker rmi theirs:1")  # fmt: skip


# --- other people's things -------------------------------------------------------------------


def test_what_others_made_survives_all_of_it(ready: LabHost, theirs: str, tmp_path: Path) -> None:
    ended = run("evaluate", ready, tmp_path)
    assert ended.code == 0, ended.said
    assert on(ready, HELD) == theirs
    assert on(ready, "docker exec theirs cat /data/kept") == "kept\n"
    left = next(e["items"] for e in ended.events(ready.name) if e["event"] == "leftovers")
    assert left == ["directory onramp/short"]


def test_somebody_elses_project_of_our_name_is_left_alone(ready: LabHost, tmp_path: Path) -> None:
    up = f"mkdir -p /srv/theirs && cd /srv/theirs && cat > compose.yaml <<'END'\n{COMPOSE}END\n"
    on(ready, f"rm -rf /home/newcomer/onramp\n{up}docker compose -p onramp-short up -d")
    before = on(ready, HELD)
    try:
        for task, step in (("evaluate", "copy-stack"), ("teardown", "find-stack")):
            ended = run(task, ready, tmp_path / task)
            assert ended.code == 2, ended.said
            report = ended.report(ready.name)
            assert steps(report)[step] == "failed"
            assert steps(report)["down-volumes"] == "skipped"
            [failure] = report["unexplained"]
            assert "project onramp-short runs from /srv/theirs" in failure["excerpt"]
            assert on(ready, HELD) == before
        on(ready, "test ! -e /home/newcomer/onramp/short")

        # their containers are gone for a while, their data is not
        on(ready, "docker rm -f onramp-short-theirs-1")
        before = on(ready, HELD)
        ended = run("evaluate", ready, tmp_path / "volumes")
        [failure] = ended.report(ready.name)["unexplained"]
        assert "project onramp-short holds onramp-short_held" in failure["excerpt"]
        assert on(ready, HELD) == before
    finally:
        on(ready, "cd /srv/theirs; docker compose -p onramp-short down -v -t 0; rm -r /srv/theirs")


def test_a_directory_somebody_else_made_is_left_alone(ready: LabHost, tmp_path: Path) -> None:
    home = "/home/newcomer/onramp/short"
    on(ready, f"rm -rf {home}; mkdir -p {home}; echo mine > {home}/docker-compose.yml; "
       "chown -R newcomer: /home/newcomer/onramp")  # fmt: skip
    try:
        for task, step in (("evaluate", "copy-stack"), ("teardown", "find-stack")):
            ended = run(task, ready, tmp_path / task)
            assert ended.code == 2, ended.said
            assert steps(ended.report(ready.name))[step] == "failed"
            assert on(ready, f"ls -A {home}; cat {home}/*") == "docker-compose.yml\nmine\n"
    finally:
        on(ready, f"rm -r {home}")


def test_remedies_that_ask_do_not_run_without_leave(ready: LabHost, tmp_path: Path) -> None:
    """A port somebody's container holds, and units somebody masked."""
    on(ready, "docker run -d --name theirs -p 8000:8000 python:3.12-alpine sleep 10000")
    try:
        ended = run("evaluate", ready, tmp_path / "port")
        assert ended.code == 2, ended.said
        assert pains(ended.report(ready.name)) == {"port-already-allocated": "needs-human"}
        assert not [e for e in ended.events(ready.name) if e.get("role") == "remedy"]
        assert on(ready, "docker ps --format {{.Names}}") == "theirs\n"
    finally:
        on(ready, "docker rm -f theirs")

    mask = "systemctl mask docker.service docker.socket; systemctl stop docker.socket docker"
    on(ready, mask)
    try:
        _masked(ready, tmp_path)
    finally:
        on(ready, "systemctl unmask docker.service docker.socket; systemctl start docker")


def _masked(ready: LabHost, tmp_path: Path) -> None:
    ended = run("provision", ready, tmp_path / "mask")
    assert ended.code == 2, ended.said
    assert pains(ended.report(ready.name)) == {"unit-masked": "needs-human"}
    assert not [e for e in ended.events(ready.name) if e.get("role") == "remedy"]
    state = "systemctl is-enabled docker.service; systemctl is-active docker.service"
    assert root_shell(ready, state)[1] == "masked\ninactive\n"
    page = (ended.folder / "hosts" / ready.name / "report.md").read_text()
    assert "`--allow=unit-masked`" in page

    ended = run("provision", ready, tmp_path / "leave", "--allow=unit-masked")
    assert ended.code == 0, ended.said
    assert pains(ended.report(ready.name)) == {"unit-masked": "remedied"}


# --- again and again -------------------------------------------------------------------------


def test_a_second_run_finds_the_host_set_up(ready: LabHost, tmp_path: Path) -> None:
    again = run("provision", ready, tmp_path / "again")
    assert again.code == 0, again.said
    report = again.report(ready.name)
    assert set(steps(report).values()) == {"satisfied"}
    assert pains(report) == {}
    assert not [c for step in report["steps"] for c in step["commands"] if c["role"] == "apply"]
    assert sum(len(step["commands"]) for step in report["steps"]) <= 3

    once_more = run("evaluate", ready, tmp_path / "evaluate")
    assert once_more.code == 0, once_more.said
    assert {steps(once_more.report(ready.name))[step] for step in INSTALLED} == {"satisfied"}


def test_a_stack_is_kept_deployed_and_taken_down(ready: LabHost, tmp_path: Path) -> None:
    url = f"http://{ready.address}:8000/"
    kept = run("evaluate", ready, tmp_path / "kept", "--keep")
    assert kept.code == 0, kept.said
    assert f"the stack short is up: {url}" in kept.out
    assert url in (kept.folder / "hosts" / ready.name / "report.md").read_text()
    assert "down" not in steps(kept.report(ready.name))
    assert answers(url)

    other = run("teardown", ready, tmp_path / "other", name="other")
    assert other.code == 0, other.said
    assert answers(url)

    down = run("teardown", ready, tmp_path / "down")
    assert down.code == 0, down.said
    assert set(steps(down.report(ready.name)).values()) <= {"satisfied", "changed"}
    assert not answers(url)
    on(ready, 'test -z "$(docker ps -aq)"')

    up = run("deploy", ready, tmp_path / "up")
    assert up.code == 0, up.said
    assert f"the stack short is up: {url}" in up.out
    assert answers(url)
    on(ready, "rm -r /home/newcomer/onramp/short")  # its files are gone, its name is enough
    assert run("teardown", ready, tmp_path / "nameless").code == 0
    assert not answers(url)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=3) as page:
            return bool(page.status == 200)
    except OSError:
        return False


# --- other ways in ---------------------------------------------------------------------------

NOISE = r"""
printf '\033[2J\033[31mWelcome!\033[0m\r\n\007%s\n' "$(head -c 3000 /dev/zero | tr '\0' x)"
echo '{"docker": "lies"}'; echo "sudo: a password is required" >&2
"""


def test_a_noisy_login_with_a_single_session(ready: LabHost, tmp_path: Path) -> None:
    on(ready, f"cd /home/newcomer; cp .bashrc .bashrc.was; cat > noise <<'END'\n{NOISE}\nEND\n"
       "cat noise .bashrc.was > .bashrc; cat noise >> .profile; cp noise /etc/motd\n"
       "echo 'MaxSessions 1' > /etc/ssh/sshd_config.d/one.conf; systemctl reload ssh")  # fmt: skip
    try:
        ended = run("evaluate", ready, tmp_path)
        assert ended.code == 0, ended.said
        report = ended.report(ready.name)
        assert pains(report)["ssh-banner-motd-pollution"] == "noted"
        assert "sudo-password-required" not in pains(report)
        assert {steps(report)[step] for step in INSTALLED} == {"satisfied"}
    finally:
        on(ready, "rm /etc/ssh/sshd_config.d/one.conf; systemctl reload ssh; : > /etc/motd; "
           "cd /home/newcomer; mv .bashrc.was .bashrc")  # fmt: skip


def test_a_root_login_without_sudo(ready: LabHost, tmp_path: Path) -> None:
    listed = inventory(tmp_path, {ready.name: lab(ansible_become=False)})
    on(ready, "mv /usr/bin/sudo /usr/bin/sudo.away")
    try:
        ended = invoke("evaluate", listed, stack(tmp_path), "--user=root", folder=tmp_path)
    finally:
        on(ready, "mv /usr/bin/sudo.away /usr/bin/sudo")
    assert ended.code == 0, ended.said
    assert steps(ended.report(ready.name))["up"] == "changed"


@pytest.mark.parametrize("shell", ["fish", "tcsh"])
def test_other_login_shells(ready: LabHost, tmp_path: Path, shell: str) -> None:
    on(ready, f"apt-get install -qy --no-install-recommends {shell} >/dev/null 2>&1; set -e\n"
       f"useradd --create-home --shell $(command -v {shell}) {shell}er\n"
       f"echo '{shell}er ALL=(ALL) NOPASSWD:ALL' > /etc/sudoers.d/{shell}er\n"
       f"cp -r /home/newcomer/.ssh /home/{shell}er/; chown -R {shell}er: /home/{shell}er/.ssh\n"
       f"mkdir -p /home/{shell}er/.config/fish; echo 'echo hello from the rc file' | tee "
       f"/home/{shell}er/.config/fish/config.fish > /home/{shell}er/.cshrc", 300)  # fmt: skip
    listed = inventory(tmp_path, {ready.name: lab(ansible_user=f"{shell}er")})
    ended = invoke("evaluate", listed, stack(tmp_path), folder=tmp_path)
    assert ended.code == 0, ended.said
    report = ended.report(ready.name)
    assert pains(report)["docker-sock-permission-denied"] == "remedied"
    assert pains(report)["login-shell-not-posix"] == "noted"
    assert steps(report)["up"] == "changed"


# --- the end ---------------------------------------------------------------------------------


@pytest.fixture
def set_up_again(ready: LabHost, tmp_path: Path) -> Iterator[None]:
    """Other tests share this host, and come to find the engine on it."""
    yield
    again = run("provision", ready, tmp_path / "set-up-again")
    assert again.code == 0, again.said


@pytest.mark.usefixtures("set_up_again")
def test_purge_removes_what_onramp_installed_and_nothing_else(
    ready: LabHost, theirs: str, tmp_path: Path
) -> None:
    refused = run("teardown", ready, tmp_path / "refused", "--purge")
    assert refused.code == 2, refused.said
    assert "the engine is left alone: theirs" in str(refused.report(ready.name)["unexplained"])
    assert on(ready, HELD) == theirs
    on(ready, "docker stop -t 0 theirs; mv /var/lib/onramp/engine /root/engine")

    before = on(ready, "dpkg -l")
    not_ours = run("teardown", ready, tmp_path / "before", "--purge")
    assert not_ours.code == 0, not_ours.said
    assert on(ready, "dpkg -l") == before
    page = (not_ours.folder / "hosts" / ready.name / "report.md").read_text()
    assert "Onramp installed no engine here" in page

    on(ready, "mv /root/engine /var/lib/onramp/engine")
    purged = run("teardown", ready, tmp_path / "purged", "--purge")
    assert purged.code == 0, purged.said
    assert steps(purged.report(ready.name))["purge"] == "changed"
    assert "stays on the host: directory /var/lib/docker" in purged.out
    assert "group docker, members: " in purged.out
    packages = set(before.split()) - set(on(ready, "dpkg -l").split())
    assert {"docker-ce", "docker-ce-cli", "containerd.io"} <= packages
    assert on(ready, "cat /var/lib/docker/volumes/theirs/_data/kept") == "kept\n"
    on(ready, "test ! -e /etc/apt/sources.list.d/docker.sources; test ! -e /var/lib/onramp")

    again = run("teardown", ready, tmp_path / "again", "--purge")
    assert again.code == 0, again.said
