"""Verification as a user meets it: a file or the text of a code, whom they recognise, an answer."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
from rich.padding import Padding

from certificates.inclusion import Shown
from certificates.statement import read_statement
from certificates.trust import Trust
from certificates.verify import NOT_IN_LOG, Verification, VerificationOutcome, verify
from certificates.verify_code import number_of, verify_code
from friendlywifi import files, terminal
from friendlywifi.complaint import Complaint
from friendlywifi.exitcodes import Exit
from friendlywifi.language.retelling import retold
from friendlywifi.language.retelling import word as said
from friendlywifi.language.spoken import fine_print, phrase
from friendlywifi.settings import load_settings
from friendlywifi.verifying.trusting import known_trust
from probes.records import encode

STATUS_MISSING = (
    "The certificate is genuine and in time, but whether it was suspended or withdrawn was not checked, and "
    "that was required."
)


CODE = "https://"
"""How the text of a code begins, and no name of a file does."""


def run(
    file: str,
    *,
    issuer: Path | None,
    allow_test: bool,
    require_status: bool,
    status: str | None = None,
    shown: tuple[Path | None, Path | None] = (None, None),
    json: bool,
    config: Path | None,
) -> Exit:
    """Verify, print, and say by the exit code what came of it."""
    settings = load_settings(file=config).settings.trust
    trust = known_trust(settings, issuer)
    now = datetime.now(UTC)
    if file.startswith(CODE):
        if shown != (None, None):
            raise Complaint(
                "--inclusion and --checkpoint are for a certificate: a code holds nothing that the log shows"
            )
        found = _found_of_code(file, trust, status or settings.status, allow_test=allow_test, now=now)
    else:
        data = files.read_bytes(Path(file), what="the certificate")
        found = _found(data, trust, status or settings.status, _shown(*shown), allow_test=allow_test, now=now)
    if require_status and Exit(found.exit_code) is Exit.YES and not found.status_checked:
        found = msgspec.structs.replace(found, exit_code=int(Exit.UNKNOWN), sentence=STATUS_MISSING)
    code = Exit(found.exit_code)
    if json:
        terminal.data(encode(found))
    else:
        _show(found, code, trust)
        if trust is None and code is Exit.UNKNOWN:
            hint = phrase("Hand in the list of the issuers that you recognise: --issuer FILE")
            terminal.err().print(terminal.shown(hint))
        if found.certificate is not None and found.certificate.test and not allow_test:
            hint = phrase("To try the program on it all the same: --allow-test")
            terminal.err().print(terminal.shown(hint))
    return code


def _found_of_code(
    text: str, trust: Trust | None, status: str | None, *, allow_test: bool, now: datetime
) -> Verification:
    """As `_found`, of the text of a code."""
    found = verify_code(text, trust=trust.list if trust else None, now=now, allow_test=allow_test)
    if status is None or trust is None or found.outcome is not VerificationOutcome.GENUINE:
        return found
    number = number_of(text, trust.list)
    if number is None:
        return found
    from friendlywifi.verifying.statusasking import asked  # noqa: PLC0415 - httpx is slow to load, and rarely needed

    answer = asked(status, number=number)
    if isinstance(answer, str):
        return msgspec.structs.replace(found, details=(*found.details, answer))
    return verify_code(text, trust=trust.list, now=now, allow_test=allow_test, status=answer)


def _found(
    data: bytes,
    trust: Trust | None,
    status: str | None,
    shown: Shown | None,
    *,
    allow_test: bool,
    now: datetime,
) -> Verification:
    """The answer; its status is asked only of what is genuine without it, so that nobody asks in vain."""
    listed = trust.list if trust else None
    found = verify(data, trust=listed, now=now, allow_test=allow_test, shown=shown)
    certificate = found.certificate
    if status is None or certificate is None or found.outcome is not VerificationOutcome.GENUINE:
        return found
    from friendlywifi.verifying.statusasking import asked  # noqa: PLC0415 - httpx is slow to load, and rarely needed

    answer = asked(status, number=certificate.number)
    if isinstance(answer, str):
        return msgspec.structs.replace(found, details=(*found.details, answer))
    told = read_statement(answer, certificate=certificate, trust=listed, now=now)
    if told.status is not None:
        found = verify(data, trust=listed, now=now, allow_test=allow_test, status=told.status, shown=shown)
    return msgspec.structs.replace(found, details=(*found.details, told.remark))


def _shown(inclusion: Path | None, checkpoint: Path | None) -> Shown | None:
    if inclusion is None and checkpoint is None:
        return None
    if inclusion is None or checkpoint is None:
        raise Complaint("--inclusion and --checkpoint go together: the one is read against the other")
    return Shown(
        inclusion=files.read_bytes(inclusion, what="the proof"),
        checkpoint=files.read_bytes(checkpoint, what="the checkpoint"),
    )


def _show(found: Verification, code: Exit, trust: Trust | None) -> None:
    console = terminal.out()
    word, colour = {
        Exit.YES: ("GENUINE", "green"),
        Exit.NO: ("NO", "red"),
        Exit.UNKNOWN: ("NOT RECOGNISED", "yellow"),
    }[code]
    if found.outcome is VerificationOutcome.GENUINE and code is Exit.UNKNOWN:
        unseen = found.sentence != STATUS_MISSING
        word = "FACE NOT COMPARED" if unseen else "STATUS NOT CHECKED"
    if found.sentence.startswith(NOT_IN_LOG):
        word = "LOG NOT SHOWN"
    console.print(
        f"[bold reverse {colour}] {terminal.shown(said(word))} [/]  {terminal.shown(retold(found.sentence))}"
    )
    told = [retold(detail) for detail in found.details]
    if trust is not None:
        told.append(retold(trust.remark))
    for sentence in told:
        # On a terminal the second line of a sentence stands below its first.
        margin = (0, 0, 0, 2) if console.is_terminal else None
        shown = terminal.shown(sentence)
        console.print(f"  {shown}" if margin is None else Padding(shown, margin))
    for line in fine_print():
        console.print(f"[dim]{terminal.shown(line)}[/dim]")
