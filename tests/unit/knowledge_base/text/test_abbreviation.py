"""Trade shorthand written out, or asked about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.text.abbreviation import expand

SHORTHAND = """
    tq ck hd tk hq co k form e ko , . 20k lh tt hs mau
"""


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        (
            "huy TK NK luong vang, DN gui cv dc ko",
            "huy tờ khai nhập khẩu luong vang, doanh nghiệp gui công văn được không",
        ),
        ("TK da TQ roi", "tờ khai da thông quan roi"),
        ("xuat sang TQ", "xuat sang Trung Quốc"),
        ("hang chuyen CK la gi", "hang chuyen cửa khẩu la gi"),
        ("nop thue CK qua ngan hang", "nop thue chuyển khoản qua ngan hang"),
        ("sai LH A11", "sai loại hình A11"),
        ("lh ai de hoi", "liên hệ ai de hoi"),
        ("ký hđ gia công", "ký hợp đồng gia công"),
        ("xuất HĐ VAT", "xuất hóa đơn VAT"),
        ("TT 39/2018/TT-BTC", "thông tư 39/2018/TT-BTC"),
        ("lam TT hai quan", "lam thủ tục hai quan"),
        ("NK/XK", "nhập khẩu/xuất khẩu"),
        ("TX-TN, tntx", "tạm xuất tái nhập, tạm nhập tái xuất"),
        ("le phi 20k, 1tr5, 2tr, luc 8h30", "le phi 20 nghìn, 1,5 triệu, 2 triệu, luc 8 giờ 30"),
        ("CO form E", "C/O form E"),
        ("co duoc ko", "co duoc không"),
        ("gom nhung j", "gom nhung gì"),
        ("ma HS 0810", "ma HS 0810"),
        ("nop HS hai quan", "nop hồ sơ hai quan"),
        ("nop KB nha nuoc", "nop kho bạc nha nuoc"),
        ("TĐMĐSD", "thay đổi mục đích sử dụng"),
    ],
)
def test_vietnamese_shorthand(text: str, expanded: str) -> None:
    found = expand(text)
    assert found.text == expanded
    assert found.candidates == (expanded,)
    assert found.ambiguous == ()


@pytest.mark.parametrize(
    "text",
    ["form e", "mau e", "a b c d e", "#&VN", "hq@customs.gov.vn", "customs.gov.vn", "39/2018/TT-BTC", "E31 voi E21"],
)
def test_what_is_no_shorthand_stays(text: str) -> None:
    assert expand(text).text == text


@pytest.mark.parametrize(
    ("text", "short", "readings"),
    [
        ("hang TQ", "TQ", ("thông quan", "Trung Quốc")),
        ("KTC hang nay", "KTC", ("kiểm tra chất lượng", "kiểm tra chuyên ngành")),
        ("hđ", "hđ", ("hợp đồng", "hóa đơn", "hoạt động", "hướng dẫn")),
        ("ck", "ck", ("cửa khẩu", "chuyển khoản", "chiết khấu")),
        ("stk", "stk", ("số tờ khai", "số tài khoản")),
    ],
)
def test_ambiguous_shorthand_is_named_not_guessed(text: str, short: str, readings: tuple[str, ...]) -> None:
    found = expand(text)
    assert found.text == text
    assert [(a.short, a.readings) for a in found.ambiguous] == [(short, readings)]
    assert text[found.ambiguous[0].start : found.ambiguous[0].end] == short
    assert len(found.candidates) == min(len(readings), 4)


def test_english_and_chinese_have_their_own_shorthand() -> None:
    assert expand("pls send docs, qty wrong on inv", "en").text == "please send documents, quantity wrong on invoice"
    assert expand("产地证 原产地证", "zh").text == "原产地证 原产地证"
    assert expand("关单退了", "zh").text == "报关单退了"
    assert expand("tk hq", "fr").text == "tk hq"


@given(st.text(max_size=200), st.sampled_from(["vi", "en", "zh"]))
def test_anything_can_be_expanded(text: str, language: str) -> None:
    found = expand(text, language)
    assert 1 <= len(found.candidates) <= 4
    for ambiguity in found.ambiguous:
        assert text[ambiguity.start : ambiguity.end] == ambiguity.short


@given(
    st.lists(
        st.sampled_from(SHORTHAND.split()),
        max_size=20,
    )
)
def test_shorthand_in_any_order(words: list[str]) -> None:
    expand(" ".join(words))


@pytest.mark.parametrize("unit", ["tq ", "a/", "hd/", "k ", "dk-", "tq", "20k "])
def test_hostile_text_is_read_to_the_end(unit: str) -> None:
    assert expand((unit * 4096)[:4096]).candidates
