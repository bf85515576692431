"""The checker's operators: S, inner products and counts, from moments and matrices alone.

Nothing here is shared with the solver: Ornstein–Uhlenbeck pairs act by Gaussian moments, Jacobi
diffusions by their generator, finite families by matrix–vector products and symmetric elimination.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import comb
from typing import Protocol

import sympy as sp
from sympy.polys.matrices import DomainMatrix

from sith.theory.assumptions import (
    AugmentationGraph,
    FiniteSpace,
    JacobiDiffusion,
    MomentOperator,
    OrnsteinUhlenbeck,
)
from sith.theory.notation import latents

Powers = tuple[int, ...]
Table = Mapping[Powers, sp.Expr]


class Operator(Protocol):
    """What the checker asks of a pair of views."""

    def is_eigenfunction(self, function: sp.Expr, value: sp.Rational) -> bool:
        """Say whether Sφ = σφ."""
        ...

    def inner(self, f: sp.Expr, g: sp.Expr) -> sp.Expr:
        """Return E f(z)g(z)."""
        ...

    def count(self, cut: sp.Rational, *, strictly: bool) -> int:
        """Return how many non-constant eigenvalues, with multiplicity, are ≥ cut or > cut."""
        ...

    def divides(self, minimal: Sequence[sp.Rational], power: int) -> bool:
        """Say whether a polynomial to a power divides the characteristic polynomial."""
        ...


class _Polynomial:
    """What worlds of independent coordinates with polynomial eigenfunctions share."""

    def __init__(self, rates: Sequence[sp.Rational]) -> None:
        self.rates = rates
        self.z = latents(len(rates))
        self._tables: dict[sp.Expr, Table] = {}

    def moment(self, n: int) -> sp.Rational:
        raise NotImplementedError

    def exponent(self, n: int) -> int:
        raise NotImplementedError

    def table(self, function: sp.Expr) -> Table:
        if function not in self._tables:
            self._tables[function] = dict(sp.Poly(function, *self.z).as_dict())
        return self._tables[function]

    def inner(self, f: sp.Expr, g: sp.Expr) -> sp.Expr:
        terms = product(self.table(f).items(), self.table(g).items())
        return sp.expand(
            sp.Add(
                *(
                    c * e * sp.Mul(*(self.moment(i + j) for i, j in zip(m, n, strict=True)))
                    for (m, c), (n, e) in terms
                )
            )
        )

    def count(self, cut: sp.Rational, *, strictly: bool) -> int:
        bound = Fraction(int(cut.p), int(cut.q))
        if bound <= 0:
            raise ValueError("infinitely many eigenvalues lie above a cut that is not positive")
        rates = [Fraction(int(r.p), int(r.q)) for r in self.rates]

        def below(i: int, value: Fraction) -> int:
            if i == len(rates):
                return 1
            total, n = 0, 0
            while True:
                now = value * rates[i] ** self.exponent(n)
                if now < bound or (strictly and now == bound):
                    return total
                total += below(i + 1, now)
                n += 1

        constant = int(bound < 1 if strictly else bound <= 1)
        return below(0, Fraction(1)) - constant

    def divides(self, minimal: Sequence[sp.Rational], power: int) -> bool:  # noqa: ARG002
        return False


class Gaussian(_Polynomial):
    """Ornstein–Uhlenbeck pairs: z̃_i = ρ_i z_i + √(1−ρ_i²) η_i, odd powers of η_i of mean 0."""

    def moment(self, n: int) -> sp.Rational:
        """Return E z^n = (n−1)!! for even n."""
        return sp.Integer(0) if n % 2 else sp.factorial2(n - 1)

    def exponent(self, n: int) -> int:
        """The coefficient of z^n in E[z̃^n|z] is ρ^n: the operator is triangular by degree."""
        return n

    def is_eigenfunction(self, function: sp.Expr, value: sp.Rational) -> bool:
        """Compare E[φ(z̃)|z] with σφ."""
        return bool(function != 0 and sp.expand(self.image(function) - value * function) == 0)

    def image(self, function: sp.Expr) -> sp.Expr:
        """Return E[φ(z̃)|z], monomial by monomial."""
        return sp.Add(
            *(
                c * sp.Mul(*(self._power(i, n) for i, n in enumerate(powers)))
                for powers, c in self.table(function).items()
            )
        )

    def _power(self, i: int, n: int) -> sp.Expr:
        r, x = self.rates[i], self.z[i]
        return sp.Add(
            *(
                comb(n, j) * (r * x) ** (n - j) * (1 - r**2) ** (j // 2) * self.moment(j)
                for j in range(0, n + 1, 2)
            )
        )


class Beta(_Polynomial):
    """Jacobi diffusions, by their generator x(1−x)∂² + ((a+1)−(a+b+2)x)∂ in each coordinate."""

    def __init__(self, pairs: JacobiDiffusion) -> None:
        """Take the rates and exponents of the world."""
        super().__init__(pairs.rates)
        self.a, self.b = pairs.a, pairs.b
        self.s = int(pairs.a + pairs.b) + 1

    def moment(self, n: int) -> sp.Rational:
        """Return E x^n under the law with density ∝ x^a (1−x)^b."""
        a, total = self.a + 1, self.a + self.b + 2
        return sp.Mul(*((a + j) / (total + j) for j in range(n)))

    def exponent(self, n: int) -> int:
        """Return n(n+s), halved where s is odd."""
        return n * (n + self.s) // (1 + self.s % 2)

    def is_eigenfunction(self, function: sp.Expr, value: sp.Rational) -> bool:
        """Apply the generator of every coordinate, and the semigroup's factor to its eigenvalue."""
        if function == 0:
            return False
        found = sp.Integer(1)
        for x, rate in zip(self.z, self.rates, strict=True):
            slope, bend = sp.diff(function, x), sp.diff(function, x, 2)
            image = x * (1 - x) * bend + ((self.a + 1) - (self.a + self.b + 2) * x) * slope
            n = sp.degree(function, x)
            if sp.expand(image + n * (n + self.s) * function) != 0:
                return False
            found *= rate ** self.exponent(int(n))
        return bool(found == value)


class Finite:
    """A graph or given moments: tables G of E φ_iφ_j and M of E φ_iφ̃_j, the constant among φ."""

    def __init__(self, pairs: AugmentationGraph | MomentOperator) -> None:
        """Read the tables from the world; a graph's functions are the indicators of its nodes."""
        self.z = latents(pairs.dim)
        self.nodes = isinstance(pairs, AugmentationGraph)
        if isinstance(pairs, AugmentationGraph):
            self.functions: tuple[sp.Expr, ...] = self.z
            cross = [list(row) for row in pairs.joint]
            gram = [
                [sp.Add(*r) if i == j else 0 for j in range(pairs.dim)] for i, r in enumerate(cross)
            ]
        else:
            self.functions = pairs.functions
            cross, gram = [list(r) for r in pairs.cross], [list(r) for r in pairs.gram]
        size = range(len(gram))
        self.gram = [[_fraction(gram[i][j]) for j in size] for i in size]
        self.cross = [[_fraction(cross[i][j] + cross[j][i]) / 2 for j in size] for i in size]

    def is_eigenfunction(self, function: sp.Expr, value: sp.Rational) -> bool:
        """Compare Mv with σGv."""
        vector = self._vector(function)
        left, right = _times(self.cross, vector), _times(self.gram, vector)
        return any(v != 0 for v in vector) and all(
            sp.expand(a - value * b) == 0 for a, b in zip(left, right, strict=True)
        )

    def inner(self, f: sp.Expr, g: sp.Expr) -> sp.Expr:
        """Return vᵀGw."""
        right = _times(self.gram, self._vector(g))
        return sp.expand(sp.Add(*(a * b for a, b in zip(self._vector(f), right, strict=True))))

    def count(self, cut: sp.Rational, *, strictly: bool) -> int:
        """Return the number of positive pivots of M − cG, with the zero ones unless strictly."""
        c = _fraction(cut)
        shifted = [
            [m - c * g for m, g in zip(row, other, strict=True)]
            for row, other in zip(self.cross, self.gram, strict=True)
        ]
        positive, zero = inertia(shifted)
        constant = int(c < 1 if strictly else c <= 1)
        return positive + (0 if strictly else zero) - constant

    def divides(self, minimal: Sequence[sp.Rational], power: int) -> bool:
        """Divide the characteristic polynomial of G⁻¹M."""
        x = sp.Dummy("x")
        coefficients = self._characteristic
        whole = sp.Poly(list(coefficients), x, domain=sp.QQ)
        factor = sp.Poly(list(reversed(minimal)), x, domain=sp.QQ) ** power
        return bool(factor.degree() > 0 and whole.rem(factor).is_zero)

    @cached_property
    def _characteristic(self) -> tuple[sp.Rational, ...]:
        gram, cross = (
            DomainMatrix(
                [[sp.QQ(x.numerator, x.denominator) for x in r] for r in t], (len(t),) * 2, sp.QQ
            )
            for t in (self.gram, self.cross)
        )
        return tuple(sp.QQ.to_sympy(c) for c in (gram.inv() * cross).charpoly())

    def _vector(self, function: sp.Expr) -> list[sp.Expr]:
        if self.nodes:
            nodes = [FiniteSpace(len(self.z)).node(i) for i in range(len(self.z))]
            return [sp.expand(function.xreplace(dict(zip(self.z, p, strict=True)))) for p in nodes]
        tables = [sp.Poly(f, *self.z).as_dict() for f in self.functions]
        target = sp.Poly(function, *self.z).as_dict()
        keys = sorted({k for t in (*tables, target) for k in t})
        matrix = sp.Matrix([[t.get(k, 0) for t in tables] for k in keys])
        wanted = sp.Matrix([target.get(k, 0) for k in keys])
        found = (matrix.T * matrix).LUsolve(matrix.T * wanted).applyfunc(sp.expand)
        if not (matrix * found - wanted).applyfunc(sp.expand).is_zero_matrix:
            raise ValueError(f"{function} is outside the span of the given functions")
        return list(found)


def operator(pairs: object) -> Operator:
    """Return the checker's operator of the pairs; raises `TypeError` for pairs it does not know."""
    if isinstance(pairs, OrnsteinUhlenbeck):
        return Gaussian(pairs.rates)
    if isinstance(pairs, JacobiDiffusion):
        return Beta(pairs)
    if isinstance(pairs, AugmentationGraph | MomentOperator):
        return Finite(pairs)
    raise TypeError(f"the checker knows no operator of pairs '{pairs}'")


def inertia(matrix: Sequence[Sequence[Fraction]]) -> tuple[int, int]:
    """Return the numbers of positive and of zero eigenvalues of a symmetric matrix (Sylvester)."""
    rows = [list(row) for row in matrix]
    positive = 0
    while rows:
        n = len(rows)
        pivot = next((i for i in range(n) if rows[i][i] != 0), None)
        if pivot is not None:
            chosen = [pivot]
            positive += int(rows[pivot][pivot] > 0)
        else:
            pair = next(((i, j) for i in range(n) for j in range(i) if rows[i][j] != 0), None)
            if pair is None:
                return positive, n
            chosen = list(pair)
            positive += 1
        left = [i for i in range(n) if i not in chosen]
        rows = [[rows[i][j] - _through(rows, chosen, i, j) for j in left] for i in left]
    return positive, 0


def _through(rows: Sequence[Sequence[Fraction]], chosen: Sequence[int], i: int, j: int) -> Fraction:
    """Return what elimination of one diagonal, or of two off-diagonal pivots subtracts."""
    if len(chosen) == 1:
        p = chosen[0]
        return rows[i][p] * rows[p][j] / rows[p][p]
    p, q = chosen
    return (rows[i][p] * rows[q][j] + rows[i][q] * rows[p][j]) / rows[p][q]


def _times(matrix: Sequence[Sequence[Fraction]], vector: Sequence[sp.Expr]) -> list[sp.Expr]:
    return [
        sp.Add(
            *(sp.Rational(m.numerator, m.denominator) * v for m, v in zip(row, vector, strict=True))
        )
        for row in matrix
    ]


def _fraction(value: sp.Rational | int) -> Fraction:
    number = sp.Rational(value)
    return Fraction(int(number.p), int(number.q))
