"""The pages as HTML: each one file that fetches nothing, complete without its script."""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from typing import Any

import jinja2
import msgspec
from markupsafe import Markup

from certificates.mark import mark_svg
from certificates.records import Status
from certificates.statuslist import Purpose
from friendlywifi.language.spoken import later, sort_key
from friendlywifi.register import words
from friendlywifi.register.issuerkeys import PageKey
from friendlywifi.register.map import draw
from friendlywifi.register.public import PublicCertificate, PublicHotspot, Register
from friendlywifi.register.said import Said, said
from friendlywifi.register.site import Site
from probes.records import Record, encode


@dataclass(frozen=True, kw_only=True)
class Edition:
    """What every page of one publication shares."""

    site: Site
    register: Register
    keys: tuple[PageKey, ...]
    made: datetime
    good_until: datetime


class Facts(Record):
    """What the script of a page compares the code with. Days are counted from 1970-01-01, UTC."""

    number: str
    issued_as: int
    test: bool
    in_force: bool
    issued: int
    until: int
    place: str
    where: str
    level: str
    index: int | None
    ends: int
    """Milliseconds, as the script counts."""
    good_until: int
    home: str
    """The address under which the register stands: nowhere else is its page believed."""
    did: str
    lists: dict[str, dict[str, str]]
    keys: tuple[PageKey, ...]


def certificate_page(
    item: PublicCertificate, edition: Edition, *, others: Sequence[PublicCertificate]
) -> str:
    """The page of one certificate. `others`: those of the same place, the newest first."""
    told = words.page(item, made=edition.made, good_until=edition.good_until)
    kind = "provisional" if item.status is Status.PROVISIONAL else "valid"
    return _render(
        "certificate.html",
        edition,
        script=True,
        item=item,
        page=told,
        others=[other for other in others if other.number != item.number],
        facts=_as_json(_facts(item, edition)),
        mark=_mark(kind),
    )


def index_page(edition: Edition) -> str:
    """The list of all places, by town, and their map."""
    places = edition.register.hotspots
    drawn = draw(places, title=_title())
    return _render(
        "index.html",
        edition,
        script=False,
        heading=words.heading(places, edition.site, made=edition.made, good_until=edition.good_until),
        towns=_by_town(places, edition.register.certificates),
        # Markup: `draw` escapes the names that it puts into the drawing.
        map=None if drawn is None else Markup(drawn),  # noqa: S704 - see above
        when=words.when,
        mark=_mark("valid"),
    )


def unknown_page(edition: Edition) -> str:
    """What is served for whatever is not here."""
    return _render("404.html", edition, script=False)


def _title() -> str:
    told = said(later("Map of the certified places; the list below names each of them."))
    return f"{told.sq} · {told.en}"


def _by_town(
    places: Iterable[PublicHotspot], certificates: Iterable[PublicCertificate]
) -> list[tuple[str, list[tuple[PublicHotspot, PublicCertificate]]]]:
    """Towns and their places in the order of the Albanian alphabet."""
    by_number = {item.number: item for item in certificates}
    towns: dict[str, list[tuple[PublicHotspot, PublicCertificate]]] = {}
    for place in sorted(places, key=lambda item: (sort_key(item.name), item.id)):
        towns.setdefault(place.town, []).append((place, by_number[place.numbers[0]]))
    return sorted(towns.items(), key=lambda pair: sort_key(pair[0]))


def _facts(item: PublicCertificate, edition: Edition) -> Facts:
    site = edition.site
    return Facts(
        number=item.number,
        issued_as=("provisional", "valid").index(item.issued_as.value),
        test=item.test,
        in_force=item.in_force,
        issued=_days(item.issued),
        until=_days(item.valid_until),
        place=item.place,
        where=item.address,
        level=item.standard,
        index=item.status_index,
        ends=int(item.valid_until.timestamp()) * 1000 + 999,
        good_until=int(edition.good_until.timestamp()) * 1000,
        home=f"{site.url}/",
        did=site.did,
        lists={
            purpose.value: {"path": f"{site.base}{site.list_path(purpose)}", "url": site.list_url(purpose)}
            for purpose in Purpose
        },
        keys=edition.keys,
    )


def _days(time: datetime) -> int:
    return (time - datetime(1970, 1, 1, tzinfo=UTC)).days


def _as_json(record: Record) -> Markup:
    """JSON inside HTML: no character in it can end the element or begin another."""
    text = encode(record).decode()
    for char, spelt in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(char, spelt)
    return Markup(text)  # noqa: S704 - see above


def _mark(kind: str) -> Markup:
    # Markup: a file of this distribution.
    return Markup(mark_svg(kind).replace("<svg ", '<svg aria-hidden="true" ', 1))  # noqa: S704 - see above


def _render(template: str, edition: Edition, *, script: bool, **more: Any) -> str:  # noqa: ANN401 - of a template
    site = edition.site
    return (
        _environment()
        .get_template(template)
        .render(
            policy=_policy(script=script),
            # Markup: files of this package.
            css=Markup(_file("register.css")),  # noqa: S704 - see above
            script=Markup(_file("verify.js")),  # noqa: S704 - see above
            base=site.base,
            issuer=site.issuer,
            contact=site.contact,
            certificate=site.certificate,
            isigurt=words.ISIGURT,
            alo=words.ALO,
            **more,
        )
    )


def _policy(*, script: bool) -> str:
    """Only what stands in the page itself, and the status lists of its own host."""
    rules = ["default-src 'none'", f"style-src '{_hash('register.css')}'"]
    if script:
        rules += [f"script-src '{_hash('verify.js')}'", "connect-src 'self'"]
    return "; ".join([*rules, "base-uri 'none'", "form-action 'none'"])


@functools.cache
def _hash(name: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(_file(name).encode()).digest()).decode("ascii")


@functools.cache
def _file(name: str) -> str:
    text = resources.files("friendlywifi.register").joinpath("templates", name).read_text(encoding="utf-8")
    return "\n".join(line.strip() for line in text.splitlines() if not line.strip().startswith("//"))


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("friendlywifi.register", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        _=_said, word=words.status_word, symbol=words.SYMBOLS.__getitem__, colour=_COLOURS.__getitem__
    )
    return environment


_COLOURS = dict.fromkeys(Status, "no") | {Status.VALID: "yes", Status.PROVISIONAL: "partly"}


@functools.cache
def _said(message: str) -> Said:
    return said(message)


def facts_file(record: Record) -> bytes:
    """A record as a file for programs."""
    return msgspec.json.format(encode(record), indent=2) + b"\n"
