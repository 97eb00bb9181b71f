"""One form for text typed in a hundred ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.text.normal import MAX_LENGTH, cap, clean, fold, simplify, strip_marks, tokenize, tokens

ANYTHING = st.text(max_size=300)
VIETNAMESE = st.text(alphabet="aăâeêioôơuưybcdđghklmnpqrstvx \u0300\u0301\u0303\u0309\u0323sfjw0123456789", max_size=60)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hoà giải", "hòa giải"),
        ("thuỷ sản, khoẻ, hoá đơn", "thủy sản, khỏe, hóa đơn"),
        ("HOÁ ĐƠN Thuỷ", "HÓA ĐƠN Thủy"),
        ("tòan bộ hòan thuế", "toàn bộ hoàn thuế"),
        ("quý 3, quả, giá, giếng, gìn giữ", "quý 3, quả, giá, giếng, gìn giữ"),
        ("to\u031b\u0300 khai", "tờ khai"),
        ("ｔｋ　１２３４", "tk 1234"),
        ("２０ＢＢ，报关？", "20BB,报关?"),
        ("diện tích 20 m², 5 m³", "diện tích 20 m², 5 m³"),
        ("20㎡ 5㎏", "20m² 5kg"),
        ("Ðồng Ðăng", "Đồng Đăng"),
        ("a\u200bb\u202ec\ufeffd\ufe0f", "abcd"),
        ("tab\tnew\r\n\nline\x00 \x07end", "tab new line end"),
        ("“tờ khai” – ‘nhập’…", "\"tờ khai\" - 'nhập'..."),
        ("𝐂𝐮𝐬𝐭𝐨𝐦𝐬 ﬁle", "Customs file"),
        ("Thông tư Ⅷ", "Thông tư VIII"),
        ("khoong bieets", "không biết"),
        ("tokhai Haiquan cửakhẩu", "to khai Hai quan cửa khẩu"),
        ("dduowcj cuwar khaaru", "được cửa khẩu"),
        ("thue61 d9u7o7c5 ha2ng", "thuế được hàng"),
        ("khônggggg okkkk dạaaaa", "không ok dạ"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_cleaning_gives_what_was_meant(typed: str, meant: str) -> None:
    assert clean(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "form E, C/O, 39/2018/TT-BTC, Km3+4, 24/7, 20BB, E31, A12, E62, B11, AAA",
        "KV VIII, Bắc Luân III, Phụ lục II",
        "need to see the door, how now, three boxes, too soon, power, own, chef, beef, tax, six",
        "mp3 h2o b2b co2 G2A xe2 ngay16 so1",
        "TGHU1234567 14C-123.45 51H 123.45",
        "https://www.customs.gov.vn/index.jsp?id=1",
        "moóc, xoong, cải xoong",
    ],
)
def test_cleaning_leaves_codes_and_english_alone(text: str) -> None:
    assert clean(text) == text


def test_clean_caps_and_cap_says_so() -> None:
    assert len(clean("thuế " * 3000)) <= MAX_LENGTH
    assert cap("abc", 5).is_cut is False
    assert cap("abc def", 4) == type(cap(""))("abc", True)


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Đường thuế khẩu", "Duong thue khau"),
        ("ĐƯỢC ạ ỹ Ỵ", "DUOC a y Y"),
        ("报关 form E", "报关 form E"),
        ("café résumé", "cafe resume"),
    ],
)
def test_marks_come_off(text: str, bare: str) -> None:
    assert strip_marks(text) == bare


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("報關單退回", "报关单退回"),
        ("貨櫃號碼", "货柜号码"),
        ("進口關稅", "进口关税"),
        ("报关单", "报关单"),
        ("thuế", "thuế"),
    ],
)
def test_traditional_becomes_simplified(traditional: str, simplified: str) -> None:
    assert simplify(traditional) == simplified


def test_fold_is_for_comparing() -> None:
    assert fold("HOÀN Thuế 報關") == "hoàn thuế 报关"
    assert fold("HOÀN Thuế Đỏ", keep_marks=False) == "hoan thue do"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Nộp C/O form E ở Km3+4", ["nộp", "c/o", "form_e", "ở", "km3+4"]),
        ("theo 39/2018/TT-BTC, 24/7", ["theo", "39/2018/tt-btc", "24/7"]),
        ("loại hình E31 mã 20BB", ["loại", "hình", "e31", "mã", "20bb"]),
        ("1357/QĐ-TCHQ và 54/2014/QH13", ["1357/qđ-tchq", "và", "54/2014/qh13"]),
        ("mẫu E, mau d, FORM RCEP", ["form_e", "form_d", "form_rcep"]),
        ("报关单", ["报", "关", "单", "报关", "关单"]),
        ("FORM E还没拿到", ["form_e", "还", "没", "拿", "到", "还没", "没拿", "拿到"]),
        ("60ngay 3to 20k tk107123456789", ["60", "ngay", "3", "to", "20k", "tk", "107123456789"]),
        ("0713.40.20 8% 18/02/2025", ["0713.40.20", "8%", "18/02/2025"]),
        ("what's, don't; import-export", ["what", "don't", "import", "export"]),
        ("#&VN 20 m²", ["#&vn", "20", "m²"]),
        ("phí 1/xe", ["phí", "1", "xe"]),
        ("TGHU1234567 14C12345", ["tghu1234567", "14c12345"]),
        ("😀 ... !!!", []),
    ],
)
def test_tokens(text: str, wanted: list[str]) -> None:
    assert tokens(text) == wanted


@given(ANYTHING)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(VIETNAMESE)
def test_cleaning_twice_is_cleaning_once_for_things_like_telex(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(ANYTHING)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ANYTHING)
def test_bare_text_is_as_long_as_clean_text(text: str) -> None:
    assert len(strip_marks(clean(text))) == len(clean(text))


@given(ANYTHING)
def test_token_spans_lie_in_the_text_and_in_order(text: str) -> None:
    place = 0
    for token in tokenize(text):
        assert place <= token.start < token.end <= len(text)
        place = token.end


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "1.",
        "a",
        "a1",
        "form ",
        "/",
        "\u0301",
        "\u05b0\u05bc",
        "1/2018/",
        "km1+",
        "ạ",
        "\u200b",
        "oo",
        "1/AA-",
        "报",
    ],
)
def test_hostile_text_is_read_to_the_end(unit: str) -> None:
    text = (unit * 9000)[:9000]
    assert all(tokens(text))
