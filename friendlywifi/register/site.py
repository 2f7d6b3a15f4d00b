"""Where the register stands: its address, and the paths under it. They are on signs and never change."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from certificates.didweb import did_path, did_web
from certificates.statuslist import Purpose

HOTSPOTS = "h"
STATUS = "status"
LOG = "log"
CONTEXTS = "contexts"

OWN = frozenset({HOTSPOTS, STATUS, LOG, CONTEXTS, ".well-known"})
"""Folders that certificates may not stand in."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """One register. `url` has no slash at its end; `folder` is where certificates stand, `c` as a rule."""

    url: str
    folder: str
    issuer: str
    contact: str | None = None
    """Where the issuer is told of a sign that is not its own; the address of an office."""

    def __post_init__(self) -> None:
        if self.folder in OWN:
            raise ValueError(
                f"certificates cannot stand under /{self.folder}, where the register has its own"
            )
        did_web(self.url)

    @property
    def base(self) -> str:
        """The path of the register on its host, with a slash at both ends."""
        return f"{urlsplit(self.url).path.rstrip('/')}/"

    @property
    def origin(self) -> str:
        """The name of the log for ever (C2SP tlog-checkpoint)."""
        return f"{self.url.partition('://')[2]}/{LOG}"

    @property
    def did(self) -> str:
        return did_web(self.url)

    @property
    def did_file(self) -> str:
        """Under the register's folder: `.well-known/did.json`, or `did.json` where it has a path."""
        path = did_path(self.url)
        return path if self.base == "/" else path.rpartition("/")[2]

    def certificate(self, number: str) -> str:
        """The folder of a certificate's page, relative to the register's."""
        return f"{self.folder}/{number}" if self.folder else number

    def certificate_url(self, number: str) -> str:
        return f"{self.url}/{self.certificate(number)}"

    @staticmethod
    def hotspot(identifier: str) -> str:
        return f"{HOTSPOTS}/{identifier}"

    @staticmethod
    def list_path(purpose: Purpose) -> str:
        return f"{STATUS}/{purpose.value}"

    def list_url(self, purpose: Purpose) -> str:
        return f"{self.url}/{self.list_path(purpose)}"


def site_of(*, issuer: str, certificates: str, contact: str | None = None) -> Site:
    """From the name and the address under `[issuer]`; `certificates` ends in a slash.

    Raises `ValueError` where it cannot be the address of a register.
    """
    register, _, folder = certificates.rstrip("/").rpartition("/")
    if register.endswith((":/", "https:")):
        # An address without a path: certificates stand beside everything else.
        return Site(url=certificates.rstrip("/"), folder="", issuer=issuer, contact=contact)
    return Site(url=register, folder=folder, issuer=issuer, contact=contact)
