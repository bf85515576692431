"""Lemmas on affine maps that keep a law, or the independence of coordinates."""

from __future__ import annotations

from sith.theory.assumptions import Box, Gaussian, Marginal, Mixing, Product, RealSpace, Uniform
from sith.theory.derivation.lemmas.isometries import SQUARE
from sith.theory.derivation.lemmas.record import Entry, Hypothesis, Setting
from sith.theory.objectives import Independence, LawMatching

LIOUVILLE_DIM = 3
"""Conformal maps of a domain are Möbius transformations from this dimension on."""


def whole(case: Setting) -> bool:
    """Whether the latents fill R^d."""
    return isinstance(case.condition.space, RealSpace)


def _affine(case: Setting) -> bool:
    """Whether h is affine: linear, or in a rigid class of maps of the whole space."""
    mixing = case.problem.world.mixing
    if case.condition.linear_only or mixing is Mixing.LOCAL_ISOMETRY:
        return True
    large = len(case.condition.z) >= LIOUVILLE_DIM
    return mixing is Mixing.CONFORMAL and large and whole(case)


def _keeps_law(case: Setting) -> bool:
    return isinstance(case.problem.objective, LawMatching)


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
            lambda case: whole(case) and len(normal_coordinates(case)) == len(case.condition.z),
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
    return whole(case) and all(getattr(m, "symmetric", False) for m in marginals_of(case))


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
