"""The sentences of an explanation, by language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "sq")


@cache
def texts(language: str) -> Mapping[str, str]:
    """The sentences of one language. Raises `KeyError` for one that there is none of."""
    found = tomllib.loads((files("friendlywifi") / "explain" / "texts.toml").read_text("utf-8"))
    return dict(found[language])
