"""What vendors document, typed word for word on a clean host of each family, and a stack on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from onramp.providers.lab.embedded_lab import Lab
from test_lab_hosts import STACK, pytestmark, ssh

__all__ = ["pytestmark"]

DOCKERS = "docker-ce docker-ce-cli containerd.io docker-buildx-plugin docker-compose-plugin"
OTHERS = """docker docker-client docker-client-latest docker-common docker-latest \\
    docker-latest-logrotate docker-logrotate"""
START = """
sudo systemctl enable --now docker
sudo usermod -aG docker $USER
"""

# What is typed until Docker runs and the user may use it; `--noconfirm` is a pressed return key.
# https://wiki.alpinelinux.org/wiki/Docker, https://wiki.archlinux.org/title/Docker
# https://docs.docker.com/engine/install/fedora/ and /rhel/, https://en.opensuse.org/Docker
DOCUMENTED = {
    "alpine-3.23": """
sudo apk update
sudo apk add docker docker-cli-compose docker-cli-buildx
sudo addgroup $USER docker
sudo rc-update add docker default
sudo service docker start
rc-service docker status
""",
    "fedora-like": f"""
sudo dnf -y remove {OTHERS} docker-selinux docker-engine-selinux docker-engine
sudo dnf -y install dnf-plugins-core
sudo dnf config-manager addrepo --overwrite --from-repofile=@REPOSITORY@/fedora/docker-ce.repo
sudo dnf -y install {DOCKERS}
{START}""",
    "rhel-like": f"""
sudo dnf -y remove {OTHERS} docker-engine podman runc
sudo dnf -y install dnf-plugins-core
sudo dnf config-manager --add-repo @REPOSITORY@/rhel/docker-ce.repo
sudo dnf -y install {DOCKERS}
{START}""",
    "suse-like": f"""
sudo zypper --non-interactive install docker docker-compose docker-buildx
{START}""",
    "arch-like": """
sudo pacman -Syu --needed --noconfirm docker docker-compose docker-buildx
sudo systemctl enable --now docker.service
sudo usermod -aG docker $USER
""",
}

MIRRORED = """set -e
sudo mkdir -p /etc/docker
echo '{"registry-mirrors": ["@REGISTRY@"]}' | sudo tee /etc/docker/daemon.json
USER=$(id -un)
"""

ANSWERS = """set -e
for second in 1 2 3 4 5 6 7 8 9 10; do docker info > /dev/null 2>&1 && break; sleep 1; done
docker run --rm hello-world
"""


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """The shared caches; every host booted in this module is removed."""
    lab = Lab()
    yield lab
    lab.down([host.name for host in lab.hosts() if host.name.startswith("documented-")])


@pytest.mark.parametrize("image", DOCUMENTED)
def test_docker_installs_as_documented_and_a_stack_runs(lab: Lab, image: str) -> None:
    mirror = lab.mirror()
    host = lab.up(image, name=f"documented-{image}")
    words = {
        "@REPOSITORY@": mirror.repository,
        "@REGISTRY@": mirror.registry,
        "@INDEX@": mirror.pip_index,
        "@TRUSTED@": mirror.pip_trusted_host,
    }
    install, stack = MIRRORED + DOCUMENTED[image], STACK
    for word, value in words.items():
        install, stack = install.replace(word, value), stack.replace(word, value)
    installed = ssh(host, install)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    hello = ssh(host, ANSWERS)
    assert "Hello from Docker!" in hello.stdout, hello.stderr
    ran = ssh(host, stack)
    assert "seen 1 times\nseen 2 times\n" in ran.stdout, ran.stdout + ran.stderr
    again = ssh(host, install)
    assert again.returncode == 0, again.stdout + again.stderr
    lab.down([host.name])


@pytest.mark.parametrize(
    ("image", "forget", "install", "refusal"),
    [
        (
            "alpine-3.23", "rm /etc/apk/keys/lab@*", "apk add docker",
            "community/x86_64/APKINDEX.tar.gz: UNTRUSTED signature",
        ),
        (
            "arch-like", "pacman-key --delete lab@onramp.invalid",
            "pacman -Syu --needed --noconfirm docker", "required key missing from keyring",
        ),
    ],
)  # fmt: skip
def test_what_an_unknown_key_has_signed_is_refused(
    lab: Lab, image: str, forget: str, install: str, refusal: str
) -> None:
    host = lab.up(image, name=f"documented-{image}")
    assert ssh(host, f"sudo sh -c '{forget}'").returncode == 0
    refused = ssh(host, f"sudo {install}")
    assert refused.returncode != 0
    assert refusal in refused.stdout + refused.stderr
    lab.down([host.name])
