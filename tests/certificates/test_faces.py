"""The print and the page of one certificate: what they say, and what they never say."""

from __future__ import annotations

import functools
import html
import io
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import msgspec
import pikepdf
import pytest
import zxingcpp
from PIL import Image

from certificates import albanian_results, view
from certificates import print as print_module
from certificates.albanian import _LIMITS
from certificates.attachment import attached_certificate
from certificates.page import render_page
from certificates.print import _GLYPHS, PrintFault, engine_version, render_pdf, render_sticker
from certificates.qr import qr_svg
from certificates.records import Claim, SignedCertificate
from certificates.signing import from_file, to_file
from certificates.view import Face, face
from criteria import assessment
from criteria.records import Assessment
from criteria.standard import released
from tests.certificates.cast import Office, attestation, decision, proofs
from tests.certificates.make_golden import digests
from tests.conftest import require_server

FORBIDDEN = re.compile(
    r"\b(legally|compliant|compliance|lawful|safe|safety|secure|score|guarantee\w*|garant\w*|ligjëri\w*|"
    r"i ligjshëm|e ligjshme|pa rrezik)\b",
    re.IGNORECASE,
)
"""What no face may call a hotspot. SafeSearch is another word."""


def every_kind(office: Office, without_sentinel: Assessment) -> dict[str, SignedCertificate]:
    return {
        "valid": office.issue(),
        "provisional": office.issue(
            assessment=without_sentinel, decision=decision(without_sentinel, decider="Elira Hoxha")
        ),
        "test": office.issue(test=True),
    }


@pytest.fixture(scope="module")
def kinds(office: Office, without_sentinel: Assessment) -> dict[str, SignedCertificate]:
    return every_kind(office, without_sentinel)


@pytest.fixture(scope="module")
def printed(kinds: dict[str, SignedCertificate], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("printed")
    for name, signed in kinds.items():
        (folder / f"{name}.pdf").write_bytes(render_pdf(signed, proofs(signed)))
        (folder / f"{name}-sticker.pdf").write_bytes(render_sticker(signed, proofs(signed)))
    return {name: folder / f"{name}.pdf" for name in kinds}


def sticker(certificate: Path) -> Path:
    """The sticker beside it."""
    return certificate.with_name(f"{certificate.stem}-sticker.pdf")


@functools.cache
def picture(pdf: Path, resolution: int) -> Image.Image:
    """The first page, as a camera sees it from near or far."""
    command = f"{require_server('pdftoppm')} -r {resolution} -f 1 -l 1 -png"
    done = subprocess.run([*command.split(), str(pdf)], check=True, capture_output=True)
    return Image.open(io.BytesIO(done.stdout))


def text_of(pdf: Path, *options: str) -> str:
    done = subprocess.run(
        [require_server("pdftotext"), *options, str(pdf), "-"], check=True, capture_output=True, text=True
    )
    return done.stdout


def page_text(signed: SignedCertificate) -> str:
    """The words of the page as a reader sees them."""
    bare = re.sub(r"<(style|title).*?</\1>|<[^>]*>", " ", render_page(signed), flags=re.DOTALL)
    return " ".join(html.unescape(bare).split())


# ---------------------------------------------------------------------------------------------- paper


def test_qpdf_finds_no_fault_in_any_face(printed: dict[str, Path]) -> None:
    for pdf in printed.values():
        done = subprocess.run(
            [require_server("qpdf"), "--check", str(pdf)], check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_code_on_the_printed_sign_leads_to_the_page_and_carries_its_own_proof(
    kinds: dict[str, SignedCertificate], printed: dict[str, Path]
) -> None:
    for name, pdf in printed.items():
        for face_of in (pdf, sticker(pdf)):
            (found,) = zxingcpp.read_barcodes(picture(face_of, 110))
            assert found.text == proofs(kinds[name]).code
            assert found.text.startswith(kinds[name].certificate.url + "#")


def test_without_proofs_the_code_is_the_bare_address(office: Office, tmp_path: Path) -> None:
    signed = office.issue()
    (tmp_path / "bare.pdf").write_bytes(render_pdf(signed))
    (found,) = zxingcpp.read_barcodes(picture(tmp_path / "bare.pdf", 60))
    assert found.text == signed.certificate.url


def test_the_printed_text_holds_albanian_letters_and_everything_that_a_face_must_say(
    kinds: dict[str, SignedCertificate], printed: dict[str, Path]
) -> None:
    for name, pdf in printed.items():
        text = " ".join(text_of(pdf).split())
        certificate = kinds[name].certificate
        for word in (
            certificate.place,
            certificate.holder,
            certificate.address,
            *certificate.ssids,
            certificate.issuer.name,
            "Arben Çela" if name != "provisional" else "FIRST-PARTY",
            "Elira Hoxha",
            "22 November 2027" if name != "provisional" else "20 February 2027",
            "at least 95.00 % blocked at 95 % confidence",
            "Friendly Wi-Fi baseline (baseline, version 1.0.0)",
            "Time and place declared by the issuer.",
            "ALO 116 111",
            "ankesa@bashkia.example",
            "A device that brings its own encrypted DNS is not filtered here.",
        ):
            assert word in text, (name, word)
        assert "ë" in text
        assert "ç" in text.lower()


def test_test_is_on_every_side_of_a_test_certificate_and_on_no_other(printed: dict[str, Path]) -> None:
    for name, pdf in printed.items():
        for face_of, number in ((pdf, "1"), (pdf, "2"), (sticker(pdf), "1")):
            words = text_of(face_of, "-f", number, "-l", number).split()
            assert ("TEST" in words) is (name == "test"), (name, number)


def colours(face_of: Image.Image) -> set[tuple[int, int, int]]:
    """What is seen from far: the colours of a picture shrunk to a few spots."""
    small = face_of.convert("RGB").resize((6, 8), Image.Resampling.BOX)
    return {tuple(value // 32 for value in small.getpixel((x, 0))) for x in range(6)}


def test_provisional_and_test_look_different_at_arms_length(printed: dict[str, Path]) -> None:
    for kind in (lambda pdf: pdf, sticker):
        seen = {name: colours(picture(kind(pdf), 30)) for name, pdf in printed.items()}
        assert not seen["valid"] & seen["provisional"]
        assert not seen["valid"] & seen["test"]
        assert not seen["provisional"] & seen["test"]


def test_a_decision_by_those_who_measured_carries_no_mark(
    kinds: dict[str, SignedCertificate], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, signed in kinds.items():
        assert ("M7.4 27.8" in render_page(signed)) is (name != "provisional")
    monkeypatch.setattr("certificates.print.mark_svg", lambda _: "no drawing at all")
    for render in (render_pdf, render_sticker):
        assert render(kinds["provisional"])
        for name in ("valid", "test"):
            with pytest.raises(PrintFault, match="SVG"):
                render(kinds[name])


def test_every_face_is_in_albanian_and_english_and_says_which_of_them_counts(
    kinds: dict[str, SignedCertificate], printed: dict[str, Path]
) -> None:
    for name, pdf in printed.items():
        words = face(kinds[name].certificate)
        for face_of in (pdf, sticker(pdf)):
            text = " ".join(text_of(face_of).split())
            for pair in (
                (words.sq.promise, words.promise),
                (words.sq.until, words.until),
                (words.sq.scan_label, words.scan_label),
                (words.sq.report_label, words.report_label),
                (words.sq.independence, words.independence),
                words.review,
            ):
                for sentence in pair:
                    assert sentence in text, (name, sentence)
        for limit in words.sq.limits:
            assert limit
            assert limit in " ".join(text_of(pdf).split())
        for reason in words.sq.because:
            assert reason
            assert reason in " ".join(text_of(pdf).split())


def test_the_second_page_is_in_albanian_too(
    kinds: dict[str, SignedCertificate], printed: dict[str, Path]
) -> None:
    for name, pdf in printed.items():
        text = "".join(text_of(pdf, "-f", "2", "-raw").split())
        second = face(kinds[name].certificate).sq.second
        rows = [said for row in second.rows for said in (row.gate, row.title, row.sentence, row.result)]
        for sentence in (
            *(second.results_title, second.results_intro, *second.columns),
            *(second.record_title, *second.record, second.footer, *rows),
        ):
            assert "".join(sentence.split()) in text, (name, sentence)
        for row in second.rows:
            assert row.title
            assert row.result


def test_the_language_that_binds_is_named_in_both(office: Office, tmp_path: Path) -> None:
    for binding, told, not_told in (
        ("en", "the English text is binding", "The Albanian text is binding"),
        ("sq", "The Albanian text is binding", "the English text is binding"),
    ):
        signed = office.issue(binding=binding)
        assert signed.certificate.binding == binding
        (tmp_path / "face.pdf").write_bytes(render_pdf(signed))
        (tmp_path / "sticker.pdf").write_bytes(render_sticker(signed))
        shown = [" ".join(text_of(tmp_path / f"{kind}.pdf").split()) for kind in ("face", "sticker")]
        for text in (*shown, page_text(signed)):
            assert told in text
            assert not_told not in text
            assert ("vlen teksti anglisht" in text) is (binding == "en")
            assert ("Vlen teksti shqip" in text) is (binding == "sq")


def test_a_finding_is_said_in_albanian_from_its_numbers_and_from_known_sentences() -> None:
    """What is not known is left to the English beside it."""

    def finding(**changed: object) -> str:
        claim = msgspec.structs.replace(
            Claim(criterion="X-01", title="T", sentence="S", result="pass", gate=True), **changed
        )
        return albanian_results._finding(claim)

    of_names = {"list": "a and b", "names": 93, "opened": 1, "at_least_percent": "95.00"}
    assert finding(**of_names) == (
        "Nga 93 emra nga listat a dhe b, u hapën 1; të paktën 95.00 % të bllokuara me besueshmëri 95 %."
    )
    must = view.claim_sentence(names=1, opened=1, source="a", at_least=None, must_open=True)
    assert finding(list="a", names=1, opened=1, sentence=must) == (
        "Nga 1 emër nga lista a, që duhet të hapen, u hapën 1."
    )
    assert finding(sentence="The filter was on in all 15 valid runs of 16 that were made.") == (
        "Filtri ishte i ndezur në të gjitha 15 matjet e vlefshme nga 16 që u bënë."
    )
    assert finding(sentence="The filter was on in all 15 valid runs of 16 that were made. Yet") == ""
    assert finding(sentence="2 of 16 ways to foreign resolvers gave real addresses.") == ""


def test_the_albanian_titles_are_those_of_the_released_standards() -> None:
    found = {}
    for name in ("baseline", "family", "albania"):
        table = tomllib.loads(released(name))
        for criterion in table.get("criterion", ()):
            if "text" in criterion:
                found[criterion["title"]] = criterion["text"]["sq"]["title"]
    assert found == albanian_results.TITLES


def test_why_it_is_provisional_is_said_in_albanian() -> None:
    for sentence in (
        (
            "Not shown: “The illegal-image list is in force” (ILL-01). "
            "No authorised sentinel was listed, so nothing was tested."
        ),
        (
            "The evidence is 3 valid runs over 1 day at 2 hours of the day; "
            "the standard asks for 14 runs over 7 days at 4 hours."
        ),
        *albanian_results._BECAUSE,
    ):
        assert albanian_results.because(sentence)
    assert albanian_results.because("Not shown: “A title of another standard” (XYZ-01). So it is.") == ""
    assert albanian_results.because("Anything else.") == ""


def test_every_limit_that_a_face_may_have_is_said_in_albanian_in_the_words_of_its_source() -> None:
    for name in ("baseline", "family", "albania"):
        document = tomllib.loads(released(name))
        english = document.get("limits", [])
        albanian = document.get("text", {}).get("sq", {}).get("limits", [])
        for first, second in zip(english, albanian, strict=True):
            assert _LIMITS[first] == second
    for name, sentence in vars(assessment).items():
        if name.endswith("_LIMIT") and "{" not in sentence:
            assert _LIMITS[sentence], name


def test_every_letter_is_set_in_a_font_of_this_package(printed: dict[str, Path]) -> None:
    for pdf in printed.values():
        for face_of in (pdf, sticker(pdf)):
            with pikepdf.open(face_of) as document:
                names = [
                    str(item.BaseFont)
                    for item in document.objects
                    if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == pikepdf.Name.Font
                ]
            assert names
            assert all("Libertinus" in item or "DejaVu" in item for item in names)


@pytest.mark.parametrize(
    ("before", "after", "why"),
    (
        (", alt: face.qr_alt", "", "alt"),
        ("  title: face.document_title,\n", "", "title"),
        ('font: "Libertinus Serif"', 'font: "Libertinus Serif", fallback: false', "could not be displayed"),
    ),
)
def test_the_typesetter_refuses_what_not_everybody_could_read(
    office: Office, monkeypatch: pytest.MonkeyPatch, before: str, after: str, why: str
) -> None:
    """No text for the code, no title, no glyph: there is no PDF then, and no half of one."""
    whole = print_module._template("certificate.typ").decode()
    assert before in whole
    changed = whole.replace(before, after).encode()
    if why == "could not be displayed":
        monkeypatch.setattr("certificates.print._GLYPHS", ((0, 0x10FFFF),))
    monkeypatch.setattr("certificates.print._template", lambda _: changed)
    with pytest.raises(PrintFault, match=why):
        render_pdf(office.issue(attestation=attestation(holder="Shkolla โรงเรียน")))


def test_a_sticker_is_one_page_of_a5_even_with_the_longest_names(office: Office, tmp_path: Path) -> None:
    long = office.issue(
        test=True,
        attestation=attestation(
            place="Biblioteka " * 18,
            address="Rruga " * 30,
            ssids=tuple(f"Rrjeti-{number}-{'x' * 22}" for number in range(8)),
        ),
    )
    for signed in (office.issue(), long):
        (tmp_path / "sticker.pdf").write_bytes(render_sticker(signed, proofs(signed)))
        with pikepdf.open(tmp_path / "sticker.pdf") as document:
            assert len(document.pages) == 1
            box = document.pages[0].mediabox
            assert (round(float(box[2])), round(float(box[3]))) == (420, 595)
        (found,) = zxingcpp.read_barcodes(picture(tmp_path / "sticker.pdf", 110))
        assert found.text == proofs(signed).code
        picture.cache_clear()


def words_of(pdf: Path) -> list[tuple[str, float, float]]:
    """Each word of the first page, in the order of reading, with its upper and its lower edge."""
    found = re.findall(
        r'<word xMin="[\d.-]+" yMin="([\d.-]+)" xMax="[\d.-]+" yMax="([\d.-]+)">(.*?)</word>',
        text_of(pdf, "-bbox", "-l", "1"),
    )
    return [(html.unescape(word), float(high), float(low)) for high, low, word in found]


@pytest.mark.parametrize("names", ("usual", "long", "many"))
def test_nothing_of_the_front_runs_into_the_foot(office: Office, tmp_path: Path, names: str) -> None:
    changed: dict[str, object] = {
        "usual": {},
        "long": {"place": "Biblioteka " * 18, "address": "Rruga " * 30, "holder": "Bashkia " * 20},
        "many": {"ssids": tuple(f"Rrjeti-{number}-{'x' * 22}" for number in range(8))},
    }[names]
    for test in (False, True):
        signed = office.issue(test=test, attestation=attestation(**changed))
        first, *rest = face(signed.certificate).sq.report_label.split()
        for render in (render_pdf, render_sticker):
            (tmp_path / "face.pdf").write_bytes(render(signed, proofs(signed)))
            words = words_of(tmp_path / "face.pdf")
            said = [word for word, _, _ in words]
            (start,) = (
                place
                for place in range(len(words))
                if said[place] == first and said[place + 1 : place + 1 + len(rest)] == rest
            )
            foot = words[start][1]
            front = [
                (word, low)
                for word, high, low in words[:start]
                # Not the watermark, which is turned and lies over everything.
                if low - high < 100
            ]
            assert len(front) > 50
            assert all(low < foot - 8 for _, low in front), max(front, key=lambda item: item[1])


def test_a_certificate_is_two_pages_even_with_the_longest_names(
    office: Office, printed: dict[str, Path], tmp_path: Path
) -> None:
    long = office.issue(
        test=True,
        attestation=attestation(
            place="Biblioteka " * 18, ssids=tuple(f"Rrjeti-{number}-{'x' * 22}" for number in range(8))
        ),
    )
    (tmp_path / "long.pdf").write_bytes(render_pdf(long))
    for pdf in (*printed.values(), tmp_path / "long.pdf"):
        with pikepdf.open(pdf) as document:
            assert len(document.pages) == 2
            box = document.pages[0].mediabox
            assert (round(float(box[2])), round(float(box[3]))) == (595, 842)


def test_the_record_is_attached_as_the_data_of_the_document(
    kinds: dict[str, SignedCertificate], printed: dict[str, Path]
) -> None:
    for name, pdf in printed.items():
        assert attached_certificate(pdf.read_bytes()) == to_file(kinds[name])
        with pikepdf.open(pdf) as document:
            # PDF/A-3 wants each attachment to say what it is to the document (ISO 19005-3, 6.8).
            relation = document.Root.AF[0].AFRelationship
            assert relation == pikepdf.Name.Data


def test_the_document_is_tagged_and_declares_pdf_a_3a_and_pdf_ua_1(printed: dict[str, Path]) -> None:
    for pdf in printed.values():
        with pikepdf.open(pdf) as document:
            assert document.Root.MarkInfo.Marked
            assert str(document.Root.Lang).startswith("en")
            about = document.open_metadata()
            assert (about["pdfaid:part"], about["pdfaid:conformance"], about["pdfuaid:part"]) == (
                "3",
                "A",
                "1",
            )


def test_the_document_is_dated_by_its_issue_and_not_by_its_printing(printed: dict[str, Path]) -> None:
    with pikepdf.open(printed["valid"]) as document:
        assert str(document.docinfo.CreationDate).startswith("D:20261122100500")
        assert str(document.docinfo.ModDate).startswith("D:20261122100500")


def test_the_same_certificate_prints_to_the_same_bytes_here_and_in_another_process(
    kinds: dict[str, SignedCertificate], printed: dict[str, Path], tmp_path: Path
) -> None:
    assert render_pdf(kinds["test"], proofs(kinds["test"])) == printed["test"].read_bytes()
    first = render_pdf(kinds["test"])
    assert render_pdf(kinds["test"]) == first
    (tmp_path / "certificate.json").write_bytes(to_file(kinds["test"]))
    # Another process, another folder, another time zone and language, another seed of hashes.
    program = (
        "import sys; from pathlib import Path; from certificates.print import render_pdf; "
        "from certificates.signing import from_file; "
        "sys.stdout.buffer.write(render_pdf(from_file(Path('certificate.json').read_bytes())))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        cwd=tmp_path,
        env={
            "PYTHONPATH": os.pathsep.join(path for path in (os.getcwd(), *sys.path) if path),  # noqa: PTH109 - the checkout
            "PYTHONHASHSEED": "7",
            "TZ": "Pacific/Kiritimati",
            "LC_ALL": "C",
            "SOURCE_DATE_EPOCH": "1",
        },
    )
    assert done.stdout == first


def test_every_letter_that_may_be_printed_has_a_glyph(office: Office) -> None:
    letters = [chr(code) for first, last in _GLYPHS for code in range(first, last + 1)]
    # No text may be longer than a record's; spaces of another width are folded.
    for start in range(0, len(letters), 150):
        text = "x" + "".join(letters[start : start + 150]).replace(" ", "").replace("\u00a0", "") + "x"
        pdf = render_pdf(office.issue(attestation=attestation(holder=text, place=text, ssids=(text,))))
        assert pdf.startswith(b"%PDF-")


def test_a_letter_without_a_glyph_is_printed_as_its_number(office: Office, tmp_path: Path) -> None:
    signed = office.issue(attestation=attestation(ssids=("Kafe \U0001f4f6", "โรงเรียน")))
    (tmp_path / "face.pdf").write_bytes(render_pdf(signed))
    assert "[U+1F4F6]" in text_of(tmp_path / "face.pdf")
    assert "\U0001f4f6" in page_text(signed)


def test_data_are_never_read_as_markup(office: Office, tmp_path: Path) -> None:
    hostile = '#read("/etc/passwd") *b* $x$ <script>alert(1)</script> {{ 7*7 }} \\ `x` = H'
    signed = office.issue(attestation=attestation(place=hostile, holder=hostile))
    (tmp_path / "face.pdf").write_bytes(render_pdf(signed))
    text = " ".join(text_of(tmp_path / "face.pdf").split())
    assert '#read("/etc/passwd") *b* $x$ <script>alert(1)</script> {{ 7*7 }}' in text
    page = render_page(signed)
    assert "<script" not in page
    assert hostile in page_text(signed) or html.escape(hostile) in page


# ----------------------------------------------------------------------------------------------- page


def test_the_page_says_every_word_that_the_print_is_given(kinds: dict[str, SignedCertificate]) -> None:
    for signed in kinds.values():
        words = face(signed.certificate)
        # Those that are no words: a class, a language.
        shown = msgspec.structs.replace(words, kind="", language=None, issuer="", qr_alt="")
        said = page_text(signed) + html.unescape(render_page(signed).split("</title>")[0])
        for text in strings(shown):
            assert text in said
        assert f'role="img" aria-label="{words.qr_alt}"' in render_page(signed)


def strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for item in value.values() for text in strings(item)]
    if isinstance(value, list | tuple):
        return [text for item in value for text in strings(item)]
    if isinstance(value, Face):
        return strings(msgspec.to_builtins(value))
    return []


def test_the_page_fetches_nothing_from_anywhere(kinds: dict[str, SignedCertificate]) -> None:
    for signed in kinds.values():
        page = render_page(signed)
        # The one address is that of the link and of the name space of SVG, and neither is fetched.
        assert not re.search(r"\b(src|srcset|data|action|poster)\s*=|@import|url\(|<link|<script", page)
        addresses = set(re.findall(r"https?://[^\"'<> ]+", page))
        assert addresses == {signed.certificate.url, "http://www.w3.org/2000/svg"}


def test_the_page_speaks_english_and_calls_the_names_albanian(kinds: dict[str, SignedCertificate]) -> None:
    page = render_page(kinds["valid"])
    assert '<html lang="en">' in page
    assert '<h1 lang="sq">Biblioteka e Shkollës “Çajupi”</h1>' in page


def test_the_page_of_a_test_certificate_says_so_and_no_other_does(
    kinds: dict[str, SignedCertificate],
) -> None:
    for name, signed in kinds.items():
        assert ("TEST" in page_text(signed).split()) is (name == "test")
        assert f'class="{signed.certificate.status}"' in render_page(signed)


def test_the_code_on_the_page_is_square_and_quiet_around() -> None:
    svg = qr_svg("https://verify.example/c/1")
    assert 'viewBox="0 0 37 37"' in svg
    assert svg == qr_svg("https://verify.example/c/1")


# ---------------------------------------------------------------------------------------------- words


def test_no_face_calls_a_hotspot_lawful_or_without_danger_and_none_gives_a_mark(
    kinds: dict[str, SignedCertificate], printed: dict[str, Path]
) -> None:
    for name, signed in kinds.items():
        for text in (text_of(printed[name]), page_text(signed)):
            assert not FORBIDDEN.findall(text)
            # A percentage appears as a bound of a sample, and as nothing else.
            without_bounds = re.sub(
                r"at least [\d.]+ % blocked at 95 % confidence"
                r"|të paktën [\d.]+ % të bllokuara me besueshmëri 95 %",
                "",
                " ".join(text.split()),
            )
            assert "%" not in without_bounds


def test_a_provisional_face_does_not_speak_of_illegal_content(kinds: dict[str, SignedCertificate]) -> None:
    assert "illegal content" in face(kinds["valid"].certificate).promise
    assert "illegal" not in face(kinds["provisional"].certificate).promise
    assert "adult content" in face(kinds["provisional"].certificate).promise


@pytest.mark.parametrize("name", ("valid", "provisional-test"))
def test_a_changed_face_has_a_new_version(name: str) -> None:
    """A certificate names the version of its face, and verifying makes that face again.

    If this fails, the words or the template were changed. Where certificates were issued with the version
    that is in the file, raise `TEMPLATE_VERSION` and run `python -m tests.certificates.make_golden`; their
    own faces will then not be compared any more, and verifying says so.
    """
    folder = Path(__file__).parent / "golden"
    signed = from_file((folder / f"{name}.json").read_bytes())
    certificate = signed.certificate
    expected = json.loads((folder / f"{name}.digests").read_text(encoding="utf-8"))
    assert certificate.template == view.TEMPLATE_VERSION
    found = digests(signed)
    same = ("words", "page", *(("print", "sticker") if certificate.engine == engine_version() else ()))
    assert {name: found[name] for name in same} == {name: expected[name] for name in same}


def test_a_face_with_a_letter_that_cannot_be_set_is_a_fault_with_a_sentence(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("certificates.print._GLYPHS", ((0, 0x10FFFF),))
    with pytest.raises(PrintFault, match="cannot be printed"):
        render_pdf(office.issue(attestation=attestation(place="โรงเรียน")))
