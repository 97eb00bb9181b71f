"""These tests run in the brain's own interpreter (`make test` does it); the desk's has no Rasa and passes them by."""

import importlib.util

if importlib.util.find_spec("rasa") is None:
    collect_ignore_glob = ["test_*.py"]
