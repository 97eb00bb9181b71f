"""The pipeline that bot/nlu describes is the one that config.yml sets."""

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
