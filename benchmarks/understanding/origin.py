"""The public files that are measured on: what they are, whose, and how to know that they are the same ones."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


class DataProblem(Exception):
    """The data are not there or not what they should be; the message says what to do, in one sentence."""


@dataclass(frozen=True, slots=True)
class Origin:
    """One file of the data folder, one JSON object a line; `sha256` is that of its `content`."""

    file: str
    title: str
    licence: str
    url: str
    sha256: str


BANKING77 = Origin(
    "fewshot_banking77.jsonl",
    "BANKING77 with the few-shot splits of Few-Shot-Intent-Detection",
    "CC BY 4.0, PolyAI",
    "https://github.com/jianguoz/Few-Shot-Intent-Detection",
    "62eb44a8471ac6136b3f9f632c5345c04884f8f66d55d609e92fef3e44c838f7",
)
CLINC150 = Origin(
    "clinc150_oos_plus.jsonl",
    "CLINC150, version oos-plus",
    "CC BY 3.0, Larson et al.",
    "https://github.com/clinc/oos-eval",
    "a988c39fc7f348cce99ed42203766c9ea8d2b7672de4c2e92dd9f98fb41f0021",
)
SOFMATTRESS = Origin(
    "hint3_v1_sofmattress.jsonl",
    "HINT3 v1, SOFMattress",
    "ODbL 1.0, Haptik",
    "https://github.com/hellohaptik/HINT3",
    "03bd48f55d12770abc05fafe3cab53a0d1361701c836c6b9ed5614fd2dcbdb26",
)
CUREKART = Origin(
    "hint3_v1_curekart.jsonl",
    "HINT3 v1, Curekart",
    "ODbL 1.0, Haptik",
    "https://github.com/hellohaptik/HINT3",
    "69b89482c42e4c49dabc9b46c9d67eb0ed7a7640b8e1d98e1cd205869f4fb4f1",
)
XQUAD = Origin(
    "xquad_vi_zh_en.jsonl",
    "XQuAD, Vietnamese, Chinese and English",
    "CC BY-SA 4.0, DeepMind",
    "https://github.com/google-deepmind/xquad",
    "8ee322038e4d42d08ad375cf7fbc76d0b022e4ad8cd83d0883712bac991220b7",
)
ORIGINS = (BANKING77, CLINC150, SOFMATTRESS, CUREKART, XQUAD)


def path(folder: Path, origin: Origin) -> Path:
    """Where the file lies; raises DataProblem when it is missing or another one than was measured on."""
    found = folder / origin.file
    if not found.is_file():
        raise DataProblem(f"{origin.file} is not in the data folder: make it from {origin.url} (docs/benchmarks.md)")
    if content(found.read_text(encoding="utf-8").splitlines()) != origin.sha256:
        raise DataProblem(f"{origin.file} has other questions than were measured on: make it from {origin.url} again")
    return found


def content(lines: Iterable[str]) -> str:
    """SHA-256 of what a file says, whatever the order of its lines and the spaces in its texts; "" for no such file."""
    try:
        rows = [json.loads(line) for line in lines]
        told = sorted(" ".join(json.dumps(_told(row), ensure_ascii=False, sort_keys=True).split()) for row in rows)
    except (json.JSONDecodeError, AttributeError):
        return ""
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _told(row: dict[str, object]) -> dict[str, str]:
    """Every field but the mark that the label already gives."""
    return {field: " ".join(str(value).split()) for field, value in row.items() if field != "oos"}
