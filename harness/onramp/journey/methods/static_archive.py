"""`static`: Docker's archives of binaries, for systems that nobody has packages for.

https://docs.docker.com/engine/install/binaries/. Nothing comes along: no group, no service, no
plugin. Units are added by hand (https://docs.docker.com/engine/daemon/start/), as the plugins are
(https://docs.docker.com/compose/install/linux/#install-the-plugin-manually).
"""

from __future__ import annotations

import shlex
from typing import Final

from onramp.journey import daemon
from onramp.journey import root_commands as commands
from onramp.journey.methods import NETWORK, Method, compose_step
from onramp.journey.plan import Plan
from onramp.model.action import Command
from onramp.model.facts import Facts
from onramp.model.platform import Platform
from onramp.model.settings import Docker
from onramp.model.step import Step
from onramp.model.unknown import known

PREREQUISITE: Final = "iptables"  # of those the page lists, the one that hosts lack
FOLDER: Final = "/root"  # where nobody else can put an archive of that name
ARCHIVE: Final = f"{FOLDER}/docker.tgz"
PLUGINS: Final = "/usr/local/lib/docker/cli-plugins"
ARCHITECTURES: Final = {  # uname -m: (the archives' directory, Compose's word, buildx's)
    "x86_64": ("x86_64", "x86_64", "amd64"),
    "aarch64": ("aarch64", "aarch64", "arm64"),
    "armv7l": ("armhf", "armv7", "arm-v7"),
    "ppc64le": ("ppc64le", "ppc64le", "ppc64le"),
    "s390x": ("s390x", "s390x", "s390x"),
}
DOCKERD: Final = "/usr/bin/dockerd"
# as the units of https://github.com/moby/moby/tree/master/contrib/init/systemd, but that dockerd
# starts the containerd of the archive itself
UNIT: Final = f"""[Unit]
Description=Docker Application Container Engine
Documentation=https://docs.docker.com
After=network-online.target docker.socket
Wants=network-online.target
Requires=docker.socket

[Service]
Type=notify
ExecStart={DOCKERD} -H fd://
ExecReload=/bin/kill -s HUP $MAINPID
Restart=always
RestartSec=2
TimeoutStartSec=0
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
Delegate=yes
KillMode=process
OOMScoreAdjust=-500

[Install]
WantedBy=multi-user.target"""
SOCKET: Final = """[Unit]
Description=Docker Socket for the API

[Socket]
ListenStream=/run/docker.sock
SocketMode=0660
SocketUser=root
SocketGroup=docker

[Install]
WantedBy=sockets.target"""
OPENRC: Final = f"""#!/sbin/openrc-run
command={DOCKERD}
command_args="$DOCKER_OPTS"
supervisor=supervise-daemon
output_log=/var/log/docker.log
error_log=/var/log/docker.log

depend() {{
    need sysfs cgroups
    after firewall net
}}"""
SERVICES: Final = {  # {service manager: {path: (text, mode)}}
    "systemd": {
        "/etc/systemd/system/docker.service": (UNIT, "0644"),
        "/etc/systemd/system/docker.socket": (SOCKET, "0644"),
    },
    "openrc": {"/etc/init.d/docker": (OPENRC, "0755")},
}


def engine(plan: Plan) -> Step:
    """What the page asks for first, the archive unpacked, a group, a service."""
    base = f"{Docker().static}/{plan.settings.docker.channel}/{_arch(plan)[0]}"
    manager = plan.platform.package_manager
    return Step(
        id="install-engine",
        title="Install Docker Engine from Docker's archive of binaries",
        documented=(
            *manager.documented_refresh,
            manager.documented_install.format(packages=PREREQUISITE),
            f"curl -fsSLO {base}/docker-VERSION.tgz",
            "tar xzvf docker-VERSION.tgz",
            "sudo cp docker/* /usr/bin/",
            *plan.platform.documented_group[:1],
        ),
        holds=lambda facts: _installed(plan, facts),
        apply=(
            *commands.refresh(plan),
            commands.install(plan, (PREREQUISITE,)),
            _fetch(plan),
            commands.root(plan, f"tar -xzf {ARCHIVE} -C {FOLDER}"),
            commands.root(plan, f"cp {FOLDER}/docker/* /usr/bin/"),
            commands.root(plan, _group(plan.platform)),
            *(_service(plan)),
            *daemon.configured(plan),
            commands.recorded(plan, _listing(plan)),
            commands.root(plan, f"rm -rf {FOLDER}/docker {ARCHIVE}"),
        ),
        verify=(Command("docker --version"),),
        context=(NETWORK,),
        budget_s=plan.settings.timeouts.wait,
    )


def compose(plan: Plan) -> Step:
    """The plugins as files; Compose builds with buildx and asks for a recent one."""
    _, compose_arch, buildx_arch = _arch(plan)
    documented = (
        f"curl -SL {Docker().releases}/compose/releases/latest/download/"
        f"docker-compose-linux-{compose_arch} -o {PLUGINS}/docker-compose"
    )
    ours = f"printf '%s\\n' {PLUGINS}/docker-compose {PLUGINS}/docker-buildx"
    apply = (
        commands.root(plan, f"install -d -m 0755 {PLUGINS}"),
        _plugin(plan, "compose", f"docker-compose-linux-{compose_arch}"),
        _plugin(plan, "buildx", f"buildx-$tag.linux-{buildx_arch}"),
        commands.recorded(plan, ours),
    )
    return compose_step(plan, documented, apply)


def _plugin(plan: Plan, name: str, file: str) -> Command:
    """The newest release, whose tag is where its `latest` leads to."""
    releases = f"{plan.settings.docker.releases.rstrip('/')}/{name}/releases"
    target = f"{PLUGINS}/docker-{name}"
    lines = (
        f"tag=$(curl -fsSL -I -o /dev/null -w '%{{url_effective}}' {shlex.quote(releases)}/latest)",
        "tag=${tag##*/}",
        f'curl -fsSL {shlex.quote(releases)}/download/$tag/"{file}" -o {target}',
        f"chmod 0755 {target}",
    )
    return _fetching(plan, " && ".join(lines))


def _fetch(plan: Plan) -> Command:
    """The newest archive of the channel's listing, or the version that was asked for."""
    docker = plan.settings.docker
    base = shlex.quote(f"{docker.static.rstrip('/')}/{docker.channel}/{_arch(plan)[0]}")
    listed = f"curl -fsSL {base}/ | grep -o 'docker-[0-9][0-9.]*[.]tgz' | sort -Vu | tail -n 1"
    named = shlex.quote(f"docker-{docker.version}.tgz") if docker.version else f'"$({listed})"'
    return _fetching(plan, f"curl -fsSL {base}/{named} -o {ARCHIVE}")


def _fetching(plan: Plan, line: str) -> Command:
    """A line of curl as root, whose addresses no process list shows."""
    return commands.root(plan, f"{_CURL}\n{line}", f"sudo sh -c {shlex.quote(line)}")


# An address may hold a password, and a process list shows arguments: to stdin with it (curl(1), -K)
_CURL: Final = """curl() {
  for word; do
    shift
    case $word in *://*) from=$word ;; *) set -- "$@" "$word" ;; esac
  done
  printf 'url = "%s"' "$from" | command curl -K - "$@"
}"""


def _group(platform: Platform) -> str:
    add = "addgroup -S docker" if "addgroup" in platform.join_group else "groupadd --system docker"
    return f"getent group docker >/dev/null || {add}"


def _service(plan: Plan) -> tuple[Command, ...]:
    files = SERVICES[plan.platform.service_manager.name]
    made = [commands.written(plan, path, text) for path, (text, _) in files.items()]
    modes = " && ".join(f"chmod {mode} {path}" for path, (_, mode) in files.items())
    return (*made, commands.root(plan, modes))


def _listing(plan: Plan) -> str:
    services = " ".join(SERVICES[plan.platform.service_manager.name])
    return f"""cd {FOLDER}/docker && for file in *; do echo "/usr/bin/$file"; done
printf '%s\\n' {services}"""


def _arch(plan: Plan) -> tuple[str, str, str]:
    """What the archives, Compose and buildx call the host's processor."""
    return ARCHITECTURES.get(known(plan.facts.arch) or "", ARCHITECTURES["x86_64"])


def _installed(plan: Plan, facts: Facts) -> bool:
    wanted = plan.settings.docker.version
    there = known(facts.docker_cli)
    if not there or (wanted and wanted != there):
        return False
    return DOCKERD in (known(facts.installed_by_us) or ())


def refused(platform: Platform) -> str:
    """Where nobody has written what starts it."""
    manager = platform.service_manager.name
    return "" if manager in SERVICES else f"Docker's archives have no service for {manager}"


METHOD = Method("static", engine, compose, refused, starts_itself=False)
