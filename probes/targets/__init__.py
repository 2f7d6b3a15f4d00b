"""What is asked about: target lists, how they are read, checked and made."""

from __future__ import annotations
