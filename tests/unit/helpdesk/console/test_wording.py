"""The console's catalogues: complete in both languages, and every word a template asks for is there."""

import re
from pathlib import Path

import pytest

from helpdesk.console import wording
from helpdesk.console.place import UNITS
from helpdesk.message import Outcome
from helpdesk.officer import Role
from helpdesk.ticket import HandOffReason, TicketState

CONSOLE = Path(wording.__file__).parents[1]


def test_both_languages_have_the_same_keys_and_blanks() -> None:
    vi, en = wording.catalogue("vi"), wording.catalogue("en")
    assert set(vi) == set(en)
    blanks = {key for key in vi if set(re.findall(r"{(\w+)}", vi[key])) != set(re.findall(r"{(\w+)}", en[key]))}
    assert blanks == set()


@pytest.mark.parametrize("path", sorted((CONSOLE / "template").glob("*.html")), ids=lambda path: path.stem)
def test_templates_ask_only_for_words_that_exist(path: Path) -> None:
    asked = set(re.findall(r"""\bt\(["']([a-z_]+\.[a-z_0-9]+)["'](?! ~)""", path.read_text(encoding="utf-8")))
    assert asked - set(wording.catalogue("vi")) == set()


def test_every_state_reason_outcome_role_and_unit_has_words() -> None:
    wanted = {
        *(f"state.{one}" for one in TicketState),
        *(f"reason.{one}" for one in HandOffReason),
        *(f"outcome.{one}" for one in Outcome),
        *(f"role.{one}" for one in Role),
        *(f"unit.{one}" for one in UNITS),
    }
    assert wanted - set(wording.catalogue("vi")) == set()


def test_every_action_of_the_audit_log_has_words() -> None:
    sources = [*CONSOLE.glob("*.py"), *(CONSOLE.parent / "usecase").glob("*.py")]
    lines = [line for path in sources for line in path.read_text(encoding="utf-8").splitlines()]
    noted = [line for line in lines if "audit.add(" in line or "_log(" in line]
    written = {action for line in noted for action in re.findall(r'"([a-z]+\.[a-z_]+)"', line)}
    assert len(written) > 20
    assert {f"act.{action.replace('.', '_')}" for action in written} - set(wording.catalogue("vi")) == set()
