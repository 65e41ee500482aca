"""A host whose every way but SSH is cut passes from a mirror's folder alone."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from drive import inventory, invoke, lab, number_of, on, pains, steps
from onramp.providers.lab import network, subprocesses
from onramp.providers.lab.embedded_lab import Lab
from onramp.providers.lab.lab_host import LabHost
from places import ROOT
from test_lab_hosts import pytestmark

__all__ = ["pytestmark"]

IMAGES = ("debian-12", "debian-13") if os.environ.get("ONRAMP_AIR_GAP") == "all" else ("debian-13",)
# Whatever is not this SSH connection is dropped, so that who waits for an answer waits in vain;
# the last: nor is there a default route.
CUT = """
iptables -t raw -A PREROUTING -i eth0 -p tcp --dport 22 -j ACCEPT
iptables -t raw -A PREROUTING -i eth0 -j DROP
iptables -t raw -A OUTPUT -o eth0 -p tcp --sport 22 -j ACCEPT
iptables -t raw -A OUTPUT -o eth0 -j DROP
iptables -t mangle -A POSTROUTING -o eth0 -p tcp --sport 22 -j ACCEPT
iptables -t mangle -A POSTROUTING -o eth0 -j DROP
ip route del default
"""
NOT_THERE = "dpkg --purge curl libcurl4 libcurl4t64"  # so that the system's own packages are needed
FORBIDDEN = """
echo 'AllowTcpForwarding no' > /etc/ssh/sshd_config.d/no.conf
systemctl reload ssh
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made from the lab's mirror as a user makes one from Docker's servers."""
    there = Lab().mirror()
    made = tmp_path_factory.mktemp("air-gap") / "mirror"
    daemon = json.dumps({"registry-mirrors": [there.registry]})
    subprocess.run(
        [
            ROOT / "invoke", "mirror.build", f"--for={','.join(IMAGES)}", f"--to={made}",
            "--set", f"docker.repository={there.repository}",
            "--set", f"docker.daemon={daemon}",
            "--set", f"stack.env.PIP_INDEX_URL={there.pip_index}",
            "--set", f"stack.env.PIP_TRUSTED_HOST={there.pip_trusted_host}",
        ],
        check=True, timeout=600,
    )  # fmt: skip
    return made


def test_the_folder_names_nothing_of_where_it_comes_from(folder: Path) -> None:
    texts = [folder / "mirror.json", *folder.glob("images/*.json"), *folder.rglob("index.html")]
    assert not [file for file in texts if network.GATEWAY in file.read_text()]


@pytest.mark.parametrize("image", IMAGES)
def test_a_host_without_a_network_passes_from_the_folder_alone(
    folder: Path, lab_host: Callable[..., LabHost], image: str, tmp_path: Path
) -> None:
    host = lab_host(f"leave-airgap{image[-2:]}", image)
    on(host, NOT_THERE)
    sources = on(host, "cat /etc/apt/sources.list; ls /etc/apt/sources.list.d /var/lib/apt/lists")
    namespace = ["ip", "netns", "exec", network.namespace(number_of(host))]
    subprocesses.run([*namespace, "sh", "-ec", CUT])
    hosts = inventory(tmp_path, {host.name: lab(image)})

    first = invoke("evaluate", hosts, f"--set=mirror={folder}", folder=tmp_path, within_s=600)
    assert first.code == 0, first.said
    report = first.report(host.name)
    assert report["unexplained"] == []
    assert steps(report)["build"] == "changed"
    assert "mirror's folder" in (first.folder / "hosts" / host.name / "report.md").read_text()

    after = on(host, "cat /etc/apt/sources.list; ls /etc/apt/sources.list.d /var/lib/apt/lists")
    assert after.replace("docker.sources\n", "") == sources
    assert "air-gap" not in on(host, "ls /var/lib/onramp")
    again = invoke("provision", hosts, f"--set=mirror={folder}", folder=tmp_path)
    assert again.code == 0, again.said
    assert set(steps(again.report(host.name)).values()) == {"satisfied"}

    on(host, FORBIDDEN)
    refused = invoke("provision", hosts, f"--set=mirror={folder}", folder=tmp_path)
    assert refused.code == 4, refused.said
    assert list(pains(refused.report(host.name))) == ["ssh-forwarding-refused"]
