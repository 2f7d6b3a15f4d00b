"""A run is of one hotspot, whatever people call theirs."""

from __future__ import annotations

import msgspec
import pytest

from friendlywifi.complaint import Complaint
from friendlywifi.records import hotspots
from friendlywifi.records.database import Records
from tests.friendlywifi.records.rows import NOW, library_7


@pytest.mark.parametrize(
    ("identifier", "name"), (("branch", "library-7"), ("branch", "Library-7"), ("library-x", " LIBRARY-7 "))
)
def test_no_hotspot_is_called_by_the_id_of_another(records: Records, identifier: str, name: str) -> None:
    hotspots.add(records, library_7(), now=NOW, actor="a")
    other = msgspec.structs.replace(library_7(), id=identifier, name="Branch")
    with pytest.raises(Complaint, match="could be taken for library-7"):
        hotspots.add(records, msgspec.structs.replace(other, name=name), now=NOW, actor="a")
    hotspots.add(records, other, now=NOW, actor="a")
    with pytest.raises(Complaint, match="could be taken for library-7"):
        hotspots.change(records, msgspec.structs.replace(other, name=name), now=NOW, actor="a")


def test_a_hotspot_may_be_called_by_its_own_id(records: Records) -> None:
    hotspots.add(records, msgspec.structs.replace(library_7(), name="library-7"), now=NOW, actor="a")
    assert hotspots.named(records, "library-7") == hotspots.get(records, "library-7")
