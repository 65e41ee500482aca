"""What numbers in answers for programs may be; JSON Schemas say so to who reads them."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

Seconds = Annotated[float, Meta(ge=0)]
Count = Annotated[int, Meta(ge=0)]
Points = Annotated[int, Meta(ge=1, le=10)]  # of a rating
Share = Annotated[float, Meta(ge=0, le=1)]
Version1 = Literal[1]
