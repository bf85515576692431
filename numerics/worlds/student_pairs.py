"""Conditionals with log-density −Σ_i p_i log Q_i(z̃_i|z), Q_i quadratic: Student laws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp
import torch
from torch import Tensor

from sith.numerics.lowering.lower import LoweredMap, lower_map
from sith.numerics.worlds.generalised_normal import log_gamma


@dataclass(frozen=True, slots=True)
class StudentLaw:
    """Coordinate i is m_i(z) + s_i(z) T with T of Student's law of ν_i degrees of freedom.

    Fields:
        freedom: ν_i, positive.
        place: the map z → (m_1, …, m_d).
        square: the map z → (s_1², …, s_d²).
    """

    freedom: tuple[float, ...]
    place: LoweredMap
    square: LoweredMap

    def __call__(self, given: Tensor, generator: torch.Generator) -> Tensor:
        """One draw ``(n, d)`` for each row of the conditioning points ``(n, k)``."""
        columns = []
        for nu in self.freedom:
            n = given.shape[0]
            normal = torch.randn(n, generator=generator, device=given.device, dtype=given.dtype)
            chi = log_gamma(n, nu / 2, generator, given.device, given.dtype)
            columns.append(normal * torch.exp(-chi / 2) * (nu / 2) ** 0.5)
        noise = torch.stack(columns, dim=-1)
        return self.place(given) + self.square(given).clamp_min(0).sqrt() * noise


def student_law(
    expression: sp.Expr, variables: Sequence[sp.Symbol], given: Sequence[sp.Symbol]
) -> StudentLaw | None:
    """The law of a log-density in `variables`; None where it is of another form.

    A coordinate's term −p log(A x² + Bx + C), with A > 0 constant and B, C functions of `given`,
    is Student's law with ν = 2p − 1, m = −B/2A and s² = (C/A − m²)/ν, s² not negative. The
    bivariate Student law is the case of ν + 1 degrees of freedom.
    """
    freedom, place, square = [], [], []
    rest = sp.Add.make_args(sp.expand(expression))
    for x in variables:
        own = [t for t in rest if x in t.free_symbols]
        if len(own) != 1 or own[0].free_symbols & (set(variables) - {x}):
            return None
        power, log = own[0].as_independent(x)
        if not isinstance(log, sp.log) or not power.is_number or not log.args[0].is_polynomial(x):
            return None
        form = sp.Poly(log.args[0], x)
        nu = -2 * power - 1
        if form.degree() != 2 or not form.LC().is_number or form.LC() <= 0 or nu <= 0:
            return None
        a, b, c = form.all_coeffs()
        freedom.append(float(nu))
        place.append(-b / (2 * a))
        square.append(sp.expand((c / a - b**2 / (4 * a**2)) / nu))
    return StudentLaw(tuple(freedom), lower_map(place, given), lower_map(square, given))
