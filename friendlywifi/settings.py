"""The settings: one TOML file, then `FRIENDLYWIFI_*`, then flags; and where each one came from.

`config.example.toml` shows every key. A wrong key is refused with its line and the nearest right one.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec

from friendlywifi.complaint import Complaint, is_text
from friendlywifi.files import read_text
from probes.records import Record
from probes.tomlfile import TomlFault, load
from probes.tomllines import line_of, scan

PREFIX = "FRIENDLYWIFI_"


class CheckSettings(Record):
    """`[check]`: what `friendlywifi check` does when no flag says otherwise."""

    authorised_by: str | None = None
    hotspot: str | None = None
    standard: str = "baseline"
    targets: tuple[str, ...] = ()
    reference: str | None = None
    vendor: str | None = None


class NetworkSettings(Record):
    """`[network]`: which resolvers, which interface."""

    resolvers: tuple[str, ...] = ()
    interface: str | None = None


class TrustSettings(Record):
    """`[trust]`: whose certificates `friendlywifi verify` recognises, and whose references `check` does."""

    trusted_issuers: str | None = None
    scheme_key: str | None = None
    reference_keys: tuple[str, ...] = ()
    status: str | None = None


class RecordsSettings(Record):
    """`[records]`: where hotspots, runs and certificates are remembered."""

    file: str | None = None


class IssuerSettings(Record):
    """`[issuer]`: who certifies here, with which keys, and where its certificates are found."""

    name: str | None = None
    url: str | None = None
    series: str = "FW"
    keys: str | None = None
    key: str = "issuer"
    evaluator_key: str = "evaluator"
    passphrase_file: str | None = None
    paper_key: str | None = None
    paper_passphrase_file: str | None = None
    timestamp_url: str | None = None
    report_to: str | None = None
    appeal_to: str | None = None
    binding_language: str = "en"


class RegisterSettings(Record):
    """`[register]`: where the public register is left, and for how long what it says is good."""

    directory: str | None = None
    good_for_days: Annotated[int, msgspec.Meta(ge=1, le=90)] = 7


class MailSettings(Record):
    """`[mail]`: through which server letters go out, and who gets what has no other reader."""

    host: str | None = None
    security: str = "starttls"
    port: int | None = None
    user: str | None = None
    password_file: str | None = None
    ca_file: str | None = None
    sender: str | None = None
    reply_to: str | None = None
    office: str | None = None
    webhook: str | None = None


class ServeSettings(Record):
    """`[serve]`: what `friendlywifi serve` does at each tick."""

    hotspots: tuple[str, ...] = ()
    every_seconds: Annotated[int, msgspec.Meta(ge=5, le=3600)] = 60
    quiet_hours: str | None = None
    heartbeat: str | None = None
    sheets: str | None = None


class Settings(Record):
    """Every key that a configuration file may hold."""

    check: CheckSettings = msgspec.field(default_factory=CheckSettings)
    network: NetworkSettings = msgspec.field(default_factory=NetworkSettings)
    trust: TrustSettings = msgspec.field(default_factory=TrustSettings)
    records: RecordsSettings = msgspec.field(default_factory=RecordsSettings)
    issuer: IssuerSettings = msgspec.field(default_factory=IssuerSettings)
    register: RegisterSettings = msgspec.field(default_factory=RegisterSettings)
    mail: MailSettings = msgspec.field(default_factory=MailSettings)
    serve: ServeSettings = msgspec.field(default_factory=ServeSettings)


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """The settings in force and, for each key, where its value came from."""

    settings: Settings
    origins: Mapping[tuple[str, str], str]
    file: Path | None


def keys() -> tuple[tuple[str, str], ...]:
    """Every (table, key), in the order of the records."""
    return tuple(
        (table.name, field.name)
        for table in msgspec.structs.fields(Settings)
        for field in msgspec.structs.fields(table.type)
    )


def variable(table: str, key: str) -> str:
    """The environment variable of a key: `check.authorised_by` is `FRIENDLYWIFI_CHECK_AUTHORISED_BY`."""
    return f"{PREFIX}{table}_{key}".upper()


def find(environment: Mapping[str, str], *, here: Path) -> Path | None:
    """The file in force: `FRIENDLYWIFI_CONFIG`, then `friendlywifi.toml` here, then the user's own."""
    named = environment.get(f"{PREFIX}CONFIG")
    if named:
        return Path(named)
    home = environment.get("XDG_CONFIG_HOME") or str(Path(environment.get("HOME", "~")) / ".config")
    for candidate in (here / "friendlywifi.toml", Path(home) / "friendlywifi" / "config.toml"):
        if candidate.is_file():
            return candidate
    return None


def load_settings(
    *, file: Path | None = None, environment: Mapping[str, str] | None = None, here: Path | None = None
) -> Loaded:
    """The settings in force. Complains with file, line and the nearest right key."""
    environment = os.environ if environment is None else environment
    path = file or find(environment, here=here or Path.cwd())
    tables: dict[str, dict[str, Any]] = {}
    origins = dict.fromkeys(keys(), "default")
    if path is not None:
        text = read_text(path, what="the configuration file")
        try:
            settings = load(text, source=str(path), kind=Settings)
        except TomlFault as fault:
            raise Complaint(str(fault)) from None
        lines = scan(text)
        for table, key in keys():
            line = line_of(lines, (table, key)) if (table, key) in lines else None
            if line is not None:
                origins[table, key] = f"{path}:{line}"
        tables = msgspec.to_builtins(settings)
    for table, key in keys():
        name = variable(table, key)
        if name in environment:
            if not is_text(environment[name]):
                raise Complaint(f"the environment variable {name} is not UTF-8 text")
            tables.setdefault(table, {})[key] = _value(environment[name], _kind(table, key))
            origins[table, key] = name
    _refuse_unknown(environment)
    try:
        return Loaded(settings=msgspec.convert(tables, Settings, strict=False), origins=origins, file=path)
    except msgspec.ValidationError as error:
        raise Complaint(f"an environment variable {PREFIX}* is wrong: {error}") from None


def _kind(table: str, key: str) -> Any:  # noqa: ANN401 - a type
    for record in msgspec.structs.fields(Settings):
        for field in msgspec.structs.fields(record.type):
            if (record.name, field.name) == (table, key):
                return field.type
    raise KeyError((table, key))


def _value(text: str, kind: Any) -> Any:  # noqa: ANN401 - a setting
    if "tuple" in str(kind):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text


_OTHERS = frozenset({"CONFIG", "DEBUG", "LANG", "STATE", "REQUIRE_SERVERS"})


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    known = {variable(*key) for key in keys()} | {PREFIX + name for name in _OTHERS}
    for name in environment:
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, sorted(known), n=1)
            if near:
                raise Complaint(f"unknown environment variable {name}, did you mean {near[0]}?")
            raise Complaint(f"unknown environment variable {name}; known are {', '.join(sorted(known))}")
