"""The errors of the desk in the officer's language.

Use cases speak English sentences; the console knows their shapes and says them in its own words. A test walks the
sources so that no sentence is missing here.
"""

import re

from aiohttp import web

from helpdesk import wording
from helpdesk.console.page import language_of
from helpdesk.console.wording import Language, catalogue, say
from helpdesk.error import HelpdeskError
from helpdesk.filestore import FileRefused

_NUMBER = r"(?P<number>[\d-]+)"
_SHAPES: dict[str, str] = {
    "role": r"this needs the role (?P<role>\w+); ask an administrator",
    "password_short": r"a password needs at least (?P<limit>\d+) characters",
    "password_long": r"a password has at most (?P<limit>\d+) characters",
    "password_plain": r"this password repeats the same few characters; choose another",
    "invited_only": r"accounts exist; an administrator invites further people in the console",
    "link_spent": r"this link was used or has expired; ask an administrator for a new one",
    "login_shape": r"a login has 3 to 64 letters, digits, dots or dashes",
    "login_taken": r"this login is taken; choose another",
    "name_shape": r"a name has 2 to 100 characters",
    "name_odd": r"a name has no < or > and no invisible characters; type it again by hand",
    "own_account": r"you cannot deactivate your own account; ask another administrator",
    "own_password": (r"you change your own password with the present one; another administrator can make a link"),
    "deactivated": r"this account is deactivated; activate it first",
    "own_role": r"you cannot change your own role; ask another administrator",
    "unit_unknown": r"there is no such unit; choose one of the list",
    "officer_gone": r"this officer no longer works at the desk; choose another",
    "officer_unknown": r"this officer does not exist",
    "conversation_unknown": r"this conversation does not exist",
    "ticket_unknown": r"this ticket does not exist",
    "message_unknown": r"this message does not exist",
    "file_unknown": r"this file does not exist",
    "article_unknown": r"this article(?: version)? does not exist",
    "article_dates": r"the article cannot end before it begins; correct the dates",
    "article_not_draft": r"this version is no longer a draft; reload the page",
    "article_retired": r"this version is already retired; reload the page",
    "article_unsupported": r"nothing supports this version; name a legal text or a source, or begin it from a reply",
    "article_broken": r"this version cannot be served: (?P<detail>.*)",
    "not_failed": r"this message has not failed; reload the page",
    "empty": r"write something first",
    "too_long": r"this text is longer than (?P<limit>\d+) characters; shorten it or attach it as a file",
    "not_open": rf"ticket {_NUMBER} is no longer open; reload the page",
    "nobody_holds": rf"nobody holds ticket {_NUMBER}; claim it first",
    "other_holds": rf"(?P<officer>.*) holds ticket {_NUMBER}; ask for a transfer",
    "just_changed": rf"ticket {_NUMBER} has just been changed by somebody else; reload the page",
    "lost": rf"(?P<officer>.*) has already taken ticket {_NUMBER}",
    "not_queued": rf"ticket {_NUMBER} is no longer in the queue",
    "wrong_move": r"a ticket that is (?P<state>\w+) cannot (?P<event>\w+); reload the page",
    "bot_holds": r"the bot holds this conversation",
    "storage": r"the database does not answer; what you sent was not stored, please send it again",
    "form_old": r"this form is out of date; reload the page and try again",
    "signin_wrong": r"login or password is not right",
    "signin_wait": r"too many tries; wait (?P<seconds>\d+) seconds and try again",
    "password_wrong": r"the present password is not right",
    "password_twice": r"the two new passwords differ; type the same one twice",
    "form_value": r"the field (?P<field>\w+) cannot be read; correct it",
    "hours_order": r"a slot opens before it closes; correct the times",
    "hours_dates": r"a slot ends on or after the day it begins; correct the dates",
    "hours_overlap": r"two slots of one day overlap; correct the times",
    "hours_many": r"a calendar has at most (?P<limit>\d+) slots and closures",
    "closure_name": r"a closure has a name of 1 to 100 characters",
    "target_unknown": r"there is no such article or intent; choose one of the list",
    "limit_range": r"the limit is a whole number from 1 to 100000",
    "view_name": r"a view has a name of 1 to (?P<limit>\d+) characters",
    "views_many": r"at most (?P<limit>\d+) views can be kept; delete one first",
    "picks_many": r"at most (?P<limit>\d+) questions go at once",
    "files_many": r"at most (?P<limit>\d+) files go with one message",
    "reason_short": r"give a reason in a few words; everybody at the desk will read it",
    "reason_long": r"a reason has at most (?P<limit>\d+) characters; shorten it",
    "already_off": r"this is switched off already; reload the page",
    "already_on": r"this is switched on already; reload the page",
    "scope_unknown": r"choose what to switch off: everything, a topic or an article",
    "topic_unknown": r"there is no article of this topic; choose one of the list",
    "article_id": r"an article id has lower-case letters, digits and hyphens, at most (?P<limit>\d+)",
    "article_id_taken": r"an article with this id exists; choose another id or improve that article",
    "article_race": r"version (?P<version>\w+) was saved by somebody else meanwhile; compare and save again",
    "comment_long": r"a comment has at most (?P<limit>\d+) characters; shorten it",
    "comment_settled": r"this comment is settled already; reload the page",
    "lines_many": r"a field has at most (?P<limit>\d+) lines; shorten it",
    "training_runs": r"a training run is under way; wait for it or cancel it",
    "training_idle": r"no training run is under way",
    "model_state": r"this model cannot be promoted as it is now; reload the page",
    "gate_reason": r"the gate does not let this model pass; give the reason for promoting it all the same",
    "no_previous": r"there is no earlier model to go back to",
    "promotion_runs": r"another change of the model is under way; wait for it",
    "shadow_hours": r"a shadow run lasts between 1 hour and 7 days",
    "shadow_model": r"this model cannot run in the shadow; reload the page",
    "shadow_runs": r"another shadow run is under way; end it first",
    "model_unknown": r"there is no such model",
    "compare_idle": r"no other model answers; there is nothing to compare with",
    "training_killed": r"training failed: its process was killed, perhaps for want of memory; train again",
    "training_full": r"training failed: the disk did not take what it wrote; make room and train again",
    "training_said": r"training failed; mend what Rasa names and train again; it said: (?P<detail>.*)",
    "training_half": r"training left no whole model; look at train.log and train again",
    "disk_refused": r"the disk refused: (?P<detail>.*)",
    "brain_missing": r"the brain's Python 3.10 environment is missing: run `make setup`",
    "snapshot_altered": r"the snapshot (?P<name>\S+) was altered; remove its folder and train again",
    "snapshot_gone": r"the snapshot (?P<name>\S+) is missing or was altered; train again",
    "label_unknown": r"a label says (?P<name>.*), which domain.yml does not name; correct the label",
    "model_missing": r"the model (?P<name>\S+) is missing: train again",
    "model_altered": r"the model (?P<name>\S+) was altered after training and is refused: train again",
    "model_mute": r"the model (?P<name>\S+) does not load or does not answer",
    "brain_mute": r"the brain with the model (?P<name>\S+) does not answer: (?P<detail>.*)",
    "desk_ended": r"the desk that prepared it was ended",
    "desk_silent": r"the desk that prepared it has not been heard of since",
    "law_unknown": r"there is no such legal text; choose one of the list",
    "gap_unknown": r"this gap does not exist",
    "gap_state": r"choose a state of the list",
    "gap_itself": r"a gap cannot be joined to itself; choose another",
    "gap_silent": r"this article does not answer yet; have it approved first",
    "gap_owes": r"people asked to be told; name the article that answers them or write them a note",
    "note_languages": r"write the note in all three languages; people are told in theirs",
    "note_long": r"a note has at most (?P<limit>\d+) characters; shorten it",
    "recall_unknown": r"this correction does not exist",
    "recall_versions": r"choose the versions that were wrong",
    "recall_languages": r"write the correction in all three languages; people are told in theirs",
    "recall_long": r"a correction has at most (?P<limit>\d+) characters; shorten it",
    "recall_own": r"you wrote this correction; a second person approves it",
    "recall_not_draft": r"this correction is no longer waiting for approval; reload the page",
    "recall_ended": r"this correction has ended; reload the page",
    "review_done": r"this review is done already; reload the page",
    "review_next": r"give the day by which to look at it again; it lies ahead",
    "review_days": r"choose between 1 and (?P<limit>\d+) days",
    "answer_unknown": r"this answer is not part of your conversation",
    "own_draft": r"you wrote this version; a second person approves it",
}


def words(request: web.Request, error: HelpdeskError) -> str:
    """The sentence for an error."""
    if isinstance(error, FileRefused):
        return wording.say(language_of(request), f"file.{error.code}", **error.values)
    return translated(language_of(request), str(error))


def translated(language: Language, sentence_in_english: str) -> str:
    """A known sentence in a language; an unknown one as it is, which is still a sentence for people."""
    for key, shape in _SHAPES.items():
        match = re.fullmatch(shape, sentence_in_english)
        if match is not None:
            values = {name: value or "" for name, value in match.groupdict().items()}
            return say(language, f"problem.{key}", **_named(language, values))
    return sentence_in_english


def sentence(request: web.Request, key: str) -> str:
    """The sentence for an HTTP status."""
    found = catalogue(language_of(request))
    return found.get(f"problem.{key}", found["problem.http_400"])


def _named(language: Language, values: dict[str, str]) -> dict[str, str]:
    """Words for roles, states and fields inside a sentence."""
    for section in ("role", "state", "field"):
        if section in values:
            values[section] = catalogue(language).get(f"{section}.{values[section]}", values[section])
    return values
