"""The channels people write on; each satisfies `helpdesk.connector.Connector` and knows nothing but `helpdesk`."""
