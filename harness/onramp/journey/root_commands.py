"""Commands that install, as the plan's package manager and settings want them. Pure."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable
from functools import singledispatch
from typing import Any

from onramp.journey.paths import OURS, RECORD
from onramp.journey.plan import Plan
from onramp.model.action import Command
from onramp.model.platform import Fetch, Run, Write
from onramp.model.settings import Settings
from onramp.model.unknown import known


def proxy_env(settings: Settings) -> dict[str, str]:
    """Both spellings: curl reads the lower-case form of http_proxy only (curl(1), ENVIRONMENT)."""
    proxy = settings.proxy
    pairs = {"http_proxy": proxy.http, "https_proxy": proxy.https, "no_proxy": proxy.no_proxy}
    lower = {name: value for name, value in pairs.items() if value}
    return lower | {name.upper(): value for name, value in lower.items()}


def root(plan: Plan, script: str, display: str = "") -> Command:
    """A script that installs, with the environment and the patience that takes."""
    timeouts = plan.settings.timeouts
    return Command(
        script,
        as_root=True,
        timeout_s=timeouts.install,
        silence_s=timeouts.silence,
        display=display,
        env={**plan.platform.package_manager.env, **proxy_env(plan.settings)},
    )


def refresh(plan: Plan) -> tuple[Command, ...]:
    """Reads the lists of packages anew, where the pages have people do that themselves."""
    manager = plan.platform.package_manager
    return (root(plan, manager.refresh),) if manager.documented_refresh else ()


def install(plan: Plan, packages: Iterable[str]) -> Command:
    """Installs packages by name."""
    return root(plan, plan.platform.package_manager.install.format(packages=quoted(packages)))


def quoted(packages: Iterable[str]) -> str:
    """Names as words of a shell."""
    return " ".join(shlex.quote(name) for name in packages)


def installed(plan: Plan, packages: Iterable[str]) -> str:
    """A script that prints "name version" of those that are there."""
    return plan.platform.package_manager.installed.format(packages=quoted(packages))


def record(plan: Plan, packages: Iterable[str]) -> tuple[Command, ...]:
    """What was not there before is ours to remove again; what was is not."""
    before = known(plan.facts.packages) or {}
    listed = quoted(name for name in packages if name not in before)
    return (recorded(plan, f"printf '%s\\n' {listed}"),) if listed else ()


def recorded(plan: Plan, listing: str) -> Command:
    """Adds what a script prints, one name or path a line, to the record of what is ours there."""
    script = f"install -d -m 0755 {OURS}\n{{ {listing}\n}} >> {RECORD}"
    return root(plan, script, "note what was installed (Onramp's own record)")


def nothing_runs(plan: Plan, *sockets: str) -> Command:
    """Containers that run once our stack is down are somebody's, and would end with the engine."""
    script = f"""running=$(for at in {quoted(sockets)}; do
  [ ! -S $at ] || docker -H unix://$at ps --format '{{{{.Names}}}}'
done)
[ -z "$running" ] || {{ echo "containers run here that are not of this stack; the engine is left \
alone:" $running >&2; exit 1; }}"""
    return root(plan, script, "docker ps")


def written(plan: Plan, path: str, content: str) -> Command:
    """A file written as root; its content travels over stdin, never as an argument."""
    here = f"{shlex.quote(path)} <<'EOF'\n{content}\nEOF"
    return root(plan, f"cat > {here}", f"sudo tee {here}")


def fetched(plan: Plan, url: str, path: str) -> Command:
    """A file from the web. A password in the address is kept from process lists: curl(1), -K."""
    plain = f"curl -fsSL {shlex.quote(url)} -o {path}"
    if "@" not in url:
        return root(plan, plain)
    script = f"curl -fsSL -K - -o {path} <<'EOF'\nurl = {json.dumps(url)}\nEOF"
    return root(plan, script, f"sudo {plain}")


def repository_url(plan: Plan, base: str | None = None) -> str:
    """Where Docker's packages for this system are."""
    base = plan.settings.docker.repository if base is None else base
    return f"{base.rstrip('/')}/{plan.platform.repository_os}"


@singledispatch
def set_up(part: Any, plan: Plan) -> Command:
    """A part of adding Docker's repository, as a command."""
    raise TypeError(part)


@set_up.register
def _(part: Run, plan: Plan) -> Command:
    return root(plan, part.script.format(**_names(plan)))


@set_up.register
def _(part: Fetch, plan: Plan) -> Command:
    return fetched(plan, part.url.format(**_names(plan)), part.path)


@set_up.register
def _(part: Write, plan: Plan) -> Command:
    return written(plan, part.path, part.text.format(**_names(plan)))


def _names(plan: Plan) -> dict[str, str]:
    docker = plan.settings.docker
    return {
        "url": repository_url(plan),
        "codename": docker.codename or plan.platform.repository_codename or "$CODENAME",
        "channel": docker.channel,
        "arch": known(plan.facts.dpkg_arch) or "amd64",
    }
