"""The prints of the log by several processes: each for its own certificate, whatever happens meanwhile."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from certificates.proofs import Proofs
from certificates.records import SignedCertificate
from certificates.transitions import EventKind, Why
from certificates.translog import salted
from friendlywifi.complaint import Complaint
from friendlywifi.records import certificates, register
from friendlywifi.records.database import Records
from friendlywifi.register.papers import papers
from tests.friendlywifi.register.town import START, add, change, hotspot, issue


def of(signed: SignedCertificate, _proofs: Proofs) -> bytes:
    """A face of its own bytes; at the top level, so that another process finds it."""
    return b"%PDF " + signed.certificate.number.encode()


def broken(signed: SignedCertificate, proofs: Proofs) -> bytes:
    if signed.certificate.number.endswith("3"):
        raise Complaint("no type is set today")
    return of(signed, proofs)


@pytest.fixture
def numbers(records: Records) -> list[str]:
    made = []
    for name in "abcdef":
        place = hotspot(name, name, "Rruga 1", "Tiranë")
        add(records, place)
        made.append(issue(records, place, START).number)
    change(records, made[0], EventKind.SUSPEND, Why.COMPLAINT, START + timedelta(days=1))
    return made


@pytest.mark.parametrize("jobs", (1, 2))
def test_each_entry_is_of_the_print_of_its_own_certificate(
    records: Records, numbers: list[str], jobs: int
) -> None:
    with papers(records, pdf=of, jobs=jobs) as pdf:
        places = list(register.append(records, pdf=pdf, randomness=bytes))
    assert places == list(range(7))
    for entry, number in zip(register.log(records)[:6], numbers, strict=True):
        assert entry.number == number
        assert salted(b"%PDF " + number.encode(), bytes(16)) in entry.data.decode()


def test_what_another_program_logged_meanwhile_is_passed_over(records: Records, numbers: list[str]) -> None:
    with papers(records, pdf=of, jobs=1) as pdf:
        mine = register.append(records, pdf=pdf, randomness=bytes)
        next(mine)
        theirs = list(itertools.islice(register.append(records, pdf=of, randomness=bytes), 3))
        assert [*theirs, *mine] == list(range(1, 7))
    for entry, number in zip(register.log(records)[:6], numbers, strict=True):
        assert salted(b"%PDF " + number.encode(), bytes(16)) in entry.data.decode()


def test_one_that_came_meanwhile_is_set_too(records: Records, numbers: list[str]) -> None:
    with papers(records, pdf=of, jobs=1) as pdf:
        place = hotspot("late", "late", "Rruga 1", "Tiranë")
        add(records, place)
        late = issue(records, place, START).number
        assert len(list(register.append(records, pdf=pdf, randomness=bytes))) == 8
    assert salted(b"%PDF " + late.encode(), bytes(16)) in register.log(records)[-1].data.decode()
    assert len(numbers) == 6


def test_what_was_broken_off_goes_on_where_it_was_and_nothing_is_logged_twice(
    records: Records, numbers: list[str]
) -> None:
    with pytest.raises(Complaint, match="no type"), papers(records, pdf=broken, jobs=2) as pdf:
        list(register.append(records, pdf=pdf, randomness=bytes))
    whole = len(register.log(records))
    assert 0 < whole < 6
    with papers(records, pdf=of, jobs=2) as pdf:
        assert len(list(register.append(records, pdf=pdf, randomness=bytes))) == 7 - whole
    assert [entry.number for entry in register.log(records)] == [*numbers, numbers[0]]
    assert register.unlogged(records) == 0
    assert len(certificates.every(records)) == 6


def test_the_records_are_not_locked_while_type_is_set(records: Records, numbers: list[str]) -> None:
    def looks(signed: SignedCertificate, proofs: Proofs) -> bytes:
        assert not records.connection.in_transaction
        return of(signed, proofs)

    assert len(list(register.append(records, pdf=looks, randomness=bytes))) == len(numbers) + 1
