"""A way on for somebody who is turned away: the article that the message comes near to, as a button.

"This is outside what I know" may be wrong about a question that was put in an unusual way; a button costs nobody
anything. What must be refused gets none, but may be wrong too: whoever only told what happened and asks on ("and how
long does that take?") is answered from the article that their story came near to.
"""

from dataclasses import replace

from bot.brain import BrainTurn
from bot.responder import COMPLAINTS, Responder
from helpdesk.message import Button, Outcome
from helpdesk.payload import Payload
from helpdesk.reply import Reply
from helpdesk.wording import say

NEAR, LEAST = 0.8, 0.05
"""Given that it is a question on a procedure, so surely it is on this one; and that it is one, is at least so likely.
Of the 80 lines of `tune` that are out of scope four get a button so, without LEAST fourteen."""

TURNED_AWAY = frozenset({Outcome.OUT_OF_SCOPE, Outcome.NEEDS_ACCOUNT_DATA})


def signposted(reply: Reply, turn: BrainTurn, responder: Responder) -> Reply:
    """The reply to `turn`, with the article that somebody who is turned away may have meant as what was spoken of.

    Unless they are refused, a button leads there.
    """
    if reply.outcome not in (*TURNED_AWAY, Outcome.REFUSED) or not reply.messages:
        return reply
    near = _near(turn, is_refused=reply.outcome is Outcome.REFUSED)
    if near is None or near in COMPLAINTS or near == reply.article_id or not responder.serves(near):
        return reply
    spoken_of = replace(reply, extra=reply.extra | {"article": near})
    return spoken_of if reply.outcome is Outcome.REFUSED else _with_button(spoken_of, near, responder)


def _with_button(reply: Reply, near: str, responder: Responder) -> Reply:
    first, *rest = reply.messages
    button = Button(responder.label(near, reply.language), str(Payload("article", (near,))))
    text = f"{first.text}\n\n{say(reply.language, 'service.near')}"
    return replace(reply, messages=(replace(first, text=text, buttons=(button, *first.buttons)), *rest))


def _near(turn: BrainTurn, is_refused: bool) -> str | None:
    is_possible = is_refused or dict(turn.ranking).get("procedure", 0.0) >= LEAST
    best = turn.procedures[0] if turn.procedures else None
    return best.article_id if best and is_possible and best.score >= NEAR else None
