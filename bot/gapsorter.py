"""Sorting questions that got no good answer into gaps: same meaning, same gap, whatever language they were asked in."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from helpdesk.storage.database import Database
from helpdesk.storage.gap import Group, Miss
from helpdesk.storage.unit import Unit
from helpdesk.usecase.gap import CLOSED, OPEN
from knowledge_base.article import LANGUAGES
from knowledge_base.edition import Library
from knowledge_base.likeness import SAME, SAME_ARTICLE, Likeness, words_of
from knowledge_base.text.privacy import mask

NEAR = 0.2
"""From this score on the nearest article says something about a question's meaning."""
BATCH = 25
"""Questions sorted in one transaction: few, because whoever writes to the desk waits behind it."""
TELLING = 5
"""How many of a question's rarest words are looked up."""


class GapSorter:
    """Looks for unsorted questions and gives each its gap."""

    def __init__(self, database: Database, library: Callable[[], Library]) -> None:
        self._database = database
        self._library = library

    async def sort(self) -> int:
        """Sort the next batch in; returns how many there were."""
        misses, untitled = await self._database.read(lambda unit: (unit.gaps.unsorted(BATCH), unit.gaps.untitled()))
        if not misses and not untitled:
            return 0
        # how rare words are is counted before the transaction, not in it
        await asyncio.to_thread(_likeness, self._library())
        await self._database.write(self._store)
        return len(misses)

    def _store(self, unit: Unit) -> None:
        for gap_id, question in unit.gaps.untitled():
            unit.gaps.change(gap_id, title=mask(question)[:300] or "–")
        likeness, index = _likeness(self._library()), _Index(unit.gaps.groups())
        for miss in unit.gaps.unsorted(BATCH):
            words = words_of(miss.question)
            found = _best(miss, words, index.near(miss, likeness.rarest(words, TELLING)), likeness)
            if found is None:
                found = _new(unit, miss, words)
            elif miss.language not in found.words:
                found.words[miss.language] = words
                unit.gaps.change(found.id, words=found.words)
            index.add(found)
            if found.state == CLOSED:
                # asked again after it was thought answered
                unit.gaps.change(found.id, state=OPEN, closed_by_article=None, note=None)
            unit.gaps.put(found.id, miss)


class _Index:
    """Gaps by word and by nearest article, so that a question is compared with the few that it may belong to."""

    def __init__(self, groups: Iterable[Group]) -> None:
        self._groups: dict[int, Group] = {}
        self._by_word: defaultdict[str, set[int]] = defaultdict(set)
        self._by_article: defaultdict[str, set[int]] = defaultdict(set)
        for group in groups:
            self.add(group)

    def add(self, group: Group) -> None:
        """Know a gap by what it is now."""
        self._groups[group.id] = group
        for words in group.words.values():
            for word in words:
                self._by_word[word].add(group.id)
        if group.article_id is not None:
            self._by_article[group.article_id].add(group.id)

    def near(self, miss: Miss, words: Iterable[str]) -> list[Group]:
        """The gaps that share a word or the nearest article, by id."""
        found = set(self._by_article.get(miss.article_id or "", ()))
        for word in words:
            found |= self._by_word.get(word, set())
        return [self._groups[gap_id] for gap_id in sorted(found)]


def _new(unit: Unit, miss: Miss, words: list[str]) -> Group:
    article_id = miss.article_id if miss.score >= NEAR else None
    title = " ".join(mask(miss.question).split())[:300]
    gap_id = unit.gaps.open(title, {miss.language: words}, article_id, miss.at)
    return Group(gap_id, {miss.language: words}, article_id, OPEN)


def _best(miss: Miss, words: list[str], groups: Iterable[Group], likeness: Likeness) -> Group | None:
    """The gap that fits best; in another language the nearest article alone can tell."""
    near = miss.article_id if miss.score >= NEAR else None
    best, best_share = None, 0.0
    for group in groups:
        is_near = near is not None and group.article_id == near
        known = group.words.get(miss.language)
        share = likeness.of(words, known) if known is not None else (SAME if is_near else 0.0)
        if share >= (SAME_ARTICLE if is_near else SAME) and share > best_share:
            best, best_share = group, share
    return best


@lru_cache(maxsize=1)
def _likeness_of(texts: tuple[str, ...]) -> Likeness:
    return Likeness(texts)


def _likeness(library: Library) -> Likeness:
    return _likeness_of(tuple(_questions(library)))


def _questions(library: Library) -> Iterator[str]:
    for edition in library.editions.values():
        for language in LANGUAGES:
            yield from edition.article.content(language).questions
