from __future__ import annotations

import re
from pathlib import Path

import idna
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria import released
from criteria.suffixes import Suffixes, latest, named, parse, snapshot, table
from probes.records import SuffixRef

# publicsuffix.org's own vectors, whose copyright is dedicated to the public domain (CC0).
_VECTOR = re.compile(r"^checkPublicSuffix\('([^.'][^']*)', (?:'([^']+)'|null)\);$", re.MULTILINE)
VECTORS = _VECTOR.findall((Path(__file__).parent / "public-suffix-vectors.txt").read_text("utf-8"))


def a_labels(name: str) -> str:
    return idna.encode(name, uts46=True).decode("ascii")


def test_all_published_vectors_are_read() -> None:
    assert len(VECTORS) == 73


@pytest.mark.parametrize(("host", "domain"), VECTORS)
def test_the_published_vectors_come_out(host: str, domain: str) -> None:
    assert latest().owned(a_labels(host)) == (a_labels(domain) if domain else None)


@pytest.mark.parametrize(
    ("host", "domain"),
    (
        ("www.example.com", "example.com"),
        ("www.example.co.uk", "example.co.uk"),
        ("co.uk", "co.uk"),
        ("www.shendetesia.gov.al", "shendetesia.gov.al"),
        ("a.somebody.blogspot.com", "somebody.blogspot.com"),
        ("blogspot.com", "blogspot.com"),
        ("top1.lab.example", "top1.lab.example"),
        ("localhost", "localhost"),
    ),
)
def test_a_registrable_domain_is_a_suffix_and_the_label_before_it(host: str, domain: str) -> None:
    assert latest().registrable(host) == domain


def by_the_book(suffixes: Suffixes, host: str) -> str | None:
    """The algorithm as publicsuffix.org words it: of what matches an exception, else the longest."""
    labels = host.split(".")
    tails = [".".join(labels[start:]) for start in range(len(labels))]
    excepted = [tail for tail in tails if tail in suffixes.exceptions]
    if excepted:
        length = excepted[0].count(".")  # the exception without its first label
    else:
        lengths = [tail.count(".") + 1 for tail in tails if tail in suffixes.exact]
        lengths += [tail.count(".") + 2 for tail in tails[1:] if tail in suffixes.wild]
        length = max(lengths, default=1)
    return ".".join(labels[-length - 1 :]) if len(labels) > length else None


LABELS = st.sampled_from(
    ["a", "b", "www", "com", "uk", "co", "ck", "jp", "kobe", "city", "github", "io", "x"]
)


@settings(max_examples=200)
@given(st.lists(LABELS, min_size=1, max_size=6).map(".".join))
def test_it_is_the_published_algorithm(host: str) -> None:
    assert latest().owned(host) == by_the_book(latest(), host)


@settings(max_examples=50)
@given(st.lists(LABELS, min_size=1, max_size=6).map(".".join))
def test_a_registrable_domain_is_its_own_and_everything_below_it_is_its_sibling(host: str) -> None:
    domain = latest().registrable(host)
    assert latest().registrable(domain) == domain
    assert host == domain or host.endswith(f".{domain}")
    if latest().owned(host) is not None:
        assert latest().registrable(f"q.{host}") == domain


def test_of_siblings_the_first_stands_for_all() -> None:
    names = ("www.a.com", "a.com", "b.co.uk", "c.co.uk", "x.b.co.uk")
    assert latest().once_each(names, name=str) == ("www.a.com", "b.co.uk", "c.co.uk")


def test_the_snapshot_is_what_was_published_with_its_licence_and_its_day() -> None:
    data = released.public_suffixes(released.LATEST_SUFFIXES)
    assert data.startswith(
        b"// This Source Code Form is subject to the terms of the Mozilla Public\n// License"
    )
    assert f"// VERSION: {released.LATEST_SUFFIXES}_".encode() in data
    assert b"===END PRIVATE DOMAINS===" in data
    assert latest().ref.version == released.LATEST_SUFFIXES
    assert len(latest().exact) > 9000


@pytest.mark.parametrize("version", released.released_names("public-suffixes", ".dat"))
def test_a_released_snapshot_stays_as_it_is(version: str) -> None:
    digests = {"2026-10-22": "sha256:0232f4df0831911356e8ee1f4d5c3b6b12c0ed3f6bd66b0f81c8ab5d3d49e9ca"}
    assert snapshot(version).ref.digest == digests[version]


def test_a_plan_may_only_name_a_snapshot_that_shipped() -> None:
    assert named(None) is latest()
    assert named(latest().ref) is latest()
    for ref in (
        SuffixRef(version="1999-01-01", digest=latest().ref.digest),
        SuffixRef(version=latest().ref.version, digest="sha256:0"),
    ):
        with pytest.raises(KeyError):
            named(ref)


def test_names_that_are_not_ascii_are_read_as_they_stand_in_questions() -> None:
    found = parse("// c\n\nxn--p1ai\n中国\n*.公司.cn // c\n!www.公司.cn\n".encode(), version="1")
    assert found.exact == {"xn--p1ai", "xn--fiqs8s"}
    assert found.wild == {"xn--55qx5d.cn"}
    assert found.owned("a.b.xn--55qx5d.cn") == "a.b.xn--55qx5d.cn"
    assert found.owned("a.www.xn--55qx5d.cn") == "www.xn--55qx5d.cn"


def test_what_counts_beside_the_list_has_a_source_and_is_not_in_it() -> None:
    for group in table().group:
        assert group.source
        data = released.public_suffixes(released.LATEST_SUFFIXES)
        assert not set(group.suffixes) & parse(data, version="1").exact
