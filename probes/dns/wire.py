"""DNS messages: how a query is built, and what an answer says.

Small on purpose, because a sweep of a million names runs through it. Whatever arrives is either a `Message`
or a `WireError`, after work that is bounded by its length.
"""

from __future__ import annotations

import functools
import struct

import msgspec

from probes.dns.names import WireError, name_text, pack_name, read_name, unpack_labels
from probes.dns.rdata import OPT, generic, present, type_name, type_number
from probes.records import Ede, Rr

__all__ = ["Message", "Question", "WireError", "build_query", "parse"]

IN, CH = 1, 3
NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED, BADVERS = 0, 1, 2, 3, 4, 5, 16

TC = 0x0200
_QR, _AA, _TC, _RD, _RA, _AD, _CD = 0x8000, 0x0400, TC, 0x0100, 0x0080, 0x0020, 0x0010
_FLAG_NAMES = ((_AA, "aa"), (_TC, "tc"), (_RD, "rd"), (_RA, "ra"), (_AD, "ad"), (_CD, "cd"))
_DO = 0x8000
_EDE = 15
MAX_MESSAGE = 65535

_HEADER = struct.Struct("!6H")
_PAIR = struct.Struct("!HH")
_RECORD = struct.Struct("!HHIH")
_POINTED = struct.Struct("!HHHIH")
"""A record whose name is a pointer, as that of nearly every one is (RFC 1035, 4.1.4)."""
_POINTER = 0xC000
_OPT = struct.Struct("!BHHIH")


_NAMED = sum(bit for bit, _ in _FLAG_NAMES)


@functools.cache
def _flag_names(flags: int) -> tuple[str, ...]:
    return tuple([name for bit, name in _FLAG_NAMES if flags & bit])


class Question(msgspec.Struct, frozen=True):
    """What was asked: the name in presentation form with its case kept."""

    name: str
    type: int
    rrclass: int


class Section(msgspec.Struct, frozen=True):
    """A question section as it was sent: who gets the same octets back need not read them."""

    wire: bytes
    question: Question
    name: str
    """The question's, in lower case."""


class Message(msgspec.Struct, frozen=True):
    """A message that could be read."""

    id: int
    flags: int
    """The second 16 bits of the header."""
    rcode: int
    """With the upper bits from OPT, if there was one (RFC 6891 section 6.1.3)."""
    question: Question | None
    """`None`: the message carries none, as some servers answer what they cannot read."""
    answers: tuple[Rr, ...] = ()
    authority: tuple[Rr, ...] = ()
    edns: int | None = None
    """The sender's UDP payload size; `None`: no OPT."""
    ede: tuple[Ede, ...] = ()
    whole: bool = True
    """Whether every section could be read to its end."""

    @property
    def response(self) -> bool:
        """Whether it answers a standard query: QR set, opcode 0."""
        return self.flags & 0xF800 == _QR

    @property
    def truncated(self) -> bool:
        return bool(self.flags & _TC)

    @property
    def flag_names(self) -> tuple[str, ...]:
        return _flag_names(self.flags & _NAMED)


def build_query(
    name: str,
    rrtype: str | int,
    *,
    id: int,  # noqa: A002 - the field's term
    payload: int | None = 1232,
    dnssec_ok: bool = False,
    checking_disabled: bool = False,
    rrclass: int = IN,
) -> bytes:
    """A standard query with RD set, the name's case kept.

    `payload` is what OPT promises to receive in octets; `None` sends no OPT. Raises `WireError` for a name
    that DNS cannot carry, `ValueError` for an unknown type.
    """
    number = rrtype if isinstance(rrtype, int) else type_number(rrtype)
    return put_query(
        put_question(pack_name(name), number, rrclass),
        id=id,
        payload=payload,
        dnssec_ok=dnssec_ok,
        checking_disabled=checking_disabled,
    )


def put_question(packed: bytes, rrtype: int, rrclass: int) -> bytes:
    """The question section about a name that is packed already."""
    return packed + put_type(rrtype, rrclass)


def put_type(rrtype: int, rrclass: int) -> bytes:
    """What stands behind the name of a question section."""
    return _PAIR.pack(rrtype, rrclass)


def put_query(
    question: bytes,
    *,
    id: int,  # noqa: A002 - the field's term
    payload: int | None,
    dnssec_ok: bool = False,
    checking_disabled: bool = False,
) -> bytes:
    """A query with this question section."""
    head, options = around(payload, dnssec_ok=dnssec_ok, checking_disabled=checking_disabled)
    return id.to_bytes(2, "big") + head + question + options


def around(payload: int | None, *, dnssec_ok: bool, checking_disabled: bool) -> tuple[bytes, bytes]:
    """What stands between the id of a query and its question, and what comes after that."""
    flags = _RD | _CD if checking_disabled else _RD
    options = b"" if payload is None else _OPT.pack(0, OPT, payload, _DO if dnssec_ok else 0, 0)
    return _HEADER.pack(0, flags, 1, 0, 0, 1 if options else 0)[2:], options


def parse(data: bytes, asked: Section | None = None) -> Message:
    """The message in these bytes. Raises `WireError` for anything malformed, and nothing else.

    The question of an answer that repeats `asked` to the octet is `asked.question` itself.

    What comes after the last record is ignored. A truncated message (TC) may end inside a record. Of the
    additional section only OPT is read, and a break in that section costs only what lies behind it.
    """
    if len(data) > MAX_MESSAGE:
        raise WireError(f"{len(data)} octets are more than a message can have")
    try:
        return _parse(data, asked)
    except (IndexError, struct.error):
        raise WireError("the message ends too early") from None


def _parse(data: bytes, asked: Section | None) -> Message:
    number, flags, questions, answers, authorities, additional = _HEADER.unpack_from(data)
    known: dict[int, str] = {}
    question = None
    at = _HEADER.size
    # RFC 9619: a query has one question, and so has its answer.
    if questions > 1:
        raise WireError(f"{questions} questions in one message")
    if questions and asked is not None and data.startswith(asked.wire, at):
        question = asked.question
        known[at] = asked.name
        at += len(asked.wire)
    elif questions:
        labels, at = unpack_labels(data, at)
        name = name_text(labels)
        known[_HEADER.size] = name.lower()
        question = Question(name, *_PAIR.unpack_from(data, at))
        at += _PAIR.size
    answer: list[Rr] = []
    authority: list[Rr] = []
    ede: tuple[Ede, ...] = ()
    edns = None
    upper = 0
    whole = True
    try:
        if answers:
            at = _read_records(data, at, answers, known, answer, strict=True)
        if authorities:
            at = _read_records(data, at, authorities, known, authority, strict=False)
    except (WireError, IndexError, struct.error):
        if not flags & _TC:
            raise
        whole = False
    if whole and additional:
        try:
            edns, upper, ede = _read_additional(data, at, additional)
        except (WireError, IndexError, struct.error):
            # Without its OPT a bare NOERROR may in truth be BADVERS, and must not pass for "no such data".
            if not answer and not flags & (_TC | 0xF):
                raise
            whole = False
    return Message(
        number,
        flags,
        flags & 0xF | upper << 4,
        question,
        tuple(answer),
        tuple(authority),
        edns,
        ede,
        whole,
    )


def _read_records(
    data: bytes, at: int, count: int, known: dict[int, str], into: list[Rr], *, strict: bool
) -> int:
    """Appends so many records and gives the offset after them.

    Where `strict` is false, data that does not fit its type is kept in the generic form.
    """
    length = len(data)
    last_pointed = length - _POINTED.size
    for _ in range(count):
        pointer, rrtype, rrclass, ttl, size = (
            _POINTED.unpack_from(data, at) if at <= last_pointed else (0, 0, 0, 0, 0)
        )
        name = known.get(pointer - _POINTER)
        if name is not None:
            at += _POINTED.size
        else:
            name, at = read_name(data, at, known)
            rrtype, rrclass, ttl, size = _RECORD.unpack_from(data, at)
            at += _RECORD.size
        end = at + size
        if end > length:
            raise WireError("a record is longer than the message")
        try:
            text = present(data, at, end, rrtype, known, rrclass=rrclass)
        except (WireError, IndexError, struct.error):
            if strict:
                raise
            text = generic(data[at:end])
        # RFC 2181 section 8: a TTL with the top bit set is zero.
        into.append(Rr(name=name, type=type_name(rrtype), ttl=ttl if ttl < 1 << 31 else 0, data=text))
        at = end
    return at


def _read_additional(data: bytes, at: int, count: int) -> tuple[int | None, int, tuple[Ede, ...]]:
    """The payload size, the upper bits of the response code, and the errors of the first OPT."""
    if count == 1 and data[at] == 0 and at + _OPT.size <= len(data):
        _, rrtype, rrclass, ttl, size = _OPT.unpack_from(data, at)
        if rrtype == OPT and not size:
            return rrclass, ttl >> 24, ()
    found: tuple[int | None, int, tuple[Ede, ...]] = (None, 0, ())
    for _ in range(count):
        at = _skip_name(data, at)
        rrtype, rrclass, ttl, size = _RECORD.unpack_from(data, at)
        at += _RECORD.size
        if at + size > len(data):
            # What was found so far stands where OPT was already read.
            if found[0] is not None:
                break
            raise WireError("a record is longer than the message")
        if rrtype == OPT and found[0] is None:
            found = (rrclass, ttl >> 24, _read_errors(data[at : at + size]))
        at += size
    return found


def _skip_name(data: bytes, at: int) -> int:
    while size := data[at]:
        if size >= 0xC0:
            return at + 2
        if size >= 0x40:
            raise WireError("a label has a reserved type")
        at += size + 1
    return at + 1


def _read_errors(options: bytes) -> tuple[Ede, ...]:
    """The extended errors among the options of OPT (RFC 8914 section 2).

    The text should be UTF-8, but some filters send what they like: what cannot be decoded is replaced, and an
    option that is cut short costs only itself.
    """
    errors = []
    at = 0
    while at + 4 <= len(options):
        code, size = _PAIR.unpack_from(options, at)
        at += 4
        value = options[at : at + size]
        if code == _EDE and len(value) >= 2 and len(value) == size:
            text = value[2:].decode("utf-8", errors="replace").rstrip("\0")
            errors.append(Ede(code=value[0] << 8 | value[1], text=text))
        at += size
    return tuple(errors)
