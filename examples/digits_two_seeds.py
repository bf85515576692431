"""Digits, two families of augmentations, two seeds each: which runs agree, up to which group?

python examples/digits_two_seeds.py [--steps 400] [--figure digits.png]

Half a minute on one core. No latents are known: `compare` takes the embeddings alone.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import Tensor, nn

from sith.numerics.data import CompareReport, compare

TEMPERATURE = 0.2
BATCH = 256

Augment = Callable[[Tensor, torch.Generator], Tensor]


def moved(images: Tensor, generator: torch.Generator) -> Tensor:
    """Shift each image by up to one pixel in either direction."""
    across, down = torch.randint(-1, 2, (2, len(images)), generator=generator)
    index = torch.arange(8)
    rows = (index + down[:, None]).clamp(0, 7)
    columns = (index + across[:, None]).clamp(0, 7)
    return images[torch.arange(len(images))[:, None, None], rows[:, :, None], columns[:, None]]


def noisy(images: Tensor, generator: torch.Generator) -> Tensor:
    """Scale the contrast of each image and add noise to its pixels."""
    contrast = 0.5 + torch.rand(len(images), 1, 1, generator=generator)
    return contrast * images + 0.15 * torch.randn(images.shape, generator=generator)


FAMILIES: dict[str, Augment] = {"moved": moved, "noisy": noisy}


def digits() -> Tensor:
    """The 1,797 images of 8 × 8 pixels in [0, 1] that come with scikit-learn."""
    return torch.tensor(load_digits().images / 16, dtype=torch.float32)


def embeddings(augment: Augment, seed: int, steps: int) -> np.ndarray:
    """Train an encoder onto the sphere in R³ with InfoNCE, and return the embeddings ``(1797, 3)``."""
    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        encoder = nn.Sequential(
            nn.Flatten(), nn.Linear(64, 128), nn.GELU(), nn.Linear(128, 128), nn.GELU()
        ).append(nn.Linear(128, 3))
    images = digits()
    optimiser = torch.optim.Adam(encoder.parameters(), lr=2e-3)
    for _ in range(steps):
        batch = images[torch.randint(len(images), (BATCH,), generator=generator)]
        u, v = (
            nn.functional.normalize(encoder(augment(batch, generator)), dim=-1) for _ in range(2)
        )
        loss = nn.functional.cross_entropy(u @ v.T / TEMPERATURE, torch.arange(BATCH))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with torch.no_grad():
        return nn.functional.normalize(encoder(images), dim=-1).double().numpy()


def main(steps: int = 400) -> CompareReport:
    """Train all four runs and compare them."""
    runs = {
        f"{name}, seed {seed}": embeddings(augment, seed, steps)
        for name, augment in FAMILIES.items()
        for seed in (0, 1)
    }
    report = compare(runs)
    print(report)
    return report


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--figure", default="")
    chosen = parser.parse_args()
    found = main(chosen.steps)
    if chosen.figure:
        found.figure().savefig(chosen.figure, dpi=150)
