"""How each service manager is spoken to: one row each; `{unit}` is the service's name."""

from __future__ import annotations

from harness.model import ServiceManager

SYSTEMD = ServiceManager(
    name="systemd",
    start="systemctl start {unit}",
    enable="systemctl enable {unit}",
    restart="systemctl restart {unit}",
    status="systemctl status {unit} --no-pager --full",
    is_enabled="systemctl is-enabled {unit}",
)

SYSVINIT = ServiceManager(
    name="sysvinit",
    start="service {unit} start",
    enable="update-rc.d {unit} defaults",
    restart="service {unit} restart",
    status="service {unit} status",
    # no command answers this; the links in rc2.d (the default runlevel) are what init reads
    is_enabled="ls /etc/rc2.d/ | grep -E '^S[0-9]+{unit}$' || {{ echo disabled; exit 1; }}",
)

BY_INIT = {"systemd": SYSTEMD, "sysvinit": SYSVINIT}
