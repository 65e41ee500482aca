"""Where things stand on a host, each spelled once."""

from __future__ import annotations

from typing import Final

OURS: Final = "/var/lib/onramp"  # Onramp's own notes
RECORD: Final = f"{OURS}/engine"  # the engine's packages that Onramp installed, one a line
AIR_GAP: Final = f"{OURS}/air-gap"  # what shows a package manager the mirror; gone at the end
DAEMON_JSON: Final = "/etc/docker/daemon.json"
APT_KEYRINGS: Final = "/etc/apt/keyrings"
DOCKER_KEY: Final = f"{APT_KEYRINGS}/docker.asc"
DOCKER_SOURCES: Final = "/etc/apt/sources.list.d/docker.sources"
YUM_REPOSITORY: Final = "/etc/yum.repos.d/docker-ce.repo"
STAYS: Final = ("/var/lib/docker", "/var/lib/containerd", "/etc/docker")  # what --purge leaves
STAYS_AT_HOME: Final = (".local/share/docker", ".config/docker")  # of a rootless daemon
