"""`friendlywifi records`: take runs in, back up, restore, export, and look whether all of it is whole."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from rich.table import Table
from rich.text import Text

from criteria.records import AssessmentOutcome
from friendlywifi import files, terminal
from friendlywifi.actor import actor
from friendlywifi.checking.serials import state_directory
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.bundle import BUNDLE, MAX_BUNDLE
from friendlywifi.exitcodes import Exit
from friendlywifi.language.retelling import retold, word
from friendlywifi.language.spoken import counted, phrase
from friendlywifi.records import backup, export, hotspots, runs
from friendlywifi.records.database import Records, open_records
from friendlywifi.records.hotspot_command import made_here
from friendlywifi.records.identity import Place
from friendlywifi.records.inspecting import Tell, Whole, inspect
from friendlywifi.records.place import records_file
from friendlywifi.records.runs import RunRow
from friendlywifi.records.taking import Came, Taken, record_bundle
from friendlywifi.settings import load_settings
from probes.records import Record, encode

_SIGNS = {
    AssessmentOutcome.CERTIFIABLE: ("✓", "green"),
    AssessmentOutcome.PROVISIONAL: ("✓", "green"),
    AssessmentOutcome.CONDITIONAL: ("◐", "yellow"),
    AssessmentOutcome.NOT_CERTIFIABLE: ("✗", "red"),
    AssessmentOutcome.INCONCLUSIVE: ("?", "yellow"),
}

MOST_NUMBERS = 10


class ImportedBundle(Record):
    file: str
    taken: Taken


class ImportReport(Record):
    """What `records import --format json` prints."""

    schema: str = "friendlywifi/records-import/1"
    new: int
    known: int
    refused: int
    bundles: tuple[ImportedBundle, ...]


def import_(paths: tuple[Path, ...], *, json: bool, config: Path | None, now: datetime) -> Exit:
    """Take every bundle in; each by itself, so that one that is refused keeps no other out.

    Without any it is what this machine made of the hotspots that are enrolled.
    """
    found = tuple(dict.fromkeys(path for given in paths for path in _bundles(given)))
    taken: list[ImportedBundle] = []
    with _opened(config) as records:
        if not paths:
            found = _made_here(records)
        with terminal.progress_bar() as show:
            from friendlywifi.checking.check import Progress  # noqa: PLC0415 - only here, and it is not small

            for number, path in enumerate(found):
                show(Progress(phase="verifying", done=number, of=len(found)))
                data = files.read_bytes(path, what="the bundle", largest=MAX_BUNDLE)
                came = record_bundle(records, data, now=now, actor=actor())
                taken.append(ImportedBundle(file=str(path), taken=came))
        gaps = tuple(_gaps(records, taken))
    counts = {came: sum(item.taken.came is came for item in taken) for came in Came}
    if json:
        report = ImportReport(
            new=counts[Came.NEW],
            known=counts[Came.KNOWN],
            refused=counts[Came.REFUSED],
            bundles=tuple(taken),
        )
        terminal.data(encode(report))
    else:
        # What this machine made is imported again and again: of that only the news are shown.
        told = taken if paths else [item for item in taken if item.taken.came is not Came.KNOWN]
        _show_import(told, counts, gaps)
    return Exit.NO if counts[Came.REFUSED] else Exit.YES


def _made_here(records: Records) -> tuple[Path, ...]:
    """Every bundle that this machine made of a hotspot that is enrolled; complains where there is none."""
    there = tuple(hotspots.every(records))
    found = tuple(path for item in there if item.enrolled for path in made_here(item))
    if not found:
        waiting = [item.id for item in there if not item.enrolled and made_here(item)]
        way = f"friendlywifi hotspot enrol {waiting[0]}" if waiting else "name the bundles, or their folder"
        raise Complaint(f"this machine has made no check of an enrolled hotspot; {way}")
    return found


def _bundles(given: Path) -> Iterator[Path]:
    """The bundle, the one in the folder of a check, or every one below a folder."""
    if not given.is_dir():
        yield given
    elif (given / BUNDLE).is_file():
        yield given / BUNDLE
    else:
        found = sorted(path for path in given.rglob("*.zip") if path.is_file() and not path.is_symlink())
        if not found:
            raise Complaint(f"there is no bundle (*.zip) in {given}")
        yield from found


def _gaps(records: Records, taken: list[ImportedBundle]) -> Iterator[str]:
    """Numbers that never came in, of the hotspots that something came in for."""
    for hotspot in sorted({item.taken.hotspot for item in taken if item.taken.row} - {None}, key=str):
        for vantage, numbers in runs.missing(records, str(hotspot)).items():
            shown = ", ".join(map(str, numbers[:MOST_NUMBERS]))
            if len(numbers) > MOST_NUMBERS:
                rest = len(numbers) - MOST_NUMBERS
                shown = phrase("%(numbers)s and %(rest)s more", numbers=shown, rest=rest)
            yield phrase(
                "%(hotspot)s: run %(numbers)s of vantage %(vantage)s never came in; a certificate needs "
                "every run that was started.",
                hotspot=hotspots.get(records, str(hotspot)).name,
                numbers=shown,
                vantage=f"{vantage[8:12]} {vantage[12:16]}",
            )


def _show_import(taken: list[ImportedBundle], counts: dict[Came, int], gaps: tuple[str, ...]) -> None:
    console = terminal.out()
    table = Table(show_edge=False)
    for heading in (phrase("file"), phrase("hotspot"), phrase("run"), phrase("made"), phrase("result")):
        table.add_column(heading, overflow="fold")
    for item in taken:
        row = item.taken.row
        name = Path(item.file).parent.name if Path(item.file).name == BUNDLE else Path(item.file).name
        table.add_row(
            terminal.shown(name),
            terminal.shown(item.taken.hotspot or ""),
            str(row.serial) if row else "",
            f"{row.started:%Y-%m-%d %H:%M}" if row else "",
            _result(item.taken),
        )
    if taken:
        console.print(table)
    for item in taken:
        if item.taken.came is Came.REFUSED:
            _say(phrase("Refused: %(file)s: %(why)s", file=Path(item.file).name, why=f"{item.taken.why}."))
        for remark in item.taken.remarks:
            _say(f"{Path(item.file).name}: {retold(remark)}")
    for gap in gaps:
        _say(gap)
    _say(
        phrase(
            "%(new)s came in, %(known)s here already, %(refused)s refused.",
            new=counts[Came.NEW],
            known=counts[Came.KNOWN],
            refused=counts[Came.REFUSED],
        )
    )


def _result(taken: Taken) -> Text:
    if taken.came is Came.REFUSED:
        return Text("✗ " + phrase("refused"), style="red")
    row = taken.row
    if row is None:
        return Text("")
    text = told_outcome(row)
    return Text.assemble(text, ("  " + phrase("here already"), "dim")) if taken.came is Came.KNOWN else text


def told_outcome(row: RunRow) -> Text:
    """`outcome_of` in the spoken language."""
    text = outcome_of(row)
    sign, _, words = text.plain.partition(" ")
    told = ", ".join(
        ": ".join(word(part.replace(" ", "_")) for part in each.split(": ")) for each in words.split(", ")
    )
    return Text(f"{sign} {told}", style=text.style)


def outcome_of(row: RunRow) -> Text:
    """One run in a word with a sign; colour only repeats it."""
    if row.place is Place.ELSEWHERE:
        return Text("– void: made elsewhere", style="yellow")
    if row.void_reason is not None:
        return Text(f"– void: {row.void_reason.replace('_', ' ')}", style="yellow")
    sign, colour = _SIGNS[row.outcome]
    beside = "" if row.counts else ", no evidence"
    return Text(f"{sign} {row.outcome.value.replace('_', ' ')}{beside}", style=colour)


def backup_(target: Path, *, config: Path | None) -> Exit:
    """Copy, look through the copy, and say what is not in it."""
    with _opened(config, make=False) as records:
        done = backup.backup(records, target)
        bundles = records.bundles
    _say(
        phrase(
            "Left in %(file)s: %(held)s, %(size)s; looked through, whole.",
            file=target,
            held=_held(done.whole),
            size=_size(done.bytes),
        )
    )
    if done.keys:
        _say(phrase("WARNING: a private key is in it. That should never be; keep it as you keep the key."))
    else:
        _say(
            phrase(
                "No private key is in it. The keys lie in %(place)s and where your settings name them; keep "
                "a copy of those apart from this one, under lock.",
                place=state_directory(),
            )
        )
    if done.bundles:
        _say(
            counted(
                "The evidence is not in it either: %(number)s bundle, %(size)s, in %(place)s. Copy that "
                "folder too; files there are only ever added.",
                "The evidence is not in it either: %(number)s bundles, %(size)s, in %(place)s. Copy that "
                "folder too; files there are only ever added.",
                done.bundles,
                size=_size(done.bundle_bytes),
                place=bundles,
            )
        )
    return Exit.YES


def restore(path: Path, *, check: bool, force: bool, json: bool, config: Path | None, now: datetime) -> Exit:
    """Look at a backup, or put it in the place of the records."""
    whole = backup.check(path)
    if json:
        terminal.data(encode(whole))
    else:
        _say_whole(whole, path)
    if check or whole.faults:
        if not json and not check:
            _say(phrase("Nothing was restored."))
        return Exit.NO if whole.faults else Exit.YES
    target = records_file(load_settings(file=config).settings)
    if not force:
        _require_not_newer(path, target)
    done = backup.restore(path, target, now=now, actor=actor())
    _say(phrase("Restored to %(place)s.", place=target))
    if done.aside is not None:
        _say(phrase("What was there before is kept as %(place)s.", place=done.aside))
    _say(
        phrase(
            "What was issued, suspended or sent after the backup is not known here any more: compare with "
            "the published register, and run friendlywifi status."
        )
    )
    return Exit.YES


def _require_not_newer(path: Path, target: Path) -> None:
    if not target.exists():
        return
    try:
        found = backup.compare(path, target)
    except Complaint as complaint:
        if "damaged" in str(complaint):
            return  # This is what a backup is for; the damaged file is put aside.
        raise
    if found.same or (found.related and not found.lost):
        return
    if found.related:
        changes = "1 change" if found.lost == 1 else f"{found.lost} changes"
        raise Complaint(
            f"the records {target} are newer than {path}: they hold {changes} since, the last of "
            f"{found.last}, which would be lost. If you want that, --force; they are kept aside"
        )
    raise Complaint(
        f"{path} is no backup of the records {target}: their journals differ. If you want it in their place, "
        "--force; they are kept aside"
    )


def export_(output: Path | None, *, config: Path | None) -> Exit:
    """JSON Lines to stdout, or whole into a file."""
    with _opened(config, make=False) as records:
        if output is None:
            for line in export.lines(records):
                terminal.raw(line)
            return Exit.YES
        files.prepare(output.parent)
        handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
        temporary = Path(name)
        count = -1
        try:
            with os.fdopen(handle, "wb") as file:
                for line in export.lines(records):
                    file.write(line)
                    count += 1
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(output)
        except OSError as error:
            raise Complaint(f"{output} cannot be written: {error.strerror}") from None
        finally:
            temporary.unlink(missing_ok=True)
    terminal.err().print(
        terminal.shown(
            phrase(
                "Left in %(file)s: %(count)s rows, with names and mail addresses; no private key.",
                file=output,
                count=count,
            )
        )
    )
    return Exit.YES


def verify(*, head: str | None, json: bool, config: Path | None) -> Exit:
    """Everything that can be looked at, the evidence too."""
    with _opened(config, make=False) as records:
        tell = _teller(json=json)
        whole = inspect(records, head=head, evidence=True, tell=tell)
        path = records.path
    if json:
        terminal.data(encode(whole))
    else:
        _say_whole(whole, path)
        if whole.head is not None:
            _say(
                phrase("Write this down somewhere else; with --head it shows later that nothing was cut off:")
            )
            _say(f"  {whole.head}")
    return Exit.NO if whole.faults else Exit.YES


def _teller(*, json: bool) -> Tell:
    console = terminal.err()

    def tell(what: str) -> None:
        if console.is_terminal and not json:
            told = phrase("looking through %(what)s", what=word(what))
            console.print(f"[dim]{terminal.shown(told)}[/dim]")

    return tell


def _say_whole(whole: Whole, path: Path) -> None:
    if whole.faults:
        _say(phrase("✗ %(file)s is NOT whole:", file=path))
        for fault in whole.faults:
            _say(f"  {fault}")
        _say(phrase("Do not delete it. A backup is put in its place by friendlywifi records restore BACKUP."))
    elif whole.changed:
        _say(
            phrase(
                "✓ %(file)s is whole: %(held)s, last changed %(time)s UTC.",
                file=path,
                held=_held(whole),
                time=whole.changed.replace("T", " ")[:16],
            )
        )
    else:
        _say(phrase("✓ %(file)s is whole: %(held)s.", file=path, held=_held(whole)))


def _held(whole: Whole) -> str:
    return ", ".join(
        (
            counted("%(number)s hotspot", "%(number)s hotspots", whole.hotspots),
            counted("%(number)s run", "%(number)s runs", whole.runs),
            counted("%(number)s certificate", "%(number)s certificates", whole.certificates),
        )
    )


def _size(count: int) -> str:
    for unit in ("bytes", "KB", "MB"):
        if count < 10_000:
            return f"{count} {unit}"
        count //= 1000
    return f"{count} GB"


def _opened(config: Path | None, *, make: bool = True) -> AbstractContextManager[Records]:
    return open_records(records_file(load_settings(file=config).settings), make=make)


def _say(text: str) -> None:
    terminal.out().print(terminal.shown(text), soft_wrap=True)
