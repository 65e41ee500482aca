"""The command line and its Compose plugin. Shared here: which engine and plugin docker takes."""

from __future__ import annotations

import re
import shlex

from onramp.model.action import Command, Outcome, Relogin
from onramp.model.pain import RemedyPlan, Situation
from onramp.model.unknown import known

# Where a login gets its environment from; then what moves the docker command, as this login has it.
SETTINGS = Command(
    script="""cd; grep -HnE '^[^#]*DOCKER_(HOST|CONTEXT|API_VERSION)=' "$PWD"/.bashrc \\
  "$PWD"/.profile "$PWD"/.bash_profile "$PWD"/.bash_login "$PWD"/.zshenv "$PWD"/.zshrc \\
  /etc/environment /etc/bash.bashrc /etc/profile.d/*.sh 2>/dev/null
echo "host=${DOCKER_HOST-}"; echo "chosen=${DOCKER_CONTEXT-}"; echo "api=${DOCKER_API_VERSION-}"
docker context ls --format 'context={{if .Current}}{{.Name}}{{end}}' 2>/dev/null | grep 'context=.'
command -v docker; true""",
    timeout_s=30.0,
    display="env | grep DOCKER_; docker context ls",
)
_FOUND = re.compile(r"^(/[\w./-]{1,200}):\d+:", re.MULTILINE)


def said(probe: Outcome | None, name: str) -> str:
    """What SETTINGS printed as `name=…`; empty where it is not set."""
    found = re.search(rf"^{name}=(.*)$", probe.stdout if probe else "", re.MULTILINE)
    return found[1] if found else ""


def switch_off(probe: Outcome | None) -> RemedyPlan | None:
    """Comment out the lines SETTINGS found, keep each file beside itself, and log in anew."""
    files = dict.fromkeys(_FOUND.findall(probe.stdout if probe else ""))
    actions = tuple(_commented(name) for name in files)
    return RemedyPlan(actions=(*actions, Relogin())) if actions else None


def _commented(name: str) -> Command:
    mark = "# " if name == "/etc/environment" else ": # "  # `:` keeps an if or a case whole
    pattern = rf"s/^[^#]*DOCKER_\(HOST\|CONTEXT\|API_VERSION\)=/{mark}&/"
    script = f"sed -i.before-onramp {shlex.quote(pattern)} {shlex.quote(name)}"
    return Command(script, as_root=name.startswith("/etc/"))


# --- plugins ---------------------------------------------------------------------------------

PLUGIN = "/cli-plugins/docker-compose"
# In docker's own order: https://github.com/docker/cli/blob/master/cli-plugins/manager
PLUGINS = Command(
    script=f"""for d in "${{DOCKER_CONFIG:-$HOME/.docker}}" /usr/local/lib/docker \\
  /usr/local/libexec/docker /usr/lib/docker /usr/libexec/docker; do
  if [ -e "$d{PLUGIN}" ]; then echo "$d{PLUGIN}"; fi
done
if docker version >/dev/null 2>&1; then echo "docker answers"; fi""",
    timeout_s=30.0,
    display="docker info --format '{{json .ClientInfo.Plugins}}'",
)
_PACKAGED = ("/usr/lib/", "/usr/libexec/")
_PATH = re.compile(rf"/[\w./-]{{1,200}}{PLUGIN}")


def plugin_in_front(probe: Outcome | None) -> str | None:
    """The plugin docker takes, where it is none that a package put there."""
    first = probe.stdout.split("\n")[0] if probe else ""
    return first if _PATH.fullmatch(first) and not first.startswith(_PACKAGED) else None


def put_aside(situation: Situation) -> RemedyPlan | None:
    """The plugin in front, one directory up, where docker does not look."""
    path = plugin_in_front(situation.probe)
    if path is None:
        return None
    kept = path.removesuffix(PLUGIN) + "/docker-compose.old"
    script = f"mv {shlex.quote(path)} {shlex.quote(kept)}"
    return RemedyPlan(actions=(Command(script, as_root=path.startswith("/usr/")),))


def outdated(situation: Situation) -> str | None:
    """A plugin installed by hand that is older than the package it hides."""
    facts = situation.facts
    packages, paths = known(facts.packages) or {}, known(facts.plugins) or ()
    by_hand = [p for p in paths if p.endswith(PLUGIN) and not p.startswith(_PACKAGED)]
    names = ("docker-compose-plugin", "docker-compose-v2", "docker-compose")
    packaged = next((packages[name] for name in names if name in packages), "")
    used = known(facts.compose) or ""
    if by_hand and _number(packaged) >= (2, 0) and _number(used) < _number(packaged):
        return f"{by_hand[0]} is Compose {used or 'of no use'} and hides the package's {packaged}"
    return None


def _number(version: str) -> tuple[int, ...]:
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", version)
    return tuple(int(part) for part in found.groups("0")) if found else ()


# --- the engine that docker talks to -------------------------------------------------------------

HERE = ("", "default", "unix:///var/run/docker.sock", "unix:///run/docker.sock")


def elsewhere(situation: Situation) -> str | None:
    """A setting that leads away from this host's engine; a rootless one that works is fine."""
    config, works = known(situation.facts.client_config) or {}, known(situation.facts.engine)
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT", "currentContext"):
        value = config.get(name, "")
        rootless = value.startswith(("unix:", "rootless")) and works
        if value not in HERE and not rootless and not value.startswith("desktop"):
            return f"{name} is {value}: docker does not talk to this host's engine"
    return None


def leads_elsewhere(situation: Situation) -> bool | None:
    """What SETTINGS says of it."""
    asked = [said(situation.probe, name) for name in ("host", "chosen", "context")]
    return any(value not in HERE for value in asked) if situation.probe else None


def lead_back(situation: Situation) -> RemedyPlan | None:
    """Where a variable does it, the variable goes; else the default context is chosen again."""
    if said(situation.probe, "host") or said(situation.probe, "chosen"):
        return switch_off(situation.probe)
    return RemedyPlan(actions=(Command("docker context use default"),))


def desktop_chosen(situation: Situation) -> str | None:
    """Docker Desktop's context, where nothing answers."""
    name = (known(situation.facts.client_config) or {}).get("currentContext", "")
    gone = name.startswith("desktop") and known(situation.facts.engine) is None
    return f"docker uses the context {name}, and nothing answers there" if gone else None


def helper_missing(situation: Situation) -> str | None:
    """A credential helper that docker will ask, and that is not there."""
    config = known(situation.facts.client_config) or {}
    name, missing = config.get("credsStore", ""), config.get("helper") == "none"
    return f"credsStore is {name}, and there is no docker-credential-{name}" if missing else None
