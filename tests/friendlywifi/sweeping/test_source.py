"""Lists of every kind give the same names, line by line, and say what they leave out."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from friendlywifi.complaint import Complaint
from friendlywifi.sweeping.reading import readable
from friendlywifi.sweeping.source import Source, opened
from probes.targets.importers.compose import FORMATS
from probes.targets.importers.entry import Reason, Skips

Write = Callable[..., str]
AT = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def make(content: str | bytes, name: str = "list.txt") -> str:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return make


def read(list_: str, **how: object) -> tuple[list[str], list[str], Source]:
    with opened(list_, at=AT, **how) as source:  # type: ignore[arg-type]  # the options of `opened`
        batches = list(source.batches(3))
    return (
        [name for batch in batches for name in batch.names],
        [page for batch in batches for page in batch.undecidable],
        source,
    )


NAMES = ["one.example", "two.example", "three.example", "four.example"]
PLAIN = "".join(f"{name}\n" for name in NAMES)


@pytest.mark.parametrize(
    ("form", "text"),
    (
        ("domains", f"# a comment\n{PLAIN}"),
        ("hosts", "".join(f"0.0.0.0 {name}\n" for name in NAMES)),
        ("dnsmasq", "".join(f"address=/{name}/\n" for name in NAMES)),
        ("order", "".join(f"{name} 2026-11-01 2026-11-08\n" for name in NAMES)),
        (
            "rpz",
            "$TTL 60\n@ SOA a. b. 1 2 3 4 5\n@ NS localhost.\n"
            + "".join(f"{name} CNAME .\n*.{name} CNAME .\n" for name in NAMES),
        ),
    ),
)
def test_the_format_is_told_by_the_list(write: Write, form: str, text: str) -> None:
    names, pages, source = read(write(text))
    apexes = [name for name in names if name in NAMES]
    assert (source.format, apexes, pages) == (form, NAMES, [])


@pytest.mark.parametrize(
    "text",
    (
        "address=/one.example/\naddress=/two.example/\n",
        "local=/one.example/two.example/\n",
        "@ SOA a. b. 1 2 3 4 5\n*.one.example CNAME .\ntwo.example CNAME .\n*.two.example CNAME .\n",
        "*.one.example\n.two.example\n",
    ),
)
def test_a_filter_of_everything_below_a_name_is_asked_for_names_below(write: Write, text: str) -> None:
    names, _, _ = read(write(text), seed="s")
    assert sorted(name for name in names if not name.startswith("w")) == ["one.example", "two.example"]
    assert {"www.one.example", "www.two.example"} < set(names)
    unknown = [name for name in names if name.startswith("w") and not name.startswith("www.")]
    assert [name.partition(".")[2] for name in unknown] == ["one.example", "two.example"]


@pytest.mark.parametrize("pack", (gzip.compress, zstandard.ZstdCompressor().compress))
def test_a_packed_list_is_unpacked(write: Write, pack: Callable[[bytes], bytes]) -> None:
    half = PLAIN.index("three")
    assert read(write(pack(PLAIN.encode())))[0] == NAMES
    # Packed files that were joined are one list.
    assert read(write(pack(PLAIN[:half].encode()) + pack(PLAIN[half:].encode())))[0] == NAMES


@pytest.mark.parametrize("pack", (gzip.compress, zstandard.ZstdCompressor().compress))
def test_a_packed_list_that_is_cut_off_or_damaged_is_no_short_list(
    write: Write, pack: Callable[[bytes], bytes]
) -> None:
    whole = pack("".join(f"n{i * 7919}.example\n" for i in range(20_000)).encode())
    for cut in (5, 1000, len(whole) // 2, len(whole) - 1):
        with pytest.raises(Complaint, match="cannot be read"):
            read(write(whole[:cut]))
    if pack is gzip.compress:
        # Zstandard has a sum to tell this by only where the packer wrote one.
        with pytest.raises(Complaint, match="cannot be read"):
            read(write(whole[:1000] + b"\xff" * 64 + whole[1064:]))


def test_pages_are_not_decidable_and_never_names(write: Write) -> None:
    names, pages, _ = read(write("https://one.example/a/page\ntwo.example\nhttp://three.example/\n"))
    assert (names, pages) == (["two.example", "three.example"], ["one.example/a/page"])


def test_an_international_name_is_asked_in_its_form_on_the_wire(write: Write) -> None:
    assert read(write("bücher.example\nXN--BCHER-KVA.example\n"))[0] == ["xn--bcher-kva.example"] * 2


def test_a_row_of_everything_below_asks_below(write: Write) -> None:
    names, _, _ = read(write("one.example\n*.two.example\n"), seed="s")
    assert names[:3] == ["one.example", "two.example", "www.two.example"]
    assert len(names) == 4
    assert names[3].endswith(".two.example")
    assert read(write("one.example\n*.two.example\n"), seed="t")[0][3] != names[3]


def test_what_is_not_due_is_not_asked_and_counted(write: Write) -> None:
    rows = (
        "one.example 2026-11-01 2026-11-08\n*.two.example 2026-11-20 2026-11-30\nthree.example 2026-11-20\n"
    )
    names, _, source = read(write(rows))
    assert (names, source.not_due) == (["one.example", "three.example"], 1)


HEAD = 'id = "o"\nversion = "1"\nlicence = "none"\nsource = "a court"\norigin = "court"\n'


def test_a_target_list_beside_a_file_of_names_is_read_line_by_line(write: Write) -> None:
    write(PLAIN, "names.txt")
    list_ = write(f'{HEAD}names = "names.txt"\ncategory = "adult"\nask = "dns"\n', "list.toml")
    assert read(list_)[0] == NAMES


def test_an_order_beside_its_toml_keeps_wildcards_and_due_times(write: Write) -> None:
    write("*.one.example\ntwo.example 2026-11-01 2026-11-30\n", "rows.txt")
    text = f'{HEAD}names = "rows.txt"\ncategory = "national-order"\nask = "dns"\n'
    names, _, source = read(write(text, "order.toml"))
    assert names[:2] == ["one.example", "www.one.example"]
    assert (len(names), source.not_due) == (3, 1)


def test_targets_in_the_list_itself_are_asked_once_each(write: Write) -> None:
    text = HEAD + "".join(
        f'\n[[target]]\nname = "{name}"\ncategory = "national-order"\nask = "dns"\n'
        for name in ("*.one.example", "two.example")
    )
    names, _, _ = read(write(text, "order.toml"))
    assert len(names) == len(set(names)) == 4
    assert {"one.example", "www.one.example", "two.example"} < set(names)


@pytest.mark.parametrize("category", ("illegal-csam", "illegal-terror"))
def test_a_list_of_illegal_names_is_refused(write: Write, category: str) -> None:
    write(PLAIN, "names.txt")
    list_ = write(f'{HEAD}names = "names.txt"\ncategory = "{category}"\nask = "dns"\n', "list.toml")
    with pytest.raises(Complaint, match=r"sentinel|illegal"):
        read(list_)


def test_a_bad_row_of_a_target_list_is_told_with_its_line(write: Write) -> None:
    write("one.example\nno name\n", "names.txt")
    list_ = write(f'{HEAD}names = "names.txt"\ncategory = "adult"\nask = "dns"\n', "list.toml")
    with pytest.raises(Complaint, match=r"names\.txt:2"):
        read(list_)


def test_what_cannot_be_read_is_counted_with_its_line(write: Write) -> None:
    _, _, source = read(write("one.example\n\nno name\n10.0.0.1\n"))
    (found,) = source.skips.summary()
    assert (found.reason, found.count, found.first_line) == (Reason.NO_NAME, 2, 3)


@given(st.lists(st.text(alphabet="ab.-_*#/:é \t@", max_size=20), max_size=12))
def test_the_quick_way_gives_what_the_reader_of_the_format_gives(lines: list[str]) -> None:
    source = Source(lines=lines, format="domains")
    batches = list(source.batches(100))
    slow = Skips()
    entries = list(FORMATS["domains"](lines, slow))
    names = [name for batch in batches for name in batch.names]
    # A row of everything below a name asks more than the name.
    plain = {entry.name for entry in entries if entry.path == "/"}
    assert plain <= set(names)
    assert all(any(name == item or name.endswith(f".{item}") for item in plain) for name in names)
    assert slow.summary() == source.skips.summary()
    assert [entry.name + entry.path for entry in entries if entry.path != "/"] == [
        page for batch in batches for page in batch.undecidable
    ]


def test_who_stops_in_the_middle_of_a_list_closes_nothing_that_is_not_his() -> None:
    text = io.TextIOWrapper(io.BytesIO(b"one.example\ntwo.example\n"))
    lines = readable("-", text)
    assert next(lines) == "one.example\n"
    lines.close()  # type: ignore[attr-defined]  # it is a generator
    assert not text.closed


def test_a_list_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(Complaint, match="cannot be read: No such file"):
        read(str(tmp_path / "none.txt"))
