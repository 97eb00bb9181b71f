"""Whether a message says nothing but that the answer before it is not it ("không phải", "wrong", "不对")."""

import re
import tomllib
from functools import cache
from importlib import resources

from knowledge_base.text.normal import fold

LONGEST = 60
"""Characters; whoever writes more says something of what they want instead."""


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    data = tomllib.loads(resources.files(__package__).joinpath("objection.toml").read_text(encoding="utf-8"))
    around = "|".join(data["around"])
    edges = rf"^(?:(?:{around})\s+)+|(?:\s+(?:{around})|(?<=[\u4e00-\u9fff])[啊吧呀哦的了])+$"
    return re.compile(edges), re.compile("|".join(f"(?:{one})" for one in data["objection"]))


def is_objection(text: str) -> bool:
    """True for a whole message of that kind; a question that begins so is a question."""
    if len(text) > LONGEST or "?" in text or "？" in text:
        return False
    edges, objection = _patterns()
    bare = " ".join(re.sub(r"[^\w\s']", " ", fold(text, keep_marks=False)).split())
    return bool(objection.fullmatch(bare) or objection.fullmatch(edges.sub("", bare).strip()))
