"""How long an emulated hotspot is waited for, and how much is asked of it at once."""

from __future__ import annotations

from dataclasses import replace

from probes.network import SLOW, Budgets

FAST = Budgets(dns=2.0, dns_resend=(0.4, 1.0), tcp=2.0, tls=2.0, http=2.0, rate=0.0, in_flight=32, visits=64)
"""Loopback needs no manners, and nothing there is seconds away; but one process plays both sides, and what
is asked of it at once waits for each other.
"""

FAST_SLOW = replace(
    SLOW,
    dns=3.0,
    dns_resend=(0.8, 1.8),
    linger=0.1,
    tcp=3.0,
    tls=3.0,
    http=3.0,
    in_flight=32,
    visits=64,
    rate=0.0,
)
