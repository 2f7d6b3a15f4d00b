"""Verification as a user meets it: a file, whom they recognise, an answer."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from certificates.trust import Trust, TrustFault, read_trust
from certificates.verify import Verification, VerificationOutcome, verify
from friendlywifi import files, terminal
from friendlywifi.complaint import Complaint
from friendlywifi.exitcodes import Exit
from friendlywifi.settings import load_settings
from probes.records import encode

STATUS_MISSING = (
    "The certificate is genuine and in time, but whether it was suspended or withdrawn was not checked, and "
    "that was required."
)


def run(
    file: Path,
    *,
    issuer: Path | None,
    allow_test: bool,
    require_status: bool,
    json: bool,
    config: Path | None,
) -> Exit:
    """Verify, print, and say by the exit code what came of it."""
    settings = load_settings(file=config).settings.trust
    named = issuer or (Path(settings.trusted_issuers) if settings.trusted_issuers else None)
    trust = _trust(named, settings.scheme_key)
    data = files.read_bytes(file, what="the certificate")
    found = verify(data, trust=trust.list if trust else None, now=datetime.now(UTC), allow_test=allow_test)
    if require_status and Exit(found.exit_code) is Exit.YES and not found.status_checked:
        found = msgspec.structs.replace(found, exit_code=int(Exit.UNKNOWN), sentence=STATUS_MISSING)
    code = Exit(found.exit_code)
    if json:
        terminal.data(encode(found))
    else:
        _show(found, code, trust)
    return code


def _trust(path: Path | None, scheme_key: str | None) -> Trust | None:
    if path is None:
        return None
    try:
        return read_trust(files.read_bytes(path, what="the list of issuers"), scheme_key=scheme_key)
    except TrustFault as fault:
        raise Complaint(f"{path}: {fault}") from None


def _show(found: Verification, code: Exit, trust: Trust | None) -> None:
    console = terminal.out()
    word, colour = {
        Exit.YES: ("GENUINE", "green"),
        Exit.NO: ("NO", "red"),
        Exit.UNKNOWN: ("NOT RECOGNISED", "yellow"),
    }[code]
    if found.outcome is VerificationOutcome.GENUINE and code is Exit.UNKNOWN:
        word = "STATUS NOT CHECKED"
    console.print(f"[bold reverse {colour}] {word} [/]  {terminal.shown(found.sentence)}")
    for detail in found.details:
        console.print(f"  {terminal.shown(detail)}")
    if trust is not None:
        console.print(f"  {terminal.shown(trust.remark)}")
