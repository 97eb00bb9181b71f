"""The house plan, read from the sources: who imports whom, and what has to agree with what."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
OURS = ("actions", "bot", "helpdesk", "knowledge_base")


@cache
def modules() -> dict[str, set[str]]:
    """Every module of ours and the modules it imports, wherever in its text."""
    found = {}
    for top in OURS:
        for path in (ROOT / top).rglob("*.py"):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            found[name] = set(_imports(path))
    return found


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: write imports in full"
            yield from (_named(f"{node.module}.{alias.name}", str(node.module)) for alias in node.names)


def _named(whole: str, module: str) -> str:
    """`from a import b` means the module a.b when there is one, else a."""
    place = ROOT.joinpath(*whole.split("."))
    return whole if place.with_suffix(".py").exists() or place.is_dir() else module


def is_of(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def strangers(who: list[str], allowed: tuple[str, ...]) -> list[str]:
    """Imports of ours by `who` that `allowed` does not cover."""
    return [
        f"{name} imports {imported}"
        for name in who
        for imported in sorted(modules()[name])
        if is_of(imported, *OURS) and not is_of(imported, *allowed)
    ]


def members(*packages: str, but: tuple[str, ...] = ()) -> list[str]:
    return [name for name in modules() if is_of(name, *packages) and not is_of(name, *but)]


ADAPTERS = ("helpdesk.storage", "helpdesk.usecase", "helpdesk.console", "helpdesk.wording")
RULES = tuple(sorted(f"helpdesk.{path.stem}" for path in (ROOT / "helpdesk").glob("*.py") if path.stem != "__init__"))
WORDS = (*RULES, "helpdesk.wording")
TWIN = "bot.connectors.web.memory"
LAYERS = {
    "rules": (members("helpdesk", but=ADAPTERS), WORDS),
    "wording": (members("helpdesk.wording"), WORDS),
    "storage": (members("helpdesk.storage"), (*WORDS, "helpdesk.storage")),
    "use cases": (members("helpdesk.usecase"), (*WORDS, "helpdesk.storage", "helpdesk.usecase")),
    "console": (members("helpdesk.console"), ("helpdesk",)),
    "knowledge base": (members("knowledge_base"), ("knowledge_base",)),
    "connectors": (members("bot.connectors", but=(TWIN,)), (*WORDS, "bot.connectors")),
    "the web channel's twin": (members(TWIN), (*WORDS, "bot.connectors", "bot.filestore")),
    "actions": (
        members("actions"),
        (*WORDS, "actions", "knowledge_base", "bot.bootstrap", "bot.interpreter"),
    ),
    "components of the brain": (members("bot.nlu"), ("bot.nlu", "knowledge_base.text")),
}


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_imports_only_what_the_plan_gives_it(layer: str) -> None:
    who, allowed = LAYERS[layer]
    assert who, "the layer is empty: the plan and the tree have parted"
    assert strangers(who, allowed) == []


def test_the_rules_need_nothing_but_the_standard_library() -> None:
    foreign = [
        f"{name} imports {imported}"
        for name in members("helpdesk", but=ADAPTERS)
        for imported in modules()[name]
        if imported.split(".")[0] not in sys.stdlib_module_names and not is_of(imported, "helpdesk")
    ]
    assert foreign == []


def test_nobody_imports_the_command_line_or_the_actions() -> None:
    users = [
        f"{name} imports {imported}"
        for name, imports in modules().items()
        for imported in imports
        if is_of(imported, "bot.cli") or (is_of(imported, "actions") and not is_of(name, "actions"))
    ]
    assert users == []


def test_only_the_bootstrap_builds() -> None:
    """Parts that hold others are put together in one place; programs of their own start from it."""
    built = ("bot.gateway.Gateway", "bot.delivery.Sender", "bot.reception.Reception", "bot.watch.Watch")
    names = {one.rpartition(".")[2] for one in built}
    builders = {
        path.relative_to(ROOT).as_posix()
        for top in OURS
        for path in (ROOT / top).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names
    }
    assert builders == {"bot/bootstrap.py"}


def test_rasa_is_imported_by_the_brain_s_components_alone() -> None:
    users = {name for name, imports in modules().items() if any(is_of(imported, "rasa") for imported in imports)}
    assert users
    assert [name for name in users if not is_of(name, "bot.nlu")] == []


def test_modules_stay_small_enough_to_read() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {count}"
        for top in OURS
        for path in (ROOT / top).rglob("*.py")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 400
    ]
    assert long == []


def test_functions_stay_short_enough_to_read() -> None:
    """All but the migrations, which are one list each."""
    long = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for top in OURS
        for path in (ROOT / top).rglob("*.py")
        if path.parent.name != "versions"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _lines(node) > 50
    ]
    assert long == []


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


# -- what has to agree


@cache
def domain() -> dict[str, object]:
    found: dict[str, object] = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    return found


def test_no_response_of_the_domain_has_a_space_between_chinese_sentences() -> None:
    told = [text["text"] for texts in domain()["responses"].values() for text in texts]  # type: ignore[attr-defined]
    assert [text for text in told if re.search("[。，？] ", text)] == []


def test_the_domain_names_exactly_the_actions_there_are() -> None:
    named = {name for name in domain()["actions"] if name.startswith("action_")}  # type: ignore[attr-defined]
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "actions").glob("*.py")]
    assert named == {name for text in texts for name in re.findall(r'return "(action_\w+)"', text)}


def test_the_actions_are_found_by_the_action_server() -> None:
    from rasa_sdk.executor import ActionExecutor

    executor = ActionExecutor()
    executor.register_package("actions")
    registered = set(executor.actions)
    assert {name for name in domain()["actions"] if name.startswith("action_")} <= registered  # type: ignore[attr-defined]


def test_the_actions_folder_is_flat() -> None:
    assert [path.name for path in (ROOT / "actions").iterdir() if path.is_dir() and path.name != "__pycache__"] == []


@cache
def articles() -> set[str]:
    return {path.stem for path in (ROOT / "knowledge_base/procedures").glob("*.yaml")}


def test_every_article_has_training_questions_and_every_question_its_article() -> None:
    intents = set()
    for path in (ROOT / "nlu_data").rglob("*.yml"):
        intents |= set(re.findall(r"intent: procedure/([\w-]+)", path.read_text(encoding="utf-8")))
    assert intents == articles()


def test_training_data_is_yaml_and_nothing_else() -> None:
    odd = [path.name for path in (ROOT / "nlu_data").rglob("*") if path.is_file() and path.suffix != ".yml"]
    assert odd == []


@pytest.mark.parametrize("name", [f"ISEC_{name.upper()}" for name in Settings.model_fields])
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert f"`{name}`" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_names_no_setting_that_does_not_exist() -> None:
    known = {f"ISEC_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"ISEC_[A-Z_]+", (ROOT / "README.md").read_text(encoding="utf-8"))) <= known


# put together here, so that this file does not find itself
PRIVATE_PLACES = tuple(f"/{folder}/" for folder in ("work", "home/[a-z]+", "Users", "tmp/w"))


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    place = re.compile("|".join(rf"(?<![\w.:/-]){folder}" for folder in PRIVATE_PLACES).encode())
    found = [
        name
        for name in map(os.fsdecode, listed.stdout.split(b"\0"))
        if name and (ROOT / name).is_file() and place.search((ROOT / name).read_bytes())
    ]
    assert found == []


SECRET = re.compile(r"(?:^|_)(?:token|secret|csrf|password|local_key)$", re.IGNORECASE)


def test_no_secret_is_compared_with_double_equals() -> None:
    """`==` stops where two strings differ, which can be measured; hmac.compare_digest does not."""
    found = []
    for path in (path for top in OURS for path in (ROOT / top).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Compare) and any(isinstance(sign, ast.Eq | ast.NotEq) for sign in node.ops):
                words = [_last_word(side) for side in (node.left, *node.comparators)]
                if any(SECRET.search(word) for word in words):
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}")
    assert found == []


def _last_word(side: ast.expr) -> str:
    """The name of what stands on one side of a comparison."""
    return side.id if isinstance(side, ast.Name) else side.attr if isinstance(side, ast.Attribute) else ""
