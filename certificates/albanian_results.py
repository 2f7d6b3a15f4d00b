"""The Albanian words of the second page: what was measured, what was found, and the record behind it.

Not yet reviewed by a native speaker, which every face says in small print. A sentence is recognised by its
shape; one that is not known is printed in English alone: better English than wrong.
"""

from __future__ import annotations

import re
from datetime import datetime

from certificates.records import Certificate, Claim
from probes.records import Record

TITLES = {
    "The illegal-image list is in force": "Lista e imazheve të paligjshme është në fuqi",
    "The terrorist-content list is in force": "Lista e përmbajtjes terroriste është në fuqi",
    "The authority's order is carried out": "Urdhri i autoritetit zbatohet",
    "The best-known adult sites are blocked": "Faqet më të njohura për të rritur janë të bllokuara",
    "Adult sites in general are blocked": "Faqet për të rritur në përgjithësi janë të bllokuara",
    "Help stays reachable": "Ndihma mbetet e arritshme",
    "Everyday sites stay reachable": "Faqet e përditshme mbeten të arritshme",
    "No other resolver undoes the filter": "Asnjë server tjetër DNS nuk e zhbën filtrin",
    "The filter is never off": "Filtri nuk fiket kurrë",
    "Encrypted DNS of browsers and phones is closed or filtered": (
        "DNS-ja e koduar e shfletuesve dhe telefonave është e mbyllur ose e filtruar"
    ),
    "SafeSearch is forced": "Kërkimi i sigurt është i detyrueshëm",
    "Malware and phishing are blocked": "Programet keqdashëse dhe mashtrimet janë të bllokuara",
    "Further categories are blocked": "Kategori të tjera janë të bllokuara",
    "A block is explained": "Bllokimi shpjegohet",
    "Somebody is responsible": "Dikush mban përgjegjësi",
    "The declared filter is plugged in": "Filtri i deklaruar është i lidhur",
    "Gambling, drugs, violence, hate and self-harm are blocked": (
        "Bixhozi, droga, dhuna, urrejtja dhe vetëdëmtimi janë të bllokuara"
    ),
}
"""The titles of the criteria of the released standards, as those standards say them."""

_RESULTS = {
    "pass": "kaloi",
    "conditional": "i pavendosur: duhet një mostër e dytë",
    "fail": "nuk kaloi",
    "inconclusive": "nuk mundi të vendosej",
    "not_tested": "nuk u testua",
    "not_applicable": "nuk vlen këtu",
    "attested": "e deklaruar nga operatori",
}

_N = "([0-9]+)"
_FINDINGS = tuple(
    (re.compile(shape), said)
    for shape, said in (
        (
            f"{_N} way to foreign resolvers on port 53 led to no real address\\.",
            "{} rrugë te serverë DNS të huaj në portën 53 nuk çoi te asnjë adresë e vërtetë.",
        ),
        (
            f"{_N} ways to foreign resolvers on port 53 led to no real address\\.",
            "{} rrugë te serverë DNS të huaj në portën 53 nuk çuan te asnjë adresë e vërtetë.",
        ),
        (
            f"The filter was on in all {_N} valid runs of {_N} that were made\\.",
            "Filtri ishte i ndezur në të gjitha {} matjet e vlefshme nga {} që u bënë.",
        ),
        (
            f"{_N} way over encrypted DNS: every one closed or filtered\\.",
            "{} rrugë me DNS të enkriptuar: e mbyllur ose e filtruar.",
        ),
        (
            f"{_N} ways over encrypted DNS: every one closed or filtered\\.",
            "{} rrugë me DNS të enkriptuar: të gjitha të mbyllura ose të filtruara.",
        ),
        (f"{_N} of {_N} answers were restricted\\.", "{} nga {} përgjigje ishin të kufizuara."),
        (
            (
                f"{_N} of {_N} blocks came with a block page or an extended DNS error\\. "
                "Whether a page names a reason and a contact was not read\\."
            ),
            (
                "{} nga {} bllokime erdhën me faqe bllokimi ose me gabim të zgjeruar DNS. "
                "Nuk u lexua nëse një faqe tregon arsyen dhe një kontakt."
            ),
        ),
        (f"{_N} of {_N} statements have not been declared\\.", "{} nga {} deklarata nuk janë bërë."),
        (
            "Declared by ([^.]+)\\. Declared, never measured\\.",
            "Deklaruar nga {}. E deklaruar, kurrë e matur.",
        ),
        (
            "This standard does not ask for it; national profiles may\\.",
            "Ky standard nuk e kërkon; profilet kombëtare mund ta kërkojnë.",
        ),
        ("This standard has no further categories\\.", "Ky standard nuk ka kategori të tjera."),
        (
            "No authorised sentinel was listed, so nothing was tested\\.",
            "Nuk u dha asnjë faqe prove e autorizuar, prandaj nuk u testua asgjë.",
        ),
        (
            "Nothing was seen blocked, so nothing was explained\\.",
            "Nuk u pa asgjë e bllokuar, prandaj nuk u shpjegua asgjë.",
        ),
        (
            "No filter vendor was declared, and another vendor's test names prove nothing\\.",
            "Nuk u deklarua asnjë prodhues filtri, dhe emrat e provës së një tjetri nuk vërtetojnë asgjë.",
        ),
    )
)
"""What our judging says of criteria that are not about a number of names."""


class SecondPage(Record):
    """What the second page says in Albanian, in the names of `view.Face`."""

    results_title: str
    results_intro: str
    columns: tuple[str, str]
    rows: tuple[SaidRow, ...]
    record_title: str
    record: tuple[str, ...]
    """The labels."""
    footer: str


class SaidRow(Record):
    """A line of the results; a text is empty where there is no translation."""

    gate: str
    title: str
    sentence: str
    result: str


def second_page(certificate: Certificate, labels: tuple[str, ...]) -> SecondPage:
    """The Albanian of the second page; `labels` are the English ones of the record."""
    return SecondPage(
        results_title="Çfarë u mat dhe çfarë u gjet",
        results_intro=_intro(certificate),
        columns=("Gjetja", "Rezultati"),
        rows=tuple(map(_row, certificate.claims)),
        record_title="Të dhënat pas kësaj certifikate",
        record=tuple(_LABELS[label] for label in labels),
        footer=(
            "E dhëna e nënshkruar (certificate.json) është bashkëngjitur në PDF-në e kësaj certifikate. "
            "Kushdo mund ta kontrollojë: friendlywifi verify FILE"
        ),
    )


_LABELS = {
    "Standard": "Standardi",
    "Digest of the standard": "Gjurma e standardit",
    "Digest of the assessment": "Gjurma e vlerësimit",
    "Digest of the period": "Gjurma e periudhës",
    "Decided": "Vendosur",
    "Issued": "Lëshuar",
    "Ends": "Mbaron",
    "Certification run": "Matja e certifikimit",
    "Witness": "Dëshmitari",
    "Key of the issuer": "Çelësi i lëshuesit",
    "Digest of this record": "Gjurma e kësaj të dhëne",
    "Face": "Pamja",
    "Overrides": "Vlera të dhëna me dorë",
}


def _row(claim: Claim) -> SaidRow:
    return SaidRow(
        gate="kusht" if claim.gate else "këshillë",
        title=TITLES.get(claim.title, ""),
        sentence=_finding(claim),
        result=_RESULTS.get(claim.result, ""),
    )


def _finding(claim: Claim) -> str:
    if claim.names is not None and claim.opened is not None:
        return _of_names(claim, names=claim.names, opened=claim.opened)
    return _said(claim.sentence)


def _said(sentence: str) -> str:
    for shape, said in _FINDINGS:
        found = shape.fullmatch(sentence)
        if found is not None:
            return said.format(*found.groups())
    return ""


def because(sentence: str) -> str:
    """Why a certificate is only provisional; empty where there is no translation."""
    found = _NOT_SHOWN.fullmatch(sentence)
    if found is not None and found[1] in TITLES:
        return f"Nuk u tregua: “{TITLES[found[1]]}” ({found[2]}). {_said(found[3])}".rstrip()
    found = _EVIDENCE.fullmatch(sentence)
    if found is not None:
        return (
            "Prova: {} matje të vlefshme, {} ditë, {} orë të ndryshme të ditës; "
            "standardi kërkon {}, {} dhe {}."
        ).format(*found.groups())
    return _BECAUSE.get(sentence, "")


_NOT_SHOWN = re.compile("Not shown: “([^“”]+)” \\(([A-Z]{3}-[0-9]{2})\\)\\. (.*)")
_EVIDENCE = re.compile(
    f"The evidence is {_N} valid runs? over {_N} days? at {_N} hours? of the day; the standard asks for "
    f"{_N} runs over {_N} days at {_N} hours\\."
)
_BECAUSE = {
    "No certification run was registered before it began.": (
        "Asnjë matje certifikimi nuk u regjistrua para se të fillonte."
    ),
    "Nobody but the issuer witnessed the run, and the standard asks for a witness.": (
        "Askush përveç lëshuesit nuk e dëshmoi matjen, dhe standardi kërkon një dëshmitar."
    ),
    "The decision was made by those who measured.": "Vendimin e morën ata që bënë matjen.",
    "The check was provisional.": "Kontrolli ishte i përkohshëm.",
}


def _of_names(claim: Claim, *, names: int, opened: int) -> str:
    """What was found of so many names: from the numbers, never from the English sentence."""
    lists = ""
    if claim.list is not None:
        several = " and " in claim.list
        lists = f" nga {'listat' if several else 'lista'} {claim.list.replace(' and ', ' dhe ')}"
    noun = "emër" if names == 1 else "emra"
    # The record does not say of a list whether its names must open; its sentence does.
    must = ", që duhet të hapen" if " that must stay open, " in claim.sentence else ""
    share = ""
    if claim.at_least_percent is not None:
        share = f"; të paktën {claim.at_least_percent} % të bllokuara me besueshmëri 95 %"
    return f"Nga {names} {noun}{lists}{must}, u hapën {opened}{share}."


def _intro(certificate: Certificate) -> str:
    evidence = certificate.evidence
    made = "u bë 1 matje" if evidence.runs == 1 else f"u bënë {evidence.runs} matje"
    judged = (
        "1 mundi të gjykohej" if evidence.valid_runs == 1 else f"{evidence.valid_runs} mundën të gjykoheshin"
    )
    return (
        f"Nga {_minute(evidence.first)} deri më {_minute(evidence.last)} {made}, prej të cilave {judged}. "
        "Pjesët flasin për listat që u përdorën, jo për tërë internetin."
    )


def _minute(time: datetime) -> str:
    return f"{time.day} {MONTHS[time.month - 1]} {time.year}, ora {time.hour:02}:{time.minute:02} UTC"


MONTHS = (
    *("janar", "shkurt", "mars", "prill", "maj", "qershor"),
    *("korrik", "gusht", "shtator", "tetor", "nëntor", "dhjetor"),
)
