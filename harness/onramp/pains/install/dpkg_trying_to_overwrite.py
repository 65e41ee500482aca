"""Two packages bring the same file, and dpkg refuses the second.

What you see: `trying to overwrite '/usr/libexec/docker/cli-plugins/docker-compose', which is also
in package docker-compose-v2 2.24…`, then `E: Sub-process /usr/bin/dpkg returned an error code (1)`.

Why it happens: the distribution packages Compose, Buildx and the command line under names of its
own (docker-compose-v2, docker-buildx, docker-cli). They lie in the same place as those of Docker's
packages, and neither side says that the two exclude each other.

What to do: remove the package the message names, run `sudo apt-get -f install`, and install again.
`dpkg -S PATH` tells which package a file belongs to.

What the remedy changes: the distribution's plugin goes, Docker's own takes its place. Somebody
installed it, so it asks. Containers go on running.
"""

import re

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

PATHS = r"/usr/(?:libexec/docker|lib/docker|bin/docker|bin/containerd|bin/runc)[\w./-]*"
OWNER = re.compile(rf"trying to overwrite '{PATHS}', which is also in package (\S+)")
REMOVABLE = ("docker-buildx", "docker-cli", "docker-compose", "docker-compose-v2", "podman-docker")


def _remove(situation: Situation) -> RemedyPlan | None:
    named = set(OWNER.findall(situation.attempt.text if situation.attempt else ""))
    names, manager = [n for n in REMOVABLE if n in named], situation.platform
    if not names or named - set(names) or not manager:
        return None
    # all at once: what is half installed would keep apt from removing anything by itself
    remove = f"dpkg --remove --force-depends {' '.join(names)} && apt-get -f install -y"
    env = manager.package_manager.env
    return RemedyPlan(actions=(Command(remove, as_root=True, timeout_s=900.0, env=env),))


PAIN = PainPoint(
    id="dpkg-trying-to-overwrite",
    phase="install",
    title="Two packages bring the same file",
    severity="blocker",
    cause="A package of the distribution owns a file that Docker's package brings too.",
    symptoms=(Symptom(r"^ trying to overwrite '[^'\n]{1,200}', which is", "dpkg", weight=3),),
    remedy=Remedy(
        kind="ask",
        summary="Remove the distribution's package, then install Docker's own.",
        cure=_remove,
        commands=("sudo apt-get remove docker-compose-v2", "sudo apt-get -f install"),
        side_effects="Removes a package that somebody installed.",
    ),
    explains=("dpkg-interrupted", "apt-unmet-dependencies-held"),
    references=("https://github.com/docker/docker-ce-packaging/issues/1339",),
    affects=("debian",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv"),
        script=r"""set -e; cd /root; mkdir -p p/DEBIAN p/usr/libexec/docker/cli-plugins
printf '%s\n' 'Package: docker-compose-v2' 'Version: 2.24.6-1' 'Architecture: all' \
    'Maintainer: x <x@x.invalid>' 'Description: Compose plugin' > p/DEBIAN/control
touch p/usr/libexec/docker/cli-plugins/docker-compose; dpkg-deb -b p p.deb; dpkg -i p.deb""",
    ),
)
