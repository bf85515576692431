"""Errata: published statements that do not hold, one file each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sith.theory.errata import registry as _registry
from sith.theory.errata.registry import erratum as erratum

if TYPE_CHECKING:
    from sith.theory.errata.registry import ERRATA as ERRATA


def __getattr__(name: str) -> Any:
    """Hand out the tuple of all errata, which is built on demand."""
    return getattr(_registry, name)
