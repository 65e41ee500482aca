"""The catalogue: one pain point a file, in the folder of the phase it belongs to.

Each module exports one `PainPoint`, collected by `harness.registry.collect`. Its docstring is its
page and always has the same four paragraphs: what a newcomer sees, why it happens, what to do,
and what the remedy changes.
"""

from collections.abc import Mapping
from functools import cache

from harness.model import PainPoint

# How shells begin the line "NAME: not found". Anchored, so that a Dockerfile's own shell, whose
# lines Docker numbers, does not count.
SHELL = r"^(?:-?(?:ba)?sh: |/bin/sh: |sudo: |env: )?(?:line )?(?:\d+: )?(?:eval: )?"


@cache
def catalogue() -> Mapping[str, PainPoint]:
    """Every pain point, by id. Read once: each is a module of its own."""
    import harness.pains
    from harness.registry import collect

    return collect(harness.pains, PainPoint)
