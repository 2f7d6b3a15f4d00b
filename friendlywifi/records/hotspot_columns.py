"""The columns of a list of hotspots, by their names in English and in Albanian."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column."""

    field: str
    albanian: str
    means: str
    needed: bool = False
    others: tuple[str, ...] = ()
    """Further headings that people write."""

    @property
    def heading(self) -> str:
        """As the template has it: both languages in one cell."""
        return f"{self.field.replace('_', ' ')} / {self.albanian}"


COLUMNS: tuple[Column, ...] = (
    Column(
        field="name",
        albanian="emri",
        means="what everybody calls it, like Library 7",
        needed=True,
        others=("hotspot", "emri i pikës"),
    ),
    Column(
        field="place",
        albanian="vendi",
        means="town or municipality",
        needed=True,
        others=("town", "city", "municipality", "qyteti", "bashkia"),
    ),
    Column(
        field="address",
        albanian="adresa",
        means="street and number, as on the certificate",
        needed=True,
        others=("street", "rruga"),
    ),
    Column(
        field="ssids",
        albanian="rrjetet Wi-Fi",
        means="the names of its Wi-Fi networks, several divided by | or by line breaks",
        needed=True,
        others=("ssid", "wifi", "wi-fi", "network", "networks", "rrjeti", "rrjetet"),
    ),
    Column(
        field="operator",
        albanian="operatori",
        means="who runs it and will hold the certificate",
        needed=True,
        others=("holder", "mbajtësi"),
    ),
    Column(
        field="provider",
        albanian="ofruesi",
        means="its Internet provider",
        others=("isp", "internet provider", "ofruesi i internetit"),
    ),
    Column(
        field="contact_name",
        albanian="kontakti",
        means="who is written to",
        others=("contact", "person", "personi i kontaktit"),
    ),
    Column(
        field="contact_email",
        albanian="e-mail",
        means="where reminders go",
        others=("email", "mail", "posta elektronike"),
    ),
    Column(
        field="contact_language",
        albanian="gjuha",
        means="sq or en",
        others=("language",),
    ),
    Column(
        field="provider_email",
        albanian="e-mail i ofruesit",
        means="where the provider is told of a fault of theirs",
        others=("provider contact", "isp email"),
    ),
    Column(field="latitude", albanian="gjerësia", means="decimal degrees, like 41.3275", others=("lat",)),
    Column(
        field="longitude",
        albanian="gjatësia",
        means="decimal degrees, like 19.8189",
        others=("lon", "lng", "long"),
    ),
    Column(
        field="time_zone",
        albanian="zona kohore",
        means="like Europe/Tirane",
        others=("timezone",),
    ),
    Column(
        field="mode",
        albanian="mënyra",
        means="resident (a probe stays there) or rounds (somebody visits)",
        others=("surveillance", "vëzhgimi"),
    ),
    Column(field="standard", albanian="standardi", means="the standard that it must pass"),
    Column(
        field="office_hours",
        albanian="orari",
        means="like 08:00-16:00",
        others=("hours", "opening hours", "orari i punës"),
    ),
    Column(field="id", albanian="kodi", means="its id here; made from the name where it is empty"),
)

IGNORED = frozenset({"notes", "note", "comment", "remarks", "shenime", "shenim", "koment", "nr", "no"})
"""Headings of columns for people, which are left alone."""


def folded(heading: str) -> str:
    """A heading without case, accents, hyphens and doubled spaces."""
    plain = unicodedata.normalize("NFKD", heading).casefold()
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join("".join(char if char.isalnum() else " " for char in letters).split())


def column_of(heading: str) -> Column | None:
    """The column of a heading in either language, or in both (`name / emri`)."""
    for part in (heading, *heading.split("/")):
        found = _KNOWN.get(folded(part))
        if found is not None:
            return found
    return None


def ignored(heading: str) -> bool:
    """Whether a column is for people only."""
    return folded(heading) in IGNORED or not heading.strip()


def headings() -> tuple[str, ...]:
    """Every heading that is understood, folded."""
    return tuple(_KNOWN)


def _known() -> dict[str, Column]:
    found: dict[str, Column] = {}
    for column in COLUMNS:
        for name in (column.field, column.albanian, *column.others):
            if found.setdefault(folded(name), column) is not column:
                raise AssertionError(f"two columns are called {name}")
    return found


_KNOWN = _known()
