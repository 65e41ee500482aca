"""Real hosts on this machine: they boot, they install Docker as documented, they leave no trace."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from drive import number_of
from onramp.providers.lab import cgroups, network
from onramp.providers.lab.embedded_lab import Lab
from onramp.providers.lab.images import IMAGES
from onramp.providers.lab.lab_host import LabHost, root_shell
from places import ROOT

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not Path("/etc/debian_version").exists(),
    reason="the lab needs root on a Debian-family machine",
)
UPDATE = {
    "debian": "apt-get update -q",
    "alpine": "apk update",
    "fedora": "dnf makecache",
    "rhel": "dnf makecache",
    "arch": "pacman -Sy",
    "suse": "zypper --non-interactive refresh",
}
PYTHON = {"rhel": ["/usr/bin/python3"]}  # dnf 4 is written in it

INSTALL = """set -e
sudo apt-get update -q
sudo apt-get install -qy ca-certificates curl
sudo install -m 0755 -d /etc/apt/keyrings
sudo curl -fsSL @REPOSITORY@/debian/gpg -o /etc/apt/keyrings/docker.asc
sudo chmod a+r /etc/apt/keyrings/docker.asc
sudo tee /etc/apt/sources.list.d/docker.sources <<END
Types: deb
URIs: @REPOSITORY@/debian
Suites: $(. /etc/os-release && echo "$VERSION_CODENAME")
Components: stable
Architectures: $(dpkg --print-architecture)
Signed-By: /etc/apt/keyrings/docker.asc
END
sudo apt-get update -q
sudo mkdir -p /etc/docker
echo '{"registry-mirrors": ["@REGISTRY@"]}' | sudo tee /etc/docker/daemon.json
sudo DEBIAN_FRONTEND=noninteractive apt-get install -qy docker-ce docker-ce-cli containerd.io \\
    docker-buildx-plugin docker-compose-plugin
"""

STACK = """set -e
mkdir stack && cd stack
printf 'flask\\nredis\\n' > requirements.txt
cat > app.py <<END
from flask import Flask
from redis import Redis
app, store = Flask("app"), Redis("redis")
@app.get("/")
def count() -> str:
    return f"seen {store.incr('hits')} times"
END
cat > Dockerfile <<END
FROM python:3.12-alpine
WORKDIR /code
ARG PIP_INDEX_URL
ARG PIP_TRUSTED_HOST
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
CMD ["flask", "run", "--host=0.0.0.0", "--port=8000"]
END
cat > docker-compose.yml <<END
services:
  web:
    build: {context: ., args: {PIP_INDEX_URL: "@INDEX@", PIP_TRUSTED_HOST: "@TRUSTED@"}}
    ports: ["8000:8000"]
    stop_grace_period: 1s
  redis:
    image: redis:alpine
END
sudo docker compose up --detach --build --quiet-pull
for hit in 1 2; do
    curl -sS --retry 20 --retry-delay 1 --retry-all-errors http://localhost:8000/; echo
done
sudo docker compose down --volumes
"""


def ssh(host: LabHost, script: str, *, user: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a script on the host the way a person would: with ssh(1), trusting only its own key."""
    return subprocess.run(
        [
            *("ssh", "-F", "none", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes"),
            *("-o", f"UserKnownHostsFile={host.known_hosts}", "-i", str(host.private_key)),
            *("-p", str(host.port), f"{user or host.user}@{host.address}", "sh -s"),
        ],
        input=script,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """The shared caches; every host booted in this module is removed, nobody else's is."""
    lab = Lab()
    before = {host.name for host in lab.hosts()}
    yield lab
    ours = [host.name for host in lab.hosts() if host.name.startswith("t-")]
    assert not set(ours) & before
    lab.down(ours)


@pytest.fixture
def own(tmp_path: Path, lab: Lab) -> Lab:
    """A lab of its own, with the images of the shared one."""
    lab.up("debian-12", name="t-warm")
    lab.down(["t-warm"])
    own = Lab(tmp_path / "cache")
    own.cache.mkdir(parents=True)
    (own.cache / "images").symlink_to(lab.cache / "images")
    return own


@pytest.mark.parametrize("image", IMAGES)
def test_a_host_boots_clean_and_answers_ssh(lab: Lab, image: str) -> None:
    host = lab.up(image, name=f"t-{image}")
    assert host == lab.get(host.name)
    asked = ssh(
        host,
        """hostname; id -un; sudo id -un; cat /proc/1/comm
        which python3 docker; ls /etc/ssl/certs | grep -ci onramp
        systemctl is-system-running --wait 2>/dev/null""",
    )
    words = asked.stdout.split()
    init = {"systemd": "systemd", "sysvinit": "init", "openrc": "init"}[IMAGES[image].init]
    python = PYTHON.get(IMAGES[image].family, [])
    state = ["running"] if init == "systemd" else []
    assert words == [host.name, "newcomer", "root", init, *python, "0", *state], asked.stderr
    assert ssh(host, "id -un", user="root").stdout.strip() == "root"
    assert ssh(host, f"sudo {UPDATE[IMAGES[image].family]}").returncode == 0
    lab.down([host.name])
    assert lab.get(host.name) is None


def test_hosts_of_one_image_are_different_machines(lab: Lab) -> None:
    with ThreadPoolExecutor() as pool:
        one, two = pool.map(lambda n: lab.up("debian-12", name=n), ["t-one", "t-two"])
    assert one.address != two.address
    assert one.known_hosts.read_text().split()[2] != two.known_hosts.read_text().split()[2]
    ids = [ssh(host, "cat /etc/machine-id; hostname").stdout for host in (one, two)]
    assert ids[0] != ids[1]
    assert len(ids[0].split()[0]) == 32
    assert ssh(one, f"timeout 3 bash -c '</dev/tcp/{two.address}/22'").returncode == 0
    lab.down(["t-one", "t-two"])


def test_a_root_shell_needs_no_ssh(lab: Lab) -> None:
    host = lab.up("debian-12", name="t-shell")
    assert root_shell(host, "echo out; echo err >&2; exit 7") == (7, "out\n", "err\n")
    assert root_shell(host, "sleep 60", timeout_s=1)[0] == 124
    assert root_shell(host, "systemctl stop ssh; systemctl is-active ssh")[1] == "inactive\n"
    assert ssh(host, "true").returncode == 255
    assert root_shell(host, "systemctl start ssh; (sleep 300 &) ; pwd")[:2] == (0, "/\n")
    assert ssh(host, "pgrep -f 'sleep 300'").returncode == 0
    lab.down([host.name])


@pytest.mark.parametrize("image", ["debian-12", "debian-13", "debian-12-sysv"])
def test_docker_installs_as_documented_and_a_stack_runs(lab: Lab, image: str) -> None:
    mirror = lab.mirror()
    host = lab.up(image, name=f"t-docker-{image}")
    words = {
        "@REPOSITORY@": mirror.repository,
        "@REGISTRY@": mirror.registry,
        "@INDEX@": mirror.pip_index,
        "@TRUSTED@": mirror.pip_trusted_host,
    }
    install, stack = INSTALL, STACK
    for word, value in words.items():
        install, stack = install.replace(word, value), stack.replace(word, value)
    installed = ssh(host, install)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    refused = ssh(host, "docker ps").stderr
    if image == "debian-12-sysv":
        assert "Cannot connect to the Docker daemon" in refused
        started = ssh(host, "sudo service docker start; sleep 2")
        assert started.returncode == 0, started.stderr
        refused = ssh(host, "docker ps").stderr
    assert "permission denied" in refused
    hello = ssh(host, "sudo docker run --rm hello-world")
    assert "Hello from Docker!" in hello.stdout, hello.stderr
    ran = ssh(host, stack)
    assert "seen 1 times\nseen 2 times\n" in ran.stdout, ran.stdout + ran.stderr
    lab.down([host.name])


def test_an_intercepted_connection_is_refused_until_its_authority_is_trusted(lab: Lab) -> None:
    proxy = lab.intercepting_proxy()
    host = lab.up("debian-12", name="t-tls")
    ask = "curl -fsSL https://download.docker.com/linux/debian/gpg"
    root_shell(host, f"echo {proxy.address} download.docker.com >> /etc/hosts")
    refused = ssh(host, ask)
    assert refused.returncode == 60
    assert "SSL certificate problem" in refused.stderr
    authority = f"cat > /usr/local/share/ca-certificates/c.crt <<'END'\n{proxy.ca_pem.read_text()}"
    root_shell(host, f"{authority}\nEND\nupdate-ca-certificates")
    assert "BEGIN PGP PUBLIC KEY BLOCK" in ssh(host, ask).stdout
    lab.down([host.name])


def test_down_leaves_nothing(own: Lab) -> None:
    host = own.up("debian-13")
    index = number_of(host)
    own.down()
    assert not own.hosts()
    assert traces(own, index) == []
    if not network.claims() and not network.mirrors():
        rules = subprocess.run(["iptables-save"], capture_output=True, text=True, check=True)
        assert "onramp" not in rules.stdout
        assert not Path("/sys/class/net/onramp0").exists()


@pytest.mark.parametrize("after_s", [0.15, 0.3, 0.45, 0.6, 0.9])
def test_a_killed_boot_blocks_nothing_and_is_swept(own: Lab, after_s: float) -> None:
    code = "from onramp.providers.lab.embedded_lab import Lab; Lab().up('debian-12')"
    environment = {**os.environ, "ONRAMP_CACHE": str(own.cache.parent)}
    process = subprocess.Popen([sys.executable, "-c", code], env=environment, cwd=ROOT / "harness")
    time.sleep(after_s)
    process.send_signal(signal.SIGKILL)
    process.wait()
    survivors = {host.name for host in own.hosts()}
    assert survivors <= {"debian-12"}
    host = own.up("debian-12", name=None if survivors else "debian-12")
    assert ssh(host, "true").returncode == 0
    indexes = [n for n, owner in network.claims().items() if own.cache in owner.parents]
    assert len(indexes) == len(survivors) + 1
    own.down()
    assert [trace for index in indexes for trace in traces(own, index)] == []


def traces(lab: Lab, index: int) -> list[str]:
    """Whatever a host has left on this machine."""
    name = network.namespace(index)
    left = [
        line for line in Path("/proc/mounts").read_text().splitlines() if str(lab.cache) in line
    ]
    left += [str(p) for p in (Path("/run/netns", name), Path("/sys/class/net", name)) if p.exists()]
    group = cgroups.group(index)
    left += [str(group)] if group and group.exists() else []
    left += [str(folder) for folder in lab.cache.glob("hosts/[!.]*")]
    for cmdline in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = cmdline.read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        left += [" ".join(words)] if any(str(lab.cache) in word for word in words) else []
    return left
