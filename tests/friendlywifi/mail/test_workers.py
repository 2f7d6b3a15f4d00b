"""Workers that are killed without a word: no letter is lost, and every second copy is explained.

`kill -9` may fall between the server's "250" and our commit. A final letter is then sent again (that is the
second copy), any other becomes unknown and is sent again only where a person says so.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from friendlywifi.mail.delivering import deliver
from friendlywifi.mail.desk import Desk
from friendlywifi.mail.queueing import queue_certificates
from friendlywifi.records import certificates, hotspots, journal, outbox
from friendlywifi.records.database import Records, open_records
from friendlywifi.records.outbox import LEASE, State
from tests.friendlywifi.mail.cast import PASSWORD, Mailbox, issue, library, mail_server, sending

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a trial with killed workers came to."""

    letters: int
    kills: int
    delivered: int
    second_copies: int
    unknown: int


@pytest.mark.parametrize(
    ("letters", "workers", "kills"),
    (
        pytest.param(60, 2, 2, id="60 letters, 2 workers"),
        pytest.param(1000, 4, 40, id="1,000 letters, 4 workers", marks=pytest.mark.long),
    ),
)
@pytest.mark.timeout(1200)
def test_killed_workers_lose_no_letter(
    tmp_path: Path, authority: trustme.CA, ca: Path, *, letters: int, workers: int, kills: int
) -> None:
    shown = _trial(tmp_path, authority, ca, letters=letters, workers=workers, kills=kills)
    print(shown)  # noqa: T201 - the figures of the trial, for `pytest -s`
    assert shown.delivered == letters
    assert shown.second_copies <= shown.kills
    assert shown.unknown <= shown.kills


def _trial(folder: Path, authority: trustme.CA, ca: Path, *, letters: int, workers: int, kills: int) -> Shown:
    file = folder / "records.db"
    now = datetime.now(UTC).replace(microsecond=0)
    with open_records(file) as records:
        _owe(records, letters, now)
    mailbox = Mailbox(slow_s=0.02)
    chance = random.Random(7)
    killed = 0
    with mail_server(mailbox, authority) as port:
        config = _config(folder, file, port, ca)
        with _crew(config, workers) as crew:
            while killed < kills and len(mailbox.copies) < letters * 0.95:
                # Spread over all letters; each new worker imports for a second or more.
                so_many = max((killed + 1) * letters // (kills + 2), len(mailbox.taken) + 1)
                _until(lambda: len(mailbox.taken) >= so_many, seconds=30)  # noqa: B023 - asked at once
                time.sleep(chance.uniform(0, 0.04))
                killed += crew.kill(chance)
        with open_records(file) as records:
            out = sending(port, ca)

            def later() -> datetime:
                return datetime.now(UTC) + LEASE + timedelta(minutes=1)

            asyncio.run(deliver(records, out, worker="last", clock=later))
            unknown = outbox.every(records, State.UNKNOWN)
            early = {item.id for item in outbox.every(records) if not item.final}
            assert all(item.id in early for item in unknown)
            assert all(count == 1 for name, count in mailbox.copies.items() if name in _early(mailbox))
            for item in unknown:
                assert outbox.again(records, item.id, actor="Drita", now=later())
            asyncio.run(deliver(records, out, worker="person", clock=later))
            assert {item.state for item in outbox.every(records)} <= {State.SENT, State.SUPPRESSED}
            assert journal.verify(records) is None
    copies = mailbox.copies
    return Shown(
        letters=letters,
        kills=killed,
        delivered=len(copies),
        second_copies=sum(copies.values()) - len(copies),
        unknown=len(unknown),
    )


def _early(mailbox: Mailbox) -> set[str]:
    return {str(item["Message-ID"]) for item in mailbox.taken if "përfundon pas" in str(item["Subject"])}


def _owe(records: Records, letters: int, now: datetime) -> None:
    """Half of them final (an end twelve days ago), half early (an end in twenty days)."""
    # Early letters go out by day: a zone in which it is early afternoon now.
    shift = 13 - now.hour
    zone = f"Etc/GMT{-shift:+d}" if shift else "Etc/UTC"
    with records.writing():
        for number in range(1, letters + 1):
            contact = hotspots.Contact(name=f"Contact {number}", email=f"contact-{number}@example.al")
            place = library(number, contacts=(contact,), time_zone=zone)
            ended = now - timedelta(days=12 + 365) if number % 2 else now - timedelta(days=345)
            hotspots.add(records, place, now=ended, actor="the tests")
            issue(records, place.id, ended)
        certificates.by_the_clock(records, now=now)
        queue_certificates(records, Desk(), now=now)
    assert len(outbox.every(records, State.PENDING)) == letters


def _config(folder: Path, file: Path, port: int, ca: Path) -> Path:
    password = folder / "password"
    password.write_text(PASSWORD, encoding="utf-8")
    password.chmod(0o600)
    config = folder / "friendlywifi.toml"
    config.write_text(
        f'[records]\nfile = "{file}"\n[mail]\nhost = "localhost"\nport = {port}\nuser = "wifi"\n'
        f'password_file = "{password}"\nca_file = "{ca}"\nsender = "Friendly Wi-Fi <wifi@example.al>"\n',
        encoding="utf-8",
    )
    return config


class Crew:
    """Processes of `friendlywifi reminders send`, each replaced when it ends."""

    def __init__(self, config: Path, workers: int) -> None:
        self._config = config
        self._running = [self._start() for _ in range(workers)]

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "friendlywifi", "reminders", "send", "--config", str(self._config)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self, chance: random.Random) -> int:
        """Kill one that runs, and start another one. How many were killed."""
        at = chance.randrange(len(self._running))
        process = self._running[at]
        ended = process.poll()
        process.send_signal(signal.SIGKILL)
        process.wait()
        self._running[at] = self._start()
        return int(ended is None)

    def end(self) -> None:
        for process in self._running:
            process.kill()
            process.wait()


@contextmanager
def _crew(config: Path, workers: int) -> Iterator[Crew]:
    crew = Crew(config, workers)
    try:
        yield crew
    finally:
        crew.end()


def _until(true: object, *, seconds: float) -> None:
    assert callable(true)
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.002)
