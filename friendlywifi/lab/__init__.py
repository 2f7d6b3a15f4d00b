"""Emulated hotspots on loopback, without root: named behaviours, and the verdicts that are true."""

from __future__ import annotations

from friendlywifi.lab.hotspot import Lab
from friendlywifi.lab.scenario import Scenario, find_scenario, load_scenario, packaged_scenarios

__all__ = ["Lab", "Scenario", "find_scenario", "load_scenario", "packaged_scenarios"]
