"""Where a passphrase comes from: a person at a terminal, a file descriptor, or a file for its owner alone.

Never an argument or an environment variable: both can be read by other programs of the machine while this
one runs, and end in histories and logs.
"""

from __future__ import annotations

import getpass
import os
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from friendlywifi.certifying.private import require_private
from friendlywifi.complaint import Complaint
from friendlywifi.files import read_bytes

SHORTEST = 12
"""Characters of a new one: scrypt slows guessing down, and does not make a short word long."""

_MOST = 4096


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where it is looked for: the descriptor, then the file, then a person."""

    descriptor: int | None = None
    file: Path | None = None
    ask: Callable[[str], str] = getpass.getpass

    def existing(self, key: str) -> bytes:
        """The passphrase of a key that is there."""
        return self._given() or _bytes(self._asked(f"Passphrase of the key {key}: "))

    def new(self, key: str) -> bytes:
        """A passphrase for a new key; a person says it twice. Complains where it is too short."""
        found = self._given()
        if found is None:
            found = _bytes(self._asked(f"New passphrase for the key {key}: "))
            if _bytes(self._asked("The same once more: ")) != found:
                raise Complaint("the two passphrases differ; nothing was made")
        if len(found.decode()) < SHORTEST:
            raise Complaint(
                f"a passphrase needs at least {SHORTEST} characters; four words that nobody would put "
                "together are a good one"
            )
        return found

    def _given(self) -> bytes | None:
        if self.descriptor is not None:
            return _bytes(_first_line(_read(self.descriptor)))
        if self.file is not None:
            require_private(self.file, what="the passphrase")
            return _bytes(_first_line(read_bytes(self.file, what="the passphrase", largest=_MOST)))
        return None

    def _asked(self, prompt: str) -> str:
        if not sys.stdin.isatty():
            raise Complaint(
                "the key needs its passphrase, and nobody is at the terminal: name a file with it "
                "(passphrase_file under [issuer]) or hand it in with --passphrase-fd"
            )
        return self.ask(prompt)


def _read(descriptor: int) -> bytes:
    try:
        with os.fdopen(os.dup(descriptor), "rb") as stream:
            return stream.read(_MOST)
    except OSError as error:
        raise Complaint(
            f"the passphrase cannot be read from descriptor {descriptor}: {error.strerror}"
        ) from None


def _first_line(data: bytes) -> str:
    try:
        return data.split(b"\n", 1)[0].rstrip(b"\r").decode("utf-8")
    except UnicodeDecodeError:
        raise Complaint("the passphrase is not UTF-8 text") from None


def _bytes(text: str) -> bytes:
    """NFC, so that two keyboards write the same: ë may be one character or two."""
    if not text:
        raise Complaint("the passphrase is empty")
    return unicodedata.normalize("NFC", text).encode("utf-8")
