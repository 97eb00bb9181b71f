import string

from helpdesk.language import LANGUAGES
from helpdesk.ticket import HandOffReason
from helpdesk.wording import catalogue, joined

KEYS = catalogue("vi").keys()


def test_every_language_has_every_sentence() -> None:
    assert all(catalogue(language).keys() == KEYS for language in LANGUAGES)


def test_every_language_fills_the_same_blanks() -> None:
    def blanks(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for key in KEYS:
        assert len({frozenset(blanks(catalogue(language)[key])) for language in LANGUAGES}) == 1, key


def test_every_reason_for_a_hand_off_can_be_said() -> None:
    said = {f"queue.why_{reason}" for reason in HandOffReason} - {"queue.why_officer_stepped_in"}
    assert said <= KEYS


def test_sentences_stand_apart_but_in_chinese() -> None:
    assert (joined("vi", ["Một.", "Hai."]), joined("zh", ["一。", "二。"])) == ("Một. Hai.", "一。二。")
