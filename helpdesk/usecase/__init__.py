"""What people and channels can do, one function each, over a unit of work.

Use cases know the rules (`helpdesk`) and the rows (`helpdesk.storage`), nothing of channels, web pages or Rasa. A
function either returns and its transaction is committed, or raises and nothing happened.
"""
