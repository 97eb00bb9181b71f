import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.follow_up.feature import features
from knowledge_base.follow_up.model import COLUMNS, PARTS, pack, read, scores, unpack

TUNE = Path(__file__).resolve().parents[3] / "data/understanding/tune"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("còn phí thì sao", "fee"),
        ("het bn vay", "fee"),
        ("how much then", "fee"),
        ("要交钱吗", "fee"),
        ("còn nếu quá hạn thì sao", "time"),
        ("bao gio xong", "time"),
        ("and if we are late?", "time"),
        ("那要多久", "time"),
        ("giấy tờ thì sao", "documents"),
        ("which papers", "documents"),
        ("要什么材料", "documents"),
        ("roi lam j tiep", "steps"),
        ("what next", "steps"),
        ("thông tư mấy", "law"),
        ("哪条法律", "law"),
        ("nop o dau", "place"),
        ("which counter", "place"),
        ("em chưa hiểu lắm", None),
    ],
)
def test_knows_which_part_is_asked_for(text: str, part: str | None) -> None:
    assert read(text).part == part


def test_second_turns_by_other_writers_get_their_part() -> None:
    rows = [json.loads(line) for line in (TUNE / "dialogue.jsonl").read_text(encoding="utf-8").splitlines()]
    right = sum(read(row["turns"][1]).part == row["part"] for row in rows)
    assert right >= 0.9 * len(rows)


def test_marks_capitals_and_numbers_make_no_difference() -> None:
    assert features("Nộp trong 30 ngày?") == features("nop trong 15 NGAY?")


def test_a_message_without_known_features_has_the_bias_alone() -> None:
    weights = {"bias": tuple(float(place) for place in range(len(COLUMNS)))}
    assert scores(weights, ["w:unheard"]) == list(weights["bias"])


def test_a_model_file_gives_back_its_weights_to_a_thirty_second() -> None:
    weights = {"w:phi": (0.5,) * len(COLUMNS), "w:nothing": (0.001,) * len(COLUMNS)}
    assert unpack(pack(weights)) == {"w:phi": (0.5,) * len(COLUMNS)}


@given(st.text(max_size=500))
def test_any_text_is_read_without_error(text: str) -> None:
    assert read(text).part in (*PARTS, None)
