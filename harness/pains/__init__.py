"""The catalogue: one pain point a file, in the folder of the phase it belongs to.

Each module exports one `PainPoint`, collected by `harness.registry.collect`. Its docstring is its
page and always has the same four paragraphs: what a newcomer sees, why it happens, what to do,
and what the remedy changes.
"""

# How shells begin the line "NAME: not found". Anchored, so that a Dockerfile's own shell, whose
# lines Docker numbers, does not count.
SHELL = r"^(?:-?(?:ba)?sh: |/bin/sh: |sudo: |env: )?(?:line )?(?:\d+: )?(?:eval: )?"
