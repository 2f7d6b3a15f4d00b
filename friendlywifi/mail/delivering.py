"""From the outbox to the mail server: one worker, one message after the other, until none is due.

Any number of workers may run on one file, and each may die at any moment: see `records.outbox` for what is
then lost (nothing), sent twice (a final message) or unknown (any other).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address

import httpx

from friendlywifi.language.spoken import translation
from friendlywifi.mail import webhook
from friendlywifi.mail.addresses import AddressFault, address
from friendlywifi.mail.calendar import CANCEL, PUBLISH, calendar
from friendlywifi.mail.envelope import Dates, Envelope, envelope, message_id
from friendlywifi.mail.letters import Kind, Letter
from friendlywifi.mail.post import Outcome, Post, Reply, Server, post
from friendlywifi.mail.queueing import needless, rests_until
from friendlywifi.mail.webhook import WEBHOOK, webhook_client
from friendlywifi.mail.words import words
from friendlywifi.records import certificates, outbox, watching
from friendlywifi.records.database import Records
from friendlywifi.records.outbox import Message
from friendlywifi.serving.sheets import sheet_of
from friendlywifi.surveillance import handover
from probes.records import Record, decode


@dataclass(frozen=True, kw_only=True)
class Sending:
    """How letters go out."""

    server: Server
    sender: Address
    reply_to: Address | None = None
    webhook: str | None = None


class Delivered(Record):
    """What one worker did."""

    outcomes: tuple[tuple[str, int], ...]
    """How many of each `Outcome`, and `suppressed`."""
    trouble: str | None = None
    """Why it stopped before its end."""

    def count(self, outcome: str) -> int:
        return dict(self.outcomes).get(outcome, 0)


async def deliver(
    records: Records,
    sending: Sending,
    *,
    worker: str,
    clock: Callable[[], datetime],
    limit: int | None = None,
    on_message: Callable[[Message, str], None] = lambda _message, _outcome: None,
) -> Delivered:
    """Send what is due. `worker`: a name that nobody else has. `limit`: so many messages at the most.

    A server that cannot be spoken to ends it; what was not sent stays as it was. It is not spoken to at all
    where nothing is due: nobody wants a login each minute.
    """
    if not outbox.is_due(records, now=clock()):
        return Delivered(outcomes=())
    counts: Counter[str] = Counter()
    async with post(sending.server) as line, webhook_client() as client:
        while limit is None or counts.total() < limit:
            message = outbox.lease(records, worker=worker, now=clock())
            if message is None:
                break
            outcome, reply = await _one(records, sending, message, line, client, clock=clock)
            counts[outcome] += 1
            on_message(message, outcome)
            if outcome == Outcome.NO_SERVER.value:
                return Delivered(outcomes=tuple(sorted(counts.items())), trouble=reply)
    return Delivered(outcomes=tuple(sorted(counts.items())))


async def _one(
    records: Records,
    sending: Sending,
    message: Message,
    line: Post,
    client: httpx.AsyncClient,
    *,
    clock: Callable[[], datetime],
) -> tuple[str, str]:
    letter = decode(message.record, Letter)
    why = needless(records, message, letter, now=clock())
    if why is not None:
        outbox.suppressed(records, message, reply=why, now=clock())
        return "suppressed", why
    morning = rests_until(records, message, letter, now=clock())
    if morning is not None:
        outbox.rest(records, message, due=morning, now=clock())
        return Outcome.LATER.value, outbox.BY_NIGHT

    def handing() -> bool:
        return outbox.handing(records, message, now=clock())

    if message.recipient == WEBHOOK:
        reply = await _call(sending, message, letter, client, handing=handing)
    else:
        try:
            sealed = compose(records, sending, message, letter, now=clock())
        except AddressFault as fault:
            reply = Reply(outcome=Outcome.REFUSED, text=str(fault))
        else:
            reply = await line.send(sealed, handing=handing)
    _record(records, message, reply, now=clock())
    return reply.outcome.value, reply.text


def compose(
    records: Records, sending: Sending, message: Message, letter: Letter, *, now: datetime
) -> Envelope:
    """The message as it goes out: in today's words, with the dates where the letter brings them.

    Raises `AddressFault`.
    """
    return envelope(
        words(letter, now=now),
        sender=sending.sender,
        reply_to=sending.reply_to,
        recipient=address(message.recipient, name=letter.reader),
        identifier=message_id(
            kind=message.kind,
            subject=message.subject,
            step=message.step,
            recipient=message.recipient,
            domain=sending.sender.domain,
        ),
        now=now,
        unsubscribe=letter.kind is Kind.DIGEST,
        calendars=_dates(records, letter, now=now),
        sheet=_sheet(records, message, letter),
    )


def _dates(records: Records, letter: Letter, *, now: datetime) -> tuple[Dates, ...]:
    """The dates of a new certificate; and those of one that ended early, to be taken away again."""
    if letter.kind not in (Kind.ISSUED, Kind.WITHDRAWN) or letter.paper is None or letter.place is None:
        return ()
    row = certificates.get(records, letter.paper.number)
    before = [
        item for item in certificates.of_hotspot(records, row.hotspot) if item.superseded_by == row.number
    ]
    ended = before if letter.kind is Kind.ISSUED else [row]
    return tuple(
        Dates(
            name=f"{item.number}{'-cancelled' if item in ended else ''}.ics",
            method=CANCEL if item in ended else PUBLISH,
            data=calendar(
                item.certificate,
                hotspot=letter.place.hotspot,
                zone=letter.place.zone,
                language=translation(letter.language),
                now=now,
                cancelled=item in ended,
                binds=letter.binds,
            ),
        )
        for item in (row, *before)
        if letter.kind is Kind.ISSUED or item is row
    )


def _sheet(records: Records, message: Message, letter: Letter) -> str | None:
    """The hand-over sheet of a failure, for a reader who is named for all of its places: it names them."""
    if letter.kind is not Kind.FAILING:
        return None
    for notice in watching.notices(records, since=letter.at):
        if notice.key == message.step and len(notice.hotspots) == len(letter.places):
            issuer = letter.paper.issuer if letter.paper is not None else None
            return handover.text(sheet_of(records, notice, issuer=issuer))
    return None


async def _call(
    sending: Sending,
    message: Message,
    letter: Letter,
    client: httpx.AsyncClient,
    *,
    handing: Callable[[], bool],
) -> Reply:
    if sending.webhook is None:
        return Reply(outcome=Outcome.REFUSED, text="no webhook is set any more")
    if not handing():
        return Reply(outcome=Outcome.NOT_HANDED, text="another sender has it")
    identifier = message_id(
        kind=message.kind,
        subject=message.subject,
        step=message.step,
        recipient=WEBHOOK,
        domain=sending.sender.domain,
    )
    told = webhook.call(letter, identifier=identifier.strip("<>"), step=message.step)
    return await webhook.tell(sending.webhook, told, client=client)


def _record(records: Records, message: Message, reply: Reply, *, now: datetime) -> None:
    record = {
        Outcome.TAKEN: outbox.sent,
        Outcome.LATER: outbox.put_off,
        Outcome.REFUSED: outbox.failed,
        Outcome.UNKNOWN: outbox.unknown,
        Outcome.NO_SERVER: outbox.give_back,
    }.get(reply.outcome)
    if record is not None:
        record(records, message, reply=reply.text, now=now)
