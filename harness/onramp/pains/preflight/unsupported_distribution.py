"""Docker's documentation has no page for this system, and neither does this tool.

What you see: the convenience script of get.docker.com ends with `ERROR: Unsupported distribution`;
the installation pages simply do not list the system.

Why it happens: Docker publishes packages for a short list of systems. Others (Void, Gentoo, NixOS,
and what companies build for themselves) carry Docker in their own package sources, or say in
/etc/os-release which system they are like, which is how a derivative is found.

What to do: install Docker and its Compose plugin from the system's own packages, then run again
with `--set docker.method=present`. If the system really is built on Debian, Ubuntu or Fedora, its
os-release file should say so under ID_LIKE.

What the remedy changes: packages on the host; a person decides. Nothing is changed by this tool.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom
from onramp.model.unknown import known


def _unknown(situation: Situation) -> str | None:
    facts = situation.facts
    if situation.platform is not None or not known(facts.os_id):
        return None
    like = ", ".join(known(facts.os_like) or ()) or "nothing"
    return f"/etc/os-release says ID={facts.os_id}, like {like}: no installation page covers it"


PAIN = PainPoint(
    id="unsupported-distribution",
    phase="preflight",
    title="Distribution not covered by Docker's packages",
    severity="blocker",
    cause="Docker publishes no packages for this system, and it names no relative that has some.",
    symptoms=(
        Symptom(r"ERROR: Unsupported distribution '", "get.docker.com", weight=3),
        Symptom(r"Either your platform is not easily detectable or is", "get.docker.com", weight=3),
    ),
    foresee=_unknown,
    remedy=Remedy(
        kind="human",
        summary="Install Docker from the system's own packages, then use what is present.",
        commands=("cat /etc/os-release", "./invoke evaluate --set docker.method=present"),
        side_effects="A system outside Docker's list gets no help from Docker.",
    ),
    references=(
        "https://docs.docker.com/engine/install/#installation-procedures-for-supported-platforms",
        "https://github.com/docker/docker-install/blob/master/install.sh",
    ),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv"),
        # an in-house system that does not say what it is derived from
        script="sed -i -e 's/^ID=.*/ID=housemade/' -e '/^ID_LIKE=/d' /usr/lib/os-release",
    ),
)
