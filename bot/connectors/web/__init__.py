"""The web channel: the chat page, the widget that other sites embed, and the HTTP API for programs that chat."""
