"""Runs a scenario: builds the site, installs the filter, makes the check from the client, takes all down."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from criteria.records import Reference, ReferenceEntry
from friendlywifi.checking.check import Checked
from probes.network import endpoint
from probes.records import encode
from tests.conftest import require_server
from tests.real import world
from tests.real.measuring import Order
from tests.real.namespaces import Namespace
from tests.real.scenario import Scenario
from tests.real.site import Site, site

ROOT = Path(__file__).parents[2]
FOREIGN = ("1.1.1.1", "9.9.9.9", "2606:4700:4700::1111", "2620:fe::fe")
PATIENCE = 240.0
"""Seconds for one check."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """A scenario and what a check found there."""

    scenario: Scenario
    checked: Checked
    names: dict[str, tuple[world.Name, ...]]


def run(scenario: Scenario, *, internet: Namespace, authorities: world.Authorities, directory: Path) -> Done:
    """One check of one scenario. Raises `RuntimeError` where the test bench itself fails."""
    for program in scenario.programs:
        require_server(program)
    names = scenario.names()
    with site(
        internet, authorities, directory, ipv4=scenario.ipv4, ipv6=scenario.ipv6, delay_ms=scenario.delay_ms
    ) as made:
        scenario.start(made, {label: tuple(item.name for item in group) for label, group in names.items()})
        return Done(scenario=scenario, checked=_check(scenario, made, names), names=names)


def _check(scenario: Scenario, made: Site, names: dict[str, tuple[world.Name, ...]]) -> Checked:
    order = made.directory / "order.json"
    result = made.directory / "checked.json"
    order.write_bytes(
        msgspec.json.encode(
            Order(
                hotspot=scenario.id,
                seed=f"real {scenario.id}",
                resolvers=scenario.resolvers(made),
                foreign=tuple(endpoint(address, 53) for address in FOREIGN),
                lists=write_lists(made, names),
                reference=_reference(),
                gentle=scenario.gentle,
                ways=scenario.tries_all_ways,
            )
        )
    )
    process = subprocess.Popen(
        made.client.inside(sys.executable, "-m", "tests.real.measuring", str(order), str(result)),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if scenario.meddle is not None:
        threading.Thread(target=scenario.meddle, args=(made,)).start()
    try:
        said, _ = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        said, _ = process.communicate()
        raise RuntimeError(f"{scenario.id}: the check hangs:\n{said[-3000:]}") from None
    if process.returncode != 0:
        raise RuntimeError(f"{scenario.id}: the check failed:\n{said[-3000:]}")
    return msgspec.json.decode(result.read_bytes(), type=Checked)


def write_lists(made: Site, names: dict[str, tuple[world.Name, ...]]) -> tuple[str, ...]:
    """The target lists of a scenario, as files: controls, the first group as the best known, the others."""
    (made.directory / "world-ca.pem").write_text(made.authorities.pem, "ascii")
    # The first group counts as the best known names: those are asked of resolvers elsewhere.
    first, *others = names.values()
    texts = {
        "controls": world.list_text(world.controls(), list_id="controls"),
        "popular": world.list_text(first, list_id="popular", popularity=True),
        "others": world.list_text((item for group in others for item in group), list_id="others"),
    }
    if not others:
        del texts["others"]
    paths = []
    for name, text in texts.items():
        path = made.directory / f"{name}.toml"
        path.write_text(text, "utf-8")
        paths.append(str(path))
    return tuple(paths)


def write_reference(made: Site) -> Path:
    """What an open network sees, as a file."""
    path = made.directory / "reference.json"
    path.write_bytes(encode(_reference()))
    return path


def _reference() -> Reference:
    """What an open network sees: the world as it is."""
    now = datetime.now(UTC)
    return Reference(
        id="world",
        taken=now,
        vantage="an open network",
        entries=tuple(
            ReferenceEntry(name=item.name, alive=True, addresses=item.addresses, confirmed=now)
            for item in world.names()
        )
        + tuple(ReferenceEntry(name=item.name, alive=False, confirmed=now) for item in world.dead()),
    )
