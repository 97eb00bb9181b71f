"""The public files that are measured on: what they are, whose, and how to know that they are the same ones."""

import hashlib
from dataclasses import dataclass
from pathlib import Path


class DataProblem(Exception):
    """The data are not there or not what they should be; the message says what to do, in one sentence."""


@dataclass(frozen=True, slots=True)
class Origin:
    """One file of the data folder, one JSON object a line; `sha256` in hexadecimal."""

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
    "4d0a65e98626f223589c8685f09ee66eeee75f30713781467092d6faf7878168",
)
CLINC150 = Origin(
    "clinc150_oos_plus.jsonl",
    "CLINC150, version oos-plus",
    "CC BY 3.0, Larson et al.",
    "https://github.com/clinc/oos-eval",
    "eacbbe1bb03552f90f275ce8fc3b31d398f53e13abfd7d89bb8d965967d12b0b",
)
SOFMATTRESS = Origin(
    "hint3_v1_sofmattress.jsonl",
    "HINT3 v1, SOFMattress",
    "ODbL 1.0, Haptik",
    "https://github.com/hellohaptik/HINT3",
    "f3c072e7838dd15493bbc31f59b4675043a39de5a27b56992b98fcbdda8f2426",
)
CUREKART = Origin(
    "hint3_v1_curekart.jsonl",
    "HINT3 v1, Curekart",
    "ODbL 1.0, Haptik",
    "https://github.com/hellohaptik/HINT3",
    "b469151909e6a9248e319b1ebf64eea9666d1ddd388d2dc0e8adf9311d651091",
)
XQUAD = Origin(
    "xquad_vi_zh_en.jsonl",
    "XQuAD, Vietnamese, Chinese and English",
    "CC BY-SA 4.0, DeepMind",
    "https://github.com/google-deepmind/xquad",
    "7a5a4c81833a9bf08e55d1a9729a4ef877c8bb9116f3245831e483e8a7d6c89f",
)
ORIGINS = (BANKING77, CLINC150, SOFMATTRESS, CUREKART, XQUAD)


def path(folder: Path, origin: Origin) -> Path:
    """Where the file lies; raises DataProblem when it is missing or another one than was measured on."""
    found = folder / origin.file
    if not found.is_file():
        raise DataProblem(f"{origin.file} is not in the data folder: make it from {origin.url} (docs/benchmarks.md)")
    if hashlib.sha256(found.read_bytes()).hexdigest() != origin.sha256:
        raise DataProblem(f"{origin.file} is another file than the one measured on: its SHA-256 is not {origin.sha256}")
    return found
