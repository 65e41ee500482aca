"""What a host is, in one round trip, without Python on it.

`probe_command(token)` is one POSIX sh script; `parse(outcome, token)` is pure. Sections start with
a line holding a token made for this run, so that nothing a host prints (a banner, an rc file, an
os-release with odd lines) can pass for a section. A section that was not printed leaves its
fields UNKNOWN.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_address
from typing import Any

from onramp.journey.paths import RECORD
from onramp.model.action import Command, Outcome
from onramp.model.facts import Facts, Listener
from onramp.model.unknown import UNKNOWN, Unknown

PACKAGES = (
    "docker.io docker-cli docker-ce docker-ce-cli containerd.io docker-buildx-plugin "
    "docker-compose-plugin docker-compose docker-compose-v2 docker-buildx docker-doc "
    "podman-docker podman containerd runc"
)
_NUMBERS = re.compile(r"^(up|some) (\d{1,15}(?:\.\d{1,6})?)$", re.MULTILINE)
NOISE_CHARS = 2000  # what is kept of it
IPV6_LOOPBACK = "00000000000000000000000001000000"  # ::1, as the kernel writes it
LONGEST_CHARS = 4000  # of one value; of daemon.json, which is read as a whole, more
DAEMON_JSON_CHARS = 100_000
_MOST = 1000  # values of one fact
_ADDRESS = re.compile(r"(?:[0-9A-Fa-f]{8}){1,4}")
_PORT = re.compile(r"[0-9A-Fa-f]{1,4}")
PROXIES = (
    "http_proxy https_proxy no_proxy all_proxy ftp_proxy "
    "HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY FTP_PROXY"
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

CLUSTERS = (  # what Kubernetes and its like leave where every login may see it
    "/etc/kubernetes /var/lib/kubelet /var/lib/rancher /var/snap/microk8s /run/k3s /run/crio "
    "/run/containerd/io.containerd.runtime.v2.task/k8s.io"
)
# Shell builtins only: "umask 0022", "unwritable <directory>", "ro|noexec|rw <mount>", "cluster …"
LIMITS = f"""printf 'umask '; umask
for d in "$HOME" "$HOME/.docker"; do
  [ ! -e "$d" ] || [ -w "$d" ] || echo "unwritable $d"; done
[ -d "$HOME" ] || echo "unwritable $HOME"
while read -r dev dir type opts rest; do case $dir in
  / | /usr | /etc | /home | /tmp | /var | /var/lib | /var/lib/docker | /var/lib/containerd)
  case ,$opts, in *,ro,*) echo "ro $dir" ;; *,noexec,*) echo "noexec $dir" ;; *) echo "rw $dir" ;;
  esac ;; esac; done </proc/mounts
for d in {CLUSTERS}; do [ ! -e "$d" ] || echo "cluster $d"; done"""

# How long the host is up, and how much of that some process was ready to run and had no CPU ("some"
# of https://docs.kernel.org/accounting/psi.html): the whole machine's, also inside a container.
CPU = (
    'read -r up rest </proc/uptime; echo "up $up"; [ ! -r /proc/pressure/cpu ] || '
    'while read -r kind ten minute five total; do echo "$kind ${total#total=}"; '
    "done </proc/pressure/cpu"
)

ASK_CPU = Command(CPU)

SECTIONS: Mapping[str, str] = {
    "os": "cat /etc/os-release /usr/lib/os-release",
    "uname": "uname -m; uname -r; nproc",
    "dpkg_arch": "dpkg --print-architecture",
    "init": (
        "if [ -d /run/systemd/system ]; then echo systemd; elif [ -d /run/openrc ]; "
        "then echo openrc; else cat /proc/1/comm; fi"
    ),
    "virt": "if command -v systemd-detect-virt >/dev/null; then systemd-detect-virt; fi",
    "wsl": 'IFS= read -r line </proc/sys/kernel/osrelease; echo "$line"',
    "cgroup": (
        "if [ -e /sys/fs/cgroup/cgroup.controllers ]; then echo cgroup2fs; "
        "else stat -fc %T /sys/fs/cgroup; fi"
    ),
    "memory": (
        "while read -r key value unit; do "
        'if [ "$key" = MemTotal: ]; then echo "$value $unit"; break; fi; done </proc/meminfo'
    ),
    "disk": (  # one df for all; where a directory is still to come, its nearest parent
        'set -- /var/lib/docker /var/lib/containerd "/${HOME#/}" /tmp /; for d; do '
        'while [ ! -d "$d" ]; do d=${d%/*}; d=${d:-/}; done; set -- "$@" "$d"; done; '
        '(shift 5; df -Pk "$@") | { read -r head; for d; do '
        'read -r line || break; printf "%s %s\\n" "$d" "$line"; done; }'
    ),
    "user": 'id -un; id -u; printf "%s\\n" "$HOME"; printf "%s\\n" "$SHELL"; id -Gn',
    "login": 'echo "${SSH_CONNECTION:-none}"',
    "limits": LIMITS,
    "docker_group": "getent group docker || echo none",
    "sudo": (
        "if ! command -v sudo >/dev/null; then echo none; "
        "elif said=$(sudo -k -n true 2>&1); then echo passwordless; else echo password; fi; "
        'echo "$said"'
    ),
    "tcp": "cat /proc/net/tcp /proc/net/tcp6",
    "proxy": (
        f"for n in {PROXIES}; do eval v=\\${{$n-}}; "
        'if [ -n "$v" ]; then printf "%s=%s\\n" $n "$v"; fi; done'
    ),
    "routes": (  # which default routes there are, the loopback's reject routes aside
        'while read -r name to by flags n use metric mask rest; do if [ "$to$mask" = '
        "0000000000000000 ]; then echo 4; break; fi; done </proc/net/route; while read -r to bits "
        'src n by metric n use flags name; do case "$bits$to $name" in *[!0]*" "* | *" lo") ;; '
        "*) echo 6; break ;; esac; done </proc/net/ipv6_route"
    ),
    "dns": "sed -n 's/^nameserver *//p' /etc/resolv.conf",
    "clock": "date +%s.%N",
    "cpu": CPU,
    "selinux": "if command -v getenforce >/dev/null; then getenforce; else echo none; fi",
    "apparmor": (
        "if [ -r /sys/module/apparmor/parameters/enabled ]; "
        "then read -r line </sys/module/apparmor/parameters/enabled; echo $line; else echo N; fi"
    ),
    "forwarding": 'read -r line </proc/sys/net/ipv4/ip_forward; echo "$line"',
    "firewall": (  # is-active answers with one word a unit; the last is for "daemon"
        "if [ -d /run/systemd/system ]; then "
        "states=$(systemctl is-active ufw firewalld nftables docker); set -- $states; "
        "for unit in ufw firewalld nftables; do "  # Ubuntu starts ufw's unit where ufw is off
        'if [ "$1" = active ] && { [ $unit != ufw ] || grep -q ^ENABLED=yes /etc/ufw/ufw.conf; }; '
        "then echo $unit; fi; if [ $# -gt 1 ]; then shift; fi; done; fi"
    ),
    "packages": (
        f"if command -v dpkg-query >/dev/null; then packages=$(dpkg-query -W -f "
        f"'${{db:Status-Abbrev}} ${{Package}} ${{Version}}\\n' {PACKAGES}); "
        'echo "$packages"; fi'
    ),
    "commands": f"for c in {COMMANDS}; do command -v $c >/dev/null && echo $c; done; true",
    "docker": "command -v docker || echo none",
    "version": (
        "if command -v docker >/dev/null; then timeout 20 docker version --format "
        "'{{.Client.Version}}|{{with .Server}}{{.Version}}{{end}}' 2>&1; fi; true"
    ),
    "compose": (
        "if command -v docker >/dev/null; then v=$(plugin compose); "
        '[ -n "$v" ] || v=$(timeout 20 docker compose version --short) || v=none; '
        'echo "${v:-none}"; else echo none; fi'
    ),
    "compose_v1": (
        "if command -v docker-compose >/dev/null; then timeout 20 docker-compose version --short "
        "2>/dev/null || echo none; else echo none; fi"
    ),
    "buildx": (  # a packaged one is in "packages": starting it is a third of the survey
        "if command -v docker >/dev/null; then v=; d=$(place buildx); "
        'case $d in /usr/lib/* | /usr/libexec/*) v=$(echo "$packages" | '
        "sed -n 's/^ii *docker-buildx\\(-plugin\\)\\{0,1\\} \\(.*\\)-.*/\\2/p');; esac; "
        '[ -n "$v" ] || v=$(plugin buildx); '
        '[ -n "$v" ] || v=$(timeout 20 docker buildx version) || v=none; '
        'echo "${v:-none}"; else echo none; fi'
    ),
    "plugins": f'for p in {PLUGIN_DIRECTORIES}; do if [ -e "$p" ]; then echo "$p"; fi; done',
    "client": (  # what moves the docker command away from this host's engine, or asks a helper
        "for n in DOCKER_HOST DOCKER_CONTEXT DOCKER_API_VERSION; do eval v=\\${$n-}; "
        'if [ -n "$v" ]; then printf "%s=%s\\n" $n "$v"; fi; done; '
        'f=${DOCKER_CONFIG:-$HOME/.docker}/config.json; if [ -r "$f" ]; then '
        "for n in currentContext credsStore; do "
        """v=$(tr ',{' '\\n\\n' <"$f" | sed -n 's/^[ \t]*"'$n'" *: *"\\([^"]*\\)".*/\\1/p'); """
        'if [ -n "$v" ]; then printf "%s=%s\\n" $n "$v"; fi; done; '
        'if [ -n "$v" ] && ! command -v "docker-credential-$v" >/dev/null; '
        "then echo helper=none; fi; fi"
    ),
    "snap": "[ -e /snap/bin/docker ] && echo yes || echo no",
    "podman": "command -v podman || echo none",
    "socket": "stat -Lc '%a %U:%G' /var/run/docker.sock 2>/dev/null || echo none",
    "daemon": (
        'if [ -d /run/systemd/system ]; then echo "${states##*[!a-z]}"; '
        "systemctl is-enabled docker 2>/dev/null || true; else "
        'pid=none; comm=; read -r pid </var/run/docker.pid; read -r comm </proc/"$pid"/comm; '
        'if [ "$comm" = dockerd ]; then echo active; '
        "else echo inactive; fi; if [ -x /etc/init.d/docker ]; then "
        "if ls /etc/rc2.d/ | grep -qE '^S[0-9]+docker$'; then echo enabled; "
        "else echo disabled; fi; fi; fi"
    ),
    "daemon_json": (
        "if [ ! -e /etc/docker/daemon.json ]; then echo absent; "
        "elif [ -r /etc/docker/daemon.json ]; then echo present; cat /etc/docker/daemon.json; "
        "elif sudo -n test -r /etc/docker/daemon.json; then echo present; "
        "sudo -n cat /etc/docker/daemon.json; else echo unreadable; fi"
    ),
    "record": f"cat {RECORD}; true",
    "apt": (
        "grep -hvsE '^[[:space:]]*(#|$)' /etc/apt/sources.list /etc/apt/sources.list.d/*.list "
        "/etc/apt/sources.list.d/*.sources | head -n 100; true"
    ),
}


ASIDE = ("packages", "version", "compose", "compose_v1", "buildx")  # slow; in this order


def probe_command(token: str) -> Command:
    """The probe. `token`: letters and digits made for this call.

    What starts Docker's programs runs beside the rest, and is printed after it.
    """
    slow = _sections(token, ASIDE)
    quick = _sections(token, [name for name in SECTIONS if name not in ASIDE])
    script = (
        f"{PLUGINS}\n{{\n{slow}\n}} | {{\n{{\n{quick}\n}} </dev/null\ncat\n}}\n"
        f"printf '\\n%s %s\\n' {token} end\n"
    )
    return Command(
        script=script,
        timeout_s=120.0,
        display="survey the host",
    )


def _sections(token: str, names: Iterable[str]) -> str:
    return "\n".join(
        f"printf '\\n%s %s\\n' {token} {name}; {{ {SECTIONS[name]}; }} 2>/dev/null"
        for name in names
    )


def parse(outcome: Outcome, token: str) -> Facts:
    """Facts from what the probe printed. Sections that never came leave UNKNOWN."""
    sections = split(outcome.stdout, token)
    noise = f"{outcome.noise}\n{sections.pop('', '')}".strip()[:NOISE_CHARS]
    values: dict[str, Any] = {"noise": noise}
    for name, reader in READERS.items():
        if name in sections:
            values |= reader(sections[name].strip("\n"))
    return Facts(**{name: _bounded(name, value) for name, value in values.items()})


def _bounded(name: str, value: Any) -> Any:
    """A value no longer than anything real: facts stand in every report of the host."""
    if isinstance(value, str):
        return value[: DAEMON_JSON_CHARS if name == "daemon_json" else LONGEST_CHARS]
    if isinstance(value, Mapping):
        pairs = list(value.items())[:_MOST]
        return {_bounded(name, key): _bounded(name, inner) for key, inner in pairs}
    if isinstance(value, (tuple, frozenset)):
        return type(value)(_bounded(name, inner) for inner in list(value)[:_MOST])
    return value


def split(text: str, token: str) -> dict[str, str]:
    """Sections by name; what stood before the first is under the empty name."""
    parts = re.split(rf"^{token} (\w+)$", text, flags=re.MULTILINE)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    last = next(reversed(sections), "")
    if last != "end":  # cut short: the last section may be half of one
        sections.pop(last, None)
    sections.pop("end", None)
    return {"": parts[0], **sections}


def _os(text: str) -> dict[str, Any]:
    fields: dict[str, str] = {}
    for line in text.splitlines():
        key, found, value = line.partition("=")
        if found and key.strip() not in fields:
            fields[key.strip()] = value.strip().strip("\"'")
    if "ID" not in fields:
        return {}
    return {
        "os_id": fields["ID"],
        "os_like": tuple(fields.get("ID_LIKE", "").split()),
        "os_version": fields.get("VERSION_ID", UNKNOWN),
        "os_codename": fields.get("VERSION_CODENAME") or None,
        "os_pretty": fields.get("PRETTY_NAME", UNKNOWN),
        "ubuntu_codename": fields.get("UBUNTU_CODENAME") or None,
        "debian_codename": fields.get("DEBIAN_CODENAME") or None,
    }


def _uname(text: str) -> dict[str, Any]:
    lines = [*text.splitlines(), "", "", ""]
    return {
        "arch": lines[0] or UNKNOWN,
        "kernel": lines[1] or UNKNOWN,
        "cpus": int(lines[2]) if _is_number(lines[2]) else UNKNOWN,
    }


def _init(text: str) -> dict[str, Any]:
    return {"init": {"init": "sysvinit", "": UNKNOWN}.get(text, text)}


def _is_number(text: str) -> bool:
    """Whether `int` takes it, and it counts something: "²" is a digit, too."""
    return bool(re.fullmatch(r"[0-9]{1,15}", text))


def _memory(text: str) -> dict[str, Any]:
    number = re.match(r"([0-9]{1,15}) kB", text)
    return {"memory_bytes": int(number[1]) * 1024 if number else UNKNOWN}


def _disk(text: str) -> dict[str, Any]:
    # "<directory> <device> <1024-blocks> <used> <available> <capacity> <mounted on>"
    rows = [line.split() for line in text.splitlines()]
    return {
        "disk_free_bytes": {
            row[0]: int(row[4]) * 1024 for row in rows if len(row) >= 7 and _is_number(row[4])
        }
    }


def _user(text: str) -> dict[str, Any]:
    lines = text.splitlines()
    if len(lines) < 5 or not _is_number(lines[1]):
        return {}
    return {
        "user": lines[0],
        "uid": int(lines[1]),
        "home": lines[2],
        "shell": lines[3],
        "groups": tuple(lines[4].split()),
    }


def _sudo(text: str) -> dict[str, Any]:
    state, _, said = text.partition("\n")
    return {"sudo": state or UNKNOWN, "sudo_says": said.strip()[:NOISE_CHARS]}


def _login(text: str) -> dict[str, Any]:
    """SSH_CONNECTION: client address and port, server address and port (ssh(1))."""
    words = text.split()
    if len(words) != 4 or not (_is_address(words[0]) and _is_address(words[2])):
        return {"client_address": None, "server_address": None}
    return {"client_address": words[0], "server_address": words[2]}


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _limits(text: str) -> dict[str, Any]:
    rows = [line.partition(" ") for line in text.splitlines()]
    by: dict[str, list[str]] = {}
    for kind, _, rest in rows:
        by.setdefault(kind, []).append(rest)
    mounts = {rest: kind for kind, _, rest in rows if kind in ("ro", "noexec", "rw")}
    return {
        "umask": by.get("umask", [UNKNOWN])[0],
        "unwritable": tuple(by.get("unwritable", ())),
        "mounts": mounts,  # the last one over a directory is the one that counts
        "clusters": tuple(by.get("cluster", ())),
    }


def _docker_group(text: str) -> dict[str, Any]:
    if text == "none":
        return {"docker_group": False, "docker_group_members": ()}
    members = text.split(":")[-1]
    return {"docker_group": True, "docker_group_members": tuple(filter(None, members.split(",")))}


def _tcp(text: str) -> dict[str, Any]:
    """/proc/net/tcp: `sl local_address rem_address st …`, state 0A is LISTEN (proc(5))."""
    return {"listeners": listeners(text)}


def listeners(text: str) -> tuple[Listener, ...]:
    """Who listens, by the kernel's tables of TCP sockets (/proc/net/tcp and tcp6)."""
    rows = [line.split() for line in text.splitlines()]
    listening = [row[1].rpartition(":") for row in rows if len(row) > 3 and row[3] == "0A"]
    return tuple(
        Listener(int(port, 16), _ip(host))
        for host, _, port in listening
        if _ADDRESS.fullmatch(host) and _PORT.fullmatch(port)
    )


def _ip(hexadecimal: str) -> str:
    octets = bytes.fromhex(hexadecimal)
    if len(octets) == 4:
        return ".".join(str(octet) for octet in reversed(octets))
    if hexadecimal == IPV6_LOOPBACK:
        return "::1"
    return "::" if not any(octets) else hexadecimal


def _daemon(text: str) -> dict[str, Any]:
    lines = [*text.splitlines(), "", ""]
    return {"daemon_active": lines[0] == "active", "daemon_enabled": lines[1] or None}


def _daemon_json(text: str) -> dict[str, Any]:
    state, _, content = text.partition("\n")
    known = {"absent": None, "present": content}
    return {"daemon_json": known.get(state, UNKNOWN)}


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


def _packages(text: str) -> dict[str, Any]:
    rows = [line.split() for line in text.splitlines()]
    return {"packages": {row[1]: row[2] for row in rows if len(row) == 3 and row[0] == "ii"}}


def _proxy(text: str) -> dict[str, Any]:
    return {"proxy_env": _pairs(text)}


def _pairs(text: str) -> dict[str, str]:
    pairs = [line.partition("=") for line in text.splitlines()]
    return {name: value for name, sign, value in pairs if sign}


def _clock(text: str) -> dict[str, Any]:
    return {
        "clock_s": float(text) if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,12})?", text) else UNKNOWN
    }


def cpu(text: str) -> dict[str, Any]:
    """What `CPU` printed, as the facts `uptime_s` and `cpu_waited_s`."""
    found = {key: float(value) for key, value in _NUMBERS.findall(text)}
    if "up" not in found:
        return {}
    waited = found.get("some")
    return {"uptime_s": found["up"], "cpu_waited_s": None if waited is None else waited / 1e6}


def _one(name: str, **special: Any) -> Callable[[str], dict[str, Any]]:
    """One line of text; `special` maps a word to its value, nothing printed is UNKNOWN."""
    table: dict[str, Any] = {"none": None, "": UNKNOWN, **special}
    return lambda text: {name: table.get(text, text)}


def _lines(name: str) -> Callable[[str], dict[str, Any]]:
    return lambda text: {name: tuple(text.splitlines())}


READERS: Mapping[str, Callable[[str], dict[str, Any]]] = {
    "os": _os,
    "uname": _uname,
    "dpkg_arch": _one("dpkg_arch", **{"": None}),
    "init": _init,
    "virt": _one("virtualization"),
    "wsl": lambda text: {"wsl": "microsoft" in text.lower() if text else UNKNOWN},
    "cgroup": lambda text: {"cgroup": {"cgroup2fs": 2, "tmpfs": 1}.get(text, UNKNOWN)},
    "memory": _memory,
    "disk": _disk,
    "user": _user,
    "login": _login,
    "limits": _limits,
    "docker_group": _docker_group,
    "sudo": _sudo,
    "tcp": _tcp,
    "proxy": _proxy,
    "routes": _lines("routes"),
    "dns": _lines("nameservers"),
    "clock": _clock,
    "cpu": cpu,
    "selinux": _one("selinux"),
    "apparmor": lambda text: {"apparmor": text == "Y"},
    "forwarding": lambda text: {"ip_forward": {"1": True, "0": False}.get(text, UNKNOWN)},
    "firewall": _lines("firewall"),
    "packages": _packages,
    "commands": lambda text: {"commands": frozenset(text.split())},
    "docker": _one("docker_cli_path"),
    "version": _version,
    "compose": _one("compose"),
    "compose_v1": _compose_v1,
    "buildx": lambda text: {"buildx": _buildx(text)},
    "plugins": _lines("plugins"),
    "client": lambda text: {"client_config": _pairs(text)},
    "snap": lambda text: {"snap_docker": text == "yes"},
    "podman": _one("podman"),
    "socket": _one("socket"),
    "daemon": _daemon,
    "daemon_json": _daemon_json,
    "record": _lines("installed_by_us"),
    "apt": _lines("apt_sources"),
}


def _buildx(text: str) -> str | None | Unknown:
    if text == "none":
        return None
    number = re.search(r"\bv?(\d+\.\d+[\w.+~-]*)", text)  # "github.com/docker/buildx v0.29.1 …"
    return number[1] if number else UNKNOWN
