"""`friendlywifi bundle`: what is in a bundle; its published form; and the whole one back from that."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from friendlywifi import files, terminal
from friendlywifi.checking import serials
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.bundle import BUNDLE, MAX_BUNDLE, open_zip, read_bundle
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.evidence.redact import MARK, SHORTEST_KEY, read_published, redact, reveal
from friendlywifi.evidence.vantagekey import vantage_key
from friendlywifi.exitcodes import Exit


def run(path: Path, *, redact_with: Path | None, reveal_with: Path | None, output: Path | None) -> Exit:
    """Show, redact or reveal."""
    if redact_with is not None and reveal_with is not None:
        raise Complaint("either --redact or --reveal")
    if (redact_with or reveal_with) and output is None:
        raise Complaint("say with -o FILE where it is to be left")
    data = bundle_bytes(path)
    try:
        if redact_with is not None:
            made = redact(
                data,
                key=redaction_key(redact_with, make=True),
                signer=vantage_key(serials.state_directory()),
            )
        elif reveal_with is not None:
            made = reveal(data, key=redaction_key(reveal_with, make=False))
        else:
            _show(path, data)
            return Exit.YES
    except EvidenceFault as fault:
        terminal.out().print(terminal.shown(f"{path}: Refused: {fault}."))
        return Exit.NO
    if output is not None:
        files.write(output, made)
        terminal.err().print(terminal.shown(f"Left in {output}"))
    return Exit.YES


def bundle_bytes(path: Path) -> bytes:
    """The bytes of a bundle: its file, or the one in the folder of a check."""
    where = path / BUNDLE if path.is_dir() else path
    return files.read_bytes(where, what="the bundle", largest=MAX_BUNDLE)


def redaction_key(path: Path, *, make: bool, publishing: bool = True) -> bytes:
    """The key of a file; a new one where there is none yet and one may be made.

    `publishing`: what is hidden with it goes out for good, so that a copy of the key must be deposited.
    """
    if make and not path.exists():
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_hex(32).encode() + b"\n")
        except OSError as error:
            raise Complaint(f"the key {path} cannot be written: {error.strerror}") from None
        if publishing:
            deposit = "Deposit a copy with the owner of the scheme; without it nobody can reveal."
            terminal.err().print(terminal.shown(f"Made {path}. {deposit}"))
    key = files.read_bytes(path, what="the key").strip()
    if len(key) < SHORTEST_KEY:
        raise Complaint(f"{path} holds {len(key)} bytes; a key has at least {SHORTEST_KEY}")
    return key


def _show(path: Path, data: bytes) -> None:
    console = terminal.out()

    def say(text: str) -> None:
        console.print(terminal.shown(text))

    sealed, held = open_zip(data)
    say(f"{path}: run {sealed.serial} of {sealed.hotspot} ({sealed.run}), every byte as it was signed.")
    if MARK in held:
        published = read_published(data)
        redaction = published.redaction
        say(
            f"Published form: {redaction.names} names are keyed hashes. {len(redaction.whole)} files are as "
            f"the vantage signed them; {len(redaction.redacted)} are redacted, bound by its digests."
        )
        say("What was concluded cannot be recomputed without the key: --reveal KEYFILE.")
    else:
        contents = read_bundle(data).contents
        say(
            f"Whole: {len(contents.observations)} observations of {len(contents.plan.questions)} questions, "
            f"{len(contents.judgement.verdicts)} verdicts."
        )
    for name in sorted(held):
        say(f"  {len(held[name]):>9}  {name}")
