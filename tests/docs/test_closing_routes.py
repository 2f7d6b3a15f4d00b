"""Whoever is told that a way stands open finds how to close it, on what they have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from friendlywifi.reporting.around import GUIDE
from probes.records import RouteKind

PAGE = (Path(__file__).parent.parent.parent / GUIDE).read_text(encoding="utf-8")
PRODUCTS = ("unbound", "dnsmasq", "BIND", "OpenWrt", "pfSense", "OPNsense", "MikroTik", "UniFi")


def section(name: str) -> str:
    found = re.search(rf"^## {name}\b.*?(?=^## |\Z)", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert found is not None, f"no section on {name}"
    return found[0]


@pytest.mark.parametrize("kind", RouteKind)
def test_every_kind_of_way_has_a_section_that_names_every_product(kind: RouteKind) -> None:
    told = section(kind.value)
    assert [product for product in PRODUCTS if f"**{product}**" not in told] == []


def test_forcing_safesearch_names_every_product_too() -> None:
    told = section("SafeSearch")
    assert [product for product in PRODUCTS if f"**{product}**" not in told] == []


def test_nobody_is_advised_to_answer_the_canary_with_an_address() -> None:
    lines = [line for line in PAGE.splitlines() if "use-application-dns.net" in line]
    assert not [line for line in lines if re.search(r"0\.0\.0\.0|127\.0\.0\.1", line)]
