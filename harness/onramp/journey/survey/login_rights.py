"""What this login is and may do. Pure."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Any, Final

from onramp.journey.survey.section import Section, pairs
from onramp.model.unknown import UNKNOWN

NOISE_CHARS = 2000  # what is kept of it

PROXIES = (
    "http_proxy https_proxy no_proxy all_proxy ftp_proxy "
    "HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY FTP_PROXY"
)

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


# "uid=1000(web) gid=1000(web) groups=1000(web),999(docker)"; with SELinux " context=…" follows
_ID = re.compile(
    r"uid=(?P<uid>[0-9]{1,10})(?:\((?P<user>[^()]*)\))? gid=.*?"
    r"(?: groups=(?P<groups>.*?))?(?: context=.*)?"
)
_GROUP = re.compile(r"([0-9]+)(?:\(([^()]*)\))?(?:,|$)")


def _user(text: str) -> dict[str, Any]:
    lines = text.splitlines()
    said = _ID.fullmatch(lines[0]) if len(lines) >= 3 else None
    if said is None:
        return {}
    return {
        "user": said["user"] or said["uid"],
        "uid": int(said["uid"]),
        "home": lines[1],
        "shell": lines[2],
        "groups": tuple(name or number for number, name in _GROUP.findall(said["groups"] or "")),
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


def _proxy(text: str) -> dict[str, Any]:
    return {"proxy_env": pairs(text)}


SECTIONS: Final = (
    Section(
        "user",
        'id; printf "%s\\n" "$HOME" "$SHELL" .',  # the dot: an empty line may be the last
        _user,
    ),
    Section(
        "login",
        'echo "${SSH_CONNECTION:-none}"',
        _login,
    ),
    Section(
        "limits",
        LIMITS,
        _limits,
    ),
    Section(
        "docker_group",
        "getent group docker || echo none",
        _docker_group,
    ),
    Section(
        "sudo",
        (
            "if ! command -v sudo >/dev/null; then echo none; "
            "elif said=$(sudo -k -n true 2>&1); then echo passwordless; else echo password; fi; "
            'echo "$said"'
        ),
        _sudo,
    ),
    Section(
        "proxy",
        (
            f"for n in {PROXIES}; do eval v=\\${{$n-}}; "
            'if [ -n "$v" ]; then printf "%s=%s\\n" $n "$v"; fi; done'
        ),
        _proxy,
    ),
)
