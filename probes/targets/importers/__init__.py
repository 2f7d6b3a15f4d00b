"""Lists that others wrote, in their own formats, made into target lists. None of them is shipped."""

from __future__ import annotations
