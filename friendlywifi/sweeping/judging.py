"""Judged once per distinct answer: a reading becomes the observation that a check would have made of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from criteria.answers import Atlas
from criteria.chance import NOTHING_SEEN, Losses
from criteria.looks import Finding
from criteria.records import Outcome
from criteria.rules import RuleSet
from criteria.sweeping import judge_answer
from criteria.truth import NOTHING, Truth
from probes import failure
from probes.records import DnsFacts, Family, Observation, Rr, Stage, Transport
from probes.sweep.readings import MALFORMED, SILENT, TRUNCATED, UNREACHABLE, Odd, Reading

# Stand for "some public address" and for "another one": which address it is decides nothing.
_PUBLIC = {"A": "8.8.8.8", "AAAA": "2001:4860:4860::8888"}
_OTHER = {"A": "9.9.9.9", "AAAA": "2620:fe::fe"}
_FAILURES = {
    SILENT: failure.TIMEOUT,
    UNREACHABLE: failure.CONNECTION_REFUSED,
    TRUNCATED: failure.MISBEHAVING,
    MALFORMED: failure.MISBEHAVING,
}
_RCODES = {2: failure.SERVFAIL, 3: failure.NXDOMAIN, 5: failure.REFUSED}
_ROOM = 1 << 16
TRIES = (2, 3)
"""How often somebody is asked in the fast pass, and in the slow one."""
NEARLY_NONE = Losses(answered=400, tries=2)
_WHEN = datetime(2026, 1, 1, tzinfo=UTC)
"""Observations made here are judged and thrown away: their time is nobody's."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a name from elsewhere, without its addresses."""

    alive: bool | None = None
    ipv4: bool | None = None
    """Whether it has an address of the family; `None`: unknown."""
    ipv6: bool | None = None
    stale: bool = False
    addresses: frozenset[str] = field(default=frozenset(), compare=False)
    """Where it is, in the usual spelling. Not compared: names that are treated alike are judged once."""


UNKNOWN = Known()


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything that the verdict about one answer depends on."""

    type: str
    first: Reading | Odd | None
    second: Reading | Odd | None
    sound: bool
    fails: bool = False
    """It said SERVFAIL to new names below ones that exist."""
    refuses: bool = False
    """It refused such names."""
    unproven: bool = False
    """It said the same of such names: it may be cut off from the servers of names."""
    silent: bool = False
    lossless: bool = False
    """So little is lost on the way that silence is no accident."""
    known: Known = UNKNOWN
    expected: bool = False
    """An address is among those that are known of the name."""


class Judge:
    """Judges, and remembers: a filter says the same a hundred thousand times."""

    def __init__(self, *, rules: RuleSet, atlas: Atlas) -> None:
        self._rules = rules
        self._atlas = atlas
        self._judged: dict[Asked, Finding] = {}

    def judge(self, asked: Asked) -> Finding:
        found = self._judged.get(asked)
        if found is None:
            if len(self._judged) >= _ROOM:
                self._judged.clear()
            found = self._judged[asked] = self._decide(asked)
        return found

    def _decide(self, asked: Asked) -> Finding:
        # A service binding is no family: that there is none says nothing, as it says nothing for IPv6.
        family = Family.IPV4 if asked.type == "A" else Family.IPV6
        looks = [] if asked.silent else [item for item in (asked.first, asked.second) if item is not None]
        return judge_answer(
            [observation(item, asked.type, attempt) for attempt, item in enumerate(looks, start=1)],
            family=family,
            truth=_truth(asked),
            rules=self._rules,
            atlas=self._atlas,
            lane_ok=asked.sound,
            fails=asked.fails,
            refuses=asked.refuses,
            unproven=asked.unproven,
            silent=asked.silent,
            unchecked=any(isinstance(item, Reading) and item.unchecked for item in looks),
            losses=NEARLY_NONE if asked.lossless else NOTHING_SEEN,
        )


def observation(reading: Reading | Odd, kind: str, attempt: int) -> Observation:
    """What a check would have noted of such an answer."""
    sends = TRIES[attempt - 1] if reading is SILENT else 1
    kind = "A" if kind == "A" else "AAAA"
    facts = DnsFacts(resolver="192.0.2.53:53", transport=Transport.UDP, type=kind, sends=sends)
    failed: str | None
    # Where another name leads is another question: nobody knows here.
    told = isinstance(reading, Reading) and not reading.elsewhere
    if isinstance(reading, Odd):
        failed = _FAILURES.get(reading, failure.MISBEHAVING)
    elif reading.elsewhere:
        failed = failure.MISBEHAVING
    else:
        addresses = reading.addresses + ((_PUBLIC[kind],) if reading.public else ())
        answers = tuple(Rr(name="", type="CNAME", ttl=0, data=alias) for alias in reading.aliases) + tuple(
            Rr(name="", type="AAAA" if ":" in address else "A", ttl=0, data=address) for address in addresses
        )
        facts = DnsFacts(
            resolver=facts.resolver,
            transport=Transport.UDP,
            type=kind,
            rcode=reading.rcode,
            answers=answers,
            ede=reading.ede,
        )
        empty = None if addresses else failure.NO_ANSWER
        failed = _RCODES.get(reading.rcode, failure.MISBEHAVING) if reading.rcode else empty
    return Observation(
        id=f"q/{attempt}/1",
        question_id="q",
        attempt=attempt,
        stage=Stage.DNS,
        started=_WHEN,
        elapsed_us=0,
        failure=failed,
        dns=facts if reading in (SILENT, TRUNCATED) or told else None,
    )


def _truth(asked: Asked) -> Truth:
    known = asked.known
    if known.alive is None and not known.stale:
        return NOTHING
    addresses = set()
    if asked.type == "HTTPS":
        return Truth(alive=known.alive, stale=known.stale)
    for family, has in (("A", known.ipv4), ("AAAA", known.ipv6)):
        if has:
            addresses.add(_PUBLIC[family] if asked.expected and family == asked.type else _OTHER[family])
    return Truth(alive=known.alive, addresses=frozenset(addresses), stale=known.stale)


def is_leak(finding: Finding) -> bool:
    """Whether the name opens."""
    return finding.outcome is Outcome.REACHABLE
