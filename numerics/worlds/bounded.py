"""Any continuous log-density on a box, a sphere or a product of them, by rejection from the uniform law."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.lowering.lower import Lowered
from sith.numerics.worlds.rejection import negative_log_uniform, reject
from sith.numerics.worlds.space_parts import onto, uniform_on
from sith.theory.assumptions import AbstractSpace
from sith.theory.errors import InputError

MARGIN = 0.5
"""Added to the largest log-density that was found; it costs a factor e^0.5 = 1.65 in acceptance.

A larger value met later is an error, so that a draw is either exact or refused.
"""

_PROBES = 256
_REFINEMENTS = 12
_NEIGHBOURS = 16


@dataclass(frozen=True, slots=True)
class BoundedLaw:
    """Density proportional to exp(density(y, x)) in x on a bounded space, given y."""

    density: Lowered
    space: AbstractSpace

    def __call__(self, given: Tensor, generator: torch.Generator) -> Tensor:
        """One draw ``(n, d)`` for each row of the conditioning points ``(n, k)``, k = 0 or d.

        Raises `InputError` where the density is above its bound, not finite, or too concentrated.
        """
        n, bound = given.shape[0], self.bound(given, generator)

        def propose(index: Tensor) -> tuple[Tensor, Tensor]:
            x = self._uniform(index.shape[0], given, generator)
            excess = self.density(torch.cat((given[index], x), -1)) - bound[index]
            if not bool((excess <= 0).all()):
                raise InputError(
                    f"the log-density {self.density.expression} exceeds the bound of its rejection "
                    f"sampler by {float(excess.max()):.3g}",
                    allowed="a log-density that 256 probes and a local search can bound to 0.5",
                    cure="make it flatter, or quadratic",
                )
            return x, excess >= -negative_log_uniform(excess, generator)

        return reject(n, propose, given.device, f"log-density {self.density.expression}")

    def bound(self, given: Tensor, generator: torch.Generator) -> Tensor:
        """An upper bound ``(n,)``: probes, the conditioning point, a local search, and `MARGIN`."""
        n, k = given.shape
        rows = n if k else 1
        at = given[:rows].unsqueeze(1)
        probes = self._uniform(_PROBES, given, generator)
        points = probes.expand(rows, *probes.shape)
        if k:
            points = torch.cat((points, at), 1)

        def value(x: Tensor) -> Tensor:
            return self.density(torch.cat((at.expand(*x.shape[:2], k), x), -1))

        best, top = _largest(value, points)
        for step in range(_REFINEMENTS):
            shape = (rows, _NEIGHBOURS, best.shape[-1])
            noise = torch.randn(shape, generator=generator, device=at.device, dtype=at.dtype)
            near = self._into(best.unsqueeze(1) + noise * 0.5 * 0.6**step)
            best, top = _largest(value, torch.cat((best.unsqueeze(1), near), 1))
        if not bool(torch.isfinite(top).all()):
            raise InputError(
                f"the log-density {self.density.expression} has no finite maximum on the "
                f"{self.space}",
                cure="use a bounded density",
            )
        bound: Tensor = (top + MARGIN).expand(n)
        return bound

    def _uniform(self, count: int, like: Tensor, generator: torch.Generator) -> Tensor:
        return uniform_on(self.space, count, generator, like.device, like.dtype)

    def _into(self, x: Tensor) -> Tensor:
        return onto(self.space, x)


def _largest(value: Callable[[Tensor], Tensor], points: Tensor) -> tuple[Tensor, Tensor]:
    top, where = value(points).max(1)
    return points[torch.arange(points.shape[0], device=points.device), where], top
