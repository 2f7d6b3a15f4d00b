"""On the evaluator's machine: is the evidence of a period enough, and if it is, sign a request with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import msgspec

from certificates.records import Attestation, plain, whole_seconds
from criteria.records import AssessmentOutcome
from criteria.standard import Standard
from friendlywifi import files, terminal
from friendlywifi.certifying.announcing import announcements
from friendlywifi.certifying.checklist import Check
from friendlywifi.certifying.dueruns import late_runs
from friendlywifi.certifying.keyring import KeyEntry, Purpose
from friendlywifi.certifying.office import Office, hotspot_named, listed, say
from friendlywifi.certifying.period import Result, weigh_period
from friendlywifi.certifying.request import MOST_RUNS, Announced, Request, RunRef, pack
from friendlywifi.certifying.weighing import Weighed, weigh
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.exitcodes import Exit
from friendlywifi.language.retelling import retold
from friendlywifi.records import certificates, journal, runs
from friendlywifi.records.certificates import CertificateRow
from friendlywifi.records.database import Records
from friendlywifi.records.hotspots import Hotspot
from friendlywifi.records.runs import RunRow
from friendlywifi.records.taking import kept
from friendlywifi.settings import IssuerSettings
from friendlywifi.shipped import load_standard
from friendlywifi.spreading import cores, spread
from probes.records import Record, Time, digest

EARLY = timedelta(days=60)
"""A renewal that begins so long before the end of the certificate before is told to be early."""


class Wish(Record):
    """What the evaluator asked for."""

    hotspot: str
    evaluator: str
    since: Time | None = None
    because: str | None = None
    test: bool = False
    renewal: bool = False


def request(office: Office, wish: Wish, *, output: Path, now: datetime) -> Exit:
    """Print what there is and what is missing; write the request where nothing is."""
    now = whole_seconds(now)
    evaluator = office.key(office.issuer.evaluator_key, Purpose.EVALUATOR)
    _require_kind(evaluator, test=wish.test)
    with office.records() as records:
        hotspot = hotspot_named(records, wish.hotspot)
        standard, standard_digest = load_standard(hotspot.standard)
        before = certificates.open_of(records, hotspot.id, test=wish.test)
        since = _since(wish, standard, now)
        rows = runs.of(records, hotspot.id, since=since, until=now)
        _require_room(rows, since)
        earlier = _earlier(records, hotspot, standard, since, now)
        announced = next(iter(announcements(records, hotspot.id, since=since)), None)
        weighed, lost = _weighed(records, hotspot, rows)
        result = weigh_period(
            weighed,
            hotspot=hotspot,
            standard=standard,
            standard_digest=standard_digest,
            registered=None if announced is None else announced.at,
            since=since,
            until=now,
            now=now,
            late=late_runs(records, hotspot, (item.run for item in weighed), since=since, until=now),
            test=wish.test,
        )
        checks = (
            *_place(hotspot, office.issuer, standard, test=wish.test),
            *_selection(earlier, wish, since, standard),
            *(Check(done=False, text=text) for text in lost),
            *result.checks,
            *_before(before, wish, now),
        )
        show_checks(
            f"{hotspot.name}, {len(rows)} {'run' if len(rows) == 1 else 'runs'} since {since:%-d %B %Y}",
            checks,
        )
        if not _enough(result, checks):
            return _not_yet(result, checks)
        made = _request(
            hotspot,
            wish,
            office.issuer,
            standard,
            result=result,
            weighed=weighed,
            now=now,
            since=since,
            earlier=earlier,
            announced=announced,
            standard_digest=standard_digest,
            key=evaluator,
            before=before if wish.renewal else None,
            taken=certificates.places(records),
        )
        key = office.keyring.open(evaluator, office.passphrases.existing)
        files.write(output, pack(made, _bundles(records, rows), key))
        journal.append(
            records,
            now=now,
            actor=wish.evaluator,
            kind="certificate.requested",
            subject=hotspot.id,
            data=Requested(
                request=digest(made),
                agenda=digest(made.agenda),
                period=digest(made.period),
                renews=made.renews,
            ),
        )
    say()
    say(
        f"Signed by {wish.evaluator} and left in {output}. Take it to whoever decides, by mail or on a "
        f"stick; they run: friendlywifi certify decide {output.name}"
    )
    return Exit.YES


class Requested(Record):
    """What the journal keeps of a request."""

    request: str
    agenda: str
    period: str
    renews: str | None


def show_checks(title: str, checks: tuple[Check, ...]) -> None:
    """The list, a line each: what is there, what is missing, what is worth knowing."""
    terminal.out().print(f"[bold]{terminal.shown(retold(title))}[/bold]")
    listed((SIGNS[item.done], item.text) for item in checks)


SIGNS = {True: "[green]✓[/green]", False: "[red]✗[/red]", None: "[dim]–[/dim]"}


def _enough(result: Result, checks: tuple[Check, ...]) -> bool:
    good = result.period.outcome in (AssessmentOutcome.CERTIFIABLE, AssessmentOutcome.PROVISIONAL)
    return good and result.certification is not None and all(item.done is not False for item in checks)


def _not_yet(result: Result, checks: tuple[Check, ...]) -> Exit:
    missing = sum(item.done is False for item in checks)
    things = "1 thing is" if missing == 1 else f"{missing} things are"
    if result.period.outcome is AssessmentOutcome.NOT_CERTIFIABLE:
        say()
        say(f"No: {things} in the way. What failed must be cured, and a new period begin after it.")
        return Exit.NO
    say()
    say(f"Not yet: {things} missing. Nothing was written.")
    return Exit.UNKNOWN


def _require_kind(key: KeyEntry, *, test: bool) -> None:
    if key.test and not test:
        raise Complaint(f"the key {key.name} is for TEST certificates only; --test asks for one")


def _since(wish: Wish, standard: Standard, now: datetime) -> datetime:
    """The period: by default all of the time in which evidence is fresh."""
    fresh = now - timedelta(days=standard.renewal_evidence_days)
    if wish.since is None:
        return fresh
    if wish.since >= now:
        raise Complaint("--since lies in the future")
    if wish.renewal and wish.since < fresh:
        raise Complaint(
            f"a renewal rests on evidence of the last {standard.renewal_evidence_days} days; "
            f"--since can be {fresh:%Y-%m-%d} at the earliest"
        )
    return wish.since


def _require_room(rows: tuple[RunRow, ...], since: datetime) -> None:
    """Before an hour of work: a request holds every run of its period, and not more than so many."""
    if len(rows) <= MOST_RUNS:
        return
    begin = rows[-MOST_RUNS].started + timedelta(seconds=1)
    raise Complaint(
        f"there are {len(rows)} runs since {since:%-d %B %Y}, and a request holds at most {MOST_RUNS}: let "
        f"the period begin later, as with --since {begin:%Y-%m-%dT%H:%M:%S} "
        f'--because "a request holds {MOST_RUNS} runs"'
    )


def _earlier(records: Records, hotspot: Hotspot, standard: Standard, since: datetime, now: datetime) -> int:
    fresh = now - timedelta(days=standard.renewal_evidence_days)
    return sum(row.started < since for row in runs.of(records, hotspot.id, since=fresh, until=now))


def _weighed(
    records: Records, hotspot: Hotspot, rows: tuple[RunRow, ...]
) -> tuple[tuple[Weighed, ...], tuple[str, ...]]:
    """The runs, and what is wrong with those that cannot be weighed."""
    found: list[Weighed] = []
    lost: list[str] = []
    paths = [kept(records, row) for row in rows]
    work = partial(weigh_file, hotspot)
    weighed = spread(work, paths, jobs=min(cores(), max(len(paths), 1)))
    for (_, item), row in zip(
        terminal.counted(weighed, of=len(paths), doing="working out again"), rows, strict=True
    ):
        if isinstance(item, str):
            lost.append(f"run {row.serial} cannot be used: {item}")
        elif item.bundle != row.bundle:
            lost.append(f"run {row.serial} cannot be used: its bundle is another one than was recorded")
        else:
            found.append(item)
    return tuple(found), tuple(lost)


def weigh_file(hotspot: Hotspot, path: Path | None) -> Weighed | str:
    """One bundle by its file, or a clause why not."""
    if path is None:
        return "its bundle is not kept here"
    try:
        return weigh(files.read_bytes(path, what="the bundle"), hotspot)
    except (EvidenceFault, Complaint) as fault:
        return str(fault)


def _bundles(records: Records, rows: tuple[RunRow, ...]) -> Iterator[bytes]:
    for row in rows:
        path = kept(records, row)
        if path is not None:
            yield files.read_bytes(path, what="the bundle")


def _place(hotspot: Hotspot, issuer: IssuerSettings, standard: Standard, *, test: bool) -> Iterator[Check]:
    if not test and not hotspot.enrolled:
        yield Check(
            done=False,
            text=f"not enrolled: no run is known to be of it (friendlywifi hotspot enrol {hotspot.id})",
        )
    if not hotspot.address.strip():
        yield Check(done=False, text="its address is not known (friendlywifi hotspot import)")
    if _report_to(issuer, standard) is None:
        yield Check(done=False, text="where to report what opened is not said (report_to under [issuer])")
    if issuer.appeal_to is None:
        yield Check(done=False, text="where to appeal is not said (appeal_to under [issuer])")


def _selection(earlier: int, wish: Wish, since: datetime, standard: Standard) -> Iterator[Check]:
    if not earlier:
        return
    runs_are = "1 run is" if earlier == 1 else f"{earlier} runs are"
    text = f"{runs_are} left out: the period begins on {since:%-d %B %Y}, later than the last "
    text += f"{standard.renewal_evidence_days} days"
    if wish.because is None:
        yield Check(done=False, text=f"{text}, and nobody says why (--because)")
    else:
        yield Check(done=None, text=f"{text}, because {wish.because}")


def _before(before: CertificateRow | None, wish: Wish, now: datetime) -> Iterator[Check]:
    """The certificate that is there, and what becomes of it."""
    if wish.renewal and before is None:
        yield Check(
            done=False, text="there is no certificate to renew; friendlywifi certify request asks for one"
        )
    if before is None:
        return
    left = before.valid_until - now
    text = f"{before.number} is {before.status.value} until {before.valid_until:%-d %B %Y}"
    if not wish.renewal:
        yield Check(done=False, text=f"{text}; friendlywifi renew asks for the one after it")
    elif left > EARLY and wish.because is None:
        yield Check(
            done=False,
            text=f"{text}: it would be superseded {left.days} days early, and nobody says why (--because)",
        )
    else:
        yield Check(done=None, text=f"{text}, and is superseded when the new one begins")


def _report_to(issuer: IssuerSettings, standard: Standard) -> str | None:
    routes = ", ".join(f"{item.name} {item.contact}" for item in standard.report_to)
    return issuer.report_to or routes or None


def _request(
    hotspot: Hotspot,
    wish: Wish,
    issuer: IssuerSettings,
    standard: Standard,
    *,
    result: Result,
    weighed: tuple[Weighed, ...],
    now: datetime,
    since: datetime,
    earlier: int,
    announced: Announced | None,
    standard_digest: str,
    key: KeyEntry,
    before: CertificateRow | None,
    taken: frozenset[int],
) -> Request:
    certification, report_to = result.certification, _report_to(issuer, standard)
    agenda = result.agenda
    if certification is None or announced is None or agenda is None:
        raise AssertionError("a request is made only where nothing is missing")
    if report_to is None or issuer.appeal_to is None:
        raise AssertionError("a request is made only where nothing is missing")
    return Request(
        made=now,
        evaluator=wish.evaluator,
        key=key.key,
        test=wish.test,
        hotspot=msgspec.structs.replace(hotspot, contacts=()),
        attestation=Attestation(
            holder=plain(hotspot.operator),
            place=plain(hotspot.name),
            address=plain(f"{hotspot.address}, {hotspot.place}"),
            ssids=tuple(plain(name) for name in result.ssids),
            report_to=plain(report_to),
            appeal_to=plain(issuer.appeal_to),
            language="sq",
            by=plain(wish.evaluator),
            time=now,
        ),
        standard=standard_digest,
        since=since,
        earlier=earlier,
        because=wish.because,
        announced=announced,
        certification_run=certification.run.id,
        runs=tuple(
            RunRef(bundle=item.bundle, vantage=item.vantage, serial=item.run.serial, run=item.run.id)
            for item in weighed
        ),
        agenda=agenda,
        period=result.period,
        assessment=digest(certification.judgement.assessment),
        renews=None if before is None else before.number,
        taken=tuple(sorted(taken)),
    )
