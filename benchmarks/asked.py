"""What askers get: every question of a split goes to the running service, and what comes back is counted.

    python -m benchmarks.asked tune        questions, other messages, dialogues and codes of a folder in
                                           tests/data/understanding

The service is found as `isec ask` finds it (ISEC_HOST, ISEC_PORT, ISEC_DATA_DIR). Only counts are printed, never a
line of a set, so that a held-out split stays unseen.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SETS = ROOT / "tests" / "data" / "understanding"
FORMS = ("vi", "vi-plain", "en", "zh")
OUTCOMES = {
    "out_of_scope": "out_of_scope",
    "must_refuse": "refused",
    "officer": "handoff",
    "rate": "rating",
    "smalltalk": "smalltalk",
    "declaration_status": "needs_account_data",
}

Row = dict[str, Any]


def main(split: str) -> None:
    """Print the figures of one split, in per cent."""
    folder = SETS / split
    for line in (*_in_scope(folder), *_other(folder), *_dialogue(folder), *_entity(folder)):
        print(line, flush=True)


def _in_scope(folder: Path) -> Iterator[str]:
    counts: Counter[tuple[str, str]] = Counter()
    for row, answer in asked(folder / "in_scope.jsonl"):
        form, order = row["form"], ranked(answer)
        counts[form, "all"] += 1
        counts[form, "first"] += order[:1] == [row["article"]]
        counts[form, "first three"] += row["article"] in order[:3]
        counts[form, "wrong"] += answer["article_id"] not in (None, row["article"])
        counts[form, "asked back"] += answer["outcome"] == "clarify"
        counts[form, "language"] += answer["language"] == form[:2]
    for what in ("first", "first three", "wrong", "asked back", "language"):
        shares = " / ".join(_share(counts[form, what], counts[form, "all"]) for form in FORMS)
        yield f"questions, {what} ({' / '.join(FORMS)}): {shares}"


def _other(folder: Path) -> Iterator[str]:
    counts: Counter[tuple[str, str]] = Counter()
    for row, answer in asked(folder / "other.jsonl"):
        kind = row["expect"]
        counts[kind, "all"] += 1
        counts[kind, "as wanted"] += answer["outcome"] == OUTCOMES[kind]
        counts[kind, "not answered"] += answer["outcome"] != "answered"
    for kind in sorted({kind for kind, _ in counts}):
        total = counts[kind, "all"]
        wanted, silent = _share(counts[kind, "as wanted"], total), _share(counts[kind, "not answered"], total)
        yield f"{kind} ({total}): as wanted {wanted}, not answered as if known {silent}"


def _dialogue(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("dialogue*.jsonl")):
        counts: Counter[str] = Counter()
        for row, answer in asked(path):
            first, second = answer["turns"]
            counts["all"] += 1
            counts["first turn"] += ranked(first)[:1] == [row["article"]]
            counts["second turn"] += ranked(second)[:1] == [row["article"]]
        shares = ", ".join(f"{what} {_share(counts[what], counts['all'])}" for what in ("first turn", "second turn"))
        yield f"{path.stem} ({counts['all']}): right article in the {shares}"


def _entity(folder: Path) -> Iterator[str]:
    counts: Counter[str] = Counter()
    for row, answer in asked(folder / "entity.jsonl"):
        wanted = {(entity["type"], entity["value"]) for entity in row["entities"]}
        found = {(entity["type"], entity["value"]) for entity in answer["entities"]}
        counts["all"] += len(wanted)
        counts["found"] += len(wanted & found)
        counts["false"] += len(found - wanted)
    if counts["all"]:
        yield f"codes ({counts['all']}): found {_share(counts['found'], counts['all'])}, false {counts['false']}"


def asked(path: Path) -> Iterable[tuple[Row, Row]]:
    """Every row of a set with what the service answered; nothing for a set that a split does not have."""
    if not path.exists():
        return []
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    sent = "\n".join(json.dumps({key: row[key] for key in ("id", "text", "turns") if key in row}) for row in rows)
    done = subprocess.run(
        [Path(sys.executable).with_name("isec"), "ask", "--jsonl"],
        input=sent,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    failed = [answer["error"] for answer in answers if "error" in answer] or ([done.stderr] if not answers else [])
    if failed:
        raise SystemExit(f"{path.name}: {failed[0]}")
    return zip(rows, answers, strict=True)


def ranked(answer: Row) -> list[str]:
    """The article that was shown, then the others that came into question."""
    order = [candidate["article_id"] for candidate in answer["candidates"]]
    shown = answer["article_id"]
    return [shown, *(article for article in order if article != shown)] if shown else order


def _share(count: int, total: int) -> str:
    return f"{100 * count / max(total, 1):.1f}"


if __name__ == "__main__":
    if len(sys.argv) != 2 or not (SETS / sys.argv[1]).is_dir():
        raise SystemExit(f"name one of: {', '.join(sorted(path.name for path in SETS.iterdir()))}")
    main(sys.argv[1])
