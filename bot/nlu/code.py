"""Declaration, tax, HS, container and other codes in a message, as Rasa entities."""

# ruff: noqa: ARG003  (Rasa calls these class methods with arguments that we do not need)
from __future__ import annotations

from typing import Any, Dict, List, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu import source
from knowledge_base.text import entity


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class CodeExtractor(GraphComponent):
    """Adds one entity for each code that `knowledge_base.text.entity` finds; `value` is its plain form."""

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CodeExtractor:
        """A component without state."""
        return cls()

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """The shared text preparation decides what this component finds."""
        return source.fingerprint()

    def process(self, messages: List[Message]) -> List[Message]:
        """Add the codes of each message to its entities."""
        for message in messages:
            found = [
                {
                    "entity": code.type,
                    "value": code.value,
                    "start": code.start,
                    "end": code.end,
                    "extractor": type(self).__name__,
                }
                for code in entity.find(message.get(TEXT) or "")
            ]
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages
