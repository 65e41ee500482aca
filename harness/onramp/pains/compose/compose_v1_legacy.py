"""docker-compose is the retired Python program, version 1.

What you see: `docker-compose --version` says 1.29; `docker compose` is not a docker command. Given
a modern file it says `Version in "./docker-compose.yml" is unsupported`, `Unsupported config
option` or a Python traceback.

Why it happens: version 1 was retired in 2023, and its successor is the plugin `docker compose`. But
`apt install docker-compose` still brings version 1 on Debian 12 and Ubuntu up to 24.04.

What to do: install the plugin, from Docker's repository or (Ubuntu) docker-compose-v2, and write
`docker compose` with a space. Remove version 1 when no script needs it any more.

What the remedy changes: Docker's own packages replace the distribution's; so it asks first.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom
from onramp.model.unknown import known
from onramp.pains.install import switch_to_dockers


def _foreseen(situation: Situation) -> str | None:
    facts = situation.facts
    old = known(facts.compose_v1)
    return f"docker-compose {old}, and no docker compose" if old and facts.compose is None else None


PAIN = PainPoint(
    id="compose-v1-legacy",
    phase="compose",
    title="docker-compose is the retired version 1",
    severity="major",
    cause="The distribution's docker-compose is version 1, which is no longer maintained.",
    symptoms=(
        Symptom(r"^docker-compose version 1\.\d+", "1.x", ("", "install-compose"), weight=3),
        Symptom(r'^Version in "[^"]+" is unsupported', "1.x", weight=3),
        Symptom(r"^Unsupported config option for |The Compose file '[^']+' is invalid", "1.x"),
        Symptom(r"No module named 'distutils'|KeyError: 'ContainerConfig'", "1.x"),
        Symptom(r"Collecting PyYAML<6,>=3\.10|docker_compose-1\.\d+\.\d+-py2", "pip", weight=3),
        Symptom(r"AttributeError: cython_sources|Failed building wheel for PyYAML", "pip"),
        Symptom(r"Unable to load docker-compose\. Try|No module named 'compose'", "Ansible"),
        Symptom(r"kwargs_from_env\(\) got an unexpected|URL scheme http\+docker", "1.x", weight=3),
    ),
    foresee=_foreseen,
    remedy=Remedy("ask", "Install the Compose plugin from Docker's repository.", switch_to_dockers),
    explains=("compose-plugin-missing",),
    references=("https://docs.docker.com/compose/releases/migrate/",),
    recipe=Recipe(
        images=("debian-11", "debian-12", "debian-12-sysv"),
        script="apt-get update -q && apt-get install -y docker.io docker-compose",
        settings={"docker.method": "distribution"},
    ),
)
