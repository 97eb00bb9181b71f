from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix

from bot.nlu.classifier import IntentRanker
from bot.nlu.e5.layout import VERSION
from bot.nlu.linear import LinearModel
from bot.nlu.network import Network
from bot.nlu.plane import Plane


def ranker(intents: dict[str, float], **config: Any) -> IntentRanker:
    """One whose models give these shares, whatever the text."""
    built = IntentRanker({**IntentRanker.get_default_config(), **config}, None, None)  # type: ignore[arg-type]
    built._intents = fixed(intents)
    built._procedures = fixed({"cancel": 0.7, "channel-red": 0.3})
    return built


def fixed(shares: dict[str, float]) -> LinearModel:
    names = sorted(shares)
    bias = np.log(np.array([shares[name] for name in names]))
    return LinearModel(names, Plane(np.zeros((1, len(names))), bias), 1.0)


def asked(intents: dict[str, float], **config: Any) -> Message:
    message = Message({"text": "x"})
    message.add_features(Features(csr_matrix([[1.0]]), "sentence", "text", "test"))
    return ranker(intents, **config).process([message])[0]


def test_a_question_carries_its_procedures_best_first() -> None:
    message = asked({"procedure": 0.8, "greet": 0.2})
    assert message.get("intent") == {"name": "procedure", "confidence": pytest.approx(0.8)}
    assert message.get("procedures") == [
        {"id": "cancel", "confidence": 0.7},
        {"id": "channel-red", "confidence": 0.3},
    ]
    assert message.get("response_selector")["procedure"]["response"]["intent_response_key"] == "procedure/cancel"


@pytest.mark.parametrize(("share", "name"), [(0.55, "nlu_fallback"), (0.65, "out_of_scope")])
def test_turning_away_needs_more_confidence(share: float, name: str) -> None:
    message = asked({"out_of_scope": share, "procedure": 1 - share}, floors={"out_of_scope": 0.6})
    assert message.get("intent")["name"] == name
    assert message.get("intent_ranking")[0]["name"] == "out_of_scope"


def test_nothing_likely_is_a_fallback_that_still_ranks() -> None:
    message = asked({"a": 0.26, "b": 0.25, "c": 0.25, "d": 0.24})
    assert message.get("intent")["name"] == "nlu_fallback"
    assert message.get("procedures")[0]["id"] == "cancel"


def test_no_text_is_a_fallback() -> None:
    message = ranker({"procedure": 1.0}).process([Message({"text": ""})])[0]
    assert message.get("intent") == {"name": "nlu_fallback", "confidence": 0.0}
    assert message.get("procedures") == []


class Meaning:
    """An embedder that knows one direction, worded the other way, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def embed(self, text: str) -> np.ndarray:
        self.asked += 1
        return np.array([[1.0], [-1.0]], dtype=np.float32)


@pytest.mark.parametrize(
    ("share", "doubted", "asked", "name"),
    [(0.95, [], 0, "greet"), (0.6, [], 1, "thanks"), (0.95, ["greet"], 1, "thanks"), (0.95, ["thanks"], 0, "greet")],
)
def test_meaning_is_asked_only_where_words_leave_a_doubt_or_are_not_enough(
    share: float, doubted: list[str], asked: int, name: str
) -> None:
    names = ["greet", "thanks"]
    words = Plane(np.zeros((1, 2)), np.log(np.array([share, 1 - share])))
    built, meaning = ranker({"greet": 1.0}, meaning=True, doubted=doubted), Meaning()
    built._intents = LinearModel(names, words, 1.0)
    hear(built, names, meaning)
    message = Message({"text": "x"})
    message.add_features(Features(csr_matrix([[1.0]]), "sentence", "text", "test"))
    assert built.process([message])[0].get("intent")["name"] == name
    assert meaning.asked == asked


def hear(built: IntentRanker, names: list[str], meaning: Meaning) -> None:
    """Have it hear a meaning, of which both vectors speak for the second name the more they point one way."""
    built._network = Network(names, [np.array([[-6.0, 6.0]] * 2)], [np.zeros(2)])
    built._embedder, built._centre = meaning, np.zeros((2, 1))  # type: ignore[assignment]


@pytest.mark.parametrize(("wording", "name"), [(0.0, "thanks"), (0.5, "thanks"), (2.0, "greet")])
def test_wording_counts_beside_meaning_as_much_as_it_is_told(wording: float, name: str) -> None:
    built = ranker({"greet": 0.5, "thanks": 0.5}, meaning=True, wording=wording)
    hear(built, ["greet", "thanks"], Meaning())
    message = Message({"text": "x"})
    message.add_features(Features(csr_matrix([[1.0]]), "sentence", "text", "test"))
    assert built.process([message])[0].get("intent")["name"] == name


@pytest.mark.parametrize(("version", "is_heard"), [(VERSION, True), ("2", False), (None, False)])
def test_a_model_that_learnt_from_another_encoder_goes_by_words(
    tmp_path: Path, version: str | None, is_heard: bool
) -> None:
    storage, resource = LocalModelStorage(tmp_path), Resource("ranker")
    built = ranker({"greet": 0.6, "thanks": 0.4}, meaning=True)
    hear(built, ["greet", "thanks"], Meaning())
    built._model_storage, built._resource = storage, resource
    built._store()
    with storage.write_to(resource) as folder:
        path = folder / "encoder.npy"
        path.unlink() if version is None else np.save(path, np.array(version))
    again = IntentRanker.load(built._config, storage, resource, None)  # type: ignore[arg-type]
    assert (again._embedder is not None) == is_heard
    if not is_heard:
        message = Message({"text": "x"})
        message.add_features(Features(csr_matrix([[1.0]]), "sentence", "text", "test"))
        assert again.process([message])[0].get("intent")["name"] == "greet"


@pytest.mark.parametrize(("backing", "name"), [(1.0, "must_refuse"), (6.0, "procedure")])
def test_a_question_that_points_at_one_procedure_is_one(backing: float, name: str) -> None:
    built = ranker({"must_refuse": 0.6, "procedure": 0.4}, backing=backing)
    built._procedures = fixed({"cancel": 0.98, "channel-red": 0.02})
    message = Message({"text": "x"})
    message.add_features(Features(csr_matrix([[1.0]]), "sentence", "text", "test"))
    assert built.process([message])[0].get("intent")["name"] == name


@pytest.mark.parametrize(("weight", "name"), [(1.0, "procedure"), (2.0, "must_refuse")])
def test_what_costs_more_to_miss_may_weigh_more(weight: float, name: str) -> None:
    message = asked({"must_refuse": 0.4, "procedure": 0.6}, weights={"must_refuse": weight})
    assert message.get("intent")["name"] == name


def test_a_vague_one_is_left_alone() -> None:
    message = asked({"must_refuse": 0.6, "procedure": 0.4}, backing=6.0)
    assert message.get("intent")["confidence"] == pytest.approx(0.6)
