"""The application: commands, configuration, files, the emulated hotspots."""

from __future__ import annotations

__version__ = "0.1.0"
