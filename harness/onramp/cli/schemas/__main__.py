"""Writes docs/schemas/ and docs/events.md of a clone."""

from __future__ import annotations

from onramp import clone
from onramp.cli.schemas import EVENTS_PAGE, FOLDER, events_page, published, text

folder = clone() / FOLDER
folder.mkdir(parents=True, exist_ok=True)
for name, schema in published().items():
    (folder / f"{name}.schema.json").write_text(text(schema), encoding="utf-8")
print(f"{len(published())} schemas in {folder}")
(clone() / EVENTS_PAGE).write_text(events_page(), encoding="utf-8")
