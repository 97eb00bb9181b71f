"""The desk's rules in plain Python: who holds a conversation, what is owed to whom, what may happen next.

Modules here import the standard library only. `helpdesk.storage` and `helpdesk.console` are the rooms beside
the rules and may use libraries.
"""
