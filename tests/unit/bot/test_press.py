import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.press import pressed
from helpdesk.message import Button

CHOICES = (
    Button("Hàng nhập phải tái xuất, xin hoàn thuế", "pick:refund-reexport"),
    Button("C/O mẫu E bị nghi ngờ, bị từ chối", "pick:co-e-reject"),
    Button("Hàng xuất bị khách trả về (A31)", "pick:returned-exports"),
    Button("Không phải các ý trên", "none"),
    Button("Gặp cán bộ", "officer"),
)
ONE = (Button("Hủy tờ khai", "pick:cancel"), Button("Không, việc khác", "none"), Button("Gặp cán bộ", "officer"))
APART = (
    Button("Đúng, một trong các ô đó", "pick:amend-forbidden-fields"),
    Button("Không, sai ở ô khác", "pick:cancel"),
    Button("Không phải các ý trên", "none"),
)
ANSWER = (
    Button("Hồ sơ cần có", "part:cancel:documents"),
    Button("Hữu ích", "useful:7"),
    Button("Chưa đúng", "poor:7"),
    Button("Gặp cán bộ", "officer"),
)
RATING = (Button("Hài lòng", "rate:26-0001-3:4"),)


def press(text: str, buttons: tuple[Button, ...]) -> str | None:
    found = pressed(text, buttons)
    return str(found) if found else None


@pytest.mark.parametrize(
    "text", ["1", "cái đầu tiên", "ý thứ nhất ạ", "so 1", "the first one", "number 1 please", "第一个"]
)
def test_the_first_choice_can_be_named(text: str) -> None:
    assert press(text, CHOICES) == "pick:refund-reexport"


@pytest.mark.parametrize(
    "text", ["cái thứ hai", "tôi chọn số 2", "cai thu 2 a", "the second", "option 2", "第二个", "选2"]
)
def test_the_second_choice_can_be_named(text: str) -> None:
    assert press(text, CHOICES) == "pick:co-e-reject"


@pytest.mark.parametrize("text", ["cái cuối cùng", "3", "the last one", "最后一个吧"])
def test_the_last_choice_can_be_named(text: str) -> None:
    assert press(text, CHOICES) == "pick:returned-exports"


@pytest.mark.parametrize("text", ["4", "1 và 2", "2 container", "thứ hai tuần sau có làm không", "第二个柜子怎么办"])
def test_what_names_no_one_choice_is_left_to_the_brain(text: str) -> None:
    assert press(text, CHOICES) is None


@pytest.mark.parametrize(
    "text", ["không phải mấy cái đó", "ko", "none of these", "neither", "都不是", "Không phải các ý trên"]
)
def test_turning_all_choices_down_is_the_button_for_it(text: str) -> None:
    assert press(text, CHOICES) == "none"


@pytest.mark.parametrize("text", ["đúng rồi ạ", "ừ", "phải", "yes", "that's it, yes", "对", "是的", "👍"])
def test_yes_takes_the_only_choice(text: str) -> None:
    assert (press(text, ONE), press(text, CHOICES)) == ("pick:cancel", None)


@pytest.mark.parametrize("text", ["không", "no", "không phải", "việc khác", "不是"])
def test_no_turns_the_only_choice_down(text: str) -> None:
    assert press(text, ONE) == "none"


def test_the_beginning_or_the_end_of_one_choice_is_enough() -> None:
    assert (press("không", APART), press("đúng ạ", APART)) == ("pick:cancel", "pick:amend-forbidden-fields")
    assert press("xin hoan thue", CHOICES) == "pick:refund-reexport"
    assert press("hàng", CHOICES) is None


def test_a_thumb_that_is_down_is_the_button_for_an_answer_that_is_not_right() -> None:
    assert (press("👎", ANSWER), press("👎👎", ANSWER), press("👎", CHOICES)) == ("poor:7", "poor:7", "none")


@pytest.mark.parametrize("text", ["không", "no", "đúng rồi", "sai rồi", "không đúng hạn có bị phạt không"])
def test_other_words_after_an_answer_are_left_to_the_brain(text: str) -> None:
    assert press(text, ANSWER) is None


def test_a_button_goes_by_its_title() -> None:
    assert (press("huu ich", ANSWER), press("Hồ sơ cần có?", ANSWER)) == ("useful:7", "part:cancel:documents")


def test_a_rating_is_given_by_its_button_alone() -> None:
    assert press("Hài lòng", RATING) is None


@given(st.text())
def test_any_text_is_borne(text: str) -> None:
    assert press(text, ()) is None
    assert press(text, CHOICES) is None or text.strip()
