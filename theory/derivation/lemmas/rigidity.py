"""Which lemmas settle all maps where the mixing class leaves only affine ones."""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from sith.theory.assumptions import (
    Box,
    Gaussian,
    Marginal,
    Mixing,
    PolynomialDegree,
    Product,
    RealSpace,
    StructuredMixing,
    Uniform,
)
from sith.theory.claim import Claim
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.lemmas.catalogue import (
    COVARIANCE,
    DARMOIS_SKITOVICH,
    ISOMETRY,
    LIOUVILLE,
    POLYNOMIAL_DECODER,
)
from sith.theory.groups import (
    AbstractGroup,
    Affine,
    BlockOrthogonal,
    Euclidean,
    GeneralisedPermutations,
    Orthogonal,
    SignedPermutations,
)
from sith.theory.objectives import Independence, Likelihood, Reconstruction, SlicedNormality
from sith.theory.verdict import Lemma

LIOUVILLE_DIM = 3
"""Conformal maps of a domain are Möbius transformations from this dimension on."""


def rigid_lemmas(
    claim: Claim, condition: Condition
) -> tuple[tuple[tuple[Lemma, ...], AbstractGroup], ...]:
    """Return lists of lemmas whose hypotheses hold together, with the group each concludes."""
    return tuple(_matches(claim, condition))


def _matches(
    claim: Claim, condition: Condition
) -> Iterator[tuple[tuple[Lemma, ...], AbstractGroup]]:
    mixing, d = claim.world.mixing, claim.dim
    whole = isinstance(claim.world.space, RealSpace)
    if isinstance(mixing, StructuredMixing) and _spans_powers(mixing):
        yield (POLYNOMIAL_DECODER,), Affine(d)
    affine: tuple[Lemma, ...] = ()
    if mixing is Mixing.LOCAL_ISOMETRY:
        affine = (ISOMETRY,)
    elif mixing is Mixing.CONFORMAL and whole and d >= LIOUVILLE_DIM:
        affine = (LIOUVILLE,)
    elif not condition.linear_only:
        return
    if mixing is Mixing.LOCAL_ISOMETRY and isinstance(claim.objective, Reconstruction):
        yield affine, Euclidean(d)
    if isinstance(claim.objective, Likelihood | SlicedNormality) and whole:
        for lemma, group in _kept_law(claim):
            yield (*affine, lemma), group
    if isinstance(claim.objective, Independence) and condition.linear_only and _few_normal(claim):
        yield (DARMOIS_SKITOVICH,), GeneralisedPermutations(d)


def _spans_powers(mixing: StructuredMixing) -> bool:
    """Whether constants and coordinates of a polynomial g combine to z_i and z_i^p for every i."""
    structure, z = mixing.structure, mixing.symbols
    if not isinstance(structure, PolynomialDegree):
        return False
    wanted = [x**k for x in z for k in {1, structure.degree}]
    rows = [sp.Poly(e, *z, domain=sp.QQ).as_dict() for e in (sp.Integer(1), *mixing.g, *wanted)]
    columns = sorted({powers for row in rows for powers in row})
    table = sp.Matrix([[row.get(powers, 0) for powers in columns] for row in rows])
    own = table[: 1 + len(mixing.g), :]
    return bool(own.rank() == table.rank())


def _few_normal(claim: Claim) -> bool:
    """Whether the coordinates are independent, at most one of them normal."""
    prior = claim.world.prior
    if isinstance(prior, Uniform):
        return isinstance(claim.world.space, Box)
    if isinstance(prior, Gaussian):
        return claim.dim == 1
    normal = [m for m in getattr(prior, "marginals", ()) if m is Marginal.NORMAL]
    return isinstance(prior, Product) and len(normal) <= 1


def _kept_law(claim: Claim) -> Iterator[tuple[Lemma, AbstractGroup]]:
    """Return the affine maps that keep the prior, all marginals being symmetric about 0."""
    d, prior = claim.dim, claim.world.prior
    if isinstance(prior, Gaussian):
        yield COVARIANCE, Orthogonal(d)
    if not isinstance(prior, Product) or not all(m.symmetric for m in prior.marginals):
        return
    normal = tuple(i for i, m in enumerate(prior.marginals) if m is Marginal.NORMAL)
    if len(normal) <= 1:
        yield DARMOIS_SKITOVICH, SignedPermutations(d)
    elif len(normal) == d:
        yield COVARIANCE, Orthogonal(d)
    else:
        single = tuple((i,) for i in range(d) if i not in normal)
        yield DARMOIS_SKITOVICH, BlockOrthogonal((normal, *single))
