"""The negative results of the literature, each as a claim of identification that must not stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
import sympy as sp

from sith import (
    Agreement,
    AlignmentWhitening,
    AnisotropicSphere,
    Box,
    Claim,
    Classes,
    ComponentwiseDiffeomorphisms,
    Encoder,
    Euclidean,
    ExponentialFamily,
    Gaussian,
    GeneralisedPermutations,
    Independence,
    InfoNCE,
    InnerProduct,
    InputError,
    KnownActions,
    Likelihood,
    Mixing,
    NegativeNorm,
    OrnsteinUhlenbeck,
    Orthogonal,
    Outcome,
    PartlyKeptSphere,
    RealSpace,
    Relation,
    Shifted,
    SignedPermutations,
    SithError,
    SoftmaxLabels,
    Sphere,
    StyleRedrawn,
    Uniform,
    VonMisesFisher,
    World,
    derive,
    latents,
    rational_unit_vectors,
    theorem,
)
from tests.helpers.spectral import R, direct_sum, graph, ou, path

PLANE = RealSpace(2)
APART = ComponentwiseDiffeomorphisms(2)
SIGNS = SignedPermutations(2)
SHIFTED = Shifted(SIGNS)


@dataclass(frozen=True, slots=True)
class Negative:
    """A false claim, its true neighbour, and how the derivation must answer the false one.

    `answer` is the agreement or the outcome; None where the engine refuses the claim with an error.
    """

    false: Callable[[], Claim]
    true: Callable[[], Claim]
    answer: Agreement | Outcome | None = Agreement.DISAGREES


def at(slug: str, dim: int = 2, **parameters: Any) -> Claim:
    return theorem(slug).at(dim, **parameters)


def stating(slug: str, group: Any, dim: int = 2, **parameters: Any) -> Callable[[], Claim]:
    """The theorem's claim at a point, with h in another group as its conclusion."""
    return lambda: at(slug, dim, **parameters).replace(group=group, relation=Relation.CONTAINED)


def true(slug: str, dim: int = 2, **parameters: Any) -> Callable[[], Claim]:
    return lambda: at(slug, dim, **parameters)


def world(claim: Claim, **changes: Any) -> Claim:
    return claim.replace(world=claim.world.replace(**changes))


def unsupervised(
    objective: Any, group: Any, *, box: bool = False, mixing: Any = Mixing.INJECTIVE
) -> Claim:
    """One view of independent latents, up to `group`."""
    space = Box(2) if box else PLANE
    prior = Uniform() if box else Gaussian()
    return Claim(
        "one view",
        World(space, prior, mixing=mixing),
        objective,
        Encoder(space),
        group,
        Relation.CONTAINED,
    )


def gaussian_kernel(dim: int, rho: sp.Rational) -> Claim:
    """InfoNCE with the critic −‖u − v‖²/(2σ²), σ² = 1 − ρ², on Ornstein–Uhlenbeck pairs."""
    return Claim(
        "Gaussian kernel",
        World(RealSpace(dim), Gaussian(), OrnsteinUhlenbeck((rho,) * dim)),
        InfoNCE(NegativeNorm(2), 2 * (1 - rho**2)),
        Encoder(RealSpace(dim)),
        Euclidean(dim),
        Relation.CONTAINED,
    )


def on_the_sphere(pairs: Any, objective: Any, group: Any) -> Claim:
    return Claim("sphere", World(Sphere(2), Uniform(), pairs), objective, Encoder(Sphere(2)), group)


def few_labels(labels: int) -> Claim:
    claim = at("roeder_2021_linear_identifiability")
    return world(claim, pairs=SoftmaxLabels(claim.world.pairs.vectors[:labels]))


def equal_modulations() -> Claim:
    """Two sources whose natural parameters change in the same way: only their sum is recovered."""
    claim = at("hyvarinen_2016_tcl")
    z = latents(2)
    parameters = tuple((R(k), R(k)) for k in range(4))
    return world(claim, pairs=ExponentialFamily(tuple((x,) for x in z), parameters))


def one_output_more() -> Claim:
    claim = at("vonkugelgen_2021_content_style", 3, content=2)
    return claim.replace(
        encoder=Encoder(Box(3)), group=ComponentwiseDiffeomorphisms(3), relation=Relation.CONTAINED
    )


def frozen_style() -> Claim:
    claim = at("vonkugelgen_2021_invertible", 3, content=1)
    return world(claim, pairs=StyleRedrawn((0, 1)))


def nothing_moves() -> Claim:
    claim = at("scherr_2022_efference")
    still = KnownActions(tuple(sp.ImmutableMatrix(sp.eye(2)) for _ in range(2)))
    return world(claim, pairs=still)


def two_paths(outputs: int, **changes: Any) -> Claim:
    return graph(direct_sum(path(3), path(3)), outputs, **changes)


NEGATIVES = {
    "A1: two Gaussian sources, linear ICA": Negative(
        stating("comon_1994_linear_ica", SIGNS, gaussians=2), true("comon_1994_linear_ica")
    ),
    "A2: likelihood of a Gaussian": Negative(
        lambda: unsupervised(Likelihood(), APART), true("hyvarinen_1999_nonidentifiability")
    ),
    "A2: independent outputs": Negative(
        lambda: unsupervised(Independence(), APART),
        true("hyvarinen_1999_nonidentifiability", objective="independence"),
    ),
    "A3: a factorised prior": Negative(
        stating("locatello_2019_impossibility", APART), true("locatello_2019_impossibility")
    ),
    "A3: a uniform prior on the box": Negative(
        lambda: unsupervised(Likelihood(), APART, box=True), true("locatello_2019_impossibility")
    ),
    "A4: orthogonal columns, Gaussian latents": Negative(
        stating("gresele_2021_ima", SIGNS), true("horan_2021_local_isometry", prior="quartic")
    ),
    "A6: volume preservation alone, uniform": Negative(
        lambda: unsupervised(Likelihood(), APART, box=True, mixing=Mixing.VOLUME_PRESERVING),
        true("buchholz_2022_volume_preserving"),
    ),
    "A6: volume preservation alone, Gaussian": Negative(
        lambda: unsupervised(Likelihood(), APART, mixing=Mixing.VOLUME_PRESERVING),
        true("buchholz_2022_volume_preserving", law="gaussian"),
    ),
    "A7: a local isometry of Gaussian latents": Negative(
        stating("horan_2021_local_isometry", SIGNS, prior="gaussian"),
        true("horan_2021_local_isometry", prior="quartic"),
    ),
    "A8: a dense Jacobian": Negative(
        stating("zheng_2022_sparsity", APART, support="dense"),
        true("zheng_2022_sparsity", 3, support="structural"),
    ),
    "B1: two sources of equal modulation": Negative(equal_modulations, true("hyvarinen_2016_tcl")),
    "B2: autoregressive Gaussians of equal ρ": Negative(
        stating("hyvarinen_2017_pcl", APART, sources="gaussian"), true("hyvarinen_2017_pcl")
    ),
    "B3: a family of the first order": Negative(
        lambda: world(
            at("hyvarinen_2019_gcl"), pairs=at("khemakhem_2020_ivae", statistics="mean").world.pairs
        ),
        true("hyvarinen_2019_gcl"),
    ),
    "B4: one monotone statistic": Negative(
        stating("khemakhem_2020_ivae", Shifted(GeneralisedPermutations(2)), statistics="mean"),
        true("khemakhem_2020_ivae", statistics="both"),
    ),
    # In a box even Gaussian transitions leave no rotation, and shifts leave the box.
    "B6: shifts in a box": Negative(
        lambda: stating("klindt_2021_slowvae", SHIFTED, p=2)().replace(relation=Relation.EQUALITY),
        true("klindt_2021_slowvae", p=1),
    ),
    "C2: κτ < 1": Negative(
        lambda: on_the_sphere(VonMisesFisher(2), InfoNCE(InnerProduct(), R(1, 6)), Orthogonal(2)),
        true("zimmermann_2021_vmf", kappa=2),
        Outcome.MIS_SPECIFIED,
    ),
    "C2: κτ > 1": Negative(
        lambda: on_the_sphere(VonMisesFisher(2), InfoNCE(InnerProduct(), R(2)), Orthogonal(2)),
        true("zimmermann_2021_vmf", kappa=2),
        Outcome.MIS_SPECIFIED,
    ),
    "C2: up to permutation": Negative(
        stating("zimmermann_2021_vmf", SIGNS), true("zimmermann_2021_vmf")
    ),
    "C3: p = 2, up to permutation": Negative(
        stating("zimmermann_2021_lp", SHIFTED, p=2), true("zimmermann_2021_lp", p=4)
    ),
    "C3: a Gaussian kernel, d = 1": Negative(
        lambda: gaussian_kernel(1, R(1, 2)), true("klindt_2026_lejepa"), Outcome.MIS_SPECIFIED
    ),
    "C3: a Gaussian kernel, d = 2": Negative(
        lambda: gaussian_kernel(2, R(9, 10)), true("klindt_2026_lejepa"), Outcome.MIS_SPECIFIED
    ),
    "C5: partners that keep a coordinate, all negatives": Negative(
        lambda: at("zaliaduonis_2026_diversity", 3).replace(
            objective=InfoNCE(InnerProduct(), R(1, 3)), relation=Relation.EQUALITY
        ),
        true("zimmermann_2021_vmf", 3),
        None,
    ),
    "C5: negatives from the support": Negative(
        lambda: at("zaliaduonis_2026_diversity", 3).replace(relation=Relation.EQUALITY),
        true("zaliaduonis_2026_diversity", 3),
    ),
    "C6: equal weights, up to permutation": Negative(
        stating("rusak_2025_aninfonce", SignedPermutations(3), 3, ties="all"),
        true("rusak_2025_aninfonce"),
    ),
    "C6: an isotropic critic of anisotropic pairs": Negative(
        lambda: on_the_sphere(
            AnisotropicSphere((4, 28)), InfoNCE(InnerProduct(), R(1, 8)), Orthogonal(2)
        ),
        true("rusak_2025_aninfonce"),
        Outcome.MIS_SPECIFIED,
    ),
    "D1: 2d classes, unit rows": Negative(
        lambda: world(
            at("reizinger_2025_diet", case="C3", classes=5),
            pairs=Classes(rational_unit_vectors(4, 2), sp.Integer(3)),
        ),
        true("reizinger_2025_diet", case="C3", classes=5),
    ),
    "D1: orthogonal without a norm": Negative(
        stating("reizinger_2025_diet", Orthogonal(2), case="C4"),
        true("reizinger_2025_diet", case="C2"),
    ),
    "D3: d labels": Negative(lambda: few_labels(2), lambda: few_labels(3)),
    "E1: a style that is never redrawn": Negative(
        frozen_style, true("vonkugelgen_2021_invertible", 3, content=1)
    ),
    "E3: one output more than content": Negative(
        one_output_more, true("vonkugelgen_2021_content_style", 3, content=2), None
    ),
    "F1: nodes of a disconnected graph": Negative(
        lambda: two_paths(2, base=latents(6)[:2]), lambda: two_paths(2)
    ),
    "F1: one feature of two components": Negative(lambda: two_paths(1), lambda: two_paths(2)),
    "F5: unequal rates, ρ = (19/20, 9/10)": Negative(
        lambda: ou((R(19, 20), R(9, 10))), lambda: ou((R(19, 20), R(19, 20)))
    ),
    "F5: a tie, ρ_1² = ρ_2": Negative(
        lambda: ou((R(9, 10), R(81, 100))), lambda: ou((R(9, 10), R(17, 20)))
    ),
    "F5: no mean 0": Negative(
        lambda: ou((R(1, 2),) * 2, objective=AlignmentWhitening(centred=False)),
        lambda: ou((R(1, 2),) * 2),
    ),
    "I2: actions that move nothing": Negative(nothing_moves, true("scherr_2022_efference")),
    "I3: disjoint augmentations": Negative(
        lambda: graph([[1, 0, 0], [0, 1, 0], [0, 0, 1]], 2), lambda: graph(path(3), 2)
    ),
    "J2: linear additive decoders": Negative(
        stating("lachapelle_2023_additive", APART, block=1, decoder="linear"),
        true("lachapelle_2023_additive", block=1),
    ),
}


@pytest.mark.parametrize("name", NEGATIVES)
def test_the_identification_does_not_stand(name: str) -> None:
    case = NEGATIVES[name]
    if case.answer is None:
        with pytest.raises(InputError):
            derive(case.false(), degree=2)
        return
    verdict = derive(case.false(), degree=2)
    assert not verdict.agrees, str(verdict)
    assert case.answer in (verdict.agreement, verdict.outcome), str(verdict)
    assert verdict.exit_status in {1, 2}
    assert verdict.reason or verdict.escape


@pytest.mark.parametrize("name", NEGATIVES)
def test_its_true_neighbour_stands(name: str) -> None:
    case = NEGATIVES[name]
    verdict = derive(case.true(), degree=2)
    assert verdict.agrees, str(verdict)


def test_a_negative_result_stays_one_at_other_values() -> None:
    for kappa, tau in ((R(1), R(1, 2)), (R(5), R(1, 4)), (R(1, 2), R(3))):
        claim = on_the_sphere(VonMisesFisher(kappa), InfoNCE(InnerProduct(), tau), Orthogonal(2))
        assert derive(claim, degree=1).outcome is Outcome.MIS_SPECIFIED
    for rho in (R(1, 10), R(1, 2), R(99, 100)):
        assert derive(gaussian_kernel(1, rho), degree=1).outcome is Outcome.MIS_SPECIFIED
    for kept in ((0,), (2,)):
        claim = at("zaliaduonis_2026_diversity", 3)
        moved = world(claim, pairs=PartlyKeptSphere(3, kept)).replace(relation=Relation.EQUALITY)
        assert not derive(moved, degree=2).agrees


def test_every_error_is_a_clear_refusal() -> None:
    for name, case in NEGATIVES.items():
        if case.answer is not None:
            continue
        with pytest.raises(SithError) as caught:
            derive(case.false(), degree=2)
        assert "\n" not in str(caught.value), name


def test_a_case_with_another_scale_is_no_negative_result() -> None:
    # With a free length of the outputs κτ ≠ 1 is attained: the refusal speaks of unit outputs only.
    claim = on_the_sphere(VonMisesFisher(2), InfoNCE(InnerProduct(), R(1, 6)), Orthogonal(2))
    free = claim.replace(encoder=replace(claim.encoder, output=PLANE))
    assert derive(free, degree=1).outcome is not Outcome.MIS_SPECIFIED
