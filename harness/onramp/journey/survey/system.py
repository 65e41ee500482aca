"""What the system is: its name, kernel, memory, disks, clock. Pure."""

from __future__ import annotations

import re
from typing import Any, Final

from onramp.journey.survey.section import Section, is_number, one_word
from onramp.model.action import Command
from onramp.model.unknown import UNKNOWN

_NUMBERS = re.compile(r"^(up|some) (\d{1,15}(?:\.\d{1,6})?)$", re.MULTILINE)

# How long the host is up, and how much of that some process was ready to run and had no CPU ("some"
# of https://docs.kernel.org/accounting/psi.html): the whole machine's, also inside a container.
CPU = (
    'read -r up rest </proc/uptime; echo "up $up"; [ ! -r /proc/pressure/cpu ] || '
    'while read -r kind ten minute five total; do echo "$kind ${total#total=}"; '
    "done </proc/pressure/cpu"
)

ASK_CPU = Command(CPU)


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
        "platform_id": fields.get("PLATFORM_ID") or None,
    }


def _uname(text: str) -> dict[str, Any]:
    lines = [*text.splitlines(), "", "", ""]
    return {
        "arch": lines[0] or UNKNOWN,
        "kernel": lines[1] or UNKNOWN,
        "cpus": int(lines[2]) if is_number(lines[2]) else UNKNOWN,
    }


def _init(text: str) -> dict[str, Any]:
    return {"init": {"init": "sysvinit", "": UNKNOWN}.get(text, text)}


def _memory(text: str) -> dict[str, Any]:
    number = re.match(r"([0-9]{1,15}) kB", text)
    return {"memory_bytes": int(number[1]) * 1024 if number else UNKNOWN}


def _disk(text: str) -> dict[str, Any]:
    # "<directory> <device> <1024-blocks> <used> <available> <capacity> <mounted on>"
    rows = [line.split() for line in text.splitlines()]
    return {
        "disk_free_bytes": {
            row[0]: int(row[4]) * 1024 for row in rows if len(row) >= 7 and is_number(row[4])
        }
    }


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


SECTIONS: Final = (
    Section(
        "os",
        "cat /etc/os-release /usr/lib/os-release",
        _os,
    ),
    Section(
        "uname",
        'uname -m; IFS= read -r line </proc/sys/kernel/osrelease; echo "$line"; nproc',
        _uname,
    ),
    Section(
        "dpkg_arch",
        "dpkg --print-architecture",
        one_word("dpkg_arch", **{"": None}),
    ),
    Section(
        "init",
        (
            "if [ -d /run/systemd/system ]; then echo systemd; elif [ -d /run/openrc ]; "
            "then echo openrc; else cat /proc/1/comm; fi"
        ),
        _init,
    ),
    Section(
        "virt",
        "if command -v systemd-detect-virt >/dev/null; then systemd-detect-virt; fi",
        one_word("virtualization"),
    ),
    Section(
        "wsl",
        'IFS= read -r line </proc/sys/kernel/osrelease; echo "$line"',
        lambda text: {"wsl": "microsoft" in text.lower() if text else UNKNOWN},
    ),
    Section(
        "cgroup",
        (
            "if [ -e /sys/fs/cgroup/cgroup.controllers ]; then echo cgroup2fs; "
            "else stat -fc %T /sys/fs/cgroup; fi"
        ),
        lambda text: {"cgroup": {"cgroup2fs": 2, "tmpfs": 1}.get(text, UNKNOWN)},
    ),
    Section(
        "memory",
        (
            "while read -r key value unit; do "
            'if [ "$key" = MemTotal: ]; then echo "$value $unit"; break; fi; done </proc/meminfo'
        ),
        _memory,
    ),
    Section(
        "disk",
        (  # one df for all; where a directory is still to come, its nearest parent
            'set -- /var/lib/docker /var/lib/containerd "/${HOME#/}" /tmp /; for d; do '
            'while [ ! -d "$d" ]; do d=${d%/*}; d=${d:-/}; done; set -- "$@" "$d"; done; '
            '(shift 5; df -Pk "$@") | { read -r head; for d; do '
            'read -r line || break; printf "%s %s\\n" "$d" "$line"; done; }'
        ),
        _disk,
    ),
    Section(
        "clock",
        "date +%s.%N",
        _clock,
    ),
    Section(
        "cpu",
        CPU,
        cpu,
    ),
    Section(
        "selinux",
        "if command -v getenforce >/dev/null; then getenforce; else echo none; fi",
        one_word("selinux"),
    ),
    Section(
        "apparmor",
        (
            "if [ -r /sys/module/apparmor/parameters/enabled ]; "
            "then read -r line </sys/module/apparmor/parameters/enabled; echo $line; "
            "else echo N; fi"
        ),
        lambda text: {"apparmor": text == "Y"},
    ),
)
