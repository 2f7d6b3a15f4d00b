"""What people write about a hotspot, field by field, made into a record; or everything that is wrong with it.

Pure but for the list of time zones. The same for a command line and for a row of a spreadsheet.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from functools import cache
from typing import TypeVar

from certificates.records import plain
from friendlywifi.records.hotspots import Contact, Hotspot, Language, Mode, Role, slug
from probes.records import Record

T = TypeVar("T")

LONGEST = 200
"""Characters of a text that must fit a certificate."""
LONGEST_SSID = 32
"""Bytes (IEEE 802.11-2020, 9.4.2.2)."""
MOST_SSIDS = 8

_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
# What mail servers take in practice, without the comments and quotes of RFC 5322.
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)
_HOURS = re.compile(r"(\d{1,2})[:.](\d{2})\s*(?:-|–|—|to|deri)\s*(\d{1,2})[:.](\d{2})", re.IGNORECASE)
_MODES = {
    "resident": Mode.RESIDENT,
    "i pranishem": Mode.RESIDENT,
    "i pranishëm": Mode.RESIDENT,
    "rounds": Mode.ROUNDS,
    "visits": Mode.ROUNDS,
    "me vizita": Mode.ROUNDS,
    "vizita": Mode.ROUNDS,
}
_LANGUAGES = {
    "sq": Language.ALBANIAN,
    "shqip": Language.ALBANIAN,
    "albanian": Language.ALBANIAN,
    "en": Language.ENGLISH,
    "english": Language.ENGLISH,
    "anglisht": Language.ENGLISH,
}


class Problem(Record):
    """What is wrong with one field."""

    field: str
    text: str
    """What is written there."""
    why: str


class _Form:
    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = fields
        self.problems: list[Problem] = []

    def text(self, field: str, *, needed: bool = False, longest: int = LONGEST) -> str:
        """As certificates hold it: NFC, single spaces, nothing invisible."""
        found = plain(self.fields.get(field, ""))
        if needed and not found:
            self.wrong(field, "is missing")
        if len(found) > longest:
            self.wrong(field, f"has {len(found)} characters; at most {longest} fit")
        return found

    def wrong(self, field: str, why: str) -> None:
        self.problems.append(Problem(field=field, text=self.fields.get(field, ""), why=why))


def read_form(fields: Mapping[str, str], *, standards: Collection[str]) -> Hotspot | tuple[Problem, ...]:
    """A hotspot out of texts, or every problem at once. `standards`: the ids and files that are known."""
    form = _Form(fields)
    name = form.text("name", needed=True)
    hotspot = Hotspot(
        id=_id(form, name),
        name=name,
        place=form.text("place", needed=True),
        address=form.text("address", needed=True),
        latitude=_degrees(form, "latitude", 90),
        longitude=_degrees(form, "longitude", 180),
        ssids=_ssids(form),
        operator=form.text("operator", needed=True),
        provider=form.text("provider") or None,
        contacts=_contacts(form),
        time_zone=_zone(form),
        mode=_word(form, "mode", _MODES, Mode.ROUNDS, "resident or rounds"),
        standard=_standard(form, standards),
        office_hours=_hours(form),
    )
    if (hotspot.latitude is None) != (hotspot.longitude is None):
        absent = "latitude" if hotspot.latitude is None else "longitude"
        if not any(item.field in ("latitude", "longitude") for item in form.problems):
            form.wrong(absent, "is missing, and the other one is given")
    return tuple(form.problems) or hotspot


def written_form(hotspot: Hotspot) -> dict[str, str]:
    """The texts that make this hotspot again."""
    operators, providers = hotspot.emails(Role.OPERATOR), hotspot.emails(Role.PROVIDER)
    first = operators[0] if operators else None
    return {
        "id": hotspot.id,
        "name": hotspot.name,
        "place": hotspot.place,
        "address": hotspot.address,
        "ssids": " | ".join(hotspot.ssids),
        "operator": hotspot.operator,
        "provider": hotspot.provider or "",
        "contact_name": first.name if first else "",
        "contact_email": first.email if first else "",
        "contact_language": first.language.value if first else "",
        "provider_email": providers[0].email if providers else "",
        "latitude": hotspot.latitude or "",
        "longitude": hotspot.longitude or "",
        "time_zone": hotspot.time_zone,
        "mode": hotspot.mode.value,
        "standard": hotspot.standard,
        "office_hours": hotspot.office_hours or "",
    }


def _id(form: _Form, name: str) -> str:
    given = form.text("id")
    if given:
        if _ID.fullmatch(given) is None:
            form.wrong("id", f"has small letters, digits and hyphens only, like {slug(given) or 'library-7'}")
        return given
    made = slug(name)
    if name and not made:
        form.wrong("id", "cannot be made from this name; give one, like library-7")
    return made


def _ssids(form: _Form) -> tuple[str, ...]:
    # The name is what radios send: nothing inside it is changed, only what cannot be seen is refused.
    parts = [part.strip() for part in re.split(r"[|\r\n]", form.fields.get("ssids", ""))]
    found = tuple(part for part in parts if part)
    if not found:
        form.wrong("ssids", "is missing: the name of its Wi-Fi, as phones show it")
    for ssid in found:
        if len(ssid.encode()) > LONGEST_SSID:
            form.wrong("ssids", f"“{ssid}” has {len(ssid.encode())} bytes; a Wi-Fi's name has at most 32")
        elif ssid != plain(ssid):
            form.wrong("ssids", f"“{ssid}” holds signs that cannot be seen or doubled spaces")
    if len(set(found)) < len(found):
        form.wrong("ssids", "holds a name twice")
    if len(found) > MOST_SSIDS:
        form.wrong("ssids", f"holds {len(found)} names; a certificate has room for {MOST_SSIDS}")
    return found


def _contacts(form: _Form) -> tuple[Contact, ...]:
    found = []
    language = _word(form, "contact_language", _LANGUAGES, Language.ALBANIAN, "sq or en")
    email, name = _email(form, "contact_email"), form.text("contact_name")
    if email:
        found.append(Contact(name=name or email, email=email, language=language))
    elif name and not form.fields.get("contact_email", "").strip():
        form.wrong("contact_email", f"is missing: {name} could not be written to")
    provider = _email(form, "provider_email")
    if provider:
        called = plain(form.fields.get("provider", "")) or provider
        found.append(Contact(name=called, email=provider, language=language, role=Role.PROVIDER))
    return tuple(found)


def _email(form: _Form, field: str) -> str:
    found = form.fields.get(field, "").strip()
    local = found.partition("@")[0]
    if found and (_EMAIL.fullmatch(found) is None or len(found) > 254 or len(local) > 64):
        form.wrong(field, "is no mail address, like name@bashkia.example")
        return ""
    return found


def _degrees(form: _Form, field: str, limit: int) -> str | None:
    found = form.fields.get(field, "").strip()
    if not found:
        return None
    try:
        value = Decimal(found.replace(",", "."))
    except InvalidOperation:
        form.wrong(field, "is no number of degrees, like 41.3275")
        return None
    if not value.is_finite() or abs(value) > limit:
        form.wrong(field, f"must lie between -{limit} and {limit} degrees")
        return None
    return f"{value:.6f}".rstrip("0").rstrip(".")


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _zone(form: _Form) -> str:
    found = form.fields.get("time_zone", "").strip()
    if not found:
        return "Europe/Tirane"
    if found not in _zones():
        near = get_close_matches(found, sorted(_zones()), n=1)
        form.wrong("time_zone", f"is no time zone{f'; did you mean {near[0]}?' if near else ''}")
    return found


def _standard(form: _Form, known: Collection[str]) -> str:
    found = form.fields.get("standard", "").strip()
    if not found:
        return "baseline"
    if found not in known:
        form.wrong("standard", f"is no standard; known are {', '.join(sorted(known))}")
    return found


def _hours(form: _Form) -> str | None:
    found = form.fields.get("office_hours", "").strip()
    if not found:
        return None
    match = _HOURS.fullmatch(found)
    if match is None:
        form.wrong("office_hours", "is not like 08:00-16:00")
        return None
    start, end = (int(match[1]), int(match[2])), (int(match[3]), int(match[4]))
    if not (start < end <= (24, 0)) or start[1] > 59 or end[1] > 59:
        form.wrong("office_hours", "must begin before it ends, on one day")
        return None
    return f"{start[0]:02}:{start[1]:02}-{end[0]:02}:{end[1]:02}"


def _word(form: _Form, field: str, words: Mapping[str, T], default: T, known: str) -> T:
    found = " ".join(form.fields.get(field, "").casefold().split())
    if not found:
        return default
    if found not in words:
        form.wrong(field, f"must be {known}")
    return words.get(found, default)
