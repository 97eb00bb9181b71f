"""The fixed sentences that a business reads, one TOML file a language, the same keys in each."""

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any

from helpdesk.language import Language


@cache
def catalogue(language: Language) -> dict[str, str]:
    """Every sentence of a language, keyed `section.name`."""
    data = tomllib.loads(resources.files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8"))
    return {f"{section}.{name}": text for section, entries in data.items() for name, text in entries.items()}


def say(language: Language, key: str, **values: Any) -> str:
    """The sentence `key` with its blanks filled; KeyError for a key that no catalogue has."""
    return catalogue(language)[key].format(**values)


def joined(language: Language, sentences: Iterable[str]) -> str:
    """Sentences as one paragraph; Chinese has no space between them."""
    return ("" if language == "zh" else " ").join(sentences)
