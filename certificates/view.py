"""What a face says, in words: one view-model for the print and for the page.

Pure. Every sentence of a face is built here, from the certificate alone; the templates only set type.
A face never calls a network lawful or free of danger and never gives a mark: it says what was measured,
until when that is vouched for, by whom, and what stays possible.
"""

from __future__ import annotations

from datetime import datetime

from certificates import albanian
from certificates.keys import spoken
from certificates.records import Certificate, Claim, Independence
from probes.records import Record, digest

TEMPLATE_VERSION = "3"
"""Version of the faces: goes up with every change of a word here or a line in `templates/`."""

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

_TEST_NOTE = "Made to try the software. It certifies nothing about any real place."

_KEPT_OUT = (("ADU-", "adult content"), ("ILL-", "illegal content"))
"""Criteria of the standard, and what the front page may say where all of them passed."""

_RESULTS = {
    "pass": "passed",
    "conditional": "undecided: a second sample is needed",
    "fail": "not passed",
    "inconclusive": "could not be decided",
    "not_tested": "not tested",
    "not_applicable": "does not apply here",
    "attested": "declared by the holder",
}


class Row(Record):
    """One line of the results table."""

    criterion: str
    gate: str
    title: str
    sentence: str
    result: str
    passed: bool


class Fact(Record):
    """A label and what it labels."""

    label: str
    text: str


class Face(Record):
    """Everything that a face shows, as plain strings; empty where this certificate has no such words.

    `kind` chooses colours, never words.
    """

    kind: str
    """`valid` or `provisional`."""
    test: bool
    mark: bool
    """Whether it may carry the mark: a decision by those who measured never does."""
    language: str | None
    """Of the names; the sentences are English, and Albanian in `sq`."""
    document_title: str
    eyebrow: str
    headline: str
    status: str
    test_word: str
    test_note: str
    place: str
    address: str
    holder: str
    networks_label: str
    networks: tuple[str, ...]
    until_label: str
    until: str
    promise: str
    because_label: str
    because: tuple[str, ...]
    limits_label: str
    limits: tuple[str, ...]
    scan_label: str
    scan_note: str
    url: str
    qr_alt: str
    report_label: str
    report: str
    appeal_label: str
    appeal: str
    number_label: str
    number: str
    issuer: str
    parties: tuple[Fact, ...]
    independence: str
    results_title: str
    results_intro: str
    columns: tuple[str, str, str]
    rows: tuple[Row, ...]
    record_title: str
    record: tuple[Fact, ...]
    declared: str
    footer: str
    sq: albanian.Words
    review: tuple[str, str]
    """Which language is binding, in both."""


def face(certificate: Certificate) -> Face:
    """The words of a certificate's face."""
    provisional = certificate.status == "provisional"
    kind = "Provisional certificate" if provisional else "Certificate"
    title = f"{kind} {certificate.number}: {certificate.place}"
    record = _record(certificate)
    return Face(
        kind=certificate.status,
        test=certificate.test,
        mark=certificate.independence is not Independence.FIRST_PARTY,
        language=certificate.language,
        document_title=f"TEST: {title}" if certificate.test else title,
        eyebrow="Filtered public Wi-Fi",
        headline=kind,
        status="Provisional" if provisional else "Valid",
        test_word="TEST" if certificate.test else "",
        test_note=_TEST_NOTE if certificate.test else "",
        place=certificate.place,
        address=certificate.address,
        holder=f"Operated by {certificate.holder}",
        networks_label="Network" if len(certificate.ssids) == 1 else "Networks",
        networks=certificate.ssids,
        until_label="Provisional until" if provisional else "Valid until",
        until=day(certificate.valid_until),
        promise=_promise(certificate),
        because_label="Why it is only provisional" if provisional else "",
        because=certificate.provisional_because,
        limits_label="What stays possible",
        limits=certificate.limits,
        scan_label="Is this sign genuine?",
        scan_note="Scan the code, and compare the place and the number.",
        url=certificate.url,
        qr_alt=f"QR code of the address {certificate.url}",
        report_label="Something opened that should not? Report it",
        report=certificate.report_to,
        appeal_label="Something is blocked that should open? Appeal",
        appeal=certificate.appeal_to,
        number_label="Certificate number",
        number=certificate.number,
        issuer=certificate.issuer.name,
        parties=(
            Fact(label="Issued by", text=certificate.issuer.name),
            Fact(label="Evaluated by", text=certificate.evaluator),
            Fact(label="Decided by", text=certificate.decider),
        ),
        independence=_independence(certificate),
        results_title="What was measured, and what was found",
        results_intro=_results_intro(certificate),
        columns=("Criterion", "Finding", "Result"),
        rows=tuple(_row(claim) for claim in certificate.claims),
        record_title="The record behind this certificate",
        record=record,
        declared=_sentence(certificate.declared_by_issuer) if certificate.declared_by_issuer else "",
        footer=(
            "The signed record (certificate.json) is attached to the PDF of this certificate. "
            "Anyone can check it: friendlywifi verify FILE"
        ),
        sq=albanian.words(
            certificate,
            adult=_passed(certificate, "ADU-"),
            illegal=_passed(certificate, "ILL-"),
            leaves_open=_passed(certificate, "OVB-"),
            record=tuple(fact.label for fact in record),
        ),
        review=albanian.REVIEW[certificate.binding],
    )


def day(time: datetime) -> str:
    """A day as it is printed: 22 November 2026. Always that of UTC."""
    return f"{time.day} {_MONTHS[time.month - 1]} {time.year}"


def minute(time: datetime) -> str:
    """A time as it is printed: 22 November 2026, 14:05 UTC."""
    return f"{day(time)}, {time.hour:02}:{time.minute:02} UTC"


def _stamp(time: datetime) -> str:
    """A time in the record, alike in every language: 2026-11-22 14:05 UTC."""
    return f"{time:%Y-%m-%d %H:%M} UTC"


_NONE = "–"
"""Where the record has nothing to name, in every language."""


def claim_sentence(
    *, names: int, opened: int, source: str | None, at_least: str | None, must_open: bool = False
) -> str:
    """The finding of one sample, in the words of the standard.

    `must_open`: the names are controls, so that an opened one is as it should be and no share is blocked.
    """
    lists = "lists" if source and " and " in source else "list"
    where = f" from the {lists} {source}" if source else ""
    noun = "name" if names == 1 else "names"
    if must_open:
        return f"Of {names} {noun}{where} that must stay open, {opened} opened."
    share = f"; at least {at_least} % blocked at 95 % confidence" if at_least is not None else ""
    return f"Of {names} {noun}{where}, {opened} opened{share}."


def _promise(certificate: Certificate) -> str:
    """Names only what passed: a certificate without a tested sentinel does not speak of illegal content."""
    evidence = certificate.evidence
    when = f"From {day(evidence.first)} to {day(evidence.last)}"
    if evidence.first.date() == evidence.last.date():
        when = f"On {day(evidence.last)}"
    networks = "this network was" if len(certificate.ssids) == 1 else "these networks were"
    kept = [words for prefix, words in _KEPT_OUT if _passed(certificate, prefix)]
    what = f"block {' and '.join(kept)}" if kept else "meet the criteria on the second page"
    left = ", and to leave help and everyday pages open" if _passed(certificate, "OVB-") else ""
    title = certificate.standard.title
    return f"{when}, {networks} measured to {what}{left}, as the standard “{title}” requires."


def _passed(certificate: Certificate, prefix: str) -> bool:
    results = [claim.result for claim in certificate.claims if claim.criterion.startswith(prefix)]
    applicable = [result for result in results if result != "not_applicable"]
    return bool(applicable) and all(result == "pass" for result in applicable)


def _independence(certificate: Certificate) -> str:
    if certificate.independence is Independence.FIRST_PARTY:
        return "FIRST-PARTY: the decision was made by those who measured."
    return "Independent: the decision was made by another person than the evaluator."


def _results_intro(certificate: Certificate) -> str:
    evidence = certificate.evidence
    runs = "1 run was" if evidence.runs == 1 else f"{evidence.runs} runs were"
    return (
        f"{runs} made between {minute(evidence.first)} and {minute(evidence.last)}, "
        f"of which {evidence.valid_runs} could be judged. "
        "Shares speak of the lists that were used, not of the whole Internet."
    )


def _row(claim: Claim) -> Row:
    return Row(
        criterion=claim.criterion,
        gate="required" if claim.gate else "advice",
        title=claim.title,
        sentence=claim.sentence,
        result=_RESULTS.get(claim.result, claim.result),
        passed=claim.result == "pass",
    )


def _record(certificate: Certificate) -> tuple[Fact, ...]:
    standard, evidence = certificate.standard, certificate.evidence
    facts = [
        Fact(label="Standard", text=f"{standard.title} ({standard.id}, version {standard.version})"),
        Fact(label="Digest of the standard", text=standard.digest),
        Fact(label="Digest of the assessment", text=certificate.assessment),
        *_period(certificate),
        Fact(label="Decided", text=_stamp(certificate.decided)),
        Fact(label="Issued", text=_stamp(certificate.issued)),
        Fact(label="Ends", text=_stamp(certificate.valid_until)),
        Fact(label="Certification run", text=evidence.certification_run or _NONE),
        Fact(label="Witness", text=evidence.witness or _NONE),
        Fact(label="Key of the issuer", text=spoken(certificate.issuer.key_id)),
        Fact(label="Digest of this record", text=digest(certificate)),
        Fact(label="Face", text=f"{certificate.template}; {certificate.engine}"),
    ]
    if evidence.overrides:
        facts.append(Fact(label="Overrides", text="; ".join(evidence.overrides)))
    return tuple(facts)


def _period(certificate: Certificate) -> tuple[Fact, ...]:
    if certificate.period is None:
        return ()
    return (Fact(label="Digest of the period", text=certificate.period),)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."
