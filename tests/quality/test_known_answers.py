"""Claims whose truth was worked out by hand, over kinds of worlds that are easily got wrong.

Each claim has the agreement that is true and shown, or *undecided* where the engine shows less. A
certificate must be valid for the verifier, and must not be rejected by the kernel.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sympy as sp

from sith import (
    Affine,
    Agreement,
    Box,
    BoxSymmetries,
    Claim,
    Commutant,
    ComponentwiseDiffeomorphisms,
    ConditionalLikelihood,
    Encoder,
    EnvironmentClassification,
    ExponentialFamily,
    ExpressionCritic,
    Family,
    Gaussian,
    GeneralisedContrastive,
    GeneralisedPermutations,
    InfoNCE,
    InnerProduct,
    InterventionalLikelihood,
    Likelihood,
    Linear,
    LinearInterventions,
    LogDensity,
    Marginal,
    Mixing,
    NormalMixture,
    Orthogonal,
    PairLogDensity,
    PartlyKeptSphere,
    Permutations,
    Product,
    RealSpace,
    Relation,
    Shifted,
    SignedPermutations,
    SignFlips,
    SoftmaxLabels,
    Sphere,
    Trivial,
    Uniform,
    Unimodular,
    World,
    certificate_data,
    derive,
    latents,
    pair,
    verify_certificate,
)
from sith.theory.derivation.verification import proof_kernel
from sith.theory.groups import AbstractGroup
from sith.theory.objectives import AbstractObjective

EQUAL, IN, HOLDS = Relation.EQUALITY, Relation.CONTAINED, Relation.CONTAINS
YES, NEAR, NO, OPEN = Agreement.AGREES, Agreement.LOCALLY, Agreement.DISAGREES, Agreement.UNDECIDED
Z = latents(1)[0]
X, Y = latents(2)
IVAE = ConditionalLikelihood()
SHIFTED_SIGNS = Shifted(SignFlips(1))
EVEN, SKEWED = NormalMixture((0, 2)), NormalMixture((0, 2), (1, 3))


def on_the_line(law: object, group: AbstractGroup, relation: Relation = IN) -> Claim:
    """Likelihood of one latent under invertible encoders: the two monotone maps that keep the law."""
    prior = Product((law,)) if isinstance(law, NormalMixture) else LogDensity(law, (Z,))
    encoder = Encoder(RealSpace(1), invertible=True)
    return Claim("line", World(RealSpace(1), prior), Likelihood(), encoder, group, relation)


def linear_likelihood(law: object, group: AbstractGroup, relation: Relation = EQUAL) -> Claim:
    """Likelihood with a linear mixing: the matrices that keep the law of two latents."""
    prior = law if isinstance(law, Product) else LogDensity(law, (X, Y))
    world = World(RealSpace(2), prior, mixing=Mixing.LINEAR)
    return Claim(
        "linear", world, Likelihood(), Encoder(RealSpace(2), Family.LINEAR), group, relation
    )


def environments(
    statistics: tuple[tuple[sp.Expr, ...], ...],
    rows: tuple[tuple[int, ...], ...],
    group: AbstractGroup,
    relation: Relation = EQUAL,
    objective: AbstractObjective = IVAE,
) -> Claim:
    """An exponential family over environments, with invertible encoders."""
    dim = len(statistics)
    world = World(RealSpace(dim), Gaussian(), ExponentialFamily(statistics, rows))
    encoder = Encoder(RealSpace(dim), invertible=True)
    return Claim("environments", world, objective, encoder, group, relation)


def contrast(expression: sp.Expr, group: AbstractGroup, relation: Relation = EQUAL) -> Claim:
    """InfoNCE on the unit square, with the target as critic; written in z1, z2 and their partners."""
    z, zt = pair(2)
    u, v = latents(2, "u"), latents(2, "v")
    moved = expression.xreplace(dict(zip((*z, *zt), (*u, *v), strict=True)))
    world = World(Box(2), Uniform(), PairLogDensity(expression, z, zt))
    critic = ExpressionCritic(moved, u, v)
    return Claim("contrast", world, InfoNCE(critic), Encoder(RealSpace(2)), group, relation)


def interventions(group: AbstractGroup, relation: Relation) -> Claim:
    """One perfect intervention on each of two latents: diagonal matrices, the targets being known."""
    half = sp.Rational(1, 2)
    rows = ([[1, 0], [half, 1]], [[2, 0], [half, 1]], [[1, 0], [0, 3]])
    pairs = LinearInterventions(tuple(sp.ImmutableMatrix(m) for m in rows), (0, 1))
    world = World(RealSpace(2), pairs.prior(), pairs, Mixing.LINEAR)
    encoder = Encoder(RealSpace(2), Family.LINEAR)
    return Claim("interventions", world, InterventionalLikelihood(), encoder, group, relation)


def kept_sphere(kept: int, group: AbstractGroup, relation: Relation) -> Claim:
    """Pairs on S² that keep one coordinate: every circle may be rotated by an angle of its own."""
    world = World(Sphere(3), Uniform(), PartlyKeptSphere(2, (kept,)))
    loss = InfoNCE(InnerProduct(), sp.Rational(1, 2), within_support=True)
    return Claim("kept", world, loss, Encoder(Sphere(3)), group, relation)


def labels(group: AbstractGroup, *, bias: bool) -> Claim:
    """Softmax labels whose vectors span the plane: without biases no shift is free."""
    world = World(RealSpace(2), Gaussian(), SoftmaxLabels(((0, 0), (1, 0), (0, 1))))
    return Claim(
        "labels", world, EnvironmentClassification(bias=bias), Encoder(RealSpace(2)), group
    )


def uniform_square(group: AbstractGroup) -> Claim:
    """Linear maps that keep the unit square: the swap alone; its edges are not imposed."""
    world = World(Box(2), Uniform(), mixing=Mixing.LINEAR)
    return Claim("square", world, Likelihood(), Encoder(RealSpace(2), Family.LINEAR), group)


FULL = ((0, 0), (-1, 0), (0, -1))
QUARTIC = -(X**4) - Y**4 + X * Y
HEAVY = -(X**4) - 10**6 * Y**4
MIXED = Product((Marginal.NORMAL, SKEWED))
(A, B), (C, D) = pair(2)
SCALED = -((A - C) ** 4) - 16 * (B - D) ** 4

KNOWN = {
    "mixture about 1: z ↦ 2 − z is affine": (on_the_line(EVEN, SHIFTED_SIGNS), YES),
    "mixture about 1: a map besides the identity": (on_the_line(EVEN, Trivial(1)), NO),
    "mixture about 1: not every shift": (on_the_line(EVEN, SHIFTED_SIGNS, EQUAL), NO),
    "skewed mixture: the decreasing map is not affine": (on_the_line(SKEWED, Affine(1)), NO),
    "skewed mixture: a diffeomorphism": (on_the_line(SKEWED, ComponentwiseDiffeomorphisms(1)), YES),
    "quartic about 1": (on_the_line(-((Z - 1) ** 4), Affine(1)), YES),
    "skewed quartic": (on_the_line(-((Z - 1) ** 4) - Z**3 / 10**3, Affine(1)), NO),
    "Student about 3": (on_the_line(-2 * sp.log(1 + (Z - 3) ** 2), Affine(1)), YES),
    "Laplace about 3 and not 0": (on_the_line(-sp.Abs(Z - 3), SignFlips(1)), NO),
    "irrational centre: not shown": (on_the_line(-sp.exp(Z) - 2 * sp.exp(-Z), Affine(1)), OPEN),
    "half centre on R": (on_the_line(-sp.Abs(Z) - sp.Abs(Z - 1), BoxSymmetries(1), EQUAL), YES),
    "point reflection besides the swap": (linear_likelihood(QUARTIC, Permutations(2)), NO),
    "inside the signed permutations": (linear_likelihood(QUARTIC, SignedPermutations(2), IN), YES),
    "a swap with irrational scales": (linear_likelihood(HEAVY, SignFlips(2)), NO),
    "one skewed source": (linear_likelihood(MIXED, SignFlips(2), IN), NEAR),
    "one sign only": (linear_likelihood(MIXED, SignFlips(2)), NO),
    "squares, one latent": (environments(((Z**2,),), ((0,), (-1,)), Linear(1)), NEAR),
    "a shear from statistics of two degrees": (
        environments(((X,), (Y**2,)), FULL, ComponentwiseDiffeomorphisms(2), IN),
        NO,
    ),
    "first order only: ψ(Az) is free": (
        environments(
            ((X,), (Y,)), FULL, ComponentwiseDiffeomorphisms(2), IN, GeneralisedContrastive()
        ),
        NO,
    ),
    "rank one: too few environments": (
        environments(((X,), (Y,)), ((0, 0), (1, 0), (2, 0)), Affine(2), IN),
        NO,
    ),
    "rank one still contains the affine maps": (
        environments(((X,), (Y,)), ((0, 0), (1, 0), (2, 0)), Affine(2), HOLDS),
        YES,
    ),
    "labels without biases": (labels(Affine(2), bias=False), NO),
    "labels with biases": (labels(Affine(2), bias=True), YES),
    "targets are known": (interventions(GeneralisedPermutations(2), EQUAL), NO),
    "scales are not": (interventions(Commutant((sp.diag(1, 2),)), EQUAL), YES),
    "symplectic: determinant 1": (contrast(A * D - B * C, Unimodular(Linear(2))), NO),
    "scaled swap": (contrast(SCALED, Shifted(GeneralisedPermutations(2)), IN), YES),
    "edges of a square": (uniform_square(Permutations(2)), OPEN),
    "last coordinate kept": (kept_sphere(2, Orthogonal(3), IN), NO),
}


SLOWER = (
    "first order only: ψ(Az) is free",
    "labels with biases",
    "rank one: too few environments",
    "a swap with irrational scales",
    "inside the signed permutations",
    "labels without biases",
    "last coordinate kept",
    "point reflection besides the swap",
    "scaled swap",
    "scales are not",
    "symplectic: determinant 1",
    "targets are known",
)
"""Claims of more than half a second."""


def check(name: str, folder: Path) -> None:
    """Derive a claim, verify its certificate, and run the kernel on it."""
    claim, agreement = KNOWN[name]
    verdict = derive(claim, degree=1 if claim.name == "interventions" else 2)
    assert verdict.agreement is agreement, str(verdict)
    if agreement is OPEN:
        assert any("next step" in item or "holds every" in item for item in verdict.missing)
    data = json.loads(json.dumps(certificate_data(verdict, "the claim", {})))
    if agreement is not OPEN:
        verification = verify_certificate(data, claim)
        assert verification.valid, verification.reason
    path = folder / "certificate.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    assert proof_kernel.main([str(path)]) != 1


@pytest.mark.parametrize("name", [name for name in KNOWN if name not in SLOWER])
def test_the_verdict_is_the_known_answer(name: str, tmp_path: Path) -> None:
    check(name, tmp_path)


@pytest.mark.parametrize("name", SLOWER)
def test_a_slower_verdict_is_the_known_answer(name: str, tmp_path: Path) -> None:
    check(name, tmp_path)


def test_the_opposite_answer_is_rejected() -> None:
    claim = on_the_line(EVEN, SHIFTED_SIGNS)
    data = certificate_data(derive(claim, degree=1), "the claim", {})
    assert verify_certificate(data, claim).valid
    assert not verify_certificate(data | {"agreement": NO.value}, claim).valid
