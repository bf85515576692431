"""Lemmas that a class of mixings, or of linear maps, calls for."""

from __future__ import annotations

import sympy as sp

from sith.theory.assumptions import (
    Box,
    Gaussian,
    Marginal,
    Mixing,
    OrthogonalColumns,
    PolynomialDegree,
    Product,
    RealSpace,
    StructuredMixing,
    Uniform,
)
from sith.theory.derivation.lemmas.isometries import SQUARE
from sith.theory.derivation.lemmas.record import Entry, Hypothesis, Setting
from sith.theory.objectives import Independence, Likelihood, SlicedNormality

LIOUVILLE_DIM = 3
"""Conformal maps of a domain are Möbius transformations from this dimension on."""


def _whole(case: Setting) -> bool:
    return isinstance(case.condition.space, RealSpace)


def _affine(case: Setting) -> bool:
    """Whether h is affine: linear, or in a rigid class of maps of the whole space."""
    mixing = case.problem.world.mixing
    if case.condition.linear_only or mixing is Mixing.LOCAL_ISOMETRY:
        return True
    large = len(case.condition.z) >= LIOUVILLE_DIM
    return mixing is Mixing.CONFORMAL and large and _whole(case)


ISOMETRY: Entry[Setting] = Entry(
    "L-isometry",
    "a twice differentiable map of a connected domain of R^d with JᵀJ = I is z ↦ Qz + b, Q orthogonal",
    "classical (Liouville; Mazur–Ulam for maps that keep distances)",
    (
        SQUARE,
        Hypothesis(
            "isometric",
            "g and ĝ are local isometries, and so is h",
            "the mixing class, which binds the encoder too",
            lambda case: case.problem.world.mixing is Mixing.LOCAL_ISOMETRY,
        ),
        Hypothesis(
            "domain",
            "the latents fill a connected open set of R^d",
            "the latent space is a box or R^d",
            lambda case: isinstance(case.condition.space, Box | RealSpace),
        ),
    ),
)
LIOUVILLE: Entry[Setting] = Entry(
    "L-liouville",
    "a smooth injective conformal map of the whole R^d, d ≥ 3, is z ↦ cQz + b, Q orthogonal",
    "Liouville's theorem on conformal maps; a Möbius transformation without a pole is a similarity",
    (
        SQUARE,
        Hypothesis(
            "conformal",
            "g and ĝ are injective and conformal, and so is h",
            "the mixing class, which binds the encoder too",
            lambda case: case.problem.world.mixing is Mixing.CONFORMAL,
        ),
        Hypothesis("whole", "the latents fill R^d", "the latent space", _whole),
        Hypothesis(
            "dimension",
            "d ≥ 3",
            "the number of latents",
            lambda case: len(case.condition.z) >= LIOUVILLE_DIM,
        ),
    ),
)


def _keeps_law(case: Setting) -> bool:
    return isinstance(case.problem.objective, Likelihood | SlicedNormality)


def marginals_of(case: Setting) -> tuple[object, ...]:
    """Return the marginal laws of independent coordinates, or () where they are not known."""
    world = case.problem.world
    if isinstance(world.prior, Product):
        return world.prior.marginals
    if isinstance(world.prior, Gaussian):
        return (Marginal.NORMAL,) * world.dim
    if isinstance(world.prior, Uniform) and isinstance(world.space, Box):
        return (Marginal.UNIFORM,) * world.dim
    return ()


def normal_coordinates(case: Setting) -> tuple[int, ...]:
    """Return the coordinates with a normal law."""
    return tuple(i for i, m in enumerate(marginals_of(case)) if m is Marginal.NORMAL)


AFFINE: Hypothesis[Setting] = Hypothesis(
    "affine",
    "h is affine",
    "mixing and encoder are linear, or the mixing class leaves affine maps only",
    _affine,
)
COVARIANCE: Entry[Setting] = Entry(
    "L-covariance",
    "an affine map that keeps N(0, I) is orthogonal",
    "its mean is b and its covariance MMᵀ",
    (
        SQUARE,
        AFFINE,
        Hypothesis(
            "kept", "h keeps the law of the latents", "the kind of the objective", _keeps_law
        ),
        Hypothesis(
            "normal",
            "the latents have the law N(0, I)",
            "the prior is Gaussian, or a product of normal marginals, on R^d",
            lambda case: _whole(case) and len(normal_coordinates(case)) == len(case.condition.z),
        ),
    ),
)


def _spans_powers(case: Setting) -> bool:
    """Whether constants and coordinates of a polynomial g combine to z_i and z_i^p for every i."""
    mixing = case.problem.world.mixing
    if not isinstance(mixing, StructuredMixing) or not isinstance(
        mixing.structure, PolynomialDegree
    ):
        return True
    structure, z = mixing.structure, mixing.symbols
    wanted = [x**k for x in z for k in {1, structure.degree}]
    rows = [sp.Poly(e, *z, domain=sp.QQ).as_dict() for e in (sp.Integer(1), *mixing.g, *wanted)]
    columns = sorted({powers for row in rows for powers in row})
    table = sp.Matrix([[row.get(powers, 0) for powers in columns] for row in rows])
    own = table[: 1 + len(mixing.g), :]
    return bool(own.rank() == table.rank())


def _polynomial_class(case: Setting) -> bool:
    mixing = case.problem.world.mixing
    return isinstance(mixing, StructuredMixing) and isinstance(mixing.structure, PolynomialDegree)


POLYNOMIAL_DECODER: Entry[Setting] = Entry(
    "L-polynomial-decoder",
    "if g and g∘k are polynomial of degree ≤ p, and constants and coordinates of g combine to every "
    "z_i and every z_i^p, then k is affine",
    "k_i and k_i^p are polynomial of degree ≤ p; Ahuja et al. (2023)",
    (
        SQUARE,
        Hypothesis(
            "polynomial",
            "the true and the learned decoder are polynomial of degree ≤ p",
            "the mixing class is PolynomialDegree, which g is shown to be in",
            _polynomial_class,
        ),
        Hypothesis(
            "powers",
            "constants and coordinates of g combine to every z_i and every z_i^p",
            "the ranks of the coefficient tables with and without these powers are equal",
            _spans_powers,
        ),
    ),
)


def _independent(case: Setting) -> bool:
    return bool(marginals_of(case))


def _compares_independence(case: Setting) -> bool:
    return _keeps_law(case) or isinstance(case.problem.objective, Independence)


def _some_not_normal(case: Setting) -> bool:
    """At most one normal coordinate; more of them where the law itself, N(0, I) on them, is kept."""
    marginals, normal = marginals_of(case), normal_coordinates(case)
    if not marginals or len(normal) <= 1:
        return True
    return _keeps_law(case) and len(normal) < len(marginals)


def _scales_fixed(case: Setting) -> bool:
    """Whether shift and scale are fixed: the law is kept, with marginals symmetric about 0."""
    if not _keeps_law(case):
        return case.condition.linear_only
    return _whole(case) and all(getattr(m, "symmetric", False) for m in marginals_of(case))


DARMOIS_SKITOVICH: Entry[Setting] = Entry(
    "L-darmois-skitovich",
    "a matrix that takes independent coordinates to independent ones has a single non-zero entry "
    "in the column of every non-Gaussian coordinate; marginals symmetric about 0 fix shift and scale",
    "Darmois (1953), Skitovich (1953)",
    (
        SQUARE,
        AFFINE,
        Hypothesis(
            "independent",
            "the latents have independent coordinates",
            "the prior is a product of named marginals, or uniform on the box",
            _independent,
        ),
        Hypothesis(
            "compared",
            "the outputs have independent coordinates",
            "the kind of the objective: independence of the outputs, or the law of the latents",
            _compares_independence,
        ),
        Hypothesis(
            "non_gaussian",
            "at most one coordinate is Gaussian, or the law is kept and some coordinate is not",
            "the named marginals; a mixture of normals has two means, and is not normal",
            _some_not_normal,
        ),
        Hypothesis(
            "centred",
            "shift and scale are fixed by the law and its symmetry about 0, or are part of the group "
            "and h is linear",
            "each marginal says whether it is symmetric about 0; the latents fill R^d",
            _scales_fixed,
        ),
    ),
)


def _orthogonal_columns(case: Setting) -> bool:
    mixing = case.problem.world.mixing
    return isinstance(mixing, StructuredMixing) and isinstance(mixing.structure, OrthogonalColumns)


def _smooth(case: Setting) -> bool:
    rough = {Marginal.UNIFORM, Marginal.LAPLACE}
    known = isinstance(case.problem.world.prior, Gaussian | Product)
    return known and not rough & set(marginals_of(case)) and _whole(case)


def _isometric_g(case: Setting) -> bool:
    mixing = case.problem.world.mixing
    if not isinstance(mixing, StructuredMixing):
        return True
    z = case.condition.z
    jacobian = sp.Matrix([[sp.diff(e, x) for x in z] for e in mixing.at(z)])
    gram = (jacobian.T * jacobian - sp.eye(len(z))).applyfunc(sp.cancel)
    return bool(gram.is_zero_matrix)


HYPERBOLIC: Entry[Setting] = Entry(
    "L-hyperbolic",
    "in two coordinates, orthogonal columns and the change of variables for a smooth positive law "
    "are strictly hyperbolic near the identity: on a bounded domain every solution of the "
    "linearised equations is tangent to a curve of solutions",
    "the symbol at the identity has determinant k_2² − k_1²; classical local existence",
    (
        Hypothesis(
            "columns",
            "the columns of the decoder's Jacobian are orthogonal",
            "the mixing class is OrthogonalColumns",
            _orthogonal_columns,
        ),
        Hypothesis(
            "law",
            "the law of the outputs is given",
            "an equation of the condition has the volume term",
            lambda case: any(equation.volume for equation in case.condition.equations),
        ),
        Hypothesis(
            "smooth",
            "the latents have independent coordinates with smooth positive densities on R",
            "the named marginals; uniform and Laplace are not smooth",
            _smooth,
        ),
        Hypothesis(
            "isometric",
            "the true g has JᵀJ = I, so that the symbol at the identity is the stated one",
            "JᵀJ − I is computed",
            _isometric_g,
        ),
    ),
)
