"""What holds on R^d or on the whole box alone: laws, flows, contents, projectors, constants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import sympy as sp

from sith.theory import (
    Alignment,
    AlignmentMaxEntropy,
    Box,
    Claim,
    CrossCovarianceIdentity,
    DirectProduct,
    Encoder,
    Euclidean,
    ExpressionCritic,
    Gaussian,
    InfoNCE,
    LinearProjector,
    LogDensity,
    Mixing,
    Orthogonal,
    PairLogDensity,
    ProductSpace,
    Projected,
    RealSpace,
    Reconstruction,
    Simplex,
    SlicedNormality,
    Sphere,
    StatedOptimum,
    StyleRedrawn,
    Translations,
    Trivial,
    Uniform,
    UniversalProjector,
    World,
    derive,
    latents,
    pair,
    torus,
)
from sith.theory.assumptions import cross_covariance
from sith.theory.errors import UnsupportedCondition
from sith.theory.objectives import map_symbols
from sith.theory.verdict import Agreement, Outcome, Relation, Verdict

EQUAL, INTO, HOLDS = Relation.EQUALITY, Relation.CONTAINED, Relation.CONTAINS
POSITIVE = (Agreement.AGREES, Agreement.LOCALLY)
BOX_LINE = ProductSpace(Box(1), RealSpace(1))


def near(a: Sequence[Any], b: Sequence[Any]) -> sp.Expr:
    return -sp.Add(*((x - y) ** 2 for x, y in zip(a, b, strict=True)))


def inner(a: Sequence[Any], b: Sequence[Any]) -> sp.Expr:
    return sp.Add(*(x * y for x, y in zip(a, b, strict=True)))


def _flat(dim: int) -> LogDensity:
    z = latents(dim)
    return LogDensity(-sp.Add(*(x**2 for x in z)) / 2, z)


def stated(space: Any, output: Any, equations: Any, group: Any, relation: Relation) -> Verdict:
    return derive(
        Claim(
            name="stated",
            world=World(space, _flat(2) if isinstance(space, RealSpace) else Uniform()),
            objective=StatedOptimum(tuple(equations), "a test"),
            encoder=Encoder(output),
            group=group,
            relation=relation,
        ),
        degree=1,
    )


def test_fields_of_an_equation_of_order_two_are_not_free() -> None:
    h, _ = map_symbols(2)
    z = latents(2)
    squares = [(h[0] - z[0]) ** 2, (h[1] - z[1]) ** 2]
    for relation in (EQUAL, INTO):
        assert not stated(RealSpace(2), RealSpace(2), squares, Trivial(2), relation).lower
    circle = [(h[0] ** 2 + h[1] ** 2 - 1) ** 2]
    moved = stated(Sphere(2), RealSpace(2), circle, Translations(2), HOLDS)
    assert moved.agreement not in POSITIVE
    assert all("ξ = (1, 0)" not in item.element for item in moved.lower)
    turned = stated(Sphere(2), RealSpace(2), circle, Orthogonal(2), HOLDS)
    assert turned.agreement is Agreement.AGREES


def test_a_circle_that_is_kept_beside_a_free_one_is_a_block() -> None:
    h, _ = map_symbols(4)
    z = latents(4)
    space = torus(2)
    group = DirectProduct((Orthogonal(2), Trivial(2)))
    found = stated(space, space, (h[2] - z[2], h[3] - z[3]), group, HOLDS)
    assert found.outcome is not Outcome.NOT_IDENTIFIED
    assert found.agreement is Agreement.AGREES


def test_a_gaussian_that_is_cut_off_is_not_the_standard_one() -> None:
    z, zt = pair(2)
    for space in (Box(2), BOX_LINE):
        claim = Claim(
            name="sliced",
            world=World(space, Gaussian()),
            objective=SlicedNormality(),
            encoder=Encoder(RealSpace(2)),
            group=Trivial(2),
            relation=HOLDS,
        )
        assert derive(claim, degree=1).outcome is Outcome.UNDECIDED
        pairs = PairLogDensity(-((zt[0] - z[0]) ** 2) - (zt[1] - z[1]) ** 2, z, zt)
        with pytest.raises(UnsupportedCondition, match="on R"):
            cross_covariance(World(space, Gaussian(), pairs))
        assert CrossCovarianceIdentity()
    whole = Claim(
        name="sliced",
        world=World(ProductSpace(RealSpace(1), RealSpace(1)), Gaussian()),
        objective=SlicedNormality(),
        encoder=Encoder(RealSpace(2)),
        group=Orthogonal(2),
        relation=HOLDS,
    )
    assert derive(whole, degree=1).agreement is Agreement.AGREES


def test_conformal_fields_on_spaces_that_are_not_bounded() -> None:
    z = latents(3)
    for space in (ProductSpace(RealSpace(1), RealSpace(2)), ProductSpace(Box(1), RealSpace(2))):
        claim = Claim(
            name="conformal",
            world=World(
                space, LogDensity(-(z[1] ** 2) - z[0] ** 2 - z[2] ** 2, z), mixing=Mixing.CONFORMAL
            ),
            objective=Reconstruction(),
            encoder=Encoder(RealSpace(3)),
            group=Orthogonal(3),
            relation=INTO,
        )
        found = derive(claim, degree=2)
        assert found.outcome is Outcome.UNDECIDED
        assert not found.lower


def test_what_a_projector_undoes_has_to_be_a_map_into_the_outputs_space() -> None:
    z, zt = pair(2)
    u, v = latents(2, "u"), latents(2, "v")
    loss = InfoNCE(ExpressionCritic(near(u, v), u, v))
    for projector in (UniversalProjector(RealSpace(2)), LinearProjector(RealSpace(2))):
        for output, free in ((Box(2), False), (RealSpace(2), True)):
            claim = Claim(
                name="projected",
                world=World(Box(2), Uniform(), PairLogDensity(near(z, zt), z, zt)),
                objective=Projected(loss, projector),
                encoder=Encoder(output),
                group=Euclidean(2),
                relation=HOLDS,
            )
            assert (derive(claim, degree=1).agreement is Agreement.AGREES) is free


def test_content_on_a_circle_has_no_density_in_the_plane() -> None:
    claim = Claim(
        name="content",
        world=World(torus(2), Uniform(), StyleRedrawn((0, 1))),
        objective=AlignmentMaxEntropy(),
        encoder=Encoder(Box(2)),
        group=Trivial(2),
        relation=HOLDS,
    )
    assert derive(claim, degree=1).outcome is Outcome.UNDECIDED


def test_constant_outputs_lie_in_the_output_space() -> None:
    for space in (torus(2), Box(2), Simplex(3)):
        z, zt = pair(space.dim)
        claim = Claim(
            name="collapse",
            world=World(space, Uniform(), PairLogDensity(inner(z, zt), z, zt)),
            objective=Alignment(),
            encoder=Encoder(space),
            group=Orthogonal(space.dim),
        )
        found = derive(claim)
        assert found.outcome is Outcome.NOT_IDENTIFIED
        assert "(1, 0" not in found.lower[0].element
