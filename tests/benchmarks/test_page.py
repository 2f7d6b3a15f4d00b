"""docs/performance.md says what was measured, and nothing else."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from msgspec.structs import replace

from benchmarks import page
from benchmarks.result import LAST, Goal, Result, Section, Series, load

MADE = Result(
    date="2026-01-01",
    machine="a machine",
    cores=2,
    load=0.1,
    quick=False,
    minutes=1.0,
    versions={"dnsperf": "2.10"},
    sections=(
        Section(
            id="lists",
            title="Longer lists",
            text="A text.",
            columns=("names", "seconds"),
            rows=(("10", "1"),),
            goals=(
                Goal(what="fast", wanted="1×", measured="0.5×", met=False),
                Goal(what="right", wanted="0", measured="0", met=True),
                Goal(what="beside massdns", wanted="1.3×", measured="not installed", met=None),
            ),
            growth=(Series(name="seconds", unit="s", points=((10.0, 0.5), (100.0, 5.0))),),
            axis="names",
            limit="One core.",
        ),
    ),
)


def test_a_goal_that_was_missed_is_printed_as_missed() -> None:
    text = page.text(MADE)
    assert "| fast | 1× | 0.5× | **missed** |" in text
    assert "| beside massdns | 1.3× | not installed | not measured |" in text
    assert "**1 of 3 goals are met, 1 missed, 1 could not be measured.**" in text


def test_a_picture_is_xml_with_a_dot_for_each_point() -> None:
    picture = page.picture(MADE.sections[0])
    root = ET.fromstring(picture)  # noqa: S314 - made a line above
    assert len(root.findall("{http://www.w3.org/2000/svg}circle")) == 2


def test_a_quick_run_says_that_it_is_one() -> None:
    assert "quick run" in page.text(replace(MADE, quick=True))
    assert "quick run" not in page.text(MADE)


@pytest.mark.skipif(not LAST.exists(), reason="no run of the benchmarks was kept yet")
def test_the_page_and_its_pictures_are_made_from_the_run_that_was_kept() -> None:
    result = load()
    assert not result.quick, "a quick run is no result to keep"
    for path, content in page.files(result).items():
        assert path.read_text(encoding="utf-8") == content, f"{path.name}: run python -m benchmarks.page"
        for image in re.findall(r"\(images/([^)]+)\)", content):
            assert (page.DOCS / "images" / image).exists()
