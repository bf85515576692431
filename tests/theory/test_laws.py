"""Which log-densities are laws: each refused one beside a neighbour that is accepted."""

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from sith import (
    Box,
    ExponentialFamily,
    Gaussian,
    InputError,
    LogDensity,
    Marginal,
    Mixing,
    PairLogDensity,
    Product,
    RealSpace,
    Sphere,
    Uniform,
    World,
    latents,
    natural_parameters,
    pair,
)
from sith.theory.assumptions.law import Standing, box_law, polynomial_law, real_law

R = sp.Rational
X, Y, W = Z = latents(3)
SHOWN, FAILS, NOT_SHOWN = Standing.SHOWN, Standing.FAILS, Standing.NOT_SHOWN

ON_THE_PLANE = [
    (-(X**2) - Y**2, SHOWN),
    (X**2 + Y**2, FAILS),
    (sp.Integer(0), FAILS),
    (-(X**2), FAILS),  # does not depend on the second coordinate
    (-((X + Y) ** 4), FAILS),  # constant along a line that is no axis
    (-((X + Y) ** 4) - (X - Y) ** 2, SHOWN),  # the leading form vanishes along that line
    (-(X**4) - Y**4 + 10 * X**2 * Y**2, FAILS),  # falls on the axes, not on the diagonal
    (-(X**4) - Y**4 + R(19, 10) * X**2 * Y**2, SHOWN),
    (-(X**4) - Y**4 + 3 * X**3 * Y, FAILS),
    (-(X**4) + Y**3, FAILS),
    (-(X**2) - Y**4 - X * Y**2, SHOWN),  # definite in the weights of x and y²
    (-(X**2) - Y**4 - 3 * X * Y**2, FAILS),  # grows along a parabola only
    (-(X**2) * (1 + Y**2) ** 2, SHOWN),  # a law, although constant on the line x = 0
    (-(X**2) * Y**2, FAILS),  # falls off the axes, on too large a region
    (-((X**2 - Y**2) ** 2), NOT_SHOWN),
    (-sp.Abs(X) - sp.Abs(Y), SHOWN),
    (-sp.Abs(X - Y), FAILS),
    (-sp.Abs(X - Y) - sp.Abs(X + Y), SHOWN),
    (-2 * sp.log(1 + X**2 + Y**2), SHOWN),
    (-sp.log(1 + X**2 + Y**2), FAILS),  # the tail ‖z‖^(−2) in two coordinates
    (-(Y**2) - sp.log(1 + X**2), SHOWN),
    (-(Y**2) - sp.log(1 + X**2) / 2, FAILS),
    (sp.sin(X) - Y**2, FAILS),
    (-X - 2 * sp.log(1 + sp.exp(-X)) - sp.log(sp.exp(Y) + sp.exp(-Y)), SHOWN),
    (X - 2 * sp.log(1 + sp.exp(-X)) - sp.log(sp.exp(Y) + sp.exp(-Y)), FAILS),
    (-1 / X**2 - X**2 - sp.sin(X * Y), NOT_SHOWN),
]


@pytest.mark.parametrize(("log", "standing"), ON_THE_PLANE, ids=[str(e) for e, _ in ON_THE_PLANE])
def test_log_densities_on_the_plane(log: sp.Expr, standing: Standing) -> None:
    assert real_law(log, (X, Y)).standing is standing
    if standing is FAILS:
        with pytest.raises(InputError, match="not normalisable on R"):
            World(RealSpace(2), LogDensity(log, (X, Y)))
    else:
        assert World(RealSpace(2), LogDensity(log, (X, Y))).law_known.holds is (standing is SHOWN)


IN_SPACE = [
    (-(X**2) - Y**2 - W**2 + X * Y + Y * W, SHOWN),
    (-(X**2) - Y**2 - W**2 + 2 * X * Y + Y * W, FAILS),
    (-(X**4 + Y**4 + W**4) + 3 * X**2 * Y * W, FAILS),
    (-(X**4 + Y**4 + W**4) + 2 * X**2 * Y * W - X * Y * W**2 / 2 + X**3, SHOWN),
    (-((X + Y) ** 4) - (Y + W) ** 4 - (X + W) ** 4, SHOWN),
    (-((X + Y) ** 4) - (Y + W) ** 4 - (X - W) ** 4, FAILS),
    (-(X**2) * Y**2 - X**2 * W**2, FAILS),
]


@pytest.mark.parametrize(("log", "standing"), IN_SPACE, ids=[str(e) for e, _ in IN_SPACE])
def test_log_densities_in_space(log: sp.Expr, standing: Standing) -> None:
    assert polynomial_law(log, Z).standing is standing


ON_THE_BOX = [
    (sp.log(X) / 2 + Y**9, SHOWN),
    (-sp.log(1 - Y) / 2, SHOWN),
    (-sp.log(X), FAILS),
    (2 * sp.log(X) - 3 * sp.log(1 - Y), FAILS),
    (sp.log(1 + X * Y), SHOWN),
    (1 / (X + Y), NOT_SHOWN),
]


@pytest.mark.parametrize(("log", "standing"), ON_THE_BOX, ids=[str(e) for e, _ in ON_THE_BOX])
def test_log_densities_on_the_box(log: sp.Expr, standing: Standing) -> None:
    assert box_law(log, (X, Y)).standing is standing


def test_the_sphere_needs_a_continuous_log_density() -> None:
    assert World(Sphere(2), LogDensity(X**2 + 7 * Y, (X, Y))).law_known.holds
    found = World(Sphere(2), LogDensity(sp.log(X), (X, Y))).law_known
    assert not found.holds
    assert "not shown to be normalisable" in found.reason


def test_the_direction_is_named() -> None:
    with pytest.raises(InputError, match=r"direction \(-?1, -?1\) of \(z1, z2\)"):
        World(RealSpace(2), LogDensity(-((X - Y) ** 2), (X, Y)))
    with pytest.raises(InputError, match=r"the curve .* of \(z1, z2\)"):
        World(RealSpace(2), LogDensity(-(X**2) - Y**4 - 3 * X * Y**2, (X, Y)))


def test_pairs_are_a_law_of_the_partner_at_generic_anchors() -> None:
    z, zt = pair(2)
    apart = sp.Add(*((a - b) ** 2 for a, b in zip(z, zt, strict=True)))
    with pytest.raises(InputError, match=r"p\(z̃\|z\).*not normalisable"):
        World(RealSpace(2), Gaussian(), PairLogDensity(apart, z, zt))
    assert World(RealSpace(2), Gaussian(), PairLogDensity(-100 * apart, z, zt)).law_known.holds
    # The direction in which it is constant turns with the anchor.
    turning = -((z[0] * zt[1] - z[1] * zt[0]) ** 2)
    with pytest.raises(InputError, match="does not depend on a direction"):
        World(RealSpace(2), Gaussian(), PairLogDensity(turning, z, zt))
    # A term in z alone is free: log p(z̃|z) is known up to one.
    shifted = PairLogDensity(z[0] ** 6 - apart, z, zt)
    assert World(RealSpace(2), Gaussian(), shifted).law_known.holds
    # At z1 = 0 this is no law, at almost every anchor it is.
    scaled = PairLogDensity(-(1 + z[0] ** 2) * zt[0] ** 2 - z[0] ** 2 * zt[1] ** 2, z, zt)
    found = World(RealSpace(2), Gaussian(), scaled).law_known
    assert not found.holds
    assert "anchors" in found.reason


def test_every_environment_is_a_law_in_every_direction() -> None:
    own = ExponentialFamily(((X,), (Y,)), natural_parameters(3, 2))
    saddle = -(X**4) - Y**4 + 10 * X**2 * Y**2
    with pytest.raises(InputError, match="environment 0"):
        World(RealSpace(2), LogDensity(saddle, (X, Y)), own)
    assert World(RealSpace(2), LogDensity(saddle - 30 * Y**4, (X, Y)), own).law_known.holds
    squares = ExponentialFamily(((X**2,), (Y**2,)), ((0, 0), (0, R(1, 2))))
    with pytest.raises(InputError, match="environment 1"):
        World(RealSpace(2), Gaussian(), squares)


def test_a_base_measure_need_not_be_a_law() -> None:
    own = ExponentialFamily(((X**2,), (Y**2,)), ((-1, -1), (-1, -2)))
    assert World(RealSpace(2), LogDensity(sp.Integer(0), (X, Y)), own).law_known.holds
    with pytest.raises(InputError, match="not normalisable"):
        World(RealSpace(2), LogDensity(sp.Integer(0), (X, Y)))


def test_bounded_coordinates_need_no_decay() -> None:
    own = ExponentialFamily(((X,), (Y,)), natural_parameters(3, 2))
    base = Product((Marginal.UNIFORM, Marginal.NORMAL))
    assert World(RealSpace(2), base, own).law_known.holds
    with pytest.raises(InputError, match="not normalisable"):
        World(
            RealSpace(2),
            Product((Marginal.LAPLACE,) * 2),
            ExponentialFamily(((X,), (Y,)), ((0, 0), (2, 0))),
        )


def test_large_polynomials_are_not_expanded() -> None:
    z, zt = pair(6)
    near = sp.Add(*((a - b) ** 2 for a, b in zip(z, zt, strict=True)), 1)
    world = World(RealSpace(6), Gaussian(), PairLogDensity(-(near**20) - zt[0] * zt[1], z, zt))
    assert "monomials" in world.law_known.reason
    assert World(Box(6), Uniform(), PairLogDensity(-(near**20), z, zt), Mixing.INJECTIVE)


# Forms Σ D_i (u_i·x)^k with u the rows of a unimodular matrix: definite exactly where all D_i < 0.

Form = tuple[list[int], list[int]]


def _forms(dim: int) -> st.SearchStrategy[Form]:
    return st.tuples(
        st.lists(st.integers(1, 9), min_size=dim, max_size=dim),
        st.lists(st.integers(-3, 3), min_size=dim * dim, max_size=dim * dim),
    )


def _sum_of_powers(weights: list[int], entries: list[int], power: int) -> sp.Expr:
    dim = len(weights)
    rows = [
        sp.Add(Z[i], *(entries[i * dim + j] * Z[j] for j in range(i + 1, dim))) for i in range(dim)
    ]
    return sp.expand(sp.Add(*(-w * row**power for w, row in zip(weights, rows, strict=True))))


@settings(max_examples=25)
@given(_forms(3), st.integers(0, 2))
def test_a_flipped_eigenvalue_is_refused(form: Form, which: int) -> None:
    weights, entries = form
    assert polynomial_law(_sum_of_powers(weights, entries, 2), Z).standing is SHOWN
    flipped = [-w if i == which else w for i, w in enumerate(weights)]
    assert polynomial_law(_sum_of_powers(flipped, entries, 2), Z).standing is FAILS
    degenerate = [0 if i == which else w for i, w in enumerate(weights)]
    assert polynomial_law(_sum_of_powers(degenerate, entries, 2), Z).standing is FAILS


@settings(max_examples=15)
@given(_forms(2), st.integers(0, 1))
def test_a_flipped_quartic_is_refused(form: Form, which: int) -> None:
    weights, entries = form
    assert polynomial_law(_sum_of_powers(weights, entries, 4), (X, Y)).standing is SHOWN
    flipped = [-w if i == which else w for i, w in enumerate(weights)]
    assert polynomial_law(_sum_of_powers(flipped, entries, 4), (X, Y)).standing is FAILS
