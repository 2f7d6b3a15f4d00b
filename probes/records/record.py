"""What every record is made of: the base, the one canonical form, and the digest over it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated, Any, TypeVar, dataclass_transform

import msgspec

Time = Annotated[datetime, msgspec.Meta(tz=True)]
"""RFC 3339, UTC."""

R = TypeVar("R")


class _RecordMeta(msgspec.StructMeta):
    """Gives every record what msgspec does not inherit, and tells the type checker."""

    def __new__(  # noqa: PYI034 - PEP 673 forbids Self in a metaclass
        mcls,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
        *,
        tag: str | None = None,
        tag_field: str | None = None,
        **_options: bool,
    ) -> _RecordMeta:
        return super().__new__(
            mcls,
            name,
            bases,
            namespace,
            tag=tag,
            tag_field=tag_field,
            frozen=True,
            kw_only=True,
            forbid_unknown_fields=True,
        )


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(msgspec.field,))
class Record(msgspec.Struct, metaclass=_RecordMeta, frozen=True, kw_only=True):
    """The base of every record: frozen, by keyword only, unknown fields refused."""


def encode(value: object) -> bytes:
    """The one canonical form of a record: UTF-8 JSON, keys sorted, no white space.

    For the types that records hold (strings, integers, booleans, null, arrays, objects) these are the
    bytes of RFC 8785, so that a verifier written by somebody else can make them again.
    """
    return msgspec.json.encode(value, order="sorted")


def decode(data: bytes | str, kind: type[R]) -> R:
    """A record back from JSON. Raises `msgspec.DecodeError` with the path of what is wrong."""
    return msgspec.json.decode(data, type=kind)


def digest(value: object) -> str:
    """`sha256:` and 64 hexadecimal digits, over bytes as they are or over the canonical form."""
    data = value if isinstance(value, bytes) else encode(value)
    return "sha256:" + hashlib.sha256(data).hexdigest()


def schema(kind: type[Any]) -> dict[str, Any]:
    """The published JSON Schema of a record."""
    return msgspec.json.schema(kind)
