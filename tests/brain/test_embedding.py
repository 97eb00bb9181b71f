from pathlib import Path

import numpy as np
import pytest

from bot.nlu.embedding import Embedder, readable


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder()


def test_one_meaning_in_three_languages_is_nearer_than_another_meaning(embedder: Embedder) -> None:
    fee, _ = embedder.embed("How much is the customs fee for one declaration?")
    same = [embedder.embed(text)[0] for text in ("Lệ phí hải quan một tờ khai là bao nhiêu?", "报关单手续费多少？")]
    other, _ = embedder.embed("Trâu bò tạm xuất đi chăn thả bên kia biên giới")
    assert all(float(fee @ vector) > float(fee @ other) for vector in same)


def test_the_middle_tells_the_same_words_from_the_same_meaning(embedder: Embedder) -> None:
    asked = embedder.embed("how much is the fee for one declaration")
    worded = embedder.embed("how much is the fee for one night")
    meant = embedder.embed("khai một tờ mất bao nhiêu tiền lệ phí")
    by_meaning, by_wording = (asked * meant).sum(axis=1) - (asked * worded).sum(axis=1)
    assert by_meaning > by_wording


def test_both_vectors_have_length_one(embedder: Embedder) -> None:
    for text in ("a", "tk vang tu sang", "\U0001f69b", "x" * 4000):
        assert np.linalg.norm(embedder.embed(text), axis=1) == pytest.approx([1, 1], abs=1e-3)


def test_missing_marks_are_put_back_before_reading() -> None:
    assert readable("nop thue o dau") == "nộp thuế ở đâu"
    assert readable("where do I pay the tax") == "where do I pay the tax"


def test_the_cache_knows_what_was_embedded_and_forgets_what_left(embedder: Embedder, tmp_path: Path) -> None:
    cache = tmp_path / "embedding.npz"
    first = embedder.embed_all(["pay the tax", "pay the fee", "pay the tax"], cache)
    assert np.array_equal(first[0], first[2])
    again = embedder.embed_all(["pay the fee"], cache)
    assert np.allclose(again[0], first[1], atol=1e-3)
    with np.load(cache) as stored:
        assert len(stored["keys"]) == 1


def test_a_broken_cache_is_as_good_as_none(embedder: Embedder, tmp_path: Path) -> None:
    cache = tmp_path / "embedding.npz"
    cache.write_bytes(b"PK nonsense")
    assert embedder.embed_all(["pay"], cache).shape == (1, 2, 384)
