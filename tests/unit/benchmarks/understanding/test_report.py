from pathlib import Path

from benchmarks.understanding import report
from benchmarks.understanding.contender import Contender
from benchmarks.understanding.dataset import OUT, Dataset, Example
from benchmarks.understanding.report import BEGIN, END, Measured
from benchmarks.understanding.result import Result
from benchmarks.understanding.retrieval import Found
from benchmarks.understanding.runner import Answer, Run
from benchmarks.understanding.score import Estimate
from benchmarks.understanding.threshold import Guess

DATA = Dataset("d", "the set", (), (Example("x", "a"), Example("y", "b"), Example("z", OUT)))
ANSWERS = (Answer("a", 0.9, "a"), Answer("a", 0.8, "nlu_fallback"), Answer("b", 0.1, "nlu_fallback"))
GOOD = Result(DATA, Run(answers=ANSWERS, milliseconds=(1.0, 2.0, 3.0), train_seconds=4.0))
BETTER = Result(
    DATA, Run(answers=(ANSWERS[0], Answer("b", 0.9, "b"), ANSWERS[2]), milliseconds=(1.0, 2.0)), (Guess("a", "a", 0.5),)
)
LATE = Result(DATA, Run(failure="not trained within 9 s"))
SIDES = (Contender("stock", "stock", "en", ()), Contender("ours", "ours", "vi", (), is_ours=True))


def measured(stock: Result | None, ours: Result | None) -> Measured:
    results = {("d", "stock"): stock, ("d", "ours"): ours}
    return Measured((DATA,), SIDES, results, (), (), {"vi-en": {"BM25": Found(1, 4, 2.0)}}, "a machine")


def test_accuracy_stands_beside_the_lead_on_the_same_questions() -> None:
    row = report.accuracy_table(measured(GOOD, BETTER)).splitlines()[-1]
    cells = [cell.strip().partition(" ")[0] for cell in row.strip("|").split("|")]
    assert cells == ["the", "50.0", "100.0", "+50.0"]


def test_what_was_not_run_and_what_was_too_slow_are_told() -> None:
    assert "not trained within 9 s" in report.accuracy_table(measured(LATE, None))
    assert "not run" in report.accuracy_table(measured(LATE, None))


def test_a_pipeline_s_own_decision_is_told_apart_from_what_it_would_say() -> None:
    assert [pair[1] for pair in GOOD.forced] == ["a", "a", "b"]
    assert [pair[1] for pair in GOOD.decided] == ["a", OUT, OUT]
    assert "chosen" not in GOOD.points


def test_the_section_says_everything_known() -> None:
    text = report.section(measured(GOOD, BETTER), {"accuracy": "![chart](chart/x.svg)"})
    assert "a machine" in text
    assert "![chart](chart/x.svg)" in text
    assert "25.0 (" in text
    assert "sha256" not in text.lower().replace("sha-256", "")


def test_per_cent_tells_its_interval() -> None:
    assert report.per_cent(Estimate(0.912, 0.9, 0.925)) == "91.2 (90.0 to 92.5)"
    assert report.per_cent(Estimate(0.01, -0.02, 0.04), signed=True) == "+1.0 (-2.0 to +4.0)"


def test_only_what_is_between_the_markers_is_written(tmp_path: Path) -> None:
    document = tmp_path / "benchmarks.md"
    document.write_text("# Title\n\nbefore\n", encoding="utf-8")
    report.write("first", document)
    document.write_text(document.read_text(encoding="utf-8") + "\nby hand\n", encoding="utf-8")
    report.write(r"second \1", document)
    text = document.read_text(encoding="utf-8")
    assert text.startswith("# Title\n\nbefore\n\n## Understanding against stock Rasa\n")
    assert f"{BEGIN}\n\nsecond \\1\n\n{END}" in text
    assert "first" not in text
    assert text.rstrip().endswith("by hand")
