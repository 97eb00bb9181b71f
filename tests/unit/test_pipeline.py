"""The pipeline that bot/nlu describes is the one that config.yml sets, and knows every intent of the domain."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]


def test_the_package_tells_the_order_of_the_pipeline() -> None:
    told = re.findall(
        r"^    ([a-z]+\.[A-Z]\w+)", (ROOT / "bot/nlu/__init__.py").read_text(encoding="utf-8"), re.MULTILINE
    )
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    assert [f"bot.nlu.{name}" for name in told] == [part["name"] for part in config["pipeline"]]


def test_meaning_is_heard_before_any_intent_but_a_question_on_a_procedure() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    intents = {next(iter(intent)) if isinstance(intent, dict) else intent for intent in domain["intents"]}
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    # nlu_fallback is what the ranker says when it is not sure, and learns no example
    assert set(config["pipeline"][-1]["doubted"]) == intents - {"procedure", "nlu_fallback"}
