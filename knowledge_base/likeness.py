"""Whether two questions mean the same, told by the words they share, the rare ones counting most.

Plain arithmetic over words without marks: fast enough to compare a question with thousands, no model needed.
"""

import math
from collections import Counter
from collections.abc import Iterable

from knowledge_base.text.normal import strip_marks, tokens

SAME = 0.42
"""Share of the weight of all words from which two questions of one language are taken for one."""
SAME_ARTICLE = 0.16
"""The same where both come nearest to one article."""
MOST_WORDS = 40


def words_of(text: str) -> list[str]:
    """The words of a question, without marks, each once, in order."""
    return list(dict.fromkeys(strip_marks(word) for word in tokens(text) if any(map(str.isalnum, word))))[:MOST_WORDS]


class Likeness:
    """Compares questions; how rare a word is, is learnt once from many texts."""

    def __init__(self, texts: Iterable[str]) -> None:
        seen = [words_of(text) for text in texts]
        count = Counter(word for words in seen for word in words)
        self._rarest = math.log(1 + len(seen)) + 1
        self._weight = {word: math.log((1 + len(seen)) / (1 + times)) + 0.1 for word, times in count.items()}

    def of(self, first: Iterable[str], second: Iterable[str]) -> float:
        """The weight of the shared words in that of all words, in [0, 1]."""
        one, other = set(first), set(second)
        whole = sum(self._of_word(word) for word in one | other)
        return sum(self._of_word(word) for word in one & other) / whole if whole else 0.0

    def rarest(self, words: Iterable[str], count: int) -> list[str]:
        """The words that tell most; two texts that mean the same share at least one of them."""
        return sorted(words, key=lambda word: (-self._of_word(word), word))[:count]

    def _of_word(self, word: str) -> float:
        return self._weight.get(word, self._rarest)
