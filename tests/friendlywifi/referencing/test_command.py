"""`friendlywifi reference` and `check --reference` as a user meets them."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from certificates.keys import key_from_seed, public_text, to_pem
from certificates.reference import from_file, to_file
from criteria.records import Reference, ReferenceEntry
from friendlywifi.checking.check import Input, check
from friendlywifi.checking.command import Wish, prepare
from friendlywifi.lab import Lab
from friendlywifi.lab.budgets import FAST, FAST_SLOW
from friendlywifi.lab.command import scenario_named
from friendlywifi.referencing import words as reference_words
from friendlywifi.referencing.command import hung_on
from friendlywifi.reporting.report import report_of
from friendlywifi.shipped import load_standard
from probes.network import SimulatedClock
from probes.records import encode
from tests.criteria.making import target

if TYPE_CHECKING:
    from tests.friendlywifi.conftest import Cli

KEY = key_from_seed(bytes(range(32)))
PUBLIC = public_text(KEY.public_key())
RESOLVERS = ("--resolver", "127.0.0.1:9", "--resolver", "127.0.0.1:10")
NEEDED = ("-o", "r.json", "--vantage", "here", "--authorised-by", "me")
NOW = datetime.now(UTC).replace(microsecond=0)


def reference(*, days: int = 0, **alive: bool | None) -> Reference:
    return Reference(
        id="ours",
        taken=NOW - timedelta(days=days),
        vantage="a server in Vienna",
        entries=tuple(
            ReferenceEntry(
                name=name.replace("_", "."),
                alive=value,
                why="no clear answer" if value is None else None,
            )
            for name, value in alive.items()
        ),
        resolvers=("192.0.2.1:53", "192.0.2.2:53"),
        authorised_by="the tests",
    )


@dataclass(frozen=True, kw_only=True)
class Found:
    code: int
    err: str
    files: Path


def in_lab(cli: Cli, folder: Path, name: str, *arguments: str, resolvers: int = 2) -> Found:
    """`reference ...` against an emulated network; `LISTS` stands for some of its lists."""

    async def run() -> Found:
        scenario = scenario_named(name)
        scenario = msgspec.structs.replace(scenario, resolvers=scenario.resolvers[:1] * resolvers)
        async with Lab(scenario) as lab:
            lists = await asyncio.to_thread(lab.list_files, folder)
            chosen = [str(path) for path in lists if path.stem in ("lab-controls", "lab-adult-popular")]
            words = [word for item in arguments for word in (chosen if item == "LISTS" else [item])]
            for resolver in lab.resolvers:
                words += ["--resolver", resolver]
            for given, dialled in lab.network.connect_to.items():
                words += ["--connect-to", f"{given}:{dialled}"]
            done = await asyncio.to_thread(cli, "reference", *words, "--authorised-by", "the tests")
        return Found(code=done.returncode, err=done.stderr, files=folder)

    return asyncio.run(run())


# ----------------------------------------------------------------------------- against emulated networks


def test_a_reference_is_built_signed_shown_and_confirmed(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_bytes(to_pem(KEY))
    built = in_lab(
        cli, tmp_path, "unfiltered", "build", "LISTS", "-o", "r.json", "--vantage", "lab", "--key", "key.pem"
    )
    assert built.code == 0, built.err
    assert "257 alive, 0 dead, 0 could not be told" in built.err
    assert PUBLIC in built.err
    known = from_file((tmp_path / "r.json").read_bytes(), trusted=[PUBLIC])
    assert known.trusted
    assert known.reference.overrides, "an emulated network must be told from the Internet"

    shown = cli("reference", "show", "r.json", "lab-adult-popular.toml", "--reference-key", PUBLIC)
    assert shown.returncode == 0, shown.stderr
    assert "from today" in shown.stdout
    assert "signed by ed25519" in shown.stdout
    assert "not a trusted key" not in shown.stdout
    assert "list lab-adult-popular  every one of its 25 names has a known truth" in shown.stdout

    again = in_lab(cli, tmp_path, "unfiltered", "confirm", "r.json", "LISTS", "--key", "key.pem")
    assert again.code == 0, again.err
    assert "257 confirmed, 0 changed, 0 could not be told" in again.err
    after = from_file((tmp_path / "r.json").read_bytes(), trusted=[PUBLIC])
    assert after.trusted
    assert all(entry.confirmed for entry in after.reference.entries)
    assert after.reference.taken == known.reference.taken


@pytest.mark.parametrize(
    ("name", "code", "said"),
    (
        ("library", 1, "this vantage filters"),
        ("airport", 3, "A login page of the network answers"),
        ("dead-uplink", 3, "Nothing was written."),
    ),
)
def test_a_line_that_is_not_fit_writes_nothing_and_says_why(
    cli: Cli, tmp_path: Path, name: str, code: int, said: str
) -> None:
    found = in_lab(cli, tmp_path, name, "build", "LISTS", "-o", "r.json", "--vantage", "lab")
    assert (found.code, said in found.err) == (code, True), found.err
    assert not (tmp_path / "r.json").exists()


# -------------------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("words", "said"),
    (
        (("build", *NEEDED), "name the unfiltered resolvers to ask"),
        (("build", *NEEDED, "--resolver", "9.9.9.9"), "9.9.9.9:53 is only one: name a resolver of another"),
        (
            ("build", *NEEDED, "--resolver", "8.8.8.8", "--resolver", "8.8.4.4"),
            "8.8.8.8:53 and 8.8.4.4:53 are one owner's",
        ),
        (
            ("build", *NEEDED, "--resolver", "8.8.8.8", "--resolver", "1.1.1.3"),
            "1.1.1.3:53 is cloudflare-family, which filters",
        ),
        (("build", *NEEDED, "--resolver", "dns.example"), "--resolver: 'dns.example' is no address"),
        (
            ("build", *RESOLVERS, "-o", "r.json", "--vantage", " ", "--authorised-by", "me"),
            "say where this line is",
        ),
        (("build", *RESOLVERS, "-o", "r.json", "--vantage", "here"), "say who allowed this"),
        (("build", "none.toml", *RESOLVERS, *NEEDED), "none.toml cannot be read"),
        (("build", *RESOLVERS, *NEEDED, "--key", "none.pem"), "the signing key none.pem does not exist"),
        (("build", *RESOLVERS, *NEEDED, "--key", "bad.pem"), "bad.pem: The signing key cannot be read"),
        (
            ("show", "plain.json", "--reference-key", "abc"),
            'the reference key "abc" is no Ed25519 public key',
        ),
        (("show", "none.json"), "the reference none.json does not exist"),
        (("show", "bad.pem"), "bad.pem: The file is not a reference"),
        (("confirm", "bad.pem", *RESOLVERS), "bad.pem: The file is not a reference"),
        (
            ("confirm", "signed.json", *RESOLVERS, "--authorised-by", "me"),
            "signed.json is signed: give --key to sign it again, or -o FILE",
        ),
        (
            ("confirm", "plain.json", *RESOLVERS, "--authorised-by", "me", "--report", "bad.pem"),
            "bad.pem is not a report",
        ),
    ),
)
def test_bad_input_is_one_sentence(quick: Cli, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    (tmp_path / "bad.pem").write_text("nonsense")
    (tmp_path / "signed.json").write_bytes(to_file(reference(a_example=True), KEY))
    (tmp_path / "plain.json").write_bytes(to_file(reference(a_example=True)))
    done = quick("reference", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert not (tmp_path / "r.json").exists()


def test_an_edited_reference_is_not_shown(quick: Cli, tmp_path: Path) -> None:
    data = to_file(reference(a_example=True), KEY)
    (tmp_path / "r.json").write_bytes(data.replace(b"a.example", b"b.example"))
    done = quick("reference", "show", "r.json")
    assert done.returncode == 2
    assert "forged or was changed after it was signed" in done.stderr


def test_show_counts_and_says_what_is_unsigned_and_unknown(quick: Cli, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_bytes(
        to_file(reference(days=3, a_example=True, b_example=False, c_example=None, d_example=None))
    )
    done = quick("reference", "show", "r.json")
    assert done.returncode == 0
    for said in (
        "3 days old",
        "a server in Vienna",
        "unsigned",
        "1 alive, 1 dead, 2 could not be told",
        "2: no clear answer",
    ):
        assert said in done.stdout
    assert re.search(r"list adult-popular  \d+ of \d+ names have no known truth", done.stdout)


def report_from(name: str) -> bytes:
    """The report of one check of an emulated hotspot."""

    async def run() -> bytes:
        standard, digest = load_standard("baseline")
        clock = SimulatedClock(NOW)
        async with Lab(scenario_named(name), clock=clock, budgets=FAST) as lab:
            given = Input(
                hotspot=name,
                serial=1,
                authorised_by="the tests",
                standard=standard,
                standard_digest=digest,
                lists=lab.lists,
                network=lab.network,
                resolvers=lab.resolvers,
                resolver_source="given",
                reference=lab.reference,
                seed="report",
                identify=lambda: lab.vantage,
                slow=FAST_SLOW,
            )
            return encode(report_of(await check(given), reference=lab.reference))

    return asyncio.run(run())


def test_a_filter_that_signs_its_blocks_leaves_nothing_to_confirm(quick: Cli, tmp_path: Path) -> None:
    (tmp_path / "report.json").write_bytes(report_from("library"))
    known = reference(**{"adult-005_lab_example": True})
    (tmp_path / "r.json").write_bytes(to_file(known))
    done = quick("reference", "confirm", "r.json", *RESOLVERS, "--report", "report.json")
    assert done.returncode == 0
    assert "nothing to confirm" in done.stderr
    assert (tmp_path / "r.json").read_bytes() == to_file(known)


def test_names_that_were_judged_by_the_reference_are_the_ones_to_confirm(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_bytes(report_from("nxdomain-rewriter"))
    names = hung_on(tmp_path / "report.json")
    assert "adult-005.lab.example" in names
    assert not [name for name in names if name.startswith(("general-", "help-"))]


# -------------------------------------------------------------------------------------- in a check


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of our own, in which nothing of this machine's user shines through."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("FRIENDLYWIFI_STATE", str(tmp_path / "state"))
    return tmp_path


def overrides(path: Path, *keys: str) -> set[str]:
    """What a check with this reference records about it."""
    wish = Wish(
        authorised_by="me", resolvers=("127.0.0.1:9",), reference=str(path), reference_keys=tuple(keys)
    )
    return {item for item in prepare(wish).overrides if "reference" in item}


def test_only_a_reference_that_a_trusted_key_signed_is_no_override(here: Path) -> None:
    signed, plain = here / "signed.json", here / "plain.json"
    signed.write_bytes(to_file(reference(a_example=True), KEY))
    plain.write_bytes(to_file(reference(a_example=True)))
    assert overrides(signed, PUBLIC) == set()
    assert overrides(signed) == {"reference signed by a key that is not trusted"}
    assert overrides(plain, PUBLIC) == {"reference unsigned"}


def test_the_keys_of_the_configuration_are_trusted_too(here: Path) -> None:
    signed = here / "signed.json"
    signed.write_bytes(to_file(reference(a_example=True), KEY))
    (here / "friendlywifi.toml").write_text(f'[trust]\nreference_keys = ["{PUBLIC}"]\n')
    assert overrides(signed) == set()


def test_a_reference_of_an_emulated_network_is_an_override_whoever_signed_it(here: Path) -> None:
    signed = here / "signed.json"
    emulated = msgspec.structs.replace(reference(a_example=True), overrides=("connect-to",))
    signed.write_bytes(to_file(emulated, KEY))
    assert overrides(signed, PUBLIC) == {"reference made with overrides"}


def test_a_check_refuses_a_reference_that_was_edited(quick: Cli, tmp_path: Path) -> None:
    data = to_file(reference(a_example=True), KEY)
    (tmp_path / "r.json").write_bytes(data.replace(b"true", b"null"))
    done = quick("check", "--authorised-by", "me", "--resolver", "127.0.0.1:9", "--reference", "r.json")
    assert done.returncode == 2
    assert "r.json: The signature does not fit" in done.stderr


def told(known: Reference | None, *names: str, **more: Any) -> str:
    return reference_words.before_a_check(
        known, targets=[target(name) for name in names], max_age_days=7, now=NOW, **more
    )


def test_before_a_check_it_says_what_lacks_a_known_truth_and_when_it_ends() -> None:
    said = told(reference(days=2, a_example=True, b_example=None), "a.example", "b.example", "c.example")
    ends = NOW + timedelta(days=5)
    assert "Reference ours: 2 days old, unsigned; 2 of 3 names that must be blocked have no known" in said
    assert f"too old on {ends:%Y-%m-%d} (this standard allows 7 days)" in said


def test_one_that_is_too_old_counts_for_nothing_but_what_was_confirmed_since() -> None:
    known = reference(days=9, a_example=True, b_example=True)
    assert "2 of 2 names" in told(known, "a.example", "b.example")
    entries = (msgspec.structs.replace(known.entries[0], confirmed=NOW), known.entries[1])
    said = told(msgspec.structs.replace(known, entries=entries), "a.example", "b.example")
    assert "1 of 2 names" in said
    assert f"too old since {NOW - timedelta(days=2):%Y-%m-%d}" in said


def test_without_one_it_says_so() -> None:
    assert told(None, "a.example") == "No reference: 1 of 1 names that must be blocked have no known truth."


def test_the_signer_is_named_and_a_stranger_is_called_one() -> None:
    key_id = "ed25519:" + "ab" * 32
    known = reference(a_example=True)
    assert "signed by ed25519: abab" in told(known, "a.example", key_id=key_id, trusted=True)
    assert "which is not a trusted key" in told(known, "a.example", key_id=key_id)
