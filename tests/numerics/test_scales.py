"""Verdicts of the exact check do not change with the scale of a quantity, and wrong groups are refused."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import sympy as sp

from sith import (
    Affine,
    Agreement,
    AlignmentWhitening,
    AugmentationGraph,
    Box,
    Claim,
    Encoder,
    ExponentialNorm,
    ExpressionCritic,
    Family,
    FiniteSpace,
    GeneralisedPermutations,
    Independence,
    InfoNCE,
    Marginal,
    Mixing,
    NegativeNorm,
    NoPairs,
    NormalMixture,
    Orthogonal,
    PairLogDensity,
    Permutations,
    Product,
    RealSpace,
    Shifted,
    SignedPermutations,
    SpectralContrastive,
    Stationary,
    Uniform,
    World,
    latents,
    pair,
)
from sith.numerics.exact import Tried, content_nodes, exact_check, tried_content
from sith.theory.groups import AbstractGroup
from tests.helpers.spectral import ou

R = sp.Rational
TINY = R(1, 10**9)


def said(claim: Claim) -> Agreement:
    return exact_check(claim).passed


def wrong(k: int) -> Sequence[AbstractGroup]:
    """One group that is too small, and one that is too large."""
    return Permutations(k), Affine(k)


RATES = {
    "fast": (R(1, 10**3), R(2, 10**3)),
    "very fast": (TINY, 2 * TINY),
    "slow": (1 - R(1, 10**3), 1 - R(3, 2 * 10**3)),
    "very slow": (1 - TINY / 1000, 1 - R(3, 2) * TINY / 1000),
}


@pytest.mark.parametrize("rates", RATES.values(), ids=RATES)
def test_a_spectral_verdict_is_the_same_at_every_speed(rates: tuple[sp.Rational, ...]) -> None:
    assert said(ou(rates, 1)) is Agreement.AGREES
    assert said(ou(rates, 1, group=Affine(1))) is Agreement.DISAGREES


def test_two_slow_latents_that_hardly_differ_are_told_from_their_mixtures() -> None:
    assert said(ou(RATES["very slow"], 2)) is Agreement.AGREES
    for group in wrong(2):
        assert said(ou(RATES["very slow"], 2, group=group)) is Agreement.DISAGREES


@pytest.mark.parametrize("rates", [(R(1, 3), R(1, 9)), (TINY, TINY), (1 - TINY, 1 - TINY)])
def test_equal_speeds_are_a_tie_at_every_speed(rates: tuple[sp.Rational, ...]) -> None:
    """The last output may be any unit combination of two equally slow functions."""
    outputs = 2 if rates[0] != rates[1] else 1
    assert said(ou(rates, outputs)) is Agreement.DISAGREES


def graph(contrast: sp.Rational, common: int = 1) -> AugmentationGraph:
    """Two clusters of two nodes; the eigenvalues after the constant are c, c/2 and c/4."""
    signs = sp.Matrix([[1, 1, 1, 1], [1, 1, -1, -1], [1, -1, 1, -1], [1, -1, -1, 1]])
    values = sp.diag(1, contrast, contrast / 2, contrast / 4)
    table = common * signs * values * signs.T / 16
    return AugmentationGraph(tuple(tuple(row) for row in table.tolist()))


def on_graph(pairs: AugmentationGraph, k: int, group: AbstractGroup, *, contrast: bool) -> Claim:
    loss = SpectralContrastive() if contrast else AlignmentWhitening()
    world = World(FiniteSpace(pairs.dim), Stationary(), pairs)
    return Claim("graph", world, loss, Encoder(RealSpace(k)), group)


@pytest.mark.parametrize("contrast", [R(1, 2), R(1, 10**3), R(1, 10**5)])
@pytest.mark.parametrize("loss", [True, False], ids=["contrastive", "whitening"])
def test_a_verdict_on_a_graph_is_the_same_for_every_contrast_and_scale_of_its_weights(
    contrast: sp.Rational,
    loss: bool,
) -> None:
    for common in (1, 10**6):
        pairs = graph(contrast, common)
        assert said(on_graph(pairs, 2, Orthogonal(2), contrast=loss)) is Agreement.AGREES
        for group in wrong(2):
            assert said(on_graph(pairs, 2, group, contrast=loss)) is Agreement.DISAGREES


def test_eigenvalues_that_rounding_does_not_separate_decide_nothing() -> None:
    close = graph(R(1, 10**12))
    assert said(on_graph(close, 2, Orthogonal(2), contrast=False)) is Agreement.UNDECIDED


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_a_leak_of_style_is_told_from_none_at_every_scale_of_the_outputs(scale: float) -> None:
    problem = content_nodes(2, (0,), 24)

    def leaking(share: float) -> Tried:
        return tried_content("leak", problem, lambda u: scale * (u[:, :1] + share * u[:, 1:]))

    assert leaking(0).optimal
    for share in (1e-6, 1e-9):
        assert not leaking(share).optimal
        assert leaking(share).clear
    assert not leaking(1e-13).clear


def mixture(mean: sp.Rational) -> NormalMixture:
    return NormalMixture((-mean, mean), (R(1, 2), R(1, 2)))


def sources(law: Marginal | NormalMixture, group: AbstractGroup) -> Claim:
    world = World(RealSpace(2), Product((law, law)), NoPairs(), Mixing.LINEAR)
    return Claim("sources", world, Independence(), Encoder(RealSpace(2), Family.LINEAR), group)


def test_sources_that_are_nearly_gaussian_are_not_taken_for_gaussian_ones() -> None:
    """Rotations change the characteristic function by the fourth cumulant, here −2·10⁻⁴."""
    assert said(sources(mixture(R(1)), GeneralisedPermutations(2))) is Agreement.AGREES
    assert said(sources(mixture(R(1, 10)), GeneralisedPermutations(2))) is not Agreement.DISAGREES
    assert said(sources(Marginal.NORMAL, GeneralisedPermutations(2))) is Agreement.DISAGREES


def almost_round(share: sp.Rational) -> Claim:
    """Pairs of log-density −‖d‖² − share·(d₁⁴ + d₂⁴), d = z − z̃, on the square."""

    def score(a: Sequence[sp.Expr], b: Sequence[sp.Expr]) -> sp.Expr:
        gaps = [x - y for x, y in zip(a, b, strict=True)]
        return -sum((d**2 + share * d**4 for d in gaps), sp.Integer(0))

    (z, zt), u, v = pair(2), latents(2, "u"), latents(2, "v")
    world = World(Box(2), Uniform(), PairLogDensity(score(z, zt), z, zt))
    loss = InfoNCE(ExpressionCritic(score(u, v), u, v))
    return Claim("round", world, loss, Encoder(RealSpace(2)), Shifted(SignedPermutations(2)))


@pytest.mark.parametrize("share", [R(1, 10**6), R(3, 10**10)])
def test_a_rotation_that_is_nearly_free_is_not_taken_for_free(share: sp.Rational) -> None:
    """Where the field is flat to rounding, its flow keeps a defect that more steps do not remove."""
    assert said(almost_round(share)) is not Agreement.DISAGREES
    assert said(almost_round(R(0))) is Agreement.DISAGREES


@pytest.mark.parametrize("rate", [R(1, 1000), R(1, 20)])
def test_outputs_in_the_unit_of_the_temperature_are_found_whatever_it_is(rate: sp.Rational) -> None:
    """The optimum is h = rate·z up to the group; a constant is better than h = z."""
    world = World(Box(2), Uniform(), ExponentialNorm(rate, 1))
    loss = InfoNCE(NegativeNorm(1), 1)
    claim = Claim("lp", world, loss, Encoder(RealSpace(2)), Shifted(SignedPermutations(2)))
    report = exact_check(claim)
    assert report.passed is Agreement.AGREES
    assert report.details["scale of the base map"] == pytest.approx(float(rate), rel=1e-5)
    assert said(claim.replace(group=Affine(2))) is Agreement.DISAGREES
