"""What a process that runs for years says of itself: a line a fact on stderr, for people or for programs."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from friendlywifi.terminal import visible
from probes.records import encode


class LogFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


class Level(StrEnum):
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, kw_only=True)
class Log:
    """Where lines go. Nothing secret is ever handed to it."""

    format: LogFormat = LogFormat.TEXT

    def say(
        self, event: str, sentence: str, *, at: datetime, level: Level = Level.INFO, **facts: str | int | None
    ) -> None:
        """One line. `event` is a stable word for programs; `facts` stand in the JSON form alone."""
        if self.format is LogFormat.JSON:
            whole = {
                **{name: value for name, value in facts.items() if value is not None},
                "at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
                "event": event,
                "level": level.value,
                "text": sentence,
            }
            line = encode(whole).decode()
        else:
            mark = "" if level is Level.INFO else f"{level.value.upper()}: "
            line = f"{at:%Y-%m-%d %H:%M:%S}Z {mark}{visible(sentence)}"
        sys.stderr.write(line + "\n")
        sys.stderr.flush()
