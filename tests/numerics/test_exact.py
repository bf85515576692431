"""The exact layer: published figures, true claims that pass, and wrong groups that do not."""

from __future__ import annotations

import itertools
import json
import math

import pytest
import sympy as sp
import torch
from scipy.special import iv
from torch import Tensor

from sith import (
    AbstractGroup,
    Agreement,
    AlignmentMaxEntropy,
    AnisotropicSphere,
    BlockOrthogonal,
    BlockwiseDiffeomorphisms,
    Box,
    Claim,
    Classes,
    ComponentwiseDiffeomorphisms,
    CrossEntropy,
    Encoder,
    Euclidean,
    ExponentialNorm,
    ExpressionCritic,
    Family,
    Gaussian,
    GeneralisedPermutations,
    Independence,
    InfoNCE,
    InnerProduct,
    LearnedDiagonal,
    Likelihood,
    Linear,
    LogDensity,
    Marginal,
    MeasurePreserving,
    Mixing,
    NegativeNorm,
    NoPairs,
    NormalMixture,
    Orthogonal,
    PairLogDensity,
    Product,
    RealSpace,
    Relation,
    Shifted,
    SignedPermutations,
    Sphere,
    Student,
    StyleRedrawn,
    Trivial,
    Uniform,
    UnsupportedCondition,
    VonMisesFisher,
    World,
    exact_check,
    latents,
    pair,
    rational_unit_vectors,
)
from sith.numerics.exact import (
    ExactReport,
    LawPreserved,
    box,
    candidates,
    circle,
    content_nodes,
    cross_derivative,
    disc_twist,
    gaussian,
    gaussian_rotation,
    labels,
    law,
    loss_with_negatives,
    loss_with_partners,
    optimal_loss,
    pairwise,
    product,
    sphere,
    spiral,
)

R = sp.Rational
ROUNDING = 1e-12
"""Gaps and residuals that vanish exactly: 1e-16 per term, a few hundred terms."""


def identity(z: Tensor) -> Tensor:
    return z


def constant(z: Tensor) -> Tensor:
    return torch.eye(z.shape[1], dtype=z.dtype)[0].expand_as(z)


def unit(z: Tensor) -> Tensor:
    return z / torch.linalg.vector_norm(z, dim=1, keepdim=True)


def rotation(dim: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    matrix = torch.randn(dim, dim, generator=generator, dtype=torch.float64)
    return torch.linalg.qr(matrix).Q


def vmf(
    dim: int, kappa: int, beta: sp.Expr, group: AbstractGroup, *, free_radius: bool = False
) -> Claim:
    world = World(Sphere(dim), Uniform(), VonMisesFisher(R(kappa)))
    output = RealSpace(dim) if free_radius else Sphere(dim)
    return Claim("vmf", world, InfoNCE(InnerProduct(), 1 / sp.S(beta)), Encoder(output), group)


def lp(dim: int, p: int, group: AbstractGroup, rate: int = 1) -> Claim:
    world = World(Box(dim), Uniform(), ExponentialNorm(R(rate), R(p)))
    objective = InfoNCE(NegativeNorm(R(p)), R(1))
    return Claim("lp", world, objective, Encoder(RealSpace(dim)), group)


def anisotropic(weights: tuple[int, ...], group: AbstractGroup, critic: object = None) -> Claim:
    dim = len(weights)
    world = World(Sphere(dim), Uniform(), AnisotropicSphere(tuple(map(R, weights))))
    objective = InfoNCE(critic or LearnedDiagonal(), R(1))  # type: ignore[arg-type]
    return Claim("anisotropic", world, objective, Encoder(Sphere(dim)), group)


def diet(
    dim: int,
    count: int,
    group: AbstractGroup,
    *,
    unit_rows: bool,
    unit_outputs: bool,
    learned_beta: bool = False,
) -> Claim:
    classes = Classes(rational_unit_vectors(count, dim), R(3))
    output = Sphere(dim) if unit_outputs else RealSpace(dim)
    objective = CrossEntropy(R(3), unit_rows, learned_beta)
    world = World(Sphere(dim), Uniform(), classes)
    return Claim("diet", world, objective, Encoder(output), group)


def single(world: World, objective: object, group: AbstractGroup) -> Claim:
    space = world.space if isinstance(world.space, Box) else RealSpace(world.dim)
    family = Family.LINEAR if world.mixing is Mixing.LINEAR else Family.UNIVERSAL
    return Claim("law", world, objective, Encoder(space, family), group)  # type: ignore[arg-type]


def linear_ica(marginals: tuple[Marginal, ...], group: AbstractGroup) -> Claim:
    space = RealSpace(len(marginals))
    world = World(space, Product(marginals), NoPairs(), Mixing.LINEAR)
    return single(world, Independence(), group)


def content(dim: int, kept: tuple[int, ...], outputs: int, group: AbstractGroup) -> Claim:
    world = World(Box(dim), Uniform(), StyleRedrawn(kept))
    objective, encoder = AlignmentMaxEntropy(), Encoder(Box(outputs))
    return Claim("content", world, objective, encoder, group, Relation.CONTAINED)


def gaussian_pairs(critic: ExpressionCritic, group: AbstractGroup) -> Claim:
    """Ornstein–Uhlenbeck pairs with correlation 1/2."""
    z, zt = pair(2)
    law_of_pairs = -sp.Add(*((b - a / 2) ** 2 for a, b in zip(z, zt, strict=True))) * R(2, 3)
    world = World(RealSpace(2), Gaussian(), PairLogDensity(sp.expand(law_of_pairs), z, zt))
    return Claim("gaussian", world, InfoNCE(critic, R(1)), Encoder(RealSpace(2)), group)


def corrected_bilinear() -> ExpressionCritic:
    u, v = latents(2, "u"), latents(2, "v")
    inner = sp.Add(*(a * b for a, b in zip(u, v, strict=True)))
    return ExpressionCritic(R(2, 3) * inner - sp.Add(*(b**2 for b in v)) / 6, u, v)


def gaussian_kernel() -> ExpressionCritic:
    u, v = latents(2, "u"), latents(2, "v")
    return ExpressionCritic(-sp.Add(*((a - b) ** 2 for a, b in zip(u, v, strict=True))), u, v)


def radial_gaussian() -> sp.Expr:
    return -sp.Add(*(x**2 for x in latents(2))) / 2


# Quadrature


@pytest.mark.parametrize(
    ("rule", "power", "moment"),
    [
        (circle(16), 4, 3 / 8),
        (sphere(8), 4, 1 / 5),
        (box(2, 6), 3, 1 / 4),
        (box(3, 4), 5, 1 / 6),
        (gaussian(2, 8), 6, 15.0),
        (gaussian(3, 6), 4, 3.0),
    ],
)
def test_a_rule_is_exact_for_low_degrees(rule: object, power: int, moment: float) -> None:
    assert float(rule.weights.sum()) == pytest.approx(1, abs=ROUNDING)
    assert float(rule.mean(rule.nodes[:, 0] ** power)) == pytest.approx(moment, abs=1e-11)


@pytest.mark.parametrize(
    ("marginal", "power", "moment"),
    [
        (Marginal.LAPLACE, 2, 2.0),
        (Marginal.LOGISTIC, 2, math.pi**2 / 3),
        (Marginal.QUARTIC, 4, 1.0),
        (Marginal.NORMAL, 2, 1.0),
        (Marginal.UNIFORM, 1, 0.5),
        (Marginal.HYPERBOLIC_SECANT, 2, math.pi**2 / 4),
        (Student(9), 2, 9 / 7),
        (NormalMixture((2, -1), (1, 3)), 2, 2.75),
    ],
)
def test_a_mapped_rule_converges(marginal: Marginal, power: int, moment: float) -> None:
    error = [
        abs(float((rule := product([marginal], n)).mean(rule.nodes[:, 0] ** power)) - moment)
        for n in (24, 48)
    ]
    assert error[1] < max(error[0] / 10, 1e-9)


def test_dimensions_above_the_reach_are_refused() -> None:
    with pytest.raises(UnsupportedCondition, match="allowed: 1 to 3"):
        box(4, 8)


# InfoNCE on spheres


@pytest.mark.parametrize("kappa", [1, 2, 5])
def test_the_optimal_loss_is_minus_the_mutual_information(kappa: int) -> None:
    expected = math.log(iv(0, kappa)) - kappa * iv(1, kappa) / iv(0, kappa)
    claim = vmf(2, kappa, R(kappa), Orthogonal(2))
    assert optimal_loss(claim, 64) == pytest.approx(expected, abs=1e-11)


def test_the_identity_at_kappa_2_and_inverse_temperature_6() -> None:
    problem = pairwise(vmf(2, 2, R(6), Orthogonal(2)), 96)
    assert problem.loss(identity) == pytest.approx(0.0215, abs=5e-5)
    assert problem.loss(constant) == pytest.approx(0, abs=ROUNDING)


@pytest.mark.parametrize("kappa", [1, 2])
@pytest.mark.parametrize("beta", [R(3, 2), R(2), R(5, 2), R(5), R(29, 5), R(6), R(7)])
def test_the_constant_map_beats_the_identity_where_the_formula_says(
    kappa: int, beta: sp.Rational
) -> None:
    problem = pairwise(vmf(2, kappa, beta, Orthogonal(2)), 96)
    b = float(beta)
    expected = math.log(iv(0, b)) > b * iv(1, kappa) / iv(0, kappa)
    assert (problem.loss(constant) < problem.loss(identity)) == expected


@pytest.mark.parametrize("beta", [1, 2, 6])
@pytest.mark.parametrize("dim", [2, 3])
def test_rotations_never_change_the_loss(dim: int, beta: int) -> None:
    problem = pairwise(vmf(dim, 2, R(beta), Orthogonal(dim)), 12)
    turn = rotation(dim)
    assert problem.loss(lambda z: z @ turn) == pytest.approx(problem.loss(identity), abs=ROUNDING)


def test_the_published_loss_curve_where_pairs_lack_diversity() -> None:
    """One coordinate is kept in the pair; h_λ(u, v) = (u, λv)/‖·‖ beats every rotation."""
    rule, ring = sphere(24), circle(48)
    height = rule.nodes[:, 2]
    radius = (1 - height.square()).sqrt()
    partners = torch.cat(
        (
            radius[:, None, None] * ring.nodes,
            height[:, None, None].expand(-1, ring.size, 1),
        ),
        2,
    )
    kappa = 3.0
    conditional = (kappa * torch.einsum("nd,nkd->nk", rule.nodes, partners)).softmax(1)

    def loss(shrink: float) -> float:
        scale = torch.tensor([shrink, shrink, 1.0], dtype=torch.float64)
        return loss_with_partners(
            lambda z: unit(z * scale), lambda a, b: kappa * a @ b.T, rule, partners, conditional
        )

    at_identity = loss(1.0)
    published = {0.95: -0.0157, 0.8: -0.058, 0.6: -0.094, 0.4: -0.073, 0.2: 0.083}
    for shrink, difference in published.items():
        assert loss(shrink) - at_identity == pytest.approx(difference, abs=6e-4)
    assert (loss(1.001) - loss(0.999)) / 0.002 == pytest.approx(0.3175, abs=1e-3)


# InfoNCE on boxes, learned metric


@pytest.mark.parametrize(("p", "flat"), [(1, False), (2, True), (4, False)])
def test_rotations_of_the_plane_are_flat_only_for_p_2(p: int, flat: bool) -> None:
    problem = pairwise(lp(2, p, Euclidean(2)), 14)
    for angle in (0.1, 0.4, 0.7):
        c, s = math.cos(angle), math.sin(angle)
        turn = torch.tensor([[c, -s], [s, c]], dtype=torch.float64)
        gap = problem.gap(lambda z, turn=turn: z @ turn)
        assert abs(gap) < ROUNDING if flat else gap > 1e-5


def test_the_learned_metric_is_the_true_one_permuted() -> None:
    problem = pairwise(anisotropic((1, 3, 9), SignedPermutations(3)), 12)
    found = problem.learned_parameters(lambda z: z[:, [2, 0, 1]])
    assert found.tolist() == pytest.approx([9, 1, 3], abs=1e-6)


# Labels


@pytest.mark.parametrize("unit_rows", [True, False])
def test_linear_maps_are_optimal_only_where_rows_are_free(unit_rows: bool) -> None:
    claim = diet(3, 12, Linear(3), unit_rows=unit_rows, unit_outputs=False, learned_beta=True)
    problem = labels(claim, 12)
    stretch = torch.tensor([1.0, 0.5, 2.0], dtype=torch.float64)
    assert problem.gap(lambda z: z @ rotation(3)) < ROUNDING
    assert problem.gap(lambda z: 2 * z) < ROUNDING
    assert (problem.gap(lambda z: z * stretch) < ROUNDING) != unit_rows


def test_the_inverse_temperature_is_recovered() -> None:
    claim = diet(3, 12, Orthogonal(3), unit_rows=True, unit_outputs=True, learned_beta=True)
    problem = labels(claim, 12)
    products = problem.products(problem.nodes @ rotation(3))
    lengths = torch.linalg.vector_norm(products, dim=1)
    assert lengths.tolist() == pytest.approx([3.0] * 12, abs=1e-8)


@pytest.mark.parametrize(("dim", "count", "free"), [(2, 4, 1), (2, 5, 0), (3, 8, 1), (3, 9, 0)])
def test_unit_rows_need_as_many_classes_as_quadrics(dim: int, count: int, free: int) -> None:
    """The number of classes must reach d(d+3)/2; 2d classes, as published, are too few."""
    claim = diet(dim, count, Orthogonal(dim), unit_rows=True, unit_outputs=False)
    report = exact_check(claim)
    assert report.details["flat fields"] == dim * (dim - 1) // 2 + free
    assert report.passed is (Agreement.DISAGREES if free else Agreement.AGREES)


# Law of single observations


def test_the_spiral_preserves_the_gaussian_and_mixes_its_coordinates() -> None:
    world = World(RealSpace(2), Gaussian())
    problem = law(single(world, Likelihood(), Orthogonal(2)), 16)
    assert isinstance(problem, LawPreserved)
    assert float(problem.residual(spiral(0.3)).abs().max()) < 1e-10
    assert cross_derivative(spiral(0.3), problem.quadrature) > 0.05
    assert cross_derivative(lambda z: z.flip(1) ** 3, problem.quadrature) < ROUNDING
    assert problem.gap(lambda z: z + 0.1 * z.flip(1) ** 2) > 1e-3


@pytest.mark.parametrize("map_of_the_square", [gaussian_rotation(0.6), disc_twist(1.5)])
def test_two_maps_preserve_the_uniform_square(map_of_the_square: object) -> None:
    world = World(Box(2), Uniform())
    problem = law(single(world, Likelihood(), Trivial(2)), 16)
    assert isinstance(problem, LawPreserved)
    assert float(problem.residual(map_of_the_square).abs().max()) < 1e-8
    assert cross_derivative(map_of_the_square, problem.quadrature) > 0.01
    assert problem.gap(lambda z: z**2) > 1e-3


# Content and style


def test_leaks_of_style_are_uniform_and_cost_alignment() -> None:
    problem = content_nodes(2, (0,), 24)
    flat = problem.nodes.reshape(-1, 2)
    weights = (problem.content_weights[:, None] * problem.style_weights).reshape(-1)
    for name, leak in problem.leaks(1).items():
        values = leak(flat)[:, 0]
        moments = [float(weights @ values**k) for k in (1, 2, 3)]
        assert moments == pytest.approx([1 / 2, 1 / 3, 1 / 4], abs=2e-3), name
        assert problem.alignment(leak) > 1e-3, name
    assert problem.alignment(lambda u: 1 - u[:, :1]) < ROUNDING
    assert problem.alignment(problem.pick((1,))) == pytest.approx(1 / 6, abs=ROUNDING)


def test_a_frozen_style_coordinate_is_a_solution() -> None:
    group = BlockwiseDiffeomorphisms(((0,),))
    assert exact_check(content(2, (0,), 1, group)).passed is Agreement.AGREES
    frozen = exact_check(content(2, (0, 1), 1, group))
    assert frozen.passed is Agreement.DISAGREES
    assert "coordinate 2 instead" in frozen.reason


# A finite number of negatives


def test_the_number_of_negatives_does_not_move_the_optimum() -> None:
    generator = torch.Generator().manual_seed(1)
    joint = torch.rand(4, 4, generator=generator, dtype=torch.float64) + 0.1
    joint = joint / joint.sum()
    ratio = joint / joint.sum(1, keepdim=True) / joint.sum(0)
    information = float((joint * ratio.log()).sum())
    offset = torch.randn(4, 1, generator=generator, dtype=torch.float64)
    bounds = []
    for negatives in (1, 2, 3):
        scores = (ratio.log() + offset).requires_grad_()
        loss = loss_with_negatives(joint, scores, negatives)
        (slope,) = torch.autograd.grad(loss, scores)
        assert float(slope.abs().max()) < ROUNDING
        bounds.append(math.log(negatives + 1) - float(loss.detach()))
        wrong = (2 * ratio.log()).requires_grad_()
        (slope,) = torch.autograd.grad(loss_with_negatives(joint, wrong, negatives), wrong)
        assert float(slope.abs().max()) > 1e-4
    assert all(a < b for a, b in itertools.pairwise([0.0, *bounds, information]))


# Whole checks

TRUE = [
    vmf(2, 2, R(2), Orthogonal(2)),
    vmf(3, 2, R(2), Orthogonal(3)),
    vmf(3, 2, R(5), Orthogonal(3), free_radius=True),
    lp(2, 1, Shifted(SignedPermutations(2))),
    lp(2, 2, Euclidean(2)),
    lp(3, 4, Shifted(SignedPermutations(3)), rate=2),
    anisotropic((1, 3, 9), SignedPermutations(3)),
    anisotropic((1, 1, 9), BlockOrthogonal(((0, 1), (2,)))),
    anisotropic((2, 2, 2), Orthogonal(3)),
    gaussian_pairs(corrected_bilinear(), Orthogonal(2)),
    diet(2, 6, Orthogonal(2), unit_rows=True, unit_outputs=True, learned_beta=True),
    diet(3, 8, Orthogonal(3), unit_rows=False, unit_outputs=True),
    diet(3, 12, Orthogonal(3), unit_rows=True, unit_outputs=False),
    diet(3, 8, Linear(3), unit_rows=False, unit_outputs=False),
    single(World(RealSpace(2), Gaussian()), Likelihood(), MeasurePreserving(2, radial_gaussian())),
    single(World(Box(2), Uniform()), Likelihood(), MeasurePreserving(2)),
    linear_ica((Marginal.LAPLACE, Marginal.LOGISTIC), GeneralisedPermutations(2)),
    linear_ica((Marginal.NORMAL, Marginal.QUARTIC), GeneralisedPermutations(2)),
    content(2, (0,), 1, BlockwiseDiffeomorphisms(((0,),))),
    content(3, (0, 1), 2, BlockwiseDiffeomorphisms(((0, 1),))),
]
TOO_SMALL = [
    vmf(3, 2, R(2), SignedPermutations(3)),
    lp(2, 1, SignedPermutations(2)),
    lp(2, 2, Shifted(SignedPermutations(2))),
    anisotropic((1, 1, 9), SignedPermutations(3)),
    diet(3, 8, Orthogonal(3), unit_rows=False, unit_outputs=False),
    diet(3, 3, Linear(3), unit_rows=False, unit_outputs=False),
    single(World(RealSpace(2), Gaussian()), Likelihood(), Orthogonal(2)),
    single(World(Box(2), Uniform()), Likelihood(), ComponentwiseDiffeomorphisms(2)),
    linear_ica((Marginal.NORMAL, Marginal.NORMAL), GeneralisedPermutations(2)),
    linear_ica((Marginal.NORMAL, Marginal.NORMAL, Marginal.QUARTIC), GeneralisedPermutations(3)),
    content(3, (0, 1), 2, ComponentwiseDiffeomorphisms(2)),
]
TOO_LARGE = [
    vmf(3, 2, R(2), Linear(3)),
    lp(2, 1, Euclidean(2)),
    anisotropic((1, 3, 9), Orthogonal(3)),
    diet(3, 8, Linear(3), unit_rows=False, unit_outputs=True),
    diet(3, 12, Linear(3), unit_rows=True, unit_outputs=False),
    linear_ica((Marginal.LAPLACE, Marginal.LOGISTIC), Linear(2)),
]


def name_of(claim: Claim) -> str:
    return f"{claim.name}-{claim.group}"


def checked(claim: Claim) -> ExactReport:
    report = exact_check(claim)
    json.dumps(report.to_dict())
    assert claim.name in str(report)
    return report


@pytest.mark.parametrize("claim", TRUE, ids=name_of)
def test_a_true_claim_agrees(claim: Claim) -> None:
    report = checked(claim)
    assert report.passed is Agreement.AGREES, str(report)
    assert report.inside and all(t.optimal for t in report.inside)
    assert report.outside and not any(t.optimal for t in report.outside)
    assert min(t.gap for t in report.outside) > 1e4 * report.tolerance


@pytest.mark.parametrize("claim", TOO_SMALL, ids=name_of)
def test_a_group_that_is_too_small_is_caught(claim: Claim) -> None:
    assert checked(claim).passed is Agreement.DISAGREES
    within = exact_check(claim.replace(relation=Relation.CONTAINS))
    if claim.group.dim != 2 or not isinstance(claim.group, ComponentwiseDiffeomorphisms):
        assert within.passed is Agreement.AGREES, str(within)


@pytest.mark.parametrize("claim", TOO_LARGE, ids=name_of)
def test_a_group_that_is_too_large_is_caught(claim: Claim) -> None:
    assert checked(claim).passed is Agreement.DISAGREES
    beyond = exact_check(claim.replace(relation=Relation.CONTAINED))
    assert beyond.passed is Agreement.AGREES, str(beyond)


@pytest.mark.parametrize(
    "claim",
    [
        vmf(2, 2, R(6), Orthogonal(2)),
        anisotropic((1, 3, 9), SignedPermutations(3), NegativeNorm(R(2))),
    ],
    ids=name_of,
)
def test_a_mis_specified_model_with_a_better_map_disagrees(claim: Claim) -> None:
    report = checked(claim)
    assert report.passed is Agreement.DISAGREES, str(report)
    assert "does not reach the lower bound" in report.reason


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        (vmf(2, 2, R(3), Orthogonal(2)), "mis-specified"),
        (gaussian_pairs(gaussian_kernel(), Orthogonal(2)), "mis-specified"),
        (vmf(4, 2, R(2), Orthogonal(4)), "allowed: d from 2 to 3"),
        (content(2, (0,), 2, BlockwiseDiffeomorphisms(((0, 1),))), "2 outputs for 1 content"),
    ],
)
def test_what_cannot_be_decided_says_why(claim: Claim, reason: str) -> None:
    report = checked(claim)
    assert report.passed is Agreement.UNDECIDED
    assert reason in report.reason


def test_a_density_given_as_an_expression_is_integrated() -> None:
    z = latents(2)
    prior = LogDensity(-sp.Add(*(x**4 for x in z)) / 4, z)
    claim = single(World(RealSpace(2), prior), Likelihood(), SignedPermutations(2))
    report = exact_check(claim.replace(relation=Relation.CONTAINS))
    assert report.passed is Agreement.AGREES, str(report)


def test_candidates_do_not_depend_on_anything_but_the_seed() -> None:
    import random

    first, second = (candidates(RealSpace(3), random.Random(7)) for _ in range(2))
    assert first == second


def test_the_enumeration_holds_for_many_negatives_of_two_values() -> None:
    """127 negatives have more orders than 64 bits hold; the closed form is a binomial sum."""
    joint = torch.tensor([[0.1, 0.3], [0.4, 0.2]], dtype=torch.float64)
    scores, negatives = torch.tensor([[0.0, 1.0], [0.5, -0.5]], dtype=torch.float64), 127
    share = float(joint.sum(0)[1])
    total = 0.0
    for x in (0, 1):
        for y in (0, 1):
            for ones in range(negatives + 1):
                chance = (
                    math.comb(negatives, ones) * share**ones * (1 - share) ** (negatives - ones)
                )
                low, high = scores[x].exp().tolist()
                spread = ones * high + (negatives - ones) * low + float(scores[x, y].exp())
                total += float(joint[x, y]) * chance * (math.log(spread) - float(scores[x, y]))
    assert float(loss_with_negatives(joint, scores, negatives)) == pytest.approx(total, rel=1e-12)
