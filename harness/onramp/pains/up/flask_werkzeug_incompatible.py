"""An old Flask is pinned, and what it stands on has moved on.

What you see: the container ends at once with `ImportError: cannot import name 'url_quote' from
'werkzeug.urls'`, or `'escape' from 'jinja2'`, or `'soft_unicode' from 'markupsafe'`.

Why it happens: requirements.txt names one version of Flask and leaves Werkzeug, Jinja2,
MarkupSafe and itsdangerous to pip, which takes the newest. Flask before 2.3 asks only for
"Werkzeug 2.0 or later", and Werkzeug 3 dropped names that it imports.

What to do: raise the pin to `flask>=3`; or keep the old one and add what it was made for:
`werkzeug<3` for Flask 2, `jinja2<3.1`, `markupsafe<2.1`, `itsdangerous<2.1` for Flask 1. Then
`docker compose up -d --build`. `pip freeze` of a set that works is worth keeping.

What the remedy changes: a line of your requirements; nothing is changed for you.
"""

import re

from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom

AT = ("", "build", "up", "verify")


def _foreseen(situation: Situation) -> str | None:
    files = situation.stack.files if situation.stack else {}
    wanted = files.get("requirements.txt", b"").decode("utf-8", "replace").lower()
    pin = re.search(r"^flask==(?:[01]\.|2\.[012])[\d.]*", wanted, re.MULTILINE)
    if not pin or "werkzeug" in wanted:
        return None
    return f"requirements.txt pins {pin[0]} and leaves Werkzeug open"


PAIN = PainPoint(
    id="flask-werkzeug-incompatible",
    phase="up",
    title="Old Flask with new Werkzeug",
    severity="blocker",
    cause="A pinned Flask imports names that the newest Werkzeug or Jinja2 no longer have.",
    symptoms=(
        Symptom(r"cannot import name '\w+' from 'werkzeug[\w.]{0,40}'", "Werkzeug >= 3", AT, 3),
        Symptom(r"cannot import name '(?:escape|Markup)' from 'jinja2'", "Jinja2 >= 3.1", AT, 3),
        Symptom(r"cannot import name 'soft_unicode' from 'markupsafe'", "2.1", AT, 3),
        Symptom(r"cannot import name 'json' from 'itsdangerous'", "2.1", AT, 3),
        Symptom(r"module 'werkzeug' has no attribute '__version__'", "Werkzeug >= 3.1", AT, 3),
    ),
    foresee=_foreseen,
    remedy=Remedy(
        kind="human",
        summary="Raise the pin of Flask to 3, or pin what the old one was made for.",
        commands=('echo "flask>=3" > requirements.txt', "docker compose up -d --build"),
    ),
    explains=("container-restart-loop",),
    references=("https://werkzeug.palletsprojects.com/en/stable/changes/#version-3-0-0",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        starts="ready",
        stack={"requirements.txt": ("flask\n", "flask==2.2.2\n")},
    ),
)
