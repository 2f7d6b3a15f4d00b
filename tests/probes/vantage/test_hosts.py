from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from probes.records import HostsEntry
from probes.vantage.hosts import parse_hosts


def test_only_lines_about_names_that_are_asked_are_kept() -> None:
    text = "127.0.0.1 localhost\n0.0.0.0 Adult.example. www.private.example # mine\n::1 adult.example\n"
    assert parse_hosts(text, names={"adult.example", "control.example"}) == (
        HostsEntry(name="adult.example", address="0.0.0.0"),
        HostsEntry(name="adult.example", address="::1"),
    )


def test_what_is_commented_out_answers_nothing() -> None:
    assert parse_hosts("# 0.0.0.0 adult.example\nadult.example 0.0.0.0\n", names={"adult.example"}) == ()


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    parse_hosts(text, names={"adult.example"})
