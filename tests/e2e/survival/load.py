"""People who ask all the while something else goes on."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.e2e.survival.desk import Visitor
from tests.waiting import eventually

QUESTION = "Hủy tờ khai hải quan"


@dataclass
class Load:
    """People who ask one question after the other, and how long each answer took."""

    visitors: list[Visitor]
    is_over: bool = False
    seconds: list[float] = field(default_factory=list)

    async def ask(self, visitor: Visitor) -> None:
        while not self.is_over:
            began_at = time.monotonic()
            await visitor.write(QUESTION)
            await eventually(lambda: is_answered(visitor), 30)
            self.seconds.append(time.monotonic() - began_at)

    async def goes_on(self) -> None:
        """Until six more have been answered."""
        count = len(self.seconds) + 6
        await eventually(lambda: self._is_longer(count), 60)

    async def end(self, asking: Sequence[asyncio.Task[None]]) -> None:
        """Each message has its answer, in order, by a model and not by the reduced service."""
        self.is_over = True
        await asyncio.gather(*asking)
        for visitor in self.visitors:
            said = [message for message in await visitor.read() if message["author"] in ("contact", "bot")]
            assert [message["author"] for message in said] == ["contact", "bot"] * len(visitor.taken)
            assert all("rút gọn" not in message["text"] for message in said)

    async def _is_longer(self, count: int) -> bool:
        return len(self.seconds) >= count


async def is_answered(visitor: Visitor) -> bool:
    answers = [message for message in await visitor.read() if message["author"] == "bot"]
    return len(answers) == len(visitor.taken)
