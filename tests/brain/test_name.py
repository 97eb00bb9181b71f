import pytest
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.name import NameExamples, spoken


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("card_arrival", "card arrival"),
        ("procedure/late-interest", "late interest"),
        ("Refund_not_showing_up", "refund not showing up"),
        ("ExchangeRate", "exchange rate"),
        ("greet", "greet"),
    ],
)
def test_a_name_is_read_as_words(name: str, words: str) -> None:
    assert spoken(name) == words


def test_every_intent_gets_its_name_as_one_more_example() -> None:
    asked = [Message.build("huy to khai", intent="procedure/cancel"), Message.build("chao", intent="greet")]
    found = NameExamples().process_training_data(TrainingData(asked)).intent_examples
    assert {(one.get("text"), one.get_full_intent()) for one in found} == {
        ("huy to khai", "procedure/cancel"),
        ("chao", "greet"),
        ("cancel", "procedure/cancel"),
        ("greet", "greet"),
    }
