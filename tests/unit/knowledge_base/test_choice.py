import shutil
from pathlib import Path

import pytest

from knowledge_base import choice, shelf
from knowledge_base.article import LANGUAGES

IDS = [path.stem for path in shelf.PROCEDURES.glob("*.yaml")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the files, to break."""
    for name in (choice.LABELS, choice.DISTINCTIONS):
        shutil.copy(choice.ROOT / name, tmp_path)
    return tmp_path


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_every_article_has_a_label_of_its_own_and_every_distinction_two_known_articles() -> None:
    assert choice.problems(IDS) == []


def test_an_article_without_a_label_goes_by_its_title() -> None:
    assert choice.label_of("made-at-the-desk", "vi", "Tiêu đề") == "Tiêu đề"
    assert choice.label_of("cancel", "vi", "Hủy tờ khai hải quan") == "Muốn hủy tờ khai"


def test_a_pair_is_told_apart_whichever_comes_first() -> None:
    asked = choice.distinction("amend-after-clearance", "amend-in-clearance")
    assert asked is not None
    assert asked == choice.distinction("amend-in-clearance", "amend-after-clearance")
    assert asked.answers["amend-after-clearance"].en == "Already cleared"
    assert choice.distinction("cancel", "isec") is None


@pytest.mark.parametrize(
    ("name", "before", "after", "told"),
    [
        (choice.LABELS, "\ncancel:", "\ncall-off:", ["there is no article 'call-off'", "'cancel' has no label"]),
        (
            choice.LABELS,
            "vi: Muốn hủy tờ khai",
            "vi: Nộp thuế điện tử 24/7 qua ngân hàng",
            ["cancel.vi", "epay-247.vi"],
        ),
        (choice.DISTINCTIONS, "amend-in-clearance:", "amend-on-a-whim:", ["no article 'amend-on-a-whim'"]),
        (choice.DISTINCTIONS, "vi: Thông quan rồi", "vi: Chưa thông quan", ["vi: both answers have the same words"]),
        (choice.DISTINCTIONS, "amend-after-clearance:", "amend-forbidden-fields:", ["the pair stands there twice"]),
    ],
)
def test_what_does_not_fit_together_is_told(folder: Path, name: str, before: str, after: str, told: list[str]) -> None:
    change(folder / name, before, after)
    lines = choice.problems(IDS, folder)
    assert [word for word in told if not any(line.startswith(name) and word in line for line in lines)] == []


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        (choice.LABELS, "zh: 想撤销报关单", f"zh: {'想' * 19}"),
        (choice.LABELS, "vi: Muốn hủy tờ khai", f"vi: {'Muốn hủy tờ khai ' * 4}"),
        (choice.LABELS, "zh: 想撤销报关单", "jp: 想撤销报关单"),
        (choice.DISTINCTIONS, "en: Has the shipment been cleared yet?", "en: The shipment has been cleared"),
        (
            choice.DISTINCTIONS,
            "answers:\n    amend-in-clearance:",
            "answers:\n    cancel: {vi: a, en: b, zh: c}\n    amend-in-clearance:",
        ),
        (choice.DISTINCTIONS, "- question:", "- question: ["),
    ],
)
def test_a_file_that_is_no_such_list_is_refused_in_one_line(folder: Path, name: str, before: str, after: str) -> None:
    change(folder / name, before, after)
    [line] = choice.problems(IDS, folder)
    assert line.startswith(f"{name}: ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_choice_is_longer_than_a_button_of_a_narrow_telephone(language: str) -> None:
    limit = 18 if language == "zh" else 48
    buttons = [
        *choice.labels().values(),
        *(words for one in choice.distinctions().values() for words in one.answers.values()),
    ]
    assert [words for words in buttons if len(getattr(words, language)) > limit] == []
