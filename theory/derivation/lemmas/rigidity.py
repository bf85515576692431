"""Which lemmas settle all maps where the mixing class leaves only affine ones."""

from __future__ import annotations

from collections.abc import Iterator

from sith.theory.claim import Claim
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.lemmas.classes import ISOMETRY, LIOUVILLE, POLYNOMIAL_DECODER
from sith.theory.derivation.lemmas.kept_law import COVARIANCE, DARMOIS_SKITOVICH, normal_coordinates
from sith.theory.derivation.lemmas.record import Problem, Setting
from sith.theory.groups import (
    AbstractGroup,
    Affine,
    BlockOrthogonal,
    Euclidean,
    GeneralisedPermutations,
    Orthogonal,
    SignedPermutations,
)
from sith.theory.objectives import Independence, Reconstruction
from sith.theory.verdict import Lemma


def rigid_lemmas(
    claim: Claim, condition: Condition
) -> tuple[tuple[tuple[Lemma, ...], AbstractGroup], ...]:
    """Return lists of lemmas whose hypotheses hold together, with the group each concludes."""
    case = Setting(Problem(claim.world, claim.objective, claim.encoder), condition)
    return tuple(_matches(case))


def _matches(case: Setting) -> Iterator[tuple[tuple[Lemma, ...], AbstractGroup]]:
    d, objective = len(case.condition.z), case.problem.objective
    polynomial = POLYNOMIAL_DECODER.cited(case)
    if polynomial:
        yield polynomial, Affine(d)
    isometry = ISOMETRY.cited(case)
    affine = isometry or LIOUVILLE.cited(case)
    if isometry and isinstance(objective, Reconstruction):
        yield isometry, Euclidean(d)
    if not affine and not case.condition.linear_only:
        return
    covariance = COVARIANCE.cited(case)
    independence = () if covariance else DARMOIS_SKITOVICH.cited(case)
    if covariance:
        yield (*affine, *covariance), Orthogonal(d)
    elif independence and isinstance(objective, Independence):
        yield (*affine, *independence), GeneralisedPermutations(d)
    elif independence:
        yield (*affine, *independence), _signed(case)


def _signed(case: Setting) -> AbstractGroup:
    """Return the signed permutations, with rotations of two or more normal coordinates."""
    d, normal = len(case.condition.z), normal_coordinates(case)
    if len(normal) <= 1:
        return SignedPermutations(d)
    return BlockOrthogonal((normal, *((i,) for i in range(d) if i not in normal)))
