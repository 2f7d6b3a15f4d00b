"""A run comes in: genuine, of this place, once; whatever else it is, it is told and counts for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from certificates.keys import key_from_seed
from criteria.records import AssessmentOutcome, CriterionOutcome, RouteOutcome
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.redact import redact
from friendlywifi.records import hotspots, journal, runs
from friendlywifi.records.database import Records, open_records
from friendlywifi.records.enrolling import enrol_from
from friendlywifi.records.evidence import causes
from friendlywifi.records.hotspots import Hotspot
from friendlywifi.records.identity import Place
from friendlywifi.records.runs import Ours
from friendlywifi.records.taking import Came, kept, record_bundle
from probes.records import digest
from tests.friendlywifi.evidence.made import KEY
from tests.friendlywifi.records.conftest import Bundles, there
from tests.friendlywifi.records.rows import NOW, library_7

OTHER = key_from_seed(bytes(32))


@pytest.fixture
def enrolled(tmp_path: Path, bundle_of: Bundles) -> Iterator[Records]:
    with open_records(tmp_path / "records.db") as records:
        hotspots.add(records, library_7(), now=NOW, actor="a")
        enrol_from(records, "library-7", bundle_of(1), now=NOW, actor="Arta")
        yield records


def test_a_run_comes_in_with_what_it_found(enrolled: Records, bundle_of: Bundles) -> None:
    data = bundle_of(2)
    taken = record_bundle(enrolled, data, now=NOW, actor="a", ours=Ours.RESIDENT)
    row = taken.row
    assert (taken.came, taken.hotspot) == (Came.NEW, "library-7")
    assert row is not None
    assert runs.latest(enrolled, "library-7") == row
    assert (row.serial, row.ssid, row.ours, row.place) == (2, "Biblioteka", Ours.RESIDENT, Place.SAME)
    assert {item.id: item.result for item in row.gates}["ADU-01"] is CriterionOutcome.PASS
    assert row.counts
    path = kept(enrolled, row)
    assert path is not None
    assert path.read_bytes() == data
    assert path.stem == digest(data).removeprefix("sha256:")
    assert path.is_relative_to(enrolled.bundles)
    assert enrolled.bundles.stat().st_mode & 0o077 == 0


def test_it_comes_in_once(enrolled: Records, bundle_of: Bundles) -> None:
    record_bundle(enrolled, bundle_of(2), now=NOW, actor="a")
    end = journal.last(enrolled)
    again = record_bundle(enrolled, bundle_of(2), now=NOW + timedelta(days=1), actor="b")
    assert (again.came, again.hotspot) == (Came.KNOWN, "library-7")
    assert journal.last(enrolled) == end


def test_a_run_from_another_place_comes_in_as_void(enrolled: Records, bundle_of: Bundles) -> None:
    taken = record_bundle(enrolled, bundle_of(2, there(gateway_mac="c" * 16)), now=NOW, actor="a")
    assert taken.came is Came.NEW
    assert taken.row is not None
    assert (taken.row.void_reason, taken.row.counts) == ("elsewhere", False)
    assert "You are not at Library 7: the gateway (router) is another one." in taken.remarks
    valid = runs.latest_valid(enrolled, "library-7")
    assert valid is not None
    assert valid.serial == 1


def test_a_run_of_an_unknown_place_counts_for_nothing(enrolled: Records, bundle_of: Bundles) -> None:
    taken = record_bundle(enrolled, bundle_of(2, there(gateway_mac=None, bssid=None)), now=NOW, actor="a")
    assert taken.row is not None
    assert (taken.row.place, taken.row.counts) == (Place.UNKNOWN, False)
    assert "is not known (its gateway, its access point)" in taken.remarks[0]


def test_a_run_with_overrides_counts_for_nothing(enrolled: Records, bundle_of: Bundles) -> None:
    taken = record_bundle(enrolled, bundle_of(2, overrides=("resolver",)), now=NOW, actor="a")
    assert (taken.came, taken.row is not None and taken.row.counts) == (Came.NEW, False)
    assert any("not what visitors get (resolver)" in item for item in taken.remarks)


def refused(records: Records, data: bytes, **given: object) -> str:
    taken = record_bundle(records, data, now=NOW, actor="a", **given)
    assert taken.came is Came.REFUSED
    assert taken.row is None
    assert taken.why is not None
    assert runs.by_bundle(records, taken.bundle) is None
    return taken.why


def test_one_changed_byte_is_refused(enrolled: Records, bundle_of: Bundles) -> None:
    data = bytearray(bundle_of(2))
    for at in (10, len(data) // 2, len(data) - 10):
        changed = bytes(data[:at]) + bytes([data[at] ^ 1]) + bytes(data[at + 1 :])
        refused(enrolled, changed)


def test_what_is_no_bundle_is_refused(enrolled: Records) -> None:
    for data in (b"", b"PK\x03\x04", b"hello" * 100):
        refused(enrolled, data)


def test_a_published_bundle_is_refused_for_its_names_are_gone(enrolled: Records, bundle_of: Bundles) -> None:
    assert "published form" in refused(enrolled, redact(bundle_of(2), key=bytes(32), signer=KEY))


def test_a_judgement_that_does_not_come_out_again_is_refused(enrolled: Records, bundle_of: Bundles) -> None:
    """Signed by the right vantage and whole, and its verdicts are not those of its observations."""
    true = bundle_of.made.checked.judgement
    assessment = msgspec.structs.replace(true.assessment, outcome=AssessmentOutcome.CERTIFIABLE)
    lie = msgspec.structs.replace(true, assessment=assessment)
    assert "something else comes out" in refused(enrolled, bundle_of(2, judgement=lie))


def test_another_vantage_is_refused_until_it_is_enrolled(enrolled: Records, bundle_of: Bundles) -> None:
    data = bundle_of(2, key=OTHER)
    assert "vantage that is not enrolled" in refused(enrolled, data)
    with pytest.raises(Complaint, match="enrolled already"):
        enrol_from(enrolled, "library-7", data, now=NOW, actor="Arta")
    enrol_from(enrolled, "library-7", data, now=NOW, actor="Arta", why="a second laptop")
    assert record_bundle(enrolled, bundle_of(3, key=OTHER), now=NOW, actor="a").came is Came.NEW
    assert record_bundle(enrolled, bundle_of(3), now=NOW, actor="a").came is Came.NEW, "the first one stays"


def test_a_run_of_a_hotspot_that_is_not_here_is_refused(enrolled: Records, bundle_of: Bundles) -> None:
    assert "no hotspot here has that name" in refused(enrolled, bundle_of(2, hotspot="Library 9"))


def test_a_hotspot_is_found_by_its_id_and_by_its_name_in_any_case(
    enrolled: Records, bundle_of: Bundles
) -> None:
    for serial, name in ((2, "library-7"), (3, "LIBRARY  7")):
        assert record_bundle(enrolled, bundle_of(serial, hotspot=name), now=NOW, actor="a").came is Came.NEW


def test_a_run_of_another_hotspot_than_was_asked_for_is_refused(
    enrolled: Records, bundle_of: Bundles
) -> None:
    assert "not of library-8" in refused(enrolled, bundle_of(2), hotspot="library-8")


def test_a_hotspot_that_is_not_enrolled_takes_no_runs(records: Records, bundle_of: Bundles) -> None:
    hotspots.add(records, library_7(), now=NOW, actor="a")
    assert "not enrolled" in refused(records, bundle_of(1))


def test_a_run_from_the_future_is_refused(enrolled: Records, bundle_of: Bundles) -> None:
    taken = record_bundle(enrolled, bundle_of(2), now=NOW - timedelta(days=1), actor="a")
    assert taken.came is Came.REFUSED
    assert "still to come" in str(taken.why)


def test_two_runs_under_one_number_are_refused(enrolled: Records, bundle_of: Bundles) -> None:
    record_bundle(enrolled, bundle_of(2), now=NOW, actor="a")
    assert "used twice" in refused(enrolled, bundle_of(2, there(ssid="Biblioteka 5G")))


def test_a_refusal_is_journaled_once(enrolled: Records) -> None:
    for _ in range(3):
        refused(enrolled, b"hello")
    found = [item for item in journal.entries(enrolled) if item.kind == "run.refused"]
    assert len(found) == 1


def test_what_is_behind_failing_gates_is_named(bundle_of: Bundles) -> None:
    true = bundle_of.made.checked.judgement
    assert causes(true) == ()
    verdict = true.verdicts[0]
    criteria = tuple(
        msgspec.structs.replace(item, result=CriterionOutcome.FAIL, against=(verdict.target,))
        if item.gate
        else item
        for item in true.assessment.criteria
    )
    assessment = msgspec.structs.replace(true.assessment, criteria=criteria)
    found = causes(msgspec.structs.replace(true, assessment=assessment))
    assert found == tuple(
        sorted({cell.resolver for cell in verdict.cells if cell.outcome is verdict.outcome})
    )
    assert found
    # A way that is about this site bears its name, which mails and sheets must not tell.
    way = msgspec.structs.replace(true.routes[0], endpoint=verdict.target, outcome=RouteOutcome.OPEN)
    assert causes(msgspec.structs.replace(true, assessment=assessment, routes=(way,))) == found


def test_a_bundle_that_was_kept_and_damaged_is_written_again(enrolled: Records, bundle_of: Bundles) -> None:
    data = bundle_of(2)
    name = digest(data).removeprefix("sha256:")
    broken = enrolled.bundles / name[:2] / f"{name}.zip"
    broken.parent.mkdir(parents=True, exist_ok=True)
    broken.write_bytes(data[:100])
    record_bundle(enrolled, data, now=NOW, actor="a")
    assert broken.read_bytes() == data


# -------------------------------------------------------------------------------------------- enrolling


def test_a_hotspot_is_enrolled_by_its_first_run_which_counts(records: Records, bundle_of: Bundles) -> None:
    hotspots.add(records, library_7(), now=NOW, actor="a")
    done = enrol_from(records, "library-7", bundle_of(1), now=NOW, actor="Arta")
    identity = done.hotspot.identity
    assert identity is not None
    (network,) = identity.networks
    assert (network.ssid, network.gateway_mac, network.bssids) == ("Biblioteka", "a" * 16, ("b" * 16,))
    assert identity.evidence == digest(bundle_of(1))
    assert done.taken.row is not None
    assert done.taken.row.counts
    assert [item.kind for item in journal.entries(records)] == [
        "hotspot.added",
        "hotspot.enrolled",
        "run.recorded",
    ]


@pytest.mark.parametrize(
    ("vantage", "said"),
    (
        ({"gateway_mac": None, "bssid": None}, "could not be known again"),
        ({"ssid": "Kafe"}, "made on the Wi-Fi “Kafe”; Library 7 has “Biblioteka” or “Biblioteka 5G”"),
    ),
)
def test_what_tells_nothing_of_the_place_enrols_nothing(
    records: Records, library: Hotspot, bundle_of: Bundles, vantage: dict[str, object], said: str
) -> None:
    with pytest.raises(Complaint, match=said):
        enrol_from(records, library.id, bundle_of(1, there(**vantage)), now=NOW, actor="a")
    assert hotspots.get(records, library.id) == library


@pytest.mark.usefixtures("library")
def test_a_run_of_another_hotspot_enrols_nothing(records: Records, bundle_of: Bundles) -> None:
    with pytest.raises(Complaint, match="of “Library 9”, not of “Library 7”"):
        enrol_from(records, "library-7", bundle_of(1, hotspot="Library 9"), now=NOW, actor="a")


@pytest.mark.usefixtures("library")
def test_a_run_from_the_future_enrols_nothing(records: Records, bundle_of: Bundles) -> None:
    with pytest.raises(Complaint, match="nothing was enrolled"):
        enrol_from(records, "library-7", bundle_of(1), now=NOW - timedelta(days=3), actor="a")
    assert not hotspots.get(records, "library-7").enrolled
    assert [item.kind for item in journal.entries(records)] == ["hotspot.added"]


def test_a_second_network_behind_the_same_gateway_needs_no_why(enrolled: Records, bundle_of: Bundles) -> None:
    other = there(ssid="Biblioteka 5G", bssid="5" * 16)
    done = enrol_from(enrolled, "library-7", bundle_of(2, other), now=NOW, actor="Arta")
    identity = done.hotspot.identity
    assert identity is not None
    assert [item.ssid for item in identity.networks] == ["Biblioteka", "Biblioteka 5G"]


def test_another_router_is_enrolled_only_with_a_why(enrolled: Records, bundle_of: Bundles) -> None:
    data = bundle_of(2, there(gateway_mac="c" * 16, bssid="d" * 16))
    with pytest.raises(Complaint, match=r"gateway \(router\) is another one.*--again --why"):
        enrol_from(enrolled, "library-7", data, now=NOW, actor="Arta")
    done = enrol_from(enrolled, "library-7", data, now=NOW, actor="Arta", why="new router")
    assert done.taken.row is not None
    assert done.taken.row.counts
    assert record_bundle(enrolled, bundle_of(3), now=NOW, actor="a").row is not None


def test_a_confirmed_change_makes_earlier_runs_count_and_one_from_elsewhere_stays_void(
    enrolled: Records, bundle_of: Bundles
) -> None:
    changed = there(resolvers=("9.9.9.9",))
    first = record_bundle(enrolled, bundle_of(2, changed), now=NOW, actor="a")
    record_bundle(enrolled, bundle_of(3, there(gateway_mac="c" * 16)), now=NOW, actor="a")
    assert first.row is not None
    assert (first.row.place, first.row.counts) == (Place.CHANGED, False)
    assert "Library 7 has changed: it hands out the resolvers 9.9.9.9" in first.remarks[0]
    done = enrol_from(enrolled, "library-7", bundle_of(4, changed), now=NOW, actor="Arta", why="new provider")
    assert done.rejudged == 1
    places = {row.serial: (row.place, row.counts) for row in runs.of(enrolled, "library-7")}
    assert places == {
        1: (Place.SAME, True),
        2: (Place.SAME, True),
        3: (Place.ELSEWHERE, False),
        4: (Place.SAME, True),
    }


def test_one_network_under_two_names_is_asked_about(enrolled: Records, bundle_of: Bundles) -> None:
    hotspots.add(enrolled, library_7(id="library-8", name="Library 8"), now=NOW, actor="a")
    data = bundle_of(1, hotspot="Library 8")
    with pytest.raises(Complaint, match="enrolled as Library 7: are you at Library 8"):
        enrol_from(enrolled, "library-8", data, now=NOW, actor="a")
    assert enrol_from(
        enrolled, "library-8", data, now=NOW, actor="a", why="one router for both"
    ).hotspot.enrolled
