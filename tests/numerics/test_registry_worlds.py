"""Samplers of the worlds with a law of their own, against densities and exact moments.

The rates of false alarms are those of test_samplers.py; every sampler has a wrong one beside it.
"""

import math
from collections.abc import Callable

import numpy as np
import pytest
import sympy as sp
import torch
from scipy import special, stats
from torch import Tensor

from sith import (
    THEOREMS,
    AugmentationGraph,
    Box,
    ExponentialFamily,
    FiniteSpace,
    Gaussian,
    InputError,
    JacobiDiffusion,
    KnownActions,
    LinearInterventions,
    LogDensity,
    Marginal,
    MomentOperator,
    OrnsteinUhlenbeck,
    PairLogDensity,
    PartlyKeptSphere,
    Product,
    RealSpace,
    SharedBlock,
    SoftmaxLabels,
    Sphere,
    Stationary,
    StyleRedrawn,
    Uniform,
    UnsupportedCondition,
    World,
    latents,
    pair,
    theorem,
)
from sith.numerics.lowering.lower import lower
from sith.numerics.worlds import WorldSampler, ancestor_law, sample_labels
from tests.helpers.cells import (
    CIRCLE,
    DRAWS,
    FALSE_ALARM,
    REAL,
    UNIT,
    p_value,
    seeded,
)

R = sp.Rational
ANCHOR = torch.tensor([[0.8, -1.1]], dtype=torch.float64)


def near(draws: Tensor, exact: Tensor | float) -> bool:
    """Whether the means of the columns agree with exact values, by Bonferroni."""
    found = draws.double()
    scores = (found.mean(0) - exact) / found.std(0) * math.sqrt(found.shape[0])
    return float(2 * stats.norm.sf(scores.abs().max())) * found[0].numel() > FALSE_ALARM


def conditional(world: World, anchor: Tensor) -> Callable[[Tensor], Tensor]:
    z, zt = pair(world.dim)
    density = lower(world.pairs.log_conditional(z, zt), (*z, *zt))
    return lambda x: density(torch.cat((anchor.expand(x.shape), x), -1))


@pytest.mark.parametrize("slug", [t.slug for t in THEOREMS])
def test_every_registered_world_has_a_sampler(slug: str) -> None:
    entry = theorem(slug)
    for point in entry.points:
        world = entry.at(**point).world
        sampler = WorldSampler(world, torch.float64)
        z = sampler.latents(64, seeded())
        assert z.shape == (64, world.dim) and z.dtype == torch.float64
        assert bool(torch.isfinite(z).all())


def test_gaussian_pairs_have_the_density_of_their_correlations() -> None:
    world = World(RealSpace(2), Gaussian(), OrnsteinUhlenbeck((R(9, 10), R(1, 3))))
    draws = WorldSampler(world).partners(ANCHOR.expand(DRAWS, -1), seeded(1))
    assert p_value(draws, conditional(world, ANCHOR), REAL) > FALSE_ALARM
    other = world.replace(pairs=OrnsteinUhlenbeck((R(1, 3), R(9, 10))))
    assert p_value(draws, conditional(other, ANCHOR), REAL) < FALSE_ALARM
    z, zt = WorldSampler(world, torch.float64).pairs(DRAWS, seeded(2))
    rho = torch.tensor([0.9, 1 / 3], dtype=torch.float64)
    assert near(torch.cat((z * zt, (z**2 - 1) * (zt**2 - 1) / 2), -1), torch.cat((rho, rho**2)))


def jacobi(
    rate: sp.Rational, a: int | sp.Rational = 0, b: int | sp.Rational = 0, dim: int = 1
) -> World:
    pairs = JacobiDiffusion((rate,) * dim, a, b)
    prior = Uniform() if a == b == 0 else LogDensity(pairs.stationary(latents(dim)), latents(dim))
    return World(Box(dim), prior, pairs)


def series(world: World, at: float) -> Callable[[Tensor], Tensor]:
    """log p(z̃|z = at): the Jacobi polynomials with their eigenvalues, to a relative 1e-12."""
    pairs = world.pairs
    a, b, rate = float(pairs.a), float(pairs.b), float(pairs.rates[0])

    def density(x: Tensor) -> Tensor:
        points = x[..., 0].numpy()
        weight = points**a * (1 - points) ** b
        total = np.zeros_like(points)
        nodes, mass = special.roots_sh_jacobi(200, a + b + 1, a + 1)
        for n in range(150):
            value = rate ** pairs.exponent(n)
            if value < 1e-14:
                break
            # P_n^{(b, a)}(2x − 1) is orthogonal under x^a (1−x)^b.
            own = special.eval_jacobi(n, b, a, 2 * nodes - 1)
            norm = (mass * own**2).sum() / mass.sum()
            total += (
                value
                * special.eval_jacobi(n, b, a, 2 * at - 1)
                * special.eval_jacobi(n, b, a, 2 * points - 1)
                / norm
            )
        return torch.as_tensor(np.log(np.clip(total * weight, 1e-300, None)))

    return density


JACOBI = [
    (R(1, 2), R(0), R(0)),
    (R(9, 10), R(0), R(0)),
    (R(3, 5), R(1), R(1)),
    (R(3, 4), R(1), R(2)),
    (R(4, 5), R(1, 2), R(1, 2)),
    (R(1, 2), R(-1, 3), R(1, 3)),
]


@pytest.mark.parametrize(("rate", "a", "b"), JACOBI)
@pytest.mark.parametrize("at", [0.02, 0.6])
def test_bounded_pairs_have_the_density_of_their_series(rate, a, b, at) -> None:
    world = jacobi(rate, a, b)
    z = torch.full((DRAWS, 1), at, dtype=torch.float64)
    for dtype in (torch.float32, torch.float64):
        draws = WorldSampler(world).partners(z.to(dtype), seeded(3))
        assert draws.dtype == dtype
        assert p_value(draws, series(world, at), UNIT) > FALSE_ALARM / 2
    if at < 0.1:
        assert p_value(draws, series(jacobi(rate / 2, a, b), at), UNIT) < FALSE_ALARM


@pytest.mark.parametrize(("rate", "a", "b"), JACOBI)
def test_bounded_pairs_are_stationary_and_have_their_eigenvalues(rate, a, b) -> None:
    world = jacobi(rate, a, b, dim=2)
    z, zt = WorldSampler(world, torch.float64).pairs(DRAWS, seeded(4))
    law = stats.beta(float(a) + 1, float(b) + 1)
    for column in (*z.T, *zt.T):
        assert stats.kstest(column.numpy(), law.cdf).pvalue > FALSE_ALARM / 4
    x, y = (world.pairs.standardised(v) for v in pair(2))
    product = lower(sp.Add(*(s * t for s, t in zip(x, y, strict=True))), (*pair(2)[0], *pair(2)[1]))
    first = float(rate) ** world.pairs.exponent(1)
    assert near(product(torch.cat((z, zt), -1)).unsqueeze(-1), 2 * first)
    assert not near(product(torch.cat((z, zt.flip(-1)), -1)).unsqueeze(-1), 2 * first)


def test_lines_of_descent_sum_to_one_and_have_exact_factorial_moments() -> None:
    for rate, a, b in (*JACOBI, (R(99, 100), R(0), R(0)), (R(1, 10**6), R(2), R(1))):
        pairs = JacobiDiffusion((rate,), a, b)
        law = np.array(ancestor_law(pairs, rate))
        assert law.min() >= 0 and law.sum() == pytest.approx(1, abs=1e-13)
        # From z = 0 no line carries the allele: E z̃ = (a+1) E 1/(θ+M), and also the mean (1 − ρ_1).
        theta, lines = float(a + b + 2), np.arange(len(law))
        expected = (1 - float(rate) ** pairs.exponent(1)) / theta
        assert (law / (theta + lines)).sum() == pytest.approx(expected, rel=1e-12)
    with pytest.raises(InputError, match=r"allowed: ρ ≤ 0.99"):
        WorldSampler(jacobi(R(9999, 10000)))


JOINT = ((4, 1, 0), (1, 2, 3), (0, 3, 2))


def test_nodes_follow_the_joint_law() -> None:
    world = World(FiniteSpace(3), Stationary(), AugmentationGraph(JOINT))
    z, zt = WorldSampler(world).pairs(DRAWS, seeded(5))
    assert torch.equal(z.sum(-1), torch.ones(DRAWS)) and set(z.unique().tolist()) == {0.0, 1.0}
    counts = (z.mT @ zt).numpy()
    expected = np.array(JOINT) / 16 * DRAWS
    assert counts[0, 2] == counts[2, 0] == 0
    kept = expected > 0
    assert stats.chisquare(counts[kept], expected[kept]).pvalue > FALSE_ALARM
    shuffled = (z.mT @ zt.roll(1, 0)).numpy()
    assert shuffled[0, 2] > 0


def test_the_kept_part_of_a_sphere_is_kept_and_the_rest_follows_its_density() -> None:
    world = World(Sphere(4), Uniform(), PartlyKeptSphere(6, (1, 3)))
    anchor = torch.tensor([[0.6, 0.4, -0.5, 0.48]], dtype=torch.float64)
    anchor = anchor / anchor.norm()
    draws = WorldSampler(world).partners(anchor.expand(DRAWS, -1), seeded(6))
    assert torch.equal(draws[:, [1, 3]], anchor[:, [1, 3]].expand(DRAWS, -1))
    torch.testing.assert_close(draws.norm(dim=-1), torch.ones(DRAWS, dtype=torch.float64))
    free = anchor[:, [0, 2]]
    unit = draws[:, [0, 2]] / free.norm()
    density = lambda x: 6 * free.norm() * (x * free).sum(-1)
    assert p_value(unit, density, CIRCLE) > FALSE_ALARM
    # The concentration is κ‖v‖², not κ.
    wrong = lambda x: 6 * (x * free / free.norm()).sum(-1)
    assert p_value(unit, wrong, CIRCLE) < FALSE_ALARM


@pytest.mark.parametrize("at", [0.0, -1.3, 2.0])
def test_consecutive_student_values_have_their_density(at: float) -> None:
    world = theorem("hyvarinen_2017_pcl").at(dim=2, sources="student", rho=R(-1, 2)).world
    anchor = torch.tensor([[at, 0.4]], dtype=torch.float64)
    draws = WorldSampler(world).partners(anchor.expand(DRAWS, -1), seeded(7))
    assert p_value(draws, conditional(world, anchor), REAL) > FALSE_ALARM
    other = theorem("hyvarinen_2017_pcl").at(dim=2, sources="student", rho=R(1, 2)).world
    if at:
        assert p_value(draws, conditional(other, anchor), REAL) < FALSE_ALARM


def test_student_pairs_are_stationary_and_other_logarithms_are_refused() -> None:
    world = theorem("hyvarinen_2017_pcl").at(dim=2, sources="student").world
    _, zt = WorldSampler(world, torch.float64).pairs(DRAWS, seeded(8))
    for column in zt.T:
        assert stats.kstest(column.numpy(), stats.t(3).cdf).pvalue > FALSE_ALARM / 2
        assert stats.kstest(column.numpy(), stats.t(6).cdf).pvalue < FALSE_ALARM
    z, y = pair(1)
    for form in (y[0] ** 4 + 1, y[0] ** 2 * z[0] ** 2 + 1, 1 - y[0] ** 2):
        pairs = PairLogDensity(-2 * sp.log(form), z, y)
        with pytest.raises(InputError, match="no exact sampler"):
            WorldSampler(World(RealSpace(1), Gaussian(), pairs))


def family(powers: tuple[int, ...], rows: tuple[tuple[sp.Rational, ...], ...]) -> ExponentialFamily:
    table = tuple(tuple(x**k for k in powers) for x in latents(len(rows[0]) // len(powers)))
    return ExponentialFamily(table, rows)


FAMILIES = {
    "gaussian": family((1, 2), ((0, 0, 0, 0), (1, -R(1, 2), -2, -1))),
    "quartic": family((1, 2, 4), ((0, 0, -1, 0, 0, 0), (1, 3, -1, -2, -1, -R(1, 4)))),
}


@pytest.mark.parametrize("name", FAMILIES)
def test_environments_have_their_own_densities(name: str) -> None:
    world = World(RealSpace(2), Gaussian(), FAMILIES[name])
    sampler = WorldSampler(world, torch.float64)
    z, which = sampler.labelled(3 * DRAWS, seeded(9))
    assert stats.binomtest(int(which.sum()), 3 * DRAWS).pvalue > FALSE_ALARM
    x = latents(2)
    for u in (0, 1):
        own = world.prior.log_density(x) + FAMILIES[name].exponent(u)
        assert p_value(z[which == u], lower(own, x), REAL) > FALSE_ALARM / 4
        assert p_value(z[which != u], lower(own, x), REAL) < FALSE_ALARM
        alone = sampler.in_environment(u, DRAWS, seeded(10))
        assert p_value(alone, lower(own, x), REAL) > FALSE_ALARM / 4


def test_families_without_an_exact_sampler_are_refused() -> None:
    laplace = World(RealSpace(2), Product((Marginal.LAPLACE,) * 2), FAMILIES["gaussian"])
    with pytest.raises(InputError, match=r"environment 0: .*no exact sampler"):
        WorldSampler(laplace)
    improper = family((2,), ((0, 0), (R(1, 2), 0)))
    with pytest.raises(InputError, match=r"environment 1, exponent .*not normalisable"):
        WorldSampler(World(RealSpace(2), Gaussian(), improper))
    apart = family((2, 4), ((0, -1), (20_000, -1)))
    with pytest.raises(InputError, match=r"environment 1: .*too far apart"):
        WorldSampler(World(RealSpace(1), Gaussian(), apart))


def test_softmax_labels_are_calibrated() -> None:
    vectors = ((0, 0), (2, -1), (-1, -1))
    world = World(RealSpace(2), Gaussian(), SoftmaxLabels(vectors))
    z, label = sample_labels(world, 3 * DRAWS, seeded(11), dtype=torch.float64)
    p = torch.softmax(z @ torch.tensor(vectors, dtype=torch.float64).mT, -1)
    gap = torch.nn.functional.one_hot(label, 3) - p
    moments = torch.cat((gap, gap * z[:, :1], gap * z[:, 1:]), -1)
    assert near(moments, 0.0)
    off = torch.nn.functional.one_hot((label + 1) % 3, 3) - p
    assert not near(off, 0.0)
    assert near(z, 0.0)


def test_interventions_have_the_precision_of_their_equations() -> None:
    b0 = sp.Matrix([[1, 0, 0], [R(-1, 2), 2, 0], [1, R(1, 3), 1]])
    b1 = sp.Matrix([[1, 0, 0], [0, 3, 0], [1, R(1, 3), 1]])
    pairs = LinearInterventions((sp.ImmutableMatrix(b0), sp.ImmutableMatrix(b1)), (1,))
    world = World(RealSpace(3), pairs.prior(), pairs)
    z, which = WorldSampler(world, torch.float64).labelled(2 * DRAWS, seeded(12))
    for k, b in enumerate((b0, b1)):
        noise = z[which == k] @ torch.tensor(np.array(b.tolist(), dtype=float)).mT
        rows, columns = torch.triu_indices(3, 3)
        eye = torch.eye(3, dtype=torch.float64)[rows, columns]
        assert near(noise[:, rows] * noise[:, columns], eye) and near(noise, 0.0)
        wrong = z[which != k] @ torch.tensor(np.array(b.tolist(), dtype=float)).mT
        assert not near(wrong[:, rows] * wrong[:, columns], eye)


def test_actions_are_told_and_applied() -> None:
    matrices = (sp.Matrix([[0, -1], [1, 0]]), sp.Matrix([[2, 1], [0, R(1, 2)]]))
    world = World(RealSpace(2), Gaussian(), KnownActions(tuple(map(sp.ImmutableMatrix, matrices))))
    z, zt, action = WorldSampler(world, torch.float64).acted(DRAWS, seeded(13))
    for a, matrix in enumerate(matrices):
        table = torch.tensor([[float(x) for x in row] for row in matrix.tolist()]).double()
        torch.testing.assert_close(zt[action == a], z[action == a] @ table.mT)
        assert not torch.allclose(zt[action != a], z[action != a] @ table.mT)
    assert stats.binomtest(int(action.sum()), DRAWS).pvalue > FALSE_ALARM
    pairs = WorldSampler(world, torch.float64).pairs(DRAWS, seeded(13))
    assert torch.equal(pairs[1], zt)


def test_views_share_their_common_coordinates() -> None:
    world = World(Box(4), Uniform(), SharedBlock(((0, 1, 2), (3, 1))))
    sampler = WorldSampler(world)
    z = sampler.latents(50, seeded(14))
    first, second = sampler.views(z)
    assert torch.equal(first, z[:, :3]) and torch.equal(second, z[:, [3, 1]])


@pytest.mark.parametrize(
    ("world", "words"),
    [
        (World(RealSpace(2), Gaussian(), FAMILIES["gaussian"]), "draw with `labelled`"),
        (World(RealSpace(2), Gaussian(), SoftmaxLabels(((0, 0), (1, 0)))), "draw with `labelled`"),
        (World(Box(2), Uniform(), SharedBlock(((0,), (0, 1)))), "draw with `views`"),
    ],
)
def test_worlds_without_pairs_name_what_to_draw(world: World, words: str) -> None:
    with pytest.raises(UnsupportedCondition, match=words):
        WorldSampler(world).pairs(4, seeded())


def test_moments_alone_are_not_sampled() -> None:
    x = latents(1)
    moments = MomentOperator(x, (sp.Integer(1), x[0]), ((1, 0), (0, 1)), ((1, 0), (0, R(1, 2))))
    with pytest.raises(InputError, match="do not fix a law"):
        WorldSampler(World(RealSpace(1), Stationary(), moments))


def test_what_another_world_would_have_is_named() -> None:
    sampler = WorldSampler(World(Box(2), Uniform(), StyleRedrawn((0,))))
    for call in (
        lambda: sampler.acted(2, seeded()),
        lambda: sampler.in_environment(0, 2, seeded()),
        lambda: sampler.views(torch.zeros(2, 2)),
        lambda: sampler.labelled(2, seeded()),
    ):
        with pytest.raises(InputError, match=r"the world has no .*; use pairs="):
            call()
    environments = WorldSampler(World(RealSpace(2), Gaussian(), FAMILIES["gaussian"]))
    with pytest.raises(InputError, match="environment 2; allowed: 0 to 1"):
        environments.in_environment(2, 4, seeded())
