"""What a stack needs from a network is read from its own files."""

from __future__ import annotations

import pytest

from onramp import SHIPPED
from onramp.airgap import folder_build, stack_needs, targets
from onramp.airgap.container_images import registry
from onramp.airgap.image_names import reference
from onramp.config import load_stack, parse_settings
from onramp.errors import UsageError
from onramp.journey import Plan, air_gap, deploy, install
from onramp.model.action import Upload
from onramp.model.facts import Facts
from onramp.model.settings import Settings
from onramp.model.stack import Stack

HELLO = load_stack.load("hello-world", cwd=SHIPPED, project_root=SHIPPED)


def test_the_stack_that_comes_along() -> None:
    needs = stack_needs.of(HELLO, {})
    assert [image.shown for image in needs.images] == ["python:3.12-alpine", "redis:alpine"]
    assert list(needs.requirements) == ["requirements.txt"]
    assert needs.fetches == ()
    assert HELLO.built == ("web",)


DOCKERFILE = """# syntax=docker/dockerfile:1.7
ARG BASE=python
ARG TAG="3.12"
FROM --platform=$BUILDPLATFORM ${BASE}:${TAG} AS Build
RUN apt-get update \\
    && apt-get install -y gcc && pip install flask
FROM build
COPY --from=build /x /x
COPY --from=0 /y /y
COPY --from=nginx:1.27 /etc/nginx /nginx
FROM scratch
FROM alpine
RUN apk add curl
"""


def test_images_of_a_dockerfile_but_not_its_own_stages() -> None:
    found = list(stack_needs.bases(DOCKERFILE, {"TAG": "3.13"}))
    assert found == ["docker/dockerfile:1.7", "python:3.13", "nginx:1.27", "alpine"]
    stack = Stack(
        "s", "/s", {"docker-compose.yml": b"services: {a: {build: .}}", "Dockerfile": b""}
    )
    files = {**stack.files, "Dockerfile": DOCKERFILE.encode()}
    assert stack_needs.of(Stack("s", "/s", files), {}).fetches == ("apt-get", "apk")


NAMES = {
    "redis": "library/redis:latest",
    "redis:alpine": "library/redis:alpine",
    "docker.io/grafana/grafana:11": "grafana/grafana:11",
    f"redis:7@sha256:{'0' * 64}": f"library/redis@sha256:{'0' * 64}",
}


@pytest.mark.parametrize("name", NAMES)
def test_names_are_read_as_docker_reads_them(name: str) -> None:
    assert reference(name).at("r") == f"r/{NAMES[name]}"


@pytest.mark.parametrize(
    "name",
    ["", "ghcr.io/a/b", "localhost:5000/x", "Redis", "redis:", "redis:a b", "--all", "a@sha256:x",
     "../x", "redis:-x"],
)  # fmt: skip
def test_what_no_mirror_can_stand_for_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        reference(name)


def test_an_image_without_a_name_is_told() -> None:
    files = {"docker-compose.yml": b"services: {a: {image: 'redis:${TAG}'}}"}
    with pytest.raises(UsageError, match=r"services\.a\.image"):
        stack_needs.of(Stack("s", "/s", files), {})
    assert stack_needs.of(Stack("s", "/s", files), {"TAG": "7"}).images[0].shown == "redis:7"


@pytest.mark.parametrize(
    "word", ["debian", "debian-", "-12", "fedora-42", "ubuntu-24.04", "minix-3", "debian-99"]
)
def test_a_system_without_a_mirror_is_one_line(word: str) -> None:
    with pytest.raises(UsageError, match="--for"):
        targets.target(word, Settings(), folder_build.FETCHERS)


def test_systems_are_named_by_id_and_version() -> None:
    target = targets.target("debian-13", Settings(), folder_build.FETCHERS)
    assert (target.id, target.platform.repository_codename) == ("debian-13", "trixie")


def test_images_come_from_where_daemons_would_get_them() -> None:
    mirrored = parse_settings.parse(
        {"docker": {"daemon": {"registry-mirrors": ["http://m.lan:5000/"]}}}, where="x"
    )
    assert (registry(mirrored).name, registry(mirrored).plain_http) == ("m.lan:5000", True)
    assert (registry(Settings()).name, registry(Settings()).plain_http) == ("docker.io", False)


# --- the plan of a host that has a mirror ----------------------------------------------------


def _plan(mirror: str) -> Plan:
    facts = Facts(os_id="debian", os_version="12", os_codename="bookworm", init="systemd")
    platform = targets.target("debian-12", Settings(), folder_build.FETCHERS).platform
    platform = air_gap.pointed(platform, mirror, ("bookworm", "bookworm-updates"))
    return Plan(facts, platform, HELLO, Settings(mirror=mirror))


def test_apt_is_shown_the_mirror_before_it_is_asked() -> None:
    applied = install.install_engine(_plan("http://127.0.0.1:1/{x}")).apply
    shown = [action.shown for action in applied]
    first = next(n for n, text in enumerate(shown) if "apt-get update" in text)
    sources = next(a for a in applied if "system.sources" in getattr(a, "script", ""))
    assert "URIs: http://127.0.0.1:1/{x}/system/debian\nSuites: bookworm bookworm-updates" in (
        sources.script  # type: ignore[union-attr]
    )
    assert applied.index(sources) < first
    assert applied[first].env["APT_CONFIG"] == "/var/lib/onramp/air-gap/apt.conf"  # type: ignore[union-attr]


def test_a_build_reaches_the_mirror_on_the_hosts_own_loopback() -> None:
    through_ssh, by_address = _plan("http://127.0.0.1:18484"), _plan("http://m.lan")
    for plan, there in ((through_ssh, True), (by_address, False)):
        upload = next(a for a in deploy.copy_stack(plan).apply if isinstance(a, Upload))
        assert (air_gap.BUILD_FILE in upload.files) is there
        command = deploy.build(plan).apply[-1]
        expected = f"docker-compose.yml:{air_gap.BUILD_FILE}" if there else None
        assert command.env.get("COMPOSE_FILE") == expected  # type: ignore[union-attr]
        assert set(upload.files) >= set(HELLO.files)
