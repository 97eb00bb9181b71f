"""Stand-ins for modules that Rasa imports and this assistant never uses, so that serving does not load them.

Rasa imports TensorFlow, every chat platform's client and a plotting library whatever the pipeline is: two thirds of the
memory and two thirds of the start. Here their names resolve to classes that raise when somebody uses one, naming it.
The serving process does this, and our training but for what it needs; `rasa train`, `rasa test` and `rasa shell` are
the stock programs.
"""

from __future__ import annotations

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Iterable, Optional

UNUSED = (
    "tensorflow",
    "tensorflow_hub",
    "tensorflow_text",
    "sklearn",  # our components need it only to train
    "matplotlib",
    "aiogram",
    "fbmessenger",
    "google",
    "keras",
    "mattermostwrapper",
    "questionary",
    "rasa.graph_components.validators",  # named in a model's training plan; imports every component there is
    "rocketchat_API",
    "slack_sdk",
    "twilio",
    "webexteamssdk",
)


class NotLoadedError(RuntimeError):
    """Something needs a module that this process leaves out; remove its name from UNUSED."""


class _Naming(type):
    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _named(f"{cls.__module__}.{cls.__name__}", name)


class _StandIn(metaclass=_Naming):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise NotLoadedError(f"{type(self).__module__}.{type(self).__name__} is not loaded in this process")


def _named(module: str, name: str) -> Any:
    return _Naming(name, (_StandIn,), {"__module__": module})


class _Module(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _named(self.__name__, name)


class _Finder(MetaPathFinder, Loader):
    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple(names)

    def find_spec(self, fullname: str, path: Any, target: Optional[ModuleType] = None) -> Optional[ModuleSpec]:
        if any(fullname == name or fullname.startswith(name + ".") for name in self._names):
            return ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


def install(names: Iterable[str] = UNUSED) -> None:
    """From now on imports of `names` and what is under them give stand-ins; call before importing rasa."""
    sys.meta_path.insert(0, _Finder(names))
