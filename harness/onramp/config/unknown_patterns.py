"""What to say of a word of --hosts that selects nothing: a misspelt name is no address."""

from __future__ import annotations

import re
from typing import Final

from onramp.config import suggest
from onramp.config.inventory import Inventory
from onramp.errors import UsageError

GLOB: Final = re.compile(r"[*?\[]")


def unknown(word: str, inventory: Inventory, flag: str) -> UsageError:
    """That the inventory has nothing of that name, and what may have been meant."""
    kind = "group" if word.startswith("@") else "host or group"
    said = f"no {kind} {suggest.quoted(word)} in {inventory.origin}"
    if GLOB.search(word):
        said = f"{suggest.quoted(word)} matches no {kind} of {inventory.origin}"
    return UsageError(f"{flag}: {said}", resolution=_nearest(word, inventory))


def _nearest(word: str, inventory: Inventory) -> str:
    groups = [name for name in inventory.groups if name != "ungrouped"]
    if word.startswith("&"):
        return "there are no intersections here: name one group and use --exclude"
    if word.startswith("@"):
        return suggest.hint(word[1:], [*groups, "failed", "vagrant"], noun="groups are")
    near = suggest.near(word, [*inventory.names, *groups])
    if near:
        return f"did you mean {' or '.join(near)}?"
    listed = suggest.hint(word, inventory.names, noun="known hosts")
    if re.fullmatch(r"[\w.-]+", word):
        return f"{listed}; for a host that is in no file write user@{word}"
    return listed
