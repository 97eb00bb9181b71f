from bot.acquaintance import MOST, SECONDS, Acquaintances
from helpdesk.visitor import Visitor

AN, BINH = Visitor("an", "vi"), Visitor("binh", "en")


class Watch:
    """Seconds that pass when told to."""

    at = 0.0

    def __call__(self) -> float:
        return self.at


def test_a_visitor_is_known_for_a_moment() -> None:
    watch = Watch()
    met = Acquaintances(watch)
    met.meet("a", AN)
    assert (met.recognise("a"), met.recognise("b")) == (AN, None)
    watch.at = SECONDS
    assert met.recognise("a") is None


def test_what_is_not_true_any_more_is_forgotten_for_that_visitor_alone() -> None:
    met = Acquaintances(Watch())
    met.meet("a", AN)
    met.meet("b", BINH)
    met.forget("an")
    assert (met.recognise("a"), met.recognise("b")) == (None, BINH)


def test_memory_is_bounded() -> None:
    met = Acquaintances(Watch())
    for number in range(MOST + 1):
        met.meet(str(number), AN)
    assert (met.recognise("0"), met.recognise("1")) == (None, AN)
