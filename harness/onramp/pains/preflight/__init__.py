"""What can be seen of a host before anything is changed."""

from __future__ import annotations

import re

from onramp.model.pain import Situation
from onramp.model.unknown import known
from onramp.text.excerpt import excerpt


def sudo_says(situation: Situation, pattern: str) -> str | None:
    """sudo's line with these words, where the survey asked it to do nothing."""
    found = re.search(rf"^.*(?:{pattern}).*$", known(situation.facts.sudo_says) or "", re.MULTILINE)
    return excerpt(found[0]) if found else None
