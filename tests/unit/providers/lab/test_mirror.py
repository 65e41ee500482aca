"""The pure parts of the mirror: versions, control files, indexes."""

import pytest

from onramp.providers.lab import engine_trees, maintainer_scripts, mirror_packages, mirror_python
from onramp.providers.lab.mirror_packages import PACKAGES, SUITES

BY_NAME = {package.name: package for package in PACKAGES}


@pytest.mark.parametrize(
    ("name", "debian", "expected"),
    [
        ("docker-ce", "28.5.2+dfsg4-5", "5:28.5.2-1~debian.12~bookworm"),
        ("containerd.io", "2.1.9+ds1-5", "2.1.9-1~debian.12~bookworm"),
        ("docker-compose-plugin", "2.40.3-3", "2.40.3-1~debian.12~bookworm"),
        ("docker-ce-cli", "1:29.0.0~rc1-1", "5:29.0.0-1~debian.12~bookworm"),
    ],
)
def test_versions_are_in_dockers_format(name: str, debian: str, expected: str) -> None:
    upstream = engine_trees.upstream(debian)
    assert mirror_packages.version(BY_NAME[name], upstream, SUITES[0]) == expected


def test_the_packages_of_the_documentation_are_there_but_not_for_bullseye() -> None:
    assert set(BY_NAME) == {
        "docker-ce",
        "docker-ce-cli",
        "containerd.io",
        "docker-buildx-plugin",
        "docker-compose-plugin",
        "docker-ce-rootless-extras",
    }
    assert SUITES == (
        ("debian", "bookworm", "12"),
        ("debian", "trixie", "13"),
        ("ubuntu", "noble", "24.04"),
    )


def test_conflicts_are_those_of_the_real_packages() -> None:
    assert BY_NAME["docker-ce"].fields["Conflicts"] == "docker.io"
    assert BY_NAME["docker-ce-cli"].fields["Conflicts"] == "docker.io, docker-cli"
    assert BY_NAME["containerd.io"].fields["Conflicts"] == "containerd, runc"
    assert "Conflicts" not in BY_NAME["docker-compose-plugin"].fields


def test_a_control_file_has_one_field_a_line() -> None:
    text = mirror_packages.control(BY_NAME["docker-ce"], "5:1-1", "amd64")
    assert text.startswith("Package: docker-ce\nVersion: 5:1-1\nArchitecture: amd64\n")
    assert all(": " in line for line in text.splitlines())


def test_only_packages_with_a_service_have_scripts() -> None:
    assert maintainer_scripts.scripts("docker-ce-cli", ()) == {}
    scripts = maintainer_scripts.scripts("docker-ce", ("docker.service", "docker.socket"))
    assert "groupadd --system docker" in scripts["postinst"]
    assert "deb-systemd-invoke start docker.service docker.socket" in scripts["postinst"]
    assert "groupadd" not in maintainer_scripts.scripts("containerd.io", ("c.service",))["postinst"]


def test_wheels_are_listed_under_their_normalised_project() -> None:
    wheels = ["Flask-3.1.0-py3-none-any.whl", "typing_extensions-4.0-py3-none-any.whl"]
    assert mirror_python.by_project(wheels) == {
        "flask": ["Flask-3.1.0-py3-none-any.whl"],
        "typing-extensions": ["typing_extensions-4.0-py3-none-any.whl"],
    }
    assert '<a href="../../files/a-1.whl">a-1.whl</a>' in mirror_python.links(
        ["../../files/a-1.whl"]
    )
