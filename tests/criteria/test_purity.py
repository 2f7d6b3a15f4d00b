"""Judging reads no clock, no disk and no network: the guard that every test here runs under can tell."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import criteria
from tests.criteria.pure import HOME, ImpureError

SOURCES = sorted(Path(criteria.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize(
    "statement",
    (
        "with open('/etc/hostname') as file: file.read()",
        "__import__('pathlib').Path('/etc/hostname').read_text()",
        "__import__('os').listdir('/')",
        "__import__('socket').socket().close()",
        "__import__('socket').getaddrinfo('localhost', 80)",
        "__import__('subprocess').run(['true'])",
        "__import__('time').time()",
        "__import__('time').monotonic()",
        "__import__('random').random()",
        "__import__('os').urandom(4)",
    ),
)
def test_whatever_reaches_out_from_judging_is_stopped(statement: str) -> None:
    within = compile(statement, HOME + "somewhere.py", "exec")
    with pytest.raises(ImpureError):
        exec(within, {})  # noqa: S102 - as if it stood in the package
    exec(compile(statement, __file__, "exec"), {})  # noqa: S102 - elsewhere it may


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_no_module_asks_what_time_it_is(source: Path) -> None:
    """A `datetime` cannot be replaced from outside, so that its words are looked for."""
    called = {
        node.attr
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
    }
    assert not called & {"now", "utcnow", "today"}
