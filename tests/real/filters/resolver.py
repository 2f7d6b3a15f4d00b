"""What every resolver on a gateway has in common: where it listens, and when it is ready."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.real.internet import resolve
from tests.real.site import GATEWAY, Site
from tests.real.world import HOSTERS


def addresses(made: Site) -> tuple[str, ...]:
    """Where a resolver of this site listens."""
    return (GATEWAY, made.gateway6) if made.has_ipv6 else (GATEWAY,)


def serve(
    made: Site, command: Sequence[str], *, directory: Path, gone: str | None = None, port: int = 53
) -> None:
    """Start a resolver on the gateway. It is ready when it answers for a control and filters `gone`.

    A server may answer before its block list is loaded; what it says then is not what it is.
    """
    true = {pair[0] for pair in HOSTERS}

    def ready() -> bool:
        if not resolve(GATEWAY, "open-01.example", port=port):
            return False
        return gone is None or not true & set(resolve(GATEWAY, gone, port=port) or ())

    made.processes[Path(command[0]).name] = made.undo.enter_context(
        made.gateway.running(command, log=directory / "log", ready=ready)
    )
