"""A fake Telegram Bot API server for tests (https://core.telegram.org/bots/api).

It answers a bot the way api.telegram.org does and gives a test the other side: users who write,
press buttons and block the bot, the list of what the bot sent, and switchable faults.
"""

from __future__ import annotations

from .backlog import Delivery
from .fault import Fault
from .flood import Limits
from .outbox import Sent
from .schedule import Schedule
from .server import FakeTelegram
from .user import FakeUser, Posted

__all__ = [
    "Delivery",
    "FakeTelegram",
    "FakeUser",
    "Fault",
    "Limits",
    "Posted",
    "Schedule",
    "Sent",
]
