"""What an audit remembers of each bundle and of each promise that it was given."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One bundle that was handed in, intact or not."""

    digest: str
    """SHA-256 of the file, hexadecimal."""
    path: str
    certifier: str
    refused: str | None
    """Why it is no evidence; then nothing below is known."""
    hotspot: str = ""
    serial: int = 0
    run: str = ""
    started: str = ""
    """RFC 3339."""
    committed: str = ""
    outcome: str = ""
    void: str | None = None
    key: str = ""
    """The vantage's public key."""
    seed: str = ""
    """The hash of the seed that was committed to."""
    commitment: str = ""
    """Digest of its commitment's file."""
    previous: str | None = None
    """The digest that it names of the promise before."""
    aborted: str = ""
    """Numbers that it says were claimed since and never begun, separated by blanks."""
    standard: str = ""
    software: str = ""
    replayed: str | None = None
    """`identical`, `same`, `different` or `refused`; `None`: not yet replayed."""
    differing: int = 0

    @property
    def stratum(self) -> str:
        """By whom and with which outcome: what a sample is spread over."""
        return f"{self.certifier}\0{self.outcome or 'refused'}"


@dataclass(frozen=True, kw_only=True)
class Promised:
    """A commitment that lies there by itself."""

    digest: str
    path: str
    certifier: str
    hotspot: str
    serial: int
    committed: str
    key: str
    previous: str | None
    aborted: str = ""
