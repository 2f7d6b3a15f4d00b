"""What a page of the register says, in both languages: pure, from the public records alone.

The answer comes first, and it is yes or no. Never that a network is without danger or lawful, and never a
mark: what was checked, when, by whom, until when somebody vouches for it, and what stays possible.
"""

from __future__ import annotations

from datetime import UTC, datetime

from certificates.records import Status
from friendlywifi.language.spoken import ALBANIAN, ENGLISH, binding, later, laters, translation, unreviewed
from friendlywifi.mail.reasons import reason
from friendlywifi.register.public import PublicCertificate, PublicHotspot
from friendlywifi.register.said import Said, day, minute, said
from friendlywifi.register.site import Site
from probes.records import Record

ISIGURT = "https://isigurt.al/"
ALO = "116 111"

SYMBOLS = {
    Status.VALID: "✓",
    Status.PROVISIONAL: "◐",
    Status.SUSPENDED: "!",
    Status.WITHDRAWN: "✗",
    Status.EXPIRED: "✗",
    Status.SUPERSEDED: "→",
}

_STATUS = {
    Status.VALID: later("Valid"),
    Status.PROVISIONAL: later("Provisional"),
    Status.SUSPENDED: later("Suspended"),
    Status.WITHDRAWN: later("Withdrawn"),
    Status.EXPIRED: later("Expired"),
    Status.SUPERSEDED: later("Superseded"),
}


class Line(Record):
    """A label and what stands beside it; `plain` is the same in every language."""

    label: Said
    told: Said | None = None
    plain: str = ""
    url: str = ""


class Answer(Record):
    """The first thing that is read. `kind` chooses colours, never words."""

    kind: str
    """`yes`, `partly` or `no`."""
    symbol: str
    word: Said
    """Yes, or No."""
    sentence: Said
    more: tuple[Said, ...]


class Step(Record):
    """One line of a history."""

    at: Said
    word: Said
    why: Said


class Page(Record):
    """Everything that a page of a certificate says."""

    title: Said
    test: Said | None
    answer: Answer
    as_of: Line
    mark: bool
    checked: tuple[Line, ...]
    promise: tuple[Said, ...]
    because: tuple[Said, ...]
    limits: tuple[Said, ...]
    independence: Said
    facts: tuple[Line, ...]
    history: tuple[Step, ...]
    small: tuple[Said, ...]


def status_word(status: Status) -> Said:
    return said(_STATUS[status])


def when(item: PublicCertificate) -> Said:
    """Until when it holds, or since when it does not."""
    if item.in_force:
        return said(later("until %(day)s"), day=day(item.valid_until))
    return said(later("since %(day)s"), day=day(item.since))


def page(item: PublicCertificate, *, made: datetime, good_until: datetime) -> Page:
    """The words of one certificate's page."""
    return Page(
        title=said(later("Certificate %(number)s: %(place)s"), number=item.number, place=item.place),
        test=said(later("TEST: made to try the program. It certifies nothing about any real place."))
        if item.test
        else None,
        answer=answer(item),
        as_of=_as_of(made),
        mark=item.in_force and item.independent,
        checked=_checked(item),
        promise=_promise(item),
        because=item.provisional_because,
        limits=item.limits,
        independence=_independence(item),
        facts=_facts(item),
        history=tuple(
            Step(
                at=day(event.at),
                word=status_word(event.became),
                why=Said(
                    sq=reason(event.why.value, translation(ALBANIAN)),
                    en=reason(event.why.value, translation(ENGLISH)),
                ),
            )
            for event in item.history
        ),
        small=small(made=made, good_until=good_until, binds=item.binding),
    )


def answer(item: PublicCertificate) -> Answer:
    """Yes or no, and why."""
    if item.test:
        return _no("T", said(later("This sign only tries out the program and vouches for nothing.")))
    until, since = day(item.valid_until), day(item.since)
    match item.status:
        case Status.VALID:
            sentence = said(later("The certificate is in force until the end of %(day)s."), day=until)
            return Answer(kind="yes", symbol="✓", word=said(later("Yes")), sentence=sentence, more=())
        case Status.PROVISIONAL:
            sentence = said(
                later("The certificate is in force until the end of %(day)s, and only provisional."),
                day=until,
            )
            more = (said(later("Not everything that the standard asks for is shown yet; see below.")),)
            word = said(later("Yes, provisionally"))
            return Answer(kind="partly", symbol="◐", word=word, sentence=sentence, more=more)
        case Status.SUSPENDED:
            doubts = [said(later("Nobody vouches for this hotspot at present."))]
            if item.sign_down_by is not None:
                down = said(
                    later("Its holder must have taken the sign down by %(time)s."),
                    time=minute(item.sign_down_by),
                )
                doubts.append(down)
            return _no("!", said(later("The certificate is suspended since %(day)s."), day=since), *doubts)
        case Status.WITHDRAWN:
            down = said(later("The sign must be taken down."))
            return _no("✗", said(later("The certificate was withdrawn on %(day)s."), day=since), down)
        case Status.EXPIRED:
            down = said(later("The sign must be taken down."))
            return _no("✗", said(later("The certificate ended on %(day)s."), day=until), down)
        case Status.SUPERSEDED:
            newer = said(
                later("This sign is out of date: the certificate %(number)s took its place."),
                number=item.superseded_by or "",
            )
            return _no("→", said(later("The certificate was replaced on %(day)s."), day=since), newer)


def _no(symbol: str, sentence: Said, *more: Said) -> Answer:
    return Answer(kind="no", symbol=symbol, word=said(later("No")), sentence=sentence, more=more)


def _as_of(made: datetime) -> Line:
    return Line(label=said(later("Status as of")), told=minute(made))


def _checked(item: PublicCertificate) -> tuple[Line, ...]:
    lines = [
        Line(
            label=said(later("Evidence")),
            told=said(later("From %(first)s to %(last)s."), first=day(item.first), last=day(item.last))
            if item.first.date() != item.last.date()
            else said(later("On %(day)s."), day=day(item.last)),
        )
    ]
    if item.last_check is not None:
        last = datetime.fromisoformat(item.last_check).replace(tzinfo=UTC)
        lines.append(Line(label=said(later("Last check")), told=said(later("On %(day)s."), day=day(last))))
    if item.visits is not None:
        how = (
            later("It is checked on visits.") if item.visits else later("A probe that stays there checks it.")
        )
        lines.append(Line(label=said(later("How")), told=said(how)))
    lines.append(
        Line(
            label=said(later("Valid until")),
            told=said(later("The end of %(day)s."), day=day(item.valid_until)),
        )
    )
    return tuple(lines)


def _promise(item: PublicCertificate) -> tuple[Said, ...]:
    if item.in_force:
        return (item.promise,)
    return (said(later("At present it promises nothing. When it was issued, this was found:")), item.promise)


def _independence(item: PublicCertificate) -> Said:
    if item.independent:
        return said(later("Independent: another person than the evaluator decided."))
    return said(later("FIRST-PARTY: those who measured decided themselves."))


def _facts(item: PublicCertificate) -> tuple[Line, ...]:
    told = [
        Line(label=said(later("Number")), plain=item.number),
        Line(label=said(later("Issued by")), plain=item.issuer),
        Line(label=said(later("Issued on")), told=day(item.issued)),
        Line(label=said(later("Operated by")), plain=item.holder),
        Line(
            label=said(later("Standard")),
            plain=f"{item.standard_title} ({item.standard} {item.standard_version})",
        ),
        Line(label=said(later("Independence")), told=_independence(item)),
    ]
    if item.declared_by_issuer:
        told.append(
            Line(
                label=said(later("Witness")),
                told=said(later("None: the issuer alone declares time and place of the checks.")),
            )
        )
    return tuple(told)


def small(*, made: datetime, good_until: datetime, binds: str = ENGLISH) -> tuple[Said, ...]:
    """Under every page: how old it is, and which language counts (of a certificate: as its face says)."""
    sq, en = translation(ALBANIAN), translation(ENGLISH)
    return (
        said(
            later("Made on %(made)s; a newer page follows by %(next)s. If that is past, ask the issuer."),
            made=minute(made),
            next=minute(good_until),
        ),
        Said(
            sq=unreviewed(sq),
            en=en.phrase(later("The Albanian text was not yet reviewed by a native speaker.")),
        ),
        Said(sq=binding(sq, binds=binds), en=binding(en, binds=binds)),
    )


class Heading(Record):
    """The words of the list of all places."""

    intro: Said
    counts: tuple[tuple[Status, Said, int], ...]
    unmapped: Said | None
    small: tuple[Said, ...]


def heading(
    places: tuple[PublicHotspot, ...], site: Site, *, made: datetime, good_until: datetime
) -> Heading:
    """The words of the list."""
    mapped = sum(item.latitude is not None and item.longitude is not None for item in places)
    without = len(places) - mapped
    return Heading(
        intro=said(
            later("Every place that %(issuer)s ever certified, with what the certificate is worth today."),
            issuer=site.issuer,
        ),
        counts=tuple(
            (status, status_word(status), count)
            for status in Status
            if (count := sum(item.status is status for item in places))
        ),
        unmapped=_unmapped(without) if without and mapped else None,
        small=small(made=made, good_until=good_until),
    )


def _unmapped(number: int) -> Said:
    forms = laters(
        "%(number)s place has no coordinates and stands only in the list.",
        "%(number)s places have no coordinates and stand only in the list.",
    )
    return Said(
        sq=translation(ALBANIAN).counted(*forms, number), en=translation(ENGLISH).counted(*forms, number)
    )
