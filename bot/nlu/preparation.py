"""First in the pipeline: which language a message is in, and what the desk knows about the conversation.

The desk is the truth and sends it with every message as metadata {"language", "article", "aspect"}; it becomes
entities, which fill the slots of the same names, so a brain that was just restarted knows what the one before it knew.
"""

# ruff: noqa: ARG003  (Rasa calls these class methods with arguments that we do not need)
from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import source
from knowledge_base.text import language

LANGUAGE = "language"
CARRIED = (LANGUAGE, "article", "aspect")
"""Metadata keys that become entities; each has a slot of its name in the domain."""

_MAX_VALUE = 80


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class Preparation(GraphComponent):
    """Sets the output property `language` ("vi", "en" or "zh") and the carried entities."""

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Preparation:
        """A component without state."""
        return cls()

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """The shared text preparation decides what this component does."""
        return source.fingerprint()

    def process(self, messages: List[Message]) -> List[Message]:
        """Add language and carried entities to messages that arrive."""
        for message in messages:
            metadata = message.get("metadata") or {}
            spoken = language.detect(message.get(TEXT) or "", _word(metadata, LANGUAGE)).code
            message.set(LANGUAGE, spoken, add_to_output=True)
            carried = _carried({**metadata, LANGUAGE: spoken})
            message.set(ENTITIES, message.get(ENTITIES, []) + carried, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Examples stay as they were written."""
        return training_data


def _carried(metadata: Mapping[str, Any]) -> List[Dict[str, Any]]:
    """An entity for each key that is there; without a value it empties its slot."""
    return [
        {"entity": key, "value": _word(metadata, key), "start": 0, "end": 0, "extractor": Preparation.__name__}
        for key in CARRIED
        if key in metadata
    ]


def _word(metadata: Mapping[str, Any], key: str) -> Optional[str]:
    value = metadata.get(key)
    return value[:_MAX_VALUE] if isinstance(value, str) and value else None
