"""What of Docker is there already, and of what gets in its way. Pure."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

from onramp.journey.package_managers import APT
from onramp.journey.paths import RECORD
from onramp.journey.platforms import drivers
from onramp.journey.service_managers import BY_INIT
from onramp.journey.survey.section import Section, lines, one_word, pairs
from onramp.model.facts import Facts
from onramp.model.platform import PackageManager, Platform
from onramp.model.unknown import UNKNOWN, Unknown

PACKAGES = (
    "docker.io docker-cli docker-ce docker-ce-cli containerd.io docker-buildx-plugin "
    "docker-compose-plugin docker-compose docker-compose-v2 docker-buildx docker-doc "
    "podman-docker podman containerd runc docker-ce-rootless-extras docker-model-plugin"
)


@cache
def _own() -> tuple[Platform, ...]:
    """Every system's row, for what its package and service managers ask."""
    return tuple(found for one in drivers().values() if (found := one.platform(Facts())))


@cache
def _names() -> str:
    """What systems call them that are not Debian's kin, and what their pages say to remove."""
    rows = [
        (*own.conflicting, *own.distribution_packages, *own.distribution_compose) for own in _own()
    ]
    return " ".join(dict.fromkeys((*PACKAGES.split(), *(name for row in rows for name in row))))


def _elsewhere() -> str:
    """The packages of systems that are not Debian's kin: each package database that is there."""
    by_program = {own.package_manager.program: own.package_manager for own in _own()}
    by_program.pop(APT.program)
    return "; ".join(map(_rows, by_program.values()))


def _boot_links() -> str:
    services = (*BY_INIT.values(), *(own.service_manager for own in _own()))
    return " ".join(dict.fromkeys(one.boot_link.format(unit="docker") for one in services)).strip()


def _rows(manager: PackageManager) -> str:
    """Where the package manager is: "ii name version" of Docker-like packages, as dpkg says it."""
    query = manager.installed.format(packages=_names())
    return f"if command -v {manager.program} >/dev/null; then {query} | sed 's/^/ii /'; fi"


# systemd's link to what it starts, where a packaged engine is enabled
_WANTED = "/etc/systemd/system/multi-user.target.wants/docker.service"

COMMANDS = (
    "curl gpg sudo systemctl service rc-service iptables nft apt-get dnf yum zypper pacman apk ss"
)

PLUGIN_DIRECTORIES = (
    "/usr/libexec/docker/cli-plugins/* /usr/lib/docker/cli-plugins/* "
    "/usr/local/lib/docker/cli-plugins/* /usr/local/libexec/docker/cli-plugins/* "
    '"$HOME"/.docker/cli-plugins/*'
)

# A plugin is asked as docker's own CLI asks it (docker/cli, cli-plugins/metadata): one process
# where `docker NAME version` starts three. The directories are the CLI's, in its order.
PLUGINS = r"""place() {
  for d in "${DOCKER_CONFIG:-$HOME/.docker}" /usr/local/lib/docker /usr/local/libexec/docker \
    /usr/lib/docker /usr/libexec/docker; do
    if [ -x "$d/cli-plugins/docker-$1" ]; then echo "$d/cli-plugins/docker-$1"; break; fi
  done
}
plugin() {
  set -- "$(place "$1")"
  [ -z "$1" ] || timeout 20 "$1" docker-cli-plugin-metadata |
    sed -n 's/.*"Version" *: *"v\{0,1\}\([^"]*\)".*/\1/p'
}"""


def _packages(text: str) -> dict[str, Any]:
    rows = [line.split() for line in text.splitlines()]
    return {"packages": {row[1]: row[2] for row in rows if len(row) == 3 and row[0] == "ii"}}


def _version(text: str) -> dict[str, Any]:
    if not text:
        return {"docker_cli": None, "engine": None, "engine_error": None}
    versions = [line for line in text.splitlines() if re.fullmatch(r"[\w.+~-]*\|[\w.+~-]*", line)]
    client, _, server = (versions[0] if versions else "|").partition("|")
    rest = "\n".join(line for line in text.splitlines() if line not in versions).strip()
    return {
        "docker_cli": client or UNKNOWN,
        "engine": server or None,
        "engine_error": None if server else rest or None,
    }


def _compose_v1(text: str) -> dict[str, Any]:
    return {"compose_v1": text if re.match(r"1\.\d", text) else None}


def _buildx(text: str) -> str | None | Unknown:
    if text == "none":
        return None
    number = re.search(r"\bv?(\d+\.\d+[\w.+~-]*)", text)  # "github.com/docker/buildx v0.29.1 …"
    return number[1] if number else UNKNOWN


def _daemon(text: str) -> dict[str, Any]:
    lines = [*text.splitlines(), "", ""]
    return {"daemon_active": lines[0] == "active", "daemon_enabled": lines[1] or None}


def _rootless(text: str) -> dict[str, Any]:
    unit, _, rest = text.partition("\n")
    states = {"none": None, "enabled": "enabled", "disabled": "disabled"}
    content = _daemon_json(rest)["daemon_json"]
    return {"rootless_daemon": states.get(unit, UNKNOWN), "rootless_json": content}


def _daemon_json(text: str) -> dict[str, Any]:
    state, _, content = text.partition("\n")
    known = {"absent": None, "present": content}
    return {"daemon_json": known.get(state, UNKNOWN)}


SECTIONS: Final = (
    Section(
        "packages",
        (
            f"if command -v dpkg-query >/dev/null; then packages=$(dpkg-query -W -f "
            f"'${{db:Status-Abbrev}} ${{Package}} ${{Version}}\\n' {PACKAGES}); "
            f'else packages=$({_elsewhere()}); fi; echo "$packages"'
        ),
        _packages,
        beside="plugins",
    ),
    Section(
        "commands",
        f"for c in {COMMANDS}; do command -v $c >/dev/null && echo $c; done; true",
        lambda text: {"commands": frozenset(text.split())},
    ),
    Section(
        "docker",
        "command -v docker || echo none",
        one_word("docker_cli_path"),
    ),
    Section(
        "version",
        (
            "if command -v docker >/dev/null; then timeout 20 docker version --format "
            "'{{.Client.Version}}|{{with .Server}}{{.Version}}{{end}}' 2>&1; fi; true"
        ),
        _version,
        beside="engine",
    ),
    Section(
        "compose",
        (
            "if command -v docker >/dev/null; then v=$(plugin compose); "
            '[ -n "$v" ] || v=$(timeout 20 docker compose version --short) || v=none; '
            'echo "${v:-none}"; else echo none; fi'
        ),
        one_word("compose"),
        beside="plugins",
    ),
    Section(
        "compose_v1",
        (
            "if command -v docker-compose >/dev/null; then "
            "timeout 20 docker-compose version --short "
            "2>/dev/null || echo none; else echo none; fi"
        ),
        _compose_v1,
        beside="plugins",
    ),
    Section(
        "buildx",
        (  # a packaged one is in "packages": starting it is a third of the survey
            "if command -v docker >/dev/null; then v=; d=$(place buildx); "
            'case $d in /usr/lib/* | /usr/libexec/*) v=$(echo "$packages" | '
            "sed -n 's/^ii *docker-\\(cli-\\)\\{0,1\\}buildx\\(-plugin\\)\\{0,1\\} "
            "\\(.*\\)-.*/\\3/p');; esac; "
            '[ -n "$v" ] || v=$(plugin buildx); '
            '[ -n "$v" ] || v=$(timeout 20 docker buildx version) || v=none; '
            'echo "${v:-none}"; else echo none; fi'
        ),
        lambda text: {"buildx": _buildx(text)},
        beside="plugins",
        after="packages",
    ),
    Section(
        "plugins",
        f'for p in {PLUGIN_DIRECTORIES}; do if [ -e "$p" ]; then echo "$p"; fi; done',
        lines("plugins"),
    ),
    Section(
        "client",
        (  # what moves the docker command away from this host's engine, or asks a helper
            "for n in DOCKER_HOST DOCKER_CONTEXT DOCKER_API_VERSION; do eval v=\\${$n-}; "
            'if [ -n "$v" ]; then printf "%s=%s\\n" $n "$v"; fi; done; '
            'f=${DOCKER_CONFIG:-$HOME/.docker}/config.json; if [ -r "$f" ]; then '
            "for n in currentContext credsStore; do "
            """v=$(tr ',{' '\\n\\n' <"$f" | sed -n 's/^[ \t]*"'$n'" *: *"\\([^"]*\\)".*/\\1/p'); """
            'if [ -n "$v" ]; then printf "%s=%s\\n" $n "$v"; fi; done; '
            'if [ -n "$v" ] && ! command -v "docker-credential-$v" >/dev/null; '
            "then echo helper=none; fi; fi"
        ),
        lambda text: {"client_config": pairs(text)},
    ),
    Section(
        "snap",
        "[ -e /snap/bin/docker ] && echo yes || echo no",
        lambda text: {"snap_docker": text == "yes"},
    ),
    Section(
        "podman",
        "command -v podman || echo none",
        one_word("podman"),
    ),
    Section(
        "socket",
        "stat -Lc '%a %U:%G' /var/run/docker.sock 2>/dev/null || echo none",
        one_word("socket"),
    ),
    Section(
        "daemon",
        (
            'if [ -d /run/systemd/system ]; then echo "${states##*[!a-z]}"; '
            # a look at its links spares asking
            f"if [ -e {_WANTED} ] && [ ! -h /etc/systemd/system/docker.service ] && "
            "[ ! -e /run/systemd/system/docker.service ]; then echo enabled; "
            "else systemctl is-enabled docker 2>/dev/null || true; fi; else "
            'pid=none; comm=; read -r pid </var/run/docker.pid; read -r comm </proc/"$pid"/comm; '
            'if [ "$comm" = dockerd ]; then echo active; '
            f"else echo inactive; fi; for link in {_boot_links()}; do "
            'if [ -e "$link" ]; then echo enabled; break; fi; done; '
            "if [ -x /etc/init.d/docker ]; then echo disabled; fi; fi"
        ),
        _daemon,
        after="firewall",
    ),
    Section(
        "daemon_json",
        (
            "if [ ! -e /etc/docker/daemon.json ]; then echo absent; "
            "elif [ -r /etc/docker/daemon.json ]; then echo present; cat /etc/docker/daemon.json; "
            "elif sudo -n test -r /etc/docker/daemon.json; then echo present; "
            "sudo -n cat /etc/docker/daemon.json; else echo unreadable; fi"
        ),
        _daemon_json,
    ),
    Section(
        "rootless",
        (  # the user's own daemon: it starts at boot where the unit is enabled and the user lingers
            "d=${XDG_CONFIG_HOME:-$HOME/.config}; u=$d/systemd/user; "
            'if [ ! -e "$u/docker.service" ]; then echo none; '
            'elif [ -h "$u/default.target.wants/docker.service" ] && '
            '[ -e "/var/lib/systemd/linger/$(id -un)" ]; then echo enabled; '
            "else echo disabled; fi; "
            'if [ -r "$d/docker/daemon.json" ]; then echo present; cat "$d/docker/daemon.json"; '
            "else echo absent; fi"
        ),
        _rootless,
    ),
    Section(
        "record",
        f"cat {RECORD}; true",
        lines("installed_by_us"),
    ),
    Section(
        "apt",
        (
            "grep -hvsE '^[[:space:]]*(#|$)' /etc/apt/sources.list /etc/apt/sources.list.d/*.list "
            "/etc/apt/sources.list.d/*.sources | head -n 100; true"
        ),
        lines("apt_sources"),
    ),
)
