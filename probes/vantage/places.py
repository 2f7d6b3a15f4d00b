"""Where a machine keeps what it knows of its network: paths and doors, so that a test can plant a fault."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from probes.vantage.kernel import way_to
from probes.vantage.programs import output_of


@dataclass(frozen=True, kw_only=True)
class Places:
    """The machine itself, unless a root says otherwise."""

    etc: Path = Path("/etc")
    run: Path = Path("/run")
    var: Path = Path("/var/lib")
    proc: Path = Path("/proc")
    sys: Path = Path("/sys/class/net")
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    way: Callable[[str], str | None] = way_to
    """From an address to the interface by which a packet to it would leave."""
    program: Callable[..., str | None] = output_of
    """What a program of the system prints."""

    @classmethod
    def under(
        cls,
        root: Path,
        *,
        environment: Mapping[str, str] | None = None,
        way: Callable[[str], str | None] = lambda _: None,
    ) -> Self:
        """A machine that is a folder: nothing of the real one is read, no program is run."""
        return cls(
            etc=root / "etc",
            run=root / "run",
            var=root / "var/lib",
            proc=root / "proc",
            sys=root / "sys/class/net",
            environment=environment or {},
            way=way,
            program=lambda *_: None,
        )
