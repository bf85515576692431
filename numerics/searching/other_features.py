"""Another objective may have the same group on other functions of the latents: then it is another optimum."""

from __future__ import annotations

from sith.numerics.searching.points import Point
from sith.numerics.searching.witness import Counterexample, Kind
from sith.theory import Claim, Euclidean, Membership, SithError, UnsupportedCondition, contained
from sith.theory.derivation import feature_rank


def has_other_features(claim: Claim) -> bool:
    """Whether the stated group acts on the optimum of another objective than the claim's."""
    return bool(claim.base_of)


def refute_by_features(claim: Claim, point: Point) -> tuple[Counterexample, ...]:
    """Return the claim's own optimum, where its covariance has another rank than the stated one's.

    Raises `UnsupportedCondition` where the group is not within the Euclidean maps or an optimum is
    not unique.
    """
    own, stated = _ranks(claim)
    if own == stated:
        return ()
    return (
        Counterexample.found(
            claim,
            point,
            kind=Kind.OTHER_FEATURES,
            shown=f"the optimum h₀ of '{claim.objective}'",
            equal="it is the optimum of the claim's loss",
            differs=f"its covariance has rank {own}, and that of every Q h₀' + b of the optimum h₀' "
            f"of '{claim.base_of[0]}' has rank {stated}",
            exact=True,
            data={"ranks": [own, stated]},
        ),
    )


def check_features(witness: Counterexample, claim: Claim) -> Membership:
    """Compute both ranks again from the exact spectrum of the pairs."""
    if not has_other_features(claim):
        return Membership(False, "the group acts on the optimum of the claim's own objective")
    own, stated = _ranks(claim)
    if witness.data.get("ranks") != [own, stated]:
        return Membership(False, f"the ranks are {own} and {stated}")
    return Membership(own != stated, f"covariances of rank {own} and {stated}")


def _ranks(claim: Claim) -> tuple[int, int]:
    k = claim.encoder.output.dim
    try:
        rigid = contained(claim.group, Euclidean(k)).holds
    except SithError:
        rigid = False
    if not rigid:
        raise UnsupportedCondition(f"{claim.group} may change the rank of a covariance")
    other = claim.replace(objective=claim.base_of[0], base_of=())
    return feature_rank(claim.replace(base_of=())), feature_rank(other)
