"""A network and a mixing of one's own, in place of the built-in ones.

sith check zimmermann_2021_vmf --encoder examples/own_network.py:build
sith check zimmermann_2021_vmf --mixing examples/own_network.py:observe
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from sith import CheckReport, check, theorem


class Residual(nn.Module):
    """x + W₂ tanh(W₁ x)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.inner, self.outer = nn.Linear(width, width), nn.Linear(width, width)
        nn.init.zeros_(self.outer.weight)

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs of rows of features."""
        return x + self.outer(torch.tanh(self.inner(x)))


def build(inputs: int, outputs: int, width: int = 64) -> nn.Module:
    """Return an untrained network; called once for each seed.

    It starts as a linear map. An offset would put all outputs on one side of the sphere at the
    start, and a fold of the sphere is a local minimum of the loss.
    """
    network = nn.Sequential(
        nn.Linear(inputs, width), Residual(width), Residual(width), nn.Linear(width, outputs)
    )
    for name, parameter in network.named_parameters():
        if name.endswith("bias"):
            nn.init.zeros_(parameter)
    return network


def observe(z: Tensor) -> Tensor:
    """Return 2d observations of rows of d latents: a bent coordinate for each latent, and its cube."""
    bent = z + 0.5 * torch.sin(z + z.roll(1, -1))
    return torch.cat((bent, z**3), -1)


def main(budget: str = "smoke", seeds: int = 3) -> CheckReport:
    """Check a theorem with both."""
    report = check(
        theorem("zimmermann_2021_vmf"), budget=budget, seeds=seeds, encoder=build, mixing=observe
    )
    print(report)
    return report


if __name__ == "__main__":
    main()
