"""Getting the packages. Shared here: changing between Docker's packages and the distribution's."""

from __future__ import annotations

from harness.model import Command, Cure, Situation, known
from harness.platforms.debian import CODENAMES

SOURCES = "/etc/apt/sources.list.d/docker.sources"
KEY = "/etc/apt/keyrings/docker.asc"

# What this run has written itself; left in place it would fail every later `apt-get update`.
FORGET = Command(script=f"rm -f {SOURCES} {KEY}", as_root=True)


def fall_back(situation: Situation) -> Cure | None:
    """The distribution's packages instead, where the user left the choice to us and they suffice.

    They do where they bring a Compose plugin; elsewhere somebody has to decide, hence None.
    """
    platform = situation.platform
    if situation.settings.docker.method != "auto" or not platform:
        return None
    if not platform.distribution_compose:
        return None
    return Cure(actions=(FORGET,), then="replan", settings={"docker.method": "distribution"})


def distribution_packages(situation: Situation) -> dict[str, str]:
    """Installed packages that exclude Docker's own, with versions. Debian's docker-cli is not on
    the page's list, yet owns /usr/bin/docker."""
    platform, packages = situation.platform, known(situation.facts.packages) or {}
    names = (*platform.conflicting, "docker-cli") if platform else ()
    return {name: packages[name] for name in names if name in packages}


def switch_to_dockers(situation: Situation) -> Cure | None:
    """Out with the distribution's packages, in with Docker's own."""
    found, platform = " ".join(distribution_packages(situation)), situation.platform
    if not platform or not found:
        return None
    remove = Command(platform.package_manager.remove.format(packages=found), as_root=True)
    return Cure(actions=(remove,), then="replan", settings={"docker.method": "repository"})


def base_codename(situation: Situation) -> str | None:
    """The release a derivative is built on: os-release's own word, or else /etc/debian_version.

    The latter is the first line of the probe: "12.11", or "trixie/sid" before a release.
    """
    facts = situation.facts
    named = known(facts.ubuntu_codename) or known(facts.debian_codename)
    version = situation.probe.stdout.split("\n")[0] if situation.probe else ""
    return named or CODENAMES.get(version.split(".")[0])
