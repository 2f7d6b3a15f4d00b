"""`friendlywifi config`: the settings in force, and where each came from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="The settings in force, and where each one came from.")


@app.callback()
def _group() -> None: ...


@app.command("show")
def show(
    *,
    origin: Annotated[bool, typer.Option("--origin", help="Say where each value came from.")] = False,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="Read this file instead.")
    ] = None,
) -> None:
    """Print every setting, as TOML that could be a configuration file.

    The order is: the file (`FRIENDLYWIFI_CONFIG`, `./friendlywifi.toml`,
    `~/.config/friendlywifi/config.toml`), then environment variables
    (`FRIENDLYWIFI_CHECK_STANDARD=…`), then flags.
    """
    import msgspec

    from friendlywifi.settings import keys, load_settings
    from friendlywifi.terminal import visible

    loaded = load_settings(file=config)
    values = msgspec.to_builtins(loaded.settings)
    table = ""
    for name, key in keys():
        if name != table:
            typer.echo(f"\n[{name}]" if table else f"[{name}]")
            table = name
        value = values[name][key]
        line = f"# {key} is not set" if value is None else f"{key} = {_toml(value)}"
        line = f"{line:<50} # {loaded.origins[name, key]}" if origin else line
        typer.echo(visible(line))


def _toml(value: object) -> str:
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    # JSON's escapes are among TOML's, but for DEL, which JSON leaves as it is.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
