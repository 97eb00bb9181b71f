import tomllib
from importlib import resources

import pytest

from helpdesk.console.place import UNITS as CONSOLE_UNITS
from knowledge_base.place import UNITS, unit_of
from knowledge_base.shelf import reference


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Xe của tôi đang ở Móng Cái", "mong-cai"),
        ("cua khau mong cai may gio mo", "mong-cai"),
        ("MONG-CAI, cầu Bắc Luân II", "mong-cai"),
        ("芒街口岸几点开门", "mong-cai"),
        ("bãi ở Km3+4 còn chỗ không", "mong-cai"),
        ("km3 + 4", "mong-cai"),
        ("Hòanh Mô", "hoanh-mo"),
        ("橫模", "hoanh-mo"),
        ("mã 20BD", "bac-phong-sinh"),
        ("tờ khai mở ở 20cg", "cam-pha"),
        ("is Hon Gai port open", "hon-gai"),
        ("cảng Vạn Gia", "van-gia"),
    ],
)
def test_a_place_or_an_office_code_tells_the_unit(text: str, unit: str) -> None:
    assert unit_of(text) == unit


@pytest.mark.parametrize(
    "text",
    [
        "hàng luồng đỏ thì kiểm hoá ở đâu",
        "chuyển cửa khẩu từ Móng Cái sang Hoành Mô",
        "20BB hay 20CF",
        "em mong cái này xong sớm",
        "thành đạt",
        "mongcaixx",
        "15BD",
        "",
    ],
)
def test_no_place_two_places_and_words_that_only_look_like_one_tell_none(text: str) -> None:
    assert unit_of(text) is None


def test_every_unit_has_names_and_codes_that_the_code_list_knows() -> None:
    data = tomllib.loads(resources.files("knowledge_base").joinpath("place.toml").read_text(encoding="utf-8"))
    assert set(data) == set(UNITS) == set(CONSOLE_UNITS)
    for unit, facts in data.items():
        assert {unit_of(code) for code in facts["codes"]} == {unit}
    offices = {code.code for codes in reference().code_lists if codes.kind == "office" for code in codes.codes}
    assert {code for facts in data.values() for code in facts["codes"]} <= offices
