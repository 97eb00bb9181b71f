import subprocess
import sys


def test_what_a_restart_can_do_without_is_not_loaded_before_messages_are_accepted() -> None:
    heavy = ("alembic", "rasa_sdk", "telegram")
    look = f"import sys, bot.run; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
