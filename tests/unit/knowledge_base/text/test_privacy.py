"""Personal data out, customs codes kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.text.entity import find
from knowledge_base.text.privacy import mask

WORDS = """
    tôi là Nguyễn Văn An bên cty sđt 0912345678 0912 345 678 tk 107123456789 mst 5700100104 cccd 014123456789
    a.b@c.vn my name is John Smith 我叫张伟 , . 13812345678 xe 14C-123.45 4111111111111111 [PHONE] HS 0810 stk
    0011001234567 +84912345678 @nguyenvana zalo wx abc123 CSQU3054383 người liên hệ: em tên
"""


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("tôi là Nguyễn Văn An bên cty ABC, sđt 0912 345 678", "tôi là [NAME] bên cty ABC, sđt [PHONE]"),
        ("toi la nguyen van a o mong cai", "toi la [NAME] o mong cai"),
        ("em là Hương bên cty X", "em là [NAME] bên cty X"),
        ("Em tên Hoa, hỏi về C/O", "Em tên [NAME], hỏi về C/O"),
        ("họ tên: Trần Thị Bình", "họ tên: [NAME]"),
        ("my name is John Smith, john.smith@abc.com", "my name is [NAME], [EMAIL]"),
        ("I am John from DHL", "I am [NAME] from DHL"),
        ("我叫张伟强想问报关", "我叫[NAME]想问报关"),
        ("我是张伟，电话13812345678", "我是[NAME]，电话[PHONE]"),
        ("+84 912-345-678, (84)912345678, 0203 3885 123", "[PHONE], [PHONE], [PHONE]"),
        ("cccd 014123456789, CMND: 123456789", "cccd [ID], CMND: [ID]"),
        ("身份证450602199001011234", "身份证[ID]"),
        ("hộ chiếu C1234567", "hộ chiếu [ID]"),
        ("thẻ 9704 3612 3456 7890 123 và 4111 1111 1111 1111", "thẻ [CARD] và [CARD]"),
        ("số tài khoản 0011001234567 vcb", "số tài khoản [ACCOUNT] vcb"),
        ("wechat: zhangsan888, @nguyenvana", "wechat: [CHAT], [CHAT]"),
    ],
)
def test_personal_data_is_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "tk 107123456789 mst 5700100104 HS 0713.40.20 cont CSQU3054383 xe 14C-123.45",
        "报关单107123456789，桂F12345，税号0810.60",
        "mst 0912345678",
        "stk 107123456789",
        "tôi là doanh nghiệp chế xuất",
        "em la ke toan moi",
        "tôi là Giám đốc công ty",
        "I am a customs broker",
        "this is urgent, call me back",
        "我是报关员",
        "hotline 19009299 nhánh 2",
        "theo 39/2018/TT-BTC, ngày 18/02/2025, 1.250.000.000 đ",
    ],
)
def test_everything_else_stays(text: str) -> None:
    assert mask(text) == text


TEXTS = st.one_of(
    st.text(max_size=200),
    st.tuples(st.sampled_from([" ", "", ", "]), st.lists(st.sampled_from(WORDS.split()), max_size=14)).map(
        lambda pair: pair[0].join(pair[1])
    ),
)


@given(TEXTS)
def test_masking_twice_is_masking_once(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@given(TEXTS)
def test_no_code_is_ever_hidden(text: str) -> None:
    masked = mask(text)
    for entity in find(text):
        assert text[entity.start : entity.end] in masked


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "a@",
        "1",
        "1 ",
        "toi la ",
        "em ten ",
        "我叫",
        "zalo ",
        "0",
        "+1",
        "a.",
        "name: ",
        "cccd so ",
        "0912345678 ",
        "@aaaaaa ",
    ],
)
def test_hostile_text_is_read_to_the_end(unit: str) -> None:
    assert mask((unit * 4096)[:4096])
