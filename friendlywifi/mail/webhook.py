"""Tells another program what happened: one small JSON to one address, without the name of any person."""

from __future__ import annotations

import ipaddress

import httpx

from friendlywifi.mail.letters import Letter
from friendlywifi.mail.post import Outcome, Reply
from probes.records import Record, Time, encode

WEBHOOK = "webhook"
"""The reader of such a message in the outbox, which no mail address can be."""

TIMEOUT_S = 20.0


class Call(Record):
    """What is sent. A program that got `id` before has it already."""

    schema: str = "friendlywifi/event/1"
    id: str
    kind: str
    step: str
    hotspot: str | None
    certificate: str | None
    at: Time | None


def call(letter: Letter, *, identifier: str, step: str) -> Call:
    """The facts of a letter that are no person's."""
    return Call(
        id=identifier,
        kind=letter.kind.value,
        step=step,
        hotspot=letter.place.hotspot if letter.place is not None else None,
        certificate=letter.paper.number if letter.paper is not None else None,
        at=letter.at,
    )


def fault(url: str) -> str | None:
    """Why this address is not called: `https` only, but for a program on this machine."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        return f"{url} is no address"
    if parsed.scheme == "https" and parsed.host:
        return None
    if parsed.scheme == "http" and _loopback(parsed.host):
        return None
    return f"{url} must begin with https://"


async def tell(url: str, told: Call, *, client: httpx.AsyncClient) -> Reply:
    """Call once. Any 2xx is taken; 4xx but 408, 425 and 429 is refused; everything else is later."""
    wrong = fault(url)
    if wrong is not None:
        return Reply(outcome=Outcome.REFUSED, text=wrong)
    headers = {"Content-Type": "application/json", "Idempotency-Key": told.id}
    try:
        # Redirects are not followed: they would carry the facts to wherever somebody points.
        answer = await client.post(url, content=encode(told), headers=headers, follow_redirects=False)
    except httpx.HTTPError as problem:
        return Reply(outcome=Outcome.LATER, text=type(problem).__name__)
    text = f"HTTP {answer.status_code}"
    if answer.is_success:
        return Reply(outcome=Outcome.TAKEN, text=text)
    refused = 400 <= answer.status_code < 500 and answer.status_code not in (408, 425, 429)
    return Reply(outcome=Outcome.REFUSED if refused else Outcome.LATER, text=text)


def webhook_client() -> httpx.AsyncClient:
    """A client that takes nothing from the environment."""
    return httpx.AsyncClient(trust_env=False, timeout=TIMEOUT_S)


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
