"""The fingerprint of code that Rasa's training cache would not see: this package and the shared text preparation."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import knowledge_base.text
from bot import nlu


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """SHA-256 over the files of both packages, in hexadecimal."""
    digest = hashlib.sha256()
    for package in (nlu, knowledge_base.text):
        root = Path(package.__path__[0])
        for path in sorted(root.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(str(path.relative_to(root)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()
