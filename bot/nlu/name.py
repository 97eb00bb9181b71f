"""The names of intents become examples of them: `card_arrival`, `procedure/late-interest` say in words what they mean.

Where an intent has only a few examples of its own, its name is as good as one more.
"""

# ruff: noqa: ARG003  (Rasa calls these class methods with arguments that we do not need)
from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Dict, List, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

_BETWEEN_WORDS = re.compile(r"[\W_]+|(?<=[a-z])(?=[A-Z])")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class NameExamples(GraphComponent):
    """Adds one example to every intent that has some; does nothing to messages that arrive."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Nothing to choose."""
        return {}

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> NameExamples:
        """A component without state."""
        return cls()

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """How names are read is decided here."""
        return Path(__file__).read_text(encoding="utf-8")

    def process(self, messages: List[Message]) -> List[Message]:
        """Messages stay as they are."""
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The examples there are, and the name of every intent among them."""
        names = sorted({example.get_full_intent() for example in training_data.intent_examples})
        added = [Message.build(spoken(name), intent=name) for name in names]
        return training_data.merge(TrainingData(added))


def spoken(name: str) -> str:
    """The name of an intent in words: what stands behind its last stroke, in lower case."""
    return " ".join(_BETWEEN_WORDS.split(name.rpartition("/")[2])).strip().lower()
