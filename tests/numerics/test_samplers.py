"""Samplers against the sympy densities of their worlds; planted wrong samplers must be rejected.

Draws are counted in cells whose probabilities come from quadrature of the normalised density.
Every test has a false-alarm rate of 1e-4 (Bonferroni over its anchors or statistics), and the
seeds are fixed. With N = 20,000 draws in 64 cells the chi-square test finds a relative change of
about 15 % in one cell and of 4 % in all of them.
"""

import math
from collections.abc import Callable

import pytest
import sympy as sp
import torch
from scipy import stats
from torch import Tensor

from sith import (
    AnisotropicSphere,
    Box,
    Classes,
    ExponentialNorm,
    Gaussian,
    InputError,
    LogDensity,
    Marginal,
    NormalMixture,
    PairLogDensity,
    Product,
    RealSpace,
    Sphere,
    Student,
    StyleRedrawn,
    Uniform,
    VonMisesFisher,
    World,
)
from sith.numerics.lowering.lower import lower
from sith.numerics.worlds import (
    WorldSampler,
    information,
    mean_cosine,
    require_informative,
    sample_labels,
    sample_latents,
    sample_partner,
)
from tests.helpers.cells import (
    BOX,
    CIRCLE,
    DRAWS,
    FALSE_ALARM,
    LINE,
    REAL,
    SPHERE,
    UNIT,
    Chart,
    p_value,
    rule,
    seeded,
    sphere,
)

R = sp.Rational
X, Y = sp.symbols("z0:3", real=True), sp.symbols("zt0:3", real=True)
LINEAR_10 = tuple(5 + R(20 * i, 9) for i in range(10))


def given_anchor(world: World, anchor: Tensor) -> Callable[[Tensor], Tensor]:
    """The world's log-conditional at one anchor, lowered from sympy."""
    d = world.dim
    density = lower(world.pairs.log_conditional(X[:d], Y[:d]), (*X[:d], *Y[:d]))
    return lambda x: density(torch.cat((anchor.expand(x.shape), x), -1))


def partner_p_value(world: World, chart: Chart, draw, anchors: Tensor) -> float:
    """Smallest p-value over the anchors, times their number (Bonferroni)."""
    found = []
    for anchor in anchors.double():
        draws = draw(anchor.expand(DRAWS, -1))
        found.append(p_value(draws, given_anchor(world, anchor), chart))
    return min(found) * len(found)


ON_CIRCLE = sample_latents(World(Sphere(2), Uniform()), 3, seeded(5))
ON_SPHERE = sample_latents(World(Sphere(3), Uniform()), 3, seeded(6))
IN_BOX = torch.tensor([[0.5, 0.4], [0.03, 0.98], [0.9, 0.25]])
NEAR_ZERO = torch.tensor([[0.0, 0.0], [0.7, -0.4]])


def on_box(pairs) -> World:
    return World(Box(2), Uniform(), pairs)


def pair_density(expression: sp.Expr, d: int) -> PairLogDensity:
    return PairLogDensity(expression, X[:d], Y[:d])


BIMODAL = 4 * (X[0] * Y[0] + X[1] * Y[1]) ** 2 + Y[0]
CORRELATED = -2 * (Y[0] - X[0] / 2) ** 2 - (Y[1] - X[1]) ** 2 - Y[0] * Y[1]
PAIRS = {
    "vmf-circle": (World(Sphere(2), Uniform(), VonMisesFisher(R(5, 2))), CIRCLE, ON_CIRCLE),
    "vmf-sphere": (World(Sphere(3), Uniform(), VonMisesFisher(4)), SPHERE, ON_SPHERE),
    "bingham-circle": (World(Sphere(2), Uniform(), AnisotropicSphere((1, 3))), CIRCLE, ON_CIRCLE),
    "bingham-sphere": (
        World(Sphere(3), Uniform(), AnisotropicSphere((1, 3, 9))),
        SPHERE,
        ON_SPHERE,
    ),
    "bingham-sharp": (World(Sphere(2), Uniform(), AnisotropicSphere((1, 60))), CIRCLE, ON_CIRCLE),
    "norm-p1": (on_box(ExponentialNorm(6, 1)), BOX, IN_BOX),
    "norm-p2-wide": (on_box(ExponentialNorm(1, 2)), BOX, IN_BOX),
    "norm-p3": (on_box(ExponentialNorm(50, 3)), BOX, IN_BOX),
    "norm-p2-a1": (on_box(ExponentialNorm(8, 2, 1)), BOX, IN_BOX),
    "norm-p2-a1-wide": (on_box(ExponentialNorm(1, 2, 1)), BOX, IN_BOX),
    "norm-p1-a2": (on_box(ExponentialNorm(9, 1, 2)), BOX, IN_BOX),
    "norm-p3/2-free": (
        World(RealSpace(2), Gaussian(), ExponentialNorm(2, R(3, 2), 2)),
        REAL,
        NEAR_ZERO,
    ),
    "density-gaussian": (
        World(RealSpace(2), Gaussian(), pair_density(CORRELATED, 2)),
        REAL,
        NEAR_ZERO,
    ),
    "density-gaussian-box": (on_box(pair_density(8 * CORRELATED, 2)), BOX, IN_BOX),
    "density-wide-box": (on_box(pair_density(CORRELATED, 2)), BOX, IN_BOX),
    "density-box": (
        on_box(pair_density(sp.sin(7 * Y[0] * X[1]) - sp.Abs(Y[1] - X[0]), 2)),
        BOX,
        IN_BOX,
    ),
    "density-bingham": (
        World(Sphere(2), Uniform(), pair_density(-3 * Y[0] * Y[1] + X[0] * Y[1], 2)),
        CIRCLE,
        ON_CIRCLE,
    ),
    "density-circle": (World(Sphere(2), Uniform(), pair_density(BIMODAL, 2)), CIRCLE, ON_CIRCLE),
}


DOUBLE = ("vmf-circle", "bingham-sphere", "norm-p1", "norm-p2-a1", "norm-p1-a2", "density-gaussian")


@pytest.mark.parametrize(
    ("name", "dtype"),
    [*((name, torch.float32) for name in PAIRS), *((name, torch.float64) for name in DOUBLE)],
)
def test_partners_have_the_density_of_their_world(name, dtype):
    world, chart, anchors = PAIRS[name]
    sampler, generator = WorldSampler(world, dtype), seeded(11)

    def draw(z: Tensor) -> Tensor:
        found = sampler.partners(z.to(dtype), generator)
        assert found.dtype == dtype
        return found

    assert partner_p_value(world, chart, draw, anchors) > FALSE_ALARM


def projected_normal(world: World, generator: torch.Generator):
    weights = torch.tensor([float(w) for w in world.pairs.weights]).double()

    def draw(z: Tensor) -> Tensor:
        x = z + torch.randn(z.shape, generator=generator).double() / (2 * weights).sqrt()
        return x / x.norm(dim=-1, keepdim=True)

    return draw


def clipped(world: World, generator: torch.Generator):
    free = World(RealSpace(2), Gaussian(), world.pairs)
    return lambda z: sample_partner(free, z, generator).clamp(0, 1)


def of_world(other: World):
    return lambda world, generator: lambda z: sample_partner(other, z, generator)


WRONG = {
    "projected normal": ("bingham-sphere", projected_normal),
    "projected normal on the circle": ("bingham-circle", projected_normal),
    "κ 10 % off": ("vmf-sphere", of_world(World(Sphere(3), Uniform(), VonMisesFisher(R(22, 5))))),
    "Λ permuted": (
        "bingham-sphere",
        of_world(World(Sphere(3), Uniform(), AnisotropicSphere((1, 9, 3)))),
    ),
    "clipped, not truncated": ("norm-p1", clipped),
    "α = p in place of α = 1": ("norm-p2-a1", of_world(on_box(ExponentialNorm(8, 2)))),
    "rate 15 % off": ("norm-p3", of_world(on_box(ExponentialNorm(R(115, 2), 3)))),
    "covariance sign": (
        "density-gaussian",
        of_world(World(RealSpace(2), Gaussian(), pair_density(CORRELATED + 2 * Y[0] * Y[1], 2))),
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_planted_wrong_samplers_are_rejected(name):
    target, make = WRONG[name]
    world, chart, anchors = PAIRS[target]
    assert partner_p_value(world, chart, make(world, seeded(13)), anchors) < FALSE_ALARM


def log_density(world: World) -> Callable[[Tensor], Tensor]:
    return lower(world.prior.log_density(X[: world.dim]), X[: world.dim])


PARAMETRIC = (
    Student(3),
    Student(5),
    NormalMixture((2, -2)),
    NormalMixture((0, R(5, 2)), (3, 1)),
)
PRIORS = {
    "uniform-sphere": (World(Sphere(3), Uniform()), SPHERE),
    "uniform-box": (World(Box(2), Uniform()), BOX),
    "gaussian": (World(RealSpace(2), Gaussian()), REAL),
    "gaussian-box": (World(Box(2), Gaussian()), BOX),
    **{m.value: (World(RealSpace(1), Product((m,))), LINE) for m in Marginal},
    **{m.value: (World(RealSpace(1), Product((m,))), LINE) for m in PARAMETRIC},
    "uniform": (World(RealSpace(1), Product((Marginal.UNIFORM,))), UNIT),
    "student-box": (World(Box(1), Product((Student(3),))), UNIT),
    "mixture-box": (World(Box(1), Product((NormalMixture((3, -1), (1, 9)),))), UNIT),
    "quartic-box": (World(Box(1), Product((Marginal.QUARTIC,))), UNIT),
    "mixed": (World(RealSpace(2), Product((Marginal.LAPLACE, Marginal.LOGISTIC))), REAL),
    "quadratic": (
        World(RealSpace(2), LogDensity(-(X[0] ** 2) + X[0] * X[1] - 2 * X[1] ** 2 + X[0], X[:2])),
        REAL,
    ),
    "quartics": (
        World(
            RealSpace(2),
            LogDensity(-(X[0] ** 4) + 3 * X[0] ** 2 - X[1] ** 6 / 9 + X[1] ** 3 / 4, X[:2]),
        ),
        REAL,
    ),
    "convex-box": (World(Box(2), LogDensity(2 * X[0] ** 2 - X[0] * X[1], X[:2])), BOX),
    "density-box": (World(Box(2), LogDensity(sp.cos(9 * X[0]) + X[1] ** 3, X[:2])), BOX),
    "density-sphere": (World(Sphere(3), LogDensity(2 * X[0] ** 3 + X[1] * X[2] * X[0], X)), SPHERE),
    "bingham": (World(Sphere(3), LogDensity(-3 * X[0] ** 2 + X[1] * X[2] + X[0], X)), SPHERE),
}


@pytest.mark.parametrize("name", PRIORS)
def test_latents_have_the_density_of_their_prior(name):
    world, chart = PRIORS[name]
    for dtype in (torch.float32, torch.float64):
        draws = sample_latents(world, DRAWS, seeded(17), dtype=dtype)
        assert draws.dtype == dtype and draws.shape == (DRAWS, world.dim)
        assert p_value(draws, log_density(world), chart) > FALSE_ALARM / 2


@pytest.mark.parametrize(
    ("target", "other"),
    [
        ("laplace", "logistic"),
        ("quartic", "normal"),
        ("gaussian-box", "uniform-box"),
        ("hyperbolic-secant", "logistic"),
        ("student(3)", "normal"),
        ("normal-mixture(2, -2)", "normal"),
        ("mixture-box", "student-box"),
    ],
)
def test_another_prior_is_rejected(target, other):
    world, chart = PRIORS[target]
    draws = sample_latents(PRIORS[other][0], DRAWS, seeded(19))
    assert p_value(draws, log_density(world), chart) < FALSE_ALARM


def stein(world: World, z: Tensor, zt: Tensor) -> float:
    """Smallest p-value, with Bonferroni, of Stein's identity on the sphere, any dimension.

    E[Δf + ∇f.∇log p] = 0 for f = x_i and f = x_i², with ∇log p = -2Λ(x - z) made tangent.
    """
    d = world.dim
    score = -2 * torch.tensor([float(w) for w in world.pairs.weights]).double() * (zt - z)
    radial = (score * zt).sum(-1, keepdim=True)
    first = -(d - 1) * zt + score - radial * zt
    second = 2 - 2 * d * zt**2 + 2 * zt * (score - radial * zt)
    terms = torch.cat((first, second, first * z, second * z), -1)
    scores = terms.mean(0) / terms.std(0) * math.sqrt(terms.shape[0])
    return float(2 * stats.norm.sf(scores.abs().max())) * terms.shape[1]


@pytest.mark.parametrize("weights", [(1, 3, 9), LINEAR_10, (5,) * 5 + (25,) * 5])
def test_anisotropic_pairs_in_many_dimensions(weights):
    world = World(Sphere(len(weights)), Uniform(), AnisotropicSphere(weights))
    z, zt = WorldSampler(world, torch.float64).pairs(100_000, seeded(23))
    assert stein(world, z, zt) > FALSE_ALARM
    assert stein(world, z, projected_normal(world, seeded(23))(z)) < FALSE_ALARM


@pytest.mark.parametrize("kappa", [4, 10])
def test_sphere_moments_agree_with_quadrature(kappa):
    world, _, anchors = PAIRS["vmf-sphere"]
    world = World(Sphere(3), Uniform(), VonMisesFisher(kappa))
    anchor = anchors[0].double()
    draws = sample_partner(world, anchor.expand(DRAWS, -1), seeded(29))
    nodes, weights = rule(32)
    grid = torch.stack(torch.meshgrid(nodes, nodes, indexing="ij"), -1)
    points, _ = sphere(grid)
    mass = given_anchor(world, anchor)(points).exp() * weights.unsqueeze(1) * weights
    moments = torch.cat((points, points**2), -1)
    exact = (moments * mass.unsqueeze(-1)).sum((0, 1)) / mass.sum()
    found = torch.cat((draws, draws**2), -1)
    scores = (found.mean(0) - exact) / found.std(0) * math.sqrt(DRAWS)
    assert float(2 * stats.norm.sf(scores.abs().max())) * 6 > FALSE_ALARM
    cosine = (draws @ anchor).mean()
    assert float(cosine) == pytest.approx(mean_cosine(kappa, 3), abs=4 / math.sqrt(DRAWS * kappa))


def test_style_is_redrawn_and_content_kept():
    prior = Product((Marginal.LAPLACE, Marginal.NORMAL, Marginal.LAPLACE))
    world = World(RealSpace(3), prior, StyleRedrawn((0,)))
    z, zt = WorldSampler(world).pairs(DRAWS, seeded(31))
    assert torch.equal(z[:, 0], zt[:, 0])
    style = World(RealSpace(2), Product(prior.marginals[1:]))
    assert p_value(zt[:, 1:], log_density(style), REAL) > FALSE_ALARM
    # Fisher's z: atanh of a sample correlation has standard deviation 1/sqrt(n - 3).
    for i in (1, 2):
        r = stats.spearmanr(z[:, i], zt[:, i]).statistic
        assert 2 * stats.norm.sf(abs(math.atanh(r)) * math.sqrt(DRAWS - 3)) > FALSE_ALARM / 2


CLASSES = Classes(((1, 0), (0, 1), (R(-3, 5), R(4, 5))), 3)


def test_labelled_latents_follow_their_class():
    world = World(Sphere(2), Uniform(), CLASSES)
    z, label = sample_labels(world, 3 * DRAWS, seeded(37))
    counts = torch.bincount(label, minlength=3).numpy()
    found = [float(stats.chisquare(counts).pvalue)]
    for c in range(3):
        density = lower(CLASSES.log_label(X[:2], c), X[:2])
        found.append(p_value(z[label == c], density, CIRCLE))
        assert p_value(z[label == (c + 1) % 3], density, CIRCLE) < FALSE_ALARM
    assert min(found) * 4 > FALSE_ALARM
    assert torch.equal(
        WorldSampler(world).latents(9, seeded(1)), sample_labels(world, 9, seeded(1))[0]
    )


def test_a_seed_fixes_the_draws():
    sampler = WorldSampler(PAIRS["bingham-sphere"][0])
    first, second = sampler.pairs(500, seeded(3)), sampler.pairs(500, seeded(3))
    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


@pytest.mark.gpu
@pytest.mark.parametrize("name", PAIRS)
def test_partners_on_the_device(name):
    world, chart, anchors = PAIRS[name]
    generator = torch.Generator("cuda").manual_seed(41)
    sampler = WorldSampler(world)

    def draw(z: Tensor) -> Tensor:
        return sampler.partners(z.float().cuda(), generator).cpu()

    assert partner_p_value(world, chart, draw, anchors) > FALSE_ALARM


def test_information_is_exact_for_von_mises_fisher_and_estimated_elsewhere():
    world = World(Sphere(10), Uniform(), VonMisesFisher(R(1, 20)))
    assert information(world).value == pytest.approx(0.005, rel=1e-3)
    with pytest.raises(InputError, match=r"0\.005; allowed: at least 0\.02; concentrate"):
        require_informative(world)
    assert require_informative(World(Sphere(10), Uniform(), VonMisesFisher(1))).exact
    # For Λ = κ/2 the anisotropic law is von Mises-Fisher; four standard errors.
    found = information(World(Sphere(4), Uniform(), AnisotropicSphere((R(3, 2),) * 4)))
    assert found.value == pytest.approx(mean_cosine(3, 4), abs=4 * found.standard_error)
    content = information(World(Box(4), Uniform(), StyleRedrawn((0,))))
    assert content.value == pytest.approx(1 / 4, abs=4 * content.standard_error)


def test_pairs_that_are_even_in_z_are_informative():
    even = World(
        Sphere(3),
        Uniform(),
        pair_density(6 * sum(a * b for a, b in zip(X, Y, strict=True)) ** 2, 3),
    )
    assert require_informative(even).value > 0.1


def test_nearly_independent_pairs_are_refused():
    with pytest.raises(InputError, match="no usable information"):
        require_informative(World(Box(2), Uniform(), ExponentialNorm(R(1, 1000), 2)))


@pytest.mark.parametrize(
    ("world", "words"),
    [
        (
            World(RealSpace(2), LogDensity(-((X[0] + X[1]) ** 4) - X[1] ** 2, X[:2])),
            "no exact sampler",
        ),
        (
            World(RealSpace(2), Gaussian(), pair_density(-((Y[0] + Y[1]) ** 4) - Y[1] ** 2, 2)),
            "no exact sampler",
        ),
        (World(Sphere(3), Uniform(), StyleRedrawn((0,))), "independent coordinates"),
    ],
)
def test_laws_without_an_exact_sampler_are_refused(world, words):
    with pytest.raises(InputError, match=words):
        WorldSampler(world)


def test_a_bound_that_fails_is_an_error():
    spike = LogDensity(
        8 * sp.exp(-(10**6) * ((X[0] - R(1, 3)) ** 2 + (X[1] - R(1, 7)) ** 2)), X[:2]
    )
    with pytest.raises(InputError, match="exceeds the bound"):
        sample_latents(World(Box(2), spike), 10**6, seeded())


def test_unbounded_and_too_concentrated_laws_are_refused():
    far = pair_density(-500 * ((Y[0] - 2) ** 2 + (Y[1] - 2) ** 2), 2)
    with pytest.raises(InputError, match="no candidate accepted"):
        WorldSampler(on_box(far)).pairs(4, seeded())


def test_what_the_world_does_not_have_is_named():
    single, labelled = World(Box(2), Uniform()), World(Sphere(2), Uniform(), CLASSES)
    with pytest.raises(InputError, match="no pairs"):
        WorldSampler(single).pairs(2, seeded())
    with pytest.raises(InputError, match="no labels"):
        sample_labels(single, 2, seeded())
    with pytest.raises(InputError, match="with a label"):
        sample_partner(labelled, ON_CIRCLE, seeded())
    with pytest.raises(InputError, match=r"allowed: \(n, 2\)"):
        sample_partner(on_box(ExponentialNorm(1, 1)), torch.zeros(2, 3), seeded())
    with pytest.raises(InputError, match="generator on the device"):
        sample_latents(single, 2, seeded(), device="cuda")
