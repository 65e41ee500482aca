"""The pure parts of RPM packages: spec files, scriptlets, Docker's packages and its .repo file."""

from pathlib import Path

import pytest

from onramp.providers.lab import rpm_docker
from onramp.providers.lab.engine_trees import Engine
from onramp.providers.lab.rpm_packages import Package, service_scripts, spec

VERSIONS = {
    "docker-ce": "28.5.2",
    "docker-ce-cli": "28.5.2",
    "containerd.io": "2.1.9",
    "docker-buildx-plugin": "0.29.1",
    "docker-compose-plugin": "2.40.3",
    "runc": "1.1.5",
}
ENGINE = Engine(Path("/trees"), VERSIONS)
BY_NAME = {package.name: package for package in rpm_docker.packages(ENGINE, "1.fc42")}


def test_a_spec_file_says_where_each_file_comes_from_and_which_are_configuration() -> None:
    package = Package(
        "x", "1", "2.fc42", epoch=3, requires=("a", "b >= 1"),
        files={"usr/bin/x": "x/usr/bin/x"}, texts={"etc/x.conf": "y"}, scripts={"post": "true\n"},
    )  # fmt: skip
    text = spec(package, "/sources", "/texts")
    assert text.startswith("Name: x\nEpoch: 3\nVersion: 1\nRelease: 2.fc42\n")
    assert "Requires: a\nRequires: b >= 1\n" in text
    assert "install -D -p -m 0755 /sources/x/usr/bin/x %{buildroot}/usr/bin/x\n" in text
    assert "install -D -p -m 0644 /texts/x/etc/x.conf %{buildroot}/etc/x.conf\n" in text
    assert "%post\ntrue\n" in text
    assert text.endswith("%files\n/usr/bin/x\n%config(noreplace) /etc/x.conf\n")


@pytest.mark.parametrize("noarch", [True, False])
def test_a_package_is_for_one_architecture_unless_it_says_otherwise(noarch: bool) -> None:
    text = spec(Package("x", "1", "1", noarch=noarch), "/s", "/t")
    assert ("BuildArch: noarch\n" in text) == noarch
    assert "Epoch" not in text


def test_presets_decide_what_is_enabled_and_nothing_is_started() -> None:
    scripts = service_scripts("a.service", "a.socket", post="groupadd a\n")
    assert "systemctl --no-reload preset a.service a.socket" in scripts["post"]
    assert scripts["post"].endswith("groupadd a\n")
    assert "disable --now --no-warn a.service a.socket" in scripts["preun"]
    assert "start" not in scripts["post"]
    assert "try-restart a.service" in scripts["postun"]


def test_epochs_releases_and_conflicts_are_those_of_dockers_packages() -> None:
    assert set(BY_NAME) == set(rpm_docker.NAMES)
    engine, cli, containerd = (BY_NAME[name] for name in rpm_docker.NAMES[:3])
    assert (engine.epoch, engine.version, engine.release) == (3, "28.5.2", "1.fc42")
    assert (cli.epoch, containerd.epoch) == (1, 0)
    assert engine.conflicts == ("docker", "docker-io", "docker-ee")
    assert "runc" in containerd.obsoletes
    assert "runc = 1.1.5" in containerd.provides
    assert "groupadd --system docker" in engine.scripts["post"]


def test_dockers_repo_file_points_where_it_was_asked_for() -> None:
    text = rpm_docker.repo_file("fedora")
    assert text.count("enabled=1") == text.count("enabled=0") == 1
    assert "baseurl=@ORIGIN@/linux/fedora/$releasever/$basearch/stable\n" in text
    assert "gpgkey=@ORIGIN@/linux/fedora/gpg\n" in text
