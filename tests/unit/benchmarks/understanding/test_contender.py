from benchmarks.understanding import contender
from benchmarks.understanding.contender import Contender

PIPELINE = (
    {"name": "a.Reader", "folder": "x"},
    {"name": "a.Featurizer", "min_messages": 1, "kinds": ["words", "characters"]},
    {"name": "a.Ranker", "floors": {"x": 0.5}, "meaning": 0.5, "floor": 0.3},
)
WHOLE = Contender("ours", "ours", "vi", PIPELINE, is_ours=True)
ABLATIONS = {side.title: side for side in contender.ablations(WHOLE)}


def test_each_step_is_switched_off_once() -> None:
    assert list(ABLATIONS) == [
        "without Reader",
        "without Featurizer",
        "Featurizer: n-grams of two examples on",
        "Featurizer: no kinds",
        "Ranker: no floors",
        "Ranker: words alone",
    ]


def test_a_switched_option_leaves_the_rest_as_it_is() -> None:
    assert ABLATIONS["Ranker: words alone"].pipeline == (*PIPELINE[:2], {**PIPELINE[2], "meaning": 0.0})
    assert ABLATIONS["Featurizer: no kinds"].pipeline == (PIPELINE[0], {**PIPELINE[1], "kinds": []}, PIPELINE[2])
    assert ABLATIONS["Ranker: no floors"].pipeline == (*PIPELINE[:2], {**PIPELINE[2], "floors": {}})


def test_every_ablation_has_a_name_for_a_folder() -> None:
    names = [side.name for side in ABLATIONS.values()]
    assert len(set(names)) == len(names)
    assert all(name.replace("-", "").replace("_", "").isalnum() for name in names)


def test_the_baseline_has_no_configuration() -> None:
    assert Contender("svm", "", "en", None).config() is None


def test_a_configuration_cannot_change_the_pipeline_it_came_from() -> None:
    config = WHOLE.config()
    assert config is not None
    config["pipeline"][2]["floors"]["x"] = 0.0
    assert PIPELINE[2]["floors"] == {"x": 0.5}


def test_what_everything_rests_on_is_not_taken_away() -> None:
    pipeline = ({"name": contender.FEATURISER}, {"name": "a.Ranker"})
    assert list(contender.ablations(Contender("ours", "ours", "vi", pipeline, is_ours=True))) == []
