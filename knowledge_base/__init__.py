"""What the helpdesk knows: articles on customs procedures, their search, and the text preparation both share."""
