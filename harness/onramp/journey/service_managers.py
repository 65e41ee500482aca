"""How each service manager is spoken to: one row each; `{unit}` is the service's name."""

from __future__ import annotations

from onramp.model.action import Command
from onramp.model.platform import ServiceManager

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
    documented=_DOCUMENTED,
)

# An init script returns before its daemon answers; systemd waits by itself (Type=notify).
ANSWERS = Command(
    script="n=0; until docker version > /dev/null 2>&1 || [ $n -ge 30 ]; do "
    "n=$((n + 1)); sleep 1; done",
    as_root=True,
    timeout_s=60.0,
    display="wait until docker answers",
)

BY_INIT = {"systemd": SYSTEMD, "sysvinit": SYSVINIT}
