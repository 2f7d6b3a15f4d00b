"""The paper: what a reader finds in it, what a validator finds of it, and what no name can do to it."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from friendlywifi.formats import paper
from friendlywifi.language import spoken as language
from friendlywifi.reporting.account import Numbers, account, of_reports
from friendlywifi.reporting.report import Report
from tests.conftest import require_server
from tests.friendlywifi.formats.made import NAMES, bent, line, period, renamed


def words(pdf: bytes, path: Path) -> str:
    """All its text, as another program reads it."""
    file = path / "report.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(
        [require_server("pdftotext"), "-layout", str(file), "-"], check=True, capture_output=True, timeout=60
    )
    return done.stdout.decode()


def flowing(text: str) -> str:
    return " ".join(text.split())


def checked(pdf: bytes, path: Path) -> None:
    """Qpdf finds neither an error nor a thing to warn of."""
    file = path / "checked.pdf"
    file.write_bytes(pdf)
    command = [require_server("qpdf"), "--check", str(file)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def right_edge(pdf: bytes, path: Path) -> float:
    """How far to the right its words reach, in points."""
    file = path / "edge.pdf"
    file.write_bytes(pdf)
    command = [require_server("pdftotext"), "-bbox", str(file), "-"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    return max(float(edge) for edge in re.findall(r'xMax="([0-9.]+)"', done.stdout))


@pytest.fixture(scope="module")
def pdf(report: Report) -> bytes:
    return paper.render(period(report))


def test_the_first_page_answers_in_plain_words_and_lists_what_is_missing(pdf: bytes, tmp_path: Path) -> None:
    first = flowing(words(pdf, tmp_path).split("\f", maxsplit=1)[0])
    assert "Report on Kafe Çajupi" in first
    assert "A second, larger sample may decide." in first
    assert "The last run that can be judged is number 9" in first
    for told in ("void: a login page", "interrupted", "5-6", "missing: no evidence", "ended before it began"):
        assert told in first
    assert "Unwitnessed: time and place are declared by whoever made it." in first


def test_a_run_in_detail_has_every_criterion_with_why_and_what_to_do(report: Report, tmp_path: Path) -> None:
    text = flowing(words(paper.render(of_reports((report,))), tmp_path))
    assert "This certainly fails: ILL-01" in text
    for item in report.assessment.criteria:
        assert item.id in text
    assert "What stays possible" in text


def test_pages_are_numbered_and_a_long_table_breaks_with_its_head_on_each_page(
    report: Report, tmp_path: Path
) -> None:
    many = [line(report, number, days=number) for number in range(1, 121)]
    text = words(paper.render(account((), recorded=many, numbers=Numbers())), tmp_path)
    pages = text.rstrip("\f").split("\f")
    assert len(pages) > 3
    for number, told in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in told
        assert re.search(r"run +made +result +remark", told)


def test_it_is_tagged_titled_and_declares_pdf_a_and_pdf_ua(pdf: bytes, tmp_path: Path) -> None:
    checked(pdf, tmp_path)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.Root.MarkInfo.Marked
        assert str(opened.Root.Lang).startswith("en")
        meta = opened.open_metadata()
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("3", "A")
        assert meta["pdfuaid:part"] == "1"
        assert meta["dc:title"] == "Report on Kafe Çajupi"
        fonts = {str(font.BaseFont) for page in opened.pages for font in page.Resources.Font.values()}
        assert all("+" in font for font in fonts), "every font is embedded"


def test_the_same_account_gives_the_same_bytes(report: Report, pdf: bytes) -> None:
    assert paper.render(period(report)) == pdf


def test_many_hotspots_are_counted_before_each_is_told(report: Report, tmp_path: Path) -> None:
    text = flowing(words(paper.render(of_reports((report, renamed(report, "Muzeu")))), tmp_path))
    assert "Of 2 hotspots, by the last run of each that can be judged: 2 not passed." in text
    assert text.index("Kafe Çajupi") < text.index("Muzeu")


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_no_name_is_read_as_markup_or_breaks_the_paper(report: Report, tmp_path: Path, name: str) -> None:
    pdf = paper.render(of_reports((bent(report, name),)))
    checked(pdf, tmp_path)
    text = words(pdf, tmp_path)
    assert "root:" not in text
    if "passwd" in name:
        assert '#read("/etc/passwd")' in text
    if "\u05d0" in name:
        assert "[U+05D0]" in flowing(text).replace(" ", "")
    assert right_edge(pdf, tmp_path) <= 595 - 50, "it stays within the margin"


@pytest.fixture
def albanian() -> Iterator[None]:
    language.speak("sq")
    yield
    language.speak("en")


def test_it_speaks_albanian(report: Report, albanian: None, tmp_path: Path) -> None:
    pdf = paper.render(period(report))
    text = flowing(words(pdf, tmp_path))
    assert "Raport për Kafe Çajupi" in text
    assert "Të gjitha kontrollet" in text
    assert "Faqja 1 nga" in text
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert str(opened.Root.Lang) == "sq"
