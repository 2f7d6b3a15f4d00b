"""What was found by an earlier release comes out of today's program again."""

from __future__ import annotations

from pathlib import Path

import pytest

from friendlywifi.evidence.bundle import load
from friendlywifi.evidence.replay import replay

BUNDLES = sorted((Path(__file__).parent / "released").glob("*.zip"))


@pytest.mark.skipif(bool(BUNDLES), reason="bundles of releases are replayed below")
def test_there_is_a_release_to_replay() -> None:
    pytest.skip("nothing was released so far, so that no old bundle can be replayed")


@pytest.mark.parametrize("path", BUNDLES, ids=lambda path: path.stem)
def test_a_bundle_of_a_release_is_replayed(path: Path) -> None:
    done = replay(load(path).contents)
    assert done.holds, done.differences[:5]
