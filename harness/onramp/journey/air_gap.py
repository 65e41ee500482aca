"""A host without a network and its mirror: what shows its package manager the mirror alone. Pure.

The system's own list of sources is left as it is, and not asked: each of its servers would be
waited for. What is set up stands in a folder of Onramp's own and is gone at the end of the run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from msgspec.structs import replace

from onramp.journey.paths import AIR_GAP, DOCKER_SOURCES
from onramp.journey.plan import Plan
from onramp.journey.root_commands import root
from onramp.model.action import Command
from onramp.model.platform import PackageManager, Platform, Run, Write

BUILD_FILE: Final = ".onramp-build.yml"
LOOPBACK: Final = "http://127.0.0.1:"

Pointed = Callable[[PackageManager, str, Sequence[str]], PackageManager]


def pointed(platform: Platform, origin: str, repositories: Sequence[str]) -> Platform:
    """The platform, its packages taken from a mirror that has these repositories of its own.

    Raises KeyError for a package manager whose folders cannot be made either.
    """
    manager = platform.package_manager
    base = f"{origin}/system/{platform.repository_os}"
    return replace(platform, package_manager=MANAGERS[manager.name](manager, base, repositories))


def cleared(plan: Plan) -> Command:
    """Takes away what `pointed` had put there."""
    return root(plan, f"rm -rf {AIR_GAP}", f"rm -rf {AIR_GAP}")


# apt.conf(5). The indexes are as old as the mirror: how long they are good for is not asked.
_APT_CONF: Final = f"""Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "{AIR_GAP}/sources";
Dir::State::lists "{AIR_GAP}/lists";
Acquire::Languages "none";
Acquire::By-Hash "no";
Acquire::Check-Valid-Until "false";
Acquire::http::Proxy::127.0.0.1 "DIRECT";"""


def _apt(manager: PackageManager, base: str, suites: Sequence[str]) -> PackageManager:
    lines = f"Types: deb\nURIs: {base}\nSuites: {' '.join(suites)}\nComponents: main"
    plain = lines.replace("{", "{{").replace("}", "}}")
    return replace(
        manager,
        env={**manager.env, "APT_CONFIG": f"{AIR_GAP}/apt.conf"},
        aside=(
            Run(f"install -m 0755 -d {AIR_GAP}/sources {AIR_GAP}/lists/partial"),
            Run(f"ln -sfn {DOCKER_SOURCES} {AIR_GAP}/sources/docker.sources"),
            Write(f"{AIR_GAP}/sources/system.sources", plain),
            Write(f"{AIR_GAP}/apt.conf", _APT_CONF),
        ),
    )


MANAGERS: Final[dict[str, Pointed]] = {"apt": _apt}
