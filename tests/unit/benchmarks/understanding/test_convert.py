import json
from pathlib import Path

from benchmarks.understanding import convert, dataset, origin
from benchmarks.understanding.dataset import OUT, Example


def test_few_shot_folders_hold_questions_and_intents_line_by_line(tmp_path: Path) -> None:
    for split in convert.BANKING_SPLITS:
        (tmp_path / split).mkdir()
        (tmp_path / split / "seq.in").write_text("my card?\ntop up\n", encoding="utf-8")
        (tmp_path / split / "label").write_text("card_arrival\ntop_up\n", encoding="utf-8")
    rows = list(convert.banking(tmp_path))
    assert rows[1] == {"text": "top up", "label": "top_up", "split": "train"}
    assert len(rows) == 2 * len(convert.BANKING_SPLITS)


def test_clinc_s_out_of_scope_questions_join_their_split(tmp_path: Path) -> None:
    file = tmp_path / "data_oos_plus.json"
    file.write_text(json.dumps({"oos_val": [["who won", "oos"]], "val": [["set a timer", "timer"]]}), encoding="utf-8")
    assert list(convert.clinc(file)) == [
        {"text": "who won", "label": "oos", "split": "val"},
        {"text": "set a timer", "label": "timer", "split": "val"},
    ]


def test_hint3_s_questions_may_hold_commas_and_lines(tmp_path: Path) -> None:
    for name in convert.HINT3_SPLITS.values():
        file = tmp_path / name.format("curekart")
        file.parent.mkdir(exist_ok=True)
        file.write_text('sentence,label\n"hi,\nthere",NO_NODES_DETECTED\n', encoding="utf-8")
    made = tmp_path / "made.jsonl"
    made.write_text("\n".join(map(json.dumps, convert.hint3(tmp_path, "curekart"))), encoding="utf-8")
    assert dataset.by_split(made)["train_subset"] == (Example("hi,\nthere", OUT),)


def test_xquad_s_languages_stand_side_by_side(tmp_path: Path) -> None:
    for language in convert.LANGUAGES:
        paragraph = {"context": f"c {language}", "qas": [{"id": "1", "question": f"q {language}", "answers": []}]}
        document = {"data": [{"paragraphs": [paragraph]}]}
        (tmp_path / f"xquad.{language}.json").write_text(json.dumps(document), encoding="utf-8")
    (row,) = convert.xquad(tmp_path)
    assert (row["question_vi"], row["context_zh"], row["question_en"]) == ("q vi", "c zh", "q en")


def test_content_is_the_same_in_another_order_and_spacing() -> None:
    lines = ['{"text": "a  b", "label": "x", "split": "t", "oos": false}', '{"text": "c", "label": "y", "split": "t"}']
    again = ['{"split":"t","label":"y","text":"c"}', '{"text": "a b ", "label": "x", "split": "t"}']
    assert origin.content(lines) == origin.content(again)
    assert origin.content(lines) != origin.content(lines[:1])
    assert origin.content(["no JSON"]) == ""
