"""The engine meets the figures that are known, and its systems are what they claim to be."""

from __future__ import annotations

import pytest
import sympy as sp

from sith import (
    AnisotropicSphere,
    Box,
    BudgetExceeded,
    Claim,
    Classes,
    Encoder,
    ExponentialNorm,
    ExpressionCritic,
    Gaussian,
    Independence,
    InfoNCE,
    InnerProduct,
    Likelihood,
    LogDensity,
    NegativeNorm,
    NoPairs,
    PairLogDensity,
    RealSpace,
    Sphere,
    Trivial,
    Uniform,
    UnsupportedCondition,
    VonMisesFisher,
    World,
    latents,
    linearise,
    pair,
    solve,
    theorem,
)
from tests.helpers.claims import condition_of, quadratic_claim, solve_checked


def dimensions(claim: Claim, degrees: tuple[int, ...] = (1, 2, 3)) -> list[int]:
    condition = condition_of(claim)
    return [solve_checked(condition, k).dimension for k in degrees]


def unstated(world: World, objective: object, output: object) -> Claim:
    """A claim whose stated group plays no part."""
    return Claim("claim", world, objective, Encoder(output), Trivial(output.dim))


def sphere(dim: int, weights: tuple[int, ...]) -> Claim:
    """Squared distances with fixed weights on the sphere."""
    z, zt = pair(dim)
    critic = -sum(w * (a - b) ** 2 for w, a, b in zip(weights, z, zt, strict=True))
    world = World(Sphere(dim), Uniform(), AnisotropicSphere(weights))
    return unstated(world, InfoNCE(ExpressionCritic(critic, z, zt)), Sphere(dim))


@pytest.mark.parametrize("dim", [2, 3, 4])
def test_inner_products_on_the_sphere_leave_so_d(dim: int) -> None:
    world = World(Sphere(dim), Uniform(), VonMisesFisher(1))
    found = dimensions(unstated(world, InfoNCE(InnerProduct()), Sphere(dim)), (1, 2))
    assert found == [dim * (dim - 1) // 2] * 2


@pytest.mark.parametrize("dim", [2, 3])
def test_squared_distances_leave_e_d(dim: int) -> None:
    world = World(Box(dim), Uniform(), ExponentialNorm(1, 2))
    found = dimensions(unstated(world, InfoNCE(NegativeNorm(2)), RealSpace(dim)))
    assert found == [dim * (dim + 1) // 2] * 3


@pytest.mark.parametrize("p", [1, 3, 4, 6])
def test_other_powers_leave_translations(p: int) -> None:
    world = World(Box(2), Uniform(), ExponentialNorm(1, p))
    assert dimensions(unstated(world, InfoNCE(NegativeNorm(p)), RealSpace(2))) == [2, 2, 2]


@pytest.mark.parametrize(
    ("weights", "expected"),
    [((1, 1, 3, 4), 1), ((1, 1, 3, 3), 2), ((1, 1, 1, 2), 3), ((1, 2, 3, 4), 0)],
)
def test_weights_leave_rotations_of_equal_ones(weights: tuple[int, ...], expected: int) -> None:
    assert dimensions(sphere(4, weights), (1, 2)) == [expected] * 2


@pytest.mark.parametrize(("dim", "expected"), [(2, [1, 3, 6]), (3, [3, 11, 26])])
def test_fields_that_keep_the_gaussian(dim: int, expected: list[int]) -> None:
    world = World(RealSpace(dim), Gaussian(), NoPairs())
    assert dimensions(unstated(world, Likelihood(), RealSpace(dim))) == expected


def test_fields_that_keep_the_volume_have_no_divergence() -> None:
    z = latents(2)
    world = World(Box(2), Uniform(), NoPairs())
    condition = condition_of(unstated(world, Likelihood(), Box(2)))
    solution = solve_checked(condition, 2)
    # 2 components of 6 monomials, less the 3 coefficients of a divergence of degree ≤ 1.
    assert solution.dimension == 9
    for field in solution.fields:
        assert sp.expand(sum(sp.diff(e, x) for e, x in zip(field.expressions, z, strict=True))) == 0


def test_a_quartic_prior_keeps_no_field_of_low_degree() -> None:
    z = latents(2)
    world = World(RealSpace(2), LogDensity(-(z[0] ** 4 + z[1] ** 4) / 4, z))
    assert dimensions(unstated(world, Likelihood(), RealSpace(2))) == [0, 0, 1]


def test_independence_leaves_componentwise_fields_and_more() -> None:
    world = World(RealSpace(2), Gaussian(), NoPairs())
    one, two, three = dimensions(unstated(world, Independence(), RealSpace(2)))
    assert one == 5  # shifts, scales and the rotation
    assert one < two < three


def test_unequal_classes_leave_gl() -> None:
    claim = theorem("reizinger_2025_diet").at(2, case="C4")
    assert dimensions(claim) == [4, 4, 4]
    few = Classes(claim.world.pairs.vectors[:2], 1)
    assert dimensions(claim.replace(world=claim.world.replace(pairs=few)), (1,))[0] > 4


def test_content_fields_do_not_see_style() -> None:
    claim = theorem("vonkugelgen_2021_content_style").at(3, content=2)
    condition = condition_of(claim)
    for field in solve_checked(condition, 2).fields:
        assert not any(e.has(condition.z[2]) for e in field.expressions)


def test_fields_and_dimensions_do_not_depend_on_the_seed() -> None:
    form = sp.Matrix([[2, 1], [1, 3]])
    condition = condition_of(quadratic_claim(form))
    solutions = [solve(condition, 2, accept=lambda *_: True, seed=s) for s in (0, 1)]
    assert solutions[0].draws != solutions[1].draws
    assert solutions[0].fields == solutions[1].fields
    for solution in solutions:
        assert solution.dimension + solution.gauge == solution.unknowns - solution.rank
        assert all(sp.isprime(p) and p > 2**60 for p in solution.primes)
        assert solution.equations >= solution.unknowns


def test_the_linearisation_is_the_derivative() -> None:
    condition = condition_of(theorem("zimmermann_2021_vmf").at(2, kappa=3))
    pair_equation = linearise(condition)[0]
    assert [sp.expand(c) for c in pair_equation.at_z] == [3 * x for x in condition.zt]
    assert [sp.expand(c) for c in pair_equation.at_zt] == [3 * x for x in condition.z]


def test_linear_mixing_and_encoder_leave_linear_fields_only() -> None:
    claim = theorem("hyvarinen_1999_nonidentifiability").at(2)
    weak = claim.assumptions[0].weaken(claim)
    assert dimensions(weak) == [1, 1, 1]


def test_the_size_is_announced_before_it_is_refused() -> None:
    said: list[str] = []
    condition = condition_of(theorem("zimmermann_2021_vmf").at(3))
    with pytest.raises(BudgetExceeded, match=r"needs 12 unknowns; allowed: at most 11"):
        solve(condition, 1, accept=lambda *_: True, max_unknowns=11, announce=said.append)
    assert len(said) == 1
    assert "12 unknowns" in said[0]


def test_a_solver_whose_fields_are_all_refused_gives_up() -> None:
    condition = condition_of(theorem("zimmermann_2021_vmf").at(2))
    with pytest.raises(UnsupportedCondition, match="solver and checker disagree"):
        solve(condition, 1, accept=lambda *_: False)


def test_a_transcendental_coefficient_is_named() -> None:
    z, zt = pair(2)
    score = sp.sin(z[0] * zt[0]) + z[1] * zt[1]
    world = World(Box(2), Uniform(), PairLogDensity(score, z, zt))
    claim = unstated(world, InfoNCE(ExpressionCritic(score, z, zt)), RealSpace(2))
    with pytest.raises(UnsupportedCondition, match=r"cos\(z1\*zt1\)"):
        solve_checked(condition_of(claim), 1)
