"""Ctrl-C, SIGTERM, kill -9, a full disk: the same command goes on, no name is lost and none stands twice."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.probes.sweep import responder

Started = Callable[..., "subprocess.Popen[str]"]
Rows = Callable[[Path], list[tuple[str, str, str, str]]]
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -9}


def a_list(tmp_path: Path, count: int) -> Path:
    path = tmp_path / "list.txt"
    kinds = ("sink", "open", "refused", "nxdomain")
    path.write_text("".join(f"{kinds[i % 4]}-{i}.example\n" for i in range(count)))
    return path


def options(*resolvers: responder.Responder, rate: int) -> list[str]:
    given = [word for item in resolvers for word in ("--resolver", item.endpoint)]
    return [
        *given,
        *("--authorised-by", "the tests", "--canary", "good.example", "--canary", "good2.example"),
        *("--rate", str(rate), "--types", "A", "--format", "json"),
    ]


def until_done(start: Callable[[], subprocess.Popen[str]], *, seed: int, most: int) -> tuple[int, str, int]:
    """Starts and kills until it comes to its end: exit code, stdout, and how often it was killed."""
    dice = random.Random(seed)
    kills = 0
    while True:
        process = start()
        try:
            out, err = process.communicate(timeout=dice.uniform(0.3, 3.0) if kills < most else 60)
        except subprocess.TimeoutExpired:
            sent = dice.choice(SIGNALS)
            process.send_signal(sent)
            _, err = process.communicate(timeout=20)
            kills += 1
            # It may have ended by itself at that moment, or be hit before its first line.
            assert process.returncode in (CODES[sent], -sent, 0, 1, 3), (sent, process.returncode, err)
            assert "internal error" not in err
            assert "Traceback" not in err
            continue
        assert process.returncode in (0, 1, 3), err
        return process.returncode, out, kills


@pytest.mark.parametrize("name", ("out.db", "out.jsonl"))
@pytest.mark.parametrize("size", (pytest.param((750, 2)), pytest.param((9000, 30), marks=pytest.mark.long)))
def test_whenever_it_is_killed_the_same_command_goes_on(
    tmp_path: Path, started: Started, rows_of: Rows, name: str, size: tuple[int, int]
) -> None:
    """Of so many names, and so many kills at the most."""
    count, most = size
    list_ = a_list(tmp_path, count)
    with responder.Responder() as one, responder.Responder() as two:
        arguments = options(one, two, rate=300)
        code, out, kills = until_done(lambda: started(list_, *arguments, "-o", name), seed=count, most=most)
        endpoints = {one.endpoint, two.endpoint}
    assert kills >= 1
    assert code == 1
    assert {item.stat().st_mode & 0o777 for item in tmp_path.glob("out.*")} == {0o600}
    rows = rows_of(tmp_path / name)
    assert Counter(rows).most_common(1)[0][1] == 1
    assert {row[:3] for row in rows} == {
        (line, "A", endpoint) for line in list_.read_text().split() for endpoint in endpoints
    }
    told = json.loads(out)
    found = Counter(row[3] for row in rows)
    assert told["names"] == count
    assert told["leaks"] == found["reachable"] == 2 * len(range(1, count, 4))
    assert sum(lane["blocked"] for lane in told["lanes"]) == found["blocked"]
    assert sum(lane["inconclusive"] for lane in told["lanes"]) == found["inconclusive"]
    assert told["agree"] + told["differ"] + told["unclear"] == count
    assert len(told["listed"]) == min(told["leaks"], 10_000)


def test_ctrl_c_says_that_what_was_answered_is_kept_and_how_to_go_on(
    tmp_path: Path, started: Started
) -> None:
    with responder.Responder() as one:
        process = started(a_list(tmp_path, 20_000), *options(one, rate=50), "-o", "out.db")
        deadline = time.monotonic() + 20
        while not (tmp_path / "out.db").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "out.db keeps what was answered; the same command again goes on from there" in " ".join(
        err.split()
    )
