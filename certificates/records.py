"""What is signed: a decision about one place, and the words that a face may carry.

assessment → decision (a person's act) → certificate → signed certificate. The face, on paper and on a
page, is made from the certificate alone, so that a verifier can make it again and compare.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from probes.records import Record, Time

# Control, format, surrogate and private-use characters. Not "unassigned", which changes with the years.
_INVISIBLE = frozenset(("Cc", "Cf", "Cs", "Co"))

CERTIFICATE_SCHEMA: Literal["friendlywifi/certificate/1"] = "friendlywifi/certificate/1"

# Longer texts would not fit a face, and a stranger's file is read before anyone trusts it.
Short = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Sentence = Annotated[str, msgspec.Meta(min_length=1, max_length=1200)]
Digest = Annotated[str, msgspec.Meta(pattern="^sha256:[0-9a-f]{64}$")]
KeyId = Annotated[str, msgspec.Meta(pattern="^ed25519:[0-9a-f]{64}$")]
Percent = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,3}(\.[0-9]{1,4})?$")]
"""A fixed decimal such as "95.05": floats are never signed."""
Url = Annotated[str, msgspec.Meta(pattern=r"^https://[!-~]+$", max_length=300)]
"""It becomes a link and a QR code: `https` only, and nothing that a reader cannot see."""
Count = Annotated[int, msgspec.Meta(ge=0)]
Language = Annotated[str, msgspec.Meta(pattern="^[a-z]{2,3}$")]
"""ISO 639, for readers that speak the text."""


class Status(StrEnum):
    """What a certificate is worth at a time; only the first two are ever printed on one."""

    PROVISIONAL = "provisional"
    VALID = "valid"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


class Independence(StrEnum):
    """Whether the one who decided is another than the one who evaluated."""

    FIRST_PARTY = "FIRST-PARTY"
    INDEPENDENT = "independent"


class Attestation(Record):
    """What the holder declares about the place. Declared, never measured; `by` answers for it."""

    holder: Short
    """Who operates the hotspot."""
    place: Short
    address: Short
    ssids: tuple[Short, ...]
    """Only network names that were each measured."""
    report_to: Short
    """Where a visitor reports what should not have opened."""
    appeal_to: Short
    """Where the owner of a wrongly blocked name, or the holder, appeals."""
    language: Language | None = None
    """The language of these names."""
    by: Short
    time: Time


class Decision(Record):
    """A person's act: this assessment is good enough. Software never decides."""

    decider: Short
    evaluator: Short
    time: Time
    assessment: Digest
    evaluator_key: KeyId | None = None
    """The key that signed the request; one that also signs the certificate makes it FIRST-PARTY."""
    one_machine: bool = False
    """The evaluator's private key lay beside the issuer's: then nobody can tell two people apart."""


class Evidence(Record):
    """The period that the assessment rests on, from the first to the last valid run."""

    first: Time
    last: Time
    runs: Count
    """Every run that was started in it, void and aborted ones too."""
    valid_runs: Count
    hours: Count
    """At how many different hours of the day (UTC) the valid ones were made."""
    certification_run: Short | None = None
    """The run that was registered before it began; `None`: no such run."""
    witness: Short | None = None
    """Who held the seed before the run; `None`: time and place are declared by the issuer."""
    overrides: Annotated[tuple[Short, ...], msgspec.Meta(max_length=20)] = ()
    """Anything that made a run other than the public's own path."""


class StandardRef(Record):
    """Which standard, to the byte."""

    id: Short
    version: Short
    digest: Digest
    title: Short


class Claim(Record):
    """One criterion and what was found, as numbers and as the sentence that the face prints."""

    criterion: Short
    title: Short
    sentence: Sentence
    result: Short
    """The criterion's result in the words of the standard: `pass`, `not_tested`…"""
    gate: bool
    list: Short | None = None
    names: Count | None = None
    """Names that could be decided."""
    opened: Count | None = None
    """Of them, those that opened."""
    at_least_percent: Percent | None = None
    """Share blocked at the least, at 95 % confidence, one-sided."""


class Issuer(Record):
    """Who signs. The key is here so that anyone can see whether a byte changed; it earns no trust."""

    name: Short
    key_id: KeyId
    key: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9+/]{43}=$")]
    """The 32 bytes of the public key, base64."""


class Certificate(Record):
    """All that a face says. Every text is NFC, every time whole seconds of UTC."""

    schema: Literal["friendlywifi/certificate/1"] = CERTIFICATE_SCHEMA
    number: Annotated[str, msgspec.Meta(pattern="^[A-Z0-9][A-Z0-9-]{2,39}$")]
    status: Literal["provisional", "valid"]
    """At issue; what it is today is asked of the issuer."""
    provisional_because: Annotated[tuple[Sentence, ...], msgspec.Meta(max_length=12)]
    """Empty exactly where the status is `valid`."""
    test: bool
    holder: Short
    place: Short
    address: Short
    ssids: Annotated[tuple[Short, ...], msgspec.Meta(min_length=1, max_length=8)]
    language: Language | None
    """Of the names."""
    binding: Literal["en", "sq"] = "en"
    """The language whose text counts where the two on a face differ."""
    standard: StandardRef
    claims: Annotated[tuple[Claim, ...], msgspec.Meta(min_length=1, max_length=60)]
    evidence: Evidence
    declared_by_issuer: Sentence | None
    """The words for a run without a witness; `None` where there was one."""
    issuer: Issuer
    evaluator: Short
    decider: Short
    independence: Independence
    decided: Time
    issued: Time
    valid_until: Time
    url: Url
    limits: Annotated[tuple[Sentence, ...], msgspec.Meta(min_length=1, max_length=12)]
    """What stays possible."""
    report_to: Short
    appeal_to: Short
    assessment: Digest
    """Of the certification run's assessment, which the decision was about."""
    period: Digest | None
    """Of the assessment of the period around it; `None`: only one check was judged."""
    template: Short
    """Version of the face: the same version makes the same bytes."""
    engine: Short
    """The programs that set the face, with their versions."""

    def __post_init__(self) -> None:
        if (self.status == "valid") == bool(self.provisional_because):
            raise ValueError("provisional_because is given exactly where the status is provisional")
        for text in _texts(msgspec.structs.asdict(self)):
            _require_plain(text)
        for time in (self.issued, self.valid_until, self.decided, self.evidence.first, self.evidence.last):
            _require_utc(time)
        if self.valid_until <= self.issued:
            raise ValueError("valid_until is not after issued")


class Signature(Record):
    """Over `signing.message(certificate)`."""

    algorithm: Literal["Ed25519"] = "Ed25519"
    key_id: KeyId
    value: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9+/]{86}==$")]
    """64 bytes, base64."""


class SignedCertificate(Record):
    """The file `certificate.json`."""

    certificate: Certificate
    signature: Signature


def plain(text: str) -> str:
    """A text as certificates hold it: NFC, white space folded, no invisible or direction-changing characters.

    A face is read by people, so that two texts that look the same must be the same (UAX 15), and none may
    be reordered by control characters (UAX 9).
    """
    # Nearly every text is so already, and records with hundreds of them are read again and again. What
    # Python calls printable holds no invisible character and no white space but the space.
    folded = "  " not in text and not text.startswith(" ") and not text.endswith(" ")
    if folded and text.isprintable() and unicodedata.is_normalized("NFC", text):
        return text
    # What goes away goes first: it may stand between a letter and its accent, or between two spaces.
    seen = (char for char in text if char.isspace() or unicodedata.category(char) not in _INVISIBLE)
    return " ".join(unicodedata.normalize("NFC", "".join(seen)).split())


def whole_seconds(time: datetime) -> datetime:
    """A time as certificates hold it: UTC, without a fraction."""
    return time.astimezone(UTC).replace(microsecond=0)


def end_of_day_after(start: datetime, days: int) -> datetime:
    """The last second (UTC) of the day that lies so many days after the start: faces print days."""
    day: date = start.astimezone(UTC).date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Record):
        yield from _texts(msgspec.structs.asdict(value))
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)


def _require_plain(text: str) -> None:
    if text != plain(text):
        raise ValueError("a text is not in the plain form (NFC, no control characters, single spaces)")


def _require_utc(time: datetime) -> None:
    # Years that a calendar on paper can hold; far ones overflow when a time zone is applied.
    if time.utcoffset() != timedelta(0) or time.microsecond or not 2000 <= time.year < 3000:
        raise ValueError("a time is not in whole seconds of UTC between the years 2000 and 2999")
