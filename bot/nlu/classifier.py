"""What a person wants: the intent, and for questions on procedures which ones, best first.

Two linear models over the same features. The first tells the intents apart, with rare ones weighing as much as
`procedure`, which has a hundred times their examples. The second tells which procedure, given that it is one: the
output property `procedures` ([{"id", "confidence"}], at most ten), and for Rasa's own tools the best of them in
`response_selector`.
"""

# ruff: noqa: ARG003  (Rasa calls these class methods with arguments that we do not need)
from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Tuple

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack, vstack

from bot.nlu import source
from bot.nlu.linear import LinearModel

PROCEDURE = "procedure"
FALLBACK = "nlu_fallback"
PROCEDURES = "procedures"
RANKED = 10
_PREFIX = PROCEDURE + "/"

Ranking = List[Tuple[str, float]]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentRanker(GraphComponent):
    """Sets `intent`, `intent_ranking`, `procedures` and `response_selector`.

    Below its floor the intent is nlu_fallback; the rankings still tell what was likeliest.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`floor`: least confidence of an intent, 0 to 1; `floors`: by intent, where turning somebody away needs more.

        `strictness`: the C of the support vector machines.
        """
        return {"floor": 0.3, "floors": {}, "strictness": 0.5}

    def __init__(self, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._intents: Optional[LinearModel] = None
        self._procedures: Optional[LinearModel] = None

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentRanker:
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
    ) -> IntentRanker:
        """The component as it was trained."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._intents = LinearModel.load(folder / "intents.npz")
            component._procedures = LinearModel.load(folder / "procedures.npz")
        return component

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """The learning happens in code outside this class."""
        return source.fingerprint()

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from every example that has text."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        rows = vstack([_row(example) for example in examples]).tocsr()
        strictness = self._config["strictness"]
        intents = [example.get(INTENT) for example in examples]
        self._intents = LinearModel.fit(rows, intents, strictness, is_balanced=True)
        asked = [place for place, intent in enumerate(intents) if intent == PROCEDURE]
        ids = [examples[place].get_full_intent()[len(_PREFIX) :] for place in asked]
        self._procedures = LinearModel.fit(rows[asked], ids, strictness)
        with self._model_storage.write_to(self._resource) as folder:
            self._intents.save(folder / "intents.npz")
            self._procedures.save(folder / "procedures.npz")
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Rank the intents and procedures of each message; a message without known words is a fallback."""
        for message in messages:
            row = _row(message) if message.get(TEXT) else csr_matrix((1, 0))
            self._tell(message, _ranked(self._intents, row), _ranked(self._procedures, row))
        return messages

    def _tell(self, message: Message, intents: Ranking, procedures: Ranking) -> None:
        best = intents[0] if intents else (FALLBACK, 0.0)
        if best[1] < self._config["floors"].get(best[0], self._config["floor"]):
            best = (FALLBACK, best[1])
        message.set(INTENT, {"name": best[0], "confidence": best[1]}, add_to_output=True)
        message.set("intent_ranking", _named(intents, "name"), add_to_output=True)
        message.set(PROCEDURES, _named(procedures, "id"), add_to_output=True)
        if procedures:
            message.set("response_selector", _selected(procedures[0]), add_to_output=True)


def _row(message: Message) -> csr_matrix:
    """Every sentence feature of a message, side by side."""
    sparse = message.get_sparse_features(TEXT)[1]
    dense = message.get_dense_features(TEXT)[1]
    parts = [feature.features for feature in (sparse, dense) if feature]
    return hstack([csr_matrix(part) for part in parts]).tocsr() if len(parts) > 1 else csr_matrix(parts[0])


def _ranked(model: Optional[LinearModel], row: csr_matrix) -> Ranking:
    """The ten likeliest classes, best first; none for a message without a known n-gram."""
    if model is None or not row.nnz:
        return []
    shares = model.shares(row)
    return [(model.classes[place], float(shares[place])) for place in shares.argsort()[::-1][:RANKED]]


def _named(ranking: Sequence[Tuple[str, float]], key: str) -> List[Dict[str, Any]]:
    return [{key: name, "confidence": round(share, 4)} for name, share in ranking]


def _selected(best: Tuple[str, float]) -> Dict[str, Any]:
    response = {"intent_response_key": _PREFIX + best[0], "confidence": best[1]}
    return {"all_retrieval_intents": [PROCEDURE], PROCEDURE: {"response": response, "ranking": []}}
