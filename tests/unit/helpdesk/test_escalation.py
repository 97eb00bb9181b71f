import pytest

from helpdesk.escalation import clarifications_after, reason_for
from helpdesk.message import Outcome
from helpdesk.ticket import HandOffReason


@pytest.mark.parametrize(
    ("outcome", "before", "stated", "expected"),
    [
        (Outcome.ANSWERED, 0, None, None),
        (Outcome.ANSWERED, 5, None, None),
        (Outcome.CLARIFY, 0, None, None),
        (Outcome.CLARIFY, 1, None, None),
        (Outcome.CLARIFY, 2, None, HandOffReason.CLARIFIED_IN_VAIN),
        (Outcome.HANDOFF, 0, None, HandOffReason.ASKED),
        (Outcome.HANDOFF, 0, HandOffReason.COMPLAINT, HandOffReason.COMPLAINT),
        (Outcome.ERROR, 0, None, HandOffReason.FAILURE),
        (Outcome.REFUSED, 0, None, None),
        (Outcome.OUT_OF_SCOPE, 2, None, None),
    ],
)
def test_says_when_a_turn_goes_to_people(
    outcome: Outcome, before: int, stated: HandOffReason | None, expected: HandOffReason | None
) -> None:
    assert reason_for(outcome, before, stated) is expected


def test_an_answer_ends_the_row_of_clarifications() -> None:
    assert clarifications_after(Outcome.CLARIFY, 1) == 2
    assert clarifications_after(Outcome.ANSWERED, 2) == 0
