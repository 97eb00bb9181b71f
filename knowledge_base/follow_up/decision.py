"""Whether a message is about what was spoken of: its wording and what the classifier made of it, together.

Wording alone is not enough. People name things when they ask on ("and how much is the quarantine fee?"), and those that
belong to the article spoken of make it likelier in the classifier's ranking; a message that is surely about another
article, or no question at all, is a new subject however it is worded. All of it counts as log-odds and is added up.
The numbers were fitted on tests/data/understanding/tune, see docs/understanding.md.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge_base.follow_up.model import Reading
from knowledge_base.search import Hit


@dataclass(frozen=True, slots=True)
class Weighing:
    """How much speaks for what was spoken of, against the wording's log-odds at 1.

    Attributes:
        start: what speaks for it from the outset.
        share: of the logarithm of the classifier's share for that article.
        unranked: the share of an article that is not in the ranking.
        rival: of the logarithm of what the best other article leaves over.
        other: of the logarithm of what another intent than a question leaves over.
        doubt: what is left over by somebody who is quite sure.
    """

    start: float = 4.0
    share: float = 0.4
    unranked: float = 0.002
    rival: float = 0.8
    other: float = 0.7
    doubt: float = 0.02


def evidence(
    reading: Reading, spoken_of: str, classified: Sequence[Hit], other: float = 0.0, weighing: Weighing = Weighing()
) -> float:
    """The log-odds that a message read as `reading` asks on about the article `spoken_of`; it is taken to above 0.

    Args:
        reading: the message as a second turn.
        spoken_of: the article that was shown last.
        classified: the ranking of articles, given that it is a question on one.
        other: how sure the classifier is that it is no question on an article, in [0, 1].
        weighing: how much each counts.
    """
    scores = {hit.article_id: hit.score for hit in classified}
    share = scores.pop(spoken_of, 0.0)
    rival = max(scores.values(), default=0.0)
    return (
        reading.leaning
        + weighing.start
        + weighing.share * math.log(share + weighing.unranked)
        + weighing.rival * math.log(1 - rival + weighing.doubt)
        + weighing.other * math.log(1 - other + weighing.doubt)
    )
