"""The finite part: which linear maps solve the condition, by Gröbner bases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp
from flint import Ordering, fmpz_mpoly_ctx, fmpz_mpoly_vec

from theory.derive.equation import Condition, UpTo
from theory.groups import AbstractMatrixGroup
from theory.verdict import Membership

GROEBNER_OUTPUTS = 2
"""Linear maps are solved for up to this many outputs; above, a named lemma takes over."""


@dataclass(frozen=True, slots=True)
class LinearSolutions:
    """Polynomial equations that the matrix of a linear solution h = M h₀ + b satisfies."""

    matrix: sp.ImmutableMatrix
    equations: tuple[sp.Expr, ...]

    def lie_in(self, group: AbstractMatrixGroup, *, real: bool = False) -> Membership:
        """Say whether every invertible linear solution has its matrix in the group.

        Each equation g = 0 of the group must vanish on all common zeros: the ideal with 1 − t·g
        added must contain 1 (radical membership, over the complex numbers). With `real`, it is enough
        on those complex matrices on which 1 plus the sum of squares of a row is not 0, as on all
        real ones.
        """
        for target in group.matrix_equations(sp.Matrix(self.matrix)):
            if not self._forces(sp.expand(target), real=real):
                return Membership(False, f"{target} = 0 is not forced on linear solutions")
        return Membership(True, f"every linear solution lies in {group}")

    def impossible(self) -> bool:
        """Say whether no linear map, even with complex entries, satisfies the equations."""
        return _contains_one(self.equations)

    def _forces(self, target: sp.Expr, *, real: bool) -> bool:
        if target == 0:
            return True
        t, inverse = sp.symbols("t_rabinowitsch t_inverse")
        invertible = inverse * self.matrix.det() - 1
        system = [*self.equations, invertible, t * target - 1]
        if _contains_one(system):
            return True
        if not real:
            return False
        # 1 + Σ_j m_ij² has an inverse where the entries are real, and not at all complex zeros.
        lengths = [1 + sp.Add(*(x**2 for x in self.matrix.row(i))) for i in range(self.matrix.rows)]
        nonzero = [sp.Symbol(f"t_real{i}") * length - 1 for i, length in enumerate(lengths)]
        return _contains_one([*system, *nonzero])


def linear_solutions(condition: Condition) -> LinearSolutions:
    """Return the equations that the polynomial equations of a condition put on h = M h₀ + b.

    Equations that are not polynomial in z and z̃ are left out, which can only enlarge the
    solution set: containment shown for the larger set holds for the solutions. log|det M| does not
    depend on z, so a law is kept where log p(h(z)) − log p(z) is constant, and (det M)² = 1 where
    that constant is 0.
    """
    m = len(condition.image)
    matrix = sp.Matrix(m, m, lambda i, j: sp.Symbol(f"m{i + 1}{j + 1}", real=True))
    shift = [
        sp.Integer(0) if condition.linear_only else sp.Symbol(f"b{i + 1}", real=True)
        for i in range(m)
    ]
    images = []
    for base in (condition.base, condition.base_t):
        column = matrix * sp.Matrix(base)
        images.append([column[i] + shift[i] for i in range(m)])
    table = {
        **dict(zip(condition.image, images[0], strict=True)),
        **dict(zip(condition.image_t, images[1], strict=True)),
    }
    found: list[sp.Expr] = []
    for equation in condition.equations:
        value = equation.residual.xreplace(table)
        value = sp.expand(equation.at_partner(value, condition.zt))
        points = {*condition.z, *condition.zt}
        if not value.is_polynomial(*points):
            continue
        gram = matrix.T * matrix - sp.eye(m)
        value += sp.Add(*(c * gram[i, j] for i, j, c in equation.gram))
        if not equation.volume:
            found += _coefficients(condition, value, equation.up_to)
        elif equation.up_to is UpTo.NOTHING:
            constant = value.xreplace(dict.fromkeys(points, sp.Integer(0)))
            found += _coefficients(condition, value - constant, equation.up_to)
            found += [sp.expand(matrix.det() ** 2 - 1)] if constant == 0 else []
    return LinearSolutions(sp.ImmutableMatrix(matrix), tuple(found))


def _coefficients(condition: Condition, value: sp.Expr, up_to: UpTo) -> list[sp.Expr]:
    points = tuple(dict.fromkeys((*condition.z, *condition.zt)))
    poly = sp.Poly(value, *points)
    for point in (condition.z, condition.zt):
        for constraint in condition.space.constraints(point):
            last = point[-1]
            reduced = sp.rem(sp.Poly(poly.as_expr(), last), sp.Poly(constraint, last))
            poly = sp.Poly(reduced.as_expr(), *points)
    d = len(condition.z)
    return [
        sp.expand(c)
        for powers, c in poly.terms()
        if c != 0
        and not (up_to is UpTo.FUNCTION_OF_Z and not any(powers[d:]))
        and not (up_to is UpTo.SEPARABLE and sum(1 for k in powers[:d] if k) < 2)
    ]


def _contains_one(equations: Sequence[sp.Expr]) -> bool:
    """Say whether the ideal of the equations is everything."""
    symbols = sorted({s for e in equations for s in e.free_symbols}, key=str)
    names = tuple(f"x{i}" for i in range(len(symbols)))
    context = fmpz_mpoly_ctx.get(names, Ordering.degrevlex)
    polys = []
    for equation in equations:
        _, cleared = sp.Poly(equation, *symbols, domain=sp.QQ).clear_denoms(convert=True)
        terms = {k: int(c) for k, c in cleared.as_dict().items() if c != 0}
        if terms:
            polys.append(context.from_dict(terms))
    basis = fmpz_mpoly_vec(polys, context).buchberger_naive()
    return any(p.is_constant() and not p.is_zero() for p in basis)
