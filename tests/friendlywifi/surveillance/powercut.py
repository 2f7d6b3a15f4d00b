"""Power that fails in the middle of a tick: right before a commit, or right after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from friendlywifi.records.database import Records


class PowerCut(BaseException):
    """From here on nothing of this process runs."""


@dataclass(kw_only=True)
class Fuse:
    """Blows at a commit to come; `left` counts down to it, twice for each: before and after."""

    left: int | None = None

    def _touch(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left <= 0:
                self.left = None
                raise PowerCut

    def put_in(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Into every transaction of the records."""
        whole = Records.writing

        @contextmanager
        def writing(records: Records) -> Iterator[None]:
            if records.connection.in_transaction:
                yield
                return
            with whole(records):
                yield
                self._touch()
            self._touch()

        monkeypatch.setattr(Records, "writing", writing)
