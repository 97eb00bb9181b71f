"""The words of the console, one folder a language with a TOML file a room, the same keys in each language."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any, Literal

Language = Literal["vi", "en"]


def as_language(tag: str | None) -> Language:
    """The console's language for a tag; Vietnamese unless the tag is English."""
    return "en" if (tag or "").lower().startswith("en") else "vi"


@cache
def catalogue(language: Language) -> dict[str, str]:
    """Every word of a language, keyed `section.name`."""
    rooms = resources.files(__package__).joinpath(language).iterdir()
    sections = [section for room in rooms for section in tomllib.loads(room.read_text(encoding="utf-8")).items()]
    return {f"{section}.{name}": text for section, entries in sections for name, text in entries.items()}


def say(language: Language, key: str, /, **values: Any) -> str:
    """The words for `key` with its blanks filled; KeyError for a key that no catalogue has."""
    return catalogue(language)[key].format(**values)


def known(language: Language, section: str, name: object) -> str:
    """The words for one of many names, or the name itself when nobody gave it words."""
    return catalogue(language).get(f"{section}.{name}", str(name))
