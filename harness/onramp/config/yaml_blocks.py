"""YAML as a person would write it: text of several lines as several lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml


class _Blocks(yaml.SafeDumper):
    pass


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    lines = text.split("\n")  # other line ends would come back as this one from a block
    style = "|" if len(lines) > 1 and all(map(str.isprintable, lines)) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Blocks.add_representer(str, _text)


def dumped(document: Mapping[str, Any]) -> str:
    """The document, its keys in their own order."""
    return yaml.dump(document, Dumper=_Blocks, allow_unicode=True, sort_keys=False, width=100)
