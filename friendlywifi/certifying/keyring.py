"""The keys of this machine: the private ones in files of their own, the public ones kept for good.

A key that has ended keeps its line, with the time and why, so that old signatures can be told from new ones;
its private half is removed.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.keys import KeyFault, from_pem, key_id, new_key, public_from_text, public_text, to_pem
from certificates.records import Digest, Short, Url
from friendlywifi import files
from friendlywifi.certifying.private import require_private, write_private
from friendlywifi.complaint import Complaint
from probes.records import Record, Time, decode, encode

SCHEMA: Literal["friendlywifi/keys/1"] = "friendlywifi/keys/1"
FILE = "keys.json"

Name = Annotated[str, msgspec.Meta(pattern="^[a-z0-9][a-z0-9-]{0,39}$")]


class Purpose(StrEnum):
    """What a key signs. One key never does two of these."""

    ISSUER = "issuer"
    """Certificates."""
    EVALUATOR = "evaluator"
    """Requests for them."""
    SCHEME = "scheme"
    """The list of issuers."""


class Ended(StrEnum):
    """Why a key ended."""

    ROTATED = "rotated"
    """Another took its place, and nobody else ever had it."""
    LEAKED = "leaked"
    """Somebody else has it, or may have it."""
    LOST = "lost"
    """It is gone, and nobody knows who has it."""


class KeyEntry(Record):
    """One key, in force or ended."""

    name: Name
    """What people call it here; the key that takes its place takes the name, too."""
    purpose: Purpose
    key: str
    """The public key, base64."""
    made: Time
    sealed: bool
    """The private half lies behind a passphrase."""
    test: bool = False
    """It signs TEST certificates, and nothing else counts."""
    ended: Time | None = None
    """From when nothing that it signed counts."""
    why: Ended | None = None

    @property
    def id(self) -> str:
        return key_id(public_from_text(self.key))

    @property
    def file(self) -> str:
        """The file of its private half, beside the list."""
        return f"{self.name}-{self.id.removeprefix('ed25519:')[:12]}.pem"

    def in_force(self) -> bool:
        return self.ended is None


class Keys(Record):
    """The file `keys.json`: nothing in it is secret."""

    schema: Literal["friendlywifi/keys/1"] = SCHEMA
    keys: tuple[KeyEntry, ...] = ()


class Keyring:
    """The keys in a folder."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def every(self) -> tuple[KeyEntry, ...]:
        """In the order in which they were made, ended ones too."""
        path = self.directory / FILE
        if not path.exists():
            return ()
        try:
            return decode(files.read_bytes(path, what="the list of keys"), Keys).keys
        except (msgspec.DecodeError, UnicodeDecodeError, KeyFault) as problem:
            raise Complaint(f"the list of keys {path} cannot be read: {problem}") from None

    def any(self, name: str) -> KeyEntry:
        """As `get`, and where no key of the name is in force the last one that was."""
        ended = [entry for entry in self.every() if entry.name == name and not entry.in_force()]
        if ended and not any(entry.name == name and entry.in_force() for entry in self.every()):
            return ended[-1]
        return self.get(name)

    def get(self, name: str) -> KeyEntry:
        """The key in force under a name, or any by its id. Complains where there is none."""
        known = self.every()
        for entry in known:
            if (entry.name == name and entry.in_force()) or entry.id == name:
                return entry
        if any(entry.name == name for entry in known):
            raise Complaint(f"the key {name} has ended; friendlywifi keys list tells when and why")
        raise Complaint(
            f"there is no key {name} in {self.directory}; friendlywifi keys new {name} --for KIND makes one "
            "(evaluator, issuer or scheme), and friendlywifi keys list shows all"
        )

    def holds(self, identifier: str) -> bool:
        """Whether the private half of a key lies here."""
        return any(
            entry.id == identifier and (self.directory / entry.file).exists() for entry in self.every()
        )

    def make(
        self,
        name: str,
        purpose: Purpose,
        *,
        passphrase: bytes | None,
        now: datetime,
        test: bool = False,
    ) -> KeyEntry:
        """A new key. Complains where one of this name is in force."""
        with self._alone():
            known = self.every()
            if any(entry.name == name and entry.in_force() for entry in known):
                raise Complaint(
                    f"there is a key {name} already; give another name, or put a new one in its place with "
                    f"friendlywifi keys rotate {name}"
                )
            entry = self._made(name, purpose, passphrase=passphrase, now=now, test=test)
            self._keep((*known, entry))
        return entry

    def rotate(self, name: str, *, passphrase: bytes | None, now: datetime) -> tuple[KeyEntry, KeyEntry]:
        """The ended key and the one that took its place. The old private half is removed."""
        with self._alone():
            old = self.get(name)
            if not old.in_force():
                raise Complaint(f"the key {old.name} has ended already")
            new = self._made(old.name, old.purpose, passphrase=passphrase, now=now, test=old.test)
            ended = msgspec.structs.replace(old, ended=now, why=Ended.ROTATED)
            self._keep((*(ended if entry == old else entry for entry in self.every()), new))
            self._remove(old)
        return ended, new

    def end(self, entry: KeyEntry, *, since: datetime, why: Ended) -> KeyEntry:
        """From then on nothing that it signed counts; an earlier end is never made later."""
        with self._alone():
            earlier = entry.ended is not None and entry.ended < since
            ended = msgspec.structs.replace(entry, ended=entry.ended if earlier else since, why=why)
            self._keep(tuple(ended if item.id == entry.id else item for item in self.every()))
            self._remove(entry)
        return ended

    def open(self, entry: KeyEntry, passphrase: Callable[[str], bytes]) -> Ed25519PrivateKey:
        """The private half. `passphrase` is asked by the key's name where the key is sealed.

        Complains where it has ended, where others may read it, or where it is another key than the list says.
        """
        if not entry.in_force():
            raise Complaint(f"the key {entry.name} has ended and signs nothing any more")
        path = self.directory / entry.file
        require_private(path, what="the signing key")
        pem = files.read_bytes(path, what="the signing key", largest=1 << 16)
        try:
            key = from_pem(pem, passphrase(entry.name) if entry.sealed else None)
        except KeyFault as fault:
            wrong = "the passphrase is wrong, or the file is damaged" if entry.sealed else str(fault)
            raise Complaint(f"the key {entry.name} cannot be opened: {wrong}") from None
        if key_id(key.public_key()) != entry.id:
            raise Complaint(f"{path} holds another key than {FILE} says")
        return key

    def _made(
        self, name: str, purpose: Purpose, *, passphrase: bytes | None, now: datetime, test: bool
    ) -> KeyEntry:
        key = new_key()
        entry = KeyEntry(
            name=name,
            purpose=purpose,
            key=public_text(key.public_key()),
            made=now,
            sealed=passphrase is not None,
            test=test,
        )
        try:
            entry = decode(encode(entry), KeyEntry)
        except msgspec.ValidationError:
            raise Complaint(
                f"“{name}” is no name for a key: small letters, digits and hyphens, at most 40"
            ) from None
        write_private(self.directory / entry.file, to_pem(key, passphrase))
        return entry

    def _keep(self, entries: tuple[KeyEntry, ...]) -> None:
        files.write(self.directory / FILE, msgspec.json.format(encode(Keys(keys=entries)), indent=2) + b"\n")

    def _remove(self, entry: KeyEntry) -> None:
        """A key that signs nothing any more can only be stolen."""
        try:
            (self.directory / entry.file).unlink(missing_ok=True)
        except OSError as error:
            raise Complaint(
                f"the key has ended, but {self.directory / entry.file} cannot be removed "
                f"({error.strerror}): remove it"
            ) from None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time changes the list."""
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self.directory, os.O_RDONLY)
        except OSError as error:
            raise Complaint(f"keys are kept in {self.directory}: {error.strerror}") from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


class PublicKey(Record):
    """What a scheme needs to list an issuer: `friendlywifi keys export`. It earns no trust by itself."""

    schema: Literal["friendlywifi/public-key/1"] = "friendlywifi/public-key/1"
    issuer: Short
    purpose: Purpose
    key: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9+/]{43}=$")]
    made: Time
    test: bool
    ended: Time | None
    why: Ended | None
    only: tuple[Digest, ...] | None = None
    """Of a key that was lost or leaked: the certificates that stand."""
    url: Url | None = None
    """Where the issuer's certificates stand: by it a list tells its signs from pasted ones."""
