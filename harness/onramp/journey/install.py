"""The first half of the journey: from a clean system to `docker version` without sudo. Pure."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Literal

from onramp.journey.service_managers import ANSWERS
from onramp.journey.survey import RECORD
from onramp.model.action import Action, Check, Command
from onramp.model.facts import Facts
from onramp.model.platform import Platform
from onramp.model.settings import DOCKER_REPOSITORY, Settings, merge
from onramp.model.step import Step
from onramp.model.unknown import UNKNOWN, known

if TYPE_CHECKING:
    from onramp.journey import Plan

Method = Literal["repository", "distribution", "present"]
DAEMON_JSON: Final = "/etc/docker/daemon.json"
KEY: Final = "/etc/apt/keyrings/docker.asc"
SOURCE: Final = "/etc/apt/sources.list.d/docker.sources"
STAYS: Final = ("/var/lib/docker", "/var/lib/containerd", "/etc/docker")  # what --purge leaves


def method(plan: Plan) -> Method:
    """`auto` means Docker's repository; what fails there may replan with another method."""
    wanted = plan.settings.docker.method
    return "repository" if wanted == "auto" else wanted


def install_engine(plan: Plan) -> Step:
    """Docker's packages, the documented way for this platform."""
    how = method(plan)
    builder = {"repository": _repository, "distribution": _distribution, "present": _present}[how]
    return builder(plan)


def _present(plan: Plan) -> Step:
    return Step(
        id="install-engine",
        title="Find the engine that is there",
        documented=("docker --version",),
        tries=(Command("docker --version"),),
    )


def _repository(plan: Plan) -> Step:
    platform, docker = plan.platform, plan.settings.docker
    url = f"{docker.repository.rstrip('/')}/{platform.repository_os}"
    packages = [_pinned(name, docker.version) for name in platform.engine_packages]
    set_up: tuple[Action, ...] = (
        _root(plan, platform.package_manager.refresh),
        _root(plan, platform.package_manager.install.format(packages="ca-certificates curl")),
        _root(plan, "install -m 0755 -d /etc/apt/keyrings"),
        _fetched(plan, f"{url}/gpg", KEY),
        _root(plan, f"chmod a+r {KEY}"),
        _written(plan, SOURCE, _sources(plan, url)),
        *_daemon_settings(plan),
        _root(plan, platform.package_manager.refresh),
        _install(plan, packages),
    )
    return Step(
        id="install-engine",
        title="Install Docker Engine from Docker's repository",
        documented=(
            "sudo apt update",
            "sudo apt install ca-certificates curl",
            "sudo install -m 0755 -d /etc/apt/keyrings",
            f"sudo curl -fsSL {DOCKER_REPOSITORY}/{platform.repository_os}/gpg -o {KEY}",
            f"sudo chmod a+r {KEY}",
            f"sudo tee {SOURCE}",
            "sudo apt update",
            "sudo apt install " + " ".join(platform.engine_packages),
        ),
        holds=_engine_installed(plan),
        tries=(_no_conflicts(platform),),
        apply=(*set_up, *_record(plan, platform.engine_packages)),
        verify=(Command("docker --version"),),
        context=(_NETWORK,),
        budget_s=plan.settings.timeouts.wait,
    )


def _distribution(plan: Plan) -> Step:
    platform = plan.platform
    return Step(
        id="install-engine",
        title=f"Install Docker Engine from {platform.title}'s packages",
        documented=(
            "sudo apt update",
            "sudo apt install " + " ".join(platform.distribution_packages),
        ),
        holds=_engine_installed(plan),
        apply=(
            *_daemon_settings(plan),
            _root(plan, platform.package_manager.refresh),
            _install(plan, platform.distribution_packages),
            *_record(plan, platform.distribution_packages),
        ),
        verify=(Command("docker --version"),),
        context=(_NETWORK,),
        budget_s=plan.settings.timeouts.wait,
    )


def _engine_installed(plan: Plan) -> Callable[[Facts], bool]:
    """Whether the engine the method asks for is there. `auto` leaves a working one alone."""
    wanted = plan.settings.docker

    def holds(facts: Facts) -> bool:
        packages = known(facts.packages) or {}
        if not known(facts.docker_cli):
            return False
        if wanted.version and wanted.version not in packages.get("docker-ce", ""):
            return False
        if wanted.method == "auto":
            complete = known(facts.compose) is not None or bool(plan.platform.distribution_compose)
            return "docker-ce" in packages or ("docker.io" in packages and complete)
        return ("docker-ce" if wanted.method == "repository" else "docker.io") in packages

    return holds


def install_compose(plan: Plan) -> Step:
    """The Compose plugin: part of Docker's packages, a package of its own elsewhere."""
    packages = plan.platform.distribution_compose
    apply: tuple[Action, ...] = ()
    documented = ("sudo apt install docker-compose-plugin",)
    if method(plan) == "distribution" and packages:
        apply = (_install(plan, packages), *_record(plan, packages))
        documented = ("sudo apt install " + " ".join(packages),)
    return Step(
        id="install-compose",
        title="Have the Compose plugin",
        documented=(*documented, "docker compose version"),
        holds=lambda facts: known(facts.compose) is not None,
        apply=apply,
        verify=(Command("docker compose version"),),
        context=(Command("docker --version; docker-compose --version; true"),),
        budget_s=plan.settings.timeouts.wait,
    )


def start_daemon(plan: Plan) -> Step:
    """A daemon that answers now and after a reboot."""
    services = plan.platform.service_manager
    changed = merged_daemon_json(plan.facts, plan.settings) is not None
    restart = (_root(plan, services.restart.format(unit="docker")), ANSWERS)
    asks_boot = (Command(services.is_enabled.format(unit="docker"), display=_boot(services.name)),)
    return Step(
        id="start-daemon",
        title="Have the daemon running, now and after a reboot",
        documented=("sudo systemctl start docker", "sudo systemctl enable docker.service"),
        holds=lambda facts: not changed and _daemon_up(facts),
        apply=(*_daemon_settings(plan), *restart) if changed else (),
        tries=() if changed else (Command("docker version", as_root=True),),
        verify=(*((Command("docker version", as_root=True),) if changed else ()), *asks_boot),
        context=(_daemon_context(),),
        budget_s=plan.settings.timeouts.wait,
    )


def _daemon_up(facts: Facts) -> bool:
    answers = bool(known(facts.daemon_active)) or known(facts.engine) is not None
    return answers and facts.daemon_enabled == "enabled"


def _boot(manager: str) -> str:
    return "systemctl is-enabled docker" if manager == "systemd" else "ls /etc/rc2.d/"


def use_without_sudo(plan: Plan) -> Step:
    """`docker` as the plain user: tried first, so that a refusal is met and not assumed."""
    return Step(
        id="use-without-sudo",
        title="Use docker without sudo",
        documented=(
            "sudo groupadd docker",
            "sudo usermod -aG docker $USER",
            "log out and back in",
            "docker run hello-world",
        ),
        holds=lambda facts: known(facts.engine) is not None,
        tries=(Command("docker version"),),
        context=(Command("id; getent group docker; stat -Lc '%a %U:%G' /var/run/docker.sock"),),
        budget_s=plan.settings.timeouts.wait,
    )


def purge(plan: Plan) -> Step:
    """The packages this tool installed, and its own source and key; data directories stay.

    Debian's docker.io, when purged, runs a script it left in /var/lib/docker that removes every
    image and volume there, whoever made them (its postrm says so): that script goes first.
    """
    ours, manager = _ours(plan.facts), plan.platform.package_manager
    packages = " ".join(map(shlex.quote, ours))
    return Step(
        id="purge",
        title="Remove the engine Onramp installed",
        documented=(
            f"sudo apt purge {' '.join(plan.platform.engine_packages)}",
            f"sudo rm {SOURCE}",
            f"sudo rm {KEY}",
        ),
        holds=lambda facts: not _ours(facts),
        tries=(_nothing_runs(plan),),
        apply=(
            _root(plan, manager.remove.format(packages=packages)),
            _root(plan, "rm -f /var/lib/docker/nuke-graph-directory.sh"),
            _root(plan, manager.purge.format(packages=packages)),
            _root(plan, f"rm -rf /var/lib/onramp {SOURCE} {KEY}"),
        ),
        verify=(Check("stays", {"paths": STAYS}, "see what stays"),),
        budget_s=plan.settings.timeouts.wait,
    )


def _ours(facts: Facts) -> tuple[str, ...]:
    """The packages of our own record that are still there."""
    there = known(facts.packages) or {}
    return tuple(dict.fromkeys(p for p in known(facts.installed_by_us) or () if p in there))


def _nothing_runs(plan: Plan) -> Command:
    """Containers that run once our stack is down are somebody's, and would end with the engine."""
    script = (
        "running=$(docker ps --format '{{.Names}}') || exit 0\n"
        '[ -z "$running" ] || { echo "containers run here that are not of this stack; the engine '
        'is left alone:" $running >&2; exit 1; }'
    )
    return _root(plan, script, "docker ps")


BUILDERS: Final[dict[str, Callable[[Plan], Step]]] = {
    "install-engine": install_engine,
    "install-compose": install_compose,
    "start-daemon": start_daemon,
    "use-without-sudo": use_without_sudo,
}

_NETWORK: Final = Command(
    "cat /etc/resolv.conf; ip route; date -u; cat /etc/os-release", display="look at the network"
)


def proxy_env(settings: Settings) -> dict[str, str]:
    """Both spellings: curl reads the lower-case form of http_proxy only (curl(1), ENVIRONMENT)."""
    proxy = settings.proxy
    pairs = {"http_proxy": proxy.http, "https_proxy": proxy.https, "no_proxy": proxy.no_proxy}
    lower = {name: value for name, value in pairs.items() if value}
    return lower | {name.upper(): value for name, value in lower.items()}


def _root(plan: Plan, script: str, display: str = "") -> Command:
    timeouts = plan.settings.timeouts
    return Command(
        script,
        as_root=True,
        timeout_s=timeouts.install,
        silence_s=timeouts.silence,
        display=display,
        env={**plan.platform.package_manager.env, **proxy_env(plan.settings)},
    )


def _install(plan: Plan, packages: tuple[str, ...] | list[str]) -> Command:
    quoted = " ".join(shlex.quote(name) for name in packages)
    return _root(plan, plan.platform.package_manager.install.format(packages=quoted))


def _pinned(package: str, version: str | None) -> str:
    """Docker's own form of a version on Debian is 5:<version>-1~<os>.<release>~<codename>."""
    return f"{package}=5:{version}-*" if version and package.startswith("docker-ce") else package


def _sources(plan: Plan, url: str) -> str:
    codename = plan.settings.docker.codename or plan.platform.repository_codename
    lines = (
        "Types: deb",
        f"URIs: {url}",
        f"Suites: {codename or '$CODENAME'}",
        f"Components: {plan.settings.docker.channel}",
        f"Architectures: {known(plan.facts.dpkg_arch) or 'amd64'}",
        f"Signed-By: {KEY}",
    )
    return "\n".join(lines)


def _written(plan: Plan, path: str, content: str) -> Command:
    """A file written as root; its content travels over stdin, never as an argument."""
    here = f"{shlex.quote(path)} <<'EOF'\n{content}\nEOF"
    return _root(plan, f"cat > {here}", f"sudo tee {here}")


def _fetched(plan: Plan, url: str, path: str) -> Command:
    """A file from the web. A password in the address is kept from process lists: curl(1), -K."""
    plain = f"curl -fsSL {shlex.quote(url)} -o {path}"
    if "@" not in url:
        return _root(plan, plain)
    script = f"curl -fsSL -K - -o {path} <<'EOF'\nurl = {json.dumps(url)}\nEOF"
    return _root(plan, script, f"sudo {plain}")


def merged_daemon_json(facts: Facts, settings: Settings) -> str | None:
    """The daemon.json to write, or None where nothing is to be changed (or it is no JSON).

    Where nobody could read what is there, it is written only if there is nothing.
    """
    wanted = dict(settings.docker.daemon)
    proxies = {n.replace("_", "-"): v for n, v in proxy_env(settings).items() if n.islower()}
    if proxies:
        wanted = merge({"proxies": proxies}, wanted)
    if not wanted:
        return None
    text = known(facts.daemon_json)
    try:
        present: Any = json.loads(text or "{}")
    except json.JSONDecodeError:
        return None  # somebody's broken file: the daemon says so itself, and that is met
    if not isinstance(present, dict) or merge(present, wanted) == present:
        return None
    return json.dumps(merge(present, wanted), indent=2)


def _daemon_settings(plan: Plan) -> tuple[Command, ...]:
    content = merged_daemon_json(plan.facts, plan.settings)
    if content is None:
        return ()
    unread = (_absent(plan),) if plan.facts.daemon_json is UNKNOWN else ()
    made = _root(plan, "install -m 0755 -d /etc/docker")
    return (*unread, made, _written(plan, DAEMON_JSON, content))


def _absent(plan: Plan) -> Command:
    """Keeps a daemon.json that this login cannot read from being replaced by ours."""
    script = (
        f"[ ! -e {DAEMON_JSON} ] || {{ echo '{DAEMON_JSON} is there and this login cannot read it: "
        "nothing is merged into it, it is left alone' >&2; exit 1; }"
    )
    return _root(plan, script, f"test ! -e {DAEMON_JSON}")


def _no_conflicts(platform: Platform) -> Command:
    """The page's first advice: no other packaging of Docker may be there. Removes nothing."""
    names = " ".join(platform.conflicting)
    script = (
        f"found=$(dpkg-query -W -f '${{db:Status-Abbrev}}${{Package}} ${{Version}}\\n' {names} "
        "2>/dev/null | sed -n 's/^ii *//p')\n"
        '[ -z "$found" ] || { echo "conflicting packages are installed:"; echo "$found"; exit 1; }'
    )
    return Command(script, display=f"dpkg --get-selections {names}")


def _record(plan: Plan, packages: tuple[str, ...]) -> tuple[Command, ...]:
    """What was not there before is ours to remove again; what was is not."""
    before = known(plan.facts.packages) or {}
    listed = " ".join(shlex.quote(name) for name in packages if name not in before)
    if not listed:
        return ()
    script = f"install -d -m 0755 /var/lib/onramp\nprintf '%s\\n' {listed} >> {RECORD}"
    return (_root(plan, script, "note what was installed (Onramp's own record)"),)


def _daemon_context() -> Command:
    script = (
        "if [ -d /run/systemd/system ]; then systemctl status docker.service docker.socket "
        "containerd.service --no-pager --full -n 0; "
        "journalctl -u docker.service -u docker.socket -n 60 -o cat --no-pager; "
        "journalctl -u containerd.service -n 20 -o cat --no-pager; "
        "else tail -n 60 /var/log/docker.log; fi; true"
    )
    return Command(script, as_root=True, display="systemctl status docker; journalctl -u docker")
