"""The languages that the program speaks: English, Albanian, and a pseudo-language that tests read.

English sentences in the source are the message ids, each whole, with named places (`%(place)s`). The
Albanian ones are in `locale/sq/LC_MESSAGES/friendlywifi.po`, which is read as it is; docs/translating.md
says how it is kept. Whoever writes to somebody asks for `translation(code)`; the command line, which speaks
to one person, sets the language once (`speak`) and uses `phrase` and `counted`.
"""

from __future__ import annotations

import gettext
import io
import re
import unicodedata
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from functools import cache
from importlib.resources import files

ENGLISH = "en"
ALBANIAN = "sq"
PSEUDO = "en-XA"
"""English with accents and a third longer: what is not translatable, or does not fit, shows at once."""

LANGUAGES = (ENGLISH, ALBANIAN)
"""What a person may choose."""

DOMAIN = "friendlywifi"

_DAY = "d MMMM y"
_MINUTE = "d MMMM y, HH:mm"
"""Explicit patterns: the locale's own would write 3:05:00 m.d. in Albanian (CLDR)."""

_CLDR = {ENGLISH: "en_GB", ALBANIAN: "sq", PSEUDO: "en_GB"}


class Language:
    """Sentences, days, times and numbers of one language. `code` is what `lang` attributes hold (BCP 47)."""

    def __init__(self, code: str, messages: gettext.NullTranslations) -> None:
        self.code = code
        self._messages = messages

    def gettext(self, message: str) -> str:
        """The message without its places filled in; what Jinja's extension calls."""
        return self._messages.gettext(message)

    def ngettext(self, one: str, many: str, number: int) -> str:
        """Likewise, in the form that goes with a number."""
        return self._messages.ngettext(one, many, number)

    def phrase(self, message: str, /, **places: object) -> str:
        """A sentence, NFC. A `%` in a message is always `%%`. Raises `KeyError` for a missing place."""
        return unicodedata.normalize("NFC", self.gettext(message) % places)

    def counted(self, one: str, many: str, number: int, /, **places: object) -> str:
        """A sentence about a number of things; `%(number)s` is the number as this language writes it."""
        filled = {"number": self.number(number), **places}
        return unicodedata.normalize("NFC", self.ngettext(one, many, number) % filled)

    def day(self, time: datetime, zone: tzinfo = UTC) -> str:
        """22 November 2026; 22 nëntor 2026."""
        return self._date(time, zone, _DAY)

    def minute(self, time: datetime, zone: tzinfo = UTC) -> str:
        """22 November 2026, 15:05; 22 nëntor 2026, 15:05."""
        return self._date(time, zone, _MINUTE)

    def number(self, number: int | Decimal) -> str:
        """1,234.5; 1 234,5 with a space that does not break."""
        from babel.numbers import format_decimal  # noqa: PLC0415 - `--help` does not pay for it

        return format_decimal(number, locale=_CLDR[self.code])

    def _date(self, time: datetime, zone: tzinfo, pattern: str) -> str:
        from babel.dates import format_datetime  # noqa: PLC0415 - `--help` does not pay for it

        return format_datetime(time.astimezone(zone), pattern, locale=_CLDR[self.code])


@cache
def translation(code: str) -> Language:
    """A language by its code. Raises `KeyError` for one that there is none of."""
    messages: dict[str, Callable[[], gettext.NullTranslations]] = {
        ENGLISH: gettext.NullTranslations,
        ALBANIAN: lambda: _catalogue(ALBANIAN),
        PSEUDO: _Pseudo,
    }
    return Language(code, messages[code]())


def catalogue_text(code: str) -> bytes:
    """The catalogue of a language as it is kept: gettext's .po."""
    return (files("friendlywifi") / "locale" / code / "LC_MESSAGES" / f"{DOMAIN}.po").read_bytes()


def _catalogue(code: str) -> gettext.NullTranslations:
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - only where that language is spoken
    from babel.messages.pofile import read_po  # noqa: PLC0415 - likewise

    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(catalogue_text(code)), locale=code))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


# ------------------------------------------------------------------------------- the command line's own

_SPOKEN: ContextVar[str] = ContextVar("spoken", default=ENGLISH)


def speak(code: str) -> None:
    """From here on the command line speaks this language."""
    _SPOKEN.set(translation(code).code)


def spoken() -> Language:
    """The language that the command line speaks."""
    return translation(_SPOKEN.get())


def phrase(message: str, /, **places: object) -> str:
    """A sentence to the one at the command line."""
    return spoken().phrase(message, **places)


def counted(one: str, many: str, number: int, /, **places: object) -> str:
    """Likewise, about a number of things."""
    return spoken().counted(one, many, number, **places)


def later(message: str) -> str:
    """The message itself: marks one that is kept in a table, to be said when its language is known."""
    return message


def laters(one: str, many: str) -> tuple[str, str]:
    """Likewise, one about a number of things."""
    return one, many


# ------------------------------------------------------------------------------------------ which binds

_BINDS = {
    ENGLISH: later("The English text binds; the text in another language is for information."),
    ALBANIAN: later("The Albanian text binds; the text in another language is for information."),
}

_UNREVIEWED = later("This translation was not yet reviewed by a native speaker.")


def binding(language: Language, *, binds: str = ENGLISH) -> str:
    """Which text counts where two languages differ. `binds`: what the scheme laid down."""
    return language.phrase(_BINDS[binds])


def unreviewed(language: Language) -> str:
    """What stands under every Albanian text until a native speaker has read the catalogue; else empty."""
    return "" if language.code == ENGLISH else language.phrase(_UNREVIEWED)


def fine_print() -> tuple[str, ...]:
    """What stands under everything that the command line says in another language than English."""
    language = spoken()
    return () if language.code == ENGLISH else (unreviewed(language), binding(language))


# ---------------------------------------------------------------------------------------------- sorting

_LETTERS = (
    *("a", "b", "c", "ç", "d", "dh", "e", "ë", "f", "g", "gj", "h", "i", "j", "k", "l", "ll", "m", "n"),
    *("nj", "o", "p", "q", "r", "rr", "s", "sh", "t", "th", "u", "v", "w", "x", "xh", "y", "z", "zh"),
)
"""The 36 letters of the Albanian alphabet in their order, and w, which stands only in foreign names."""

_DIGITS = re.compile(r"\d{1,15}")

_RANK = {letter: rank for rank, letter in enumerate(_LETTERS)}


def sort_key(text: str) -> tuple[tuple[tuple[int, int], ...], str]:
    """Albanian order: digraphs are letters (`dh` after `dz`), ç after c, ë after e; case decides last.

    As in CLDR a pair of letters is always the digraph. Other accents count only where all else is equal.
    """
    folded = unicodedata.normalize("NFC", text).casefold()
    ranks: list[tuple[int, int]] = []
    at = 0
    while at < len(folded):
        if number := _DIGITS.match(folded, at):
            # Library 2 stands before Library 10.
            ranks.append((1, int(number[0])))
            at = number.end()
            continue
        pair = folded[at : at + 2]
        letter = pair if len(pair) == 2 and pair in _RANK else folded[at]
        if letter not in _RANK and unicodedata.normalize("NFD", letter)[0] in _RANK:
            letter = unicodedata.normalize("NFD", letter)[0]
        # Marks and spaces first, then digits, then letters, then other scripts.
        if letter in _RANK:
            ranks.append((2, _RANK[letter]))
        else:
            ranks.append((3 if letter.isalpha() else 0, ord(letter[0])))
        at += len(letter)
    return tuple(ranks), text


# ------------------------------------------------------------------------------------- pseudo-language

_PLACES = re.compile(r"(%\([a-z_]+\)s|%%)")
_ACCENTS = str.maketrans("aceinouyACEINOUY", "áçëîñöüýÁÇËÎÑÖÜÝ")


class _Pseudo(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        parts = _PLACES.split(message)
        told = "".join(part if _PLACES.fullmatch(part) else part.translate(_ACCENTS) for part in parts)
        return f"⟦{told}{' ·' * (len(message) // 6)}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)
