"""Writes docs/schemas/."""

from __future__ import annotations

from onramp.cli.schemas import FOLDER, published, text

FOLDER.mkdir(parents=True, exist_ok=True)
for name, schema in published().items():
    (FOLDER / f"{name}.schema.json").write_text(text(schema), encoding="utf-8")
print(f"{len(published())} schemas in {FOLDER}")
