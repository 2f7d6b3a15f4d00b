"""Ctrl-C at any moment: one sentence, exit code 130, at once, and nothing half-written."""

from __future__ import annotations

import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Start = Callable[..., "subprocess.Popen[str]"]

SENTENCE = "friendlywifi: interrupted; nothing half-written is left\n"


def left_behind(folder: Path) -> list[Path]:
    """Temporary files below a folder, and files that hold nothing."""
    return [item for item in folder.rglob("*") if item.is_file() and item.name.startswith(".")]


def interrupt(process: subprocess.Popen[str], number: int = signal.SIGINT) -> tuple[str, float]:
    """What it says on stderr after the signal, and how many seconds it took to end."""
    process.send_signal(number)
    began = time.monotonic()
    _, err = process.communicate(timeout=20)
    return err, time.monotonic() - began


@pytest.fixture
def asked() -> Iterator[tuple[str, socket.socket]]:
    """A resolver that says nothing, and its socket, to wait for the first question."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(20)
        yield f"127.0.0.1:{sock.getsockname()[1]}", sock


def test_in_the_middle_of_a_check(start: Start, tmp_path: Path, asked: tuple[str, socket.socket]) -> None:
    resolver, sock = asked
    process = start(
        *("check", "--authorised-by", "me", "--resolver", resolver),
        *("--connect-to", "192.0.2.1:53:127.0.0.1:9", "-o", tmp_path / "out"),
    )
    sock.recv(4096)
    err, seconds = interrupt(process)
    assert process.returncode == 130
    assert err.endswith(SENTENCE)
    assert "Traceback" not in err
    assert seconds < 2
    assert list((tmp_path / "out").iterdir()) == []
    numbers = [item.name for item in (tmp_path / "state" / "runs").rglob("0*") if item.name.isdecimal()]
    assert numbers == ["000001"], "a started run counts"


def test_in_the_middle_of_the_demo(start: Start, tmp_path: Path) -> None:
    process = start("demo", "-o", tmp_path / "out", PYTHONUNBUFFERED="1")
    assert process.stdout is not None
    deadline = time.monotonic() + 30
    while not (tmp_path / "out" / "certified" / "certificate.html").exists():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    err, seconds = interrupt(process)
    assert process.returncode == 130
    assert err == SENTENCE
    assert seconds < 2
    assert left_behind(tmp_path / "out") == []
    assert not (tmp_path / "out" / "leaking" / "certificate.json").exists()


@pytest.mark.parametrize(("number", "code"), ((signal.SIGINT, 130), (signal.SIGTERM, 143)))
def test_an_emulated_hotspot_goes_away_with_its_files(
    start: Start, tmp_path: Path, number: int, code: int
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    process = start("lab", "run", "library", TMPDIR=str(temporary))
    assert process.stdout is not None
    assert process.stdout.readline().startswith("friendlywifi check")
    (folder,) = temporary.iterdir()
    assert list(folder.glob("lab-*.toml"))
    err, seconds = interrupt(process, number)
    assert process.returncode == code
    assert "Traceback" not in err
    assert err.endswith(SENTENCE) or number == signal.SIGTERM
    assert seconds < 2
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("after", (0.08, 0.15, 0.25, 0.4))
def test_while_it_is_still_starting(start: Start, tmp_path: Path, after: float) -> None:
    process = start("demo", "-o", tmp_path / "out")
    time.sleep(after)
    err, seconds = interrupt(process)
    if process.returncode == -signal.SIGINT and ", in main" not in err:
        pytest.skip("Python itself was still starting, or still looking for the program")
    assert process.returncode == 130
    assert err == SENTENCE
    assert seconds < 2


def test_temporary_files_of_this_program_do_not_pile_up(start: Start, tmp_path: Path) -> None:
    before = set(Path(tempfile.gettempdir()).glob("friendlywifi-*"))
    process = start("lab", "run", "cafe")
    assert process.stdout is not None
    process.stdout.readline()
    interrupt(process)
    assert set(Path(tempfile.gettempdir()).glob("friendlywifi-*")) <= before
