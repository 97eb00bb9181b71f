"""Rasa's custom actions: flat, async and thin, each turns a tracker into one call and one response.

`rasa run actions` loads this package in Rasa's own interpreter, which is too old for what the actions are built on; the
desk's interpreter then takes the process over and serves the same actions with the same arguments.
"""

import os
import sys
from pathlib import Path

_DESK = Path(__file__).resolve().parent.parent / ".venv" / "bin" / "python"

if sys.version_info < (3, 11) and sys.argv[1:3] == ["run", "actions"]:
    os.execv(_DESK, [str(_DESK), "-m", "rasa_sdk", "--actions", "actions", *sys.argv[3:]])  # noqa: S606
