"""Where the bytes of received and sent files lie: outside the web root, under random names."""

from collections.abc import AsyncIterable
from typing import Any, Protocol

from helpdesk.error import InvalidInput
from helpdesk.inbox import IncomingFile
from helpdesk.wording import say


class FileRefused(InvalidInput):
    """A file that is not accepted; nothing of it is kept.

    Attributes:
        code: why, the name of a sentence in the section `file` of `helpdesk.wording`.
        values: the blanks of that sentence.
    """

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(say("en", f"file.{code}", **values))
        self.code = code
        self.values = values


class FileStore(Protocol):
    """Keeps files and gives back where they lie."""

    async def keep(self, name: str, chunks: AsyncIterable[bytes]) -> IncomingFile:
        """Store a file under a new random id.

        The type is decided by the content. Raises FileRefused when the file is too large, of a type that is not
        accepted, or hostile (archive bomb, several types in one); then nothing is kept.
        """

    def path(self, file_id: str) -> str:
        """Where the bytes of a kept file lie; raises NotFound."""

    def discard(self, file_id: str) -> None:
        """Delete the bytes; silent when they are gone already."""
