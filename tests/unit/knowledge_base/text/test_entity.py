"""Codes found in text of three languages."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.text.entity import find
from knowledge_base.text.identifier import OFFICE_CODES, is_container_valid
from knowledge_base.text.number import is_tax_code_valid

WORDS = """
    tk 107123456789 MST 5700100104 0101234567-001 0713.40.20 HS 0810 08106000 CSQU3054383 tghu 123456-7
    39/2018/TT-BTC 1357/QĐ-TCHQ thông tư 38/2015 decree 128/2020 121号通知 第 14C-123.45 51H 123.45 桂F12345 粤B·12345
    20BB mã hải quan 15BD 报关单 税号 ， . / - 1 12 123 1234 １０７ 0912345678 đồng kg
"""

MESSY = st.tuples(st.sampled_from(["", " ", "，"]), st.lists(st.sampled_from(WORDS.split()), max_size=14)).map(
    lambda pair: pair[0].join(pair[1])
)


def found(text: str) -> list[tuple[str, str]]:
    return [(entity.type, entity.value) for entity in find(text)]


@pytest.mark.parametrize(
    ("text", "type_", "value"),
    [
        # declarations
        ("tk 107123456789 da thong quan chua", "declaration", "107123456789"),
        ("tk107123456789", "declaration", "107123456789"),
        ("Tờ khai số 305.123.456.789 sai tên hàng", "declaration", "305123456789"),
        ("declaration 1071 2345 6789 is red", "declaration", "107123456789"),
        ("报关单107123456789红通了", "declaration", "107123456789"),
        ("报关单号：１０７１２３４５６７８９", "declaration", "107123456789"),
        ("TK 507123456789", "declaration", "507123456789"),
        # tax codes
        ("mst 5700100104", "tax_code", "5700100104"),
        ("MST: 0101234567-001", "tax_code", "0101234567-001"),
        ("mã số thuế 0312345678", "tax_code", "0312345678"),
        ("our tax code is 5700100104", "tax_code", "5700100104"),
        ("税号5701234567的公司", "tax_code", "5701234567"),
        ("cty 0101234567 no thue", "tax_code", "0101234567"),
        # tariff lines
        ("mã HS 0713.40.20 thuế bao nhiêu", "hs_code", "07134020"),
        ("08106000 sầu riêng", "hs_code", "08106000"),
        ("hs code 081060", "hs_code", "081060"),
        ("HS 0810", "hs_code", "0810"),
        ("税号0810.60", "hs_code", "081060"),
        ("hs8517", "hs_code", "8517"),
        ("0810 这个税号", "hs_code", "0810"),
        # containers
        ("cont CSQU3054383 bị giữ", "container", "CSQU3054383"),
        ("csqu 305438-3", "container", "CSQU3054383"),
        ("柜号ＣＳＱＵ３０５４３８３", "container", "CSQU3054383"),
        ("contCSQU3054383", "container", "CSQU3054383"),
        # legal documents
        ("theo 39/2018/TT-BTC", "legal_document", "39/2018/TT-BTC"),
        ("Luật 54/2014/QH13", "legal_document", "54/2014/QH13"),
        ("1357/QĐ-TCHQ", "legal_document", "1357/QĐ-TCHQ"),
        ("1357/qd-tchq", "legal_document", "1357/QĐ-TCHQ"),
        ("8/2015/nd-cp", "legal_document", "08/2015/NĐ-CP"),
        ("thong tu 38/2015", "legal_document", "38/2015/TT"),
        ("TT39", "legal_document", "39/TT"),
        ("nghị định 128 năm 2020", "legal_document", "128/2020/NĐ-CP"),
        ("decree 128/2020", "legal_document", "128/2020/NĐ-CP"),
        ("Decree 167 of 2025", "legal_document", "167/2025/NĐ-CP"),
        ("under decree 128.", "legal_document", "128/NĐ-CP"),
        ("121号通知", "legal_document", "121/TT"),
        ("2025年第121号通知改了什么", "legal_document", "121/2025/TT"),
        ("第38/2015/TT-BTC号通知", "legal_document", "38/2015/TT-BTC"),
        ("280号令以后", "legal_document", "280/LỆNH"),
        ("GACC Order 280", "legal_document", "280/LỆNH"),
        ("luật 90/2025", "legal_document", "90/2025/QH15"),
        ("văn bản 1883/VP.UBND-TC", "legal_document", "1883/VP.UBND-TC"),
        # plates
        ("xe 14C-123.45", "licence_plate", "14C12345"),
        ("xe14c12345 ket o bai", "licence_plate", "14C12345"),
        ("51H 123.45", "licence_plate", "51H12345"),
        ("mooc 15R-012.34", "licence_plate", "15R01234"),
        ("29LD-123.45", "licence_plate", "29LD12345"),
        ("biển số 14N 1234", "licence_plate", "14N1234"),
        ("桂F12345进芒街", "licence_plate", "桂F12345"),
        ("粤B·12345", "licence_plate", "粤B12345"),
        ("新能源车桂AD12345", "licence_plate", "桂AD12345"),
        ("車牌滬A12345", "licence_plate", "沪A12345"),
        ("挂车桂F1234挂", "licence_plate", "桂F1234挂"),
        # offices
        ("mã 20bb", "office_code", "20BB"),
        ("mã hải quan 15BD", "office_code", "15BD"),
        ("customs office code 02CI", "office_code", "02CI"),
        ("海关代码20BC", "office_code", "20BC"),
    ],
)
def test_a_code_is_found(text: str, type_: str, value: str) -> None:
    assert found(text) == [(type_, value)]


@pytest.mark.parametrize(
    "text",
    [
        "10712345678x den dau roi",
        "gọi 0912345678",
        "0912345678",
        "+84912345678",
        "cccd 014123456789",
        "100.200.300.400 đồng",
        "1.250.000.000 đ",
        "ngày 18/02/2025, 18022025, 20250218",
        "20 12 2025 1030",
        "Km3+4, 24/7, 8%, 20k, 2026",
        "EGLV149001234567",
        "4111 1111 1111 1111",
        "cont 40HC, 20GP",
        "quyết định 3 ngày, tt 10 ngày, Law 2014",
        "hợp đồng 01/2025/HDMB-ABC",
        "mã 8517",
        "A11, E31, form E, B/L 123456",
        "12500000 đồng",
    ],
)
def test_other_numbers_are_no_codes(text: str) -> None:
    assert found(text) == []


def test_several_codes_in_one_message() -> None:
    text = (
        "TK 107123456789 mst 5700100104, hàng HS 0810.60.00 và 0811, "
        "cont CSQU3054383 xe 14C-123.45 (20BB, TT 38/2015/TT-BTC)"
    )
    assert [entity.type for entity in find(text)] == [
        "declaration",
        "tax_code",
        "hs_code",
        "hs_code",
        "container",
        "licence_plate",
        "office_code",
        "legal_document",
    ]


def test_checks_are_reported() -> None:
    assert [entity.is_valid for entity in find("CSQU3054383 CSQU3054384")] == [True, False]
    assert [entity.is_valid for entity in find("mst 5700100104 mst 5700100105")] == [True, False]
    assert [entity.is_valid for entity in find("tk 107123456789, tk 507123456789")] == [True, False]
    assert find("20BB")[0].is_valid is None
    assert is_container_valid("TGHU1234567")
    assert is_tax_code_valid("0100109106")


def test_every_office_of_the_region_is_known() -> None:
    for code in OFFICE_CODES:
        assert found(f"mã {code.lower()} là gì") == [("office_code", code)]


@given(st.one_of(st.text(max_size=200), MESSY))
def test_spans_lie_in_the_text_without_overlap(text: str) -> None:
    place = 0
    for entity in find(text):
        assert place <= entity.start < entity.end <= len(text)
        assert entity.value == entity.value.upper()
        place = entity.end


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "1 ",
        "1.",
        "TK 1",
        "1/2018/TT-",
        "第1号",
        "14C-",
        "A",
        "CONT",
        "20BB ",
        "nd 1/",
        "12345678 ",
        "1/AA-BB",
        "桂F12345",
        "１",
    ],
)
def test_hostile_text_is_read_to_the_end(unit: str) -> None:
    spans = [(entity.start, entity.end) for entity in find((unit * 4096)[:4096])]
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
