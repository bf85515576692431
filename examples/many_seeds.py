"""Many seeds in one batch, on a GPU where there is one.

python examples/many_seeds.py 64

All encoders take each step together, so that 64 seeds cost far less than 64 runs on a GPU. What is
printed is the spread over seeds: a mean alone would hide the runs that fail.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import torch

from sith import pick_budget, theorem, train_claim
from sith.numerics.measure import procrustes_r2

SLUG = "zimmermann_2021_vmf"


def main(seeds: int = 64, steps_per_dim: int = 500) -> list[float]:
    """Return the share of the latents' variance that an orthogonal map recovers, for each seed."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    budget = replace(pick_budget("smoke"), steps_per_dim=steps_per_dim)
    run = train_claim(theorem(SLUG).at(3), budget, tuple(range(seeds)), device=device)
    pairs = zip(run.latents.cpu(), run.representations.cpu(), strict=True)
    scores = [procrustes_r2(z.numpy(), h.numpy()) for z, h in pairs]
    low, middle, high = np.quantile(scores, (0, 0.5, 1))
    print(f"{seeds} seeds on {device}, {len(run.diverged)} diverged")
    print(f"R² after an orthogonal map: worst {low:.3f}, median {middle:.3f}, best {high:.3f}")
    return scores


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
