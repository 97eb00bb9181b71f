"""Approved labels as a file for those who keep them in git: Rasa's own training format, the same bytes every time.

    version: "3.1"
    nlu:
    - intent: procedure/cancel
      metadata: {form: vi}
      examples: |
        - Huỷ tờ khai thế nào?

Blocks stand by intent and language, texts by their letters. What is read may come from anybody: texts are masked, and
an intent that cannot be one is refused with its name.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from bot.learning.digest import question_of
from helpdesk.error import InvalidInput
from helpdesk.language import as_language
from helpdesk.review import is_target
from helpdesk.storage.database import Database
from helpdesk.storage.label import TrainingText
from helpdesk.usecase import asked
from helpdesk.usecase.asked import Given, Imported
from knowledge_base.text.language import detect

AT_ONCE = 100


def export_now(database: Database) -> tuple[str, int]:
    """The file for everything that approved labels add to training, and how many texts it holds."""
    texts = database.read_now(lambda unit: unit.labels.trainable())
    return written(texts), len(texts)


def import_now(database: Database, path: Path, clock: Callable[[], datetime]) -> Imported:
    """Let the labels of a file count, in parts; raises InvalidInput naming what is wrong with it before any counts.

    What a person has labelled otherwise stays as it is and is named in the result.
    """
    given = [Given(question, one.intent) for one in read(path) if (question := question_of(one.text, one.language))]
    added, known, contradicted = 0, 0, list[str]()
    parts = (given[start : start + AT_ONCE] for start in range(0, len(given), AT_ONCE))
    for result in database.write_each_now(partial(asked.take_labels, given=part, at=clock()) for part in parts):
        added, known = added + result.added, known + result.known
        contradicted += result.contradicted
    return Imported(added, known, contradicted)


def save(text: str, path: Path) -> None:
    """Write the file; raises InvalidInput when that cannot be done."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written ({error.strerror}); choose another place") from None


def written(texts: Iterable[TrainingText]) -> str:
    """Texts as a file."""
    lines = ['version: "3.1"', "nlu:"]
    for (intent, language), block in groupby(sorted(texts, key=_place), key=lambda one: (one.intent, one.language)):
        lines += [f"- intent: {intent}", f"  metadata: {{form: {language}}}", "  examples: |"]
        lines += [f"    - {one.text}" for one in block]
    return "\n".join(lines) + "\n" if len(lines) > 2 else 'version: "3.1"\nnlu: []\n'


def _place(one: TrainingText) -> tuple[str, str, str]:
    return one.intent, one.language, one.text


def read(path: Path) -> list[TrainingText]:
    """The texts of a file; raises InvalidInput."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path} cannot be read ({error}); give a file that isec learn export wrote") from None
    except yaml.YAMLError as error:
        raise InvalidInput(f"{path} is no YAML ({' '.join(str(error).split())}); mend it") from None
    blocks = content.get("nlu") if isinstance(content, dict) else None
    if not isinstance(blocks, list):
        raise InvalidInput(f"{path} holds no list nlu; give a file that isec learn export wrote")
    return [text for place, block in enumerate(blocks, 1) for text in _block(block, f"{path}, block {place}")]


def _block(block: Any, where: str) -> Iterator[TrainingText]:
    intent = block.get("intent") if isinstance(block, dict) else None
    if not isinstance(intent, str) or not is_target(intent):
        raise InvalidInput(f"{where}: {intent!r} is no intent or article; correct it")
    metadata, examples = block.get("metadata"), block.get("examples")
    if not isinstance(examples, str):
        raise InvalidInput(f"{where}: examples are missing; write them as a block of lines that begin with a dash")
    form = as_language(str(metadata.get("form", ""))) if isinstance(metadata, dict) else None
    for line in examples.splitlines():
        text = line.strip().removeprefix("-").strip()
        if text:
            yield TrainingText(text, intent, form or detect(text).code)
