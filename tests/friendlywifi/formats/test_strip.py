"""A picture that needs no colour."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from friendlywifi.formats.strip import GLYPHS, strip
from friendlywifi.formats.view import view_of
from friendlywifi.formats.wording import Sign
from friendlywifi.reporting.report import Report
from tests.friendlywifi.formats.made import period


def test_a_strip_has_a_cell_for_each_day_with_a_sign_of_its_own(report: Report) -> None:
    hotspot = view_of(period(report)).hotspots[0]
    assert len(hotspot.days) == 41
    signs = {item.date: item.sign for item in hotspot.days}
    assert signs["2026-11-22"] is Sign.NO
    assert signs["2026-11-24"] is Sign.VOID
    assert signs["2026-11-25"] is Sign.YES
    assert signs["2026-12-01"] is Sign.NO
    assert signs["2026-12-12"] is Sign.VOID
    assert signs["2026-11-23"] is Sign.NONE
    assert len(set(GLYPHS.values())) == len(Sign)
    words = dict(view_of(period(report)).labels.signs)
    drawn = ET.fromstring(strip(hotspot.days, label='<"&', words=words))  # noqa: S314 - our own
    space = "{http://www.w3.org/2000/svg}"
    assert len(drawn.findall(f"{space}g")) == 41
    assert drawn.get("role") == "img"
    assert "2026-11-24 void" in (drawn.get("aria-label") or "")
