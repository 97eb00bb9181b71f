import jsonschema
import pytest

from bot.nlu.schema_check import validate

SCHEMA = {"type": "object", "properties": {"events": {"type": "array"}}}


def test_it_accepts_and_refuses_as_the_original_does() -> None:
    validate({"events": []}, SCHEMA)
    with pytest.raises(jsonschema.ValidationError):
        validate({"events": 5}, SCHEMA)


def test_a_schema_that_is_none_is_refused() -> None:
    with pytest.raises(jsonschema.SchemaError):
        validate({}, {"type": "nothing"})
