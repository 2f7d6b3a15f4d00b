"""A sweep says of every name at every resolver what is true, whatever becomes of resolvers and lines."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from criteria import fingerprints, rules
from criteria.answers import Atlas
from criteria.records import Outcome
from friendlywifi.sweeping.judging import Asked, Judge
from friendlywifi.sweeping.run import Order, Result, sweep
from friendlywifi.sweeping.source import Batch, Source
from friendlywifi.sweeping.verdicts import Row
from probes.network import Budgets, Network
from probes.sweep import driver
from probes.sweep.block import Canary
from probes.sweep.driver import Manner
from probes.sweep.readings import SILENT, Odd, Reading
from tests.probes.sweep import responder

WHEN = datetime(2026, 11, 22, tzinfo=UTC)
CANARIES = (Canary("good1.example", "A"), Canary("good2.example", "A"), Canary("good3.example", "A"))
SLOW = Budgets(dns=1.5, dns_resend=(0.4, 0.8), in_flight=256, rate=400.0)


class Kept:
    """Rows in memory, to be looked at."""

    def __init__(self) -> None:
        self.done: dict[int, str] = {}
        self.rows: dict[tuple[str, int], list[tuple[str, str, tuple[str, ...]]]] = {}

    def write(self, batch: Batch, columns: Sequence[Sequence[Row]]) -> None:
        for resolver, rows in enumerate(columns):
            types = len(rows) // len(batch.names)
            for at, (entry, public) in enumerate(rows):
                told = (entry.outcome.value, entry.rule, public)
                self.rows.setdefault((batch.names[at // types], resolver), []).append(told)

    def outcomes(self, resolver: int = 0) -> Counter[tuple[str, str]]:
        return Counter(
            (name.split("-")[0], told[0])
            for (name, at), rows in self.rows.items()
            for told in rows
            if at == resolver
        )


def swept(
    names: list[str], *resolvers: str, rate: float = 0, patience: float = 8.0, reference: str | None = None
) -> tuple[Result, Kept]:
    kept = Kept()
    order = Order(
        resolvers=resolvers,
        types=("A",),
        network=Network(confined=True),
        manner=Manner(rate=rate, patience=patience, slow=SLOW),
        canaries=CANARIES,
        reference_resolver=reference,
    )
    result = sweep(order, Source(lines=names, format="domains"), kept, now=lambda: datetime.now(UTC))
    return result, kept


def names(kinds: str, count: int) -> list[str]:
    words = kinds.split()
    return [f"{words[i % len(words)]}-{i}.example" for i in range(count)]


def test_each_name_gets_what_is_true_of_it() -> None:
    with responder.Responder() as one:
        result, kept = swept(names("open sink refused nxdomain drop", 200), one.endpoint)
    assert kept.outcomes() == {
        ("open", "reachable"): 40,
        ("sink", "blocked"): 40,
        ("refused", "blocked"): 40,
        ("nxdomain", "inconclusive"): 40,
        ("drop", "inconclusive"): 40,
    }
    assert result.tally.names == 200


def test_one_leaking_resolver_of_many_is_found() -> None:
    def leaky(name: str) -> str | None:
        return "93.184.216.34" if name == "sink-7.example" else responder.by_label(name)

    with responder.responders(11) as many, responder.Responder(answer=leaky) as leak:
        endpoints = [item.endpoint for item in (*many[:6], leak, *many[6:])]
        result, kept = swept(names("sink", 90), *endpoints)
    assert [(item.name, item.resolver) for item in result.leaks] == [("sink-7.example", leak.endpoint)]
    assert (result.tally.agree, result.tally.differ) == (89, 1)
    assert len(kept.rows) == 12 * 90


def test_with_a_resolver_that_does_not_filter_a_denial_is_a_block() -> None:
    def open_(name: str) -> str | None:
        return "nxdomain" if name.startswith("dead") else "93.184.216.34"

    def filters(name: str) -> str | None:
        return "nxdomain" if name.startswith("dead") else responder.by_label(name)

    with responder.Responder(answer=filters) as one, responder.Responder(answer=open_) as truth:
        _, kept = swept(names("nxdomain dead drop", 90), one.endpoint, reference=truth.endpoint)
    assert kept.outcomes() == {
        ("nxdomain", "blocked"): 30,
        ("dead", "dead"): 30,
        ("drop", "blocked"): 30,
    }


def test_a_resolver_that_dies_and_comes_back_makes_no_false_verdict() -> None:
    with responder.Responder() as one:

        def outage() -> None:
            time.sleep(0.6)
            one.alive = False
            time.sleep(2.8)
            one.alive = True

        helper = threading.Thread(target=outage)
        helper.start()
        _, kept = swept(names("open sink", 1200), one.endpoint, rate=600, patience=20)
        helper.join()
    assert kept.outcomes() == {("open", "reachable"): 600, ("sink", "blocked"): 600}


def test_a_resolver_that_stays_away_is_given_up_and_nothing_is_said_of_it() -> None:
    with responder.Responder() as one, responder.Responder() as gone:
        gone.alive = False
        result, kept = swept(names("sink", 300), one.endpoint, gone.endpoint, patience=1.0)
    assert kept.outcomes(0) == {("sink", "blocked"): 300}
    assert kept.outcomes(1) == {("sink", "inconclusive"): 300}
    assert {told[1] for (_, at), rows in kept.rows.items() if at == 1 for told in rows} == {"resolver_silent"}
    assert result.tally.silent == {gone.endpoint: 300}


def test_a_resolver_that_refuses_by_number_makes_no_false_verdict() -> None:
    with responder.Responder(limit=150) as one:
        result, kept = swept(names("open sink", 700), one.endpoint, rate=800)
    outcomes = kept.outcomes()
    assert not outcomes[("open", "blocked")]
    assert not outcomes[("sink", "reachable")]
    assert result.cuts > 0


def test_loss_and_delay_make_no_false_verdict() -> None:
    with responder.Responder(loss=0.05, delay=0.05) as one:
        _, kept = swept(names("open sink drop", 900), one.endpoint, rate=1500)
    outcomes = kept.outcomes()
    assert not outcomes[("open", "blocked")]
    assert not outcomes[("sink", "reachable")]
    assert outcomes[("drop", "inconclusive")] == 300
    # A machine that is busy loses more than it was told to.
    assert min(outcomes[("open", "reachable")], outcomes[("sink", "blocked")]) >= 290


def test_nothing_is_said_where_no_canary_opens() -> None:
    from friendlywifi.complaint import Complaint

    def everything(_: str) -> str:
        return "0.0.0.0"

    with responder.Responder(answer=everything) as one, pytest.raises(Complaint, match="must open"):
        swept(names("sink", 10), one.endpoint)


def test_the_outcome_of_a_name_does_not_depend_on_how_many_share_its_answer() -> None:
    with responder.Responder() as one:
        _, kept = swept(names("open", 500), one.endpoint)
    assert {told for rows in kept.rows.values() for told in rows} == {
        (Outcome.REACHABLE.value, "dns_genuine", ("93.184.216.34",))
    }


def test_a_second_look_that_is_lost_on_the_way_is_made_again() -> None:
    seen: Counter[str] = Counter()

    def deaf(name: str) -> str | None:
        seen[name] += 1
        # The datagrams of the second look, all three, are lost.
        return None if name.startswith("refused") and 2 <= seen[name] <= 4 else responder.by_label(name)

    with responder.Responder(answer=deaf) as one:
        _, kept = swept(names("refused open", 40), one.endpoint)
    assert kept.outcomes() == {("refused", "blocked"): 20, ("open", "reachable"): 20}


def test_what_is_refused_once_between_two_canaries_is_no_block() -> None:
    seen: Counter[str] = Counter()

    def at_times(name: str) -> str | None:
        seen[name] += 1
        return "refused" if name.startswith("open") and seen[name] == 1 else responder.by_label(name)

    with responder.Responder(answer=at_times) as one:
        _, kept = swept(names("open sink", 60), one.endpoint)
    assert kept.outcomes() == {("open", "inconclusive"): 30, ("sink", "blocked"): 30}


@pytest.mark.parametrize(
    "said",
    (
        *("servfail", "refused", "nxdomain", "nodata", "198.18.0.1", "0.0.0.0"),
        pytest.param(None, marks=pytest.mark.long),
    ),
)
def test_a_resolver_without_an_uplink_that_knows_popular_names_by_heart_blocks_nothing(
    said: str | None,
) -> None:
    """The names that must open come from its cache; whatever it would have to ask for fails."""

    def by_heart(name: str) -> str | None:
        return "93.184.216.34" if name.startswith("good") else said

    with (
        responder.Responder(answer=by_heart, nowhere=said) as one,
        responder.Responder(answer=lambda _: "93.184.216.34") as truth,
    ):
        _, kept = swept(names("open", 60), one.endpoint, reference=truth.endpoint)
    assert kept.outcomes() == {("open", "inconclusive"): 60}


@pytest.mark.parametrize(
    "said",
    ("nxdomain", *(pytest.param(word, marks=pytest.mark.long) for word in ("nodata", "refused", "servfail"))),
)
def test_an_uplink_that_dies_in_mid_sweep_and_comes_back_makes_no_false_verdict(said: str) -> None:
    """Meanwhile canaries come from the cache, and everything else is denied at once."""
    uplink = threading.Event()
    uplink.set()

    def filters(name: str) -> str | None:
        if name.startswith("good") or uplink.is_set():
            return responder.by_label(name)
        return said

    def outage() -> None:
        time.sleep(0.8)
        uplink.clear()
        time.sleep(1.5)
        uplink.set()

    with (
        responder.Responder(answer=filters) as one,
        responder.Responder(answer=lambda _: "93.184.216.34") as truth,
    ):
        helper = threading.Thread(target=outage)
        helper.start()
        _, kept = swept(
            names("open nxdomain", 1200), one.endpoint, rate=600, patience=20, reference=truth.endpoint
        )
        helper.join()
    outcomes = kept.outcomes()
    assert not outcomes["open", "blocked"]
    assert not outcomes["nxdomain", "reachable"]
    assert outcomes["nxdomain", "blocked"] == 600
    assert outcomes["open", "reachable"] > 550


def test_who_was_cut_off_for_too_long_is_asked_again_once_it_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(driver, "GIVEN_UP", 0.5)
    monkeypatch.setattr(driver, "OPEN_BLOCKS", 1)
    uplink = threading.Event()
    uplink.set()

    def filters(name: str) -> str | None:
        opens = name.startswith("good") or uplink.is_set()
        return responder.by_label(name) if opens else "servfail"

    def outage() -> None:
        time.sleep(0.3)
        uplink.clear()
        time.sleep(0.9)
        uplink.set()

    with responder.Responder(answer=filters) as one, responder.Responder() as pacing:
        helper = threading.Thread(target=outage)
        helper.start()
        _, kept = swept(names("open sink", 600), one.endpoint, pacing.endpoint, rate=200, patience=0.3)
        helper.join()
    rules_ = Counter(told[1] for (_, at), rows in kept.rows.items() if at == 0 for told in rows)
    assert rules_["resolver_silent"] > 50
    assert kept.rows["open-598.example", 0][0][0] == "reachable"
    assert not kept.outcomes(0)["open", "blocked"]


def test_what_nobody_can_have_in_a_cache_proves_that_a_filter_still_asks_others() -> None:
    """It is denied with the SOA of the canary's zone, which whoever is cut off does not have."""

    def honest(name: str) -> str | None:
        return "absent" if name.count(".") > 1 else responder.by_label(name)

    with (
        responder.Responder(answer=honest) as one,
        responder.Responder(answer=lambda _: "93.184.216.34") as truth,
    ):
        _, kept = swept(names("nxdomain open", 60), one.endpoint, reference=truth.endpoint)
    assert kept.outcomes() == {("nxdomain", "blocked"): 30, ("open", "reachable"): 30}


def test_a_reference_that_is_cut_off_calls_no_name_dead() -> None:
    def by_heart(name: str) -> str | None:
        return "93.184.216.34" if name.startswith("good") else "nxdomain"

    with responder.Responder() as one, responder.Responder(answer=by_heart) as truth:
        _, kept = swept(names("nxdomain", 60), one.endpoint, reference=truth.endpoint)
    assert kept.outcomes() == {("nxdomain", "inconclusive"): 60}


@pytest.mark.parametrize(
    ("reading", "outcome"),
    (
        (Reading(0, public=True), Outcome.REACHABLE),
        (Reading(0, ("0.0.0.0",)), Outcome.BLOCKED),
        (Reading(0), Outcome.NOT_APPLICABLE),
        (Reading(0, elsewhere=True), Outcome.INCONCLUSIVE),
        (Reading(3), Outcome.INCONCLUSIVE),
        (SILENT, Outcome.INCONCLUSIVE),
    ),
)
def test_a_service_binding_leaks_by_its_addresses_alone(reading: Reading | Odd, outcome: Outcome) -> None:
    judge = Judge(rules=rules.latest(), atlas=Atlas(fingerprints=fingerprints.latest()))
    asked = Asked(type="HTTPS", first=reading, second=None, sound=True)
    assert judge.judge(asked).outcome is outcome
