from __future__ import annotations

from probes.portals import portals
from probes.targets.names import normalise_host


def test_at_least_three_makers_are_asked_and_each_stands_once() -> None:
    makers = [portal.vendor for portal in portals()]
    assert len(makers) == len(set(makers)) >= 3


def test_every_probe_names_a_host_and_says_what_the_true_answer_is() -> None:
    for portal in portals():
        assert normalise_host(portal.host) == portal.host
        assert portal.path.startswith("/")
        assert portal.status == (204 if portal.token is None else 200)


def test_both_kinds_of_true_answer_are_among_the_first_three() -> None:
    # A network that answers everything with an empty 204, or everything with a page, is seen either way.
    assert {portal.status for portal in portals()[:3]} == {200, 204}
