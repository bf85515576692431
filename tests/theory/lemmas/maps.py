"""Cases of the lemmas on the optimal maps, by name and hypothesis."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import sympy as sp

from sith.theory import Condition, Equation, theorem
from sith.theory.assumptions import (
    AnisotropicSphere,
    Atoms,
    Box,
    Classes,
    Encoder,
    ExponentialFamily,
    ExponentialNorm,
    FiniteSpace,
    Gaussian,
    KnownActions,
    LogDensity,
    Marginal,
    Mixing,
    NoPairs,
    NormalMixture,
    OrthogonalColumns,
    PairLogDensity,
    PartlyKeptSphere,
    PolynomialDegree,
    Product,
    ProductSpace,
    RealSpace,
    SoftmaxLabels,
    Sphere,
    StructuredMixing,
    StyleRedrawn,
    SubsetsRedrawn,
    Uniform,
    VonMisesFisher,
    World,
    rational_unit_vectors,
)
from sith.theory.derivation.lemmas import Setting
from sith.theory.derivation.lemmas.difference_kernel import read_kernels
from sith.theory.notation import latents
from sith.theory.objectives import (
    ConditionalLikelihood,
    CrossEntropy,
    DynamicsModel,
    EnvironmentClassification,
    Equivariance,
    ExpressionCritic,
    FreePredictor,
    Independence,
    InfoNCE,
    InnerProduct,
    LearnedDiagonal,
    Likelihood,
    NegativeNorm,
    PartialAlignment,
    Reconstruction,
)
from tests.theory.lemmas.parts import (
    LINEAR2,
    PAIR2,
    Z2,
    Cases,
    R,
    narrow,
    of,
    posed,
    setting,
    stated,
)

Score = Callable[[Sequence[sp.Expr], Sequence[sp.Expr]], sp.Expr]
PLANE, BALL = RealSpace(2), Sphere(3)
STYLE = StyleRedrawn((0,))
PLAIN, COMMUTING = CrossEntropy(), Equivariance()
ATOMS = Atoms(((1, 0), (0, 1)))
"""Two points, whose differences do not span the plane."""


def norm(p: int, output: object = PLANE, rate: int = 1) -> Setting:
    """InfoNCE on the box with one norm in the pairs and in the critic."""
    world = World(Box(2), Uniform(), ExponentialNorm(rate, p))
    return setting(world, InfoNCE(NegativeNorm(p)), Encoder(output))  # type: ignore[arg-type]


def kernel_of(score: Score) -> Condition:
    """InfoNCE on the box with one function of pairs in the target and in the critic."""
    u, v = latents(2, "u"), latents(2, "v")
    world = World(Box(2), Uniform(), PairLogDensity(score(*PAIR2), *PAIR2))
    return setting(world, InfoNCE(ExpressionCritic(score(u, v), u, v)), Encoder(PLANE)).condition


def quartic(a: Sequence[sp.Expr], b: Sequence[sp.Expr]) -> sp.Expr:
    """Two fourth powers of differences, whose lowest order is definite."""
    return -sp.Add(*((x - y) ** 4 for x, y in zip(a, b, strict=True)))


def sphere(temperature: int = 1) -> Setting:
    """The theorem on the sphere, and its temperature."""
    world = World(BALL, Uniform(), VonMisesFisher(1))
    return setting(world, InfoNCE(InnerProduct(), temperature), Encoder(BALL))


def partly_kept() -> Setting:
    """Pairs on the sphere that share a coordinate, and negatives from their support."""
    world = World(BALL, Uniform(), PartlyKeptSphere(1, (0,)))
    return setting(world, InfoNCE(InnerProduct(), within_support=True), Encoder(BALL))


def bilinear(temperature: int = 2) -> Setting:
    """log p(z̃|z) − log p(z̃) = z·z̃/2 on the plane."""
    (a, b), (x, y) = PAIR2
    law = PairLogDensity((a * x + b * y) / 2 - (x**2 + y**2) / 2, *PAIR2)
    world = World(PLANE, Gaussian(), law)
    return setting(world, InfoNCE(InnerProduct(), temperature), Encoder(PLANE))


def degenerate() -> Setting:
    """A critic that sees the first outputs alone, and such a target."""
    (a, _), (x, y) = PAIR2
    (u, _), (v, _) = latents(2, "u"), latents(2, "v")
    law = PairLogDensity(a * x / 2 - (x**2 + y**2) / 2, *PAIR2)
    critic = ExpressionCritic(u * v / 2, latents(2, "u"), latents(2, "v"))
    return setting(World(PLANE, Gaussian(), law), InfoNCE(critic), Encoder(PLANE))


def ellipsoid(prior: object = Uniform()) -> Setting:
    """A learned diagonal metric on the sphere."""
    world = World(BALL, prior, AnisotropicSphere((1, 2, 2)))  # type: ignore[arg-type]
    return setting(world, InfoNCE(LearnedDiagonal()), Encoder(BALL))


def dynamics(*rates: sp.Rational, shift: bool = True) -> Setting:
    """z̃ = Az + noise with a diagonal A, and a learned model."""
    z, zt = PAIR2
    gap = [r * x - y for r, x, y in zip(rates, z, zt, strict=True)]
    world = World(PLANE, Gaussian(), PairLogDensity(-sp.Add(*(g**2 for g in gap)) / 2, z, zt))
    return setting(world, InfoNCE(DynamicsModel(shift=shift)), Encoder(PLANE))


def predicted(rank: int = 2) -> Setting:
    """z̃ = f(z) + noise with a cubic f of so many coordinates, and a free predictor."""
    z, zt = PAIR2
    images = [x + x**3 if i < rank else sp.Integer(0) for i, x in enumerate(z)]
    law = sp.expand(-sp.Add(*((f - y) ** 2 for f, y in zip(images, zt, strict=True))) / 2)
    world = World(PLANE, Gaussian(), PairLogDensity(law, z, zt))
    return setting(world, InfoNCE(FreePredictor()), Encoder(PLANE))


def quartic_noise(case: Setting) -> Setting:
    """Noise of the dynamics that is not Gaussian."""
    first = case.condition.equations[0]
    changed = replace(first, residual=first.residual + case.condition.zt[0] ** 4)
    return stated(case, equations=(changed,))


def classes(count: int, objective: CrossEntropy = PLAIN, output: object = PLANE) -> Setting:
    """Cross-entropy over classes on the circle."""
    world = World(Sphere(2), Uniform(), Classes(rational_unit_vectors(count, 2), 1))
    return setting(world, objective, Encoder(output))  # type: ignore[arg-type]


def labels(*vectors: tuple[int, int]) -> Setting:
    """Labels by softmax, classified without biases."""
    world = World(PLANE, Gaussian(), SoftmaxLabels(vectors))  # type: ignore[arg-type]
    return setting(world, EnvironmentClassification(bias=False), Encoder(PLANE))


def on_atoms(case: Setting) -> Setting:
    """Two latents only."""
    return posed(case, world=case.problem.world.replace(prior=ATOMS))


UNIT = CrossEntropy(unit_rows=True)
QUARTER = sp.ImmutableMatrix([[0, -1], [1, 0]])


def acted(objective: Equivariance = COMMUTING) -> Setting:
    """Linear maps that commute with a quarter turn."""
    world = World(PLANE, Gaussian(), KnownActions((QUARTER,)), Mixing.LINEAR)
    return setting(world, objective, LINEAR2)


def environments(rows: int) -> Setting:
    """Latents with the statistics z, z² in several environments, all scores of single outputs."""
    found = of(theorem("hyvarinen_2019_gcl"))
    family = found.condition.pairs
    assert isinstance(family, ExponentialFamily)
    few = replace(family, parameters=family.parameters[:rows])
    problem = found.problem
    return setting(problem.world.replace(pairs=few), problem.objective, problem.encoder)


def style(dim: int = 3, content: tuple[int, ...] = (0, 1)) -> Setting:
    """Alignment of the content's outputs."""
    world = World(Box(dim), Uniform(), StyleRedrawn(content))
    return setting(world, PartialAlignment(), Encoder(RealSpace(dim)))


def subsets(*redrawn: tuple[int, ...]) -> Setting:
    """Alignment of the outputs of kept coordinates, with observed subsets."""
    world = World(Box(3), Uniform(), SubsetsRedrawn(redrawn or ((0, 1), (2,))))
    return setting(world, PartialAlignment(), Encoder(RealSpace(3)))


def rigid(mixing: Mixing, dim: int = 3) -> Setting:
    """A likelihood with a rigid class of mixings."""
    world = World(RealSpace(dim), Gaussian(), mixing=mixing)
    return setting(world, Likelihood(), Encoder(RealSpace(dim)))


def linear(prior: object, objective: object = Likelihood()) -> Setting:
    """A linear mixing of two latents."""
    world = World(PLANE, prior, mixing=Mixing.LINEAR)  # type: ignore[arg-type]
    return setting(world, objective, LINEAR2)  # type: ignore[arg-type]


def laplace() -> Setting:
    """Linear maps that keep a product of Laplace laws."""
    return linear(Product((Marginal.LAPLACE,) * 2))


def decoder(*g: sp.Expr, structure: object = PolynomialDegree(2)) -> Setting:
    """Reconstruction with a polynomial decoder."""
    mixing = StructuredMixing(g, Z2, structure)  # type: ignore[arg-type]
    world = World(PLANE, Gaussian(), mixing=mixing)
    return setting(world, Reconstruction(), Encoder(PLANE))


def full_decoder() -> Setting:
    """All monomials of degree ≤ 2."""
    a, b = Z2
    return decoder(a, b, a**2, a * b, b**2)


def columns(prior: object = Gaussian(), g: tuple[sp.Expr, ...] = Z2) -> Setting:
    """A likelihood with decoders of orthogonal columns."""
    mixing = StructuredMixing(g, Z2, OrthogonalColumns())
    world = World(PLANE, prior, mixing=mixing)  # type: ignore[arg-type]
    return setting(world, Likelihood(), Encoder(PLANE))


NOT_PRODUCT = LogDensity(-(Z2[0] ** 4) - Z2[1] ** 4 - Z2[0] ** 2 * Z2[1] ** 2, Z2)
SKEW = Product((NormalMixture((0, 1)), Marginal.LAPLACE))
TILTED = LogDensity(sp.Symbol("z1", real=True), sp.symbols("z1:4", real=True))


@dataclass(frozen=True, slots=True)
class OnePoint:
    """A cylinder of which only one point is drawn."""

    dim: int = 3
    intervals: tuple[int, ...] = (2,)

    def constraints(self, point: Sequence[sp.Expr]) -> tuple[sp.Expr, ...]:
        """Return ‖(z1, z2)‖² − 1."""
        return (point[0] ** 2 + point[1] ** 2 - 1,)

    def rational_point(self, rng: random.Random) -> tuple[sp.Rational, ...]:
        """Return (3/5, 4/5, 1/2)."""
        return (R(3, 5), R(4, 5), R(1, 2))


def cylinder(weights: Sequence[int] = (1, 1, 2), critic: Sequence[int] = ()) -> Setting:
    """A weighted squared distance on S¹ × (0, 1); the critic's weights are the world's by default."""

    def score(w: Sequence[int], a: Sequence[sp.Expr], b: Sequence[sp.Expr]) -> sp.Expr:
        return -sp.Add(*(k * (x - y) ** 2 for k, x, y in zip(w, a, b, strict=True)))

    space = ProductSpace(Sphere(2), Box(1))
    z, zt, u, v = (latents(3, name) for name in ("z", "zt", "u", "v"))
    pairs = PairLogDensity(score(weights, z, zt), z, zt)
    model = ExpressionCritic(score(critic or weights, u, v), u, v)
    return setting(World(space, Uniform(), pairs), InfoNCE(model), Encoder(space))


CONGRUENT: Mapping[str, Callable[[], Setting]] = {
    "every_pair": lambda: stated(cylinder(), pairs=STYLE),
    "square": lambda: narrow(cylinder()),
    "spanning": lambda: stated(cylinder(), space=OnePoint(), output=OnePoint()),
    "metric": lambda: cylinder((1, 1, 2), (1, 1, 3)),
}

MAPS: Mapping[str, Cases] = {
    "L-congruence": Cases(cylinder, CONGRUENT),
    "L-product-isometries": Cases(
        cylinder,
        {
            **CONGRUENT,
            "product": lambda: stated(cylinder(), output=RealSpace(3)),
            "weights": lambda: cylinder((1, 3, 2)),
        },
    ),
    "L-sphere-iso": Cases(
        sphere,
        {
            "every_pair": partly_kept,
            "square": lambda: narrow(sphere()),
            "round_input": lambda: stated(sphere(), space=RealSpace(3)),
            "round_output": lambda: stated(sphere(), output=RealSpace(3)),
            "inner_products": lambda: sphere(2),
        },
    ),
    "L-Lp-iso": Cases(
        lambda: norm(1),
        {
            "every_pair": lambda: stated(norm(1), pairs=STYLE),
            "square": lambda: narrow(norm(1)),
            "body": lambda: stated(norm(1), space=Sphere(2)),
            "free_output": lambda: stated(norm(1), output=Sphere(2)),
            "norm": lambda: norm(2),
        },
    ),
    "L-euclidean-iso": Cases(
        lambda: norm(2),
        {
            "every_pair": lambda: stated(norm(2), pairs=STYLE),
            "square": lambda: narrow(norm(2)),
            "body": lambda: stated(norm(2), space=Sphere(2)),
            "free_output": lambda: stated(norm(2), output=Sphere(2)),
            "distance": lambda: norm(1),
        },
    ),
    "L-bilinear": Cases(
        bilinear,
        {
            "every_pair": lambda: stated(bilinear(), pairs=STYLE),
            "square": lambda: narrow(bilinear()),
            "spanning": lambda: stated(bilinear(), space=FiniteSpace(2)),
            "free_output": lambda: stated(bilinear(), output=Sphere(2)),
            "bilinear": degenerate,
        },
    ),
    "L-ellipsoid": Cases(
        ellipsoid,
        {
            "metric": lambda: stated(ellipsoid(), pairs=VonMisesFisher(1)),
            "learned": lambda: posed(ellipsoid(), objective=InfoNCE(NegativeNorm(2))),
            "equation": lambda: ellipsoid(TILTED),
            "square": lambda: narrow(ellipsoid()),
            "round_input": lambda: stated(ellipsoid(), space=RealSpace(3)),
            "round_output": lambda: stated(ellipsoid(), output=RealSpace(3)),
        },
    ),
    "L-dynamics": Cases(
        lambda: dynamics(R(1, 2), R(1, 3)),
        {
            "every_pair": lambda: stated(dynamics(R(1, 2), R(1, 3)), pairs=STYLE),
            "square": lambda: narrow(dynamics(R(1, 2), R(1, 3))),
            "whole": lambda: stated(dynamics(R(1, 2), R(1, 3)), space=Box(2)),
            "free_output": lambda: stated(dynamics(R(1, 2), R(1, 3)), output=Sphere(2)),
            "learned": lambda: posed(
                dynamics(R(1, 2), R(1, 3)), objective=InfoNCE(DynamicsModel(learned=False))
            ),
            "gaussian": lambda: quartic_noise(dynamics(R(1, 2), R(1, 3))),
            "bijective": lambda: dynamics(R(1, 2), sp.Integer(0)),
            "shift": lambda: dynamics(R(1, 2), sp.Integer(1), shift=False),
        },
    ),
    "L-affine-generators": Cases(
        lambda: classes(3),
        {
            "square": lambda: narrow(classes(3)),
            "learned": lambda: posed(classes(3), objective=InfoNCE()),
            "spanning": lambda: classes(2),
            "latents_span": lambda: on_atoms(classes(3)),
        },
    ),
    "L-quadric": Cases(
        lambda: classes(6, UNIT),
        {
            "square": lambda: narrow(classes(6, UNIT)),
            "classes": lambda: stated(classes(6, UNIT), pairs=VonMisesFisher(1)),
            "unit_rows": lambda: classes(6),
            "fixed_scale": lambda: classes(6, CrossEntropy(unit_rows=True, learned_beta=True)),
            "quadric": lambda: classes(3, UNIT),
            "free_output": lambda: classes(6, UNIT, Sphere(2)),
            "latents_span": lambda: on_atoms(classes(6, UNIT)),
        },
    ),
    "L-learned-head": Cases(
        predicted,
        {
            "counted": lambda: narrow(predicted()),
            "heads": sphere,
            "spanning": lambda: predicted(rank=1),
            "spread": lambda: on_atoms(predicted()),
        },
    ),
    "L-linear-commutant": Cases(
        acted,
        {
            "actions": lambda: stated(acted(), pairs=NoPairs()),
            "same_matrices": lambda: acted(Equivariance((-QUARTER,))),
            "linear": lambda: stated(acted(), linear_only=False),
            "latents_span": lambda: on_atoms(acted()),
        },
    ),
    "L-second-order-variability": Cases(
        lambda: of(theorem("hyvarinen_2019_gcl")),
        {
            "square": lambda: narrow(of(theorem("hyvarinen_2019_gcl"))),
            "separable": lambda: posed(
                of(theorem("hyvarinen_2019_gcl")), objective=ConditionalLikelihood()
            ),
            "variability": lambda: environments(2),
        },
    ),
    "L-subsets": Cases(
        subsets,
        {
            "aligned": lambda: posed(subsets(), objective=Likelihood()),
            "subsets": lambda: stated(subsets(), pairs=NoPairs()),
            # z2 is redrawn without z1, and z1 never without z2.
            "partition": lambda: subsets((0, 1), (1,), (2,)),
            "connected": lambda: stated(subsets(), space=BALL),
            "density": lambda: posed(
                subsets(),
                world=subsets().problem.world.replace(
                    prior=Atoms(((R(1, 2),) * 3, (R(1, 3),) * 3))
                ),
            ),
        },
    ),
    "L-open-support": Cases(
        style,
        {
            # A likelihood never compares the two views.
            "compared": lambda: posed(style(), objective=Likelihood()),
            "redrawn": lambda: stated(style(), pairs=NoPairs()),
            # Two points of the sphere have the same content.
            "connected": lambda: stated(style(), space=BALL),
            "density": lambda: posed(
                style(),
                world=style().problem.world.replace(prior=Atoms(((R(1, 2),) * 3, (R(1, 3),) * 3))),
            ),
        },
    ),
    "L-kernel-of-differences": Cases(
        lambda: read_kernels(kernel_of(quartic)),
        {
            "every_pair": lambda: read_kernels(
                replace(kernel_of(quartic), pairs=style().condition.pairs)
            ),
            "body": lambda: read_kernels(replace(kernel_of(quartic), space=Sphere(2))),
            "free_output": lambda: read_kernels(replace(kernel_of(quartic), output=Sphere(2))),
            "kernel": lambda: read_kernels(kernel_of(lambda a, b: -((a[0] ** 2 - b[0] ** 2) ** 2))),
            "definite": lambda: read_kernels(
                kernel_of(lambda a, b: (a[0] - b[0]) ** 2 - (a[1] - b[1]) ** 2)
            ),
        },
    ),
    "L-isometry": Cases(
        lambda: rigid(Mixing.LOCAL_ISOMETRY),
        {
            "square": lambda: narrow(rigid(Mixing.LOCAL_ISOMETRY)),
            "isometric": lambda: rigid(Mixing.CONFORMAL),
            "domain": lambda: stated(rigid(Mixing.LOCAL_ISOMETRY), space=BALL),
        },
    ),
    "L-liouville": Cases(
        lambda: rigid(Mixing.CONFORMAL),
        {
            "square": lambda: narrow(rigid(Mixing.CONFORMAL)),
            "conformal": lambda: rigid(Mixing.VOLUME_PRESERVING),
            "whole": lambda: stated(rigid(Mixing.CONFORMAL), space=Box(3)),
            "dimension": lambda: rigid(Mixing.CONFORMAL, 2),
        },
    ),
    "L-covariance": Cases(
        lambda: linear(Gaussian()),
        {
            "square": lambda: narrow(linear(Gaussian())),
            "affine": lambda: rigid(Mixing.VOLUME_PRESERVING, 2),
            "kept": lambda: linear(Gaussian(), Independence()),
            "normal": laplace,
        },
    ),
    "L-darmois-skitovich": Cases(
        laplace,
        {
            "square": lambda: narrow(laplace()),
            "affine": lambda: stated(laplace(), linear_only=False),
            "independent": lambda: linear(NOT_PRODUCT),
            "compared": lambda: linear(Product((Marginal.LAPLACE,) * 2), Reconstruction()),
            "non_gaussian": lambda: linear(Gaussian(), Independence()),
            "centred": lambda: linear(SKEW),
        },
    ),
    "L-polynomial-decoder": Cases(
        full_decoder,
        {
            "square": lambda: narrow(full_decoder()),
            "polynomial": columns,
            "powers": lambda: decoder(*Z2, Z2[0] ** 2 + Z2[0] * Z2[1] + Z2[1] ** 2),
        },
    ),
    "L-hyperbolic": Cases(
        columns,
        {
            "columns": lambda: posed(
                columns(),
                world=World(
                    PLANE, Gaussian(), mixing=StructuredMixing(Z2, Z2, PolynomialDegree(2))
                ),
            ),
            "law": lambda: stated(columns(), equations=(Equation(sp.Integer(0)),)),
            "smooth": lambda: columns(Product((Marginal.LAPLACE,) * 2)),
            "isometric": lambda: columns(g=tuple(x + x**3 for x in Z2)),
        },
    ),
}
"""Name ↦ cases, for the lemmas on the optimal maps."""
