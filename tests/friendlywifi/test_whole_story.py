"""A municipality and its libraries, from a spreadsheet to the certificate after the first: by commands alone.

Four machines with a state, a configuration and keys of their own; the network is an emulated library, the
clock is set forward from check to check. Each kind of check is measured once, on real sockets, and comes
again at its time; `-m long` measures every one.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import time_machine
import trustme

from certificates.keys import key_id
from certificates.records import Status
from friendlywifi.certifying import reckoning, requesting, weighing
from friendlywifi.checking import command as checking
from friendlywifi.checking import onsite
from friendlywifi.checking.check import Checked, Input
from friendlywifi.checking.check import check as measured_check
from friendlywifi.checking.serials import state_directory
from friendlywifi.evidence.vantagekey import vantage_key
from friendlywifi.lab import Lab
from friendlywifi.lab.budgets import FAST
from friendlywifi.lab.command import scenario_named
from friendlywifi.records import certificates, evidence, taking
from friendlywifi.records.database import open_records
from probes.network import SimulatedClock
from tests.friendlywifi.certifying.made import FIRST, Fortnight, Measured, measure
from tests.friendlywifi.conftest import Cli
from tests.friendlywifi.mail.cast import PASSWORD, Mailbox, mail_server

TAKES = timedelta(minutes=2)
"""How long ago a check began that is done by now."""
EVALUATOR, DECIDER = "Elira Hoxha", "Arben Çela"
PASSPHRASE = "Drini i Zi, 1908"
ONE, TWO = "FW-2026-000001", "FW-2026-000002"
HOTSPOTS = """\
emri;vendi;adresa;rrjetet Wi-Fi;operatori;kontakti;e-mail;gjuha;mënyra
Library 7;Tiranë;Rruga e Kavajës 7;Biblioteka;Bashkia Tiranë;Drita;drita@bashkia.example;en;i pranishëm
Library 8;Tiranë;Rruga e Durrësit 12;Biblioteka 8;Bashkia Tiranë;Drita;drita@bashkia.example;en;me vizita
Parku i Madh;Tiranë;Rruga e Elbasanit 1;Parku;Bashkia Tiranë;Drita;drita@bashkia.example;en;me vizita
"""


@pytest.fixture(autouse=True)
def _each_bundle_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes out of a bundle is worked out once, in this process."""
    once = lru_cache(maxsize=300)(evidence.genuine)
    monkeypatch.setattr(weighing, "genuine", once)
    monkeypatch.setattr(taking, "genuine", once)
    monkeypatch.setattr(requesting, "cores", lambda: 1)
    monkeypatch.setattr(reckoning, "cores", lambda: 1)


@dataclass(kw_only=True)
class Library:
    """The library as a network: what whoever stands in it would measure now."""

    kinds: Fortnight
    kind: str = "whole"
    live: dict[str, Lab] = field(default_factory=dict)
    """Emulated hotspots that run: every check is measured there anew."""

    @property
    def measured(self) -> Measured:
        return getattr(self.kinds, self.kind)  # type: ignore[no-any-return]

    def prepare(self, wish: checking.Wish) -> Input:
        """What `checking.prepare` would find at the place."""
        given = replace(
            self.measured.given,
            hotspot=wish.hotspot or "this hotspot",
            authorised_by=wish.authorised_by or "nobody",
            serial=0,
        )
        at = datetime.now(UTC) - TAKES
        if not self.live:
            return replace(given, network=replace(given.network, clock=SimulatedClock(at)))
        lab = self.live[self.kind]
        clock = lab.network.clock
        assert isinstance(clock, SimulatedClock)
        # Its servers go by the same clock.
        clock.advance(at - clock.now())
        return replace(given, resolvers=lab.resolvers, seed=f"{at:%d %H:%M:%S}", network=lab.network)

    async def check(self, given: Input, **shown: Any) -> Checked:
        """`check`, where nothing new would come out of measuring again."""
        if self.live:
            return await measured_check(given, **shown)
        mine = key_id(vantage_key(state_directory()).public_key())
        return self.measured.moved(given, given.network.clock.now() + timedelta(seconds=5), key=mine)


@dataclass(kw_only=True)
class Machine:
    """One person's machine."""

    name: str
    place: Path
    cli: Cli

    def configure(self, text: str) -> None:
        self.place.mkdir()
        secret = self.place / "passphrase"
        secret.write_text(PASSPHRASE + "\n", encoding="utf-8")
        secret.chmod(0o600)
        self.config.write_text(
            text.replace("[issuer]", f'[issuer]\npassphrase_file = "{secret}"'), encoding="utf-8"
        )

    @property
    def config(self) -> Path:
        return self.place / "friendlywifi.toml"

    def __call__(self, *words: str | Path, code: int = 0) -> str:
        """What a command says; its exit code must be this one."""
        done = self.cli(
            *words,
            FRIENDLYWIFI_STATE=str(self.place / "state"),
            FRIENDLYWIFI_CONFIG=str(self.config),
            COLUMNS="200",
        )
        told = done.stdout + done.stderr
        assert done.returncode == code, f"{self.name}: {' '.join(map(str, words))}: {told}"
        return told

    def json(self, *words: str | Path, code: int = 0) -> Any:
        return json.loads(self(*words, "--format", "json", code=code))


@dataclass(kw_only=True)
class Story:
    """Everybody in it."""

    clock: time_machine.Coordinates
    library: Library
    office: Machine
    decider: Machine
    scheme: Machine
    door: Machine
    mailbox: Mailbox
    issuers: Path
    days: float

    def later(self, **time: float) -> None:
        self.clock.move_to(datetime.now(UTC) + timedelta(**time))

    def tick(self) -> str:
        return self.office("serve", "--once", "--hotspot", "library-7", "--authorised-by", "Bashkia Tiranë")

    def next_check(self) -> str:
        """The clock goes on to the next check that is due, and serve makes it."""
        for _ in range(10):
            (check,) = self.office.json("serve", "--due", code=1)["checks"]
            due = datetime.fromisoformat(check["due"])
            self.clock.move_to(max(due, datetime.now(UTC)) + 2 * TAKES)
            said = self.tick()
            if "Library 7: run" in said:
                return said
            # A run that confirmed a failure was made not long ago.
            self.later(hours=1)
        raise AssertionError(said)

    def watch(self, days: float, kind: str = "gates") -> None:
        until = datetime.now(UTC) + timedelta(days=days)
        self.library.kind = kind
        while datetime.now(UTC) < until:
            self.next_check()

    def letters(self) -> list[tuple[str, str, str]]:
        """To whom, about what, and the text, of those that came since the last look."""
        found = [
            (to, str(message["Subject"]), message.get_body(("plain",)).get_content())  # type: ignore[union-attr]
            for message, to in zip(self.mailbox.taken, self.mailbox.recipients, strict=True)
        ]
        self.mailbox.taken.clear()
        self.mailbox.recipients.clear()
        return found

    def comes_in(self) -> None:
        """The bundles of the library's probe go to the certifier, whose own serve looks and publishes."""
        (folder,) = {path.parent for path in (self.office.place / "state").rglob("*.bundle.zip")}
        self.decider("records", "import", folder)
        assert "Published" in self.decider("serve", "--once")

    def published(self, number: str) -> Path:
        """What the register says of a certificate: what verify asks for."""
        return self.issuers.parent / "register" / "c" / number / "status.json"

    def verify(self, file: Path, *words: str, code: int = 0) -> str:
        return self.door("verify", file, "--issuer", self.issuers, *words, code=code)


def _serving(labs: dict[str, Lab]) -> Callable[[], None]:
    """Emulated hotspots in a loop of their own; gives what stops them."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    stack = AsyncExitStack()

    async def begin() -> None:
        for lab in labs.values():
            await stack.enter_async_context(lab)

    asyncio.run_coroutine_threadsafe(begin(), loop).result(60)

    def end() -> None:
        asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()

    return end


@pytest.fixture(scope="module")
def kinds() -> Fortnight:
    return Fortnight(
        gates=measure("library", whole=False),
        whole=measure("library", whole=True),
        leaking=measure("one-name-leaks", whole=False),
    )


@contextmanager
def told(
    tmp_path: Path, quick: Cli, monkeypatch: pytest.MonkeyPatch, kinds: Fortnight, *, days: float, live: bool
) -> Iterator[Story]:
    """The machines, set up; the clock stands at the beginning."""
    monkeypatch.delenv("FRIENDLYWIFI_CONFIG", raising=False)
    library = Library(kinds=kinds)
    monkeypatch.setattr(checking, "prepare", library.prepare)
    monkeypatch.setattr(onsite, "prepare", library.prepare)
    monkeypatch.setattr(checking, "check", library.check)
    monkeypatch.setattr(onsite, "check", library.check)
    authority, mailbox = trustme.CA(), Mailbox()
    ca = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca))
    secret = tmp_path / "mail-password"
    secret.write_text(PASSWORD + "\n", encoding="utf-8")
    secret.chmod(0o600)
    names = ("office", "decider", "scheme", "door")
    office, decider, scheme, door = (Machine(name=name, place=tmp_path / name, cli=quick) for name in names)
    with mail_server(mailbox, authority) as port:
        office.configure(
            '[issuer]\nreport_to = "ALO 116 111"\nappeal_to = "ankesa@shoqata.example"\n'
            f'[mail]\nhost = "localhost"\nport = {port}\nuser = "wifi"\npassword_file = "{secret}"\n'
            f'ca_file = "{ca}"\nsender = "Friendly Wi-Fi <wifi@shoqata.example>"\n'
        )
        decider.configure(
            '[issuer]\nname = "Shoqata"\nurl = "https://register.example/c/"\n'
            f'[register]\ndirectory = "{tmp_path / "register"}"\n'
        )
        scheme.configure("[issuer]\n")
        door.configure("[check]\n")
        if live:
            labs = {
                kind: Lab(
                    scenario_named("one-name-leaks" if kind == "leaking" else "library"),
                    clock=SimulatedClock(FIRST),
                    seed="a fortnight",
                    budgets=FAST,
                )
                for kind in ("gates", "whole", "leaking")
            }
            end = _serving(labs)
            library.live = labs
        try:
            with time_machine.travel(FIRST, tick=True) as clock:
                yield Story(
                    clock=clock,
                    library=library,
                    office=office,
                    decider=decider,
                    scheme=scheme,
                    door=door,
                    mailbox=mailbox,
                    issuers=tmp_path / "issuers.json",
                    days=days,
                )
        finally:
            if live:
                end()


@pytest.mark.timeout(300)
def test_the_whole_story(
    tmp_path: Path, quick: Cli, monkeypatch: pytest.MonkeyPatch, kinds: Fortnight
) -> None:
    with told(tmp_path, quick, monkeypatch, kinds, days=7.3, live=False) as story:
        tell(story, tmp_path)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_the_whole_story_with_every_check_measured(
    tmp_path: Path, quick: Cli, monkeypatch: pytest.MonkeyPatch, kinds: Fortnight
) -> None:
    with told(tmp_path, quick, monkeypatch, kinds, days=14, live=True) as story:
        tell(story, tmp_path)


def tell(story: Story, tmp_path: Path) -> None:
    recognised(story, tmp_path)
    enrolled(story, tmp_path)
    certified(story, tmp_path)
    told_of(story)
    suspended_and_back(story, tmp_path)
    renewed(story, tmp_path)


def recognised(story: Story, tmp_path: Path) -> None:
    """Everybody makes a key, and the scheme lists the issuer's."""
    story.office("keys", "new", "evaluator", "--for", "evaluator")
    story.decider("keys", "new", "issuer", "--for", "issuer")
    story.scheme("keys", "new", "scheme", "--for", "scheme")
    story.decider("keys", "export", "issuer", "-o", tmp_path / "issuer.json")
    draft = tmp_path / "draft.json"
    story.scheme("trust", "new", draft, "--scheme", "Skema e Provës")
    story.scheme("trust", "add", draft, "--standard", "baseline")
    story.scheme("trust", "add", draft, tmp_path / "issuer.json")
    story.scheme("trust", "sign", draft, "-o", story.issuers)


def enrolled(story: Story, tmp_path: Path) -> None:
    """Three rows of a spreadsheet; one of the places is checked on the spot, and is known from then on."""
    (tmp_path / "hotspots.csv").write_text(HOTSPOTS, encoding="utf-8")
    assert "3 added" in story.office("hotspot", "import", tmp_path / "hotspots.csv")
    story.office("check", "--hotspot", "Library 7", "--authorised-by", "Bashkia Tiranë", "-q")
    said = story.office("hotspot", "enrol", "library-7")
    assert "Library 7 is known from now on by:" in said
    story.decider("hotspot", "import", tmp_path / "hotspots.csv")
    (bundle,) = (story.office.place / "state").rglob("*.bundle.zip")
    story.decider("hotspot", "enrol", "library-7", bundle)
    lights = {item["hotspot"]: item for item in story.office.json("status", code=1)["hotspots"]}
    assert lights["library-8"]["light"] == "act_soon", "nobody has enrolled it"


def certified(story: Story, tmp_path: Path) -> None:
    """A fortnight of checks, the announced one, a request, a decision elsewhere, and back."""
    office, request = story.office, tmp_path / "request.zip"
    asking = ("certify", "request", "library-7", "--evaluator", EVALUATOR, "-o", request)
    assert "no certification run was announced" in office(*asking, code=3)
    story.watch(story.days)
    notice = tmp_path / "announcement.json"
    office("certify", "announce", "library-7", "--by", EVALUATOR, "-o", notice)
    assert "Written down" in story.decider("certify", "witness", notice)
    story.library.kind = "whole"
    story.next_check()
    said = office(*asking)
    assert "valid runs without a failed gate" in said
    assert "✗" not in said
    said = story.decider("certify", "decide", request, "--yes", "--decider", DECIDER, "-o", tmp_path / "one")
    assert f"Library 7 has certificate {ONE}, valid until" in said
    assert "before the run that decides began" in said
    paper = tmp_path / "one" / "certificate.json"
    assert "GENUINE" in story.verify(paper)
    story.comes_in()
    assert "its status was checked" in story.verify(
        paper, "--require-status", "--status", story.published(ONE)
    )
    handover = paper.with_name("handover.json")
    assert "is in the records" in office("certify", "record", handover, "--issuer", story.issuers)


def told_of(story: Story) -> None:
    """The light, what comes next, and the letter with all dates."""
    light = story.office.json("status", "library-7")["hotspots"][0]
    assert (light["light"], light["certificate"]) == ("well", ONE)
    assert story.office.json("reminders", "due")["next"][0]["certificate"] == ONE
    story.letters()
    story.office("reminders", "send")
    ((to, subject, _),) = story.letters()
    assert to == "drita@bashkia.example"
    assert "is issued" in subject
    story.office("reminders", "send")
    assert story.letters() == []


def suspended_and_back(story: Story, tmp_path: Path) -> None:
    """The filter fails, that is confirmed, nobody cures it, and the sign comes down; then it is cured."""
    paper = tmp_path / "one" / "certificate.json"
    story.library.kind = "leaking"
    story.next_check()
    for _ in range(20):
        story.later(minutes=5)
        story.tick()
    (failing,) = [letter for letter in story.letters() if "fails" in letter[1]]
    assert "suspended" in failing[2], failing
    assert story.office.json("status", "library-7", code=1)["hotspots"][0]["light"] == "act_now"
    story.later(hours=73)
    story.tick()
    story.later(minutes=5)
    story.tick()
    (down,) = [letter for letter in story.letters() if "is suspended since" in letter[1]]
    assert "Take the sign down by" in down[2]
    assert "Refused" in story.office("reinstate", ONE, "--by", DECIDER, code=1)
    story.comes_in()
    assert "suspended" in story.verify(paper, "--status", story.published(ONE), code=1)
    assert "GENUINE" in story.verify(paper), "without its status nobody at the door can know"
    assert "STATUS NOT CHECKED" in story.verify(paper, "--require-status", code=3)
    story.library.kind = "whole"
    story.next_check()
    assert "is reinstated" in story.office("reinstate", ONE, "--by", DECIDER)
    story.comes_in()
    assert "is reinstated" in story.decider("reinstate", ONE, "--by", DECIDER)
    story.comes_in()
    story.office("reminders", "send")
    assert any("in force again" in subject for _, subject, _ in story.letters())
    assert "GENUINE" in story.verify(paper, "--require-status", "--status", story.published(ONE))


def renewed(story: Story, tmp_path: Path) -> None:
    """A new period after the cure, and the certificate after the first."""
    since = datetime.now(UTC)
    for _ in range(3):
        # As many good ones as confirm a failure cure it, and these ask for everything.
        story.next_check()
    story.watch(story.days)
    story.office("certify", "announce", "library-7", "--by", EVALUATOR)
    story.library.kind = "whole"
    story.next_check()
    asking = ("renew", "library-7", "--evaluator", EVALUATOR, "-o", tmp_path / "renewal.zip")
    assert "failed" in story.office(*asking, "--because", "the filter was cured", code=1)
    story.office(*asking, "--since", f"{since:%Y-%m-%dT%H:%M}", "--because", "the filter was cured before")
    folder = tmp_path / "two"
    renewal = tmp_path / "renewal.zip"
    said = story.decider("certify", "decide", renewal, "--yes", "--decider", DECIDER, "-o", folder)
    assert f"It supersedes {ONE} from now on." in said
    story.office("certify", "record", folder / "handover.json", "--issuer", story.issuers)
    story.comes_in()
    story.verify(folder / "certificate.json", "--require-status", "--status", story.published(TWO))
    before = tmp_path / "one" / "certificate.json"
    assert "superseded" in story.verify(before, "--status", story.published(ONE), code=1)
    printed = story.decider("certify", "print", "--all", "-o", tmp_path / "printed", "--jobs", "1")
    assert "2 have their proofs that they stand in the public log" in printed
    for machine in (story.office, story.decider):
        with open_records(machine.place / "state" / "records.db") as records:
            old, new = certificates.every(records)
        assert (old.status, old.superseded_by) == (Status.SUPERSEDED, TWO)
        assert (new.number, new.status, new.certificate.issued) == (TWO, Status.VALID, old.changed)
    # While it was suspended nobody checked: the light tells that, and the certificate holds.
    light = story.office.json("status", "library-7", code=1)["hotspots"][0]
    assert (light["certificate"], light["certificate_status"], light["light"]) == (TWO, "valid", "act_soon")
    assert "due checks were made in 30 days" in light["says"]
    assert "is whole" in story.office("records", "verify")
