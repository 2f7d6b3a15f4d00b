"""Ticks, with a clock of one's own and runs that are made up; and the real program, told to stop."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest

from certificates.records import Status
from friendlywifi.checking.onsite import Measured
from friendlywifi.complaint import Complaint
from friendlywifi.exitcodes import Exit
from friendlywifi.records import certificates, due, runs
from friendlywifi.records.certificates import CertificateRow
from friendlywifi.records.database import Records, open_records
from friendlywifi.records.due import State
from friendlywifi.records.hotspots import Hotspot, Mode
from friendlywifi.records.runs import RunRow
from friendlywifi.records.taking import Came, Taken
from friendlywifi.serving import command as servicing
from friendlywifi.serving import supervisor
from friendlywifi.serving.loglines import Log, LogFormat
from friendlywifi.serving.service import Hook, Service, Ticked, tick
from friendlywifi.serving.watch import Looked, Plan
from probes.records import decode, encode
from tests.friendlywifi.surveillance import cast
from tests.friendlywifi.surveillance.cast import START
from tests.friendlywifi.surveillance.world import Clock

ROOT = Path(__file__).parents[3]
HOUR = timedelta(hours=1)


class Probe:
    """A probe on site whose runs are made up."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.serial = 0
        self.failed: tuple[str, ...] = ()
        self.void: str | None = None
        self.problem: BaseException | None = None

    async def measure(self, hotspot: Hotspot, numbered: Callable[[int], None]) -> Measured:
        self.serial += 1
        numbered(self.serial)
        if self.problem is not None:
            raise self.problem
        made = cast.row(
            hotspot.id,
            self.serial,
            self.clock.now(),
            failed=self.failed,
            causes=(cast.PUBLIC,),
            void=self.void,
        )
        return Measured(bundle=encode(made), serial=self.serial, void_reason=self.void)

    def keep(self, records: Records, data: bytes, *, now: datetime, actor: str, **_: Any) -> Taken:
        made = decode(data, RunRow)
        runs.record(records, made, now=now, actor=actor)
        return Taken(came=Came.NEW, bundle=made.bundle, hotspot=made.hotspot, row=made)


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


@pytest.fixture
def probe(clock: Clock) -> Probe:
    return Probe(clock)


@pytest.fixture
def service(tmp_path: Path, clock: Clock, probe: Probe) -> Service:
    file = tmp_path / "records.db"
    with open_records(file) as records:
        cast.add(records, cast.hotspot())
        cast.issue(records, "library-7", START)
    return Service(
        file=file,
        clock=clock,
        own=("library-7",),
        measure=probe.measure,
        keep=probe.keep,
        sheets=tmp_path / "sheets",
        issuer="Issuer",
    )


def rows(service: Service) -> tuple[due.DueRow, ...]:
    with open_records(service.file) as records:
        return due.of(records, "library-7")


def to_the_first_check(service: Service, clock: Clock) -> None:
    slots = Plan().slots(cast.hotspot())
    clock.true = slots.at(slots.first_since(START))


async def test_a_tick_makes_what_is_due_once(service: Service, clock: Clock, probe: Probe) -> None:
    assert (await tick(service)).next_at is not None
    to_the_first_check(service, clock)
    assert (await tick(service)).made == ["library-7"]
    assert (await tick(service)).made == []
    (row,) = rows(service)
    assert (row.state, row.serial) == (State.MADE, 1)


async def steady(service: Service, clock: Clock) -> Ticked:
    """Ticks until the clock is believed again after a jump; what the last one did."""
    ticked = await tick(service)
    while ticked.looked is None or not ticked.looked.clock_settled:
        clock.true += timedelta(minutes=5)
        ticked = await tick(service)
    return ticked


def certificate(service: Service) -> CertificateRow:
    with open_records(service.file) as records:
        return certificates.get(records, "FW-2026-000001")


async def test_a_certificate_expires_at_a_tick_and_is_dated_when_it_ended(
    tmp_path: Path, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a place that is not enrolled, too: an end needs no evidence."""
    service = Service(file=tmp_path / "records.db", clock=clock)
    with open_records(service.file) as records:
        cast.add(records, msgspec.structs.replace(cast.hotspot(), identity=None))
        cast.issue(records, "library-7", START, days=20)
    until = certificate(service).valid_until
    await steady(service, clock)
    clock.true = until - timedelta(hours=1)
    assert (await steady(service, clock)).looked == Looked()
    clock.true = until + timedelta(hours=1)
    looked = (await steady(service, clock)).looked
    assert looked is not None
    assert [(row.number, row.status) for row in looked.ended] == [("FW-2026-000001", Status.EXPIRED)]
    assert certificate(service).changed == until + timedelta(seconds=1)
    assert "FW-2026-000001 of library-7 is expired" in capsys.readouterr().err
    clock.true += timedelta(minutes=5)
    assert (await tick(service)).looked == Looked()


async def test_a_certificate_that_was_suspended_for_too_long_is_withdrawn_at_a_tick(
    service: Service, clock: Clock
) -> None:
    watching = replace(service, own=())
    await steady(watching, clock)
    clock.true += timedelta(days=31)
    await steady(watching, clock)
    suspended = certificate(service)
    assert suspended.status is Status.SUSPENDED
    clock.true = suspended.changed + timedelta(days=182)
    assert (await steady(watching, clock)).looked is not None
    assert certificate(service).status is Status.SUSPENDED
    clock.true = suspended.changed + timedelta(days=184)
    looked = (await steady(watching, clock)).looked
    assert looked is not None
    assert [row.status for row in looked.ended] == [Status.WITHDRAWN]
    assert certificate(service).changed == suspended.changed + timedelta(days=183)


async def test_a_failure_is_confirmed_told_and_handed_over(
    service: Service, clock: Clock, probe: Probe, tmp_path: Path
) -> None:
    to_the_first_check(service, clock)
    probe.failed = ("ADU-01",)
    for _ in range(20):
        ticked = await tick(service)
        if ticked.looked is not None and ticked.looked.notices:
            break
        clock.true += timedelta(minutes=5)
    else:
        pytest.fail("nothing was told within 100 minutes")
    assert probe.serial == 3
    texts = list((tmp_path / "sheets").glob("*.txt"))
    assert len(texts) == 1
    assert "ADU-01" in texts[0].read_text(encoding="utf-8")
    assert texts[0].with_suffix(".html").is_file()
    clock.true += 73 * HOUR
    await tick(service)
    clock.true += HOUR
    ticked = await tick(service)
    assert ticked.looked is not None
    assert [item.number for item in ticked.looked.suspended] == ["FW-2026-000001"]


@pytest.mark.parametrize("how", ("void", "complaint", "error"))
async def test_a_confirming_run_that_told_nothing_is_followed_by_another(
    service: Service, clock: Clock, probe: Probe, how: str
) -> None:
    to_the_first_check(service, clock)
    probe.failed = ("ADU-01",)
    assert (await tick(service)).made == ["library-7"]
    began = clock.true
    clock.true += timedelta(minutes=6)
    probe.void = "machine" if how == "void" else None
    probe.problem = {"complaint": Complaint("there is no resolver"), "error": ZeroDivisionError()}.get(how)
    await tick(service)
    assert probe.serial == 2
    probe.void = probe.problem = None
    notices: list[str] = []
    while clock.true < began + 8 * HOUR and not notices:
        clock.true += timedelta(minutes=5)
        ticked = await tick(service)
        notices += [item.kind.value for item in ticked.looked.notices] if ticked.looked else []
    assert notices == ["failing"]
    assert clock.true - began < 3 * HOUR


async def test_void_confirming_runs_do_not_go_on_for_ever(
    service: Service, clock: Clock, probe: Probe
) -> None:
    to_the_first_check(service, clock)
    probe.failed = ("ADU-01",)
    await tick(service)
    probe.void = "machine"
    for _ in range(3 * 48):
        clock.true += timedelta(minutes=30)
        await tick(service)
    # One an hour for a day, and four a day by the plan.
    assert 24 <= probe.serial <= 40


async def test_a_check_that_complains_is_void_and_keeps_nothing_else_from_being_done(
    service: Service, clock: Clock, probe: Probe
) -> None:
    done: list[str] = []

    async def act(_: Records, __: Callable[[], datetime]) -> str:
        done.append("hook")
        return "Done."

    to_the_first_check(service, clock)
    probe.problem = Complaint("this machine has no resolver")
    ticked = await tick(replace(service, hooks=(Hook(name="mail", act=act),)))
    assert ticked.faults == ["this machine has no resolver"]
    assert done == ["hook"]
    assert rows(service)[0].state is State.VOID


async def test_an_error_of_the_program_in_one_part_is_said_and_the_rest_goes_on(
    service: Service, clock: Clock, probe: Probe, capsys: pytest.CaptureFixture[str]
) -> None:
    to_the_first_check(service, clock)
    probe.problem = ZeroDivisionError("oh")
    ticked = await tick(service)
    assert ticked.looked is not None
    assert "ZeroDivisionError" in ticked.faults[0]
    assert "ERROR" in capsys.readouterr().err
    assert rows(service)[0].state is State.ABORTED


async def test_a_check_that_is_stopped_is_aborted_at_once(service: Service, clock: Clock) -> None:
    to_the_first_check(service, clock)
    began = asyncio.Event()

    async def measure(_: Hotspot, numbered: Callable[[int], None]) -> Measured:
        numbered(9)
        began.set()
        await asyncio.sleep(3600)
        raise AssertionError

    task = asyncio.create_task(tick(replace(service, measure=measure)))
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (row,) = rows(service)
    assert (row.state, row.serial) == (State.ABORTED, 9)


async def test_after_a_jump_of_the_clock_nothing_is_made_or_ended_for_a_quarter_of_an_hour(
    service: Service, clock: Clock
) -> None:
    await tick(service)
    clock.off = timedelta(days=400)
    ticked = await tick(service)
    assert ticked.looked is not None
    assert not ticked.looked.clock_settled
    assert (ticked.made, ticked.looked.ended, ticked.looked.notices) == ([], (), ())
    clock.off = timedelta(0)
    clock.true += timedelta(minutes=5)
    assert not (await tick(service)).looked.clock_settled  # type: ignore[union-attr]
    clock.true += timedelta(minutes=16)
    assert (await tick(service)).looked.clock_settled  # type: ignore[union-attr]
    # A timer of the system waits for the clock by itself.
    clock.true += timedelta(days=7)
    believed = await tick(replace(service, believe_clock=True))
    assert believed.looked is not None
    assert believed.looked.clock_settled


class Listener(BaseHTTPRequestHandler):
    """A server that waits for heartbeats."""

    beats: list[str]
    answer = 200

    def do_GET(self) -> None:
        type(self).beats.append(self.path)
        self.send_response(type(self).answer)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def listener() -> Iterator[tuple[str, type[Listener]]]:
    kind = type("Here", (Listener,), {"beats": []})
    server = HTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/secret", kind
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def test_a_good_tick_beats_and_a_bad_one_does_not(
    service: Service, clock: Clock, probe: Probe, listener: tuple[str, type[Listener]]
) -> None:
    url, heard = listener
    beating = replace(service, heartbeat=url)
    await tick(beating)
    assert heard.beats == ["/secret"]
    to_the_first_check(service, clock)
    probe.problem = Complaint("no resolver")
    await tick(beating)
    assert len(heard.beats) == 1


async def test_a_heartbeat_that_nobody_hears_is_a_line_and_no_fault(
    service: Service, listener: tuple[str, type[Listener]], capsys: pytest.CaptureFixture[str]
) -> None:
    url, heard = listener
    heard.answer = 503
    assert (await tick(replace(service, heartbeat=url))).faults == []
    with socket.socket() as gone:
        gone.bind(("127.0.0.1", 0))
        port = gone.getsockname()[1]
        dead = replace(service, heartbeat=f"http://127.0.0.1:{port}/secret")
        assert (await tick(dead)).faults == []
    said = capsys.readouterr().err
    assert "503" in said
    assert "ConnectError" in said
    assert "secret" not in said


def test_a_line_is_for_people_or_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    Log().say("x", "a \x1b[31mred\nname", at=START)
    assert capsys.readouterr().err == "2026-11-22 12:00:00Z a \\x1b[31mred\\nname\n"
    Log(format=LogFormat.JSON).say("x", "a\nname", at=START, hotspot="library-7", void=None)
    line = json.loads(capsys.readouterr().err)
    assert line == {
        "at": "2026-11-22T12:00:00Z",
        "event": "x",
        "hotspot": "library-7",
        "level": "info",
        "text": "a\nname",
    }


def test_systemd_is_told_where_it_listens(tmp_path: Path) -> None:
    assert supervisor.notify("READY=1", environment={}) is None
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(tmp_path / "notify"))
        assert supervisor.notify("READY=1", environment={"NOTIFY_SOCKET": str(tmp_path / "notify")}) is None
        assert sock.recv(100) == b"READY=1"
    assert supervisor.notify("READY=1", environment={"NOTIFY_SOCKET": str(tmp_path / "no")}) is not None


# ----------------------------------------------------------------------------------- the real program


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with open_records(tmp_path / "state" / "records.db") as records:
        now = datetime.now(UTC)
        cast.add(records, cast.hotspot("here", enrolled=now), now=now)
        away = cast.hotspot(
            "branch", enrolled=now - timedelta(days=40), mode=Mode.ROUNDS, office_hours="08:00-16:00"
        )
        cast.add(records, away, now=now)
    return tmp_path


def _program(home: Path, surroundings: Any, *arguments: str, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "friendlywifi", "serve", *arguments],
        cwd=home,
        env=surroundings(home, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(("which", "code"), ((signal.SIGTERM, 0), (signal.SIGINT, 130)))
def test_it_stops_cleanly_when_it_is_told(home: Path, surroundings: Any, which: int, code: int) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(home / "notify"))
        sock.settimeout(30)
        process = _program(
            home, surroundings, "--log-format", "json", "--every", "5", NOTIFY_SOCKET=str(home / "notify")
        )
        told = [sock.recv(100)]
        while told[-1] != b"WATCHDOG=1":
            told.append(sock.recv(100))
        assert told[0] == b"READY=1"
        began = time.monotonic()
        os.kill(process.pid, which)
        out, err = process.communicate(timeout=20)
    assert process.returncode == code, err
    assert time.monotonic() - began < 10
    assert out == ""
    events = [json.loads(line)["event"] for line in err.splitlines()]
    assert events[0] == "start"
    assert events[-1] == "stop"


def test_once_looks_and_ends(home: Path, surroundings: Any) -> None:
    process = _program(home, surroundings, "--once")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, ""), err


def test_due_lists_what_is_due_where(home: Path, surroundings: Any) -> None:
    process = _program(home, surroundings, "--due", "--format", "json")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1, err
    listed = json.loads(out)
    (visit,) = listed["visits"]
    assert (visit["hotspot"], visit["errand"], visit["overdue_days"]) == ("branch", "check", 40)
    assert [item["hotspot"] for item in listed["checks"]] == ["here"]


def test_due_is_a_table_for_people(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FRIENDLYWIFI_STATE", str(home / "state"))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(home)
    assert servicing.show_due(servicing.Asked(), json=False) is Exit.NO
    told = capsys.readouterr().out
    assert "Branch" in told
    assert "08:00-16:00" in told
    assert "40 days late" in told


@pytest.mark.parametrize(
    ("hotspots", "says"),
    (
        (("nowhere",), "there is no hotspot nowhere"),
        (("branch",), "visited on rounds"),
        (("here",), "authorised"),
    ),
)
def test_what_would_fail_in_the_night_is_said_at_once(
    home: Path, monkeypatch: pytest.MonkeyPatch, hotspots: tuple[str, ...], says: str
) -> None:
    monkeypatch.setenv("FRIENDLYWIFI_STATE", str(home / "state"))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(home)
    with pytest.raises(Complaint, match=says):
        servicing.service_of(servicing.Asked(hotspots=hotspots))


def test_two_services_on_one_file_stop_and_leave_it_whole(home: Path, surroundings: Any) -> None:
    both = [_program(home, surroundings, "--every", "5") for _ in range(2)]
    for process in both:
        assert process.stderr is not None
        assert "Serving" in process.stderr.readline()
    time.sleep(2)
    for process in both:
        process.terminate()
    for process in both:
        _, err = process.communicate(timeout=20)
        assert process.returncode == 0, err
        assert "ERROR" not in err
    with open_records(home / "state" / "records.db") as records:
        assert records.connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
