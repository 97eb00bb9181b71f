import re
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path

import pytest

from bot.connectors.web.page import ChatPage, catalogue
from helpdesk.language import LANGUAGES

STATIC = Path(str(resources.files("bot.connectors.web"))) / "static"
SCRIPTS = sorted(STATIC.glob("*.js"))


class Markup(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.problems: list[str] = []
        self.keys: set[str] = set()
        self.ids: list[str] = []
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.problems.append(f"{tag} {name}")
            if name in ("data-text", "data-label", "data-placeholder"):
                self.keys.add(value or "")
            if name == "id":
                self.ids.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside in ("script", "style") and data.strip():
            self.problems.append(f"inline {self._inside}")


@pytest.fixture(scope="module")
def markup() -> Markup:
    return Markup(ChatPage((), 20 << 20)._page.body.decode())


def blanks(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_every_language_has_the_same_sentences_with_the_same_blanks() -> None:
    vietnamese = catalogue("vi")
    for language in LANGUAGES:
        texts = catalogue(language)
        assert set(texts) == set(vietnamese)
        assert all(texts[key].strip() for key in texts)
        assert {key for key in texts if blanks(texts[key]) != blanks(vietnamese[key])} == set()


def test_no_sentence_is_forgotten_and_none_is_missing(markup: Markup) -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
    used = set(re.findall(r"""\bt\("(\w+)\"""", code)) | markup.keys
    assert used - set(catalogue("vi")) == set()
    named = {key for key in catalogue("vi") if f'"{key}"' in code} | {"noscript"}
    built = {key for key in catalogue("vi") if key.startswith("author_")}
    assert set(catalogue("vi")) - used - named - built == set()


def test_the_page_has_nothing_inline_and_no_id_twice(markup: Markup) -> None:
    assert markup.problems == []
    assert len(markup.ids) == len(set(markup.ids))


def test_every_element_that_the_scripts_look_for_is_on_the_page(markup: Markup) -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
    assert set(re.findall(r'byId\("([\w-]+)"\)', code)) - set(markup.ids) == set()


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_turns_text_into_markup_or_code(path: Path) -> None:
    code = path.read_text(encoding="utf-8")
    sinks = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|setHTML|srcdoc"
    assert re.findall(sinks, code) == []
    assert len(code.splitlines()) < 400
