from typing import Any

from rasa.shared.nlu.training_data.message import Message

from bot.nlu.code import CodeExtractor
from bot.nlu.preparation import Preparation


def prepared(text: str, metadata: dict[str, Any] | None = None) -> Message:
    return Preparation().process([Message({"text": text, "metadata": metadata, "entities": []})])[0]


def carried(message: Message) -> dict[str, Any]:
    return {entity["entity"]: entity["value"] for entity in message.get("entities")}


def test_the_language_is_found_and_becomes_an_entity() -> None:
    message = prepared("今天可以报关吗", {"language": "vi"})
    assert message.get("language") == "zh"
    assert carried(message) == {"language": "zh"}
    assert "language" in message.as_dict(only_output_properties=True)


def test_a_text_that_says_nothing_keeps_the_language_of_the_conversation() -> None:
    assert prepared("ok", {"language": "en"}).get("language") == "en"


def test_what_the_desk_knows_becomes_entities_and_what_is_over_empties_its_slot() -> None:
    message = prepared("còn phí thì sao", {"language": "vi", "article": "cancel", "aspect": None})
    assert carried(message) == {"language": "vi", "article": "cancel", "aspect": None}


def test_metadata_of_another_shape_is_ignored() -> None:
    assert carried(prepared("xin chào", {"article": {"x": 1}, "language": 7})) == {"language": "vi", "article": None}
    assert carried(prepared("", None)) == {"language": "vi"}


def test_codes_become_entities_beside_what_is_there() -> None:
    message = CodeExtractor().process([prepared("tk 301234567890 đâu rồi", {"article": "cancel"})])[0]
    assert carried(message)["declaration"] == "301234567890"
    assert carried(message)["article"] == "cancel"
