"""How much a check may spend: seeds, steps, sizes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sith.theory import InputError

LEAST_SEEDS = 2
"""An interval over seeds needs at least two."""

MOST_SEEDS = 10_000
"""All seeds are trained at once; an interval has no use for more."""


@dataclass(frozen=True, slots=True)
class Budget:
    """The size of a trained check.

    Fields:
        name: smoke, ci or full.
        seeds: number of independent runs (world, mixing, weights and batches all redrawn).
        steps_per_dim: optimiser steps for each latent coordinate.
        batch: pairs per step.
        width: of the encoder's residual blocks.
        held_out: fresh pairs per seed for measurement.
    """

    name: str
    seeds: int
    steps_per_dim: int
    batch: int
    width: int
    held_out: int


BUDGETS: tuple[Budget, ...] = (
    Budget("smoke", seeds=3, steps_per_dim=500, batch=512, width=64, held_out=4096),
    Budget("ci", seeds=5, steps_per_dim=1000, batch=512, width=96, held_out=8192),
    Budget("full", seeds=10, steps_per_dim=3000, batch=1024, width=128, held_out=16384),
)


def pick_budget(name: str) -> Budget:
    """Return a budget by name; raises `InputError` for an unknown one."""
    for entry in BUDGETS:
        if entry.name == name:
            return entry
    raise InputError(f"budget '{name}'", allowed=", ".join(b.name for b in BUDGETS))


def budget_of(name: str, seeds: int | None) -> Budget:
    """Return a budget by name, with another number of seeds where one is given.

    Raises `InputError` for an unknown name, and for a number of seeds out of range.
    """
    size = pick_budget(name)
    if seeds is None:
        return size
    if type(seeds) is not int or seeds < LEAST_SEEDS:
        raise InputError(f"seeds = {seeds}", allowed=f"an integer ≥ {LEAST_SEEDS}")
    if seeds > MOST_SEEDS:
        raise InputError(f"seeds = {seeds:,}", allowed=f"at most {MOST_SEEDS:,}")
    return replace(size, seeds=seeds)
