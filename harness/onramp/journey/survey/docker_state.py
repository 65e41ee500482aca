"""What of Docker is there already, and of what gets in its way. Pure."""

from __future__ import annotations

import re
from typing import Any, Final

from onramp.journey.paths import RECORD
from onramp.journey.survey.section import Section, lines, one_word, pairs
from onramp.model.unknown import UNKNOWN, Unknown

PACKAGES = (
    "docker.io docker-cli docker-ce docker-ce-cli containerd.io docker-buildx-plugin "
    "docker-compose-plugin docker-compose docker-compose-v2 docker-buildx docker-doc "
    "podman-docker podman containerd runc"
)

COMMANDS = "curl gpg sudo systemctl service iptables nft apt-get dnf yum zypper pacman apk ss"

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
            'echo "$packages"; fi'
        ),
        _packages,
        slow=True,
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
        slow=True,
    ),
    Section(
        "compose",
        (
            "if command -v docker >/dev/null; then v=$(plugin compose); "
            '[ -n "$v" ] || v=$(timeout 20 docker compose version --short) || v=none; '
            'echo "${v:-none}"; else echo none; fi'
        ),
        one_word("compose"),
        slow=True,
    ),
    Section(
        "compose_v1",
        (
            "if command -v docker-compose >/dev/null; then "
            "timeout 20 docker-compose version --short "
            "2>/dev/null || echo none; else echo none; fi"
        ),
        _compose_v1,
        slow=True,
    ),
    Section(
        "buildx",
        (  # a packaged one is in "packages": starting it is a third of the survey
            "if command -v docker >/dev/null; then v=; d=$(place buildx); "
            'case $d in /usr/lib/* | /usr/libexec/*) v=$(echo "$packages" | '
            "sed -n 's/^ii *docker-buildx\\(-plugin\\)\\{0,1\\} \\(.*\\)-.*/\\2/p');; esac; "
            '[ -n "$v" ] || v=$(plugin buildx); '
            '[ -n "$v" ] || v=$(timeout 20 docker buildx version) || v=none; '
            'echo "${v:-none}"; else echo none; fi'
        ),
        lambda text: {"buildx": _buildx(text)},
        slow=True,
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
            "systemctl is-enabled docker 2>/dev/null || true; else "
            'pid=none; comm=; read -r pid </var/run/docker.pid; read -r comm </proc/"$pid"/comm; '
            'if [ "$comm" = dockerd ]; then echo active; '
            "else echo inactive; fi; if [ -x /etc/init.d/docker ]; then "
            "if ls /etc/rc2.d/ | grep -qE '^S[0-9]+docker$'; then echo enabled; "
            "else echo disabled; fi; fi; fi"
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
