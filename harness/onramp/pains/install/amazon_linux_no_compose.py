"""Amazon Linux brings docker without Compose, and with a Buildx too old for a newer one.

What you see: `No match for argument: docker-compose-plugin`; and once Compose was put there by
hand: `compose build requires buildx 0.17 or later`.

Why it happens: Amazon Linux 2023 has a package docker of its own. It contains no Compose plugin, no
other package there does, and the Buildx inside it is of 2023. Docker's repository has nothing for
Amazon Linux.

What to do: install `docker` with dnf, then put both plugins into
/usr/local/lib/docker/cli-plugins, which docker looks through before its own directory.

What the remedy changes: two programs outside the package manager: nobody updates them but you.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Remedy, RemedyPlan, Situation, Symptom
from onramp.model.unknown import known

PLUGINS = "/usr/local/lib/docker/cli-plugins"
RELEASES = "https://github.com/docker"
COMPOSE = f"{RELEASES}/compose/releases/latest/download/docker-compose-linux-$(uname -m)"
BUILDX = f"""set -e
case $(uname -m) in x86_64) a=amd64 ;; aarch64) a=arm64 ;; *) exit 1 ;; esac
new=$(curl -fsSLI -o /dev/null -w '%{{url_effective}}' {RELEASES}/buildx/releases/latest)
new=${{new##*/}}
curl -fsSL "{RELEASES}/buildx/releases/download/$new/buildx-$new.linux-$a" \\
    -o {PLUGINS}/docker-buildx && chmod 0755 {PLUGINS}/docker-buildx"""
FETCH = f"curl -fsSL {COMPOSE} -o {PLUGINS}/docker-compose && chmod 0755 {PLUGINS}/docker-compose"


def _here(situation: Situation) -> bool | None:
    system = known(situation.facts.os_id)
    return system == "amzn" if system else None


def _fetch(situation: Situation) -> RemedyPlan | None:
    scripts = (f"install -m 0755 -d {PLUGINS}", FETCH, BUILDX)
    return (
        RemedyPlan(tuple(Command(s, as_root=True) for s in scripts)) if _here(situation) else None
    )


PAIN = PainPoint(
    id="amazon-linux-no-compose",
    phase="install",
    title="Amazon Linux: no Compose plugin, an old Buildx",
    severity="major",
    cause="Amazon's docker package has no Compose plugin and a Buildx of 2023.",
    symptoms=(
        Symptom(
            r"(?:No match for argument|Unable to find a match): docker-compose-plugin",
            "dnf",
            weight=2,
        ),
        Symptom(r"compose build requires buildx 0\.\d+(?:\.\d+)? or later", "compose >= 2.40.2"),
    ),
    confirm=_here,
    remedy=Remedy(
        kind="ask",
        summary="Install both plugins from Docker's releases.",
        cure=_fetch,
        commands=(f"sudo install -m 0755 -d {PLUGINS}", f"sudo curl -fsSL {COMPOSE} -o …"),
        side_effects="Programs that no package manager knows or updates.",
    ),
    references=("https://docs.docker.com/compose/install/linux/#install-the-plugin-manually",),
    affects=("rhel",),
)
