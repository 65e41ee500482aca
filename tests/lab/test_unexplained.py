"""What is not in the catalogue ends as unexplained, with the decisive line and no wrong cause.

Each case is a trouble somebody might really have, caused on a fresh host the way recipes are.
"""

from __future__ import annotations

import os

import pytest

from conditions import brought_about
from onramp.model.pain import Recipe
from onramp.pipeline.reproduce.verdicts import Reproduction

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="the lab needs root")
COMPOSE, APP = "docker-compose.yml", "app.py"
CASES: dict[str, tuple[Recipe, str]] = {
    "a-build-target-that-is-not-there": (
        Recipe(
            ("debian-12",),
            starts="ready",
            stack={COMPOSE: ("context: .", "context: .\n      target: prodction")},
        ),
        "prodction",
    ),
    "a-service-misspelt-in-depends-on": (
        Recipe(("debian-13",), starts="ready", stack={COMPOSE: ("      - redis", "      - redsi")}),
        "redsi",
    ),
    "a-volume-nobody-declared": (
        Recipe(("debian-12",), starts="ready", stack={COMPOSE: ("- counter:/data", "- data:/d")}),
        "undefined volume",
    ),
    "an-instruction-misspelt-in-the-dockerfile": (
        Recipe(("debian-13",), starts="ready", stack={"Dockerfile": ("RUN pip", "RUNN pip")}),
        "RUNN",
    ),
    "a-program-with-a-syntax-error": (
        Recipe(("debian-12",), starts="ready", stack={APP: ("def hello() -> str:", "def hello(:")}),
        "SyntaxError",
    ),
    "a-page-that-fails": (
        Recipe(
            ("debian-13",), starts="ready", stack={APP: ("return f", 'return ("no", 500) or f')}
        ),
        "500",
    ),
    "a-page-that-says-something-else": (
        Recipe(("debian-12",), starts="ready", stack={APP: ("Hello World!", "Goodbye.")}),
        "Hello World",
    ),
    "a-directive-redis-does-not-know": (
        Recipe(("debian-13",), starts="ready", stack={COMPOSE: ("--appendonly", "--appendoften")}),
        "appendoften",
    ),
    "an-apt-configuration-that-does-not-parse": (
        Recipe(("debian-12",), script="echo 'APT { Get' > /etc/apt/apt.conf.d/99local"),
        "99local",
    ),
    "apt-preferences-that-do-not-parse": (
        Recipe(("debian-13",), script="echo 'Pin: 900' > /etc/apt/preferences.d/local"),
        "preferences",
    ),
    "a-hook-that-forbids-installing": (
        Recipe(
            ("debian-12",),
            script="""echo 'DPkg::Pre-Invoke {"echo not on a Friday; exit 3";};' \\
    > /etc/apt/apt.conf.d/99friday""",
        ),
        "Friday",
    ),
    "a-docker-command-that-crashes": (
        Recipe(
            ("debian-13",),
            starts="ready",
            before="up",
            script="printf '#!/bin/sh\\nkill -SEGV $$\\n' > /usr/local/bin/docker;"
            " chmod +x /usr/local/bin/docker",
        ),
        "Segmentation fault",
    ),
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Reproduction]:
    recipes = {name: recipe for name, (recipe, _) in CASES.items()}
    return brought_about(recipes, tmp_path_factory.mktemp("runs"), prefix="x", phase="build")


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", CASES)
def test_it_is_unexplained_and_nothing_is_blamed(
    name: str, verdicts: dict[str, Reproduction]
) -> None:
    verdict = verdicts[name]
    assert verdict.faults == ()
    assert verdict.besides == ()
    assert verdict.status == "failed"
    assert any(CASES[name][1] in excerpt for excerpt in verdict.unexplained)
