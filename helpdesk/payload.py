"""Button payloads: short words that come back when a button is pressed, at most 64 bytes.

article:<id>            show this article                pick:<id>   chosen from a clarifying question
part:<id>:<part>        show one part of it              none        none of the offered choices
useful:<turn>           the answer helped                poor:<turn>        it did not (asks why)
why:<turn>:<reason>     why it did not                   officer     talk to an officer
rate:<ticket>:<level>   1 to 5                           rate_why:<ticket>:<reason>
lang:<language>         change the language         bot         withdraw the ticket, back to the bot
ask:<message>:<place>   one of the questions that this message held
notify:<turn>           tell me when it is answered   quiet     no corrections and no news any more
"""

from dataclasses import dataclass

from helpdesk.error import InvalidInput

MAX_BYTES = 64
ACTIONS = {
    "article": 1,
    "pick": 1,
    "part": 2,
    "none": 0,
    "useful": 1,
    "poor": 1,
    "why": 2,
    "officer": 0,
    "rate": 2,
    "rate_why": 2,
    "lang": 1,
    "bot": 0,
    "ask": 2,
    "notify": 1,
    "quiet": 0,
}
RATING_ACTIONS = frozenset({"rate", "rate_why"})


@dataclass(frozen=True, slots=True)
class Payload:
    """A parsed button payload: an action of `ACTIONS` and its arguments."""

    action: str
    arguments: tuple[str, ...] = ()

    def __str__(self) -> str:
        text = ":".join((self.action, *self.arguments))
        if len(text.encode()) > MAX_BYTES:
            raise InvalidInput(f"button payload over {MAX_BYTES} bytes: {text}")
        return text


def parse(text: str) -> Payload:
    """Read a payload that came from outside; raises InvalidInput for anything we did not write."""
    action, *arguments = text.split(":")
    if not text.isascii() or len(text) > MAX_BYTES or ACTIONS.get(action) != len(arguments) or not all(arguments):
        raise InvalidInput("this button is not known here; please ask again in your own words")
    return Payload(action, tuple(arguments))


def is_rating(text: str) -> bool:
    """True for what a button of the rating dialogue sends, well-formed or not."""
    return text.partition(":")[0] in RATING_ACTIONS
