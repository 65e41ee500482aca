"""The Docker SDK, spoken over the SSH connection a host already has.

No TCP port is opened and nobody logs in again: `docker system dial-stdio`, which Docker's own CLI
uses for ssh:// hosts, joins a session of ours to the engine's socket
(https://github.com/docker/cli/blob/master/cli/command/system/dial_stdio.go), or to that of the
user's own where the system has none (rootless mode). The session is closed
after each burst of questions, since a server may allow only one (MaxSessions). Importing the SDK
takes half a second, so it happens on the first question.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import asdict

from onramp.remote import Connection

if TYPE_CHECKING:
    from docker import APIClient

DIAL = (
    "export LC_ALL=C; unset DOCKER_HOST DOCKER_CONTEXT DOCKER_TLS_VERIFY DOCKER_CERT_PATH; "
    "s=${XDG_RUNTIME_DIR:-/run/user/$(id -u)}/docker.sock; "
    '[ -e /var/run/docker.sock ] || [ ! -S "$s" ] || '
    'exec docker -H "unix://$s" system dial-stdio; '
    "exec docker --context default system dial-stdio"
)
PROJECT = "com.docker.compose.project"


class EngineError(Exception):
    """The engine could not be asked; the text is docker's (or sudo's, or the shell's) own."""


class Snapshot(Struct, frozen=True):
    """What an engine holds: id -> name, of each kind."""

    containers: Mapping[str, str] = field(default_factory=dict)
    networks: Mapping[str, str] = field(default_factory=dict)
    volumes: Mapping[str, str] = field(default_factory=dict)
    images: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Snapshot:
        return cls(**json.loads(text))


class Container(Struct, frozen=True):
    """One container of a Compose project. `health` is None where no health check is defined.

    `published`: port of the host -> port of the container; `pid` is 0 where nothing runs.
    """

    id: str
    name: str
    service: str
    state: str  # created | running | paused | restarting | exited | dead
    health: str | None
    exit_code: int
    restarts: int
    started_at: str = ""
    policy: str = ""  # of restarting: no | on-failure | always | unless-stopped
    pid: int = 0
    published: Mapping[int, int] = field(default_factory=dict)
    health_said: str = ""  # what its last health check printed
    error: str = ""  # why the engine could not start it

    @property
    def well(self) -> bool:
        return self.state == "running" and self.health in (None, "healthy")


@contextmanager
def connected(
    connection: Connection, *, as_root: bool = False, timeout_s: float = 60.0
) -> Iterator[APIClient]:
    """A client for one burst of questions, talking the version the engine talks.

    No other command can run on the connection until it is left. Raises EngineError with the words
    of whatever stood in the way, and LinkError.
    """
    import docker.errors
    import requests

    from onramp.remote.docker_http import Adapter, client

    adapter = Adapter(lambda: connection.stream(DIAL, as_root=as_root))
    try:
        yield client(adapter, timeout_s)
    except (requests.RequestException, docker.errors.DockerException, OSError) as error:
        raise adapter.lost or EngineError(adapter.words() or str(error)) from None
    finally:
        adapter.close()


def snapshot(api: APIClient) -> Snapshot:
    """Everything there is, stopped containers and unnamed images included."""
    return Snapshot(
        containers={c["Id"]: _name(c) for c in api.containers(all=True)},
        networks={n["Id"]: n["Name"] for n in api.networks()},
        volumes={v["Name"]: v["Name"] for v in api.volumes().get("Volumes") or ()},
        images={i["Id"]: _tags(i) for i in api.images()},
    )


def compare(before: Snapshot, after: Snapshot) -> tuple[str, ...]:
    """What is there now and was not before, one line each. Pure."""
    kinds = ("containers", "networks", "volumes", "images")
    return tuple(
        f"{kind.removesuffix('s')} {name}"
        for kind in kinds
        for key, name in getattr(after, kind).items()
        if key not in getattr(before, kind)
    )


def services(api: APIClient, project: str) -> tuple[Container, ...]:
    """The containers of a Compose project, one-off `run` containers left out."""
    found = api.containers(all=True, filters={"label": f"{PROJECT}={project}"})
    details = (api.inspect_container(c["Id"]) for c in found)
    rows = [_container(d) for d in details if _label(d, "oneoff") != "True"]
    return tuple(sorted(rows, key=lambda row: row.name))


def last_words(api: APIClient, container: Container, lines: int = 20) -> str:
    """The tail of a container's log."""
    raw = api.logs(container.id, tail=lines)
    return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)


def _container(detail: Mapping[str, Any]) -> Container:
    state = detail["State"]
    checks = (state.get("Health") or {}).get("Log") or [{}]
    return Container(
        id=detail["Id"],
        name=detail["Name"].lstrip("/"),
        service=_label(detail, "service"),
        state=state["Status"],
        health=(state.get("Health") or {}).get("Status"),
        exit_code=state["ExitCode"],
        restarts=detail.get("RestartCount", 0),
        started_at=state.get("StartedAt", ""),
        policy=(detail.get("HostConfig", {}).get("RestartPolicy") or {}).get("Name", ""),
        pid=state.get("Pid", 0),
        published=dict(_published(detail)),
        error=str(state.get("Error") or ""),
        health_said=str(checks[-1].get("Output", "")).strip(),
    )


def _published(detail: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
    for inner, bindings in (detail.get("NetworkSettings", {}).get("Ports") or {}).items():
        for binding in bindings or ():
            if inner.endswith("/tcp") and binding["HostPort"].isdigit():
                yield int(binding["HostPort"]), int(inner.removesuffix("/tcp"))


def _label(detail: Mapping[str, Any], name: str) -> str:
    return str(detail["Config"]["Labels"].get(f"com.docker.compose.{name}", ""))


def _name(container: Mapping[str, Any]) -> str:
    names = container.get("Names") or [container["Id"][:12]]
    return str(names[0]).lstrip("/")


def _tags(image: Mapping[str, Any]) -> str:
    tags = [tag for tag in image.get("RepoTags") or () if tag != "<none>:<none>"]
    return ", ".join(tags) or image["Id"].removeprefix("sha256:")[:12]
