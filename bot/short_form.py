"""Messages about nothing but one short form of the trade: "KTC", "KBS là gì", "what is TNTX".

The table of short forms says what each stands for; a model would guess, and the look-up of codes knows none of them.
"""

import re
from dataclasses import dataclass

from bot.bare import ASKING, LONGEST
from helpdesk.language import Language
from helpdesk.message import Button, Draft, Outcome
from helpdesk.payload import Payload
from helpdesk.reply import Reply
from helpdesk.wording import say
from knowledge_base.clarification import LONELY, doubt
from knowledge_base.text.abbreviation import Ambiguity, expand
from knowledge_base.text.normal import fold
from knowledge_base.text.syllable import listed

_WORD = re.compile(r"[^\W\d_\u3400-\u9fff]+|[\u3400-\u9fff]")
_WHAT = listed("gi nghia what mean means stand meaning 什 啥 思")
_AROUND = ASKING | listed(
    """
    viet tat cua tu chu nao vay the ha nhi xin hoi cho em does do stand for short abbreviation please
    缩 写 全 称 请 问
    """
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a short form stands for, and the message with it written out."""

    short: str
    reading: str
    written: str


def unclear(text: str, language: Language) -> Reply | None:
    """The question which of its readings a lone short form has ("TQ"); None for any other message."""
    short = _lone(text)
    found = next((one for one in _expanded(short, language) if isinstance(one, Ambiguity)), None) if short else None
    if found is None:
        return None
    asked = f"{doubt(found, language)} {say(language, 'service.short_form_ask')}"
    officer = Button(say(language, "button.officer"), str(Payload("officer")))
    return Reply(Outcome.CLARIFY, language, (Draft(asked, buttons=(officer,), outcome=Outcome.CLARIFY),))


def meant(text: str, language: Language) -> Meaning | None:
    """What a message asks the meaning of, where that is a short form with one reading ("KBS là gì"); else None."""
    short = _lone(text)
    if short is None or not _WHAT & _words(text):
        return None
    reading = next((one for one in _expanded(short, language) if isinstance(one, str)), None)
    return Meaning(short, reading, text.replace(short, reading, 1)) if reading else None


def said(meaning: Meaning, language: Language) -> Draft:
    """The sentence that says what a short form stands for."""
    return Draft(say(language, "service.short_form", short=meaning.short, reading=meaning.reading))


def _lone(text: str) -> str | None:
    """The one word of a message beside words that ask what something is; numbers and codes are not ours."""
    if len(text) > LONGEST or any(char.isdigit() for char in text):
        return None
    found = [word for word in _WORD.findall(text) if fold(word, keep_marks=False) not in _AROUND]
    return found[0] if len(found) == 1 and len(found[0]) > LONELY else None


def _words(text: str) -> set[str]:
    return {fold(word, keep_marks=False) for word in _WORD.findall(text)}


def _expanded(short: str, language: Language) -> list[str | Ambiguity]:
    """What a short form may be in the asker's language, then in Vietnamese, whose short forms everybody types."""
    found: list[str | Ambiguity] = []
    for spoken in dict.fromkeys((language, "vi")):
        expansion = expand(short, spoken)
        found.extend(expansion.ambiguous)
        if not expansion.ambiguous and _letters(expansion.text) != _letters(short):
            found.append(expansion.text)
    return found[:1]


def _letters(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())
