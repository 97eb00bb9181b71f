"""N-grams of a message as a Rasa sentence feature; other featurisers can stand beside it in config.yml."""

# ruff: noqa: ARG003  (Rasa calls these class methods with arguments that we do not need)
from __future__ import annotations

import json
from typing import Any, Dict, List, Optional

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import source
from bot.nlu.ngram import Vocabulary


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class NgramFeaturizer(GraphComponent):
    """Adds one sparse sentence feature, a row over the n-grams learnt in training."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`min_messages` that must hold an n-gram, and the `max_terms` kept."""
        return {"min_messages": 2, "max_terms": 60000}

    def __init__(self, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._vocabulary = Vocabulary([], np.zeros(0, dtype=np.float32))

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> NgramFeaturizer:
        """An untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> NgramFeaturizer:
        """The component as it was trained."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            terms = json.loads((folder / "terms.json").read_text(encoding="utf-8"))
            component._vocabulary = Vocabulary(terms, np.load(folder / "weights.npy"))
        return component

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """The n-grams come from code outside this class."""
        return source.fingerprint()

    def train(self, training_data: TrainingData) -> Resource:
        """Learn which n-grams count from the examples of intents."""
        texts = [example.get(TEXT) for example in training_data.intent_examples if example.get(TEXT)]
        self._vocabulary = Vocabulary.fit(texts, self._config["min_messages"], self._config["max_terms"])
        with self._model_storage.write_to(self._resource) as folder:
            (folder / "terms.json").write_text(json.dumps(self._vocabulary.terms), encoding="utf-8")
            np.save(folder / "weights.npy", self._vocabulary.weights)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Add the feature to every message that has text."""
        for message in messages:
            text = message.get(TEXT)
            if text:
                row = self._vocabulary.rows([text])
                message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, type(self).__name__))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the feature to every example."""
        self.process(training_data.training_examples)
        return training_data
