"""What a person wants: the intent, and for questions on procedures which ones, best first.

Two linear models over the same features. The first tells the intents apart, with rare ones weighing as much as
`procedure`, which has a hundred times their examples. The second tells which procedure, given that it is one: the
output property `procedures` ([{"id", "confidence"}], at most ten), and for Rasa's own tools the best of them in
`response_selector`.

Words come first: cheap, and mostly enough. Where they leave a doubt the message is embedded too, and a small network
over its meaning is heard beside both.
"""

# ruff: noqa: ARG003  (Rasa calls these class methods with arguments that we do not need)
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack, vstack

from bot.nlu import source
from bot.nlu.e5.layout import VERSION
from bot.nlu.embedding import Embedder, readable
from bot.nlu.fusion import Fusion, Opinions
from bot.nlu.held_out import held_out
from bot.nlu.linear import LinearModel, Recipe
from bot.nlu.network import Network

PROCEDURE = "procedure"
FALLBACK = "nlu_fallback"
PROCEDURES = "procedures"
EXPLAIN = "explain"
"""Metadata that asks for the reasons, and the output property that holds them."""
RANKED = 10
_PREFIX = PROCEDURE + "/"
_LEAST = 1e-6  # nothing is impossible
_BACKED_FROM = 0.7  # share of the best procedure from which it speaks for there being one
_INTENTS, _PROCEDURES = "intents.npz", "procedures.npz"
_NETWORK, _CENTRE, _FUSION = "network.npz", "centre.npy", "fusion.npy"
_ENCODER = "encoder.npy"
"""Names the encoder that the network learnt from."""

Ranking = List[Tuple[str, float]]


class Rankings(NamedTuple):
    """What a message may be: intents and, given that it is a question on one, procedures; best first."""

    intents: Ranking
    procedures: Ranking

    def named(self) -> Dict[str, List[Dict[str, Any]]]:
        """The five best of each, as JSON."""
        return {"intents": _named(self.intents[:5], "name"), "procedures": _named(self.procedures[:5], "id")}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentRanker(GraphComponent):
    """Sets `intent`, `intent_ranking`, `procedures` and `response_selector`.

    Below its floor the intent is nlu_fallback; the rankings still tell what was likeliest.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`floor`: least confidence of an intent, 0 to 1; `floors`: by intent, where turning somebody away needs more.

        `strictness`: the C of the support vector machines. `meaning`: whether meaning is heard beside words; how much
        it counts is learnt. `sure`: least confidence from which words are enough; what more it takes is learnt too, so
        that at most the share `spared` of all messages is misunderstood for not having asked. `doubted`: intents for
        which words are never enough.
        `wording`: how much the middle of the encoder, which still knows how a message is worded, counts beside its end,
        which knows what is meant; 0 for not at all.
        `backing`: how much likelier a question on a procedure becomes when it is certain which one, 1 for not at all.
        `weights`: how much likelier an intent is than the examples say, where missing it costs more than another.
        `cache`: a file that keeps the embeddings of examples from one training to the next.
        """
        return {
            "floor": 0.3,
            "floors": {},
            "strictness": 0.5,
            "meaning": False,
            "sure": 0.8,
            "spared": 0.005,
            "doubted": [],
            "wording": 0.5,
            "backing": 1.0,
            "weights": {},
            "cache": "models/embedding.npz",
        }

    def __init__(self, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._intents: Optional[LinearModel] = None
        self._procedures: Optional[LinearModel] = None
        self._network: Optional[Network] = None
        self._embedder: Optional[Embedder] = None
        self._centre: Optional[np.ndarray] = None
        self._fusion = Fusion(0.5, config["sure"])

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
        """The component as it was trained; one that learnt from another encoder than ours now hears words alone.

        That is how an older release's model serves until this release has trained its own.
        """
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._intents = LinearModel.load(folder / _INTENTS)
            if (folder / _PROCEDURES).exists():
                component._procedures = LinearModel.load(folder / _PROCEDURES)
            if config["meaning"] and _learnt_from(folder) == VERSION:
                component._network = Network.load(folder / _NETWORK)
                component._centre = np.load(folder / _CENTRE, allow_pickle=False)
                component._fusion = Fusion.load(folder / _FUSION)
                component._embedder = Embedder()
        return component

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """The learning happens in code outside this class."""
        return source.fingerprint()

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from every example that has text."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        rows = vstack([_row(example) for example in examples]).tocsr()
        chosen = held_out([example.get_full_intent() for example in examples])
        from threadpoolctl import threadpool_limits  # only training needs it

        # words and meaning at once, a core each: more threads of the same library would wait for each other
        with threadpool_limits(1), ThreadPoolExecutor(1) as beside:
            meaning = beside.submit(self._learn_meaning, examples, chosen) if self._config["meaning"] else None
            words = self._learn_words(rows, examples, chosen)
        if meaning is not None:
            opinions = self._opinions(*words, meaning.result(), [examples[place] for place in np.flatnonzero(chosen)])
            self._fusion = Fusion.fit(opinions, self._config["sure"], self._config["spared"])
        self._store()
        return self._resource

    def _learn_words(
        self, rows: csr_matrix, examples: Sequence[Message], chosen: np.ndarray
    ) -> Tuple[np.ndarray, np.ndarray]:
        """What words say of the chosen examples: of all their intents, and of the procedures where it is one."""
        intents = [example.get(INTENT) for example in examples]
        recipe = Recipe(self._config["strictness"])
        self._intents, of_intents = LinearModel.fit(rows, intents, recipe._replace(is_balanced=True), chosen)
        asked = [place for place, intent in enumerate(intents) if intent == PROCEDURE]
        if not asked:
            return of_intents, np.zeros((0, 0))
        ids = [_procedure(examples[place]) for place in asked]
        self._procedures, of_procedures = LinearModel.fit(rows[asked], ids, recipe, chosen[asked])
        return of_intents, of_procedures

    def _learn_meaning(self, examples: Sequence[Message], chosen: np.ndarray) -> np.ndarray:
        """What meaning says of the chosen examples: shares of full intents, in the order of the network's classes."""
        embeddings = self._embedded([example.get(TEXT) for example in examples])
        full = [example.get_full_intent() for example in examples]
        self._network, shares = Network.fit(embeddings, full, chosen)
        return shares

    def _opinions(
        self, intents: np.ndarray, procedures: np.ndarray, meant: np.ndarray, examples: Sequence[Message]
    ) -> List[Opinions]:
        """What words and meaning say of held-out examples, on their intents and on their procedures."""
        assert self._network is not None
        told = [dict(zip(self._network.classes, shares)) for shares in meant]
        found = [_beside(self._intents, intents, told, [one.get(INTENT) for one in examples], _by_intent)]
        asked = [place for place, example in enumerate(examples) if example.get(INTENT) == PROCEDURE]
        if asked:
            ids = [_procedure(examples[place]) for place in asked]
            found.append(_beside(self._procedures, procedures, [told[place] for place in asked], ids, _by_procedure))
        return found

    def _embedded(self, texts: Sequence[str]) -> np.ndarray:
        """One row a text."""
        self._embedder = Embedder()
        found = self._embedder.embed_all(texts, Path(self._config["cache"]))
        self._centre = found.mean(axis=0)
        return self._centred(found)

    def _centred(self, embedding: np.ndarray) -> np.ndarray:
        """Both vectors of one embedding or many as one row of length 1, without what all examples share.

        Embeddings crowd into one corner of their space; what they share tells nothing apart.
        """
        vectors = _unit(embedding - self._centre) * np.array([[1.0], [self._config["wording"]]], dtype=np.float32)
        return _unit(vectors.reshape(*embedding.shape[:-2], -1))

    def _store(self) -> None:
        with self._model_storage.write_to(self._resource) as folder:
            for model, name in ((self._intents, _INTENTS), (self._procedures, _PROCEDURES)):
                if model is not None:
                    model.save(folder / name)
            if self._network is not None and self._centre is not None:
                self._network.save(folder / _NETWORK)
                np.save(folder / _CENTRE, self._centre)
                np.save(folder / _ENCODER, np.array(VERSION))
                self._fusion.save(folder / _FUSION)

    def process(self, messages: List[Message]) -> List[Message]:
        """Rank the intents and procedures of each message; a message without known words is a fallback."""
        for message in messages:
            row = _row(message) if message.get(TEXT) else csr_matrix((1, 0))
            words = self._asked(row)
            meaning = None if self._is_sure(words) else self._meaning(message)
            self._tell(message, words if meaning is None else self._asked(row, meaning))
            if (message.get("metadata") or {}).get(EXPLAIN):
                self._explain(message, row, words)
        return messages

    def _asked(self, row: csr_matrix, meaning: Optional[np.ndarray] = None) -> Rankings:
        if not row.nnz:
            return Rankings([], [])
        procedures = self._procedures.shares(row) if self._procedures is not None else np.zeros(0)
        intents = self._intents.shares(row) if self._intents is not None else np.zeros(0)
        if meaning is not None and self._network is not None:
            meant = dict(zip(self._network.classes, self._network.shares(meaning)))
            intents = self._fusion.blend(intents, _by_intent(self._intents, meant))
            procedures = self._fusion.blend(procedures, _by_procedure(self._procedures, meant))
        if self._intents is not None:
            intents = self._weighed(intents, self._intents.classes, float(procedures.max(initial=0.0)))
        return Rankings(_ranked(self._intents, intents), _ranked(self._procedures, procedures))

    def _weighed(self, intents: np.ndarray, names: Sequence[str], best: float) -> np.ndarray:
        """The shares by `weights`, with more for `procedure` the surer it is which one: others rarely point at one."""
        backing = self._config["backing"] ** max(0.0, (best - _BACKED_FROM) / (1 - _BACKED_FROM))
        weights = {**self._config["weights"], PROCEDURE: backing}
        weighed = intents * np.array([weights.get(name, 1.0) for name in names])
        shares: np.ndarray = weighed / weighed.sum()
        return shares

    def _meaning(self, message: Message) -> Optional[np.ndarray]:
        if self._embedder is None or not message.get(TEXT):
            return None
        return self._centred(self._embedder.embed(message.get(TEXT)))

    def _is_sure(self, found: Rankings) -> bool:
        """Whether words alone say what is wanted; without any known word nothing is to be asked."""
        if not found.intents:
            return True
        name, share = found.intents[0]
        if name in self._config["doubted"]:
            return False
        is_told = name != PROCEDURE or (bool(found.procedures) and found.procedures[0][1] >= self._fusion.sure)
        return bool(share >= self._fusion.sure and is_told)

    def _explain(self, message: Message, row: csr_matrix, words: Rankings) -> None:
        """Set `rankers`: what words alone and both together say, and the text that was embedded."""
        rankers = {"words": words.named()}
        meaning = self._meaning(message) if row.nnz else None
        if meaning is not None:
            rankers["both"] = self._asked(row, meaning).named()
        read = readable(message.get(TEXT) or "") if meaning is not None else None
        found = {"rankers": rankers, "read": read, "is_embedded": meaning is not None and not self._is_sure(words)}
        message.set(EXPLAIN, found, add_to_output=True)

    def _tell(self, message: Message, found: Rankings) -> None:
        intents, procedures = found
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


def _learnt_from(folder: Path) -> str:
    """The encoder of a stored component; releases before version 3 did not say."""
    path = folder / _ENCODER
    return str(np.load(path, allow_pickle=False)) if path.exists() else ""


def _unit(vectors: np.ndarray) -> np.ndarray:
    """Every vector with length 1."""
    scaled: np.ndarray = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
    return scaled


def _procedure(example: Message) -> str:
    """The id of the procedure that an example asks about."""
    return str(example.get_full_intent()[len(_PREFIX) :])


def _beside(
    model: Optional[LinearModel],
    words: np.ndarray,
    told: Sequence[Dict[str, float]],
    truth: Sequence[str],
    read: Callable[[Optional[LinearModel], Dict[str, float]], np.ndarray],
) -> Opinions:
    """What words and meaning say of the same examples, `read` from what the network says of full intents."""
    assert model is not None
    places = {name: place for place, name in enumerate(model.classes)}
    meant = np.array([read(model, shares) for shares in told]).reshape(words.shape)
    return Opinions(words, meant, np.array([places[name] for name in truth], dtype=int))


def _by_intent(model: Optional[LinearModel], meant: Dict[str, float]) -> np.ndarray:
    """The shares of full intents as those of intents, in the order of the model's classes."""
    found: Dict[str, float] = {}
    for name, share in meant.items():
        intent = name.partition("/")[0]
        found[intent] = found.get(intent, 0.0) + share
    return np.array([found.get(name, 0.0) for name in model.classes]) if model else np.zeros(0)


def _by_procedure(model: Optional[LinearModel], meant: Dict[str, float]) -> np.ndarray:
    """The shares of procedures, given that it is a question on one, in the order of the model's classes."""
    shares = np.array([meant.get(_PREFIX + name, 0.0) for name in model.classes]) if model else np.zeros(0)
    found: np.ndarray = shares / max(shares.sum(), _LEAST)
    return found


def _ranked(model: Optional[LinearModel], shares: np.ndarray) -> Ranking:
    """The ten likeliest classes, best first."""
    if model is None:
        return []
    return [(model.classes[place], float(shares[place])) for place in shares.argsort()[::-1][:RANKED]]


def _named(ranking: Sequence[Tuple[str, float]], key: str) -> List[Dict[str, Any]]:
    return [{key: name, "confidence": round(share, 4)} for name, share in ranking]


def _selected(best: Tuple[str, float]) -> Dict[str, Any]:
    response = {"intent_response_key": _PREFIX + best[0], "confidence": best[1]}
    return {"all_retrieval_intents": [PROCEDURE], PROCEDURE: {"response": response, "ranking": []}}
