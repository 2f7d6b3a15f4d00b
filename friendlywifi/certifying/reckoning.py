"""A request worked out again: what comes out of its bundles on this machine, beside what it says."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from certificates.records import plain
from criteria.period import PeriodAssessment
from criteria.standard import Standard, load, released
from friendlywifi import terminal
from friendlywifi.audit.gaps import ranges
from friendlywifi.certifying.checklist import Check, s_of
from friendlywifi.certifying.keyring import KeyEntry
from friendlywifi.certifying.period import Result, weigh_period
from friendlywifi.certifying.request import Opened, Request
from friendlywifi.certifying.weighing import Weighed, weigh
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.records.hotspots import Hotspot
from friendlywifi.shipped import ids, load_standard
from friendlywifi.spreading import cores, spread
from probes.records import digest
from probes.tomlfile import TomlFault

MOST_WORDS = 1200
"""Letters of a `Sentence`."""


@dataclass(frozen=True, kw_only=True)
class Again:
    """A request with everything that came out of it again."""

    opened: Opened
    result: Result
    weighed: tuple[Weighed, ...]
    standard: Standard
    checks: tuple[Check, ...]

    @property
    def request(self) -> Request:
        return self.opened.request

    @property
    def sound(self) -> bool:
        return all(item.done is not False for item in self.checks)

    @property
    def failed(self) -> str:
        """What stands in the way, in clauses."""
        return "; ".join(item.text for item in self.checks if item.done is False)

    @property
    def remarks(self) -> str | None:
        """What the decider saw that is no obstacle and stays with the decision: the words of its event."""
        told = " ".join(
            f"{item.text[:1].upper()}{item.text[1:]}." for item in self.checks if item.done is None
        )
        return plain(told)[:MOST_WORDS] or None


def work_out(opened: Opened, *, issuer: KeyEntry, standard: str | None, now: datetime) -> Again:
    """Everything once more from the bundles, and where it differs from what the request says."""
    request = opened.request
    found: list[Weighed] = []
    wrong: list[Check] = []
    refused: dict[str, list[int]] = {}
    work = spread(
        partial(_weigh_bytes, request.hotspot), opened.bundles, jobs=min(cores(), max(len(opened.bundles), 1))
    )
    for (_, item), ref in zip(
        terminal.counted(work, of=len(opened.bundles), doing="working out again"), request.runs, strict=True
    ):
        if isinstance(item, str):
            refused.setdefault(item, []).append(ref.serial)
        elif (item.vantage, item.run.serial, item.run.id) != (ref.vantage, ref.serial, ref.run):
            wrong.append(
                Check(done=False, text=f"the bundle of run {ref.serial} is of run {item.run.serial}")
            )
        else:
            found.append(item)
    # What is wrong with many of them is said once.
    wrong += [
        Check(done=False, text=f"the bundle of run {ranges(sorted(serials))} is refused: {told}")
        for told, serials in refused.items()
    ]
    weighed = tuple(found)
    named = next((item for item in weighed if item.run.id == request.certification_run), None)
    loaded, text = _standard(request, named, standard)
    wrong += [] if text is None else [Check(done=False, text=text)]
    result = weigh_period(
        weighed,
        hotspot=request.hotspot,
        standard=loaded,
        standard_digest=request.standard,
        registered=request.announced.at,
        since=request.since,
        until=request.made,
        now=now,
        late=request.agenda.late,
        test=request.test,
    )
    checks = (
        *wrong,
        *_differences(request, result),
        *_selected(request, loaded, weighed, now=now),
        *_keys(request, opened, issuer),
        *result.checks,
    )
    return Again(opened=opened, result=result, weighed=weighed, standard=loaded, checks=checks)


def _weigh_bytes(hotspot: Hotspot, data: bytes) -> Weighed | str:
    try:
        return weigh(data, hotspot)
    except (EvidenceFault, Complaint) as fault:
        return str(fault)


def _standard(request: Request, named: Weighed | None, given: str | None) -> tuple[Standard, str | None]:
    """The standard of the request, from this program or from a file that the decider names; never from the
    request, whose maker could have written one that anything passes.
    """
    if given is not None:
        standard, known = load_standard(given)
        if known == request.standard:
            return standard, None
        return standard, f"the request is by another standard than {given}"
    for name in ids():
        standard, known = load_standard(name)
        if known == request.standard:
            return standard, None
    standard, _ = load_standard("baseline")
    title = "an unknown standard"
    if named is not None:
        # A stranger's text: it is shown, where it can be read, and never judged by.
        with contextlib.suppress(TomlFault, KeyError):
            title = load(named.standard[0], source="the request's standard", resolve=released).standard.title
    return standard, (
        f"the request is by “{title}”, which this program does not come with; where you know it, give its "
        "file with --standard"
    )


def _differences(request: Request, result: Result) -> Iterator[Check]:
    """What the request says, beside what came out."""
    if _numbers(result.period) != _numbers(request.period):
        yield Check(done=False, text="the period comes to something else than the request says")
    if result.agenda != request.agenda:
        yield Check(done=False, text="other runs were due in the period than the request says")
    certification = result.certification
    if certification is None or certification.run.id != request.certification_run:
        yield Check(done=False, text="the run that decides is another one than the request says")
    elif digest(certification.judgement.assessment) != request.assessment:
        yield Check(done=False, text="the certification run comes to something else than the request says")
    attested, hotspot = request.attestation, request.hotspot
    said = {
        "place": (attested.place, hotspot.name),
        "address": (attested.address, f"{hotspot.address}, {hotspot.place}"),
        "holder": (attested.holder, hotspot.operator),
    }
    for what, (told, known) in said.items():
        if told != plain(known):
            # The runs name the hotspot; the face would name somebody else's.
            yield Check(done=False, text=f"the {what} would be “{told}”, and the runs are of “{known}”")
    extra = set(request.attestation.ssids) - {plain(name) for name in result.ssids}
    if extra:
        names = ", ".join(f"“{name}”" for name in sorted(extra))
        yield Check(done=False, text=f"{names} has no valid run of its own")


def _numbers(period: PeriodAssessment) -> tuple[object, ...]:
    """What a period comes to, without the words, which may be another version's."""
    return (
        period.standard_digest,
        period.outcome,
        period.certification_run,
        period.first,
        period.last,
        period.runs_made,
        period.runs_valid,
        period.runs_failed,
        period.hours,
        tuple((item.id, item.result) for item in period.criteria),
    )


def _selected(
    request: Request, standard: Standard, weighed: tuple[Weighed, ...], *, now: datetime
) -> Iterator[Check]:
    if request.made > now + timedelta(minutes=10):
        yield Check(done=False, text="the request is dated in the future")
    if any(item.run.started < request.since for item in weighed):
        yield Check(done=False, text="a run is older than the period of the request")
    if request.announced.at < request.since:
        yield Check(done=False, text="the certification run was announced before the period began")
    yield _age(request, standard, now=now)
    fresh = now - timedelta(days=standard.renewal_evidence_days)
    used = [item.run.started for item in weighed if item.usable]
    if request.renews is not None and used and min(used) < fresh - timedelta(days=1):
        yield Check(
            done=False,
            text=f"a renewal rests on evidence of the last {standard.renewal_evidence_days} days, and a run "
            f"is of {min(used):%-d %B}",
        )
    if request.earlier and request.because is None:
        yield Check(done=False, text=f"{request.earlier} earlier runs are left out, and nobody says why")
    elif request.earlier:
        yield Check(done=None, text=f"{request.earlier} earlier runs are left out, because {request.because}")


def _age(request: Request, standard: Standard, *, now: datetime) -> Check:
    """What nobody looked at since: a decision is about evidence that is fresh, like every certificate."""
    age, most = max(now - request.made, timedelta()), standard.renewal_evidence_days
    when = "less than a day" if age.days < 1 else f"{age.days} {s_of(age.days, 'day')}"
    return Check(
        done=age <= timedelta(days=most), text=f"the request is {when} old ({most} days are the most)"
    )


def _keys(request: Request, opened: Opened, issuer: KeyEntry) -> Iterator[Check]:
    if issuer.test and not request.test:
        yield Check(done=False, text=f"the key {issuer.name} is for TEST certificates only")
    if opened.key_id in {item.vantage for item in opened.request.runs}:
        yield Check(done=None, text="the evaluator signs with the key of a vantage")
