"""`friendlywifi demo`: what the program is for, in seconds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    *,
    output: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="DIR", help="Where to leave reports and certificates."),
    ] = Path("friendlywifi-demo"),
) -> None:
    """Check three emulated hotspots and certify the one that deserves it. No network, no root, seconds.

    A library whose filter works (a simulated fortnight of checks, then a certificate), a café where IPv6
    was forgotten, and an airport behind a login page. They run on this machine's loopback; everything is
    measured through real sockets and judged by the same rules as a real hotspot. The certificate says TEST.
    """
    from friendlywifi.lab import demonstration

    raise typer.Exit(demonstration.run(output))
