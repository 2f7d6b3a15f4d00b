from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from friendlywifi.surveillance.condition import Condition
from friendlywifi.surveillance.folding import fold
from friendlywifi.surveillance.sight import Sight
from friendlywifi.surveillance.visits import Errand, Visit, ordered, visit, visits_due
from tests.friendlywifi.surveillance.cast import ROUNDS, START, seen

DAY = timedelta(days=1)


def errand(condition: Condition, after: timedelta, *, enrolled: bool = True) -> Visit:
    return visit(
        condition,
        ROUNDS,
        hotspot=("library-7", "Library 7", "Tiranë", "Rruga e Kavajës 7"),
        path="Biblioteka",
        zone=ZoneInfo("Europe/Tirane"),
        office_hours="08:00-16:00",
        enrolled=START if enrolled else None,
        now=START + after,
    )


def after(*sights: Sight) -> Condition:
    condition, at = Condition(), START
    for sight in sights:
        condition = fold(condition, seen(at, sight), rhythm=ROUNDS)
        at += timedelta(minutes=6)
    return condition


def test_a_place_is_due_a_month_after_its_last_good_visit_and_lapses_after_45_days() -> None:
    found = errand(after(Sight.GOOD), 33 * DAY)
    assert (found.errand, found.due) == (Errand.CHECK, START + 30 * DAY)
    assert found.overdue_days == 3
    assert found.lapses == START + 45 * DAY


def test_a_failed_visit_is_confirmed_on_the_spot_and_an_hour_later() -> None:
    assert errand(after(Sight.BAD), DAY).due == START + timedelta(minutes=5)
    twice = errand(after(Sight.BAD, Sight.BAD), DAY)
    assert (twice.errand, twice.due) == (Errand.CONFIRM, START + timedelta(hours=1))


def test_a_visit_that_saw_a_portal_is_made_again() -> None:
    assert errand(after(Sight.GOOD, Sight.CAPTIVE), DAY).errand is Errand.AGAIN


def test_a_place_that_is_not_enrolled_is_enrolled_first() -> None:
    assert errand(Condition(), DAY, enrolled=False).errand is Errand.ENROL
    assert errand(Condition(), DAY).errand is Errand.CHECK


def test_what_lapses_first_comes_first() -> None:
    early, late = errand(after(Sight.GOOD), DAY), errand(Condition(), DAY)
    assert ordered((late, early)) == (early, late)


def test_who_comes_a_week_late_has_missed_no_visit_and_who_stays_away_has() -> None:
    late = tuple(START + days * DAY for days in (30, 67, 97, 134, 164))
    assert visits_due(late, ROUNDS, since=START, until=START + 180 * DAY) == 5
    away = (START + 30 * DAY, START + 110 * DAY)
    assert visits_due(away, ROUNDS, since=START, until=START + 130 * DAY) == 4
