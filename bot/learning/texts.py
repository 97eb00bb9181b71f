"""What the console asks about texts: how they compare, what must not be shown of them, whether they are learnt already.

Implements `helpdesk.console.text.TextReader`.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from bot.learning.digest import key_of
from helpdesk.review import PROCEDURE
from knowledge_base.article import LANGUAGES
from knowledge_base.edition import Library
from knowledge_base.text.normal import fold
from knowledge_base.text.privacy import mask


class Texts:
    """Reads the training data once, in `load`; the articles' own questions whenever the library is another."""

    def __init__(self, data: Path, library: Callable[[], Library]) -> None:
        self._data = data
        self._library = library
        self._trained: dict[str, str] = {}
        self._seen: Library | None = None
        self._written: dict[str, str] = {}

    def load(self) -> None:
        """Read the training data: about a second of work, best done in a thread. Until then nothing is learnt."""
        self._trained = {key_of(text): intent for text, intent in examples(self._data)}

    def fold(self, text: str) -> str:
        """The form in which texts are compared: lower case, no marks."""
        return fold(text, keep_marks=False)

    def mask(self, text: str) -> str:
        """`text` without personal data."""
        return mask(text)

    def learnt(self, key: str) -> str | None:
        """What the training data or an article says the question under this key means."""
        library = self._library()
        if library is not self._seen:
            self._written = {key_of(text): intent for text, intent in _written(library)}
            self._seen = library
        return self._trained.get(key) or self._written.get(key)


def examples(data: Path) -> Iterator[tuple[str, str]]:
    """Every training text under a folder with its intent."""
    for path in sorted(data.rglob("*.yml")):
        content: Any = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
        for block in content.get("nlu") or ():
            for line in str(block.get("examples", "")).splitlines():
                yield line.strip().removeprefix("- "), str(block["intent"])


def _written(library: Library) -> Iterator[tuple[str, str]]:
    for edition in library.editions.values():
        for language in LANGUAGES:
            for question in edition.article.content(language).questions:
                yield question, PROCEDURE + edition.article.id
