"""The forms of a report; apart from what renders them, so that `--help` is there at once."""

from __future__ import annotations

from enum import StrEnum


class Form(StrEnum):
    HTML = "html"
    PDF = "pdf"
    JUNIT = "junit"
    CSV = "csv"
    JSONL = "jsonl"
    OPENMETRICS = "openmetrics"
    OSCAL = "oscal"
    OONI = "ooni"
