"""How a message of the desk reads in a Telegram chat; needs nothing of Telegram's own library."""

from html import escape

from helpdesk.connector import Limits, Outgoing
from helpdesk.message import Author

# room for the author's mark; Telegram counts 4096 UTF-16 units after the markup is taken away
LIMITS = Limits(text=3900, per_second=28.0, per_chat_seconds=1.05)

MARK = {Author.BOT: "🤖 ", Author.SYSTEM: "ℹ️ "}


def as_html(outgoing: Outgoing) -> str:
    """The text in Telegram's markup; what people wrote is escaped."""
    if outgoing.author is Author.OFFICER:
        return f"👮 <b>{escape(outgoing.officer_name or '')}</b>\n{escape(outgoing.text)}"
    return MARK.get(outgoing.author, "") + escape(outgoing.text)


def as_plain(outgoing: Outgoing) -> str:
    """The text without markup, which is also how people read it."""
    if outgoing.author is Author.OFFICER:
        return f"👮 {outgoing.officer_name or ''}\n{outgoing.text}"
    return MARK.get(outgoing.author, "") + outgoing.text
