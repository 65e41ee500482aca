"""Reads JSON that programs wrote for us: large, but never deep."""

from __future__ import annotations

import json
from typing import Any, Final

from onramp.config import suggest
from onramp.config.yaml_file import DEEPEST, Opaque
from onramp.errors import UsageError

LARGEST_BYTES: Final = 50_000_000


def parse(content: str, *, shown: str) -> dict[str, Any]:
    """The one mapping in `content`; Ansible's marks for vaults become `Opaque`.

    Raises UsageError, which quotes nothing: there may be a secret anywhere.
    """
    if len(content) > LARGEST_BYTES:
        raise UsageError(f"{shown}: larger than {LARGEST_BYTES // 1_000_000} MB")
    try:
        document = json.loads(content, object_pairs_hook=_mapping)
    except json.JSONDecodeError as error:
        raise UsageError(f"{shown}:{error.lineno}: not JSON: {error.msg}") from None
    except ValueError:  # a number of thousands of digits
        raise UsageError(f"{shown}: not JSON: a number is too long") from None
    except RecursionError:
        raise UsageError(f"{shown}: nested deeper than {DEEPEST} levels") from None
    if not isinstance(document, dict):
        raise UsageError(f"{shown}: found {suggest.kind(document)}, expected a mapping of groups")
    _check_depth(document, shown)
    return document


def _mapping(pairs: list[tuple[str, Any]]) -> Any:
    if len(pairs) == 1:
        key, value = pairs[0]
        if key == "__ansible_vault" and isinstance(value, str):
            return Opaque("!vault", value)
        if key == "__ansible_unsafe" and isinstance(value, str):
            return value
    return dict(pairs)


def _check_depth(document: Any, shown: str) -> None:
    level = [document]
    for _ in range(DEEPEST):
        inner = [value.values() if isinstance(value, dict) else value for value in level]
        level = [one for values in inner for one in values if isinstance(one, (dict, list))]
        if not level:
            return
    raise UsageError(f"{shown}: nested deeper than {DEEPEST} levels")
