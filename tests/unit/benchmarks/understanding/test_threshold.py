from benchmarks.understanding import score, threshold
from benchmarks.understanding.dataset import OUT, Dataset, Example
from benchmarks.understanding.threshold import Guess

TRAIN = tuple(Example(f"{label} {number}", label) for label in "abcdef" for number in range(9))
TEST = (Example("x", "a"), Example("y", OUT))


def test_what_is_less_sure_than_the_threshold_is_out_of_scope() -> None:
    guesses = [Guess("a", "a", 0.9), Guess("b", "a", 0.4)]
    assert threshold.pairs(guesses, 0.5) == [("a", "a"), ("b", OUT)]


def test_as_sure_as_the_threshold_is_sure_enough() -> None:
    assert Guess("a", "a", 0.5).pair(0.5) == ("a", "a")


def test_the_threshold_parts_what_is_known_from_what_is_not() -> None:
    known = [Guess(label, label, 0.8) for label in "ab" * 5]
    strange = [Guess(OUT, "a", 0.3) for _ in range(5)]
    chosen = threshold.choose([*known, *strange], score.matthews)
    assert 0.3 < chosen <= 0.8


def test_everything_is_believed_where_nothing_is_out_of_scope() -> None:
    guesses = [Guess("a", "a", 0.9), Guess("b", "b", 0.1), Guess("b", "a", 0.5)]
    assert threshold.choose(guesses, score.matthews) == 0.0


def test_folds_leave_out_each_intent_once_and_never_teach_what_they_ask() -> None:
    folds = list(threshold.folds(Dataset("d", "", TRAIN, TEST)))
    strange = [{one.text[0] for one in fold.test if one.label == OUT} for fold in folds]
    assert sorted(label for labels in strange for label in labels) == list("abcdef")
    for fold, left_out in zip(folds, strange, strict=True):
        taught = {one.text for one in fold.train}
        assert not taught & {one.text for one in fold.test}
        assert not {one.label for one in fold.train} & left_out
        assert len(taught) + len(fold.test) == len(TRAIN)


def test_folds_are_always_the_same() -> None:
    data = Dataset("d", "", TRAIN, TEST)
    assert list(threshold.folds(data)) == list(threshold.folds(data))


def test_folds_are_needed_only_where_nothing_else_shows_what_is_out_of_scope() -> None:
    strange = (Example("z", OUT),)
    assert threshold.needs_folds(Dataset("d", "", TRAIN, TEST))
    assert not threshold.needs_folds(Dataset("d", "", TRAIN, TEST, tuning=strange))
    assert not threshold.needs_folds(Dataset("d", "", TRAIN + strange, TEST))
    assert not threshold.needs_folds(Dataset("d", "", TRAIN, TEST[:1]))
