"""The Albanian words of a face. Whole sentences, never glued from pieces that must agree.

Not yet reviewed by a native speaker, which every face says in small print, and which of the texts binds.
"""

from __future__ import annotations

from datetime import datetime

from certificates.albanian_results import MONTHS, SecondPage, because, second_page
from certificates.records import Certificate, Independence
from criteria.assessment import (
    ENCRYPTED_DNS_LIMIT,
    NO_SENTINEL_LIMIT,
    OVERRIDES_LIMIT,
    REPEATED_LIMIT,
    VISITS_LIMIT,
    WITNESS_LIMIT,
)
from probes.records import Record

REVIEW = {
    "en": (
        "Përkthimi shqip nuk është kontrolluar ende nga një folës amtar; vlen teksti anglisht.",
        "The Albanian text is not yet reviewed by a native speaker; the English text is binding.",
    ),
    "sq": (
        "Vlen teksti shqip, ende i pakontrolluar nga një folës amtar; teksti anglisht është për informim.",
        "The Albanian text is binding, not yet reviewed by a native speaker; the English is for information.",
    ),
}
"""By the language that binds: which one it is, in both."""

_LIMITS = {
    "VPN apps, web proxies and mobile data are not filtered.": (
        "Aplikacionet VPN, ndërmjetësit e uebit dhe të dhënat celulare nuk filtrohen."
    ),
    "What people post inside platforms that are allowed is not filtered.": (
        "Ajo që njerëzit botojnë brenda platformave të lejuara nuk filtrohet."
    ),
    "No filter is complete: blocking is stated as coverage of the lists that were used.": (
        "Asnjë filtër nuk është i plotë: bllokimi shprehet si mbulim i listave që u përdorën."
    ),
    ENCRYPTED_DNS_LIMIT: "Një pajisje që sjell DNS-në e vet të enkriptuar nuk filtrohet këtu.",
    NO_SENTINEL_LIMIT: (
        "Nuk u provua nëse lista e pamjeve të paligjshme është në fuqi: nuk kishte faqe prove të autorizuar."
    ),
    OVERRIDES_LIMIT: (
        "Ky kontroll u bë me vlera të dhëna me dorë: nuk mund të bëhet certifikatë e një pike Wi-Fi."
    ),
    WITNESS_LIMIT: "Koha dhe vendi janë deklaruar nga lëshuesi.",
    VISITS_LIMIT: "Kontrollohet me vizita, jo nga një pajisje që qëndron atje.",
    REPEATED_LIMIT: "Matja e shpallur nuk dha përgjigje një herë, dhe u bë përsëri.",
}
"""The limits that the released standards and our judging know; another's are printed in English alone."""


class Words(Record):
    """What a face says in Albanian, in the names of `view.Face`; empty where it has no such words."""

    eyebrow: str
    headline: str
    test_note: str
    holder: str
    networks_label: str
    until_label: str
    until: str
    promise: str
    because_label: str
    limits_label: str
    limits: tuple[str, ...]
    """One for each limit; empty where there is no translation."""
    scan_label: str
    scan_note: str
    report_label: str
    appeal_label: str
    number_label: str
    parties: tuple[str, str, str]
    independence: str
    declared: str
    """Empty where there is no translation."""
    because: tuple[str, ...]
    """One for each reason; empty where there is no translation."""
    second: SecondPage


def words(
    certificate: Certificate, *, adult: bool, illegal: bool, leaves_open: bool, record: tuple[str, ...]
) -> Words:
    """The Albanian of a face. The three flags say what the promise may name; `record`: labels in English."""
    provisional = certificate.status == "provisional"
    return Words(
        eyebrow="Wi-Fi publik i filtruar",
        headline="Certifikatë e përkohshme" if provisional else "Certifikatë",
        test_note=_TEST_NOTE if certificate.test else "",
        holder=f"Operatori: {certificate.holder}",
        networks_label="Rrjeti" if len(certificate.ssids) == 1 else "Rrjetet",
        until_label="E përkohshme deri më" if provisional else "E vlefshme deri më",
        until=day(certificate.valid_until),
        promise=_promise(certificate, adult=adult, illegal=illegal, leaves_open=leaves_open),
        because_label="Pse është vetëm e përkohshme" if provisional else "",
        limits_label="Çfarë mbetet e mundur",
        limits=tuple(_LIMITS.get(limit, "") for limit in certificate.limits),
        scan_label="A është e vërtetë kjo shenjë?",
        scan_note="Skanoni kodin dhe krahasoni vendin dhe numrin.",
        report_label="U hap diçka që nuk duhej? Raportojeni",
        appeal_label="U bllokua diçka që duhej të hapej? Ankohuni",
        number_label="Numri i certifikatës",
        parties=("Lëshuar nga", "Vlerësuar nga", "Vendosur nga"),
        independence=_independence(certificate),
        declared=_LIMITS[WITNESS_LIMIT] if certificate.declared_by_issuer else "",
        because=tuple(map(because, certificate.provisional_because)),
        second=second_page(certificate, record),
    )


_TEST_NOTE = "Bërë për të provuar programin. Nuk vërteton asgjë për asnjë vend të vërtetë."


def day(time: datetime) -> str:
    """22 nëntor 2026. Always that of UTC."""
    return f"{time.day} {MONTHS[time.month - 1]} {time.year}"


def _promise(certificate: Certificate, *, adult: bool, illegal: bool, leaves_open: bool) -> str:
    evidence = certificate.evidence
    when = f"Nga {day(evidence.first)} deri më {day(evidence.last)}"
    if evidence.first.date() == evidence.last.date():
        when = f"Më {day(evidence.last)}"
    one = len(certificate.ssids) == 1
    match adult, illegal:
        case True, True:
            what = "përmbajtjen për të rritur dhe përmbajtjen e paligjshme"
        case True, False:
            what = "përmbajtjen për të rritur"
        case False, True:
            what = "përmbajtjen e paligjshme"
        case _:
            what = ""
    if what:
        does = f"bllokon {what}" if one else f"bllokojnë {what}"
    else:
        does = f"{'plotëson' if one else 'plotësojnë'} kriteret e faqes së dytë"
    left = ""
    if leaves_open:
        left = f" dhe {'i lë' if one else 'i lënë'} të hapura ndihmën dhe faqet e përditshme"
    which = "ky rrjet" if one else "këto rrjete"
    title = certificate.standard.title
    return f"{when} u mat që {which} {does}{left}, siç e kërkon standardi “{title}”."


def _independence(certificate: Certificate) -> str:
    if certificate.independence is Independence.FIRST_PARTY:
        return "FIRST-PARTY: vendimin e morën ata që bënë matjen."
    return "E pavarur: vendimin e mori një person tjetër, jo vlerësuesi."
