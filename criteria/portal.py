"""Which login page holds the visitor? Named by its host or its title, so that a person knows what to open."""

from __future__ import annotations

import html
import re
from collections import defaultdict

from criteria.index import Looks
from criteria.visits import aim
from probes.records import HttpFacts, Kind, Observation, Question

_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_HOST = re.compile(r"[a-z0-9.:-]{1,253}")
_LONGEST = 80
_WALL = 2
"""So many names that must open, sent to one place that is none of theirs, are no coincidence."""
_LOGIN = 511
"""RFC 6585, 6: the network wants to be logged into; no site may send it."""


def name_portal(looks: Looks) -> str | None:
    """The portal's host, with the title of its page where that was seen; `None`: nobody gave a name away."""
    hosts: list[str] = []
    titles: list[str] = []
    for question, item in _plain(looks):
        if item.http is None or _is_right(question, item.http):
            continue
        host = _sent_to(question, item.http)
        if host is not None:
            hosts.append(host)
        title = _title(item.http)
        if title is not None and (host is not None or question.kind is Kind.PORTAL):
            titles.append(title)
    host = max(hosts, key=hosts.count) if hosts else None
    title = f"“{max(titles, key=titles.count)}”" if titles else None
    return " ".join(part for part in (host, title) if part is not None) or None


def is_wall(looks: Looks) -> bool:
    """Names that must open are all sent to one foreign place, or told to log in, over plain HTTP."""
    sent: dict[str, set[str]] = defaultdict(set)
    for question, item in _plain(looks):
        if question.kind is not Kind.CONTROL or item.http is None:
            continue
        if item.http.status == _LOGIN:
            return True
        host = _sent_to(question, item.http)
        if host is not None:
            sent[host].add(question.subject)
    return any(len(names) >= _WALL for names in sent.values())


def _plain(looks: Looks) -> list[tuple[Question, Observation]]:
    """Plain HTTP of portal probes and controls: whatever arrives over sound TLS came from the origin."""
    return [
        (question, item)
        for question, look in looks.visited
        if question.kind in (Kind.PORTAL, Kind.CONTROL)
        for item in look.items
        if item.http is not None and (item.address or "").endswith(":80")
    ]


def _is_right(question: Question, facts: HttpFacts) -> bool:
    if facts.token_found is True:
        return True
    return question.kind is Kind.PORTAL and question.token is None and facts.status == 204


def _sent_to(question: Question, facts: HttpFacts) -> str | None:
    """A host that has nothing to do with the name."""
    location = facts.header("location")
    if location is None or facts.status is None or not 300 <= facts.status < 400:
        return None
    _, host = aim(location, question.subject)
    own = host.endswith(f".{question.subject}") or question.subject.endswith(f".{host}")
    if own or host == question.subject or not _HOST.fullmatch(host):
        return None
    return host


def _title(facts: HttpFacts) -> str | None:
    match = _TITLE.search(facts.excerpt or "")
    words = " ".join(html.unescape(match[1]).split()) if match else ""
    kept = "".join(char for char in words if char.isprintable())[:_LONGEST]
    return kept or None
