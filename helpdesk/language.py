"""The three languages a business is served in."""

from typing import Literal, get_args

Language = Literal["vi", "en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT_LANGUAGE: Language = "vi"


def as_language(tag: str | None) -> Language | None:
    """Map a BCP 47 tag such as `zh-hans` or `en-GB` to a language we serve, None when we do not."""
    primary = (tag or "").replace("_", "-").split("-")[0].lower()
    for language in LANGUAGES:
        if primary == language:
            return language
    return None
