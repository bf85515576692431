"""Candidates for the hypersurfaces where the answer may change, each with where it comes from."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import singledispatch
from itertools import combinations

import sympy as sp
from flint import nmod_mat

from sith.theory.assumptions import ExponentialFamily, SoftmaxLabels
from sith.theory.derivation.bounds.attainable import Fit
from sith.theory.derivation.classification.family import PRIME, Family, fit_at
from sith.theory.derivation.classification.hypersurfaces import (
    entries_on_line,
    factors,
    generic_rank,
    minors_on_line,
    require_work,
)
from sith.theory.derivation.classification.obstacles import obstacle_values
from sith.theory.derivation.classification.polynomials import interpolated
from sith.theory.derivation.classification.space import ParameterSpace, Point
from sith.theory.derivation.classification.spectra import crossings, spectral_claim
from sith.theory.derivation.fields.evaluate import modulo, to_flint
from sith.theory.errors import BudgetExceeded, UnsupportedCondition

SEED = 3
"""Seed of all random choices; another seed gives the same factors."""

RANK = "the rank of the linearised condition drops (fields of degree ≤ {degree})"
ATTAINED = "h₀ solves the condition, which it does not elsewhere"
OBSTACLE = "the number that rules every map out vanishes"
VARIABILITY = "the rank of the natural parameters drops"
SPECTRUM = "two eigenvalues at the cut are equal"
EQUAL = "two parameters are equal"

MOST_OF_OBSTACLE = 12
"""Largest degree in the parameters of the number of an obstruction: a determinant."""

MOST_EQUALITIES = 4
"""Equalities of two parameters are tried for at most this many parameters."""


@dataclass(frozen=True, slots=True)
class Search:
    """Candidates with where each comes from, what was looked for, and what could not be."""

    candidates: tuple[tuple[sp.Expr, str], ...]
    looked_for: tuple[str, ...]
    open: tuple[str, ...]


def search(
    space: ParameterSpace,
    point: Point,
    degrees: tuple[int, ...],
    announce: Callable[[str], None],
    *,
    strict: bool,
) -> Search:
    """Look for candidates; `point` is a generic point, `degrees` those of the fields.

    Raises `UnsupportedCondition` where the condition is no rational function of the parameters, and
    `BudgetExceeded` where the work at the first degree, or with `strict` at any, is too large.
    """
    claim = space.at(point)
    found: list[tuple[sp.Expr, str]] = []
    looked: list[str] = []
    gaps: list[str] = []
    if spectral_claim(claim):
        announce("eigenvalues at the cut")
        looked.append(SPECTRUM)
        found += [(f, SPECTRUM) for f in crossings(space, SEED)]
    else:
        for sources in (_of_variability, _of_condition):
            for source, polynomials in sources(space, point, degrees, announce, gaps, strict):
                looked.append(source)
                found += [(f, source) for f in polynomials]
    if 2 <= len(space.unknowns) <= MOST_EQUALITIES:
        looked.append(EQUAL)
        pairs = combinations((sp.Symbol(n, real=True) for n in space.unknowns), 2)
        found += [(a - b, EQUAL) for a, b in pairs]
    return Search(_distinct(found), tuple(looked), tuple(gaps))


Found = Iterator[tuple[str, tuple[sp.Expr, ...]]]


def _of_condition(
    space: ParameterSpace,
    point: Point,
    degrees: tuple[int, ...],
    announce: Callable[[str], None],
    gaps: list[str],
    strict: bool,
) -> Found:
    fit, derived = fit_at(space, point)
    rescaled = fit.condition.base != derived.base or fit.condition != derived
    if fit.fit is not Fit.ATTAINED:
        announce("the condition at h₀ as a polynomial in the parameters")
        family = Family(space, SEED, rescaled=False)
        matrix, _ = interpolated(family.all_defects(), len(space.unknowns), PRIME)
        on_line = entries_on_line(matrix)
        yield ATTAINED, factors(on_line, space.unknowns, PRIME, random.Random(SEED))
        for obstruction in fit.obstruction:
            announce("the number that rules every map out, as a polynomial in the parameters")
            values, count = obstacle_values(family, obstruction), len(space.unknowns)
            try:
                matrix, _ = interpolated(values, count, PRIME, MOST_OF_OBSTACLE)
                on_line = entries_on_line(matrix)
                yield OBSTACLE, factors(on_line, space.unknowns, PRIME, random.Random(SEED))
            except UnsupportedCondition as error:
                gaps.append(f"where an obstruction vanishes: {error.fault}")
        return
    family = Family(space, SEED, rescaled=rescaled)
    if strict:
        family.require(degrees[-1])
    for degree in degrees:
        try:
            family.require(degree)
            polynomials = _of_rank(family, degree, announce)
        except BudgetExceeded as error:
            if strict or degree == degrees[0]:
                raise
            gaps.append(f"fields of degree {degree}: {error.fault}")
            return
        yield RANK.format(degree=degree), polynomials


def _of_rank(family: Family, degree: int, announce: Callable[[str], None]) -> tuple[sp.Expr, ...]:
    names = family.space.unknowns
    count, rng = len(names), random.Random(SEED)
    matrix, samples = interpolated(family.systems(degree), count, PRIME)
    rank = generic_rank(matrix, count, rng)
    announce(
        f"degree {degree}: a system of rank {rank}, polynomials of degree {matrix.degree} in "
        f"{count} parameters from {samples} points"
    )
    return factors(
        minors_on_line(matrix, rank, rng),
        names,
        PRIME,
        rng,
        lambda total: require_work(matrix, rank, count, total),
    )


def _of_variability(
    space: ParameterSpace,
    point: Point,
    degrees: tuple[int, ...],  # noqa: ARG001
    announce: Callable[[str], None],
    gaps: list[str],  # noqa: ARG001
    strict: bool,  # noqa: ARG001
) -> Found:
    try:
        natural_parameters(space.at(point).world.pairs)
    except UnsupportedCondition:
        return
    announce("the rank of the natural parameters")
    family = Family(space, SEED, rescaled=False)

    def sample(index: int) -> tuple[tuple[int, ...], nmod_mat]:
        at = family.point(index)
        rows = natural_parameters(space.at(at).world.pairs)
        table = [[modulo(x, PRIME) for x in to_flint(row)] for row in rows]
        return family.residues(at), nmod_mat(table, PRIME)

    rng = random.Random(SEED)
    matrix, _ = interpolated(sample, len(space.unknowns), PRIME)
    rank = generic_rank(matrix, len(space.unknowns), rng)
    yield VARIABILITY, factors(minors_on_line(matrix, rank, rng), space.unknowns, PRIME, rng)


@singledispatch
def natural_parameters(pairs: object) -> tuple[tuple[sp.Rational, ...], ...]:
    """Return the differences of natural parameters between environments.

    Raises `UnsupportedCondition` where pairs have none.
    """
    raise UnsupportedCondition(f"natural parameters of pairs '{pairs}'")


@natural_parameters.register(ExponentialFamily)
@natural_parameters.register(SoftmaxLabels)
def _(pairs: ExponentialFamily | SoftmaxLabels) -> tuple[tuple[sp.Rational, ...], ...]:
    return tuple(tuple(row) for row in pairs.variability.tolist())


def _distinct(found: list[tuple[sp.Expr, str]]) -> tuple[tuple[sp.Expr, str], ...]:
    """Drop multiples of earlier candidates."""
    kept: dict[sp.Expr, tuple[sp.Expr, str]] = {}
    for polynomial, source in found:
        symbols = sorted(polynomial.free_symbols, key=str)
        monic = sp.Poly(polynomial, *symbols, domain=sp.QQ).monic().as_expr()
        kept.setdefault(monic, (polynomial, source))
    return tuple(kept.values())


def irrational(
    space: ParameterSpace, point: Point, announce: Callable[[str], None]
) -> tuple[str, ...]:
    """Return the unknowns of which alone the condition is no rational function."""
    if len(space.unknowns) == 1:
        return space.unknowns  # the search that failed was this one
    bad = []
    for name in space.unknowns:
        others = [n for n in space.unknowns if n != name]
        alone = space.without(others)
        try:
            search(alone, {name: point[name]}, (1,), announce, strict=True)
        except UnsupportedCondition:
            bad.append(name)
    return tuple(bad)
