"""The optimum condition itself on quadrature nodes, for losses that have no simpler quadrature.

Where the loss is a mean of squares (alignment of kept outputs, equivariance) the gap is the loss. Elsewhere
it is the mean square of the condition's residuals, learned parameters minimised out, which is 0 exactly
where the condition holds at the nodes; the class of the mixing is a part of the condition.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sympy as sp
import torch
from torch import Tensor

from sith.numerics.exact.for_world import for_world
from sith.numerics.exact.law import jacobian
from sith.numerics.exact.problem import LatentMap, Linearisation
from sith.numerics.exact.quadrature import Quadrature
from sith.numerics.lowering.lower import lower, lower_map
from sith.theory import Claim, UnsupportedCondition, optimum_condition
from sith.theory.derivation.equation import Condition, Equation, UpTo

OUTSIDE = 1e-9
"""Values outside [0, 1] by more than this are outside the box, where the condition confines outputs."""


@dataclass(frozen=True, slots=True)
class Residual:
    """One equation as functions of (z, z̃, h(z), h(z̃)), affine in the learned parameters.

    Fields:
        constant: the residual where all parameters are 0, ``(…, 2d + 2m) -> (…)``.
        slopes: its derivatives in the parameters, one function each.
        paired: whether it speaks of z̃.
        partner: z̃ as a function of (z, z̃) where the equation has one of its own.
        equation: the terms in derivatives of h, and what the residual is up to.
    """

    constant: Callable[[Tensor], Tensor]
    slopes: tuple[Callable[[Tensor], Tensor], ...]
    paired: bool
    partner: Callable[[Tensor], Tensor] | None
    equation: Equation


@dataclass(frozen=True, slots=True)
class OnNodes:
    """The condition at the nodes, and at all pairs of nodes.

    Fields:
        quadrature: nodes of the latents.
        residuals: the equations.
        bounded: whether outputs are confined to the unit box.
        count: the number of learned parameters.
    """

    quadrature: Quadrature
    residuals: tuple[Residual, ...]
    bounded: bool
    count: int

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
        values = h(self.nodes)
        if self.bounded and bool(((values < -OUTSIDE) | (values > 1 + OUTSIDE)).any()):
            return math.inf
        rows, slopes = self._rows(h)
        if not bool(rows.isfinite().all()):
            return math.inf
        left = rows + slopes @ self._best(rows, slopes)
        return float(left.square().sum())

    def linearise(self, h: LatentMap) -> Linearisation:
        """Rows √w residual, at the parameters that are best for h."""
        rows, slopes = self._rows(h)
        usable = bool(rows.isfinite().all())
        best = self._best(rows, slopes) if usable else rows.new_zeros(self.count)

        def defect(other: LatentMap) -> Tensor:
            found, own = self._rows(other)
            return found + own @ best

        return Linearisation(defect, slopes if usable else slopes.new_zeros(len(rows), 0))

    def _best(self, rows: Tensor, slopes: Tensor) -> Tensor:
        if not self.count:
            return rows.new_zeros(0)
        solved = torch.linalg.lstsq(slopes, -rows[:, None], driver="gelsd").solution
        found: Tensor = solved[:, 0]
        return found

    def _rows(self, h: LatentMap) -> tuple[Tensor, Tensor]:
        parts = [self._part(r, h) for r in self.residuals]
        return torch.cat([p[0] for p in parts]), torch.cat([p[1] for p in parts])

    def _part(self, residual: Residual, h: LatentMap) -> tuple[Tensor, Tensor]:
        n, z = self.quadrature.size, self.nodes
        if residual.paired:
            first = z[:, None].expand(n, n, -1).reshape(n * n, -1)
            second = z[None].expand(n, n, -1).reshape(n * n, -1)
            if residual.partner:
                second = residual.partner(torch.cat((first, second), 1))
            root = (self.weights[:, None] * self.weights[None]).sqrt().reshape(-1)
        else:
            first, second, root = z, z, self.weights.sqrt()
        point = torch.cat((first, second, h(first), h(second)), 1)
        value = residual.constant(point).expand(len(first)) + self._derivatives(residual, h, first)
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

    def _derivatives(self, residual: Residual, h: LatentMap, points: Tensor) -> Tensor:
        """The terms in J_h: log|det| of the block that `volume` names, and c (JᵀJ − I)_ij."""
        equation = residual.equation
        total = points.new_zeros(len(points))
        if not equation.volume and not equation.gram:
            return total
        # A constant map has a derivative too.
        slopes = jacobian(lambda x: h(x) + 0 * x.sum(1, keepdim=True), points)
        if equation.volume:
            outputs, along = [list(x) for x in zip(*equation.volume, strict=True)]
            total = total + torch.linalg.slogdet(slopes[:, outputs][:, :, along]).logabsdet
        for i, j, c in equation.gram:
            product = (slopes[:, :, i] * slopes[:, :, j]).sum(1)
            total = total + float(c) * (product - (1.0 if i == j else 0.0))
        return total


def on_nodes(claim: Claim, count: int) -> OnNodes:
    """The problem of a claim's optimum condition on `count` nodes a coordinate.

    Raises:
        UnsupportedCondition: equations on the decoder, up to functions of single coordinates, or that
            are not affine in the learned parameters; or no quadrature.
    """
    condition = optimum_condition(claim.world, claim.objective, claim.encoder)
    residuals = tuple(_residual(condition, e) for e in condition.equations)
    quadrature = for_world(claim.world, count)
    return OnNodes(quadrature, residuals, condition.in_box, len(condition.parameters))


def _residual(condition: Condition, equation: Equation) -> Residual:
    if equation.decoder:
        raise UnsupportedCondition("an equation on derivatives of the decoder is not put on nodes")
    if equation.up_to not in (UpTo.NOTHING, UpTo.FUNCTION_OF_Z):
        raise UnsupportedCondition(f"an equation up to {equation.up_to.value} is not put on nodes")
    parameters = tuple(condition.parameters)
    slopes = [sp.diff(equation.residual, p) for p in parameters]
    if any(s.free_symbols & set(parameters) for s in slopes):
        raise UnsupportedCondition(
            "an equation that is not affine in its learned parameters is not put on nodes"
        )
    fixed = equation.residual.xreplace(dict.fromkeys(parameters, sp.Integer(0)))
    # Kept coordinates have one symbol for both points.
    names, twice = _names(condition)
    paired = bool(fixed.free_symbols & twice) or any(s.free_symbols & twice for s in slopes)
    partner = _partner(condition, equation)
    return Residual(
        _at(fixed, names),
        tuple(_at(s, names) for s in slopes),
        paired or partner is not None,
        partner,
        equation,
    )


def _names(condition: Condition) -> tuple[tuple[sp.Symbol, ...], set[sp.Symbol]]:
    zt = tuple(
        sp.Dummy(f"zt{i}") if b == a else b
        for i, (a, b) in enumerate(zip(condition.z, condition.zt, strict=True))
    )
    names = (*condition.z, *zt, *condition.image, *condition.image_t)
    return names, {*zt, *condition.image_t}


def _partner(condition: Condition, equation: Equation) -> Callable[[Tensor], Tensor] | None:
    """z̃ as a function of two nodes: the equation's own partner, or one that keeps shared coordinates."""
    shared = [a == b for a, b in zip(condition.z, condition.zt, strict=True)]
    own: Sequence[sp.Expr] = equation.partner
    names, _ = _names(condition)
    if not own and not any(shared):
        return None
    d = len(condition.z)
    if not own:
        own = [a if s else b for a, b, s in zip(names[:d], names[d : 2 * d], shared, strict=True)]
    return lower_map(tuple(own), names[: 2 * d])


def _at(expression: sp.Expr, names: tuple[sp.Symbol, ...]) -> Callable[[Tensor], Tensor]:
    return lower(expression, names)
