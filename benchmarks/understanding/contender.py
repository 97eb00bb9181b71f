"""Who is measured: each a Rasa configuration, or none for the baseline; ours also with one step switched off at a time.

Nothing here knows a set: a contender learns from whatever examples it is given.
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Component = dict[str, Any]
STOCK_CONFIG = "lib/python3.*/site-packages/rasa/engine/recipes/config_files/default_config.yml"
ARTICLE_READER = "bot.nlu.article.ArticleExamples"
SWITCHES: dict[str, tuple[str, Any]] = {
    "meaning": ("words alone", False),
    "sure": ("meaning for every message", 2.0),
    "wording": ("the encoder's last layer alone", 0.0),
    "min_messages": ("n-grams of two examples on", 2),
    "backing": ("no backing", 1),
}
"""By option of a component: what switching it is called, and the value for it."""
FEATURISER = "bot.nlu.featurizer.NgramFeaturizer"
"""Without it there is nothing to rank by."""
BEHIND_DIET = ("EntitySynonymMapper", "ResponseSelector", "FallbackClassifier")
"""What follows DIET in stock's pipeline: from plain intents they learn nothing."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A pipeline under a name; `pipeline` is None for the baseline. `is_ours`: served as the product serves it.

    `is_ablation`: ours but for one step, asked for its answers and not for its cost. `is_home_only`: differs from ours
    on our own questions only, where there are articles. `taught_as`: another that learns the very same and only decides
    otherwise, so that one training serves both.
    """

    name: str
    title: str
    language: str
    pipeline: tuple[Component, ...] | None
    is_ours: bool = False
    is_ablation: bool = False
    is_home_only: bool = False
    taught_as: "Contender | None" = None

    def config(self) -> dict[str, Any] | None:
        """The Rasa configuration."""
        if self.pipeline is None:
            return None
        policies = [{"name": "RulePolicy"}]  # named, because Rasa writes its own choice into a file without any
        facts = {"recipe": "default.v1", "assistant_id": "benchmark", "language": self.language}
        return facts | {"pipeline": deepcopy(list(self.pipeline)), "policies": policies}


def contenders(root: Path) -> tuple[Contender, ...]:
    """Stock Rasa as installed, DIET with rules, ours as config.yml says, and the baseline."""
    pipeline = _stock_pipeline(root)
    stock = Contender("stock", "stock Rasa (`rasa init`)", "en", pipeline)
    diet = tuple(part for part in pipeline if part["name"] not in BEHIND_DIET)
    return (
        stock,
        Contender("diet", "DIET with rules", "en", diet, taught_as=stock),
        Contender("svm", "TF-IDF + linear SVM", "en", None),
        ours(root),
    )


def _stock_pipeline(root: Path) -> tuple[Component, ...]:
    """What Rasa fills in where a configuration names no pipeline, as `rasa init` does; read from its own package."""
    (path,) = (root / "brain" / ".venv").glob(STOCK_CONFIG)
    return tuple(yaml.safe_load(path.read_text(encoding="utf-8"))["pipeline"])


def ours(root: Path) -> Contender:
    """The pipeline in config.yml at this moment."""
    config = yaml.safe_load((root / "config.yml").read_text(encoding="utf-8"))
    return Contender("ours", "ours", config["language"], tuple(config["pipeline"]), is_ours=True)


def ablations(whole: Contender) -> Iterator[Contender]:
    """`whole` without each component that can be missed, and with each option switched.

    Options are those of `SWITCHES`; tables and lists are emptied.
    """
    assert whole.pipeline is not None
    for place, part in enumerate(whole.pipeline):
        short = part["name"].rpartition(".")[2]
        if place < len(whole.pipeline) - 1 and part["name"] != FEATURISER:
            yield _changed(whole, f"without {short}", place, None)
        for option, value in part.items():
            for title, instead in _switched(option, value):
                yield _changed(whole, f"{short}: {title}", place, {**part, option: instead})


def _switched(option: str, value: Any) -> Iterator[tuple[str, Any]]:
    if option in SWITCHES:
        yield SWITCHES[option]
    elif isinstance(value, dict | list):
        yield f"no {option}", type(value)()


def _changed(whole: Contender, title: str, place: int, instead: Component | None) -> Contender:
    assert whole.pipeline is not None
    pipeline = (*whole.pipeline[:place], *([instead] if instead else ()), *whole.pipeline[place + 1 :])
    name = "-".join(re.findall(r"\w+", f"ours {title}")).lower()
    is_reader = whole.pipeline[place]["name"] == ARTICLE_READER
    return Contender(name, title, whole.language, pipeline, is_ours=True, is_ablation=True, is_home_only=is_reader)
