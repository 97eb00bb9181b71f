import subprocess
import sys

import pytest


def in_a_fresh_process(program: str) -> str:
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=False)
    return done.stdout.strip() or done.stderr.strip()


def test_serving_loads_none_of_the_unused_modules() -> None:
    program = """
from bot.nlu import stand_in
stand_in.install()
import rasa.core.run, sys
print([name for name in ("tensorflow", "sklearn", "matplotlib") if type(sys.modules.get(name)).__name__ == "module"])
"""
    assert in_a_fresh_process(program) == "[]"


def test_a_stand_in_can_be_inherited_but_not_used() -> None:
    program = """
from bot.nlu import stand_in
stand_in.install(["tensorflow"])
import tensorflow as tf
from tensorflow.keras.utils import Sequence
class Child(tf.keras.Model, ): pass
try:
    Child()
except stand_in.NotLoadedError as problem:
    print("raised", hasattr(tf, "__all__"))
"""
    assert in_a_fresh_process(program) == "raised False"


@pytest.mark.parametrize("name", ["tensorflowish", "json"])
def test_other_modules_are_left_alone(name: str) -> None:
    program = f"""
from bot.nlu import stand_in
stand_in.install()
try:
    import {name}
    print(type({name}).__name__)
except ModuleNotFoundError:
    print("missing")
"""
    assert in_a_fresh_process(program) == ("module" if name == "json" else "missing")
