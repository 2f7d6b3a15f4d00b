"""From the promise before a check to the bundle after it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import friendlywifi
from criteria.suffixes import latest
from friendlywifi import files
from friendlywifi.checking import serials
from friendlywifi.checking.check import Checked, Input
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.bundle import make_bundle, reference_bytes, rules_text
from friendlywifi.evidence.commitment import before, commit, kept
from friendlywifi.evidence.listproofs import root_of_list
from friendlywifi.evidence.vantagekey import vantage_key
from probes.records import digest


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What was committed to, and with which key the bundle will be signed."""

    commitment: bytes
    standard: tuple[str, ...]
    """The texts of the standard, its own first."""
    key: Ed25519PrivateKey

    def bundle(self, given: Input, checked: Checked) -> bytes:
        """The evidence of the check that was promised."""
        return make_bundle(
            given=given, checked=checked, commitment=self.commitment, standard=self.standard, key=self.key
        )


def promise(
    given: Input,
    *,
    standard: tuple[str, ...],
    key: Ed25519PrivateKey,
    previous: bytes | None,
    aborted: tuple[int, ...] = (),
) -> Promise:
    """The promise of a check that has its number, made now by the check's clock."""
    reference = reference_bytes(given.reference)
    commitment = commit(
        hotspot=given.hotspot,
        serial=given.serial,
        now=given.network.clock.now(),
        seed=given.seed,
        standard=given.standard_digest,
        rules_text=rules_text(given),
        reference=None if reference is None else digest(reference),
        suffixes=latest().ref.digest,
        lists=(
            *(root_of_list(item) for item in given.lists),
            *(item.promised for item in given.long_lists),
        ),
        software=f"friendlywifi {friendlywifi.__version__}",
        previous=previous,
        aborted=aborted,
        key=key,
    )
    return Promise(commitment=commitment, standard=standard, key=key)


def register(given: Input, *, standard: tuple[str, ...], state: Path) -> Promise:
    """The promise, kept in the place for state before the first packet. Complains where it cannot be."""
    try:
        previous, aborted = before(state, given.hotspot, given.serial)
        made = promise(given, standard=standard, key=vantage_key(state), previous=previous, aborted=aborted)
        files.write(kept(state, given.hotspot, given.serial), made.commitment)
    except Complaint as complaint:
        raise Complaint(serials.aborted(given.serial, str(complaint))) from None
    return made


def kept_bundle(state: Path, hotspot: str, serial: int) -> Path:
    """Where the bundle of every run is kept, asked for or not: without it a number looks hidden."""
    return serials.folder(state, hotspot) / f"{serial:06d}.bundle.zip"


def kept_bundles(state: Path, hotspot: str) -> tuple[Path, ...]:
    """Those of every run of a hotspot that this machine made under that name, oldest first."""
    return tuple(sorted(serials.folder(state, hotspot).glob("*.bundle.zip")))
