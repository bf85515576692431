"""Where two eigenvalues at the cut are equal: candidates for spectral objectives.

The k-th eigenfunction and the next are read off at many parameter points. Where the same two
functions stand there, the eigenvalue of each is a function of the parameters; it is interpolated,
and the difference is a candidate.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import singledispatch
from itertools import product
from typing import Any

import sympy as sp
from flint import nmod_mat

from sith.theory.claim import Claim
from sith.theory.derivation.classification.hypersurfaces import entries_on_line, factors
from sith.theory.derivation.classification.polynomials import Sample, interpolated
from sith.theory.derivation.classification.space import FINE, ParameterSpace, Point
from sith.theory.derivation.fields.evaluate import modulo, to_flint
from sith.theory.derivation.fields.infinitesimal import PRIMES
from sith.theory.derivation.spectral import spectrum
from sith.theory.derivation.spectral.operator import spectral_objective
from sith.theory.errors import BudgetExceeded, UnsupportedCondition
from sith.theory.objectives import AlignmentWhitening, GaussianAlignment

PRIME = PRIMES[0]

CHAMBERS = 24
"""Random points at which the modes at the cut are read off."""

MORE = 12
"""So many draws are made for one sample of an interpolation."""

CLOSE = sp.Rational(1, 64)
"""Samples lie within this share of a point where both eigenvalues were met."""


DROPPED = "the eigenvalue at which a mode is dropped"
"""Stands among the modes: one whose scale is 0 has this eigenvalue."""


@dataclass(frozen=True, slots=True)
class _Modes:
    """The eigenvalues of modes by their functions, and the pairs that stand next to each other."""

    values: Mapping[str, sp.Rational]
    meet: frozenset[tuple[str, str]]


def _modes_at(space: ParameterSpace, point: Point) -> _Modes:
    """Return the modes of the last kept eigenvalue and of the next, with the pairs of both.

    Where modes may be dropped the eigenvalue of scale 0 stands among them.
    """
    (claim,) = spectral_claim(space.at(point))
    top = spectrum(claim)
    levels = [level for level in (top.at, top.below) if level and level.rational]
    names = [[str(mode.function) for mode in level.modes] for level in levels]
    values = {n: level.low for own, level in zip(names, levels, strict=True) for n in own}
    meet: set[tuple[str, str]] = set()
    if len(names) == 2:
        meet |= set(product(names[0], names[1]))
    objective = spectral_objective(claim)
    at_zero = objective.squared_scale(sp.Integer(0))
    slope = objective.squared_scale(sp.Integer(1)) - at_zero
    if slope != 0 and not objective.whitens:
        meet |= {(name, DROPPED) for name in values}
        values[DROPPED] = -at_zero / slope
    return _Modes(values, frozenset(meet))


def spectral_claim(claim: Claim) -> tuple[Claim, ...]:
    """Return the claim with the spectral objective that decides it, () where there is none."""
    with suppress(UnsupportedCondition):
        claim = claim.replace(objective=whitened(claim.objective))
    try:
        spectral_objective(claim)
    except UnsupportedCondition:
        return ()
    return (claim,)


@singledispatch
def whitened(objective: Any) -> Any:
    """Return another objective, whose spectrum decides this one.

    Raises `UnsupportedCondition` where there is none.
    """
    raise UnsupportedCondition(f"no other objective decides {objective}")


@whitened.register
def _(objective: GaussianAlignment) -> AlignmentWhitening:  # noqa: ARG001
    return AlignmentWhitening()


def crossings(space: ParameterSpace, seed: int) -> tuple[sp.Expr, ...]:
    """Return the irreducible factors of the differences of eigenvalues that meet at the cut.

    Raises `UnsupportedCondition` where they are no rational functions of the parameters, or where
    no spectrum was computed.
    """
    rng = random.Random(seed)
    found: dict[tuple[str, str], Point] = {}
    known = 0
    for _ in range(CHAMBERS):
        point = space.draw(rng)
        with suppress(UnsupportedCondition, BudgetExceeded):
            for met in _modes_at(space, point).meet:
                found.setdefault(met, point)
            known += 1
    if not known:
        raise UnsupportedCondition("no spectrum was computed at the parameter points tried")
    factored: set[sp.Expr] = set()
    for (one, other), point in sorted(found.items(), key=lambda item: item[0]):
        factored |= set(_difference(one, other, space, point, rng))
    return tuple(sorted(factored, key=lambda e: (len(str(e)), str(e))))


def _difference(
    one: str, other: str, space: ParameterSpace, near: Point, rng: random.Random
) -> tuple[sp.Expr, ...]:
    """Return the factors of the difference of two eigenvalues that were met at a point."""

    def sample(_: int) -> Sample:
        for _ in range(MORE):
            point = space.draw(rng, CLOSE, near, FINE)
            with suppress(UnsupportedCondition, BudgetExceeded):
                values = _modes_at(space, point).values
                if one in values and other in values:
                    gap = values[one] - values[other]
                    at = (modulo(x, PRIME) for x in to_flint([point[n] for n in space.unknowns]))
                    return tuple(at), nmod_mat([[modulo(to_flint([gap])[0], PRIME)]], PRIME)
        raise UnsupportedCondition(f"the eigenvalues of {one} and {other} were met too seldom")

    matrix, _ = interpolated(sample, len(space.unknowns), PRIME)
    return factors(entries_on_line(matrix), space.unknowns, PRIME, random.Random(5))
