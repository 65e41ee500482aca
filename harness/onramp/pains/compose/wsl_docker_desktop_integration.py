"""On WSL, docker is only a note from Docker Desktop.

What you see: `The command 'docker' could not be found in this WSL 2 distro. We recommend to
activate the WSL integration in Docker Desktop settings.`

Why it happens: Docker Desktop on Windows puts a stand-in named docker into every WSL distribution.
It prints this note where the integration is switched off for that distribution, and while Docker
Desktop is stopped or still starting.

What to do: on Windows start Docker Desktop, tick this distribution under Settings, Resources, WSL
integration, and open a new terminal. Or do without Docker Desktop: switch the integration off, put
`[boot]` and `systemd=true` into /etc/wsl.conf, run `wsl --shutdown` on Windows and install Docker
Engine as on any Linux. Do not do both: they get into each other's way. WSL 1 can run neither.

What the remedy changes: a setting on Windows, which Onramp cannot reach; a person decides.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Remedy, Situation, Symptom
from onramp.model.unknown import known


def _foreseen(situation: Situation) -> str | None:
    said = known(situation.facts.engine_error) or ""
    stub = "could not be found in this WSL" in said
    return "docker is Docker Desktop's stand-in, without its integration" if stub else None


PAIN = PainPoint(
    id="wsl-docker-desktop-integration",
    phase="compose",
    title="WSL distribution without Docker Desktop's integration",
    severity="blocker",
    cause="Docker Desktop's integration is not active for this WSL distribution.",
    symptoms=(
        Symptom(r"The command '[\w-]{1,40}' could not be found in this WSL \d", "all", weight=3),
        Symptom(
            r"^WSL DETECTED: We recommend using Docker Desktop", "get.docker.com", warning=True
        ),
    ),
    foresee=_foreseen,
    probe=Command("ls -d /mnt/wsl/docker-desktop; grep -A3 boot /etc/wsl.conf; command -v docker"),
    remedy=Remedy(
        kind="human",
        summary="Switch the integration on in Docker Desktop, or install Docker Engine in WSL.",
        commands=("wsl --shutdown  # on Windows, after a change of /etc/wsl.conf",),
    ),
    explains=("docker-cli-missing", "compose-plugin-missing"),
    references=(
        "https://docs.docker.com/desktop/features/wsl/",
        "https://github.com/docker/for-win/issues/13088",
    ),
)
