"""`friendlywifi audit`: the auditor's laptop, from a folder of other people's bundles to a report."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import msgspec

from friendlywifi import files, terminal
from friendlywifi.audit.entries import Entry
from friendlywifi.audit.findings import BLANK, parse
from friendlywifi.audit.gaps import Gap, gaps
from friendlywifi.audit.importing import import_folder
from friendlywifi.audit.replaying import replay_all
from friendlywifi.audit.report import audit_report, markdown, page
from friendlywifi.audit.sample import stratified
from friendlywifi.audit.store import Store, opened
from friendlywifi.complaint import Complaint
from friendlywifi.exitcodes import Exit
from friendlywifi.spreading import cores
from probes.records import encode
from probes.tomlfile import TomlFault


def import_(directory: Path, *, database: Path, certifier: str | None) -> Exit:
    """Import, and say at once what is missing."""
    with opened(database, make=True) as store:
        done = import_folder(
            store,
            directory,
            certifier=certifier,
            watched=lambda paths: terminal.counted(paths, of=len(paths), doing="importing"),
        )
        found = gaps(store.entries(), store.promised())
    _say(f"{done.new} new bundles, {done.known} known already, {done.promises} promises.")
    for entry in done.refused:
        _say(f"Refused: {entry.path}: {entry.refused}.")
    _say_gaps(found)
    return Exit.NO if found or done.refused else Exit.YES


def list_(*, database: Path) -> Exit:
    """Every bundle, a line each, and then the gaps."""
    with opened(database) as store:
        for entry in store.entries():
            _say(_line(entry))
        found = gaps(store.entries(), store.promised())
    _say_gaps(found)
    return Exit.NO if found else Exit.YES


def sample(*, database: Path, size: int, seed: str) -> Exit:
    """The sample, a line each."""
    if size < 1:
        raise Complaint("--n must be at least 1")
    with opened(database) as store:
        for entry in stratified(store.entries(), size=size, seed=seed):
            _say(_line(entry))
    return Exit.YES


def replay_(*, database: Path, size: int | None, seed: str | None, jobs: int | None) -> Exit:
    """Replay a sample, or all of them, and remember what came out."""
    if (size is None) != (seed is None):
        raise Complaint("--n and --seed go together: a sample that nobody else can draw proves little")
    began, results = time.monotonic(), {"identical": 0, "same": 0, "different": 0, "refused": 0}
    with opened(database) as store:
        entries = _to_replay(store, size, seed)
        done = replay_all(entries, jobs=jobs or cores())
        for entry, (result, differing) in terminal.counted(done, of=len(entries), doing="replaying"):
            store.replayed(entry, result, differing)
            results[result] += 1
            if result in ("different", "refused"):
                values = f", {differing} values" if differing else ""
                _say(f"{result}{values}: {_line(entry)}")
            if sum(results.values()) % 100 == 0:
                store.commit()
    total, seconds = sum(results.values()), time.monotonic() - began
    _say(
        f"{total} replayed in {seconds:.0f} s, not witnessed: {results['identical']} the same "
        f"bytes, {results['same']} the same in meaning, {results['different']} different, "
        f"{results['refused']} refused."
    )
    return Exit.NO if results["different"] or results["refused"] else Exit.YES


def _to_replay(store: Store, size: int | None, seed: str | None) -> tuple[Entry, ...]:
    # Read out first: the same file is written to while the results come in.
    entries = (entry for entry in store.entries() if entry.refused is None)
    if size is None or seed is None:
        return tuple(entries)
    return stratified(entries, size=size, seed=seed)


def report(*, database: Path, findings: Path, output: Path | None, today: date) -> Exit:
    """The auditor's report; its form follows the name of the file."""
    if not findings.exists():
        files.write(findings, BLANK.encode())
        terminal.err().print(terminal.shown(f"Made {findings}: write the findings there."))
    try:
        found = parse(files.read_text(findings, what="the findings"), source=str(findings))
    except TomlFault as fault:
        raise Complaint(str(fault)) from None
    with opened(database) as store:
        made = audit_report(
            entries=store.entries(),
            gaps=gaps(store.entries(), store.promised()),
            findings=found,
            today=today,
        )
    forms = {
        ".md": lambda: markdown(made).encode(),
        ".html": lambda: page(made).encode(),
        ".json": lambda: msgspec.json.format(encode(made), indent=2) + b"\n",
    }
    if output is None:
        for line in markdown(made).splitlines():
            _say(line)
    elif output.suffix in forms:
        files.write(output, forms[output.suffix]())
        terminal.err().print(terminal.shown(f"Left in {output}"))
    else:
        raise Complaint(f"{output}: a report is .md, .html or .json")
    for identifier in made.overdue:
        terminal.err().print(terminal.shown(f"Overdue: {identifier}"))
    return Exit.YES


def _line(entry: Entry) -> str:
    if entry.refused is not None:
        return f"{entry.certifier}  refused: {entry.refused}  {entry.path}"
    outcome = entry.outcome.replace("_", " ")
    void = f" (void: {entry.void})" if entry.void else ""
    return (
        f"{entry.certifier}  {entry.hotspot}  run {entry.serial}  {entry.started[:16]}  {outcome}{void}  "
        f"{entry.digest[:16]}  {entry.path}"
    )


def _say_gaps(found: tuple[Gap, ...]) -> None:
    for gap in found:
        _say(f"{gap.certifier}, {gap.hotspot}: {gap.text}")


def _say(text: str) -> None:
    terminal.out().print(terminal.shown(text), soft_wrap=True)
