"""Latents with labels: von Mises-Fisher around the vector of an equally likely class."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.worlds.von_mises_fisher import sample_vmf
from sith.theory.assumptions import Classes


@dataclass(frozen=True, slots=True)
class ClassLatents:
    """The joint law of latent and label; `vectors` has shape ``(C, d)``, float64 on the CPU."""

    vectors: Tensor
    concentration: float

    def __call__(
        self, n: int, generator: torch.Generator, device: torch.device, dtype: torch.dtype
    ) -> tuple[Tensor, Tensor]:
        """Draw z ``(n, d)`` and label ``(n,)``, int64 in 0 .. C-1."""
        count = self.vectors.shape[0]
        label = torch.randint(count, (n,), generator=generator, device=device)
        mean = self.vectors.to(device=device, dtype=dtype)[label]
        return sample_vmf(mean, self.concentration, generator), label


def class_latents(classes: Classes) -> ClassLatents:
    """The sampler of `classes`."""
    rows = [[float(x) for x in v] for v in classes.vectors]
    return ClassLatents(torch.tensor(rows, dtype=torch.float64), float(classes.concentration))
