from __future__ import annotations

from pathlib import Path

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from probes.records import Ask, Category, TargetList, digest
from probes.targets.files import read_list
from probes.targets.load import lint, parse_list
from probes.tomlfile import TomlFault

HEAD = """\
id = "demo"
version = "1"
licence = "CC0-1.0"
source = "written for a test"
origin = "test"
"""


def load(text: str) -> TargetList:
    return parse_list(text, source="demo.toml", read_ca=None)


def entry(**keys: str) -> str:
    values = {"name": '"a.example"', "category": '"control-general"', "ask": '"dns"'} | keys
    return "[[target]]\n" + "".join(f"{key} = {value}\n" for key, value in values.items())


def complaint(text: str) -> str:
    with pytest.raises(TomlFault) as caught:
        load(text)
    return str(caught.value)


def test_a_list_becomes_targets_with_normal_names_and_sorted_addresses() -> None:
    text = HEAD + entry(
        name='"https://Bücher.Example./a b"'.replace(" ", "%20"),
        ask='"get"',
        token='"b4c0ffee-token"',
        expect='["198.51.100.7", "2001:DB8::0:1", "192.0.2.9", "192.0.2.9"]',
    )
    loaded = load(text)
    (target,) = loaded.targets
    assert target.name == "xn--bcher-kva.example"
    assert target.path == "/a%20b"
    assert target.expect == ("192.0.2.9", "198.51.100.7", "2001:db8::1")
    assert target.ask is Ask.GET
    assert target.rank is None
    assert target.list_id == loaded.id == "demo"
    assert loaded.digest == digest(text.encode())


def test_a_list_ordered_by_popularity_ranks_its_targets() -> None:
    loaded = load(HEAD + "popularity = true\n" + entry() + entry(name='"b.example"'))
    assert [target.rank for target in loaded.targets] == [1, 2]


ADULT_GET = entry(category='"adult"', ask='"get"')


@pytest.mark.parametrize(
    ("text", "line", "words"),
    (
        (entry(category='"illegal-csam"'), 8, "only for authorised sentinels"),
        (entry(category='"illegal-csam"', sentinel="true"), 8, "only for authorised sentinels"),
        (entry(category='"illegal-terror"', authorised_by='"IWF"'), 8, "only for authorised sentinels"),
        (entry(category='"illegal-csam"', sentinel="true", authorised_by='"  "'), 8, "authorised_by"),
        (entry(sentinel="true"), 10, "only an illegal-* target is a sentinel"),
        (ADULT_GET, 9, "never fetched"),
        (entry(category='"national-order"', ask='"get"'), 9, "never fetched"),
        (entry(token='"long-enough-token"'), 10, 'only looked for with ask = "get"'),
        (entry(ask='"get"', token='"short"'), 10, "at least 8 characters"),
        (entry(expect='["192.0.2.1",\n"localhost"]'), 11, '"localhost" is no address'),
        (entry(expect='["0.0.0.0"]'), 10, "no address"),
        (entry(expect='["fe80::1%eth0"]'), 10, "no address"),
        (entry(name='"192.0.2.1"'), 7, "is an address, not a name"),
        (entry(name='"a b.example"'), 7, "blank"),
        (entry(category='"adlut"'), 8, 'did you mean "adult"?'),
        (entry(authorized_by='"x"'), 10, 'did you mean "authorised_by"?'),
        (entry() + entry(name='"A.EXAMPLE."'), 11, "listed twice (it is also target 1)"),
        ("", None, "has no [[target]]"),
    ),
)
def test_what_may_not_be_listed_is_refused_with_file_and_line(
    text: str, line: int | None, words: str
) -> None:
    message = complaint(HEAD + text)
    assert message.startswith("demo.toml: " if line is None else f"demo.toml:{line}: ")
    assert words in message


def test_an_authorised_sentinel_is_admitted() -> None:
    (target,) = load(
        HEAD
        + entry(category='"illegal-csam"', ask='"get"', sentinel="true", authorised_by='"The list owner"')
    ).targets
    assert target.sentinel
    assert target.category is Category.ILLEGAL_CSAM


def test_lint_reports_every_fault_in_the_order_of_lines() -> None:
    text = HEAD.replace("demo", "Not An Id") + ADULT_GET + entry(nmae='"x"') + entry(name='"1.2.3.4"')
    found = lint(text, source="demo.toml")
    assert [fault.line for fault in found] == [1, 9, 14, 16]
    assert [fault.line for fault in lint(HEAD + "x = [", source="demo.toml")] == [6]


def test_a_sound_list_has_no_faults() -> None:
    assert lint(HEAD + entry(), source="demo.toml") == ()


def test_the_authority_of_a_list_is_read_from_beside_it(tmp_path: Path) -> None:
    pem = trustme.CA().cert_pem.bytes().decode()
    (tmp_path / "ca.pem").write_text(pem, encoding="utf-8")
    path = tmp_path / "list.toml"
    path.write_bytes((HEAD + 'ca = "ca.pem"\n' + entry()).replace("\n", "\r\n").encode())
    loaded = read_list(path)
    assert loaded.ca == pem
    assert loaded.digest == digest(path.read_bytes())


@pytest.mark.parametrize(
    ("ca", "words"),
    (
        ('"missing.pem"', "cannot be read"),
        ('"list.toml"', "holds no PEM certificate"),
        ('"../ca.pem"', "beside the list"),
        ('"/etc/hostname"', "beside the list"),
    ),
)
def test_an_authority_that_cannot_be_had_is_one_sentence(tmp_path: Path, ca: str, words: str) -> None:
    path = tmp_path / "list.toml"
    path.write_text(HEAD + f"ca = {ca}\n" + entry(), encoding="utf-8")
    with pytest.raises(TomlFault, match=words) as caught:
        read_list(path)
    assert caught.value.line == 6


def test_a_file_that_is_no_text_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "list.toml"
    path.write_bytes(b"id = 1\nname = '\xff'\n")
    with pytest.raises(TomlFault, match="not UTF-8") as caught:
        read_list(path)
    assert caught.value.line == 2


VALUES = st.one_of(
    st.text(max_size=20).map(lambda text: '"' + text.replace("\\", "").replace('"', "") + '"'),
    st.sampled_from(["true", "3", "[]", '["192.0.2.1"]', '["x"]', '"dns"', '"adult"', '"get"', "{}"]),
)
KEYS = st.sampled_from(["name", "category", "ask", "expect", "token", "sentinel", "authorised_by", "nmae"])


@given(st.lists(st.dictionaries(KEYS, VALUES), max_size=4))
def test_whatever_the_file_holds_it_loads_or_it_is_a_fault(targets: list[dict[str, str]]) -> None:
    text = HEAD + "".join(entry(**keys) for keys in targets)
    found = lint(text, source="demo.toml")
    if found:
        with pytest.raises(TomlFault) as caught:
            load(text)
        assert str(caught.value) == str(found[0])
        assert all("\n" not in str(fault) for fault in found)
    else:
        for target in load(text).targets:
            assert not (target.category is Category.ADULT and target.ask is Ask.GET)
            assert not target.category.illegal or (target.sentinel and target.authorised_by)
