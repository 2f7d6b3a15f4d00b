"""`friendlywifi explain` and `friendlywifi diff`: evidence in words."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from friendlywifi import files, serials, terminal
from friendlywifi.collecting import read_report
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.bundle import Bundle
from friendlywifi.evidence.bundle import load as load_bundle
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.exitcodes import Exit
from friendlywifi.explain.page import Page, explain
from friendlywifi.explain.texts import LANGUAGES
from friendlywifi.language import spoken
from friendlywifi.rundiff import in_words
from probes.targets.names import NameFault, normalise_host


def run(site: str, name: str, *, at: str | None, language: str | None, output: Path | None) -> Exit:
    """One page about one name."""
    language = language or spoken().code
    if language not in LANGUAGES:
        raise Complaint(f"--lang {language}: there is {' and '.join(LANGUAGES)}")
    try:
        host = normalise_host(name)
    except NameFault as fault:
        raise Complaint(str(fault)) from None
    page = explain(bundle_of(site, at=_moment(at)).contents, host, language=language)
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


def bundle_of(site: str, *, at: datetime | None) -> Bundle:
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
        kept = sorted(serials.folder(serials.state_directory(), site).glob("*.bundle.zip"), reverse=True)
        for item in kept:
            bundle = load_bundle(item)
            if at is None or bundle.contents.run.started <= at:
                return bundle
    except EvidenceFault as fault:
        raise Complaint(f"{site}: refused: {fault}") from None
    before = " before that time" if at is not None else ""
    raise Complaint(f'"{site}" is no bundle, and no run of a hotspot of that name{before} is kept here')


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Complaint(f"--at {text}: give a time like 2026-11-22T15:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


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
