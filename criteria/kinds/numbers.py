"""The numbers that a standard may write: counts, and shares as decimal texts, since nothing is a float."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

Share = Annotated[
    str, Meta(pattern=r"^(0\.[0-9]{1,6}|1\.0)$", description='a part of one in quotes ("0.95")')
]
"""`"0.95"`; a part of one, in quotes."""
Count = Annotated[int, Meta(ge=1, le=1_000_000)]
Days = Annotated[int, Meta(ge=1, le=3660)]
