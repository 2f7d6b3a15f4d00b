"""`friendlywifi status`."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer


class Format(Enum):
    TEXT = "text"
    JSON = "json"


def status(
    *,
    hotspot: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="One hotspot, by id or name, with its last runs.")
    ] = None,
    format_: Annotated[
        Format, typer.Option("--format", help="text for people, json is friendlywifi/status/1.")
    ] = Format.TEXT,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="Read this configuration file.")
    ] = None,
) -> None:
    """How every hotspot does: last check, next date, what to do, the most urgent one first.

    Looking changes nothing, and needs no `serve`. What is not known is never shown as good.

    Exit code: 0 all is well, 1 something needs doing, 3 something is not known, 2 usage.
    """
    from datetime import UTC, datetime

    from friendlywifi.serving import status as shown

    now = datetime.now(UTC).replace(microsecond=0)
    raise typer.Exit(shown.run(hotspot, json=format_ is Format.JSON, config=config, now=now))
