import json
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.understanding import dataset
from benchmarks.understanding.dataset import OUT, Example
from benchmarks.understanding.origin import DataProblem

CLINC = [
    {"text": "set a timer", "label": "timer", "split": "train", "oos": False},
    {"text": "who won the match", "label": "oos", "split": "train", "oos": True},
    {"text": "start a timer", "label": "timer", "split": "test", "oos": False},
]


def written(folder: Path, rows: list[dict[str, object]]) -> Path:
    path = folder / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_a_public_file_is_read_by_split(tmp_path: Path) -> None:
    assert dataset.by_split(written(tmp_path, CLINC)) == {
        "train": (Example("set a timer", "timer"), Example("who won the match", OUT)),
        "test": (Example("start a timer", "timer"),),
    }


def test_out_of_scope_has_one_name_whatever_a_set_calls_it(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [{"text": "hm", "label": "NO_NODES_DETECTED", "split": "test", "oos": True}]
    assert dataset.by_split(written(tmp_path, rows))["test"][0].label == OUT
    assert {dataset.plain(name) for name in ("oos", "out_of_scope", "nlu_fallback")} == {OUT}
    assert dataset.plain("timer") == "timer"


def test_a_line_that_is_broken_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "a"}\n{"text": \n', encoding="utf-8")
    with pytest.raises(DataProblem, match=r"rows\.jsonl, line 2"):
        list(dataset.lines(path))


def own_files(root: Path) -> None:
    asked = root / "tests" / "data" / "understanding" / "tune"
    asked.mkdir(parents=True)
    (asked / "in_scope.jsonl").write_text('{"text": "đóng thuế ở đâu", "article": "pay-tax"}\n', encoding="utf-8")
    others = [{"text": "mai mưa không", "expect": "out_of_scope"}, {"text": "hi", "expect": "smalltalk"}]
    (asked / "other.jsonl").write_text("\n".join(map(json.dumps, others)), encoding="utf-8")
    (root / "nlu_data").mkdir()
    text = 'nlu:\n- intent: procedure/pay-tax\n  examples: |\n    - nộp thuế\n    - "thuế - phí"\n'
    (root / "nlu_data" / "a.yml").write_text(text, encoding="utf-8")
    (root / "nlu_data" / "rule.yml").write_text("rules: []\n", encoding="utf-8")


def test_our_own_questions_are_those_on_procedures_and_those_out_of_scope(tmp_path: Path) -> None:
    own_files(tmp_path)
    found = dataset.own(tmp_path, "tune")
    assert found.test == (Example("đóng thuế ở đâu", "procedure/pay-tax"), Example("mai mưa không", OUT))
    assert found.train == (Example("nộp thuế", "procedure/pay-tax"), Example('"thuế - phí"', "procedure/pay-tax"))
    assert found.has_out
    assert found.home


def test_of_our_own_questions_a_few_of_each_intent_are_learnt_and_the_same_asked() -> None:
    root = Path(__file__).resolve().parents[4]
    whole, few = dataset.own(root, "tune"), dataset.own_few(root)
    assert few.test == whole.test
    assert not few.home
    assert set(few.train) <= set(whole.train)
    assert {one.label for one in few.train} == {one.label for one in whole.train}
    assert max(Counter(one.label for one in few.train).values()) == dataset.OWN_SHOTS
    assert few == dataset.own_few(root)


def test_the_product_s_own_data_can_be_read() -> None:
    root = Path(__file__).resolve().parents[4]
    found = dataset.own(root, "tune")
    assert {one.label for one in found.test} - {OUT} <= {one.label for one in found.train}
    assert not any(one.text.startswith("- ") for one in found.train)
