"""Every sentence that the desk can refuse an officer with is known in Vietnamese."""

import ast
from pathlib import Path

import helpdesk
from helpdesk.console.problem import translated

ROOT = Path(helpdesk.__file__).parent
AT_START = ("database", "migrate")  # what they say is read on the terminal
USECASES = (
    *("account", "article_review", "editing", "gap", "hours", "learning", "library", "queue", "recall", "review"),
    "silence",
)
AT_TERMINAL = ("labelfile", "command")
LEARNING = [
    *(path for path in (ROOT.parent / "bot/learning").glob("*.py") if path.stem not in AT_TERMINAL),
    ROOT.parent / "bot/fleet.py",
]
SOURCES = [
    *(ROOT / "console").glob("*.py"),
    *(ROOT / "usecase" / f"{name}.py" for name in USECASES),
    *(path for path in (ROOT / "storage").glob("*.py") if path.stem not in AT_START),
    ROOT / "officer.py",
    ROOT / "ticket.py",
    *LEARNING,
]
STORAGE_AWAY = "the database does not answer; what you sent was not stored, please send it again"
DESKS = {"the desk that prepared it was ended", "the desk that prepared it has not been heard of since"}
REFUSALS = {"InvalidInput", "NotFound", "Forbidden", "Conflict", "ClaimLost", "StorageUnavailable"}
ERRORS = REFUSALS | {"ModelProblem", "BadData", "Unavailable"}


def sentences() -> set[str]:
    """The sentences in the sources, blanks filled with something that fits."""
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ERRORS and node.args:
                found.add(_filled(node.args[0]))
    return found - {""} | {STORAGE_AWAY} | DESKS


def _filled(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(
            part.value if isinstance(part, ast.Constant) else _sample(ast.unparse(part)) for part in node.values
        )
    return ""


def _sample(blank: str) -> str:
    if "number" in blank:
        return "26-0001-3"
    if any(name in blank for name in ("MAX", "MIN", "wait")):
        return "12"
    return "officer" if "role" in blank or "state" in blank or "event" in blank else "name"


def test_no_sentence_is_left_in_english() -> None:
    found = sentences()
    assert len(found) > 30
    assert {text for text in found if translated("vi", text) == text} == set()


def test_blanks_are_carried_over() -> None:
    assert translated("vi", "Lan has already taken ticket 26-0001-3") == "Lan đã tiếp nhận phiếu 26-0001-3 trước."
    assert translated("en", "this needs the role administrator; ask an administrator").startswith(
        "This needs the role Administrator"
    )


def test_an_unknown_sentence_stays_a_sentence() -> None:
    assert translated("vi", "something new happened") == "something new happened"
