"""The officers' and administrators' web: server-rendered pages that follow what happens at the desk.

Request -> `guard` (session, role, CSRF) -> a view -> one use case over a unit of work -> a page or a redirect. Pages
name their live regions; `static/live.js` fetches the page again when `stream` says that something has changed.
"""
