"""Where the bytes of received and sent files lie: outside the web root, under random names."""

from collections.abc import AsyncIterable
from typing import Protocol

from helpdesk.inbox import IncomingFile


class FileStore(Protocol):
    """Keeps files and gives back where they lie."""

    async def keep(self, name: str, chunks: AsyncIterable[bytes]) -> IncomingFile:
        """Store a file under a new random id.

        The type is decided by the content. Raises InvalidInput with a sentence for the sender when the file is too
        large, of a type that is not accepted, or hostile (archive bomb, several types in one); then nothing is kept.
        """

    def path(self, file_id: str) -> str:
        """Where the bytes of a kept file lie; raises NotFound."""

    def discard(self, file_id: str) -> None:
        """Delete the bytes; silent when they are gone already."""
