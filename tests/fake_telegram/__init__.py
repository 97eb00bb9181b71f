"""A fake Telegram Bot API server for tests (https://core.telegram.org/bots/api).

It answers a bot the way api.telegram.org does and gives a test the other side: users who write,
press buttons and block the bot, the list of what the bot sent, and switchable faults.

    async with FakeTelegram("123456:token", factor=50) as tg:
        ...  # start the product with tg.base_url (python-telegram-bot) or tg.url
        user = tg.user(7, "Lan", "vi")
        await user.send_text("/start")
        menu = await tg.wait_for(7, lambda sent: "Xin chào" in sent.text)
        await user.press(menu, "Hỏi thủ tục")
        tg.fail(Fault("sendMessage", chat_id=7, status=502))

The same as a process of its own: ``python -m tests.fake_telegram`` (see control.py).
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
