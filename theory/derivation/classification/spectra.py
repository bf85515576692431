"""Where two eigenvalues at the cut are equal: candidates for spectral objectives.

The k-th eigenfunction and the next are read off at many parameter points. Where the same two
functions stand there, the eigenvalue of each is a function of the parameters; it is interpolated,
and the difference is a candidate.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import suppress
from functools import singledispatch
from itertools import pairwise
from typing import Any

import sympy as sp
from flint import nmod_mat

from sith.theory.claim import Claim
from sith.theory.derivation.classification.hypersurfaces import entries_on_line, factors
from sith.theory.derivation.classification.polynomials import interpolated
from sith.theory.derivation.classification.space import ParameterSpace, Point
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
"""So many further draws are made for each sample that an interpolation needs."""


DROPPED = "the eigenvalue at which a mode is dropped"
"""Stands among the modes: one whose scale is 0 has this eigenvalue."""


def modes_at(space: ParameterSpace, point: Point) -> dict[str, sp.Rational]:
    """Return the eigenvalue of every listed eigenfunction, of those kept and just below the cut."""
    (claim,) = spectral_claim(space.at(point))
    top = spectrum(claim)
    levels = (*top.kept, *([top.below] if top.below else []))
    values = {
        str(mode.function): level.low for level in levels if level.rational for mode in level.modes
    }
    objective = spectral_objective(claim)
    at_zero = objective.squared_scale(sp.Integer(0))
    slope = objective.squared_scale(sp.Integer(1)) - at_zero
    if slope != 0 and not objective.whitens:
        values[DROPPED] = -at_zero / slope
    return values


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

    Raises `UnsupportedCondition` where no eigenvalue at the cut is a rational function of the
    parameters.
    """
    rng = random.Random(seed)
    known: list[tuple[Point, dict[str, sp.Rational]]] = []

    def more(count: int) -> None:
        for _ in range(count):
            point = space.draw(rng)
            try:
                known.append((point, modes_at(space, point)))
            except (UnsupportedCondition, BudgetExceeded):
                continue

    more(CHAMBERS)
    if not known:
        raise UnsupportedCondition("no spectrum was computed at the parameter points tried")
    adjacent: set[tuple[str, str]] = set()
    for _, values in known:
        order = sorted(values, key=lambda m: (-values[m], m))
        adjacent |= {(a, b) for a, b in pairwise(order) if values[a] != values[b]}
    found: set[sp.Expr] = set()
    for one, other in sorted(adjacent):
        found |= set(_difference(one, other, space, known, more))
    return tuple(sorted(found, key=lambda e: (len(str(e)), str(e))))


def _difference(
    one: str,
    other: str,
    space: ParameterSpace,
    known: list[tuple[Point, dict[str, sp.Rational]]],
    more: object,
) -> Sequence[sp.Expr]:
    """Return the factors of the difference of two eigenvalues, () where it is no polynomial."""

    def sample(index: int) -> tuple[tuple[int, ...], nmod_mat]:
        fitting = [(p, v[one] - v[other]) for p, v in known if one in v and other in v]
        for _ in range(MORE):
            if len(fitting) > index:
                break
            assert callable(more)
            more(index + 1 - len(fitting))
            fitting = [(p, v[one] - v[other]) for p, v in known if one in v and other in v]
        if len(fitting) <= index:
            raise UnsupportedCondition("two eigenfunctions at the cut were met too seldom")
        point, gap = fitting[index]
        at = tuple(modulo(x, PRIME) for x in to_flint([point[n] for n in space.unknowns]))
        return at, nmod_mat([[modulo(to_flint([gap])[0], PRIME)]], PRIME)

    matrix, _ = interpolated(sample, len(space.unknowns), PRIME)
    return factors(entries_on_line(matrix), space.unknowns, PRIME, random.Random(5))
