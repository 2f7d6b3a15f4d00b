"""One round of the post: owe what is due, then send it. What the schedule does again and again."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable
from datetime import datetime

from friendlywifi.mail.configuring import desk_of, sending_of
from friendlywifi.mail.delivering import Delivered, deliver
from friendlywifi.mail.desk import Desk
from friendlywifi.mail.noticing import queue_digests, queue_notices
from friendlywifi.mail.queueing import Queued, queue_certificates
from friendlywifi.records.database import Records
from friendlywifi.records.outbox import Message
from friendlywifi.settings import Settings

ZONE = "Europe/Tirane"
"""Whose Monday the digest goes by."""


def queue_all(records: Records, desk: Desk, *, now: datetime) -> Queued:
    """Owe everybody everything that is due by now. Again: nothing changes."""
    parts = (
        queue_certificates(records, desk, now=now),
        queue_notices(records, desk, now=now),
        queue_digests(records, desk, now=now, zone=ZONE),
    )
    faults = dict.fromkeys(fault for part in parts for fault in part.faults)
    return Queued(letters=sum(part.letters for part in parts), faults=tuple(faults))


async def post_round(
    records: Records,
    settings: Settings,
    *,
    clock: Callable[[], datetime],
    on_message: Callable[[Message, str], None] = lambda _message, _outcome: None,
) -> tuple[Queued, Delivered]:
    """Owe and send. Complains where no mail server is set; every other failure is in what comes back."""
    sending = sending_of(settings)
    queued = queue_all(records, desk_of(settings), now=clock())
    delivered = await deliver(records, sending, worker=worker_name(), clock=clock, on_message=on_message)
    return queued, delivered


def worker_name() -> str:
    """A name that no other worker has, and that says where this one runs."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
