"""The published form of a bundle: no directory of unblocked sites, and yet nothing can be swapped.

Names that must be blocked are replaced by keyed hashes, and what would give them away (addresses, answers,
certificates, headers, whole messages) goes. What stays provable without the key: the files that were left
whole are those that the vantage signed, and the others are bound by the digests that it signed. With the key
the whole bundle comes out of `sealed.bin`, and making the published form again must give these very bytes.

Whoever holds the key can read everything: it is kept by the certifier and deposited with the scheme's owner.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from friendlywifi.evidence import contents as names
from friendlywifi.evidence.bundle import open_zip, read_bundle, seal_files
from friendlywifi.evidence.contents import Contents
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.evidence.manifest import BLOCKS, SEAL, SUMS, read_sums, root_hex
from friendlywifi.evidence.seal import Sealed, read_seal
from probes.records import Category, Observation, Record, Target, decode, encode

SCHEMA: Literal["friendlywifi/redaction/1"] = "friendlywifi/redaction/1"
MARK = "redaction.json"
SEALED = "sealed.bin"
ORIGINAL = "original/"
REDACTED = "redacted/"

SHORTEST_KEY = 32
"""Bytes."""

PUBLIC = frozenset({Category.SECURITY, Category.WIRING, Category.BYPASS})
"""Test names that vendors publish themselves; controls are public too."""

_HOST = re.compile(
    r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)+", re.IGNORECASE
)


class Redaction(Record):
    """The file `redaction.json`."""

    schema: Literal["friendlywifi/redaction/1"] = SCHEMA
    root: str
    """Of the bundle as the vantage signed it."""
    key_check: str
    """A hash that tells the right key from a wrong one, and nothing else."""
    names: int
    """How many were replaced."""
    whole: tuple[str, ...]
    """Files that are as they were signed."""
    redacted: tuple[str, ...]
    withheld: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Published:
    """A published bundle that is consistent in itself and with what its vantage signed."""

    redaction: Redaction
    sealed: Sealed
    """The vantage's own signature, over the whole bundle."""
    files: Mapping[str, bytes]


def _part(key: bytes, purpose: str, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=f"{SCHEMA} {purpose}".encode()).derive(key)


def keyed_name(key: bytes, name: str) -> str:
    """The hash that stands for a name: the same in every bundle under one key."""
    value = hmac.new(_part(key, "names", 32), name.encode(), hashlib.sha256).hexdigest()
    return f"n{value[:32]}.redacted.invalid"


def secret_names(contents: Contents) -> frozenset[str]:
    """The names that are replaced: whatever must be blocked and nobody publishes as a test."""
    return frozenset(
        item.name
        for item in contents.plan.targets
        if not item.category.control and item.category not in PUBLIC
    )


def redact(data: bytes, *, key: bytes, signer: Ed25519PrivateKey) -> bytes:
    """The published form of a bundle. The same bundle, key and signer give the same bytes."""
    bundle = read_bundle(data)
    contents = bundle.contents
    files = _published_files(data, contents, key)
    run = contents.run
    return seal_files(files, hotspot=run.hotspot, serial=run.serial, run=run.id, key=signer)


def _published_files(data: bytes, contents: Contents, key: bytes) -> dict[str, bytes]:
    mapping = {name: keyed_name(key, name) for name in secret_names(contents)}
    changed: dict[str, bytes] = {
        names.PLAN: encode(_renamed(_bare_plan(contents), mapping)),
        names.OBSERVATIONS: _bare_observations(contents, mapping),
        names.JUDGEMENT: encode(_renamed(_built(contents.judgement), mapping)),
    }
    if contents.reference is not None:
        changed[names.REFERENCE] = encode(_bare_reference(contents, mapping))
    for name in contents.files:
        if name.startswith(names.LISTS):
            changed[name] = encode(_bare_list(contents.files[name], mapping))
    whole = {
        name: content
        for name, content in contents.files.items()
        if name not in changed and name not in (SUMS, SEAL, BLOCKS)
    }
    public = {
        **whole,
        **{f"{REDACTED}{name.replace('/', '-')}": content for name, content in changed.items()},
    }
    _require_silent(public, mapping)
    public[f"{ORIGINAL}{SUMS}"] = contents.files[SUMS]
    public[f"{ORIGINAL}{SEAL}"] = contents.files[SEAL]
    public[SEALED] = AESSIV(_part(key, "sealing", 64)).encrypt(data, [SCHEMA.encode()])
    public[MARK] = encode(
        Redaction(
            root=root_hex(contents.files[SUMS]),
            key_check=key_check(key),
            names=len(mapping),
            whole=tuple(sorted(whole)),
            redacted=tuple(sorted(changed)),
            withheld=(BLOCKS,),
        )
    )
    return public


def key_check(key: bytes) -> str:
    """What tells the right key from a wrong one."""
    return _part(key, "check", 16).hex()


# ----------------------------------------------------------------------------------------- what goes


def _built(record: object) -> Any:  # noqa: ANN401 - JSON
    return msgspec.json.decode(encode(record))


def _renamed(value: Any, mapping: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON
    """The same JSON with every secret name, and every name below one, replaced wherever it stands."""
    if isinstance(value, str):
        return _HOST.sub(lambda match: _word(match[0], mapping), value)
    if isinstance(value, list):
        return [_renamed(item, mapping) for item in value]
    if isinstance(value, dict):
        return {key: _renamed(item, mapping) for key, item in value.items()}
    return value


def _word(host: str, mapping: Mapping[str, str]) -> str:
    for name in _upwards(host.lower()):
        if name in mapping:
            return mapping[name]
    return host


def _upwards(host: str) -> Iterator[str]:
    """`a.b.c`, `b.c`, `c`."""
    while host:
        yield host
        host = host.partition(".")[2]


def _bare_plan(contents: Contents) -> Any:  # noqa: ANN401 - JSON
    plan = _built(contents.plan)
    secret = secret_names(contents)
    for target in plan["targets"]:
        if target["name"] in secret:
            target.update(path="/", expect=[], token=None)
    for question in plan["questions"]:
        if question["subject"] in secret:
            question.update(path="/", token=None)
    return plan


def _bare_reference(contents: Contents, mapping: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON
    reference = _built(contents.reference)
    for entry in reference["entries"]:
        if _word(entry["name"], mapping) != entry["name"]:
            entry["addresses"] = []
    return _renamed(reference, mapping)


def _bare_list(data: bytes, mapping: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON
    proof = msgspec.json.decode(data)
    proof["members"] = [
        item for item in proof["members"] if decode(encode(item["target"]), Target).name not in mapping
    ]
    return proof


def _bare_observations(contents: Contents, mapping: Mapping[str, str]) -> bytes:
    subjects = {item.id: item.subject for item in contents.plan.questions}
    lines = []
    for item in contents.observations:
        secret = subjects[item.question_id] in mapping
        bare = _bare(item) if secret else item
        lines.append(encode(_renamed(_built(bare), mapping)) + b"\n")
    return b"".join(lines)


def _bare(item: Observation) -> Observation:
    """What happened, without where and to whom: codes, failures, times."""
    change = msgspec.structs.replace
    return change(
        item,
        address=None,
        dns=None
        if item.dns is None
        else change(
            item.dns,
            answers=(),
            authority=(),
            ede=tuple(change(ede, text="") for ede in item.dns.ede),
            strays=tuple(change(stray, raw="", addresses=()) for stray in item.dns.strays),
            raw=None,
        ),
        tls=None
        if item.tls is None
        else change(item.tls, server_name="", chain=(), subject=None, issuer=None, spki=None, problem=None),
        http=None
        if item.http is None
        else change(item.http, headers=(), body_bytes=0, body_sha256=None, excerpt=None),
    )


def _require_silent(files: Mapping[str, bytes], mapping: Mapping[str, str]) -> None:
    """No secret name is left in anything that is published in the clear; else nothing is published."""
    for name, content in files.items():
        for host in set(_HOST.findall(content.decode("utf-8", "replace"))):
            if _word(host, mapping) != host:
                raise EvidenceFault("a name that must not be published would still stand in it", file=name)


# ------------------------------------------------------------------------------------------- reading


def read_published(data: bytes) -> Published:
    """A published bundle, as far as it can be checked without the key. Raises `EvidenceFault`."""
    _, files = open_zip(data)
    if MARK not in files:
        raise EvidenceFault("this is a whole bundle, not a published one")
    try:
        redaction = decode(files[MARK], Redaction)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise EvidenceFault(f"it cannot be read: {problem}", file=MARK) from None
    for needed in (f"{ORIGINAL}{SUMS}", f"{ORIGINAL}{SEAL}", SEALED):
        if needed not in files:
            raise EvidenceFault(f"{needed} is missing")
    sums = files[f"{ORIGINAL}{SUMS}"]
    sealed = read_seal(files[f"{ORIGINAL}{SEAL}"])
    if not sealed.root == redaction.root == root_hex(sums):
        raise EvidenceFault("the vantage signed other digests", file=f"{ORIGINAL}{SUMS}")
    signed = read_sums(sums)
    for name in redaction.whole:
        if hashlib.sha256(files.get(name, b"")).hexdigest() != signed.get(name):
            raise EvidenceFault("it is said to be whole, and is not what the vantage signed", file=name)
    told = {*redaction.whole, *redaction.redacted, *redaction.withheld}
    if told != set(signed):
        raise EvidenceFault("it does not account for every file that was signed", file=MARK)
    return Published(redaction=redaction, sealed=sealed, files=files)


def reveal(data: bytes, *, key: bytes) -> bytes:
    """The whole bundle out of its published form, which must be exactly what comes of it. Raises
    `EvidenceFault`.
    """
    published = read_published(data)
    if key_check(key) != published.redaction.key_check:
        raise EvidenceFault("this is not the key that it was redacted with")
    try:
        original = AESSIV(_part(key, "sealing", 64)).decrypt(published.files[SEALED], [SCHEMA.encode()])
    except InvalidTag:
        raise EvidenceFault("it cannot be opened: it was changed", file=SEALED) from None
    bundle = read_bundle(original)
    again = _published_files(original, bundle.contents, key)
    for name in sorted({*again, *published.files} - {SUMS, SEAL, BLOCKS}):
        if again.get(name) != published.files.get(name):
            raise EvidenceFault("it is not what redacting the whole bundle gives", file=name)
    return original
