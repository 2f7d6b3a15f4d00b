"""A list too long to be held is drawn from as any other, and its names are proven when it is long gone."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.merkle import root_of
from criteria.plan import choose_targets
from criteria.standard import Standard
from friendlywifi.checking import targeting
from friendlywifi.checking.command import Wish, prepare
from friendlywifi.checking.targeting import named_lists
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.bundle import read_bundle
from friendlywifi.evidence.listproofs import ListProof, Order, require_members
from friendlywifi.evidence.longlists import sift
from friendlywifi.evidence.replay import replay
from friendlywifi.shipped import load_standard
from probes.records import encode
from probes.targets.files import read_list
from probes.targets.shipped import shipped
from probes.targets.stream import TargetStream
from probes.tomlfile import TomlFault
from tests.friendlywifi.evidence.made import Made, measure

HEAD = """\
id = "long"
version = "7"
licence = "none"
source = "made"
origin = "made"
names = "names.txt"
category = "adult"
ask = "dns"
"""
STANDARD: Standard = load_standard("baseline")[0]


def long_list(folder: Path, count: int, *, head: str = HEAD) -> Path:
    """Three names of each domain are siblings."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "long.toml").write_text(head, encoding="utf-8")
    with (folder / "names.txt").open("w", encoding="utf-8") as file:
        file.writelines(f"h{n % 3}.site{n // 3}.example\n" for n in range(count))
    return folder / "long.toml"


@settings(max_examples=15)
@given(count=st.integers(1, 900), seed=st.text(max_size=8), popular=st.booleans())
def test_it_is_drawn_from_as_if_it_were_held(
    tmp_path_factory: pytest.TempPathFactory, count: int, seed: str, *, popular: bool
) -> None:
    head = HEAD + ("popularity = true\n" if popular else "")
    path = long_list(tmp_path_factory.mktemp("list"), count, head=head)
    whole = choose_targets(standard=STANDARD, lists=(*shipped(), read_list(path)), seed=seed)
    (proof,) = sift([TargetStream(path)], standard=STANDARD, lists=shipped(), seed=seed)
    drawn = choose_targets(standard=STANDARD, lists=(*shipped(), proof.as_list()), seed=seed)
    assert drawn == whole
    assert {item.target.name for item in proof.members} == {
        item.name for item in whole if item.list_id == "long"
    }
    require_members(proof, file="lists/long.json")
    assert proof.root == f"sha256:{root_of(encode(item) for item in read_list(path).targets).hex()}"
    assert (proof.digest, proof.names, proof.order) == (read_list(path).digest, count, Order.FILE)


def test_a_list_that_changes_between_its_two_readings_is_told(tmp_path: Path) -> None:
    path = long_list(tmp_path, 300)

    class Growing(TargetStream):
        def __iter__(self):  # type: ignore[no-untyped-def] # noqa: ANN204 - as its parent
            yield from super().__iter__()
            with (tmp_path / "names.txt").open("a") as file:
                file.write("late.example\n")

    with pytest.raises(TomlFault, match="changed while it was read"):
        sift([Growing(path)], standard=STANDARD, lists=shipped(), seed="s")


def test_only_a_long_list_of_which_a_sample_is_asked_is_read_line_by_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(targeting, "HELD", 100)
    small, large = long_list(tmp_path / "small", 3), long_list(tmp_path / "large", 30)
    order = long_list(tmp_path / "order", 30, head=HEAD.replace('"adult"', '"national-order"'))
    lists, streams = named_lists((small, large, order))
    assert [item.path for item in streams] == [large]
    assert [len(item.targets) for item in lists] == [3, 30]


# ------------------------------------------------------------------------------------- a whole check


@pytest.fixture(scope="module")
def long_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return long_list(tmp_path_factory.mktemp("long"), 200_000)


@pytest.fixture(scope="module")
def made(long_path: Path) -> Made:
    """A check that asks names of a list of 200 thousand beside the hotspot's own."""
    lists, streams = named_lists((long_path,))
    assert not lists
    return measure("library", streams=streams)


def proof_of(made: Made) -> ListProof:
    (found,) = [item for item in made.bundle.contents.lists if item.id == "long"]
    return found


def test_the_bundle_holds_the_root_over_all_names_and_the_drawn_ones_alone(made: Made) -> None:
    contents, proof = made.bundle.contents, proof_of(made)
    drawn = {item.name for item in contents.plan.targets if item.list_id == "long"}
    assert {item.target.name for item in proof.members} == drawn
    assert len(drawn) == 208
    assert proof.names == 200_000
    (promised,) = [item for item in contents.commitment.lists if item.id == "long"]
    assert promised == proof.promised
    assert len(made.data) < 400_000


def test_without_the_list_and_with_it_the_same_plan_is_drawn_again(made: Made, long_path: Path) -> None:
    assert replay(made.bundle.contents).identical
    _, streams = named_lists((long_path,))
    assert replay(made.bundle.contents, lists=made.given.lists, streams=streams).identical


def test_another_version_of_the_list_is_no_proof_of_the_draw(made: Made, tmp_path: Path) -> None:
    other = TargetStream(long_list(tmp_path, 3_000))
    done = replay(made.bundle.contents, lists=made.given.lists, streams=(other,))
    assert [item.field for item in done.differences if item.part == "lists"] == ["long"]


def test_a_member_that_is_not_in_the_list_is_refused(made: Made) -> None:
    import msgspec

    from friendlywifi.evidence.fault import EvidenceFault
    from tests.friendlywifi.evidence.made import resealed

    proof = msgspec.json.decode(made.bundle.contents.files["lists/long.json"])
    proof["members"][0]["target"]["name"] = "easy.example"
    with pytest.raises(EvidenceFault, match=r"easy\.example is not shown to be in the list"):
        read_bundle(resealed(made, **{"lists/long__json": encode(proof)}))


def test_a_check_takes_it_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRIENDLYWIFI_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(targeting, "HELD", 100)
    path = long_list(tmp_path / "good", 3_000)
    wish = Wish(authorised_by="the tests", resolvers=("127.0.0.1:5353",), targets=(path,), seed="s")
    prepared = prepare(wish)
    assert [item.id for item in prepared.long_lists] == ["long"]
    assert "targets long.toml" in prepared.overrides
    broken = long_list(tmp_path / "broken", 1_200)
    with (broken.parent / "names.txt").open("a") as file:
        file.write("192.0.2.1\n")
    with pytest.raises(Complaint, match=r"names\.txt:1201: .*is an address"):
        prepare(replace(wish, targets=(broken,)))


# --------------------------------------------------------------------------------- five million names

PREPARE = """
import json, resource, sys, time
from pathlib import Path
from friendlywifi.checking.check import plan_of
from friendlywifi.checking.command import Wish, prepare
from friendlywifi.checking.targeting import all_lists
from probes.records import encode
wish = Wish(authorised_by="the tests", resolvers=("127.0.0.1:5353",), targets=(Path(sys.argv[1]),), seed="s")
began = time.process_time()
given = prepare(wish)
plan = plan_of(given)
print(json.dumps({
    "seconds": time.process_time() - began,
    "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    "drawn": sum(item.list_id == "long" for item in plan.targets),
    "names": given.long_lists[0].names if given.long_lists else 0,
    "proof": sum(len(encode(item)) for item in given.long_lists),
}))
"""


def prepared(path: Path, home: Path, surroundings: Callable[..., dict[str, str]]) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", PREPARE, str(path)],
        env=surroundings(home),
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


@pytest.mark.long
@pytest.mark.timeout(900)
def test_five_million_names_take_the_memory_of_150_thousand(
    tmp_path: Path, surroundings: Callable[..., dict[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    few = prepared(long_list(tmp_path / "few", 150_000), tmp_path, surroundings)
    began = time.monotonic()
    many = prepared(long_list(tmp_path / "many", 5_000_000), tmp_path, surroundings)
    with capsys.disabled():
        print(f"\n150,000 names: {few}\n5,000,000 names: {many}, {time.monotonic() - began:.0f} s")  # noqa: T201 - figures
    assert many["names"] == 5_000_000
    assert many["drawn"] == few["drawn"] == 208
    assert many["peak"] <= few["peak"] + 16
    assert many["proof"] < 1_000_000
