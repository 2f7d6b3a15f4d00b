"""What everybody who certifies here works with: settings, keys, records, and how names are looked up."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path

from rich.padding import Padding
from rich.table import Table

from friendlywifi import terminal
from friendlywifi.certifying.keyring import KeyEntry, Keyring, Purpose
from friendlywifi.certifying.passphrase import Source
from friendlywifi.checking.serials import state_directory
from friendlywifi.complaint import Complaint
from friendlywifi.language.retelling import retold
from friendlywifi.language.retelling import word as spoken_word
from friendlywifi.language.sentences import WORDS
from friendlywifi.records import hotspots
from friendlywifi.records.database import Records, open_records
from friendlywifi.records.hotspots import Hotspot
from friendlywifi.records.place import records_file
from friendlywifi.settings import IssuerSettings, Settings, load_settings


class Office:
    """One machine of a certifier."""

    def __init__(self, config: Path | None, *, passphrase_fd: int | None = None) -> None:
        self.settings: Settings = load_settings(file=config).settings
        named = self.issuer.passphrase_file
        self.passphrases = Source(
            descriptor=passphrase_fd, file=None if named is None else Path(named).expanduser()
        )

    @property
    def issuer(self) -> IssuerSettings:
        return self.settings.issuer

    @property
    def keyring(self) -> Keyring:
        named = self.issuer.keys
        return Keyring(state_directory() / "keys" if named is None else Path(named).expanduser())

    def key(self, name: str, purpose: Purpose) -> KeyEntry:
        """A key in force for this purpose. Complains where it is for another one."""
        entry = self.keyring.get(name)
        if entry.purpose is not purpose:
            raise Complaint(
                f"the key {name} is {_a(entry.purpose.value)} key, and this needs {_a(purpose.value)} key; "
                f"friendlywifi keys new NAME --for {purpose.value} makes one"
            )
        return entry

    def records(self, *, make: bool = False) -> AbstractContextManager[Records]:
        return open_records(records_file(self.settings), make=make)


def hotspot_named(records: Records, text: str) -> Hotspot:
    """By id or name. Complains where there is none."""
    found = hotspots.named(records, text)
    if found is None:
        raise Complaint(f"there is no hotspot {text}; friendlywifi hotspot list shows all")
    return found


def say(text: str = "") -> None:
    """A sentence to the person, on stdout; nothing: an empty line."""
    indent = text[: len(text) - len(text.lstrip(" "))]
    terminal.out().print(terminal.shown(f"{indent}{retold(text[len(indent) :])}"))


def listed(rows: Iterable[tuple[str, str]]) -> None:
    """Lines of a mark, or a label, and a text, the text foreign: on a terminal each text keeps its column."""
    console = terminal.out()
    given = tuple(rows)
    # In another language a label may be wider than the column that was left for it.
    width = max((len(_label(mark)) for mark, _ in given if mark.strip() in WORDS), default=0)
    said = [
        (_label(mark).ljust(width) if mark.strip() in WORDS else mark, retold(text)) for mark, text in given
    ]
    if not console.is_terminal:
        for mark, text in said:
            console.print(f"  {mark} {terminal.shown(text)}", soft_wrap=True)
        return
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for mark, text in said:
        table.add_row(mark, terminal.shown(text))
    console.print(Padding(table, (0, 0, 0, 2)))


def _label(mark: str) -> str:
    """A label in the spoken language, as wide as it was; a sign as it is."""
    return spoken_word(mark.strip()).ljust(len(mark)) if mark.strip() in WORDS else mark


def _a(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"
