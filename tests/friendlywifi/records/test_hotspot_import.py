"""What Excel writes comes in whole, or every fault is named by its cell and nothing comes in."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from friendlywifi.complaint import Complaint
from friendlywifi.records.hotspot_columns import COLUMNS, column_of, headings
from friendlywifi.records.hotspot_command import as_csv
from friendlywifi.records.hotspot_form import read_form, written_form
from friendlywifi.records.hotspot_import import Sheet, read_sheet
from friendlywifi.records.hotspots import Contact, Hotspot, Language, Mode, Role, slug
from friendlywifi.records.identity import Identity
from friendlywifi.records.spreadsheet import column_letter, rows_of
from friendlywifi.shipped import ids
from tests.friendlywifi.records.rows import NOW, library_7

TWELVE = "\r\n".join(
    [
        "Emri;Vendi;Adresa;Rrjetet Wi-Fi;Operatori;Ofruesi;Kontakti;E-mail;Gjerësia;Gjatësia;Orari;Shënime",
        (
            '"Biblioteka ""7""";Tiranë;"Rruga e Kavajës 7\n(kati II)";"Biblioteka\nBiblioteka 5G";'
            "Bashkia Tiranë;Telekom;Arta Hoxha;arta@bashkia.example;41,3275;19,8189;8.00 – 16.00;deri nesër"
        ),
        *(
            f"Biblioteka {number};Tiranë;Rruga {number};Biblioteka;Bashkia Tiranë;;;;;;;"
            for number in range(8, 19)
        ),
        "",
    ]
)


def sheet(
    data: bytes | str, *, present: tuple[Hotspot, ...] = (), update: bool = False, bom: bool = True
) -> Sheet:
    given = (b"\xef\xbb\xbf" if bom else b"") + data.encode() if isinstance(data, str) else data
    rows = rows_of(given, name="list.csv")
    return read_sheet(rows, name="list.csv", present=present, standards=ids(), update=update)


def faults(data: str, **given: bool) -> list[tuple[int, str, str]]:
    return [
        (item.row, f"{item.column} {item.heading}".strip(), item.why) for item in sheet(data, **given).faults
    ]


def test_twelve_rows_as_excel_in_albania_saves_them_come_in() -> None:
    found = sheet(TWELVE)
    assert found.faults == ()
    assert len(found.new) == 12
    first = found.new[0]
    assert first == Hotspot(
        id="biblioteka-7",
        name='Biblioteka "7"',
        place="Tiranë",
        address="Rruga e Kavajës 7 (kati II)",
        latitude="41.3275",
        longitude="19.8189",
        ssids=("Biblioteka", "Biblioteka 5G"),
        operator="Bashkia Tiranë",
        provider="Telekom",
        contacts=(Contact(name="Arta Hoxha", email="arta@bashkia.example"),),
        office_hours="08:00-16:00",
    )


@pytest.mark.parametrize("delimiter", (";", ",", "\t"))
@pytest.mark.parametrize("bom", (True, False))
def test_any_separator_with_and_without_a_mark(delimiter: str, bom: bool) -> None:  # noqa: FBT001 - a parameter
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(csv.reader(io.StringIO(TWELVE, newline=""), delimiter=";"))
    assert sheet(out.getvalue(), bom=bom) == sheet(TWELVE)


def test_a_line_that_names_the_separator_and_unicode_text_are_understood() -> None:
    assert sheet("sep=;\r\n" + TWELVE) == sheet(TWELVE)
    assert sheet(TWELVE.replace(";", "\t").encode("utf-16")) == sheet(TWELVE)


@pytest.mark.parametrize(
    ("data", "said"),
    (
        (TWELVE.encode("cp1252"), r"not UTF-8 \(line 1, at “Gjerësia”\).*Windows-1252.*CSV UTF-8"),
        (b"PK\x03\x04 and so on", "is a workbook, not a CSV"),
        (b"name;place\r\na\0b;c", "no text file"),
        (b'name;place\r\n"never closed;x\r\n', "quotation mark"),
        (b"", "is empty"),
        (b"\xff\xfe\x00", "UTF-16"),
    ),
)
def test_what_is_no_csv_is_told_with_the_way_out(data: bytes, said: str) -> None:
    with pytest.raises(Complaint, match=said):
        sheet(data)


def test_every_fault_is_named_by_row_and_column_all_at_once() -> None:
    found = faults(
        "name,place,address,ssid,operator,email,latitude,longitude,mode,office hours,standard,time zone\n"
        "A,T,S,W,O,,,,,,,\n"
        "\n"
        ",T,,W,O,jo mail,95,19,,,,\n"
        f"C,T,S,{'x' * 33},O,,,,sometimes,16:00-08:00,none,Europe/Tirana\n"
        "A,T,S,W|W,O,,41.3,,,,,\n"
    )
    assert found == [
        (4, "A name", "is missing"),
        (4, "C address", "is missing"),
        (4, "F contact email", "is no mail address, like name@bashkia.example"),
        (4, "G latitude", "must lie between -90 and 90 degrees"),
        (5, "D ssids", f"“{'x' * 33}” has 33 bytes; a Wi-Fi's name has at most 32"),
        (5, "I mode", "must be resident or rounds"),
        (5, "J office hours", "must begin before it ends, on one day"),
        (5, "K standard", f"is no standard; known are {', '.join(sorted(ids()))}"),
        (5, "L time zone", "is no time zone; did you mean Europe/Tirane?"),
        (6, "A name", "stands in row 2 too"),
        (6, "D ssids", "holds a name twice"),
        (6, "H longitude", "is missing, and the other one is given"),
    ]


def test_rows_are_numbered_as_the_spreadsheet_numbers_them() -> None:
    found = faults(TWELVE.replace("Biblioteka 9;Tiranë", "Biblioteka 9;"))
    assert found == [(4, "B place", "is missing")], "line breaks inside of cells do not count"


def test_headings_that_are_wrong_are_told_all_at_once() -> None:
    with pytest.raises(Complaint) as told:
        sheet("name;nmae;adress;ssid;ssid;notes\nA;B;C;D;E;F\n")
    for part in (
        "column B “nmae” is not known (did you mean “name”?)",
        "column C “adress” is not known (did you mean “address”?)",
        "column E “ssid” stands twice",
        "there is no column “place / vendi”",
        "there is no column “operator / operatori”",
    ):
        assert part in str(told.value)


def test_a_cell_beyond_the_headings_is_a_fault() -> None:
    assert faults("name;place;address;ssid;operator\nA;T;S;W;O;lost\n") == [
        (2, "", "stands in column F, which has no heading")
    ]


def test_a_row_that_is_here_already_changes_nothing() -> None:
    first = sheet(TWELVE)
    again = sheet(TWELVE, present=first.new)
    assert (again.new, again.changed, again.faults) == ((), (), ())
    assert again.known == first.new


def test_a_row_with_other_facts_is_a_fault_unless_updates_are_wanted() -> None:
    present = sheet(TWELVE).new
    other = TWELVE.replace("Rruga 9", "Rruga 99")
    (fault,) = sheet(other, present=present).faults
    assert fault.why == "Biblioteka 9 is here already with another address; --update changes it"
    (changed,) = sheet(other, present=present, update=True).changed
    assert changed.address == "Rruga 99"


def test_an_update_leaves_what_the_list_has_no_column_for() -> None:
    identity = Identity(networks=(), since=NOW, by="Arta")
    certifier = Contact(name="C", email="c@example.org", role=Role.CERTIFIER)
    second = Contact(name="Second", email="second@example.org")
    first = Contact(name="First", email="first@example.org", language=Language.ENGLISH)
    before = library_7(
        contacts=(first, second, certifier), identity=identity, latitude="41.3", longitude="19.8"
    )
    text = "name;place;address;ssids;operator\nLIBRARY  7;Durrës;Rruga 1;Biblioteka;Bashkia\n"
    (after,) = sheet(text, present=(before,), update=True).changed
    assert (after.id, after.place, after.ssids) == ("library-7", "Durrës", ("Biblioteka",))
    assert set(after.contacts) == set(before.contacts)
    assert (after.identity, after.latitude, after.longitude) == (identity, "41.3", "19.8")


def test_both_languages_and_the_template_name_every_column() -> None:
    for column in COLUMNS:
        for heading in (
            column.field,
            column.albanian,
            column.heading,
            column.heading.upper(),
            f" {column.albanian} ",
        ):
            assert column_of(heading) == column
    assert column_of("wifi") == column_of("Rrjeti")
    assert len(headings()) > 2 * len(COLUMNS) - 3
    assert [column_letter(index) for index in (0, 25, 26, 51, 52, 701, 702)] == [
        *("A", "Z", "AA", "AZ", "BA", "ZZ", "AAA")
    ]


visible = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="|"),
    min_size=1,
    max_size=8,
)
made = st.builds(
    lambda **given: written_form(library_7(**given)),
    name=visible,
    place=visible,
    address=visible,
    operator=visible,
    ssids=st.lists(
        visible.filter(lambda text: len(text.encode()) <= 32), min_size=1, max_size=3, unique=True
    ).map(tuple),
    mode=st.sampled_from(Mode),
)


@settings(max_examples=60)
@given(made)
@example(
    written_form(library_7(name="'=1+1", place="=1+1", address="''x", operator="\uff1d1", ssids=("-1", "'@")))
)
def test_what_is_listed_as_csv_comes_in_again_and_no_cell_is_a_formula(fields: dict[str, str]) -> None:
    hotspot = read_form({**fields, "id": "library-7"}, standards=ids())
    if not isinstance(hotspot, Hotspot):
        return  # A text that no certificate may hold.
    data = as_csv((hotspot,))
    cells = next(iter(list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))[1:]))
    assert not any(cell[:1] in ("=", "+", "-", "@", "\t", "\r") for cell in cells if cell)
    found = sheet(data)
    assert found.faults == ()
    assert found.new == (hotspot,)


@settings(max_examples=150)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_no_bytes_bring_it_down(data: bytes) -> None:
    for begun in (data, b"name;place;address;ssid;operator\n" + data):
        try:
            found = sheet(begun)
        except Complaint:
            continue
        assert found.wrong_rows <= len(found.faults)


@given(st.text(max_size=80))
def test_an_id_is_made_of_small_letters_digits_and_hyphens(name: str) -> None:
    made = slug(name)
    assert all(char.isascii() and (char.islower() or char.isdigit() or char == "-") for char in made)
    assert not made.startswith("-")
    assert not made.endswith("-")


def test_albanian_letters_lose_their_marks_in_an_id() -> None:
    assert slug("Biblioteka “Çajupi”, Tiranë — kati II") == "biblioteka-cajupi-tirane-kati-ii"
