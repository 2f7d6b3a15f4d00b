"""Is the sign at the door genuine? What its code says by itself, where there is no network.

The code carries a shortened place and no digest of its standard, and nothing of what became of the
certificate since: the answer says so, unless what its issuer says of it today is handed in. The page behind
the address, or the certificate itself, says more.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certificates.cose import Code, CoseFault, answer, read
from certificates.keys import KeyFault, key_id, public_from_text, spoken
from certificates.statement import About, told_about
from certificates.trust import TrustedIssuer, TrustList
from certificates.verify import ENDED, Verification, VerificationOutcome, age_of_list, answered
from certificates.view import day

_DAY = timedelta(days=1)

_LEAKED = (
    "The key of the issuer was lost or leaked, and a code does not show whether it was signed before: verify "
    "the certificate itself."
)


def number_of(text: str, trust: TrustList) -> str | None:
    """The number in a code that one of the issuers signed: by it the issuer is asked what became of it."""
    try:
        return read(text, _keys(trust)).facts.number
    except CoseFault:
        return None


def verify_code(
    text: str, *, trust: TrustList | None, now: datetime, allow_test: bool, status: bytes | None = None
) -> Verification:
    """The answer about the whole text of a code, `URL#fragment`.

    `trust`: the issuers that the verifier recognises; without their keys nothing can be said. `status`: what
    the issuer's register answered about this number (`status.json`); `None` where it was not asked. `now` is
    aware. Whatever the text is, the answer is a `Verification`, never an exception.
    """
    if trust is None:
        return answered(
            VerificationOutcome.NOT_RECOGNISED,
            "Whether the code is genuine cannot be said: no trust list was given, and a code holds no key.",
        )
    try:
        code = read(text, _keys(trust))
    except CoseFault as problem:
        whole = () if "#" in text else (_ADDRESS_ALONE,)
        return answered(VerificationOutcome.REFUSED, str(problem), details=whole)
    facts = code.facts
    listed = trust.issuers_with_key(code.key)
    in_time = [issuer for issuer in listed if _signs_on(issuer, facts.issued)]
    homes = frozenset(issuer.url for issuer in listed if issuer.url is not None)
    at_home = any(code.url == f"{home}{facts.number}" for home in homes)
    details = _details(code, in_time, age_of_list(trust, now), at_home=at_home)

    def refused(sentence: str) -> Verification:
        return answered(VerificationOutcome.REFUSED, sentence, details=details)

    if homes and not at_home:
        return refused(
            f"The code leads to {_host(code.url)}, which is not where its issuer publishes "
            f"({', '.join(sorted(map(_host, homes)))}): the sign is false or was pasted over. Do not open it."
        )
    if not in_time:
        return refused(
            f"The key of the issuer was not in force on {day(facts.issued)}, when this was issued."
        )
    bearing = [issuer for issuer in in_time if facts.test or not issuer.test]
    if not bearing:
        return refused(
            "The key of the issuer may sign TEST certificates only, and this one does not say TEST."
        )
    if facts.test and not allow_test:
        return refused(
            "This is the code of a TEST certificate: it was made to try the software and certifies nothing "
            "about any real place."
        )
    told = answer(code, now=now)
    if not facts.issued <= now <= facts.valid_until:
        return refused(f"The code of {facts.number} is intact, and the certificate {told}.")
    if all(issuer.only is not None for issuer in bearing):
        # Whoever has the key can date a code as they like, and a code has no digest to look up.
        return answered(VerificationOutcome.NOT_RECOGNISED, _LEAKED, details=details)
    if not at_home:
        return answered(
            VerificationOutcome.NOT_RECOGNISED,
            f"The code ({facts.number}, {facts.place}) is {told}. The list of {trust.scheme} does not say "
            f"where its issuer publishes, so that nobody knows whether {_host(code.url)} is theirs.",
            details=details,
        )
    if not trust.standards:
        return answered(
            VerificationOutcome.NOT_RECOGNISED,
            f"The code ({facts.number}, {facts.place}) is {told}. The list of {trust.scheme} recognises no "
            "standard.",
            details=details,
        )
    found = answered(
        VerificationOutcome.GENUINE, f"The code ({facts.number}, {facts.place}) is {told}.", details=details
    )
    return found if status is None else _with_status(found, code, bearing, status, trust=trust, now=now)


def _with_status(
    found: Verification,
    code: Code,
    bearing: list[TrustedIssuer],
    status: bytes,
    *,
    trust: TrustList,
    now: datetime,
) -> Verification:
    """The answer about a genuine code, and what became of its certificate since."""
    facts = code.facts
    about = About(
        number=facts.number,
        certificate=None,
        key=code.key,
        issuers=tuple(sorted({issuer.name for issuer in bearing})),
        test=facts.test,
    )
    said = told_about(status, about, trust=trust, now=now)
    if said.status is None:
        return answered(found.outcome, found.sentence, details=(*found.details, said.remark))
    details = (*found.details[:-1], f"Its status today is {said.status.value}.", said.remark)
    if said.status in ENDED:
        return answered(VerificationOutcome.REFUSED, ENDED[said.status], details=details, status_checked=True)
    told = answer(code, now=now, asked=True)
    return answered(
        found.outcome,
        f"The code ({facts.number}, {facts.place}) is {told}.",
        details=details,
        status_checked=True,
    )


_ADDRESS_ALONE = (
    "An address alone shows nothing: hand in the whole code with what follows the #, in quotation marks."
)


_NO_DIGEST = (
    "A code holds only the name of its standard: whether the scheme recognises it, the certificate itself "
    "shows."
)


def _keys(trust: TrustList) -> list[Ed25519PublicKey]:
    keys = []
    for text in dict.fromkeys(issuer.key for issuer in trust.issuers):
        try:
            keys.append(public_from_text(text))
        except KeyFault:
            continue  # an entry that no certificate can fit
    return keys


def _signs_on(issuer: TrustedIssuer, start: datetime) -> bool:
    """A code holds the day of issue, not the second."""
    return issuer.valid_from < start + _DAY and start <= issuer.valid_until


def _host(url: str) -> str:
    """Where a browser would go: what stands before an `@` is no host, and letters of other scripts show."""
    try:
        host = urlsplit(url).netloc.rpartition("@")[2]
    except ValueError:
        return "an address that is none"
    return host.encode("ascii", "backslashreplace").decode("ascii") or "an address that is none"


def _details(
    code: Code, in_time: list[TrustedIssuer], age: tuple[str, ...], *, at_home: bool
) -> tuple[str, ...]:
    facts = code.facts
    names = sorted({issuer.name for issuer in in_time})
    by = ", ".join(names) or "a key out of its time"
    # An address that is not known to be the issuer's is nowhere to ask.
    where = f"; ask at {code.url}" if at_home else "."
    return (
        f"Place, as far as the code has room: {facts.place}, {facts.where or 'no address'}.",
        f"Issued on {day(facts.issued)} by {by}; standard {facts.level}.",
        f"The key of the issuer is {spoken(key_id(public_from_text(code.key)))}.",
        _NO_DIGEST,
        *age,
        f"Whether it was suspended or withdrawn since was not checked{where}",
    )
