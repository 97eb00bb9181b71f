"""Rasa's custom actions: flat, async and thin, each turns a tracker into one call and one response."""
