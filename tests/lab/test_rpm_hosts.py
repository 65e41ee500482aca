"""What RPM hosts do as their systems do: services wait to be enabled, and signatures count."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from onramp.providers.lab.embedded_lab import Lab
from onramp.providers.lab.images import IMAGES
from test_lab_hosts import pytestmark, ssh

__all__ = ["pytestmark"]

# {image: (how Docker's repository is added, how a package is installed, the engine's)}
HOSTS = {
    "fedora-like": (
        "sudo dnf config-manager addrepo --from-repofile=@REPOSITORY@/fedora/docker-ce.repo",
        "sudo dnf -y install",
        "docker-ce",
    ),
    "rhel-like": (
        "sudo dnf -y install dnf-plugins-core\n"
        "sudo dnf config-manager --add-repo @REPOSITORY@/centos/docker-ce.repo",
        "sudo dnf -y install",
        "docker-ce",
    ),
    "suse-like": ("true", "sudo zypper --non-interactive install", "docker"),
}


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """The shared caches; every host booted in this module is removed."""
    lab = Lab()
    yield lab
    lab.down([f"rpm-{image}" for image in HOSTS])


@pytest.mark.parametrize("image", HOSTS)
def test_an_installed_engine_waits_to_be_enabled_and_goes_as_it_came(lab: Lab, image: str) -> None:
    add, install, package = HOSTS[image]
    mirror = lab.mirror(family=IMAGES[image].family)
    host = lab.up(image, name=f"rpm-{image}")
    assert ssh(host, "which apt apt-get dpkg").stdout == ""
    script = f"set -e\n{add.replace('@REPOSITORY@', mirror.repository)}\n{install} {package}"
    installed = ssh(host, script)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    asked = ssh(host, f"rpm -q {package}; systemctl is-enabled docker; systemctl is-active docker")
    assert asked.stdout.startswith(f"{package}-")
    assert asked.stdout.split()[1:] == ["disabled", "inactive"]
    assert ssh(host, "getent group docker").stdout.startswith("docker:")
    assert "Cannot connect to the Docker daemon" in ssh(host, "docker ps").stderr
    again = ssh(host, f"{install} {package}")
    assert again.returncode == 0
    assert "othing to do." in again.stdout + again.stderr
    signed = ssh(host, f"rpm -q --queryformat '%{{RSAHEADER:pgpsig}}' {package}")
    assert "Key ID" in signed.stdout, signed.stdout
    gone = ssh(
        host, f"sudo systemctl start docker && {install.replace('install', 'remove')} {package}"
    )
    assert gone.returncode == 0, gone.stderr
    assert ssh(host, "systemctl is-active docker").stdout == "inactive\n"
    lab.down([host.name])
