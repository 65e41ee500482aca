"""`rootless`: Docker's packages, and a daemon that is the login user's own.

https://docs.docker.com/engine/security/rootless/. The system's daemon is switched off, since its
socket would be met first; docker's context leads to the user's. Lingering starts it at boot.
"""

from __future__ import annotations

import shlex
from typing import Final

from msgspec.structs import replace

from onramp.journey import daemon
from onramp.journey import root_commands as commands
from onramp.journey.methods import Method, compose_step, repository
from onramp.journey.paths import OURS, RECORD
from onramp.journey.plan import Plan
from onramp.journey.reboot import next_morning
from onramp.model.action import Command, Relogin
from onramp.model.facts import Facts
from onramp.model.platform import Platform
from onramp.model.step import Step
from onramp.model.unknown import known

EXTRAS: Final = "docker-ce-rootless-extras"
PREREQUISITES: Final = {  # what the page has people install, by package manager
    "apt": ("uidmap", "dbus-user-session", "slirp4netns"),
    "dnf5": ("shadow-utils", "iptables"),
    "dnf": ("shadow-utils", "iptables"),
}
SETUP: Final = "dockerd-rootless-setuptool.sh"
SOCKET: Final = "/var/run/docker.sock"  # of the system's daemon
LINGER: Final = "/var/lib/systemd/linger"
_CONFIG: Final = "${XDG_CONFIG_HOME:-$HOME/.config}/docker"


def engine(plan: Plan) -> Step:
    """Docker's packages as always, then what a daemon without root needs."""
    step, manager = repository.install(plan), plan.platform.package_manager
    packages = (*PREREQUISITES[manager.name], EXTRAS)
    return replace(
        step,
        title="Install Docker Engine and what its rootless mode needs",
        documented=(
            *step.documented,
            manager.documented_install.format(packages=" ".join(packages)),
        ),
        holds=lambda facts: (
            bool(step.holds and step.holds(facts)) and EXTRAS in (known(facts.packages) or {})
        ),
        apply=(
            *step.apply,
            commands.install(plan, packages),
            *commands.record(plan, (EXTRAS,)),
        ),
    )


def start_daemon(plan: Plan) -> Step:
    """The user's daemon, set up by Docker's tool; what the tool needs comes first."""
    changed = daemon.merged_json(plan.facts.rootless_json, plan.settings) is not None
    off = plan.platform.service_manager.disable_now
    return Step(
        id="start-daemon",
        title="Have the user's own daemon running, now and after a reboot",
        documented=(
            *(f"sudo {line.format(unit='docker')}" for line in off),
            f"sudo rm {SOCKET}",
            "log out and back in",
            f"{SETUP} install",
            "systemctl --user enable docker",
            "sudo loginctl enable-linger $(whoami)",
        ),
        holds=lambda facts: not changed and _is_up(facts),
        tries=(commands.nothing_runs(plan, SOCKET),),
        apply=(
            *(commands.root(plan, line.format(unit="docker")) for line in off),
            commands.root(plan, f"rm -f {SOCKET}"),
            _ids(plan),
            Relogin(),  # the session has to know of the bus that was installed
            *_configured(plan),
            _patient(plan, f"{SETUP} install"),
            *((_patient(plan, "systemctl --user restart docker"),) if _restarts(plan) else ()),
            _patient(plan, "systemctl --user enable docker"),
            _lingering(plan),
        ),
        verify=(Command("docker version"), Command("systemctl --user is-enabled docker")),
        context=(_CONTEXT,),
        budget_s=plan.settings.timeouts.wait,
    )


def use_without_sudo(plan: Plan) -> Step:
    """The tool has chosen the context; who chose another one since comes back to it."""
    return Step(
        id="use-without-sudo",
        title="Use docker without sudo",
        documented=("docker context use rootless", "docker run hello-world"),
        holds=lambda facts: known(facts.engine) is not None,
        apply=(Command("docker context use rootless"),),
        verify=(Command("docker version"),),
        context=(_CONTEXT,),
        budget_s=plan.settings.timeouts.wait,
    )


def after_reboot(plan: Plan) -> Step:
    """It is the user's own daemon that has to be there."""
    status = Command("systemctl --user status docker --no-pager --full -n 0")
    enabled = Command("systemctl --user is-enabled docker")
    return next_morning(plan, status, (enabled, _CONTEXT))


def undo(plan: Plan) -> tuple[Command, ...]:
    """Before the packages go: the unit and the context with Docker's tool, lingering if ours."""
    ours = known(plan.facts.installed_by_us) or ()
    if EXTRAS not in ours or not known(plan.facts.rootless_daemon):
        return ()
    user = known(plan.facts.user) or ""
    off = commands.root(plan, f"loginctl disable-linger {shlex.quote(user)}")
    return (
        _patient(plan, f"{SETUP} uninstall"),
        *((off,) if f"{LINGER}/{user}" in ours else ()),
    )


def refused(platform: Platform) -> str:
    """Where Docker publishes no packages, or a user's services are not systemd's."""
    services = platform.service_manager.name
    if services != "systemd":
        return f"Docker's rootless mode is set up by systemd, and {services} runs here"
    return repository.refused(platform)


def _is_up(facts: Facts) -> bool:
    """The user's daemon starts at boot, and is the one that answers."""
    config = known(facts.client_config) or {}
    mine = config.get("currentContext") == "rootless" or "/run/user/" in config.get(
        "DOCKER_HOST", ""
    )
    return facts.rootless_daemon == "enabled" and mine and known(facts.engine) is not None


def _ids(plan: Plan) -> Command:
    """65536 ids of the user's own, behind everybody else's; useradd(8) gives them on most."""
    user = shlex.quote(known(plan.facts.user) or "")
    script = f"""for of in uid gid; do
  cut -d: -f1 /etc/sub$of 2>/dev/null | grep -Fxq -e {user} && continue
  n=$(awk -F: '$2 + $3 > n {{ n = $2 + $3 }} END {{ print n < 100000 ? 100000 : n }}' \\
    /etc/sub$of /dev/null)
  usermod --add-sub${{of}}s "$n-$((n + 65535))" {user} || exit 1
done"""
    return commands.root(plan, script, "grep ^$(whoami): /etc/subuid /etc/subgid")


def _configured(plan: Plan) -> tuple[Command, ...]:
    """The user's daemon.json, where something is to be changed in it."""
    content = daemon.merged_json(plan.facts.rootless_json, plan.settings)
    if content is None:
        return ()
    script = f'd={_CONFIG}\nmkdir -p "$d" && cat > "$d/daemon.json" <<\'EOF\'\n{content}\nEOF'
    return (Command(script, display="tee ~/.config/docker/daemon.json"),)


def _restarts(plan: Plan) -> bool:
    """Whether a daemon runs that has read another daemon.json."""
    return bool(known(plan.facts.rootless_daemon)) and bool(_configured(plan))


def _lingering(plan: Plan) -> Command:
    """Noted where it is our doing, so that it can be undone."""
    user = shlex.quote(known(plan.facts.user) or "")
    script = (
        f"[ -e {LINGER}/{user} ] || {{ loginctl enable-linger {user} && "
        f"install -d -m 0755 {OURS} && printf '%s\\n' {LINGER}/{user} >> {RECORD}; }}"
    )
    return commands.root(plan, script, "sudo loginctl enable-linger $(whoami)")


def _patient(plan: Plan, script: str) -> Command:
    timeouts = plan.settings.timeouts
    return Command(script, timeout_s=timeouts.install, silence_s=timeouts.silence)


_CONTEXT: Final = Command(
    "systemctl --user status docker --no-pager --full -n 0; "
    "journalctl --user -u docker -n 60 -o cat --no-pager; "
    'grep -H "^$(id -un):" /etc/subuid /etc/subgid; ls -l /dev/net/tun; true',
    display="systemctl --user status docker; journalctl --user -u docker",
)

METHOD = Method(
    "rootless",
    engine,
    lambda plan: compose_step(plan, repository.documented_plugin(plan)),
    refused,
    instead={
        "start-daemon": start_daemon,
        "use-without-sudo": use_without_sudo,
        "after-reboot": after_reboot,
    },
    undo=undo,
)
