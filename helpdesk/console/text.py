"""What the console needs to know of texts that people type, as a narrow protocol, and its twin."""

import unicodedata
from typing import Protocol


class TextReader(Protocol):
    """Understands what people type, which for the console is plain text."""

    def fold(self, text: str) -> str:
        """The form in which texts are compared: lower case, no marks."""

    def mask(self, text: str) -> str:
        """`text` without personal data."""

    def learnt(self, key: str) -> str | None:
        """What the training data says the question under this key means; None when it does not hold it."""


class PlainTexts:
    """The twin of the text preparation for tests and for running the console alone."""

    def fold(self, text: str) -> str:
        """Lower case without Vietnamese marks."""
        return fold(text)

    def mask(self, text: str) -> str:
        """The text as it is."""
        return text

    def learnt(self, key: str) -> str | None:
        """Nothing is learnt here."""
        return None


def fold(text: str) -> str:
    """Lower case without Vietnamese marks, so that what is typed in a hurry finds what is written well."""
    letters = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
