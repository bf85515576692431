"""Objectives: the optimum comes from differentiating the loss, and wrong losses are refused."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
import sympy as sp

from sith import (
    AlignmentMaxEntropy,
    AnisotropicSphere,
    BinaryNCE,
    BinaryPointwiseObjective,
    Box,
    Claim,
    CrossEntropy,
    Encoder,
    ExpressionCritic,
    FloatInSymbolicField,
    Independence,
    InfoNCE,
    InnerProduct,
    InputError,
    LearnedDiagonal,
    Likelihood,
    MissingAssumption,
    NegativeNorm,
    Orthogonal,
    PointwiseObjective,
    RealSpace,
    Sphere,
    Uniform,
    UnsupportedCondition,
    VonMisesFisher,
    World,
    check_base,
    derive,
    optimal_score,
    optimal_scores,
    pair,
    theorem,
)
from tests.helpers.claims import condition_of

Symbols = tuple[sp.Symbol, ...]
Z, ZT = pair(2)


@dataclass(frozen=True)
class Squared:
    """Σ (s − a)²: its optimum is the weight itself."""

    def pointwise(self, weights: Symbols, scores: Symbols) -> sp.Expr:
        return sp.Add(*((s - a) ** 2 for a, s in zip(weights, scores, strict=True)))


@dataclass(frozen=True)
class Flipped:
    """The cross-entropy with its sign flipped: the same stationary point, a maximum."""

    def pointwise(self, weights: Symbols, scores: Symbols) -> sp.Expr:
        return -InfoNCE().pointwise(weights, scores)


@dataclass(frozen=True)
class Blind:
    """A loss that does not look at the scores."""

    def pointwise(self, weights: Symbols, scores: Symbols) -> sp.Expr:
        return sp.Add(*weights)


@pytest.mark.parametrize("objective", [InfoNCE(), CrossEntropy()], ids=str)
@pytest.mark.parametrize("slots", [2, 3, 4])
def test_the_optimal_scores_are_the_log_weights(objective: PointwiseObjective, slots: int) -> None:
    a = sp.symbols(f"a1:{slots + 1}", positive=True)
    assert optimal_scores(objective, slots) == tuple(sp.log(x) for x in a)
    s = sp.symbols(f"s1:{slots + 1}", real=True)
    slope = [sp.diff(objective.pointwise(a, s), x) for x in s]
    at = dict(zip(s, (sp.log(x) + 5 for x in a), strict=True))
    assert all(sp.simplify(g.subs(at)) == 0 for g in slope)


@pytest.mark.parametrize("wrong", [Squared(), Flipped(), Blind()], ids=lambda w: type(w).__name__)
def test_a_wrong_loss_is_refused(wrong: PointwiseObjective) -> None:
    with pytest.raises(UnsupportedCondition, match="optimum"):
        optimal_scores(wrong)


@pytest.mark.parametrize(
    "critic",
    [
        InnerProduct(),
        NegativeNorm(2),
        NegativeNorm(3),
        LearnedDiagonal(),
        ExpressionCritic(Z[0] * ZT[0], Z, ZT),
    ],
    ids=str,
)
def test_critics_are_symmetric_and_exact(critic: InnerProduct) -> None:
    score = critic.score(Z, ZT)
    swap = dict(zip((*Z, *ZT), (*ZT, *Z), strict=True))
    assert sp.expand(score - score.subs(swap, simultaneous=True)) == 0
    assert not score.atoms(sp.Float)
    assert set(critic.parameters(2)) == score.free_symbols - {*Z, *ZT}


@pytest.mark.parametrize(
    "objective",
    [InfoNCE(), CrossEntropy(), AlignmentMaxEntropy(), Likelihood(), Independence()],
    ids=str,
)
def test_names_and_latex(objective: InfoNCE) -> None:
    assert objective.latex.count("{") == objective.latex.count("}")
    assert objective.latex
    assert str(objective)


@pytest.mark.parametrize(
    "make",
    [
        lambda: InfoNCE(InnerProduct(), 0),
        lambda: InfoNCE(InnerProduct(), -1),
        lambda: InfoNCE(InnerProduct(), sp.sqrt(2)),
        lambda: CrossEntropy(0),
        lambda: NegativeNorm(sp.Rational(1, 2)),
        lambda: NegativeNorm(2, -1),
        lambda: ExpressionCritic(Z[0] * sp.Symbol("stray"), Z, ZT),
    ],
)
def test_bad_arguments_are_refused_in_one_line(make: object) -> None:
    with pytest.raises(InputError) as caught:
        make()  # type: ignore[operator]
    assert "\n" not in str(caught.value)


def test_floats_are_refused() -> None:
    with pytest.raises(FloatInSymbolicField):
        InfoNCE(InnerProduct(), 0.1)
    with pytest.raises(FloatInSymbolicField):
        ExpressionCritic(0.5 * Z[0] * ZT[0], Z, ZT)


@pytest.mark.parametrize(
    "objective", [CrossEntropy(), AlignmentMaxEntropy(), Independence()], ids=str
)
def test_an_objective_says_what_the_world_lacks(objective: CrossEntropy) -> None:
    world = World(Sphere(2), Uniform(), VonMisesFisher(1))
    claim = Claim("claim", world, objective, Encoder(Sphere(2)), Orthogonal(2))
    with pytest.raises((MissingAssumption, UnsupportedCondition)):
        condition_of(claim)


@pytest.mark.parametrize(
    ("slug", "parameters"),
    [
        ("zimmermann_2021_vmf", {}),
        ("zimmermann_2021_lp", {"p": 3}),
        ("rusak_2025_aninfonce", {}),
        ("reizinger_2025_diet", {"case": "C1"}),
        ("vonkugelgen_2021_content_style", {}),
    ],
)
def test_the_derived_condition_has_its_base_steps_and_latex(
    slug: str, parameters: dict[str, object]
) -> None:
    condition = condition_of(theorem(slug).at(3, **parameters))
    assert check_base(condition).holds
    assert condition.steps
    assert condition.lemmas
    assert condition.latex.count("{") == condition.latex.count("}")


def test_the_scale_of_a_norm_critic_is_known() -> None:
    claim = theorem("zimmermann_2021_lp").at(2, p=2, rate=4)
    rescaled = claim.replace(objective=InfoNCE(NegativeNorm(2), 1))
    assert condition_of(rescaled).base == tuple(2 * x for x in Z)
    irrational = claim.replace(objective=InfoNCE(NegativeNorm(2), sp.Rational(1, 2)))
    with pytest.raises(UnsupportedCondition, match="irrational"):
        condition_of(irrational)


def test_outputs_of_another_dimension_are_refused() -> None:
    claim = theorem("zimmermann_2021_vmf").at(3)
    with pytest.raises(InputError, match="not 2"):
        condition_of(claim.replace(encoder=Encoder(Sphere(2)), group=Orthogonal(2)))


def test_a_box_of_one_output_keeps_one_content_coordinate() -> None:
    claim = theorem("vonkugelgen_2021_content_style").at(2, content=1)
    assert claim.encoder.output == Box(1)
    assert condition_of(claim).base == (Z[0],)


@dataclass(frozen=True)
class Uneven:
    """Cross-entropy in which the last slot counts twice."""

    def pointwise(self, weights: Symbols, scores: Symbols) -> sp.Expr:
        if len(scores) <= 3:
            return InfoNCE().pointwise(weights, scores)
        return InfoNCE().pointwise((*weights[:-1], 2 * weights[-1]), scores)


@dataclass(frozen=True)
class Shifted:
    """Cross-entropy with a penalty that sees a common constant, for more than three slots."""

    def pointwise(self, weights: Symbols, scores: Symbols) -> sp.Expr:
        loss = InfoNCE().pointwise(weights, scores)
        return loss if len(scores) <= 3 else loss + sp.Add(*(sp.exp(s) for s in scores))


@pytest.mark.parametrize("wrong", [Uneven(), Shifted()], ids=lambda w: type(w).__name__)
def test_more_slots_are_confirmed_and_not_assumed(wrong: PointwiseObjective) -> None:
    assert len(optimal_scores(wrong, 3)) == 3
    with pytest.raises(UnsupportedCondition, match="confirmed for 5 slots"):
        optimal_scores(wrong, 5)


def test_the_number_of_negatives_is_checked() -> None:
    assert len(optimal_scores(InfoNCE(negatives=8), 9)) == 9
    for count in (-1, 17, sp.Rational(1, 2)):
        with pytest.raises(InputError, match="negatives"):
            InfoNCE(negatives=count)


@dataclass(frozen=True)
class Linear:
    """A binary loss without a minimum."""

    def pointwise_binary(
        self, true: sp.Symbol, independent: sp.Symbol, score: sp.Symbol
    ) -> sp.Expr:
        return (independent - true) * score


@dataclass(frozen=True)
class Concave:
    """Binary cross-entropy with the wrong sign."""

    def pointwise_binary(
        self, true: sp.Symbol, independent: sp.Symbol, score: sp.Symbol
    ) -> sp.Expr:
        return -BinaryNCE().pointwise_binary(true, independent, score)


def test_the_optimal_score_of_binary_nce_is_the_log_ratio() -> None:
    a, b = sp.symbols("a b", positive=True)
    assert optimal_score(BinaryNCE()) == sp.log(a / b)


@pytest.mark.parametrize("wrong", [Linear(), Concave()], ids=lambda w: type(w).__name__)
def test_a_wrong_binary_loss_is_refused(wrong: BinaryPointwiseObjective) -> None:
    with pytest.raises(UnsupportedCondition, match="no unique optimum"):
        optimal_score(wrong)


def binary(**changes: object) -> Claim:
    claim = theorem("matthes_2023_unified").at(2, kappa=1)
    return claim.replace(objective=replace(claim.objective, **changes))


def test_binary_nce_fixes_its_constant() -> None:
    with pytest.raises(MissingAssumption, match="constant"):
        derive(binary(offset=False))
    # A free length leaves an offset to be learned, and both are at their values for O(2).
    free = binary().replace(encoder=Encoder(RealSpace(2)))
    verdict = derive(free, degree=2)
    assert verdict.agrees and verdict.group == "O(2)"


def test_binary_nce_needs_a_normaliser_that_is_constant() -> None:
    world = World(Sphere(2), Uniform(), AnisotropicSphere((1, 2)))
    verdict = derive(binary().replace(world=world))
    assert verdict.exit_status == 3
    assert "normaliser" in verdict.reason


@pytest.mark.parametrize("critic", [NegativeNorm(2), InnerProduct()], ids=str)
def test_binary_nce_with_another_temperature_is_mis_specified(critic: object) -> None:
    verdict = derive(binary(critic=critic, temperature=sp.Integer(3)))
    assert verdict.exit_status == 2
    assert "no map h whatever" in verdict.reason


def test_binary_nce_with_a_distance() -> None:
    # −‖h − h̃‖² = 2h·h̃ − 2 on the sphere, so that the temperature doubles.
    verdict = derive(binary(critic=NegativeNorm(2), temperature=sp.Integer(2)), degree=2)
    assert verdict.agrees and verdict.group == "O(2)"
