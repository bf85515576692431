"""The optimum condition at nodes: its equations as functions of values there, and their residuals."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from sith.numerics.exact.law import jacobian
from sith.numerics.exact.problem import LatentMap, Linearisation
from sith.numerics.exact.quadrature import Quadrature
from sith.theory.derivation.equation import Equation, UpTo

OUTSIDE = 1e-9
"""Values outside [0, 1] by more than this are outside the box, where the condition confines outputs."""


Order = tuple[int, ...]


class Place(NamedTuple):
    """The partners of all pairs of nodes: distinct points ``(k, d)``, and that of each pair ``(n²,)``."""

    points: Tensor
    of_pair: Tensor


class Seen(NamedTuple):
    """A map with its values at the nodes and at the further places."""

    map: LatentMap
    values: tuple[Tensor, ...]


@dataclass(frozen=True, slots=True)
class Residual:
    """One equation as functions of (z, z̃, h(z), h(z̃)), affine in the learned parameters.

    Fields:
        constant: the residual where all parameters are 0, ``(…, 2d + 2m) -> (…)``.
        slopes: its derivatives in the parameters, one function each.
        paired: whether it speaks of z̃.
        place: where z̃ is: 0 at every node, or k at the points ``places[k - 1]`` of the problem.
        equation: the terms in derivatives of h, and what the residual is up to.
    """

    constant: Callable[[Tensor], Tensor]
    slopes: tuple[Callable[[Tensor], Tensor], ...]
    paired: bool
    place: int
    equation: Equation


@dataclass(frozen=True, slots=True)
class OnNodes:
    """The condition at the nodes, and at all pairs of nodes.

    Fields:
        quadrature: nodes of the latents.
        residuals: the equations.
        places: partners of their own that equations have.
        bounded: whether outputs are confined to the unit box.
        count: the number of learned parameters.
        orders: the orders of the outputs, of which the best one counts; their own alone where the loss
            depends on it.
    """

    quadrature: Quadrature
    residuals: tuple[Residual, ...]
    places: tuple[Place, ...]
    bounded: bool
    count: int
    orders: tuple[tuple[int, ...], ...]

    @property
    def nodes(self) -> Tensor:
        """Latents."""
        return self.quadrature.nodes

    @property
    def weights(self) -> Tensor:
        """Their probabilities."""
        return self.quadrature.weights

    def gap(self, h: LatentMap) -> float:
        """The mean square of the residuals at the best parameters; infinite outside the box."""
        return self._best_order(h)[0]

    def linearise(self, h: LatentMap) -> Linearisation:
        """Rows √w residual, at the order and the parameters that are best for h."""
        _, order = self._best_order(h)
        rows, slopes = self._rows(self._seen(h), order)
        usable = bool(rows.isfinite().all())
        best = self._best(rows, slopes) if usable else rows.new_zeros(self.count)

        def defect(other: LatentMap) -> Tensor:
            found, own = self._rows(self._seen(other), order)
            return found + own @ best

        return Linearisation(defect, slopes if usable else slopes.new_zeros(len(rows), 0))

    def _best_order(self, h: LatentMap) -> tuple[float, Order]:
        """The least gap over the orders of the outputs, and the order."""
        seen = self._seen(h)
        return min((self._gap(seen, order), order) for order in self.orders)

    def _seen(self, h: LatentMap) -> Seen:
        return Seen(h, (h(self.nodes), *(h(p.points)[p.of_pair] for p in self.places)))

    def _gap(self, seen: Seen, order: Order) -> float:
        values = seen.values[0]
        if self.bounded and bool(((values < -OUTSIDE) | (values > 1 + OUTSIDE)).any()):
            return math.inf
        rows, slopes = self._rows(seen, order)
        if not bool(rows.isfinite().all()):
            return math.inf
        left = rows + slopes @ self._best(rows, slopes)
        return float(left.square().sum())

    def _best(self, rows: Tensor, slopes: Tensor) -> Tensor:
        if not self.count:
            return rows.new_zeros(0)
        solved = torch.linalg.lstsq(slopes, -rows[:, None], driver="gelsd").solution
        found: Tensor = solved[:, 0]
        return found

    def _rows(self, seen: Seen, order: Order) -> tuple[Tensor, Tensor]:
        parts = [self._part(r, seen, list(order)) for r in self.residuals]
        return torch.cat([p[0] for p in parts]), torch.cat([p[1] for p in parts])

    def _part(self, residual: Residual, seen: Seen, order: list[int]) -> tuple[Tensor, Tensor]:
        z, own = self.nodes, seen.values[0][:, order]
        if residual.paired:
            first, image = (repeated(x, along=1) for x in (z, own))
            second, image_t = (repeated(x, along=0) for x in (z, own))
            if residual.place:
                place = self.places[residual.place - 1]
                second = place.points[place.of_pair]
                image_t = seen.values[residual.place][:, order]
            root = (self.weights[:, None] * self.weights[None]).sqrt().reshape(-1)
        else:
            first, second, image, image_t, root = z, z, own, own, self.weights.sqrt()
        point = torch.cat((first, second, image, image_t), 1)
        slopes = self._derivatives(residual, seen.map, order, first)
        value = residual.constant(point).expand(len(first)) + slopes
        columns = [s(point).expand(len(first)) for s in residual.slopes]
        table = torch.stack(columns, 1) if columns else value.new_zeros(len(first), 0)
        if residual.equation.up_to is UpTo.FUNCTION_OF_Z:
            value, table = self._without_own(value), self._without_own(table)
        return root * value, root[:, None] * table

    def _without_own(self, values: Tensor) -> Tensor:
        """Take from values at all pairs their mean over z̃, which is a function of z."""
        n = self.quadrature.size
        table = values.reshape(n, n, *values.shape[1:])
        mean = torch.einsum("j,ij...->i...", self.weights, table)
        return (table - mean[:, None]).reshape(values.shape)

    def _derivatives(
        self, residual: Residual, h: LatentMap, order: list[int], points: Tensor
    ) -> Tensor:
        """The terms in J_h: log|det| of the block that `volume` names, and c (JᵀJ − I)_ij."""
        equation = residual.equation
        total = points.new_zeros(len(points))
        if not equation.volume and not equation.gram:
            return total
        # A constant map has a derivative too.
        slopes = jacobian(lambda x: h(x)[:, order] + 0 * x.sum(1, keepdim=True), points)
        if equation.volume:
            outputs, along = [list(x) for x in zip(*equation.volume, strict=True)]
            total = total + torch.linalg.slogdet(slopes[:, outputs][:, :, along]).logabsdet
        for i, j, c in equation.gram:
            product = (slopes[:, :, i] * slopes[:, :, j]).sum(1)
            total = total + float(c) * (product - (1.0 if i == j else 0.0))
        return total


def repeated(rows: Tensor, *, along: int) -> Tensor:
    """Rows ``(n, k)`` at all pairs of nodes ``(n², k)``: of the first node (along 1) or the second (0)."""
    n = len(rows)
    table = rows[:, None] if along else rows[None]
    return table.expand(n, n, -1).reshape(n * n, -1)
