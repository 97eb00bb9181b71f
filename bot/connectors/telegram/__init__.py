"""Telegram: python-telegram-bot as typed client and parser, our own web server and our own queue around it."""
