"""When a bot turn must end with people instead of another guess."""

from helpdesk.message import Outcome
from helpdesk.ticket import HandOffReason

MAX_FAILED_CLARIFICATIONS = 2


def clarifications_after(outcome: Outcome, before: int) -> int:
    """How many clarifying questions in a row have led nowhere once this turn is over."""
    if outcome is Outcome.CLARIFY:
        return before + 1
    # what is not understood at all does not break the row: three times gibberish must not go on for ever
    return before if outcome in (Outcome.ERROR, Outcome.OUT_OF_SCOPE) else 0


def reason_for(outcome: Outcome, clarifications_before: int, stated: HandOffReason | None) -> HandOffReason | None:
    """Why this turn goes to an officer, None when it does not.

    Args:
        outcome: what the turn came to.
        clarifications_before: clarifying questions in a row asked before this turn.
        stated: the reason that the action or the desk gave itself.
    """
    if outcome is Outcome.HANDOFF:
        return stated or HandOffReason.ASKED
    if outcome is Outcome.ERROR:
        return stated or HandOffReason.FAILURE
    if outcome is Outcome.CLARIFY and clarifications_before >= MAX_FAILED_CLARIFICATIONS:
        return HandOffReason.CLARIFIED_IN_VAIN
    return None
