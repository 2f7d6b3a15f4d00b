"""The program as a user meets it: a process of its own, with a home and a state folder of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from friendlywifi.__main__ import main
from friendlywifi.language import spoken as language

ROOT = Path(__file__).parent.parent.parent

Cli = Callable[..., "subprocess.CompletedProcess[str]"]


def surroundings(home: Path, **extra: str) -> dict[str, str]:
    """An environment in which nothing of this machine's user shines through."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("FRIENDLYWIFI_", "XDG_", "LC_"))
        and name.lower()
        not in {"http_proxy", "https_proxy", "all_proxy", "no_color", "force_color", "columns"}
    }
    return {
        **kept,
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "FRIENDLYWIFI_STATE": str(home / "state"),
        "PYTHONPATH": str(ROOT),
        **extra,
    }


@pytest.fixture(name="surroundings", scope="session")
def _surroundings() -> Callable[..., dict[str, str]]:
    return surroundings


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    """Run `friendlywifi` with arguments, in `tmp_path`; `before` is a command to run it by."""

    def run(
        *arguments: str | Path, before: tuple[str, ...] = (), timeout: float = 60, **extra: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*before, sys.executable, "-m", "friendlywifi", *map(str, arguments)],
            cwd=tmp_path,
            env=surroundings(tmp_path, **extra),
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=timeout,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    return run


@pytest.fixture
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Cli:
    """As `cli`, in this process: the same path from the first line to the exit code, without the imports."""

    def run(*arguments: str | Path, **extra: str) -> subprocess.CompletedProcess[str]:
        wanted = surroundings(tmp_path, **extra)
        terminate = signal.getsignal(signal.SIGTERM)
        with monkeypatch.context() as patch:
            for name in os.environ.keys() - wanted.keys():
                patch.delenv(name)
            for name, value in wanted.items():
                patch.setenv(name, value)
            patch.chdir(tmp_path)
            patch.setattr(sys, "argv", ["friendlywifi", *map(str, arguments)])
            patch.setattr(sys, "stdout", sys.stdout)
            patch.setattr(sys, "stderr", sys.stderr)
            capfd.readouterr()
            with pytest.raises(SystemExit) as left:
                main()
            signal.signal(signal.SIGTERM, terminate)
            # A process of its own would take its language with it.
            language.speak(language.ENGLISH)
            out, err = capfd.readouterr()
        return subprocess.CompletedProcess(arguments, int(left.value.code or 0), out, err)

    return run


def hear_ctrl_c() -> None:
    """A shell without job control starts what is in the background deaf to Ctrl-C (POSIX, sh, 2.11)."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start `friendlywifi` and leave it running; whatever still runs at the end is ended."""
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: str | Path, **extra: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "friendlywifi", *map(str, arguments)],
            cwd=tmp_path,
            env=surroundings(tmp_path, **extra),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            preexec_fn=hear_ctrl_c,  # noqa: PLW1509 - it takes no lock, and only exec follows
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture(scope="session")
def alone() -> tuple[str, ...]:
    """The words before a command that take the network from it; skips where that is not possible."""
    words = ("unshare", "--net", "--map-root-user")
    if shutil.which("unshare") is None or subprocess.run([*words, "true"], check=False).returncode != 0:
        pytest.skip("a network namespace cannot be made here")
    return words
