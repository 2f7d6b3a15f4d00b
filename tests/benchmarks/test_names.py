"""What other programs print is counted for what it is."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from benchmarks.filter import write_names
from benchmarks.names import massdns

SIMPLE = "127.0.0.1:53 1795349047 {status} {name}.  A\n{name}. A 93.184.216.34\n"
JSON = '{{"name":"{name}.","type":"A","status":"{status}","data":{{}}}}\n'
STATUSES = {"nxdomain": "NXDOMAIN", "refused": "REFUSED"}


@pytest.mark.parametrize("form", (SIMPLE, JSON))
@pytest.mark.parametrize("lost", ("", "refused"))
def test_verdicts_that_massdns_loses_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, lost: str
) -> None:
    names = tmp_path / "names"
    kinds = write_names(names, 200)
    printed = tmp_path / "printed"
    rows = [line for line in names.read_text().split() if not lost or f".{lost}." not in line]
    printed.write_text(
        "".join(form.format(name=row, status=STATUSES.get(row.split(".")[1], "NOERROR")) for row in rows)
    )
    program = tmp_path / "massdns"
    program.write_text(f'#!/bin/sh\nwhile [ "$1" != -w ]; do shift; done\ncp {printed} "$2"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    found = massdns(53, names, 200, tmp_path, options=())
    assert found is not None
    assert found.wrong == (kinds[lost] if lost else 0)
