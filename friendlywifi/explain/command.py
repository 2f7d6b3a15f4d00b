"""`friendlywifi explain` and `friendlywifi diff`: evidence in words."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from friendlywifi import files, terminal
from friendlywifi.checking import serials
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.bundle import MAX_BUNDLE, Bundle, read_bundle
from friendlywifi.evidence.bundle import load as load_bundle
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.evidence.keeping import kept_bundles
from friendlywifi.exitcodes import Exit
from friendlywifi.explain.asking_now import Asking, ask_now
from friendlywifi.explain.page import Page, explain
from friendlywifi.explain.rundiff import in_words
from friendlywifi.explain.texts import LANGUAGES
from friendlywifi.language.spoken import phrase, spoken
from friendlywifi.records import hotspots, runs
from friendlywifi.records.database import open_records
from friendlywifi.records.place import records_file
from friendlywifi.records.taking import kept
from friendlywifi.reporting.collecting import moment, read_report
from friendlywifi.settings import load_settings
from probes.records import digest
from probes.targets.names import NameFault, normalise_host


def run(
    site: str,
    name: str,
    *,
    at: str | None,
    language: str | None,
    output: Path | None,
    asking: Asking | None = None,
    config: Path | None = None,
) -> Exit:
    """One page about one name; `asking`: it is asked again now."""
    language = language or spoken().code
    if language not in LANGUAGES:
        raise Complaint(f"--lang {language}: there is {' and '.join(LANGUAGES)}")
    try:
        host = normalise_host(name)
    except NameFault as fault:
        raise Complaint(str(fault)) from None
    contents = bundle_of(site, at=moment(at, option="--at"), config=config).contents
    now = None if asking is None else ask_now(host, contents, asking)
    page = explain(contents, host, language=language, now=now)
    if output is not None:
        files.write(output, html(page).encode())
        terminal.err().print(terminal.shown(f"Left in {output}"))
    else:
        for line in lines(page):
            terminal.out().print(terminal.shown(line), soft_wrap=False)
    return Exit.YES


def diff(one: Path, other: Path) -> Exit:
    """What became different from one run to another."""
    for sentence in in_words(read_report(one), read_report(other)):
        terminal.out().print(terminal.shown(sentence))
    return Exit.YES


def bundle_of(site: str, *, at: datetime | None, config: Path | None = None) -> Bundle:
    """The bundle that was named, or the last one of a hotspot's that began before a time."""
    path = Path(site)
    try:
        if path.exists():
            bundle = load_bundle(path)
            if at is not None and bundle.contents.run.started > at:
                raise Complaint(
                    f"{site} began at {bundle.contents.run.started:%Y-%m-%d %H:%M} UTC, after that"
                )
            return bundle
        known = _names_of(site, config=config)
        found = [_recorded(site, at=at, config=config), *(_made_here(name, at=at) for name in known)]
    except EvidenceFault as fault:
        raise Complaint(f"{site}: refused: {fault}") from None
    last = max(
        (item for item in found if item is not None),
        key=lambda item: item.contents.run.started,
        default=None,
    )
    if last is not None:
        return last
    before = " before that time" if at is not None else ""
    raise Complaint(f'"{site}" is no bundle, and no run of a hotspot of that name{before} is kept here')


def _names_of(site: str, *, config: Path | None) -> tuple[str, ...]:
    """What runs of a hotspot may be filed under on this machine: its name, its id, and what was typed."""
    place = records_file(load_settings(file=config).settings)
    if not place.exists():
        return (site,)
    with open_records(place, make=False) as records:
        hotspot = hotspots.named(records, site)
    return (site,) if hotspot is None else tuple(dict.fromkeys((site, hotspot.name, hotspot.id)))


def _made_here(site: str, *, at: datetime | None) -> Bundle | None:
    """Of the runs that this machine made under that name."""
    for item in reversed(kept_bundles(serials.state_directory(), site)):
        bundle = load_bundle(item)
        if at is None or bundle.contents.run.started <= at:
            return bundle
    return None


def _recorded(site: str, *, at: datetime | None, config: Path | None) -> Bundle | None:
    """Of the runs in the records, by the hotspot's id or name."""
    place = records_file(load_settings(file=config).settings)
    if not place.exists():
        return None
    with open_records(place, make=False) as records:
        hotspot = hotspots.named(records, site)
        if hotspot is None:
            return None
        rows = runs.of(records, hotspot.id, until=at)
        # The file finds by whole seconds.
        bundles = [(row, kept(records, row)) for row in reversed(rows) if at is None or row.started <= at]
    for row, path in bundles:
        if path is None or not path.is_file():
            # Another run is told, and the reader must know that it is not the newest.
            told = phrase("The evidence of run %(serial)s is not here.", serial=row.serial)
            terminal.err().print(terminal.shown(told))
            continue
        data = files.read_bytes(path, what="the bundle", largest=MAX_BUNDLE)
        if digest(data) != row.bundle:
            raise EvidenceFault("it is not the bundle that was recorded", file=path.name)
        return read_bundle(data)
    return None


def lines(page: Page) -> tuple[str, ...]:
    """The page as plain text."""
    told = [page.title, ""]
    if page.note:
        told += [page.note, ""]
    told += [text for paragraph in page.paragraphs for text in (paragraph, "")]
    told += [page.heading, *(f"  - {limit}" for limit in page.limits)]
    if page.report_to:
        told += ["", page.report_heading, *(f"  - {line}" for line in page.report_to)]
    return tuple(told)


def html(page: Page) -> str:
    """The page to print or to send."""
    environment = Environment(
        loader=PackageLoader("friendlywifi", "templates"), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("explain.html").render(page=page)
