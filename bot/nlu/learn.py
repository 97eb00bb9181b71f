"""Train a model: what `rasa train --force` does, without what takes Rasa most of the time and changes nothing here.

    python -m bot.nlu.learn --config config.yml --domain domain.yml --data nlu_data --out models --fixed-model-name x

Rasa reads every file of examples three times with a slow reader, copies and hashes all examples at each step of the
way, fingerprints every component's output for a cache that a model trained from changed data never asks, loads
TensorFlow whatever the pipeline is, and packs weights as hard as it can, which saves next to nothing. Here examples are
read once and compared by intent and text, nothing is fingerprinted, what is never used is left out, and packing is
quick. The stock `rasa train` makes the same model, more slowly.
The working directory is the project's root.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any, Dict, Iterator, List, Optional, Text

import yaml

from bot.nlu import stand_in

_USED = ("sklearn", "rasa.graph_components.validators")
"""What serving leaves out and training needs."""


def main(arguments: Optional[List[str]] = None) -> None:
    """Train; ends with Rasa's message where the archive is."""
    options = _options(arguments)
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    sys.path.insert(0, os.getcwd())
    stand_in.install(name for name in stand_in.UNUSED if name not in _USED)
    from rasa import model_training
    from rasa.engine.training import graph_trainer
    from rasa.model_training import TrainingType
    from rasa.shared.importers.importer import ResponsesSyncImporter
    from rasa.utils.common import configure_logging_and_warnings
    from rasa.utils.log_utils import configure_structlog

    configure_logging_and_warnings()
    configure_structlog()
    graph_trainer.TrainingHook = _no_cache()
    _pack_quickly()
    importer = ResponsesSyncImporter(_importer(options))
    model_training._train_graph(
        importer, TrainingType.BOTH, options.out, options.fixed_model_name, force_full_training=True
    )


def _options(arguments: Optional[List[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.nlu.learn")
    parser.add_argument("--config", default="config.yml")
    parser.add_argument("--domain", default="domain.yml")
    parser.add_argument("--data", default="nlu_data", help="folder of examples and rules")
    parser.add_argument("--out", default="models", help="folder of the archive")
    parser.add_argument("--fixed-model-name", required=True, help="name of the archive")
    return parser.parse_args(arguments)


def _no_cache() -> Any:
    """A stand-in for the hook that fingerprints what a component got and gave."""
    from rasa.engine.graph import ExecutionContext, GraphNodeHook

    class NoCache(GraphNodeHook):
        """Does nothing before and after a component."""

        def __init__(self, **_: Any) -> None:
            """Takes what the hook in its place would have needed."""

        def on_before_node(
            self, node_name: Text, execution_context: ExecutionContext, config: Dict[Text, Any], received_inputs: Any
        ) -> Dict[Text, Any]:
            return {}

        def on_after_node(
            self,
            node_name: Text,
            execution_context: ExecutionContext,
            config: Dict[Text, Any],
            output: Any,
            input_hook_data: Dict[Text, Any],
        ) -> None:
            return

    return NoCache


def _pack_quickly() -> None:
    from tarsafe import TarSafe

    class Quick(TarSafe):
        """Writes archives at the lowest level of compression."""

        @classmethod
        def gzopen(cls, name: Any, mode: Any = "r", fileobj: Any = None, compresslevel: int = 1, **more: Any) -> Any:
            return super().gzopen(name, mode, fileobj, compresslevel, **more)

    from rasa.engine.storage import local_model_storage

    local_model_storage.TarSafe = Quick


def _importer(options: argparse.Namespace) -> Any:
    from rasa.shared.importers.rasa import RasaFileImporter
    from rasa.shared.nlu.training_data import loading
    from rasa.shared.nlu.training_data.training_data import TrainingData

    class Files(RasaFileImporter):
        """Reads each file once; plain examples without Rasa's reader."""

        _nlu: Optional[TrainingData] = None

        def get_nlu_data(self, language: Optional[Text] = "en") -> TrainingData:
            """All examples; the pipeline finds out their languages itself."""
            if self._nlu is None:
                examples: List[Any] = []
                others: List[TrainingData] = []
                for path in self._nlu_files:
                    blocks = _plain_blocks(path)
                    if blocks is None:
                        others.append(loading.load_data(path, language))
                    else:
                        examples.extend(_messages(blocks))
                self._nlu = TrainingData(examples)
                if others:
                    self._nlu = self._nlu.merge(*others)
            return self._nlu

    return Files(options.config, options.domain, [options.data])


def _plain_blocks(path: str) -> Optional[List[Dict[str, Any]]]:
    """The blocks of a file that holds nothing but examples of intents without annotations, else None."""
    with open(path, encoding="utf-8") as file:
        content = yaml.load(file, Loader=yaml.CSafeLoader)
    if not isinstance(content, dict) or set(content) - {"version", "nlu"}:
        return None
    blocks = content.get("nlu") or []
    return blocks if all(_is_plain(block) for block in blocks) else None


def _is_plain(block: Dict[str, Any]) -> bool:
    examples = block.get("examples")
    return (
        not set(block) - {"intent", "metadata", "examples"}
        and isinstance(examples, str)
        and "[" not in examples
        and all(line.startswith("- ") for line in examples.splitlines())
    )


def _messages(blocks: List[Dict[str, Any]]) -> Iterator[Any]:
    from rasa.shared.nlu.training_data.message import Message

    class Plain(Message):
        """An example told by its intent and text alone; Rasa copies and compares all of them many times over."""

        def _told_by(self) -> "tuple[Any, ...]":
            return self.get("intent"), self.get("intent_response_key"), self.get("text")

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Plain) and self._told_by() == other._told_by()

        def __hash__(self) -> int:
            return hash(self._told_by())

        def __deepcopy__(self, memo: Dict[int, Any]) -> Plain:
            return Plain(dict(self.data), set(self.output_properties), self.time, list(self.features))

    for block in blocks:
        for line in block["examples"].splitlines():
            made = Message.build(line[2:].strip(), block["intent"], [], block.get("metadata"))
            yield Plain(made.data, made.output_properties)


if __name__ == "__main__":
    main()
