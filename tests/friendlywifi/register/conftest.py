from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from friendlywifi.records import certificates
from friendlywifi.records.database import Records, open_records
from tests.conftest import require_server, required
from tests.friendlywifi.register.served import served
from tests.friendlywifi.register.town import publish, settle

NPM = (
    "puppeteer-core@25.16.0",
    "axe-core@4.14.1",
    "jose@6.2.17",
    "@digitalbazaar/vc-bitstring-status-list@2.0.1",
)
"""Test only."""


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with open_records(tmp_path / "records.db") as opened:
        yield opened


@dataclass(frozen=True, kw_only=True)
class Town:
    """A published register with one certificate of each kind."""

    folder: Path
    numbers: dict[str, str]
    codes: dict[str, str]
    """The fragment of each one's code."""

    def page(self, kind: str) -> str:
        return (self.folder / "c" / self.numbers[kind] / "index.html").read_text("utf-8")


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder = tmp_path_factory.mktemp("town")
    with open_records(folder / "records.db") as opened:
        numbers = settle(opened)
        publish(opened, folder / "register")
        codes = {}
        for kind, number in numbers.items():
            proofs = certificates.get(opened, number).proofs
            assert proofs is not None
            codes[kind] = proofs.code.partition("#")[2]
    return Town(folder=folder / "register", numbers=numbers, codes=codes)


@pytest.fixture(scope="session")
def npm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the readers of npm, from whatever registry is configured."""
    folder = tmp_path_factory.mktemp("npm")
    options = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"]
    command = [require_server("npm"), "install", *options, str(folder), *NPM]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder, timeout=110)
    if done.returncode:
        required(f"npm cannot install {' and '.join(NPM)}; they verified nothing: {done.stderr[-300:]}")
    return folder


HOME = "https://register.example"
"""Where the register of these tests says that it stands."""

Browse = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="session")
def browse(npm: Path) -> Iterator[Browse]:
    """Opens pages of a folder in a headless Chromium: what a reader has of each, and what was asked for."""
    command = [
        require_server("node"),
        str(Path(__file__).with_name("browser.mjs")),
        require_server("chromium"),
    ]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=npm) as running:
        to, back = running.stdin, running.stdout
        assert to is not None
        assert back is not None

        def open_all(folder: Path, *jobs: dict[str, Any]) -> list[dict[str, Any]]:
            with served(folder) as (base, asked):
                to.write(json.dumps([{"at": HOME, **job, "from": base} for job in jobs]) + "\n")
                to.flush()
                line = back.readline()
            assert line, "the browser ended"
            answers: list[dict[str, Any]] = json.loads(line)
            for answer, job in zip(answers, jobs, strict=True):
                assert "failed" not in answer, answer
                answer["asked"] = tuple(asked)
                answer["base"] = job.get("at", HOME) or base
            return answers

        yield open_all
        to.close()
