"""The baseline, in the brain's interpreter for its scikit-learn: TF-IDF over words and characters, linear SVM."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import Any


def train(data: Path, models: Path) -> dict[str, Any]:
    """Learn from a file in Rasa's JSON format; scikit-learn's defaults but for n-gram sizes and sublinear counts."""
    import joblib
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.svm import LinearSVC

    examples = json.loads(data.read_text(encoding="utf-8"))["rasa_nlu_data"]["common_examples"]
    began, used = perf_counter(), process_time()
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    model = make_pipeline(make_union(words, characters), LinearSVC(random_state=0))
    model.fit([example["text"] for example in examples], [example["intent"] for example in examples])
    models.mkdir(parents=True, exist_ok=True)
    joblib.dump(model, models / "model.joblib")
    spent = {"train_seconds": perf_counter() - began, "train_cpu_seconds": process_time() - used}
    return {**spent, "model_bytes": (models / "model.joblib").stat().st_size}


def load(models: Path) -> Callable[[str], tuple[str, float, str]]:
    """A function from a text to its label, the margin as a confidence in (0, 1), and the label again: it never falls
    back."""
    import joblib

    model = joblib.load(models / "model.joblib")

    def understand(text: str) -> tuple[str, float, str]:
        margins = model.decision_function([text])[0]
        best = int(margins.argmax())
        label = str(model.classes_[best])
        return label, 1 / (1 + math.exp(-float(margins[best]))), label

    return understand
