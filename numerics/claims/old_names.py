"""Claim files that were written for the names `theory` and `numerics` still load.

A finder answers these two names with `sith.theory` and `sith.numerics`, unless another module of that
name is installed or lies beside the claim file.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

OLD = ("theory", "numerics")
"""Top-level names before the package was called sith."""


class _Existing(Loader):
    """Hands out a module that is loaded already."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self.spec = module.__spec__

    def create_module(self, spec: ModuleSpec) -> ModuleType:  # noqa: ARG002
        """Return the module."""
        return self.module

    def exec_module(self, module: ModuleType) -> None:
        """Leave the module as it is: its own specification is put back."""
        module.__spec__ = self.spec


def _ours(top: str) -> bool:
    """Whether a top-level name is free, or is the folder of this package itself."""
    own = import_module(f"sith.{top}")
    if top in sys.modules:
        return sys.modules[top] is own
    other = PathFinder.find_spec(top)
    return other is None or other.origin == own.__file__


class _Finder(MetaPathFinder):
    """Finds `theory…` and `numerics…` inside `sith`."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        """Return the specification of the module of the new name; nothing for other names."""
        top = fullname.partition(".")[0]
        if top not in OLD or not _ours(top):
            return None
        try:
            module = import_module(f"sith.{fullname}")
        except ImportError:
            return None
        return ModuleSpec(fullname, _Existing(module), is_package=hasattr(module, "__path__"))


def accept_old_names() -> None:
    """Let claim files import the old names, once for a process."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
