"""The README, read by a machine: what it names has to exist, and its table of settings is the list of settings."""

import re
from pathlib import Path

import pytest

from bot.cli import main
from bot.settings import listing

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
)
DECISIONS = tuple(f"docs/decisions/{path.name}" for path in sorted((ROOT / "docs/decisions").glob("*.md")))
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")
CODE = re.compile(r"`([^`\n]+)`")
BUILT = ("models", "brain/.venv")
"""Named in the pages and made by setup or training."""


def words(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def test_the_table_of_settings_is_the_list_of_settings() -> None:
    rows = re.findall(r"^\| `(ISEC_\w+)` \| (?:`([^`]*)`)? ?\| (.+) \|$", words("README.md"), re.MULTILINE)
    assert rows == listing()


@pytest.mark.parametrize("page", [*PAGES, *DECISIONS])
def test_every_make_target_that_is_named_exists(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", words("Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^ {4})make ([a-z-]+)", words(page), re.MULTILINE))
    assert named <= targets


@pytest.mark.parametrize("page", [*PAGES, *DECISIONS])
def test_every_link_leads_somewhere(page: str) -> None:
    lost = [link for link in LINK.findall(words(page)) if not (ROOT / page).parent.joinpath(link).exists()]
    assert lost == []


@pytest.mark.parametrize("page", [*PAGES, *DECISIONS])
def test_every_path_that_is_named_exists(page: str) -> None:
    """A path is whatever begins with a folder of this project and has a slash; `<id>` and `*` stand for any name."""
    tops = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    named = [name.rstrip("/") for name in CODE.findall(words(page)) if re.fullmatch(r"[\w./<>*-]+", name)]
    paths = [name for name in named if "/" in name and name.split("/")[0] in tops and not name.startswith(BUILT)]
    lost = [name for name in paths if not list(ROOT.glob(re.sub(r"<\w+>", "*", name)))]
    assert lost == []


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_is_named_exists(page: str) -> None:
    """`file::function`, as pytest writes it."""
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", words(page))
    assert [f"{file}::{test}" for file, test in named if f"def {test}(" not in words(file)] == []


def test_every_command_of_isec_is_in_the_readme_and_the_reverse(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    commands = re.findall(r"^ {4}(\w+) {2,}\w", capsys.readouterr().out, re.MULTILINE)
    assert set(re.findall(r"`isec (\w+)", words("README.md"))) == set(commands)


def test_decisions_are_numbered_without_gaps_and_have_their_four_parts() -> None:
    numbers = [int(Path(page).name[:4]) for page in DECISIONS]
    assert numbers == list(range(1, len(numbers) + 1))
    for page in DECISIONS:
        parts = re.findall(r"^## (.+)$", words(page), re.MULTILINE)
        assert parts == ["Context", "Decision", "Consequences", "Alternatives"], page
