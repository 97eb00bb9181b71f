"""Telegram: python-telegram-bot as typed client and parser, our own web server and our own queue around it."""

import os

# durations as timedelta, which the library makes its only way in its next version
os.environ.setdefault("PTB_TIMEDELTA", "true")
