"""Data of a world, as a diagnosis gets them: for the power and the false alarms of its tests."""

from __future__ import annotations

import numpy as np

from sith.numerics.data.consequences import Consequence, Observed
from sith.theory.assumptions import World
from sith.theory.errors import SithError

NONE = np.empty((0, 0))


def simulated(world: World, rows: int, seed: int, *, needs: str) -> Observed:
    """Draw data of a world.

    Arguments:
        world: whose samplers are exact.
        rows: number of rows.
        seed: of the draw.
        needs: "samples", "pairs", "labels" or "environments", as a consequence has it.

    Raises:
        SithError: the world has no sampler for what is needed.
    """
    import torch

    from sith.numerics.worlds import WorldSampler

    sampler = WorldSampler(world, torch.float64)
    generator = torch.Generator().manual_seed(seed)
    none = np.empty(0, dtype=np.intp)
    if needs in ("labels", "environments"):
        z, labels = sampler.labelled(rows, generator)
        return Observed(z.numpy(), NONE, labels.numpy(), NONE, NONE)
    if needs == "pairs":
        z, partner = sampler.pairs(rows, generator)
        return Observed(z.numpy(), partner.numpy(), none, NONE, NONE)
    return Observed(sampler.latents(rows, generator).numpy(), NONE, none, NONE, NONE)


def rejection_rate(
    world: World, consequence: Consequence, rows: int, *, level: float, draws: int, seed: int
) -> float | str:
    """Return how often a test rejects data of a world, or why that cannot be drawn."""
    rejected = 0
    for k in range(draws):
        try:
            data = simulated(world, rows, seed + 1000 * k, needs=consequence.needs)
        except (SithError, RuntimeError, ValueError) as error:
            return f"such data cannot be drawn: {' '.join(str(error).split())[:100]}"
        rejected += consequence.test(data, seed + k).p_value <= level
    return rejected / draws
