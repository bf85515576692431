"""The worlds and objectives of the spectral engine: what they are, and what they refuse."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
import sympy as sp

from sith import (
    AlignmentWhitening,
    AugmentationGraph,
    BarlowTwins,
    Box,
    Claim,
    FiniteSpace,
    Gaussian,
    InfoNCE,
    InputError,
    JacobiDiffusion,
    LogDensity,
    Mixing,
    MomentOperator,
    OrnsteinUhlenbeck,
    Outcome,
    RealSpace,
    SithError,
    SpectralContrastive,
    Sphere,
    Stationary,
    Uniform,
    VICReg,
    World,
    derive,
    latents,
)
from tests.helpers.spectral import R, graph, jacobi, ou, path

ONE = sp.Integer(1)
X = latents(1)


def moments(gram: Any, cross: Any, functions: Any = (ONE, X[0])) -> MomentOperator:
    return MomentOperator(X, functions, gram, cross)


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "ρ = 1": (lambda: OrnsteinUhlenbeck((R(1, 2), R(1))), "0 < ρ < 1"),
    "ρ > 1": (lambda: OrnsteinUhlenbeck((R(3, 2),)), "0 < ρ < 1"),
    "ρ = 0": (lambda: JacobiDiffusion((R(0),)), "0 < ρ < 1"),
    "a float": (lambda: OrnsteinUhlenbeck((0.5,)), "float"),
    "no coordinate": (lambda: OrnsteinUhlenbeck(()), "non-empty"),
    "a ≤ −1": (lambda: JacobiDiffusion((R(1, 2),), R(-1)), "> −1"),
    "a + b fractional": (lambda: JacobiDiffusion((R(1, 2),), R(1, 3)), "whole number"),
    "not symmetric": (lambda: AugmentationGraph(((1, 2), (1, 1))), "not symmetric"),
    "not square": (lambda: AugmentationGraph(((1, 2, 1), (2, 1, 1))), "n×n"),
    "negative": (lambda: AugmentationGraph(((1, -1), (-1, 3))), "entries ≥ 0"),
    "empty node": (lambda: AugmentationGraph(((1, 0), (0, 0))), "node 2 has no weight"),
    "β = 0": (lambda: SpectralContrastive(0), "> 0"),
    "no constant": (lambda: moments(((1,),), ((1,),), (X[0],)), "constant 1"),
    "gram not symmetric": (lambda: moments(((1, 0), (1, 1)), ((1, 0), (0, 1))), "symmetric"),
    "other marginal": (lambda: moments(((1, 0), (0, 1)), ((1, 1), (0, 0))), "same law"),
    "not polynomial": (
        lambda: moments(((1, 0), (0, 1)), ((1, 0), (0, 0)), (ONE, sp.exp(X[0]))),
        "polynomials",
    ),
    "another dimension": (
        lambda: World(RealSpace(3), Gaussian(), OrnsteinUhlenbeck((R(1, 2),) * 2)),
        "RealSpace(2)",
    ),
    "another prior": (
        lambda: World(Box(1), LogDensity(X[0], X), JacobiDiffusion((R(1, 2),))),
        "keeps the law",
    ),
    "a prior beside the graph": (
        lambda: World(FiniteSpace(2), Uniform(), AugmentationGraph(((1, 1), (1, 1)))),
        "Stationary",
    ),
    "a finite space without graph": (lambda: World(FiniteSpace(2), Uniform()), "their own law"),
    "no law at all": (lambda: World(RealSpace(2), Stationary()), "their own law"),
    "more outputs than functions": (
        lambda: derive(graph(path(3), 3, objective=AlignmentWhitening())),
        "at most 2",
    ),
    "dependent functions": (
        lambda: derive(
            _with_moments(
                moments(
                    ((1, 0, 0), (0, 1, 1), (0, 1, 1)),
                    ((1, 0, 0),) + ((0, 0, 0),) * 2,
                    (ONE, X[0], X[0]),
                )
            )
        ),
        "positive definite",
    ),
    "moments of no pair": (
        lambda: derive(_with_moments(moments(((1, 0), (0, 1)), ((1, 0), (0, 2))))),
        "outside",
    ),
    "too few stated functions": (lambda: ou((R(1, 2),) * 2, base=(X[0],)), "state 2"),
    "unknown symbol": (lambda: ou((R(1, 2),), base=(sp.Symbol("t"),)), "contains t"),
    "arbitrary mixing": (
        lambda: derive(_with_mixing(ou((R(1, 2),) * 2), Mixing.ARBITRARY)),
        "injective",
    ),
}


def _with_moments(pairs: MomentOperator) -> Claim:
    claim = ou((R(1, 2),))
    return claim.replace(world=World(RealSpace(1), Stationary(), pairs))


def _with_mixing(claim: Claim, mixing: Mixing) -> Claim:
    return claim.replace(world=claim.world.replace(mixing=mixing))


@pytest.mark.parametrize("name", REFUSED)
def test_a_wrong_input_is_refused_in_one_line(name: str) -> None:
    build, said = REFUSED[name]
    with pytest.raises(InputError) as caught:
        build()
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_tie_and_a_disconnected_graph_are_no_errors() -> None:
    assert not derive(ou((R(1, 2), R(1, 4)))).agrees
    assert derive(graph([[1, 0], [0, 1]], 2)).agrees


def test_points_of_the_new_spaces() -> None:
    rng = random.Random(0)
    space = FiniteSpace(3)
    drawn = {space.rational_point(rng) for _ in range(50)}
    assert drawn == {space.node(i) for i in range(3)}
    z = latents(3)
    for point in drawn:
        at = dict(zip(z, point, strict=True))
        assert all(c.xreplace(at) == 0 for c in space.constraints(z))
    pairs = AugmentationGraph(path(3))
    partners = {pairs.rational_partner(space, space.node(0), rng) for _ in range(50)}
    assert partners == {space.node(0), space.node(1)}
    assert pairs.weights == (R(3, 10), R(4, 10), R(3, 10))
    assert pairs.components() == ((0, 1, 2),)
    assert "nodes" in str(space)
    assert space.latex
    for claim in (ou((R(1, 2),) * 2), jacobi((R(1, 2),) * 2)):
        point = claim.world.pairs.rational_partner(claim.world.space, (R(0), R(0)), rng)  # type: ignore[union-attr]
        assert len(point) == 2


def test_densities_where_there_are_some() -> None:
    z, zt = latents(1), latents(1, "zt")
    pairs = OrnsteinUhlenbeck((R(3, 5),))
    expected = -((zt[0] - R(3, 5) * z[0]) ** 2) / (2 * R(16, 25))
    assert sp.expand(pairs.log_conditional(z, zt) - expected) == 0
    for other in (
        JacobiDiffusion((R(1, 2),)),
        AugmentationGraph(path(2)),
        moments(((1, 0), (0, 1)), ((1, 0), (0, 0))),
    ):
        with pytest.raises(SithError):
            other.log_conditional(z, zt)
    with pytest.raises(SithError):
        Stationary().log_density(z)
    nce = ou((R(1, 2),) * 2, objective=InfoNCE())
    assert derive(nce).outcome in (Outcome.MIS_SPECIFIED, Outcome.UNDECIDED)
    with pytest.raises(SithError):
        derive(jacobi((R(1, 2),) * 2, objective=InfoNCE()))


def test_features_on_a_sphere_are_not_treated() -> None:
    claim = ou((R(1, 2),) * 2)
    sphere = claim.replace(encoder=type(claim.encoder)(Sphere(2)))
    assert derive(sphere).outcome is Outcome.UNDECIDED


@pytest.mark.parametrize(
    "objective",
    [
        AlignmentWhitening(),
        AlignmentWhitening(centred=False),
        VICReg(),
        BarlowTwins(),
        SpectralContrastive(),
        SpectralContrastive(R(3, 2)),
    ],
    ids=str,
)
def test_names_and_latex(objective: Any) -> None:
    for text in (objective.latex, objective.optimum_latex):
        assert text.count("{") == text.count("}")
    assert str(objective)
    assert objective.idealised
    assert objective.squared_scale(sp.Integer(1)) == 1
