"""Which sentences of a certificate the register repeats: those that the program itself made up.

What a face says of limits and of why it is provisional may quote the findings of a check, and those name
resolvers, routes and names. So a sentence is let through where it is known word for word, or has a known
form; of any other only that there is more on the certificate.
"""

from __future__ import annotations

import re

from friendlywifi.language.spoken import later
from friendlywifi.register.said import Said, said

_LIMITS = (
    later("VPN apps, web proxies and mobile data are not filtered."),
    later("What people post inside platforms that are allowed is not filtered."),
    later("No filter is complete: blocking is stated as coverage of the lists that were used."),
    later("A device that brings its own encrypted DNS is not filtered here."),
    later("Whether the illegal-image list is in force was not tested: there was no authorised test page."),
    later("Time and place are declared by the issuer."),
    later("It is checked on visits, not by a device that stays there."),
    later("The announced run came to no answer once, and was made again."),
)

_BECAUSE = (
    later("No certification run was registered before it began."),
    later("Nobody but the issuer witnessed the run, and the standard asks for a witness."),
    later("The decision was made by those who measured."),
    later("The check was provisional."),
)

_EVIDENCE = re.compile(
    r"The evidence is (\d+) valid runs? over (\d+) days? at (\d+) hours? of the day; the standard asks for "
    r"(\d+) runs over (\d+) days at (\d+) hours\."
)
_NOT_SHOWN = re.compile(r"Not shown: “([^“”]{1,200})” \(([A-Z]{2,4}-\d{2})\)\.(?: .*)?", re.DOTALL)

VPN = _LIMITS[0]
PLATFORMS = _LIMITS[1]
OWN_DNS = _LIMITS[3]
"""Where BYP-02 does not pass."""


def limits(sentences: tuple[str, ...], *, own_dns_open: bool) -> tuple[Said, ...]:
    """What stays possible. What no filter of this kind can stop is said whatever the certificate says."""
    wanted = {VPN, PLATFORMS, *sentences} | ({OWN_DNS} if own_dns_open else set())
    known = [item for item in _LIMITS if item in wanted]
    more = wanted - set(_LIMITS)
    told = [said(item) for item in known]
    return (*told, said(later("Further limits stand on the certificate itself."))) if more else tuple(told)


def sayable(sentences: tuple[str, ...]) -> bool:
    """Whether each is known word for word, so that a document that holds them may be shown as it is."""
    return set(sentences) <= set(_LIMITS)


def because(sentences: tuple[str, ...]) -> tuple[Said, ...]:
    """Why a certificate is only provisional."""
    told = [_because(item) for item in sentences]
    found = [item for item in told if item is not None]
    if len(found) < len(told) or (not found and sentences):
        found.append(said(later("The whole reason stands on the certificate itself.")))
    return tuple(dict.fromkeys(found))


def _because(sentence: str) -> Said | None:
    if sentence in _BECAUSE:
        return said(sentence)
    if (match := _EVIDENCE.fullmatch(sentence)) is not None:
        names = ("runs", "days", "hours", "wanted_runs", "wanted_days", "wanted_hours")
        return said(
            later(
                "Evidence so far: %(runs)s valid runs, %(days)s days, %(hours)s hours of the day; the "
                "standard asks for %(wanted_runs)s, %(wanted_days)s and %(wanted_hours)s."
            ),
            **dict(zip(names, match.groups(), strict=True)),
        )
    if (match := _NOT_SHOWN.fullmatch(sentence)) is not None:
        return said(later("Not shown: “%(title)s” (%(criterion)s)."), title=match[1], criterion=match[2])
    return None
