"""A visit: one address of one name, stage by stage, as far as its question allows."""

from __future__ import annotations

from probes.visit.stages import visit
from probes.visit.stores import Stores

__all__ = ["Stores", "visit"]
