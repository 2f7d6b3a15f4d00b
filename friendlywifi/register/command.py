"""`friendlywifi register publish`, and the same as a part of `serve`: settings, keys, words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from certificates.lifecycle import IN_FORCE
from friendlywifi import terminal
from friendlywifi.certifying.colleagues import fallen, keys_of
from friendlywifi.certifying.issuing import identity
from friendlywifi.certifying.keyring import Purpose
from friendlywifi.certifying.office import Office
from friendlywifi.complaint import Complaint
from friendlywifi.exitcodes import Exit
from friendlywifi.language.spoken import counted, phrase, spoken
from friendlywifi.records import certificates
from friendlywifi.records.database import Records
from friendlywifi.register import publishing
from friendlywifi.register.holding import CHECKPOINT
from friendlywifi.register.publishing import Issue, Progress, Published
from friendlywifi.register.site import Site, site_of
from friendlywifi.serving.service import Hook
from friendlywifi.serving.watch import look
from friendlywifi.settings import Settings
from probes.records import encode


def publish(office: Office, directory: Path | None, *, json: bool, actor: str, now: datetime) -> Exit:
    """Bring the register in a folder up to date."""
    where = directory or folder(office.settings)
    if where is None:
        raise Complaint(
            "say where: friendlywifi register publish DIR, or directory under [register] in the configuration"
        )
    from friendlywifi.serving.command import plan_of  # noqa: PLC0415 - it imports this module's hook

    issue = issue_of(office)
    with office.records() as records, _bar() as progress:
        # What came in and what did not come is heeded first, also where no `serve` looks.
        look(records, plan_of(office.settings), now=now, believe_clock=True)
        _require_standing(office, records, issue.site)
        done = publishing.publish(records, where, issue, now=now, actor=actor, progress=progress)
    if json:
        terminal.data(encode(done))
    else:
        _say(done, where)
    return Exit.YES


def folder(settings: Settings) -> Path | None:
    """Where `serve` publishes."""
    named = settings.register.directory
    return None if named is None else Path(named).expanduser()


def issue_of(office: Office) -> Issue:
    """Who publishes. Opens the issuer's key: its passphrase may be asked for."""
    name, url = identity(office)
    try:
        site = site_of(issuer=name, certificates=url, contact=office.issuer.appeal_to)
    except ValueError as problem:
        raise Complaint(f"[issuer] url is {url}: {problem}") from None
    entry = office.key(office.issuer.key, Purpose.ISSUER)
    known = keys_of(office, name)
    return Issue(
        site=site,
        keys=known.keys,
        tests=known.tests,
        key=office.keyring.open(entry, office.passphrases.existing),
        good_for=timedelta(days=office.settings.register.good_for_days),
    )


def _require_standing(office: Office, records: Records, site: Site) -> None:
    """Complains where a certificate would be published as valid that by the scheme's list counts for nothing:
    its key was lost or leaked on another machine, where that was written down, and not here.
    """
    for row in certificates.every(records, statuses=IN_FORCE):
        if row.certificate.url == site.certificate_url(row.number) and fallen(office, row):
            raise Complaint(
                f"{row.number} is {row.status.value} in the records, and by the list of issuers it is void: "
                f"friendlywifi withdraw {row.number} --why key_leaked --words WHY, and publish again. "
                "Nothing was written"
            )


@dataclass(frozen=True, kw_only=True)
class _Publisher:
    """Publishes when something changed. The keys are read each time: one may have been replaced."""

    config: Path | None
    directory: Path

    async def __call__(self, records: Records, clock: Callable[[], datetime]) -> str | None:
        office, now = Office(self.config), clock()
        good_for = timedelta(days=office.settings.register.good_for_days)
        there = (self.directory / CHECKPOINT).exists()
        if there and not publishing.due(records, now=now, good_for=good_for):
            return None
        issue = issue_of(office)
        _require_standing(office, records, issue.site)
        done = publishing.publish(records, self.directory, issue, now=now, actor="serve")
        return (
            f"Published: {done.certificates} certificates, {done.written} files changed in {self.directory}."
        )


def hook(settings: Settings, config: Path | None) -> tuple[Hook, ...]:
    """What `serve` does at each tick; nothing where no folder is set.

    Complains at once where it could not publish in the night, as where a person would have to type the
    passphrase.
    """
    directory = folder(settings)
    if directory is None:
        return ()
    office = Office(config)
    entry = office.key(office.issuer.key, Purpose.ISSUER)
    if entry.sealed and office.issuer.passphrase_file is None:
        raise Complaint(
            "serve publishes the register by itself and needs the passphrase of the key: passphrase_file "
            "under [issuer], or no directory under [register]"
        )
    issue_of(office)
    return (Hook(name="register", act=_Publisher(config=config, directory=directory)),)


@contextmanager
def _bar() -> Iterator[Progress]:
    from friendlywifi.checking.check import Progress as Step  # noqa: PLC0415 - `--help` does not pay for it

    words = {
        "logging": phrase("writing the log"),
        "making": phrase("making pages"),
        "writing": phrase("writing files"),
    }
    with terminal.progress_bar(foretold=True) as show:
        yield lambda doing, done, of: show(Step(phase=words[doing], done=done, of=of))


def _say(done: Published, where: Path) -> None:
    lines = [
        counted(
            "Published in %(folder)s: %(places)s, %(number)s certificate.",
            "Published in %(folder)s: %(places)s, %(number)s certificates.",
            done.certificates,
            folder=where,
            places=counted("%(number)s place", "%(number)s places", done.hotspots),
        ),
        counted(
            "The log has %(number)s entry, %(new)s of them new.",
            "The log has %(number)s entries, %(new)s of them new.",
            done.entries,
            new=done.logged,
        ),
        counted("%(number)s file changed.", "%(number)s files changed.", done.written),
        phrase(
            "What it says is good until %(time)s UTC; publish again before.",
            time=spoken().minute(done.good_until),
        ),
    ]
    if done.elsewhere:
        lines.append(
            counted(
                "%(number)s certificate of the records stands under another address and is not published.",
                "%(number)s certificates of the records stand under other addresses and are not published.",
                done.elsewhere,
            )
        )
    if done.unproven:
        lines.append(
            counted(
                "%(number)s certificate came here without its proofs, so that no phone can check its status; "
                "friendlywifi certify record handover.json brings them.",
                "%(number)s certificates came here without their proofs, so that no phone can check their "
                "status; friendlywifi certify record handover.json brings them.",
                done.unproven,
            )
        )
    for line in lines:
        terminal.out().print(terminal.shown(line))
