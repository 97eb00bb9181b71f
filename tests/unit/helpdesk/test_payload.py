import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.error import InvalidInput
from helpdesk.payload import ACTIONS, MAX_BYTES, Payload, parse
from knowledge_base import shelf
from knowledge_base.article import PARTS


@pytest.mark.parametrize(
    "text", ["", "useful", "useful:", "rate:26-0001-1", "boom", "part:a:b:c", "officer:x", "x" * 65]
)
def test_refuses_what_the_desk_never_wrote(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse(text)


@given(st.text(max_size=100))
def test_any_text_is_either_read_or_refused(text: str) -> None:
    try:
        payload = parse(text)
    except InvalidInput:
        return
    assert ACTIONS[payload.action] == len(payload.arguments)
    assert str(payload) == text


def test_every_article_and_part_fits_telegrams_64_bytes() -> None:
    for path in shelf.PROCEDURES.glob("*.yaml"):
        for part in PARTS:
            assert len(str(Payload("part", (path.stem, part))).encode()) <= MAX_BYTES
