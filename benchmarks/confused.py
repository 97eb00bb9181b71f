"""Which procedures are taken for each other: pairs of ids and counts by form and register, never a line of a set.

    python -m benchmarks.confused tune final fresh

The service is found as `isec ask` finds it. A pair is the article that was meant and the one that came first instead.
The register is told by length: a fragment has at most seven words (or 14 Chinese characters), a story at least 25 (50).
Prints two tables in Markdown; what was done about a pair is told in docs/understanding.md.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from benchmarks.asked import FORMS, SETS, Row, asked, ranked

REGISTERS = ("fragment", "sentence", "story")
FRAGMENT, STORY = 7, 25  # words
CHARACTERS_A_WORD = 2  # of Chinese
LEAST = 2
"""Times that a pair must have been confused to be listed."""

Asked = Iterable[tuple[Row, Row]]


def main(splits: Sequence[str]) -> None:
    """Print both tables over these splits together."""
    pairs = [pair for split in splits for pair in asked(SETS / split / "in_scope.jsonl")]
    for line in (*by_register(pairs), "", *by_pair(pairs)):
        print(line)


def register(text: str, form: str) -> str:
    """Fragment, sentence or story."""
    words = len(text) / CHARACTERS_A_WORD if form == "zh" else len(text.split())
    return REGISTERS[0] if words <= FRAGMENT else REGISTERS[2] if words >= STORY else REGISTERS[1]


def by_register(pairs: Asked) -> list[str]:
    """Questions, those whose article did not come first, and wrong answers, by form and register."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for row, answer in pairs:
        kind = register(row["text"], row["form"])
        counts[row["form"], kind, "all"] += 1
        counts[row["form"], kind, "not first"] += ranked(answer)[:1] != [row["article"]]
        counts[row["form"], kind, "wrong"] += answer["article_id"] not in (None, row["article"])
    lines = ["| form | register | questions | not first | wrong answers |", "|---|---|---|---|---|"]
    for form in FORMS:
        for kind in REGISTERS:
            found = [counts[form, kind, what] for what in ("all", "not first", "wrong")]
            lines.append(f"| {form} | {kind} | {' | '.join(map(str, found))} |")
    return lines


def by_pair(pairs: Asked) -> list[str]:
    """Pairs confused at least LEAST times, with forms, registers and how many got the wrong answer."""
    seen: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    wrong: Counter[tuple[str, str]] = Counter()
    for row, answer in pairs:
        first = (ranked(answer) or ["none"])[0]
        if first != row["article"]:
            pair = (row["article"], first)
            seen[pair].append(f"{row['form']} {register(row['text'], row['form'])}")
            wrong[pair] += answer["article_id"] == first
    lines = ["| meant | first instead | times | wrong answers | where |", "|---|---|---|---|---|"]
    for pair, where in sorted(seen.items(), key=lambda one: -len(one[1])):
        if len(where) >= LEAST:
            places = ", ".join(f"{place} {count}" for place, count in Counter(where).most_common())
            lines.append(f"| {pair[0]} | {pair[1]} | {len(where)} | {wrong[pair]} | {places} |")
    return lines


if __name__ == "__main__":
    if not sys.argv[1:] or not all((SETS / name).is_dir() for name in sys.argv[1:]):
        raise SystemExit(f"name some of: {', '.join(sorted(path.name for path in SETS.iterdir()))}")
    main(sys.argv[1:])
