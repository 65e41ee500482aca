"""What a host is, as one probe script saw it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from onramp.model.unknown import UNKNOWN, Unknown


class Listener(Struct, frozen=True):
    """A TCP port somebody listens on. `process` only where the asking user may see it."""

    port: int
    address: str
    process: str | Unknown = UNKNOWN


class Facts(Struct, frozen=True):
    """What one probe script saw on a host. A field is a value or UNKNOWN; None means "none there".

    Sizes are bytes, times seconds, versions as the tools print them.
    """

    os_id: str | Unknown = UNKNOWN
    os_like: tuple[str, ...] | Unknown = UNKNOWN
    os_version: str | Unknown = UNKNOWN
    os_codename: str | None | Unknown = UNKNOWN
    os_pretty: str | Unknown = UNKNOWN
    ubuntu_codename: str | None | Unknown = UNKNOWN
    debian_codename: str | None | Unknown = UNKNOWN
    platform_id: str | None | Unknown = UNKNOWN  # "platform:el9", "platform:f42"
    arch: str | Unknown = UNKNOWN  # uname -m
    dpkg_arch: str | None | Unknown = UNKNOWN
    kernel: str | Unknown = UNKNOWN
    init: str | Unknown = UNKNOWN  # systemd | sysvinit | openrc | PID 1's name
    virtualization: str | None | Unknown = UNKNOWN
    wsl: bool | Unknown = UNKNOWN
    cgroup: int | Unknown = UNKNOWN  # 1 | 2
    memory_bytes: int | Unknown = UNKNOWN
    cpus: int | Unknown = UNKNOWN
    disk_free_bytes: Mapping[str, int] | Unknown = UNKNOWN  # by directory
    user: str | Unknown = UNKNOWN
    uid: int | Unknown = UNKNOWN
    home: str | Unknown = UNKNOWN
    shell: str | Unknown = UNKNOWN
    groups: tuple[str, ...] | Unknown = UNKNOWN  # of this login
    umask: str | Unknown = UNKNOWN  # of this login, and sudo adds it to its own: "0022"
    unwritable: tuple[str, ...] | Unknown = UNKNOWN  # of $HOME and ~/.docker; missing $HOME too
    mounts: Mapping[str, str] | Unknown = UNKNOWN  # system directory mounted -> rw | ro | noexec
    clusters: tuple[str, ...] | Unknown = UNKNOWN  # traces of Kubernetes or another runtime
    docker_group: bool | Unknown = UNKNOWN  # the group exists
    docker_group_members: tuple[str, ...] | Unknown = UNKNOWN
    sudo: Literal["none", "passwordless", "password"] | Unknown = UNKNOWN
    sudo_says: str | Unknown = UNKNOWN  # its own words when asked to do nothing
    listeners: tuple[Listener, ...] | Unknown = UNKNOWN
    client_address: str | None | Unknown = UNKNOWN  # where this login comes from; None: not SSH
    server_address: str | None | Unknown = UNKNOWN  # of the host, as the client reached it
    proxy_env: Mapping[str, str] | Unknown = UNKNOWN
    routes: tuple[str, ...] | Unknown = UNKNOWN  # default routes there are: "4", "6"
    nameservers: tuple[str, ...] | Unknown = UNKNOWN
    clock_s: float | Unknown = UNKNOWN  # host's epoch seconds when asked
    clock_offset_s: float | Unknown = UNKNOWN  # host minus here, filled in when the survey is read
    uptime_s: float | Unknown = UNKNOWN  # when asked
    cpu_waited_s: float | None | Unknown = UNKNOWN  # since boot, see facts.CPU; None: not counted
    selinux: str | None | Unknown = UNKNOWN
    apparmor: bool | Unknown = UNKNOWN
    ip_forward: bool | Unknown = UNKNOWN  # net.ipv4.ip_forward
    firewall: tuple[str, ...] | Unknown = UNKNOWN  # active: ufw, firewalld, nftables
    packages: Mapping[str, str] | Unknown = UNKNOWN  # Docker-like ones installed: name -> version
    docker_cli: str | None | Unknown = UNKNOWN  # client version
    docker_cli_path: str | None | Unknown = UNKNOWN
    engine: str | None | Unknown = UNKNOWN  # server version, asked as the plain user
    engine_error: str | None | Unknown = UNKNOWN
    compose: str | None | Unknown = UNKNOWN  # `docker compose version --short`
    compose_v1: str | None | Unknown = UNKNOWN  # `docker-compose` 1.x
    buildx: str | None | Unknown = UNKNOWN
    plugins: tuple[str, ...] | Unknown = UNKNOWN  # paths of CLI plugins
    client_config: Mapping[str, str] | Unknown = UNKNOWN  # DOCKER_HOST, currentContext, …
    snap_docker: bool | Unknown = UNKNOWN
    podman: str | None | Unknown = UNKNOWN
    socket: str | None | Unknown = UNKNOWN  # "660 root:docker" or None when absent
    daemon_active: bool | Unknown = UNKNOWN
    daemon_enabled: str | None | Unknown = UNKNOWN  # enabled | disabled | masked | None: no unit
    daemon_json: str | None | Unknown = UNKNOWN  # content, None when absent
    rootless_daemon: str | None | Unknown = UNKNOWN  # the user's own at boot: enabled | disabled
    rootless_json: str | None | Unknown = UNKNOWN  # its daemon.json
    installed_by_us: tuple[str, ...] | Unknown = UNKNOWN  # the engine's packages, by our own record
    apt_sources: tuple[str, ...] | Unknown = UNKNOWN  # one-line summaries of configured sources
    commands: frozenset[str] | Unknown = UNKNOWN  # of those asked for, which exist
    noise: str = ""  # what rc files and banners printed around the probe; never parsed
