"""A check where much is dropped waits for the network, not for itself."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks import drops
from probes.network import Budgets

BUDGETS = Budgets(dns=2.0, dns_resend=(0.4, 0.9), tcp=2.0, tls=4.0, http=4.0, rate=0.0)


def test_forty_targets_of_which_half_is_dropped_take_little_more_than_one_deadline(
    require_server: Callable[[str], str],
) -> None:
    require_server("nginx")
    looked = drops.measure(budgets=BUDGETS, targets=40, second=False)
    assert looked.wrong == 0
    # One after the other, A and then AAAA, HTTP and then HTTPS, would be four deadlines and more.
    assert looked.first < 2 * BUDGETS.tcp


def test_deadlines_hold_on_a_core_that_others_keep_busy(require_server: Callable[[str], str]) -> None:
    require_server("nginx")
    with drops.slow_core(0, hogs=1):
        looked = drops.measure(budgets=BUDGETS, targets=20, second=False)
    assert looked.wrong == 0
