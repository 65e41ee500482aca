"""How each family of systems becomes a machine of its own: kernel, boot, network; one file each.

Each exports `SYSTEM`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from msgspec import Struct

from onramp.providers import Progress
from onramp.providers.lab.images import IMAGES, Image

USER = "vagrant"  # a box's user, its password apart: https://developer.hashicorp.com/vagrant/docs/boxes/base

# Vagrant's known key, which Vagrant replaces with one of the machine's own when it first comes up.
INSECURE_KEY = (
    "ssh-rsa AAAAB3NzaC1yc2EAAAABIwAAAQEA6NF8iallvQVp22WDkTkyrtvp9eWW6A8YVr+kz4TjGYe7gHzIw+niNltGEF"
    "HzD8+v1I2YJ6oXevct1YeS0o9HZyN1Q9qgCgzUFtdOKLv6IedplqoPkcmF0aYet2PkEDo3MlTBckFXPITAMzF8dJSIFo9D"
    "8HfdOV0IAdx4O7PtixWKn5y2hMNG0zQPyUecp4pzC6kivAIhyfHilFR61RGL+GPXQ2MWZWFYbAGjyiYJnAmCP3NOTd0jMZ"
    "EnDkbUvxhMmBYSdETk1rRgm+R4LOzFUGaHqHDLKLX+FIPKcF96hrucXzcWyLbIbEgE98OHlnVYCzRdK8jlqm8tehUc9c9W"
    "hQ== vagrant insecure public key"
)

# Run in a root: the key into the user's home, sudo without a password, as every box has it.
WELCOME = f"""
install -d -m 0700 -o {USER} -g {USER} /home/{USER}/.ssh
echo '{INSECURE_KEY}' > /home/{USER}/.ssh/authorized_keys
chmod 0600 /home/{USER}/.ssh/authorized_keys
chown {USER}: /home/{USER}/.ssh/authorized_keys
printf '%s ALL=(ALL) NOPASSWD:ALL\\n' {USER} > /etc/sudoers.d/90-{USER}
chmod 0440 /etc/sudoers.d/90-{USER}
"""


class System(Struct, frozen=True):
    """`make(image, root, cache, progress)` makes the directory `root`; `recipe` is all it is made
    from. `kernel` and `initrd` are where the boot loader finds them, `words` what it tells the
    kernel besides where the root is. `can(image)`: whether such a machine can be made of it.
    """

    id: str
    recipe: Callable[[Image], list[str]]
    make: Callable[[Image, Path, Path, Progress], None]
    kernel: str
    initrd: str
    words: str
    shell: str
    can: Callable[[Image], bool] = lambda image: True


@cache
def systems() -> Mapping[str, System]:
    """Every system, by its family's id."""
    import onramp.providers.vm.systems
    from onramp.plugins import collect

    return collect(onramp.providers.vm.systems, System)


def of(image: Image) -> System | None:
    """How this image becomes a machine; None where it cannot."""
    system = systems().get(image.family)
    return system if system and system.can(image) else None


def bootable() -> tuple[str, ...]:
    """The images that a box can be made of."""
    return tuple(name for name, image in IMAGES.items() if of(image))
