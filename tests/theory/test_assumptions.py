"""Worlds and their parts: densities, rational points, validation, properties and implications."""

from __future__ import annotations

import random

import pytest
import sympy as sp

from sith import (
    IMPLICATIONS,
    AbstractSpace,
    AnisotropicSphere,
    Box,
    Classes,
    ExponentialNorm,
    FloatInSymbolicField,
    Gaussian,
    InputError,
    LogDensity,
    Marginal,
    MissingAssumption,
    Mixing,
    NoPairs,
    PairLogDensity,
    Product,
    Property,
    RealSpace,
    Sphere,
    StyleRedrawn,
    Uniform,
    VonMisesFisher,
    World,
    latents,
    pair,
    properties,
    rational_unit_vectors,
)
from sith.theory.assumptions import close, require

HALF = sp.Rational(1, 2)
Z, ZT = pair(2)


@pytest.mark.parametrize(
    "space", [Sphere(2), Sphere(4), Box(1), Box(3), RealSpace(1), RealSpace(3)]
)
def test_rational_points_lie_in_the_space(space: AbstractSpace) -> None:
    rng = random.Random(0)
    points = [space.rational_point(rng) for _ in range(20)]
    assert len(set(points)) > 15
    for point in points:
        assert len(point) == space.dim
        assert all(isinstance(x, sp.Rational) for x in point)
        assert all(c == 0 for c in space.constraints(point))
        assert not isinstance(space, Box) or all(0 < x < 1 for x in point)


def test_rational_points_of_the_sphere_reach_every_orthant() -> None:
    rng = random.Random(0)
    signs = {tuple(x > 0 for x in Sphere(3).rational_point(rng)) for _ in range(200)}
    assert len(signs) == 8


@pytest.mark.parametrize("pairs", [VonMisesFisher(3), StyleRedrawn((0,)), NoPairs()])
def test_partners_lie_in_the_support(pairs: VonMisesFisher | StyleRedrawn | NoPairs) -> None:
    rng, space = random.Random(0), Box(3)
    z = space.rational_point(rng)
    partner = pairs.rational_partner(space, z, rng)
    assert partner != z
    assert all(0 < x < 1 for x in partner)
    assert (partner[0] == z[0]) == isinstance(pairs, StyleRedrawn)


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        (VonMisesFisher(3), 3 * (Z[0] * ZT[0] + Z[1] * ZT[1])),
        (ExponentialNorm(2, 4), -2 * ((Z[0] - ZT[0]) ** 4 + (Z[1] - ZT[1]) ** 4)),
        (ExponentialNorm(2, 1), -2 * (sp.Abs(Z[0] - ZT[0]) + sp.Abs(Z[1] - ZT[1]))),
        (AnisotropicSphere((1, 5)), -((Z[0] - ZT[0]) ** 2) - 5 * (Z[1] - ZT[1]) ** 2),
        (PairLogDensity(Z[0] * ZT[1], Z, ZT), Z[0] * ZT[1]),
    ],
)
def test_log_conditionals(pairs: VonMisesFisher, expected: sp.Expr) -> None:
    assert sp.expand(pairs.log_conditional(Z, ZT) - expected) == 0


@pytest.mark.parametrize("marginal", list(Marginal))
def test_marginals_are_centred(marginal: Marginal) -> None:
    x = sp.Symbol("x", real=True)
    odd = marginal.log_density(x) - marginal.log_density(-x)
    at = [sp.N(odd.subs(x, v)) for v in (HALF, 2)]
    assert all(abs(a) < sp.Float("1e-12") for a in at)


@pytest.mark.parametrize(
    "make",
    [
        lambda: VonMisesFisher(0),
        lambda: VonMisesFisher(sp.nan),
        lambda: ExponentialNorm(1, HALF),
        lambda: ExponentialNorm(-1, 2),
        lambda: AnisotropicSphere((1, 0)),
        lambda: StyleRedrawn(()),
        lambda: StyleRedrawn((0, 0)),
        lambda: PairLogDensity(Z[0], Z, ZT),
        lambda: PairLogDensity(Z[0] * sp.Symbol("stray"), Z, ZT),
        lambda: LogDensity(ZT[0], Z),
        lambda: LogDensity("z1", Z),
        lambda: Product(()),
        lambda: Product(("normal",)),
        lambda: Classes((), 1),
        lambda: Classes(((1, 0), (1, 1)), 1),
        lambda: Classes(((1, 0), (1,)), 1),
        lambda: Sphere(1),
        lambda: Box(0),
        lambda: World(RealSpace(2), Uniform()),
        lambda: World(Sphere(2), Gaussian()),
        lambda: World(Box(3), Product((Marginal.NORMAL,))),
        lambda: World(Box(2), Uniform(), VonMisesFisher(1)),
        lambda: World(Sphere(2), Uniform(), ExponentialNorm(1, 2)),
        lambda: World(Sphere(3), Uniform(), AnisotropicSphere((1, 2))),
        lambda: World(Sphere(3), Uniform(), Classes(((1, 0), (0, 1)), 1)),
        lambda: World(Box(2), Uniform(), StyleRedrawn((2,))),
    ],
)
def test_bad_parts_are_refused_in_one_line(make: object) -> None:
    with pytest.raises(InputError) as caught:
        make()  # type: ignore[operator]
    assert str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "make",
    [
        lambda: VonMisesFisher(0.5),
        lambda: LogDensity(0.5 * Z[0], Z),
        lambda: PairLogDensity(0.5 * Z[0] * ZT[0], Z, ZT),
        lambda: Classes(((0.6, 0.8), (1, 0)), 1),
    ],
)
def test_floats_are_refused(make: object) -> None:
    with pytest.raises(FloatInSymbolicField):
        make()  # type: ignore[operator]


@pytest.mark.parametrize("pairs", [NoPairs(), StyleRedrawn((0,)), Classes(((1, 0), (0, 1)), 1)])
def test_worlds_without_a_pair_density_say_so(pairs: NoPairs) -> None:
    with pytest.raises(InputError, match="use the objective"):
        pairs.log_conditional(Z, ZT)


def test_class_vectors_are_an_affine_generator_system_from_d_plus_one_on() -> None:
    for dim in (2, 3, 4):
        vectors = rational_unit_vectors(dim + 3, dim)
        assert all(sum(x * x for x in v) == 1 for v in vectors)
        assert len(set(vectors)) == dim + 3
        assert Classes(vectors[: dim + 1], 1).affine_rank == dim
        assert Classes(vectors[:dim], 1).affine_rank == dim - 1


def test_equal_weights_form_the_blocks() -> None:
    assert AnisotropicSphere((1, 1, 3, 4)).blocks() == ((0, 1), (2,), (3,))


def test_implications_hold_in_every_world() -> None:
    worlds = [
        World(Sphere(2), Uniform(), VonMisesFisher(1)),
        World(Box(2), Uniform(), ExponentialNorm(1, 1), Mixing.LINEAR),
        World(RealSpace(2), Gaussian(), NoPairs(), Mixing.ARBITRARY),
        World(Box(2), Uniform(), StyleRedrawn((0,))),
        World(Sphere(2), Uniform(), Classes(((1, 0), (0, 1)), 1)),
    ]
    for world in worlds:
        found = properties(world)
        assert all(b in found for a, b in IMPLICATIONS if a in found)
        assert close(found) == found
    seen = frozenset().union(*(properties(w) for w in worlds))
    assert seen == frozenset(Property)


def test_the_properties_of_a_world() -> None:
    world = World(Sphere(2), Uniform(), VonMisesFisher(1), Mixing.LINEAR)
    found = properties(world)
    assert {Property.PAIR_DENSITY, Property.LINEAR_MIXING, Property.INJECTIVE} <= found
    assert Property.INDEPENDENT not in found
    assert Property.INJECTIVE not in properties(world.replace(mixing=Mixing.ARBITRARY))
    assert Property.INDEPENDENT in properties(World(Box(2), Uniform()))


@pytest.mark.parametrize("needed", [p for p in Property if p is not Property.KNOWN_MARGINAL])
def test_a_missing_property_is_named_with_what_supplies_it(needed: Property) -> None:
    bare = World(Sphere(2), LogDensity(Z[0], latents(2)), NoPairs(), Mixing.ARBITRARY)
    with pytest.raises(MissingAssumption) as caught:
        require(bare, needed, "the objective")
    assert "the objective needs that" in caught.value.fault
    assert "\n" not in str(caught.value)
