"""What learns quickly reads what Rasa's own reader reads."""

from pathlib import Path

import pytest
from rasa.shared.nlu.training_data import loading

from bot.nlu import learn

PLAIN = """version: "3.1"
nlu:
- intent: procedure/cancel
  metadata: {form: vi}
  examples: |
    - huỷ tờ khai 'A12' thế nào ạ?
    -  hai  khoảng trắng: và dấu hai chấm
- intent: greet
  examples: |
    - 你好
"""


def test_plain_examples_are_what_rasa_reads(tmp_path: Path) -> None:
    path = tmp_path / "plain.yml"
    path.write_text(PLAIN, encoding="utf-8")
    blocks = learn._plain_blocks(str(path))
    assert blocks is not None
    known = loading.load_data(str(path)).training_examples
    assert [message.data for message in learn._messages(blocks)] == [message.data for message in known]


@pytest.mark.parametrize(
    "extra",
    [
        "- intent: greet\n  examples: |\n    - chào [Lan](person)\n",
        "- lookup: gate\n  examples: |\n    - Ka Long\n",
        "- intent: greet\n  examples:\n  - text: chào\n",
    ],
)
def test_anything_more_than_plain_is_left_to_rasa(tmp_path: Path, extra: str) -> None:
    path = tmp_path / "more.yml"
    path.write_text(PLAIN + extra, encoding="utf-8")
    assert learn._plain_blocks(str(path)) is None


def test_a_file_of_rules_is_left_to_rasa(tmp_path: Path) -> None:
    path = tmp_path / "rule.yml"
    path.write_text('version: "3.1"\nrules:\n- rule: x\n  steps:\n  - intent: greet\n', encoding="utf-8")
    assert learn._plain_blocks(str(path)) is None
