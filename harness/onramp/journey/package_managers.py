"""How each package manager is spoken to: one row each.

`{packages}` is replaced by names the caller has quoted. Every form answers its own questions:
nobody is at the keyboard.
"""

from __future__ import annotations

from onramp.model.platform import PackageManager

APT = PackageManager(
    name="apt",
    refresh="apt-get update",
    install="apt-get install -y {packages}",
    remove="apt-get remove -y {packages}",
    purge="apt-get purge -y {packages}",
    env={"DEBIAN_FRONTEND": "noninteractive"},  # debconf(7): no dialogs over SSH
)
