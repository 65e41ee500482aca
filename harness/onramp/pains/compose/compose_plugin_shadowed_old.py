"""An old Compose plugin hides the packaged one.

What you see: `docker compose version` shows less than the installed package; features of your
compose file are unknown; with engine 29, `client version 1.41 is too old` from docker compose
alone; or `unknown command: docker compose` although the package is there.

Why it happens: years ago Compose was put into ~/.docker/cli-plugins by hand. docker looks there
first, then in /usr/local/lib/docker/cli-plugins, and only then where packages put theirs. A file
that is broken or for another processor hides the good one just as well.

What to do: `docker info` lists each plugin with its path. Move the one outside /usr/lib and
/usr/libexec away, also from root's home, where `sudo docker compose` looks.

What the remedy changes: the old plugin is moved one directory up and kept there as
docker-compose.old. It is a file of yours, so it asks first.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom
from onramp.pains.compose import PLUGINS, outdated, plugin_in_front, put_aside


def _confirmed(situation: Situation) -> bool | None:
    words = situation.attempt.text if situation.attempt else ""
    if situation.probe is None:
        return None if "; need version " in words else False
    others = "is too old" in words and "docker answers" not in situation.probe.stdout
    return plugin_in_front(situation.probe) is not None and not others


PAIN = PainPoint(
    id="compose-plugin-shadowed-old",
    phase="compose",
    title="Old Compose plugin in the home directory",
    severity="major",
    cause="A Compose plugin installed by hand is found before the packaged one.",
    symptoms=(
        Symptom(r"client version \S{1,20} is too old\. Minimum supported API", "engine >= 29"),
        Symptom(r"'compose' is not a docker command|unknown command: docker compose", "all"),
        Symptom(r"compose plugin with version \S{1,20}; need version ", "Ansible"),
    ),
    foresee=outdated,
    probe=PLUGINS,
    confirm=_confirmed,
    remedy=Remedy("ask", "Move the plugin installed by hand away.", put_aside, ("docker info",)),
    explains=("api-version-mismatch", "compose-plugin-missing"),
    references=("https://docs.docker.com/compose/install/linux/#install-the-plugin-manually",),
    recipe=Recipe(
        images=("debian-12", "debian-13"),
        starts="ready",
        # a plugin of 2024, put there by hand, and an engine with a limit such as 29's
        script=r"""cd /tmp; grep -hoE 'https?://[^ ]+/debian' -r /etc/apt/sources.list* > urls
echo "deb $(head -n 1 urls) trixie main" > /etc/apt/sources.list.d/trixie.list; apt-get update -q
apt-get download -q docker-compose/trixie; dpkg -x docker-compose_*.deb old
rm /etc/apt/sources.list.d/trixie.list; h=/home/newcomer/.docker
install -D -t $h/cli-plugins old/usr/libexec/docker/cli-plugins/docker-compose; chown -R newcomer $h
mkdir -p /etc/systemd/system/docker.service.d; cd /etc/systemd/system/docker.service.d
printf '[Service]\nEnvironment=DOCKER_MIN_API_VERSION=1.46\n' > api.conf
systemctl daemon-reload; systemctl restart docker""",
    ),
)
