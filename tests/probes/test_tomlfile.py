from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.records import Record, Time
from probes.tomlfile import TomlFault, faults, load


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class Square(Record, tag="square"):
    side: int


class Circle(Record, tag="circle"):
    radius: int
    unit: Literal["m", "cm"] = "m"


class Item(Record):
    name: str
    colour: Colour | None = None
    sizes: tuple[int, ...] = ()
    pair: tuple[int, int] | None = None
    shape: Square | Circle | None = None
    seen: Time | None = None
    share: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0

    def __post_init__(self) -> None:
        if self.name == "nobody":
            raise ValueError("nobody is no name")


class Document(Record):
    id: str
    authority: str | None = None
    limits: dict[str, int] = msgspec.field(default_factory=dict)
    item: tuple[Item, ...] = ()


def complain(text: str) -> list[str]:
    return [str(fault) for fault in faults(text, source="f.toml", kind=Document)]


def test_a_sound_file_becomes_a_record() -> None:
    text = 'id = "x"\nlimits.a = 1\n[[item]]\nname = "a"\nshape = {type = "circle", radius = 2}\n'
    loaded = load(text, source="f.toml", kind=Document)
    assert loaded == Document(id="x", limits={"a": 1}, item=(Item(name="a", shape=Circle(radius=2)),))
    assert complain(text) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    (
        ('id = "x"\nathority = 1', 'f.toml:2: unknown key "athority", did you mean "authority"?'),
        ('id = "x"\nzzz = 1', 'f.toml:2: unknown key "zzz"; known are id, authority, limits, item'),
        ("id = 1", 'f.toml:1: "id" must be text in quotes, not 1'),
        ("id = true", 'f.toml:1: "id" must be text in quotes, not true'),
        ("", 'f.toml: "id" is missing'),
        ('id = "x"\n[[item]]\n', 'f.toml:2: "name" is missing in item[1]'),
        ('id = "x"\nitem = 3', 'f.toml:2: "item" must be a list of tables, not 3'),
        ('id = "x"\nitem = [\n{name="a"},\n4]', 'f.toml:4: "item[2]" must be a table, not 4'),
        (
            'id = "x"\n[[item]]\nname = "a"\ncolour = "gren"',
            'f.toml:4: "colour" must be one of red, green, not "gren"; did you mean "green"?',
        ),
        (
            'id = "x"\n[[item]]\nname = "a"\nsizes = [\n1,\n"2",\n]',
            'f.toml:6: "sizes[2]" must be a whole number, not "2"',
        ),
        ('id = "x"\n[limits]\na = "b"', 'f.toml:3: "a" must be a whole number, not "b"'),
        (
            'id = "x"\n[[item]]\nname = "a"\nshape = {type = "circl"}',
            'f.toml:4: "type" must be one of square, circle, not "circl"; did you mean "circle"?',
        ),
        (
            'id = "x"\n[[item]]\nname = "a"\n[item.shape]\nside = 1',
            'f.toml:4: "type" is missing in shape; it must be one of square, circle',
        ),
        (
            'id = "x"\n[[item]]\nname = "a"\n[item.shape]\ntype = "circle"\nradius = 1\nunit = "mm"',
            'f.toml:7: "unit" must be one of m, cm, not "mm"; did you mean "m"?',
        ),
        (
            'id = "x"\n[[item]]\nname = "a"\nshare = 101',
            'f.toml:4: "share": expected int <= 100',
        ),
        ('id = "x"\n[[item]]\nname = "nobody"', "f.toml:2: nobody is no name"),
        (
            'id = "x"\n[[item]]\nname = "a"\nseen = 2026-01-01T00:00:00',
            'f.toml:4: "seen": expected datetime with a timezone component',
        ),
        ('id = "x"\n[[item]]\nname = "a"\npair = [1]', 'f.toml:4: "pair": expected list of length 2, got 1'),
        ('id = "x', "f.toml:1: not valid TOML: "),
        ('id = "x"\nid = "y"', "f.toml:2: not valid TOML: cannot overwrite a value"),
        ("a = 99999999999999999999", 'f.toml:1: "a" is too large a number'),
        ("a = " + "[" * 3000, "f.toml: nested too deeply"),
        ("a." + ".".join("b" * 3000) + " = 1", "f.toml: nested too deeply"),
        ("a = " + "9" * 5000, "f.toml: not valid TOML: "),
    ),
)
def test_each_fault_is_one_sentence_with_its_line(text: str, sentence: str) -> None:
    (found,) = complain(text)
    assert found.startswith(sentence)
    if not sentence.endswith((": ", "a value")):
        assert found == sentence
    with pytest.raises(TomlFault) as caught:
        load(text, source="f.toml", kind=Document)
    assert str(caught.value) == found
    assert "\n" not in found


def test_all_faults_that_are_independent_are_found_in_one_pass() -> None:
    text = 'idd = "x"\n[[item]]\nname = 1\n[[item]]\nname = "a"\n[[item]]\ncolour = "blue"\nsizes = ["a"]\n'
    lines = [fault.line for fault in faults(text, source="f.toml", kind=Document)]
    assert lines == [1, 3, 6, 7, 8]


def test_a_fault_knows_its_file_its_line_and_its_message() -> None:
    (fault,) = faults('id = "x"\nzzz = 1', source="a/b.toml", kind=Document)
    assert (fault.source, fault.line) == ("a/b.toml", 2)
    assert fault.message.startswith("unknown key")
    assert isinstance(fault, ValueError)


KEYS = st.sampled_from(["id", "item", "limits", "name", "colour", "sizes", "shape", "type", "side", "seen"])
LEAVES = st.sampled_from(['"x"', '"red"', "1", "-1.5", "true", "[]", "{}", "2026-01-01", '"square"', "nan"])
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: "[" + ",\n".join(parts) + "]"),
        st.dictionaries(KEYS, inner, max_size=3).map(
            lambda table: ("{" + ", ".join(f"{k} = {v}" for k, v in table.items()) + "}").replace("\n", " ")
        ),
    ),
    max_leaves=8,
)


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_any_valid_document_is_a_record_or_faults_that_name_a_line(table: dict[str, str]) -> None:
    text = "".join(f"{key} = {value}\n" for key, value in table.items())
    found = faults(text, source="f.toml", kind=Document)
    if found:
        assert all(fault.line is not None or "missing" in fault.message for fault in found)
        assert all(fault.line is None or 0 < fault.line <= text.count("\n") for fault in found)
    else:
        assert isinstance(load(text, source="f.toml", kind=Document), Document)


@given(st.text(alphabet="ab=[]{}\"'\\.#\n, 1\u0000\ud800", max_size=40))
def test_any_text_is_a_record_or_a_fault(text: str) -> None:
    assert all(str(fault).startswith("f.toml") for fault in faults(text, source="f.toml", kind=Document))


def test_a_misspelt_required_key_is_told_once_by_the_word_that_stands_there() -> None:
    class Needs(Record):
        gate: bool
        title: str

    (fault,) = faults('title = "x"\ngates = true\n', source="a.toml", kind=Needs)
    assert str(fault) == 'a.toml:2: unknown key "gates", did you mean "gate"?'
    (missing,) = faults('title = "x"\n', source="a.toml", kind=Needs)
    assert '"gate" is missing' in str(missing)
