"""How each service manager is spoken to: one row each; `{unit}` is the service's name."""

from __future__ import annotations

from onramp.model.action import Command
from onramp.model.facts import Facts
from onramp.model.platform import ServiceManager
from onramp.model.unknown import known

# https://docs.docker.com/engine/install/linux-postinstall/ knows no other
_DOCUMENTED = ("sudo systemctl start docker", "sudo systemctl enable docker.service")

SYSTEMD = ServiceManager(
    name="systemd",
    start="systemctl start {unit}",
    enable="systemctl enable {unit}",
    restart="systemctl restart {unit}",
    status="systemctl status {unit} --no-pager --full",
    is_enabled="systemctl is-enabled {unit}",
    is_enabled_shown="systemctl is-enabled docker",
    documented=_DOCUMENTED,
    enable_now=("systemctl enable --now {unit}",),
    disable_now=("systemctl disable --now {unit}.service {unit}.socket",),
    reboot="systemctl reboot",
    booted="systemctl is-system-running --wait",
)

SYSVINIT = ServiceManager(
    name="sysvinit",
    start="service {unit} start",
    # the package has made the links; `defaults` would leave those alone that say "do not start"
    enable="update-rc.d {unit} enable",
    # Debian's init script of Docker ends at `restart` when the daemon does not run
    restart="service {unit} stop; service {unit} start",
    status="service {unit} status",
    # no command answers this; the links in rc2.d (the default runlevel) are what init reads
    is_enabled="ls /etc/rc2.d/ | grep -E '^S[0-9]+{unit}$' || {{ echo disabled; exit 1; }}",
    is_enabled_shown="ls /etc/rc2.d/",
    boot_link="/etc/rc2.d/S[0-9]*{unit}",
    documented=_DOCUMENTED,
    returns_early=True,
)

# https://wiki.alpinelinux.org/wiki/Docker
OPENRC = ServiceManager(
    name="openrc",
    start="service {unit} start",
    enable="rc-update add {unit} default",
    restart="service {unit} restart",
    status="service {unit} status",
    is_enabled="rc-update show default | grep -w {unit} || {{ echo disabled; exit 1; }}",
    is_enabled_shown="rc-update show default",
    boot_link="/etc/runlevels/default/{unit}",
    documented=("sudo service docker start", "sudo rc-update add docker default"),
    enable_now=("rc-update add {unit} default", "service {unit} start"),
    disable_now=("service {unit} stop", "rc-update del {unit} default"),
    returns_early=True,
)

# An init script returns before its daemon answers; systemd waits by itself (Type=notify).
ANSWERS = Command(
    script="n=0; until docker version > /dev/null 2>&1 || [ $n -ge 30 ]; do "
    "n=$((n + 1)); sleep 1; done",
    as_root=True,
    timeout_s=240.0,  # a try takes seconds itself where a processor is emulated
    display="wait until docker answers",
)

BY_INIT = {manager.name: manager for manager in (SYSTEMD, SYSVINIT, OPENRC)}


def running(facts: Facts, usual: ServiceManager) -> ServiceManager:
    """The one of the init system that runs there; where that is not known, what is usual there."""
    return BY_INIT.get(known(facts.init) or "", usual)
