"""The catalogue: one pain point a file, in the folder of the phase it belongs to.

Each module exports one `PainPoint`, collected by `onramp.plugins.collect`. Its docstring is its
page and always has the same four paragraphs: what a newcomer sees, why it happens, what to do,
and what the remedy changes.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from onramp.model.facts import Facts
from onramp.model.pain import Catalogue, PainPoint
from onramp.model.unknown import known

# How shells begin the line "NAME: not found". Anchored, so that a Dockerfile's own shell, whose
# lines Docker numbers, does not count. Older recordings have "eval: " before the name.
SHELL = r"^(?:-?(?:ba|da|a|z|k)?sh: |/bin/sh: |sudo: |env: )?(?:line )?(?:\d+: )?(?:eval: )?"


@cache
def catalogue() -> Catalogue:
    """Every pain point, by id. Read once: each is a module of its own."""
    import onramp.pains
    from onramp.plugins import collect

    return collect(onramp.pains, PainPoint)


def daemon_json(facts: Facts) -> Mapping[str, Any]:
    """The daemon's configuration file as it was found; empty where it is absent or no JSON."""
    text = known(facts.daemon_json)
    try:
        found = json.loads(text or "{}")
    except json.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def module_of(pain: PainPoint) -> str:
    """The full name of the module that exports it."""
    return f"onramp.pains.{pain.phase}.{pain.id.replace('-', '_')}"
