from __future__ import annotations

from importlib.resources import files

import pytest

from probes.records import Ask, Category, TargetList
from probes.targets.shipped import shipped

BY_ID = {found.id: found for found in shipped()}


def test_four_lists_are_shipped_and_free_to_copy() -> None:
    assert sorted(BY_ID) == ["adult-popular", "controls-general", "controls-help", "vendor-tests"]
    assert {found.licence for found in shipped()} == {"CC0-1.0"}


@pytest.mark.parametrize("found", shipped(), ids=lambda found: found.id)
def test_no_shipped_list_holds_illegal_names_or_fetches_anything(found: TargetList) -> None:
    for target in found.targets:
        assert not target.category.illegal
        assert not target.sentinel
        assert target.ask in (Ask.DNS, Ask.TLS)


def test_no_name_stands_in_two_shipped_lists() -> None:
    names = [target.name for found in shipped() for target in found.targets]
    assert len(names) == len(set(names))


def test_there_are_enough_general_controls_for_the_standard() -> None:
    # The standard needs 200 that opened; a tenth more, because some will be dead one day.
    found = BY_ID["controls-general"]
    assert len(found.targets) >= 220
    assert {target.category for target in found.targets} == {Category.CONTROL_GENERAL}


def test_the_national_helpline_and_the_reporting_route_are_controls() -> None:
    names = {target.name for target in BY_ID["controls-help"].targets}
    assert {"isigurt.al", "www.unicef.org"} <= names


def test_the_twenty_most_popular_adult_names_are_ranked_and_asked_by_dns_only() -> None:
    targets = BY_ID["adult-popular"].targets
    assert [target.rank for target in targets] == list(range(1, len(targets) + 1))
    assert 20 <= len(targets) <= 30
    assert {target.ask for target in targets} == {Ask.DNS}


def test_every_vendor_test_name_says_whose_it_is() -> None:
    for target in BY_ID["vendor-tests"].targets:
        assert target.vendor
        assert target.category in (Category.SECURITY, Category.WIRING)


def test_no_answer_is_given_that_its_owner_does_not_document() -> None:
    assert [target for found in shipped() for target in found.targets if target.expect] == []


def test_the_lists_travel_with_the_package() -> None:
    assert (files("probes.targets") / "lists" / "controls-help.toml").is_file()
