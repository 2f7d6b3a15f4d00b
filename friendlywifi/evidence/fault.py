"""Evidence that is refused, and where in it the reason stands."""

from __future__ import annotations


class EvidenceFault(ValueError):  # noqa: N818 - the fault is in the evidence
    """Why a bundle is refused. `str()` is one sentence without the bundle's name."""

    def __init__(self, sentence: str, *, file: str | None = None, where: str | None = None) -> None:
        super().__init__(": ".join(part for part in (file, where, sentence) if part))
        self.file = file
        self.where = where
        """A line, a field or a range of bytes, in words."""
