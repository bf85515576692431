"""False claims that a derivation must not confirm, each with the fact that refutes it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import sympy as sp

from sith import (
    AnisotropicSphere,
    BlockOrthogonal,
    Box,
    Claim,
    Encoder,
    Euclidean,
    ExponentialNorm,
    ExpressionCritic,
    Gaussian,
    Independence,
    InfoNCE,
    InnerProduct,
    InputError,
    LearnedDiagonal,
    Likelihood,
    LogDensity,
    Map,
    MeasurePreserving,
    NegativeNorm,
    NoPairs,
    Orthogonal,
    Outcome,
    PairLogDensity,
    RealSpace,
    Relation,
    SignedPermutations,
    Sphere,
    Translations,
    Trivial,
    Uniform,
    VonMisesFisher,
    World,
    check_map,
    derive,
    latents,
    pair,
    theorem,
)
from tests.helpers.claims import condition_of, quadratic, quadratic_claim

ROOT = Path(__file__).resolve().parents[2]
Z, ZT = pair(2)
FLIP = Map.linear(sp.diag(-1, 1))
TURN = sp.Matrix([[3, -4], [4, 3]]) / 5


def fixed_metric(weights: tuple[int, ...], group: Trivial) -> Claim:
    dim = len(weights)
    return Claim(
        "claim",
        World(Sphere(dim), Uniform(), AnisotropicSphere(weights)),
        InfoNCE(ExpressionCritic(*quadratic(sp.diag(*weights)))),
        Encoder(Sphere(dim)),
        group,
    )


@pytest.mark.parametrize("weights", [(1, 2), (1, 2, 3)])
def test_a_free_sign_flip_refutes_the_trivial_group(weights: tuple[int, ...]) -> None:
    claim = fixed_metric(weights, Trivial(len(weights)))
    flip = Map.linear(sp.diag(-1, *([1] * (len(weights) - 1))))
    assert check_map(condition_of(claim), flip).holds
    assert not derive(claim, degree=1).agrees


def test_a_swap_that_is_not_free_refutes_a_stated_group() -> None:
    group = BlockOrthogonal(((0, 1), (2, 3)))
    claim = fixed_metric((1, 1, 3, 3), group)
    swap = group.finite_generators()[-1]
    assert group.contains(swap).holds
    assert not check_map(condition_of(claim), swap).holds
    assert not derive(claim, degree=1).agrees


@pytest.mark.parametrize(("power", "degree"), [(4, 2), (6, 3)])
def test_the_likelihood_never_identifies_a_smooth_prior(power: int, degree: int) -> None:
    log_density = -(Z[0] ** power + Z[1] ** power) / power
    world = World(RealSpace(2), LogDensity(log_density, Z), NoPairs())
    group = SignedPermutations(2)
    claim = Claim("claim", world, Likelihood(), Encoder(RealSpace(2)), group)
    free = MeasurePreserving(2, log_density).algebra_basis(power - 1)
    assert free
    assert not group.in_algebra(free[0]).holds
    assert not derive(claim, degree=degree).agrees


def test_the_likelihood_of_a_quartic_prior_is_decided() -> None:
    log_density = -(Z[0] ** 4 + Z[1] ** 4) / 4
    claim = Claim(
        "claim",
        World(RealSpace(2), LogDensity(log_density, Z), NoPairs()),
        Likelihood(),
        Encoder(RealSpace(2)),
        MeasurePreserving(2, log_density),
    )
    assert derive(claim, degree=3).agrees


@pytest.mark.parametrize(
    ("claim", "solution"),
    [
        (
            Claim(
                "free outputs",
                World(Sphere(2), Uniform(), VonMisesFisher(4)),
                InfoNCE(InnerProduct()),
                Encoder(RealSpace(2)),
                Orthogonal(2),
            ),
            sp.diag(2, 2),
        ),
        (
            Claim(
                "another form",
                World(Box(2), Uniform(), PairLogDensity(*quadratic(sp.diag(4, 1)))),
                InfoNCE(NegativeNorm(2)),
                Encoder(RealSpace(2)),
                Euclidean(2),
            ),
            sp.diag(2, 1),
        ),
        (
            quadratic_claim(sp.diag(4, 1), critic=sp.diag(1, 4)),
            sp.Matrix([[0, 1], [1, 0]]),
        ),
    ],
    ids=lambda v: v.name if isinstance(v, Claim) else "",
)
def test_a_claim_with_a_solution_is_not_called_mis_specified(
    claim: Claim, solution: sp.Matrix
) -> None:
    assert check_map(condition_of(claim), Map.linear(solution)).holds
    assert derive(claim, degree=1).outcome is not Outcome.MIS_SPECIFIED


def independence() -> Claim:
    world = World(RealSpace(2), Gaussian(), NoPairs())
    return Claim("claim", world, Independence(), Encoder(RealSpace(2)), Orthogonal(2))


def test_a_map_with_dependent_outputs_is_not_independent() -> None:
    member = TURN * sp.diag(1, 2)
    covariance = member * member.T
    assert covariance[0, 1] != 0
    assert not check_map(condition_of(independence()), Map.linear(member)).holds


def test_a_map_with_independent_outputs_is() -> None:
    member = sp.diag(1, 2) * TURN
    covariance = member * member.T
    assert covariance[0, 1] == 0
    assert check_map(condition_of(independence()), Map.linear(member)).holds


def test_a_shift_does_not_keep_the_uniform_law_of_the_box() -> None:
    world = World(Box(2), Uniform(), NoPairs())
    claim = Claim("claim", world, Likelihood(), Encoder(Box(2)), Translations(2), Relation.CONTAINS)
    assert not derive(claim, degree=1).agrees


@pytest.mark.parametrize(
    ("blocks", "outsider"),
    [
        (((0, 1), (2, 3)), sp.eye(4).permute_rows([[1, 2]])),
        (
            ((0,), (1,), (2,), (3,)),
            sp.Matrix([[0, 1, 1, 1], [-1, 0, 1, -1], [-1, -1, 0, 1], [-1, 1, -1, 0]]) / sp.sqrt(3),
        ),
    ],
    ids=["pairs", "singles"],
)
def test_the_equations_of_blocks_have_no_other_zeros(
    blocks: tuple[tuple[int, ...], ...], outsider: sp.Matrix
) -> None:
    group = BlockOrthogonal(blocks)
    assert not group.contains_matrix(outsider).holds
    assert any(sp.expand(e) != 0 for e in group.matrix_equations(outsider))


def test_a_kink_in_a_thin_slice_is_seen() -> None:
    thin = Z[0] - sp.Rational(1, 2000)
    pairs = PairLogDensity(thin * ZT[0] + Z[1] * ZT[1], Z, ZT)
    critic = ExpressionCritic(sp.Abs(thin) * ZT[0] + Z[1] * ZT[1], Z, ZT)
    claim = Claim(
        "claim", World(Box(2), Uniform(), pairs), InfoNCE(critic), Encoder(RealSpace(2)), Trivial(2)
    )
    assert derive(claim, degree=1).outcome in {Outcome.MIS_SPECIFIED, Outcome.UNDECIDED}


Z3, ZT3 = pair(3)
INNER3 = sum(a * b for a, b in zip(Z3, ZT3, strict=True))
CRASHES = {
    "a learned metric for a norm with absolute values": lambda: derive(
        Claim(
            "claim",
            World(Box(2), Uniform(), ExponentialNorm(1, 1)),
            InfoNCE(LearnedDiagonal()),
            Encoder(RealSpace(2)),
            Euclidean(2),
        )
    ),
    "an irrational coefficient": lambda: derive(
        Claim(
            "claim",
            World(
                Sphere(2),
                Uniform(),
                PairLogDensity(sp.sqrt(2) * (Z[0] * ZT[0] + Z[1] * ZT[1]), Z, ZT),
            ),
            InfoNCE(),
            Encoder(Sphere(2)),
            Orthogonal(2),
        )
    ),
}
ACCEPTED = {
    "a prior of another dimension": lambda: derive(
        theorem("zimmermann_2021_vmf")
        .at(2)
        .replace(world=World(Sphere(2), LogDensity(Z3[0], Z3), VonMisesFisher(1)))
    ),
    "pairs of another dimension": lambda: derive(
        theorem("zimmermann_2021_vmf")
        .at(2)
        .replace(world=World(Sphere(2), Uniform(), PairLogDensity(INNER3, Z3, ZT3)))
    ),
    "a critic of another dimension": lambda: derive(
        theorem("zimmermann_2021_vmf")
        .at(2)
        .replace(objective=InfoNCE(ExpressionCritic(INNER3, Z3, ZT3)))
    ),
    "a log-density that is not a number": lambda: LogDensity(sp.nan, latents(2)),
    "a log-density that is not real": lambda: LogDensity(sp.I * Z[0], Z),
    "a form as nested lists": lambda: Orthogonal(2, [[1, 2], [2, 1]]),
    "a count of classes in words": lambda: theorem("reizinger_2025_diet").at(3, classes="many"),
    "a negative count of classes": lambda: theorem("reizinger_2025_diet").at(2, classes=-1),
    "a fractional count of contents": lambda: theorem("vonkugelgen_2021_content_style").at(
        3, content=sp.Rational(3, 2)
    ),
    "a group and an encoder that are missing": lambda: Claim(
        "claim", World(Sphere(2), Uniform(), VonMisesFisher(1)), InfoNCE(), None, None
    ),
    "a map with floats": lambda: Orthogonal(2).contains(Map(Z, (0.6 * Z[0], 0.8 * Z[1]))),
    "a world without a space": lambda: World(None, Uniform()),
    "a critic that is none": lambda: InfoNCE(None),
}


@pytest.mark.parametrize("name", CRASHES)
def test_a_condition_out_of_reach_gives_a_verdict(name: str) -> None:
    assert CRASHES[name]().outcome in {Outcome.UNDECIDED, Outcome.MIS_SPECIFIED}


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_wrong_value_is_refused_in_one_line(name: str) -> None:
    with pytest.raises(InputError):
        ACCEPTED[name]()


def test_many_classes_in_the_plane_are_drawn_or_refused() -> None:
    program = (
        "from sith import InputError, rational_unit_vectors\n"
        "try:\n    print(len(set(rational_unit_vectors(60, 2))))\n"
        "except InputError:\n    print('refused')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() in {"60", "refused"}


def test_a_tilted_prior_is_not_blamed_on_the_temperature() -> None:
    claim = theorem("zimmermann_2021_vmf").at(2)
    tilted = next(a for a in claim.assumptions if a.name == "uniform_marginal").weaken(claim)
    reason = derive(tilted).reason
    assert "set the temperature" not in reason
    assert "prior" in reason or "marginal" in reason
