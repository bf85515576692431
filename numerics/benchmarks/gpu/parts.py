"""The parts of the benchmark in the order in which they run: what says most in least time first."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sith.numerics.benchmarks.gpu.agreement import agreement_names, agreement_row
from sith.numerics.benchmarks.gpu.registry import (
    check_names,
    check_row,
    registry_names,
    registry_row,
)
from sith.numerics.benchmarks.gpu.size import Size
from sith.numerics.benchmarks.gpu.speed import (
    memory_names,
    memory_row,
    rate_names,
    rate_row,
    seeds_names,
    seeds_row,
)
from sith.numerics.benchmarks.gpu.step import wait_for


@dataclass(frozen=True, slots=True)
class Part:
    """One part.

    Fields:
        name: of the part.
        names: its rows for a size and a device.
        row: one row: figures, with `met` (whether it is as it must be or as it is aimed at; None
            where nothing is asked) and mostly `note`.
        aim: whether a row that is not met misses an aim; otherwise it is a fault.
    """

    name: str
    names: Callable[[Size, str], Sequence[str]]
    row: Callable[[str, Size, str], dict[str, Any]]
    aim: bool = False


PARTS = (
    Part("agreement", agreement_names, agreement_row),
    Part("memory", memory_names, memory_row),
    Part("seeds", seeds_names, seeds_row, aim=True),
    Part("rate", rate_names, rate_row),
    Part("check", check_names, check_row),
    Part("registry", registry_names, registry_row),
)


def measured(part: Part, name: str, size: Size, device: str) -> dict[str, Any]:
    """Return a row with its part, name and seconds; one that raises is a row with the error."""
    start = time.perf_counter()
    try:
        figures = part.row(name, size, device)
        wait_for(device)
        error = ""
    except Exception as fault:  # noqa: BLE001
        # One row that fails on a machine that is rarely lent must not cost the others.
        figures, error = {"met": False}, f"{type(fault).__name__}: {' '.join(str(fault).split())}"
    return {
        "part": part.name,
        "name": name,
        "met": None,
        **figures,
        "error": error[:500],
        "seconds": time.perf_counter() - start,
    }
