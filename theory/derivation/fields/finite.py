"""The finite part: which linear maps solve the condition, by Gröbner bases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sympy as sp

from sith.theory.derivation.equation import Condition, UpTo
from sith.theory.derivation.fields.compose import coefficients_of
from sith.theory.derivation.fields.ideal import OUTGREW, Ideal
from sith.theory.derivation.fields.normal_form import monomial_forms, require_all
from sith.theory.errors import BudgetExceeded
from sith.theory.groups import AbstractMatrixGroup
from sith.theory.verdict import Membership

GROEBNER_OUTPUTS = 3
"""Linear maps are solved for up to this many outputs; above, only named lemmas are left."""

FAILURES = 3
"""A group is given up after more targets than this for which a basis outgrew the budget.

Over the complex numbers the first one is enough: there, little is gained from the others.
"""


@dataclass(frozen=True, slots=True)
class LinearSolutions:
    """Polynomial equations that the matrix of a linear solution h = M h₀ + b satisfies."""

    matrix: sp.ImmutableMatrix
    equations: tuple[sp.Expr, ...]
    complete: bool = False
    """Whether the equations say all that the condition says of linear maps."""
    shift: tuple[sp.Symbol, ...] = ()
    """The unknowns b; empty for a linear class."""

    def lie_in(
        self, group: AbstractMatrixGroup, *, real: bool = False, zero: Sequence[sp.Expr] = ()
    ) -> Membership:
        """Say whether every invertible linear solution has its matrix in the group, and `zero` zero.

        Each equation g = 0 of the group must vanish on all common zeros: the ideal with 1 − t·g
        added must contain 1 (radical membership, over the complex numbers). With `real`, it is enough
        on those complex matrices on which 1 plus the sum of squares of a row is not 0, as on all
        real ones, and on which a sum of squares vanishes only if each of them does.

        Raises `BudgetExceeded` where a basis outgrows `BUDGET` before a target is decided.
        """
        targets = [sp.expand(t) for t in group.matrix_equations(sp.Matrix(self.matrix))]
        targets += zero
        known = [*self.equations, *(_squares(self.equations) if real else [])]
        ideal = Ideal([*known, *targets], known)
        open_targets, failures = targets, 0
        while open_targets:
            undecided, shown = [], []
            for target in open_targets:
                if ideal.holds(target):
                    continue
                try:
                    forced = self._forces(target, known, real=real)
                except BudgetExceeded:
                    failures += 1
                    undecided.append(target)
                    if failures > FAILURES or not real:
                        raise
                    continue
                if not forced:
                    return Membership(False, f"{target} = 0 is not forced on linear solutions")
                shown.append(target)
            if len(undecided) == len(open_targets):
                raise BudgetExceeded(OUTGREW)
            # What was shown helps to decide the rest.
            known += shown
            open_targets, ideal = undecided, Ideal([*known, *targets], known)
        return Membership(True, f"every linear solution lies in {group}")

    def impossible(self) -> bool:
        """Say whether no linear map, even with complex entries, satisfies the equations.

        Subsets in few symbols come first: what they exclude is excluded. False also where the
        bases outgrow `BUDGET`: then it is not shown.
        """
        unknown = {s for e in self.equations for s in e.free_symbols}
        rows = sorted((s for s in unknown if str(s)[0] not in "mb"), key=_in_order)
        outputs = self.matrix.rows
        for count in (outputs * (outputs + 1), outputs * (outputs + 2), len(rows)):
            few = unknown - set(rows[count:])
            some = [e for e in self.equations if e.free_symbols <= few]
            try:
                if some and Ideal(some, some).is_everything:
                    return True
            except BudgetExceeded:
                continue
        return False

    def _forces(self, target: sp.Expr, known: Sequence[sp.Expr], *, real: bool) -> bool:
        t, inverse = sp.symbols("t_rabinowitsch t_inverse")
        invertible = inverse * self.matrix.det() - 1
        systems = [[*known, t * target - 1], [*known, invertible, t * target - 1]]
        if real:
            rows = self.matrix.rows
            # 1 + Σ_j m_ij² has an inverse where the entries are real, and not at all complex zeros.
            lengths = [1 + sp.Add(*(x**2 for x in self.matrix.row(i))) for i in range(rows)]
            nonzero = [sp.Symbol(f"t_real{i}") * length - 1 for i, length in enumerate(lengths)]
            systems.append([*systems[-1], *nonzero])
        decided = False
        for system in systems:
            tried = Ideal(system, system)
            if tried.is_everything:
                return True
            decided = tried.finished
        if not decided:
            raise BudgetExceeded(OUTGREW)
        return False


def linear_solutions(condition: Condition) -> LinearSolutions:
    """Return the equations that the polynomial equations of a condition put on h = M h₀ + b.

    Equations that are not polynomial in z and z̃ with rational coefficients are left out, which can only enlarge the
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
    images = [
        [e + s for e, s in zip(matrix * sp.Matrix(base), shift, strict=True)]
        for base in (condition.base, condition.base_t)
    ]
    gram = matrix.T * matrix - sp.eye(m)
    found: list[sp.Expr] = []
    complete = not any(e.decoder for e in condition.equations)
    for equation in condition.equations:
        extra = sp.Add(*(c * gram[i, j] for i, j, c in equation.gram))
        terms = coefficients_of(condition, equation, images, extra)
        if not terms:
            flat = equation.residual == 0
            complete = complete and flat
            if not flat:
                continue
        if not equation.volume:
            found += vanishing_coefficients(condition, dict(terms), equation.up_to)
            continue
        complete = complete and equation.up_to is UpTo.NOTHING
        if equation.up_to is UpTo.NOTHING:
            origin = (0,) * len(dict.fromkeys((*condition.z, *condition.zt)))
            constant = dict(terms).pop(origin, sp.Integer(0)) if terms else sp.Integer(0)
            rest = {k: c for k, c in dict(terms).items() if k != origin}
            found += vanishing_coefficients(condition, rest, equation.up_to)
            found += [sp.expand(matrix.det() ** 2 - 1)] if constant == 0 else []
            complete = complete and constant == 0
    unknown = tuple(b for b in shift if isinstance(b, sp.Symbol))
    return LinearSolutions(sp.ImmutableMatrix(matrix), tuple(found), complete, unknown)


def vanishing_coefficients(
    condition: Condition, terms: Mapping[tuple[int, ...], sp.Expr], up_to: UpTo
) -> list[sp.Expr]:
    """Return the coefficients that must vanish, monomials reduced by the space's equation."""
    if condition.space.constraints(condition.z):
        terms = _reduced(condition, terms)
    d = len(condition.z)
    return [
        sp.expand(c)
        for powers, c in terms.items()
        if sp.expand(c) != 0
        and not (up_to is UpTo.FUNCTION_OF_Z and not any(powers[d:]))
        and not (up_to is UpTo.SEPARABLE and sum(1 for k in powers[:d] if k) < 2)
    ]


def _reduced(
    condition: Condition, terms: Mapping[tuple[int, ...], sp.Expr]
) -> dict[tuple[int, ...], sp.Expr]:
    """Return the coefficients of the monomials in normal form, independent on the space."""
    found: dict[tuple[int, ...], list[sp.Expr]] = {}
    for form, c in zip(monomial_forms(condition, terms), terms.values(), strict=True):
        for key, factor in form.items():
            found.setdefault(key, []).append(c * factor)
    require_all(condition, found)
    return {k: sp.Add(*parts) for k, parts in found.items()}


def _in_order(symbol: sp.Symbol) -> tuple[int, str]:
    """Learned parameters in the order of their rows: u2_1 before u10_1."""
    return len(str(symbol)), str(symbol)


def _squares(equations: Sequence[sp.Expr]) -> list[sp.Expr]:
    """Return what follows over the reals from sums of squares that are 0: each product is 0."""
    found = []
    for equation in equations:
        symbols = sorted(equation.free_symbols, key=str)
        terms = sp.Poly(equation, *symbols).terms() if symbols else []
        even = all(k % 2 == 0 for powers, _ in terms for k in powers)
        if even and len({bool(c > 0) for _, c in terms}) == 1:
            found += [
                sp.Mul(*(x for x, k in zip(symbols, powers, strict=True) if k))
                for powers, _ in terms
            ]
    return found
