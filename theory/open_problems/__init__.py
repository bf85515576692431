"""Open problems: claims that the engine does not decide, one file each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sith.theory.open_problems import registry as _registry
from sith.theory.open_problems.registry import open_problem as open_problem

if TYPE_CHECKING:
    from sith.theory.open_problems.registry import OPEN_PROBLEMS as OPEN_PROBLEMS


def __getattr__(name: str) -> Any:
    """Hand out the tuple of all open problems, which is built on demand."""
    return getattr(_registry, name)
