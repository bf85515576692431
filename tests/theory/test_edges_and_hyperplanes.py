"""Spaces with an edge in some coordinates, in a hyperplane, or with isolated points."""

from __future__ import annotations

import random

import pytest
import sympy as sp

from sith.theory import (
    AbstractGroup,
    Affine,
    AlgebraicSpace,
    Box,
    Claim,
    Encoder,
    Family,
    InputError,
    Likelihood,
    LogDensity,
    MeasurePreserving,
    Mixing,
    Orthogonal,
    ProductSpace,
    RealSpace,
    Relation,
    ScoreMatching,
    SignFlips,
    Simplex,
    Sphere,
    StatedOptimum,
    Uniform,
    World,
    derive,
    latents,
    map_symbols,
)
from sith.theory.assumptions import AbstractSpace
from sith.theory.derivation import optimum_condition
from sith.theory.derivation.bounds import signs_extend, undetermined
from sith.theory.derivation.fields import regular_points, spans
from sith.theory.verdict import Agreement, Outcome

X, Y = latents(2)
STRIP = ProductSpace(Box(1), RealSpace(1))
LAW = LogDensity(-(Y**2) / 2, (X, Y))
CYLINDER = ProductSpace(Sphere(2), Box(1))


def head() -> StatedOptimum:
    """B h(z) + c = z with a learned matrix B and a learned offset c."""
    z, (h, _) = latents(3), map_symbols(3)
    matrix = sp.Matrix(3, 3, lambda i, j: sp.Symbol(f"B{i}{j}", real=True))
    offset = [sp.Symbol(f"c{i}", real=True) for i in range(3)]
    rows = tuple((matrix * sp.Matrix(h))[i] + offset[i] - z[i] for i in range(3))
    return StatedOptimum(rows, "a linear head decodes the latents", (*matrix, *offset))


def decoded(space: AbstractSpace, output: AbstractSpace, group: AbstractGroup) -> Claim:
    return Claim(
        name="decoded",
        world=World(space, Uniform()),
        objective=head(),
        encoder=Encoder(output),
        group=group,
        relation=Relation.CONTAINED,
    )


@pytest.mark.parametrize("objective", [Likelihood(), ScoreMatching()], ids=str)
def test_the_edge_of_a_strip_is_kept(objective: object) -> None:
    """The density does not depend on z₁, and z₁ + 1 leaves (0, 1): no shift is called optimal."""
    world, encoder = World(STRIP, LAW), Encoder(RealSpace(2))
    group = MeasurePreserving(2, -(Y**2) / 2)
    claim = Claim(name="strip", world=world, objective=objective, encoder=encoder, group=group)
    verdict = derive(claim, degree=1)
    assert verdict.agreement is Agreement.UNDECIDED
    assert verdict.lower == ()


def test_a_flip_that_leaves_a_strip_is_not_optimal_for_linear_encoders() -> None:
    world, encoder = World(STRIP, LAW, mixing=Mixing.LINEAR), Encoder(RealSpace(2), Family.LINEAR)
    claim = Claim(
        name="strip", world=world, objective=Likelihood(), encoder=encoder, group=SignFlips(2)
    )
    assert derive(claim, degree=1).agreement is Agreement.UNDECIDED


@pytest.mark.parametrize("space", [CYLINDER, Simplex(3)], ids=str)
def test_an_affine_map_of_a_curved_space_into_itself_need_not_be_orthogonal(
    space: AbstractSpace,
) -> None:
    """On the cylinder the height may be halved."""
    assert not derive(decoded(space, space, Orthogonal(3)), degree=1).agrees


def test_an_affine_map_of_the_sphere_into_itself_is_orthogonal() -> None:
    assert derive(decoded(Sphere(3), Sphere(3), Orthogonal(3)), degree=1).agrees


def test_a_head_of_rank_two_decodes_the_simplex() -> None:
    """With Bk = 0 and B = 1 on the simplex, z + w(z)k is optimal for every function w."""
    claim = decoded(Simplex(3), RealSpace(3), Affine(3))
    verdict = derive(claim, degree=2)
    assert verdict.agreement is Agreement.UNDECIDED
    assert verdict.outcome is Outcome.UNDECIDED
    assert not verdict.upper
    assert "learned parameters" in " ".join((*verdict.missing, verdict.reason))
    z, kernel = latents(3), sp.Matrix([-1, 0, 0])
    matrix = sp.eye(3) + kernel * sp.ones(1, 3)
    moved = sp.Matrix(z) + kernel * sp.Symbol("w")
    left = matrix * moved - kernel - sp.Matrix(z)
    assert all(sp.expand(e.subs(z[2], 1 - z[0] - z[1])) == 0 for e in left)


def test_a_head_on_the_simplex_is_determined_where_outputs_lie_on_the_simplex() -> None:
    """Adding v1ᵀ to B and −v to c changes nothing at any map into the simplex."""
    inside, outside = (
        decoded(Simplex(3), output, Affine(3)) for output in (Simplex(3), RealSpace(3))
    )
    assert undetermined(optimum_condition(inside.world, inside.objective, inside.encoder)) == ""
    assert undetermined(optimum_condition(outside.world, outside.objective, outside.encoder))
    assert derive(inside, degree=1).agreement is Agreement.LOCALLY


def test_spaces_that_span() -> None:
    assert all(map(spans, (Sphere(2), Box(2), RealSpace(3), CYLINDER)))
    assert not spans(Simplex(3))


def test_isolated_points_do_not_span() -> None:
    """The line z₂ = 0 with the isolated points (0, ±1): no density charges these."""
    isolated = (X**2 + (Y - 1) ** 2) * (X**2 + (Y + 1) ** 2)
    points = ((0, 1), (0, -1), (1, 0), (2, 0), (3, 0))
    exact = tuple(tuple(map(sp.Integer, p)) for p in points)
    space = AlgebraicSpace((sp.expand(Y * isolated),), (X, Y), exact)
    kept = set(regular_points(space, random.Random(0), 60))
    assert kept == {p for p in exact if p[1] == 0}
    assert not spans(space)


def test_there_is_no_uniform_law_on_a_plane() -> None:
    x, y, w = latents(3)
    points = tuple(tuple(map(sp.Integer, p)) for p in ((1, 0, 0), (0, 1, 0), (2, 3, 0)))
    plane = AlgebraicSpace((w,), (x, y, w), points)
    with pytest.raises(InputError, match="no uniform law"):
        World(plane, Uniform())
    half = tuple((sp.Rational(1, k), sp.Rational(1, 2), sp.Integer(0)) for k in (2, 3, 4))
    square = AlgebraicSpace((w,), (x, y, w), half, intervals=(0, 1))
    assert World(square, Uniform()).space == square


def test_a_uniform_law_is_shown_where_the_space_is_known_to_be_bounded() -> None:
    branches = tuple((sp.Integer(k), sp.Rational(1, k)) for k in (1, 2, 3, -1))
    hyperbola = AlgebraicSpace((X * Y - 1,), (X, Y), branches)
    assert not World(hyperbola, Uniform()).law_known.holds
    assert World(Simplex(3), Uniform()).law_known.holds
    assert World(Sphere(3), Uniform()).law_known.holds


def test_signs_of_learned_parameters_extend_to_those_that_vanish() -> None:
    # B is lower triangular, known through BᵀB, and b₂₁ = 0: the sign of b₂₁ follows that of b₂₂.
    squares = [(2, 0, 0), (0, 2, 0), (0, 0, 2)]
    row = [*squares, (0, 1, 1)]
    assert signs_extend(row, (True, False, True))
    # With b₁₁ b₂₁ beside b₂₁ b₂₂, no sign of b₂₁ goes with (b₁₁, −b₂₂).
    assert not signs_extend([*row, (1, 1, 0)], (True, False, True))
    assert signs_extend([*row, (1, 1, 0)], (True, True, True))
