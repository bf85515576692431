"""How much a check may spend: seeds, steps, sizes."""

from __future__ import annotations

from dataclasses import dataclass

from sith.theory import InputError


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
