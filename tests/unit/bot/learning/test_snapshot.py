from pathlib import Path

import pytest
import yaml

from bot.learning import snapshot
from bot.learning.snapshot import BadData, Ingredients
from helpdesk.officer import Role
from helpdesk.storage.database import Database
from helpdesk.storage.label import TrainingText
from helpdesk.storage.unit import Unit
from helpdesk.usecase import editing, library
from tests.conftest import NOON, hired

CONFIG = "pipeline:\n- name: articles\n  folder: knowledge_base/procedures\n- name: ranker\n  meaning: 0.5\n"
DOMAIN = "intents:\n- procedure: {use_entities: []}\n- officer: {use_entities: []}\n- greet\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    (folder / "nlu_data").mkdir(parents=True)
    (folder / "config.yml").write_text(CONFIG)
    (folder / "domain.yml").write_text(DOMAIN)
    (folder / "nlu_data/greet.yml").write_text("version: '3.1'\n")
    return folder


def ingredients(*texts: tuple[str, str]) -> Ingredients:
    articles = ({"id": "cancel", "vi": {"title": "Hủy tờ khai"}},)
    return Ingredients(articles, tuple(TrainingText(text, intent, "vi") for text, intent in texts), ())


def labels(frozen: snapshot.Snapshot) -> dict[str, str]:
    written = yaml.safe_load((frozen.folder / "nlu_data/label.yml").read_text(encoding="utf-8"))
    return {block["intent"]: block["examples"] for block in written["nlu"]}


def test_files_articles_and_labels_are_frozen_side_by_side(root: Path, tmp_path: Path) -> None:
    frozen = snapshot.freeze(
        root, tmp_path / "training", ingredients(("hủy tk\nsao", "procedure/cancel"), ("a", "greet"))
    )
    assert labels(frozen) == {"greet": "- a\n", "procedure/cancel": "- hủy tk sao\n"}
    assert yaml.safe_load((frozen.folder / "procedures/cancel.yaml").read_text(encoding="utf-8"))["id"] == "cancel"
    assert (frozen.folder / "nlu_data/greet.yml").exists()
    assert frozen.counts == {"articles": 1, "labels": 2, "held_out": 0, "waiting": 0}


def test_the_same_data_is_the_same_snapshot_in_whatever_order_it_comes(root: Path, tmp_path: Path) -> None:
    one = snapshot.freeze(root, tmp_path / "training", ingredients(("a", "greet"), ("b", "officer")))
    two = snapshot.freeze(root, tmp_path / "training", ingredients(("b", "officer"), ("a", "greet")))
    assert one == two
    (root / "nlu_data/greet.yml").write_text("version: '3.1' # more\n")
    assert snapshot.freeze(root, tmp_path / "training", ingredients()).id != one.id


def test_nothing_is_written_outside_its_folder(root: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    snapshot.freeze(root, tmp_path / "training", ingredients(("a", "greet")))
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_a_label_for_an_article_that_is_not_served_waits(root: Path, tmp_path: Path) -> None:
    frozen = snapshot.freeze(root, tmp_path / "training", ingredients(("a", "procedure/new"), ("b", "greet")))
    assert labels(frozen) == {"greet": "- b\n"}
    assert frozen.counts["waiting"] == 1


def test_an_intent_that_the_domain_has_not_is_named(root: Path, tmp_path: Path) -> None:
    with pytest.raises(BadData, match="weather"):
        snapshot.freeze(root, tmp_path / "training", ingredients(("a", "weather")))
    assert list((tmp_path / "training").iterdir()) == []


def test_an_altered_or_missing_snapshot_is_refused(root: Path, tmp_path: Path) -> None:
    frozen = snapshot.freeze(root, tmp_path / "training", ingredients(("a", "greet")))
    assert snapshot.find(tmp_path / "training", frozen.id) == frozen
    (frozen.folder / "nlu_data/label.yml").write_text("altered")
    with pytest.raises(BadData, match="altered"):
        snapshot.find(tmp_path / "training", frozen.id)
    with pytest.raises(BadData, match="altered"):
        snapshot.freeze(root, tmp_path / "training", ingredients(("a", "greet")))
    with pytest.raises(BadData, match="missing"):
        snapshot.find(tmp_path / "training", "../root")


def test_training_is_configured_with_the_snapshot_s_own_articles(root: Path, tmp_path: Path) -> None:
    frozen = snapshot.freeze(root, tmp_path / "training", ingredients())
    config = yaml.safe_load(snapshot.configure(frozen, tmp_path / "cache.npz").read_text(encoding="utf-8"))
    assert config["pipeline"][0]["folder"] == str(frozen.folder / "procedures")
    assert config["pipeline"][1]["cache"] == str(tmp_path / "cache.npz")
    assert snapshot.find(tmp_path / "training", frozen.id) == frozen


def test_what_is_written_and_approved_at_the_desk_is_learnt_next_and_a_draft_is_not(sqlite: Database) -> None:
    lan, boss = hired(sqlite, "Lan"), hired(sqlite, "Boss", Role.ADMINISTRATOR)

    def written(unit: Unit, name: str, state: str) -> None:
        document = {"id": name, "topic": "border", "sources": ["red1"], "vi": {"questions": [f"{name} ở đâu?"]}}
        draft = editing.begin(unit, document, lan, NOON)
        if state == "approved":
            library.approve(unit, name, draft.version, boss, NOON.date(), None, NOON)

    def learnt() -> list[list[str]]:
        found = sqlite.read_now(lambda unit: snapshot.gather(unit, NOON, serve_drafts=True))
        return [article["vi"]["questions"] for article in found.articles]

    sqlite.write_now(lambda unit: written(unit, "yard", "draft"))
    assert learnt() == []
    sqlite.write_now(lambda unit: written(unit, "counter", "approved"))
    assert learnt() == [["counter ở đâu?"]]
