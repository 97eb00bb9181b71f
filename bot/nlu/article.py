"""What the articles themselves say becomes examples of their procedures: titles, sample questions, aliases, sentences.

People also ask in the plain terms of the trade, which writers of situations avoid; the articles have those terms. So an
article that somebody adds or mends is understood after the next training without a line in nlu_data.
"""

# ruff: noqa: ARG003  (Rasa calls these class methods with arguments that we do not need)
from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

LANGUAGES = ("vi", "en", "zh")
_SENTENCE = re.compile(r"(?<=[.!?。！？；;])\s*")
_SHORTEST = 12  # characters; shorter pieces of a text say nothing of their own


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class ArticleExamples(GraphComponent):
    """Adds examples procedure/<id> from the article files in `folder`; does nothing to messages that arrive."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`folder`: where the article files lie, seen from the working directory."""
        return {"folder": "knowledge_base/procedures"}

    def __init__(self, config: Dict[str, Any]) -> None:
        self._folder = Path(config["folder"])

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ArticleExamples:
        """A component without state."""
        return cls(config)

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """The article files decide what is added."""
        digest = hashlib.sha256(Path(__file__).read_bytes())
        for path in sorted(Path(config["folder"]).glob("*.yaml")):
            digest.update(path.name.encode() + path.read_bytes())
        return digest.hexdigest()

    def process(self, messages: List[Message]) -> List[Message]:
        """Messages stay as they are."""
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The examples there are, and those of every article."""
        added = [
            Message.build(text, intent=f"procedure/{article['id']}")
            for article in self._articles()
            for text in sorted(set(texts(article)))
        ]
        return training_data.merge(TrainingData(added))

    def _articles(self) -> Iterator[Dict[str, Any]]:
        for path in sorted(self._folder.glob("*.yaml")):
            yield yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def texts(article: Dict[str, Any]) -> Iterator[str]:
    """Everything in an article that a question could sound like."""
    yield from article.get("aliases") or ()
    for language in LANGUAGES:
        content = article[language]
        yield content["title"]
        yield from content["questions"]
        lists = [*content["documents"], *content["steps"]]
        prose = " ".join(filter(None, (content["answer"], content["who"], content["time_limit"], content["fee"])))
        yield from (piece for piece in (*_SENTENCE.split(prose), *lists) if len(piece) > _SHORTEST)
