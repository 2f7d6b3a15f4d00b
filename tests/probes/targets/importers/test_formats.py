from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.records import Category
from probes.targets.importers.compose import FORMATS
from probes.targets.importers.entry import LONGEST_LINE, Reason, Skips
from probes.targets.names import split_target


def below(format_: str, text: str) -> dict[str, bool]:
    """By name, whether everything below it is meant too."""
    return {entry.name: entry.wildcard for entry in FORMATS[format_](text.splitlines(keepends=True), Skips())}


def names(format_: str, text: str) -> tuple[list[str], dict[Reason, int]]:
    skips = Skips()
    found = [
        entry.name + ("" if entry.path == "/" else entry.path)
        for entry in FORMATS[format_](text.splitlines(keepends=True), skips)
    ]
    return found, {item.reason: item.count for item in skips.summary()}


def test_domains_are_names_urls_and_wildcards() -> None:
    text = (
        "\ufeff# a list\n\nExample.ORG # why\r\n*.wild.example\n.dot.example\nhttps://url.example/x#part\n"
        "! adblock\n; dns\n||advert.example^\n192.0.2.1\nlocalhost\nbücher.example\n"
    )
    found, skipped = names("domains", text)
    assert found == [
        "example.org",
        "wild.example",
        "dot.example",
        "url.example/x",
        "xn--bcher-kva.example",
    ]
    assert skipped == {Reason.NO_NAME: 2, Reason.LOCAL: 1}


def test_hosts_files_block_only_what_they_send_nowhere() -> None:
    text = (
        "127.0.0.1 localhost\n::1 ip6-localhost ip6-loopback\n0.0.0.0 0.0.0.0\n"
        "0.0.0.0 a.example b.example # both\n:: c.example\n127.0.0.1\td.example\n"
        "192.168.1.5 nas.home.example\n0.0.0.0\nnonsense e.example\n0.0.0.0 http://f.example/\n"
    )
    found, skipped = names("hosts", text)
    assert found == ["a.example", "b.example", "c.example", "d.example"]
    assert skipped == {Reason.LOCAL: 4, Reason.NOT_BLOCKED: 1, Reason.NO_NAME: 3}


def test_dnsmasq_blocks_by_address_and_by_servers_that_are_none() -> None:
    text = (
        "# conf\naddress=/a.example/0.0.0.0\naddress=/b.example/c.example/\nserver=/d.example/\n"
        "local=/e.example/\naddress=/f.example/#\n  address = /g.example/192.0.2.1 # page\n"
        "server=/corp.example/10.0.0.1\nserver=/h.example/#\nserver=1.1.1.1\naddress=/#/0.0.0.0\nno-resolv\n"
    )
    found, skipped = names("dnsmasq", text)
    assert found == [f"{letter}.example" for letter in "abcdefg"]
    assert skipped == {Reason.NOT_BLOCKED: 2, Reason.OTHER_DATA: 2, Reason.NO_NAME: 1}


RPZ = """\
$TTL 2h
$ORIGIN rpz.test.
@ IN SOA localhost. root.localhost. (
    1   ; serial
    2h 30m 30d 1h )
  IN NS localhost.
a.example        CNAME .
*.a.example      CNAME .
b.example 60 IN  CNAME *.
c.example        CNAME rpz-drop.
d.example        CNAME block.provider.example.
e.example    IN 60 A 192.0.2.1
                 AAAA 2001:db8::1
f.example.rpz.test. CNAME . ; absolute
*.g.example      CNAME .
allowed.example  CNAME rpz-passthru.
slow.example     CNAME rpz-tcp-only.
h.example        TXT "a ; b ( c"
i.example        CNAME .
32.1.2.0.192.rpz-ip       CNAME .
ns.bad.example.rpz-nsdname CNAME .
outside.example. CNAME .
$ORIGIN example.rpz.test.
j                CNAME .
broken
"""


def test_response_policy_zones_give_the_names_that_they_block() -> None:
    found, skipped = names("rpz", RPZ)
    assert found == [f"{letter}.example" for letter in "abcdefgij"]
    assert skipped == {
        Reason.NOT_BLOCKED: 2,
        Reason.OTHER_DATA: 2,
        Reason.OTHER_TRIGGER: 2,
        Reason.OUTSIDE_ZONE: 1,
        Reason.NO_NAME: 1,
    }


def test_a_zone_that_names_itself_only_in_its_soa_is_taken_off_too() -> None:
    text = "rpz.test. 60 IN SOA a. b. 1 2 3 4 5\na.example.rpz.test. 60 IN CNAME .\nb.example.org. CNAME .\n"
    assert names("rpz", text) == (["a.example"], {Reason.OUTSIDE_ZONE: 1})


def test_a_zone_whose_name_is_unknown_gives_relative_names_only() -> None:
    text = "@ SOA a. b. 1 2 3 4 5\na.example CNAME .\nb.example.rpz.test. CNAME .\n"
    assert names("rpz", text) == (["a.example"], {Reason.OUTSIDE_ZONE: 1})


def test_a_wildcard_of_a_zone_means_everything_below_its_name() -> None:
    found = below("rpz", RPZ)
    assert [name for name, wildcard in found.items() if wildcard] == ["a.example", "g.example"]
    assert below("rpz", "*.a.example CNAME .\na.example CNAME .\nb.example CNAME .\n") == {
        "a.example": True,
        "b.example": False,
    }


def test_dnsmasq_always_means_everything_below_a_name() -> None:
    text = "address=/a.example/b.example/\nserver=/c.example/\nlocal=/d.example/\naddress=/*.e.example/\n"
    assert below("dnsmasq", text) == dict.fromkeys((f"{letter}.example" for letter in "abcde"), True)


def test_a_plain_list_and_a_hosts_file_mean_the_names_themselves() -> None:
    assert below("domains", "a.example\n*.b.example\n.c.example\n") == {
        "a.example": False,
        "b.example": True,
        "c.example": True,
    }
    assert below("hosts", "0.0.0.0 a.example\n") == {"a.example": False}


OWNERS = st.lists(
    st.tuples(st.from_regex(r"[a-z]{1,5}\.[a-z]{2,3}", fullmatch=True), st.booleans()),
    max_size=6,
    unique_by=lambda item: item[0],
)


@given(OWNERS, st.booleans())
def test_a_zone_written_and_read_again_keeps_its_wildcards(
    owners: list[tuple[str, bool]],
    first: bool,  # noqa: FBT001 - generated
) -> None:
    """`first`: whether the wildcard of a name stands before the name."""
    zone = "$ORIGIN rpz.test.\n@ SOA a. b. 1 2 3 4 5\n"
    for name, wildcard in owners:
        rows = [f"{name} CNAME .\n", f"*.{name} CNAME .\n"] if wildcard else [f"{name} CNAME .\n"]
        zone += "".join(reversed(rows) if first else rows)
    assert below("rpz", zone) == dict(owners)


CITIZENLAB = """\
url,category_code,category_description,date_added,source,notes
https://porn.example/,PORN,Pornography,2014-04-15,citizenlab,
http://bet.example/,GMB,Gambling,2014-04-15,citizenlab,"a, b"
https://war.example/,MILX,Terrorism and Militants,2014-04-15,citizenlab,
https://abuse.example/,csam,Never,2014-04-15,citizenlab,
https://news.example/,NEWS,News Media,2014-04-15,citizenlab,
https://help.example/page,XED,Sex Education,2014-04-15,citizenlab,"never closed
https://lgbt.example/,LGBT,LGBT,2014-04-15,citizenlab,
https://192.0.2.1/,ANON,Anonymization,2014-04-15,citizenlab,
short
"""


def test_citizen_labs_codes_become_our_categories() -> None:
    skips = Skips()
    found = list(FORMATS["citizenlab"](CITIZENLAB.splitlines(keepends=True), skips))
    assert [(entry.name, entry.path, entry.category, entry.line) for entry in found] == [
        ("porn.example", "/", Category.ADULT, 2),
        ("bet.example", "/", Category.GAMBLING, 3),
        ("help.example", "/page", Category.CONTROL_HELP, 7),
        ("lgbt.example", "/", Category.CONTROL_HELP, 8),
    ]
    assert {item.reason: (item.count, item.first_line) for item in skips.summary()} == {
        Reason.REFUSED: (2, 4),
        Reason.NO_CATEGORY: (1, 6),
        Reason.NO_NAME: (2, 9),
    }


def test_no_code_of_citizen_lab_fills_a_class_of_illegal_content() -> None:
    from probes.targets.importers.citizenlab import CROSSWALK, REFUSED

    assert not [category for category in CROSSWALK.values() if category.illegal]
    assert not REFUSED & CROSSWALK.keys()


@pytest.mark.parametrize("format_", sorted(FORMATS))
def test_names_come_out_before_the_file_has_ended_and_nothing_is_kept(format_: str) -> None:
    line = {
        "domains": "{}.example",
        "hosts": "0.0.0.0 {}.example",
        "dnsmasq": "address=/{}.example/",
        "rpz": "{}.example CNAME .",
        "citizenlab": "http://{}.example/,PORN",
    }[format_]

    def endless() -> Iterator[str]:
        number = 0
        while True:
            number += 1
            yield line.format(f"n{number}") + "\n"

    skips = Skips()
    reader = FORMATS[format_](endless(), skips)
    assert [next(reader).name for _ in range(3)] == ["n1.example", "n2.example", "n3.example"]


@pytest.mark.parametrize("format_", sorted(FORMATS))
def test_an_endless_line_is_left_out(format_: str) -> None:
    assert names(format_, "a" * (LONGEST_LINE + 1)) == ([], {Reason.TOO_LONG: 1})


WORDS = """0.0.0.0 :: a.example *.b.example . / // # ; ! = address= server=/ local=/ , " PORN $ORIGIN @ IN SOA
CNAME ( ) rpz-ip rpz.test. http://"""
PIECES = st.sampled_from([*WORDS.split(), "\t", "\u2028", "\x00", "é", "\udcff"])
LINES = st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=8).map("".join)
SPACED = st.lists(PIECES, max_size=8).map(" ".join)


@pytest.mark.parametrize("format_", sorted(FORMATS))
@given(lines=st.lists(st.one_of(LINES, SPACED), max_size=6))
def test_any_lines_give_good_names_or_are_counted(format_: str, lines: list[str]) -> None:
    skips = Skips()
    for entry in FORMATS[format_](lines, skips):
        assert split_target(entry.name + entry.path) == (entry.name, entry.path)
        assert 1 <= entry.line <= len(lines)
        assert entry.category is None or not entry.category.illegal
    assert all(item.count > 0 and 1 <= item.first_line <= len(lines) for item in skips.summary())
