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
)
from sith.theory.derivation.lemmas.isometries import SQUARE
from sith.theory.derivation.lemmas.kept_law import LIOUVILLE_DIM, marginals_of, whole
from sith.theory.derivation.lemmas.record import Entry, Hypothesis, Setting

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
        Hypothesis("whole", "the latents fill R^d", "the latent space", whole),
        Hypothesis(
            "dimension",
            "d ≥ 3",
            "the number of latents",
            lambda case: len(case.condition.z) >= LIOUVILLE_DIM,
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


def _orthogonal_columns(case: Setting) -> bool:
    mixing = case.problem.world.mixing
    return isinstance(mixing, StructuredMixing) and isinstance(mixing.structure, OrthogonalColumns)


def _smooth(case: Setting) -> bool:
    rough = {Marginal.UNIFORM, Marginal.LAPLACE}
    known = isinstance(case.problem.world.prior, Gaussian | Product)
    return known and not rough & set(marginals_of(case)) and whole(case)


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
