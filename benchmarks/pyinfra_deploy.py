"""The end state for pyinfra: operations that find nothing to change, a fact as the plain user."""

from pyinfra import host
from pyinfra.facts.server import Command
from pyinfra.operations import apt, server

apt.packages(
    name="Docker Engine and the Compose plugin are there",
    packages=["docker-ce", "docker-compose-plugin"],
    _sudo=True,
)
server.service(
    name="The daemon runs, now and after a reboot",
    service="docker",
    running=True,
    enabled=True,
    _sudo=True,
)
server.user(
    name="The plain user may use it",
    user=host.data.ssh_user,
    groups=["docker"],
    append=True,
    _sudo=True,
)
if not host.get_fact(Command, command="docker compose version && docker version"):
    raise RuntimeError(f"{host.name}: docker does not answer the plain user")
