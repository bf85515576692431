"""Cases of the lemmas on losses, spectra, bounds and atoms, by name and hypothesis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import sympy as sp

from sith.theory import Condition, theorem
from sith.theory.assumptions import (
    Atoms,
    Box,
    Encoder,
    ExponentialFamily,
    ExponentialNorm,
    Gaussian,
    JacobiDiffusion,
    KnownActions,
    LogDensity,
    Marginal,
    Mixing,
    MomentOperator,
    NoPairs,
    OrnsteinUhlenbeck,
    PairLogDensity,
    Product,
    RealSpace,
    ReversibleDiffusion,
    SharedBlock,
    Sphere,
    Stationary,
    StyleRedrawn,
    SubsetsRedrawn,
    Uniform,
    VonMisesFisher,
    World,
)
from sith.theory.derivation.lemmas import Bounding, Problem, Setting, Subset
from sith.theory.groups import Affine, Linear, Orthogonal, Shifted
from sith.theory.objectives import (
    AlignmentMaxEntropy,
    AlignmentWhitening,
    BarlowTwins,
    ConditionalEnergy,
    ConditionalLikelihood,
    CrossCovarianceIdentity,
    Equivariance,
    GaussianAlignment,
    Independence,
    InfoNCE,
    InterventionalLikelihood,
    LatentCorrelation,
    Likelihood,
    NegativeNorm,
    PairLikelihood,
    PartialAlignment,
    PermutationContrast,
    Reconstruction,
    ScoreMatching,
    SlicedNormality,
    SparseChange,
    SpectralContrastive,
)
from sith.theory.verdict import Extent, Membership
from tests.theory.lemmas.parts import (
    LINEAR2,
    PAIR2,
    Z1,
    Z2,
    Cases,
    R,
    forged,
    problem,
    setting,
    stated,
)

PLANE = RealSpace(2)
POINTS = Atoms(((R(1, 2), R(1, 3)), (R(1, 3), R(1, 2))))


@dataclass(frozen=True, slots=True)
class Squared:
    """A pointwise loss that is minimal at the weights, not at their logarithms."""

    latex: str = ""

    def pointwise(self, weights: tuple[sp.Symbol, ...], scores: tuple[sp.Symbol, ...]) -> sp.Expr:
        """Return Σ (a_j − s_j)²."""
        return sp.Add(*((a - s) ** 2 for a, s in zip(weights, scores, strict=True)))


@dataclass(frozen=True, slots=True)
class Curved(RealSpace):
    """A space with an equation that passes for R^d."""

    def constraints(self, point: Sequence[sp.Expr]) -> tuple[sp.Expr, ...]:
        """Return z_1 = z_2."""
        return (point[0] - point[1],)


def with_pairs(objective: object, pairs: object, output: int = 2, **parts: object) -> Problem:
    """A problem on the plane with Gaussian latents."""
    world = World(PLANE, Gaussian(), pairs, **parts)  # type: ignore[arg-type]
    return Problem(world, objective, Encoder(RealSpace(output)))  # type: ignore[arg-type]


def law(objective: object, **parts: object) -> Problem:
    """A problem of the law of the outputs."""
    return with_pairs(objective, NoPairs(), **parts)  # type: ignore[arg-type]


def on_points(case: Problem) -> Problem:
    """The same with two latents only."""
    return replace(case, world=forged(case.world, prior=POINTS))


def wide(case: Problem) -> Problem:
    """The same with one output more."""
    return replace(case, encoder=Encoder(RealSpace(case.encoder.output.dim + 1)))


def curved(case: Problem) -> Problem:
    """The same with latents on the circle."""
    return replace(case, world=forged(case.world, space=Sphere(2)))


def views(objective: object) -> Problem:
    """Style redrawn, and as many outputs as contents."""
    return with_pairs(objective, StyleRedrawn((0,)), output=1)


def linear(objective: object, pairs: object = NoPairs()) -> Problem:
    """Linear maps of Gaussian latents."""
    world = World(PLANE, Gaussian(), pairs, Mixing.LINEAR)  # type: ignore[arg-type]
    return Problem(world, objective, LINEAR2)  # type: ignore[arg-type]


OU = OrnsteinUhlenbeck((R(1, 2), R(1, 3)))
TURN = KnownActions((sp.ImmutableMatrix([[0, -1], [1, 0]]),))
TWO = Equivariance((sp.ImmutableMatrix([[0, -1], [1, 0]]), sp.ImmutableMatrix.eye(2)))
SKEW_PAIRS = PairLogDensity(sp.Add(Z2[0] * PAIR2[1][1], *(-(x**2) for x in PAIR2[1])), *PAIR2)
"""E[z̃zᵀ] is not symmetric."""


def contrast(prior: object, expression: sp.Expr) -> Problem:
    """Pairs against shuffled pairs."""
    world = World(PLANE, prior, PairLogDensity(expression, *PAIR2))  # type: ignore[arg-type]
    return Problem(world, PermutationContrast(), Encoder(PLANE))


def autoregressive() -> sp.Expr:
    """z̃ = z/2 + noise, which keeps N(0, I)."""
    z, zt = PAIR2
    gaps = [(y - x / 2) ** 2 for x, y in zip(z, zt, strict=True)]
    return -sp.Add(*gaps) * 2 / 3


def shrinking() -> sp.Expr:
    """log p(z̃|z) whose kernel with N(0, I) is symmetric, and which does not keep N(0, I)."""
    z, zt = PAIR2
    return -sp.Add(*((x - y) ** 2 + y**2 for x, y in zip(z, zt, strict=True))) / 2


def environments(
    objective: object, rows: tuple[tuple[int, ...], ...] = ((0, 0), (1, 0))
) -> Problem:
    """Latents whose mean depends on the environment."""
    family = ExponentialFamily(((Z2[0],), (Z2[1],)), rows)  # type: ignore[arg-type]
    return with_pairs(objective, family)


SKEW_MOMENTS = MomentOperator(
    Z2,
    (sp.Integer(1), *Z2),
    ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    ((1, 0, 0), (0, R(1, 2), R(1, 4)), (0, 0, R(1, 3))),
)


def moments(objective: object) -> Problem:
    """Cross-moments that are not symmetric."""
    world = World(PLANE, Stationary(), SKEW_MOMENTS)
    return Problem(world, objective, Encoder(PLANE))  # type: ignore[arg-type]


def box(rate: sp.Rational | int = 1, output: object = Box(2)) -> Setting:
    """Distances kept in the box, after the scale √rate."""
    world = World(Box(2), Uniform(), ExponentialNorm(rate, 2))
    return setting(world, InfoNCE(NegativeNorm(2)), Encoder(output))  # type: ignore[arg-type]


def confined(case: Setting, bound: object = Shifted(Orthogonal(2))) -> Bounding:
    """A bound that the box may sharpen."""
    return Bounding(case, bound, Extent.ALL_MAPS)  # type: ignore[arg-type]


def line(prior: object = Gaussian()) -> Setting:
    """A likelihood of one latent."""
    world = World(RealSpace(1), prior)  # type: ignore[arg-type]
    return setting(world, Likelihood(), Encoder(RealSpace(1)))


def rearranged(case: Setting) -> Bounding:
    """All maps of the line."""
    return Bounding(case, Affine(1), Extent.ALL_MAPS)


def folded() -> Setting:
    """One content, made uniform by an encoder that may fold."""
    world = World(Box(2), Uniform(), StyleRedrawn((0,)))
    return setting(world, AlignmentMaxEntropy(), Encoder(Box(1)))


def subset(answer: bool = True, **parts: object) -> Subset:
    """Alignment with Gaussian outputs."""
    case = replace(with_pairs(GaussianAlignment(), OU), **parts)  # type: ignore[arg-type]
    return Subset(case, Membership(answer, "the top modes"))


def logistic() -> Condition:
    """Pairs with logistic increments."""
    z, zt = PAIR2
    steps = [x - y for x, y in zip(z, zt, strict=True)]
    score = sp.Add(*(-s - 2 * sp.log(1 + sp.exp(-s)) for s in steps))
    world = World(PLANE, Gaussian(), PairLogDensity(score, z, zt))
    return setting(world, InfoNCE(NegativeNorm(2)), Encoder(PLANE)).condition


def added(case: Condition, term: sp.Expr) -> Condition:
    """The same with one more term in the residual."""
    first = case.equations[0]
    return replace(case, equations=(replace(first, residual=first.residual + term),))


H = logistic().image[0]
CRL = theorem("squires_2023_linear_crl")
NONLINEAR_CRL = theorem("buchholz_2023_interventions")

LOSSES: Mapping[str, Cases] = {
    "L-gibbs": Cases(
        lambda: problem(theorem("zimmermann_2021_vmf")),
        {
            "proper": lambda: replace(problem(theorem("zimmermann_2021_vmf")), objective=Squared()),
            "conditional": lambda: with_pairs(InfoNCE(), StyleRedrawn((0,))),
        },
    ),
    "L-align-entropy": Cases(
        lambda: views(AlignmentMaxEntropy()),
        {
            "loss": lambda: views(LatentCorrelation()),
            "shared": lambda: with_pairs(AlignmentMaxEntropy(), NoPairs(), output=1),
            "counted": lambda: wide(views(AlignmentMaxEntropy())),
            "density": lambda: on_points(views(AlignmentMaxEntropy())),
        },
    ),
    "L-latent-correlation": Cases(
        lambda: views(LatentCorrelation()),
        {
            "loss": lambda: views(AlignmentMaxEntropy()),
            "shared": lambda: with_pairs(LatentCorrelation(), NoPairs(), output=1),
            "counted": lambda: wide(views(LatentCorrelation())),
            "density": lambda: on_points(views(LatentCorrelation())),
        },
    ),
    "L-common-view": Cases(
        lambda: with_pairs(LatentCorrelation(), SharedBlock(((0, 1), (0,))), output=1),
        {
            "aligned": lambda: with_pairs(Likelihood(), SharedBlock(((0, 1), (0,))), output=1),
            "views": lambda: views(LatentCorrelation()),
            "density": lambda: on_points(
                with_pairs(LatentCorrelation(), SharedBlock(((0, 1), (0,))), output=1)
            ),
        },
    ),
    "L-aligned": Cases(
        lambda: with_pairs(PartialAlignment(), StyleRedrawn((0,))),
        {
            "loss": lambda: with_pairs(Likelihood(), StyleRedrawn((0,))),
            "kept": lambda: with_pairs(PartialAlignment(), SharedBlock(((0, 1), (0,)))),
            "square": lambda: with_pairs(PartialAlignment(), StyleRedrawn((0,)), output=1),
        },
    ),
    "L-least-changed": Cases(
        lambda: with_pairs(SparseChange(1), SubsetsRedrawn(((0,), (1,)))),
        {
            "loss": lambda: with_pairs(PartialAlignment(), SubsetsRedrawn(((0,), (1,)))),
            "subsets": lambda: with_pairs(SparseChange(1), StyleRedrawn((0,))),
            # Where all coordinates change, one output alone may change, or two.
            "size": lambda: with_pairs(SparseChange(1), SubsetsRedrawn(((0,), (0, 1)))),
            "connected": lambda: replace(
                with_pairs(SparseChange(1), SubsetsRedrawn(((0,), (1,)))),
                world=forged(
                    World(PLANE, Gaussian(), SubsetsRedrawn(((0,), (1,)))), space=Sphere(2)
                ),
            ),
            "density": lambda: on_points(with_pairs(SparseChange(1), SubsetsRedrawn(((0,), (1,))))),
            "square": lambda: with_pairs(SparseChange(1), SubsetsRedrawn(((0,), (1,))), output=1),
        },
    ),
    "L-equivariance": Cases(
        lambda: with_pairs(Equivariance(), TURN),
        {
            "loss": lambda: with_pairs(InfoNCE(), TURN),
            "actions": lambda: with_pairs(Equivariance(), NoPairs()),
            "matched": lambda: with_pairs(TWO, TURN),
        },
    ),
    "L-reconstruction": Cases(
        lambda: law(Reconstruction()),
        {
            "loss": lambda: law(Likelihood()),
            "injective": lambda: law(Reconstruction(), mixing=Mixing.ARBITRARY),
            "square": lambda: wide(law(Reconstruction())),
        },
    ),
    "L-precision": Cases(
        lambda: problem(CRL),
        {
            "loss": lambda: replace(problem(CRL), objective=Likelihood()),
            "environments": lambda: linear(InterventionalLikelihood()),
            "observational": lambda: replace(
                problem(CRL),
                world=forged(
                    problem(CRL).world,
                    prior=Product((Marginal.LAPLACE,) * problem(CRL).world.dim),
                ),
            ),
            "linear": lambda: replace(
                problem(CRL), world=problem(CRL).world.replace(mixing=Mixing.INJECTIVE)
            ),
            "square": lambda: replace(
                problem(CRL), encoder=replace(problem(CRL).encoder, output=RealSpace(7))
            ),
        },
    ),
    "L-intervention-laws": Cases(
        lambda: problem(NONLINEAR_CRL),
        {
            "loss": lambda: replace(problem(NONLINEAR_CRL), objective=Likelihood()),
            "environments": lambda: linear(InterventionalLikelihood()),
            "observational": lambda: replace(
                problem(NONLINEAR_CRL),
                world=forged(problem(NONLINEAR_CRL).world, prior=Product((Marginal.LAPLACE,) * 2)),
            ),
            "square": lambda: wide(problem(NONLINEAR_CRL)),
        },
    ),
    "L-law": Cases(
        lambda: law(Likelihood()),
        {
            "loss": lambda: law(Independence()),
            "density": lambda: on_points(law(Likelihood())),
            "flat": lambda: curved(law(Likelihood())),
            "square": lambda: wide(law(Likelihood())),
        },
    ),
    "L-scores": Cases(
        lambda: law(ScoreMatching()),
        {
            "loss": lambda: law(Likelihood()),
            "density": lambda: on_points(law(ScoreMatching())),
            "flat": lambda: curved(law(ScoreMatching())),
            "square": lambda: wide(law(ScoreMatching())),
        },
    ),
    "L-independence": Cases(
        lambda: law(Independence()),
        {
            "loss": lambda: law(Likelihood()),
            "independent": lambda: replace(
                law(Independence()),
                world=World(PLANE, LogDensity(-((Z2[0] + Z2[1]) ** 2) - Z2[0] ** 2, Z2)),
            ),
            "flat": lambda: replace(
                law(Independence()), world=forged(law(Independence()).world, space=Curved(2))
            ),
            "square": lambda: wide(law(Independence())),
        },
    ),
    "L-cramer-wold": Cases(
        lambda: law(SlicedNormality()),
        {
            "loss": lambda: law(Likelihood()),
            "every_direction": lambda: law(SlicedNormality(((1, 0),))),  # type: ignore[arg-type]
            "attained": lambda: replace(
                law(SlicedNormality()), world=World(PLANE, Product((Marginal.LAPLACE,) * 2))
            ),
            "square": lambda: wide(law(SlicedNormality())),
        },
    ),
    "L-whitening": Cases(
        lambda: linear(CrossCovarianceIdentity(), OU),
        {
            "loss": lambda: linear(Likelihood(), OU),
            "linear": lambda: with_pairs(CrossCovarianceIdentity(), OU),
            "square": lambda: replace(
                linear(CrossCovarianceIdentity(), OU),
                encoder=replace(LINEAR2, output=RealSpace(1)),
            ),
            "positive": lambda: linear(CrossCovarianceIdentity(), SKEW_PAIRS),
        },
    ),
    "L-pair-law": Cases(
        lambda: with_pairs(PairLikelihood(), OU),
        {
            "loss": lambda: with_pairs(Likelihood(), OU),
            "conditional": lambda: with_pairs(PairLikelihood(), StyleRedrawn((0,))),
            "flat": lambda: Problem(
                World(Sphere(2), Uniform(), VonMisesFisher(1)), PairLikelihood(), Encoder(PLANE)
            ),
            "square": lambda: wide(with_pairs(PairLikelihood(), OU)),
        },
    ),
    "L-reversible": Cases(
        lambda: contrast(Gaussian(), autoregressive()),
        {
            "loss": lambda: replace(contrast(Gaussian(), autoregressive()), objective=InfoNCE()),
            "symmetric": lambda: contrast(
                LogDensity(-(Z2[0] ** 2) - Z2[1] ** 2, Z2), autoregressive()
            ),
            "stationary": lambda: contrast(Gaussian(), shrinking()),
        },
    ),
    "L-conditional-likelihood": Cases(
        lambda: environments(ConditionalLikelihood()),
        {
            "loss": lambda: environments(ConditionalEnergy()),
            "environments": lambda: law(ConditionalLikelihood()),
            "varied": lambda: environments(ConditionalLikelihood(), ((1, 1), (1, 1))),
            "square": lambda: wide(environments(ConditionalLikelihood())),
        },
    ),
    "L-conditional-energy": Cases(
        lambda: environments(ConditionalEnergy()),
        {
            "loss": lambda: environments(ConditionalLikelihood()),
            "environments": lambda: law(ConditionalEnergy()),
            "varied": lambda: environments(ConditionalEnergy(), ((1, 1), (1, 1))),
            "square": lambda: wide(environments(ConditionalEnergy())),
        },
    ),
    "L-kyfan": Cases(
        lambda: with_pairs(AlignmentWhitening(), OU),
        {
            "whitened": lambda: with_pairs(SpectralContrastive(), OU),
            "known_operator": lambda: with_pairs(AlignmentWhitening(), ReversibleDiffusion()),
            "reached": lambda: with_pairs(
                AlignmentWhitening(), OU, mixing=Mixing.VOLUME_PRESERVING
            ),
        },
    ),
    "L-eckart": Cases(
        lambda: with_pairs(SpectralContrastive(), OU),
        {
            "factorised": lambda: with_pairs(AlignmentWhitening(), OU),
            "known_operator": lambda: with_pairs(SpectralContrastive(), ReversibleDiffusion()),
            "reached": lambda: with_pairs(SpectralContrastive(), OU, mixing=Mixing.ARBITRARY),
        },
    ),
    "L-interlacing": Cases(
        lambda: with_pairs(BarlowTwins(), OU),
        {
            "cross_correlation": lambda: with_pairs(AlignmentWhitening(), OU),
            "known_operator": lambda: with_pairs(BarlowTwins(), ReversibleDiffusion()),
            "symmetric": lambda: moments(BarlowTwins()),
        },
    ),
    "L-mehler": Cases(
        lambda: with_pairs(AlignmentWhitening(), OU),
        {
            "ornstein_uhlenbeck": lambda: with_pairs(AlignmentWhitening(), ReversibleDiffusion()),
            "gaussian": lambda: replace(
                with_pairs(AlignmentWhitening(), OU),
                world=forged(World(PLANE, Gaussian(), OU), prior=Product((Marginal.LAPLACE,) * 2)),
            ),
        },
    ),
    "L-jacobi": Cases(
        lambda: replace(
            with_pairs(AlignmentWhitening(), OU),
            world=World(Box(2), Uniform(), JacobiDiffusion((R(1, 2), R(1, 3)))),
        ),
        {"jacobi": lambda: with_pairs(AlignmentWhitening(), OU)},
    ),
    "L-subset": Cases(
        subset,
        {
            "smaller": lambda: subset(objective=AlignmentWhitening()),
            "gaussian": lambda: subset(
                world=forged(World(PLANE, Gaussian(), OU), prior=Product((Marginal.LAPLACE,) * 2))
            ),
            "kept": lambda: subset(False),
        },
    ),
    "L-box-symmetries": Cases(
        lambda: confined(box()),
        {
            "affine": lambda: confined(box(), Linear(2)),
            # h₀ = z/2 leaves room in the box for shifts.
            "fills": lambda: confined(box(R(1, 4))),
            "into": lambda: confined(box(output=PLANE)),
        },
    ),
    "L-rearrangement": Cases(
        lambda: rearranged(line()),
        {
            "line": lambda: rearranged(stated(line(), image=Z2)),
            "kept": lambda: rearranged(
                replace(line(), problem=replace(line().problem, objective=Independence()))
            ),
            "continuous": lambda: rearranged(stated(line(), linear_only=True)),
            "injective": lambda: rearranged(folded()),
            # The density formula 0 does not say where the interval ends.
            "interval": lambda: rearranged(line(Product((Marginal.UNIFORM,)))),
        },
    ),
    "L-independent-atoms": Cases(
        logistic,
        {
            "exponents": lambda: added(logistic(), sp.exp(sp.sqrt(2) * H)),
            "logarithms": lambda: added(logistic(), H * sp.log(sp.sqrt(2) + Z1[0] ** 2)),
        },
    ),
}
"""Name ↦ cases, for the lemmas on losses, spectra, bounds and atoms."""
