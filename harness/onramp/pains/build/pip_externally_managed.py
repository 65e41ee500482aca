"""pip refuses to touch a Python that belongs to the distribution.

What you see: `error: externally-managed-environment` and `This environment is externally managed`,
from pip on the host or in a RUN step.

Why it happens: the Python is the distribution's own package (on the host, or in an image made by
`apt install python3-pip` or `apk add py3-pip`), and pip's files would get mixed up with its.
Distributions mark it with a file named EXTERNALLY-MANAGED; pip obeys since 23.0.

What to do: in a Dockerfile begin with a python image (`FROM python:3.12-slim`), whose Python is
nobody else's; or make a virtual environment (`python3 -m venv /venv`, then `/venv/bin/pip`). On
the host use a virtual environment or pipx. --break-system-packages is for images that are thrown
away, never for a host.

What the remedy changes: nothing; the Dockerfile is yours to change.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

PAIN = PainPoint(
    id="pip-externally-managed",
    phase="build",
    title="pip refuses the distribution's Python",
    severity="blocker",
    cause="The Python that pip would install into is managed by the distribution's packages.",
    symptoms=(
        Symptom(r"error: externally-managed-environment", "pip >= 23.0", weight=3),
        Symptom(r"This environment is externally managed", "pip >= 23.0", weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Use a python image or a virtual environment.",
        commands=("python3 -m venv /venv", "/venv/bin/pip install -r requirements.txt"),
    ),
    references=(
        "https://packaging.python.org/en/latest/specifications/externally-managed-environments/",
    ),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        starts="ready",
        # as distributions do it (the lab's stand-in has had the file taken away)
        stack={
            "Dockerfile": (
                "WORKDIR /code",
                "RUN echo '[externally-managed]' > $(python3 -c 'import sysconfig as s;"
                'print(s.get_path("stdlib"))\')/EXTERNALLY-MANAGED\nWORKDIR /code',
            )
        },
    ),
)
