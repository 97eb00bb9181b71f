from pathlib import Path

import numpy as np
import pytest

from bot.nlu.fusion import Fusion, Opinions, blended

RIGHT, WRONG = [0.9, 0.1], [0.1, 0.9]
UNSURE_RIGHT, UNSURE_WRONG = [0.6, 0.4], [0.4, 0.6]


def opinions(words: "list[list[float]]", meant: "list[list[float]]") -> Opinions:
    return Opinions(np.array(words), np.array(meant), np.zeros(len(words), dtype=int))


def test_who_is_right_more_often_counts_more() -> None:
    good, poor = [RIGHT] * 9 + [WRONG], [RIGHT] * 5 + [WRONG] * 5
    by_meaning = Fusion.fit([opinions(poor, good)], 0.8, 0.01)
    by_words = Fusion.fit([opinions(good, poor)], 0.8, 0.01)
    assert by_meaning.share > 0.5 > by_words.share


def test_words_that_mislead_when_they_are_sure_are_not_trusted() -> None:
    misled = Fusion.fit([opinions([WRONG] * 1000, [[0.999, 0.001]] * 1000)], 0.8, 0.01)
    trusted = Fusion.fit([opinions([RIGHT] * 1000, [UNSURE_RIGHT] * 1000)], 0.8, 0.01)
    assert misled.sure > 0.9
    assert trusted.sure == 0.8


def test_few_held_out_examples_prove_nothing() -> None:
    assert Fusion.fit([opinions([RIGHT] * 20, [UNSURE_RIGHT] * 20)], 0.8, 0.01).sure > 1


def test_as_many_may_be_lost_as_are_spared() -> None:
    told = opinions([RIGHT] * 900 + [WRONG] * 100, [[0.999, 0.001]] * 1000)
    assert Fusion.fit([told], 0.8, 0.2).sure == 0.8
    assert Fusion.fit([told], 0.8, 0.01).sure > 0.9


def test_without_held_out_examples_both_count_alike() -> None:
    nothing = Opinions(np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0, dtype=int))
    assert Fusion.fit([nothing], 0.8, 0.01) == Fusion(0.5, 0.8)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_blended_shares_add_up(share: float) -> None:
    one = blended(np.array(RIGHT), np.array(UNSURE_WRONG), share)
    assert one.sum() == pytest.approx(1)
    many = blended(np.array([RIGHT, WRONG]), np.array([UNSURE_WRONG, RIGHT]), share)
    assert many[0].tolist() == pytest.approx(one.tolist())
    assert blended(np.zeros(0), np.zeros(0), share).size == 0


def test_a_stored_fusion_says_the_same(tmp_path: Path) -> None:
    Fusion(0.55, 0.9).save(tmp_path / "fusion.npy")
    assert Fusion.load(tmp_path / "fusion.npy") == Fusion(0.55, 0.9)
