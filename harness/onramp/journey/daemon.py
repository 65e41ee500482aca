"""The daemon: what its configuration is to hold, and that it runs, now and after a reboot. Pure."""

from __future__ import annotations

import json
from typing import Any

from onramp.journey import methods
from onramp.journey.paths import DAEMON_JSON
from onramp.journey.plan import Plan
from onramp.journey.root_commands import proxy_env, root, written
from onramp.journey.service_managers import ANSWERS
from onramp.model.action import Command
from onramp.model.facts import Facts
from onramp.model.settings import Settings, merge
from onramp.model.step import Step
from onramp.model.unknown import UNKNOWN, Unknown, known


def start_daemon(plan: Plan) -> Step:
    """A daemon that answers now and after a reboot."""
    services = plan.platform.service_manager
    changed = merged_daemon_json(plan.facts, plan.settings) is not None
    apply = (*(_restarted(plan) if changed else ()), *_started(plan))
    answers = Command("docker version", as_root=True)
    boot = Command(services.is_enabled.format(unit="docker"), display=services.is_enabled_shown)
    return Step(
        id="start-daemon",
        title="Have the daemon running, now and after a reboot",
        documented=documented_start(plan),
        holds=lambda facts: not changed and _is_up(facts),
        apply=apply,
        tries=() if apply else (answers,),
        verify=(*((answers,) if apply else ()), boot),
        context=(look(),),
        budget_s=plan.settings.timeouts.wait,
    )


def documented_start(plan: Plan) -> tuple[str, ...]:
    """What a page has people type for a daemon that runs, now and at every boot."""
    services = plan.platform.service_manager
    if methods.starts_itself(plan):
        return services.documented
    return tuple(f"sudo {line.format(unit='docker')}" for line in services.enable_now)


def _restarted(plan: Plan) -> tuple[Command, ...]:
    restart = plan.platform.service_manager.restart.format(unit="docker")
    return (*configured(plan), root(plan, restart), ANSWERS)


def _started(plan: Plan) -> tuple[Command, ...]:
    """What the page has people type, where the package itself starts nothing; of a service that is
    enabled already, only the start: some service managers take no second word for it."""
    services = plan.platform.service_manager
    if methods.starts_itself(plan) or _is_up(plan.facts):
        return ()
    enabled = plan.facts.daemon_enabled == "enabled"
    asked = (services.start,) if enabled else services.enable_now
    lines = tuple(root(plan, line.format(unit="docker")) for line in asked)
    return (*lines, ANSWERS) if services.returns_early else lines


def _is_up(facts: Facts) -> bool:
    answers = bool(known(facts.daemon_active)) or known(facts.engine) is not None
    return answers and facts.daemon_enabled == "enabled"


def merged_daemon_json(facts: Facts, settings: Settings) -> str | None:
    """The system's daemon.json to write, or None where nothing is to be changed.

    Where nobody could read what is there, it is written only if there is nothing.
    """
    return merged_json(facts.daemon_json, settings)


def merged_json(content: str | None | Unknown, settings: Settings) -> str | None:
    """What settings ask of a daemon, merged into a daemon.json that may be there already.

    None where that changes nothing, and where it is no JSON.
    """
    wanted = dict(settings.docker.daemon)
    proxies = {n.replace("_", "-"): v for n, v in proxy_env(settings).items() if n.islower()}
    if proxies:
        wanted = merge({"proxies": proxies}, wanted)
    if not wanted:
        return None
    text = known(content)
    try:
        present: Any = json.loads(text or "{}")
    except json.JSONDecodeError:
        return None  # somebody's broken file: the daemon says so itself, and that is met
    if not isinstance(present, dict) or merge(present, wanted) == present:
        return None
    return json.dumps(merge(present, wanted), indent=2)


def configured(plan: Plan) -> tuple[Command, ...]:
    """Writes daemon.json where something is to be changed in it."""
    content = merged_daemon_json(plan.facts, plan.settings)
    if content is None:
        return ()
    unread = (_absent(plan),) if plan.facts.daemon_json is UNKNOWN else ()
    made = root(plan, "install -m 0755 -d /etc/docker")
    return (*unread, made, written(plan, DAEMON_JSON, content))


def _absent(plan: Plan) -> Command:
    """Keeps a daemon.json that this login cannot read from being replaced by ours."""
    script = (
        f"[ ! -e {DAEMON_JSON} ] || {{ echo '{DAEMON_JSON} is there and this login cannot read it: "
        "nothing is merged into it, it is left alone' >&2; exit 1; }"
    )
    return root(plan, script, f"test ! -e {DAEMON_JSON}")


def look() -> Command:
    """What the service and its journal say of themselves."""
    script = (
        "if [ -d /run/systemd/system ]; then systemctl status docker.service docker.socket "
        "containerd.service --no-pager --full -n 0; "
        "journalctl -u docker.service -u docker.socket -n 60 -o cat --no-pager; "
        "journalctl -u containerd.service -n 20 -o cat --no-pager; "
        "else tail -n 60 /var/log/docker.log; fi; true"
    )
    return Command(script, as_root=True, display="systemctl status docker; journalctl -u docker")
