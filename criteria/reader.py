"""Reads each answer of a run once, however many names were given it and however many ask what it means."""

from __future__ import annotations

from criteria.answers import Answer, Atlas, read_gist
from criteria.gist import Gist
from criteria.truth import NOTHING, Truth
from probes.records import Family

_NONE: frozenset[str] = frozenset()


class Reader:
    """Reads by one atlas."""

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas
        self._read: dict[tuple[object, ...], Answer] = {}

    def read(
        self,
        gist: Gist,
        *,
        family: Family,
        truth: Truth = NOTHING,
        shared: frozenset[str] = _NONE,
        exposed: frozenset[str] = _NONE,
    ) -> Answer:
        """As `answers.read`, of which this is a memory: the same arguments give the same answer."""
        key = (gist, family, truth, shared, exposed)
        found = self._read.get(key)
        if found is None:
            found = read_gist(
                gist, atlas=self.atlas, family=family, truth=truth, shared=shared, exposed=exposed
            )
            self._read[key] = found
        return found
