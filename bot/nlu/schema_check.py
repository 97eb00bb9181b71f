"""Check a JSON schema once, not at every use.

Rasa validates each action's answer with `jsonschema.validate`, which first validates the (constant) schema itself: 16
of the 20 ms of a turn with a custom action. Here a schema is checked the first time it is seen.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import jsonschema
from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for


@lru_cache(maxsize=64)
def _validator(schema: str) -> Any:
    parsed = json.loads(schema)
    kind = validator_for(parsed)
    kind.check_schema(parsed)
    return kind(parsed)


def validate(instance: Any, schema: Any) -> None:
    """As `jsonschema.validate`: raises ValidationError, or SchemaError for a schema that is none."""
    problem = best_match(_validator(json.dumps(schema, sort_keys=True)).iter_errors(instance))
    if problem is not None:
        raise problem


def install() -> None:
    """Use it for every later `from jsonschema import validate`."""
    jsonschema.validate = validate
