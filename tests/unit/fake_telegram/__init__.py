"""Self-tests of tests/fake_telegram: a fake is worth what it shares with the original."""
