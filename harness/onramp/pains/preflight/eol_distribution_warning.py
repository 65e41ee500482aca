"""The release on this host has reached its end of life.

What you see: from get.docker.com `DEPRECATION WARNING`, then `This Linux distribution (debian 10)
reached end-of-life and is no longer supported by this script.`; elsewhere mirrors that answer 404.

Why it happens: every release is looked after for some years. After that no security updates
come, its packages move to an archive, and Docker builds nothing new for it.

What to do: upgrade the system, or set up a new host with a current release. Until then Docker's
last packages for the release usually still install; pin them with `docker.version`.

What the remedy changes: everything on the host; only a person can decide on it.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom
from onramp.model.unknown import known

ENDED = {  # last day of free long-term support
    ("debian", "8"): "2020-06-30", ("debian", "9"): "2022-06-30", ("debian", "10"): "2024-06-30",
    ("debian", "11"): "2026-08-31", ("raspbian", "9"): "2022-06-30",
    ("raspbian", "10"): "2024-06-30", ("raspbian", "11"): "2026-08-31",
    ("ubuntu", "16.04"): "2021-04-30", ("ubuntu", "18.04"): "2023-05-31",
    ("ubuntu", "20.04"): "2025-05-31", ("ubuntu", "23.10"): "2024-07-11",
    ("ubuntu", "24.10"): "2025-07-10", ("ubuntu", "25.04"): "2026-01-15",
    ("centos", "7"): "2024-06-30", ("centos", "8"): "2024-05-31",
}  # fmt: skip


def _foreseen(situation: Situation) -> str | None:
    facts = situation.facts
    day = ENDED.get((known(facts.os_id) or "", known(facts.os_version) or ""))
    return f"{known(facts.os_pretty)}: support ended on {day}" if day else None


PAIN = PainPoint(
    id="eol-distribution-warning",
    phase="preflight",
    title="Release at its end of life",
    severity="notice",
    cause="Nobody publishes security updates for this release any more.",
    symptoms=(
        Symptom(r"This Linux distribution \([^)\n]{1,60}\) reached end-of-life", "get.docker.com",
                weight=3, warning=True),
    ),
    foresee=_foreseen,
    probe=Command("cat /etc/os-release"),
    remedy=Remedy("human", "Upgrade the system to a release that is looked after.",
                  commands=("cat /etc/os-release",)),
    explains=("apt-no-release-file", "eol-distro-mirror-404"),
    references=(
        "https://wiki.debian.org/LTS",
        "https://ubuntu.com/about/release-cycle",
        "https://github.com/docker/docker-install/blob/master/install.sh",
    ),
    recipe=Recipe(images=("debian-11",)),
)  # fmt: skip
