"""Whether a map meets the constraints of alignment with whitening and has a lower loss than stated."""

from __future__ import annotations

import sympy as sp

from sith.theory.assumptions import OrnsteinUhlenbeck
from sith.theory.claim import Claim
from sith.theory.derivation.verification.spectral.moments import Gaussian
from sith.theory.derivation.verification.spectral.optimum import stated_functions
from sith.theory.errors import UnsupportedCondition
from sith.theory.groups import Map, Orthogonal, contained
from sith.theory.objectives import AlignmentWhitening
from sith.theory.verdict import Membership


def check_lower_loss(claim: Claim, found: Map) -> Membership:
    """Say whether a polynomial map is feasible and has a lower loss than every stated map.

    With E h = 0 and Cov h = I the loss is E‖h − h̃‖² = 2k − 2 Σ E[h_i(z)h_i(z̃)], which Q ∈ O(k)
    does not change: all maps of a stated group within O(k) have one loss, and a map below it shows
    that none of them is optimal. Moments are exact. Raises `UnsupportedCondition` for other
    objectives and pairs than `AlignmentWhitening` and `OrnsteinUhlenbeck`, and for other maps.
    """
    objective, k = claim.objective, claim.encoder.output.dim
    pairs = claim.world.pairs
    centred = isinstance(objective, AlignmentWhitening) and objective.centred
    if not centred or not isinstance(pairs, OrnsteinUhlenbeck):
        raise UnsupportedCondition(
            f"the loss of a map under {objective} with pairs '{pairs}'",
            cure="use AlignmentWhitening() and OrnsteinUhlenbeck pairs",
        )
    stated = stated_functions(claim, k)
    law = Gaussian(pairs.rates)
    if not stated or _infeasible(law, stated):
        raise UnsupportedCondition("the claim states no functions of mean 0 and covariance I")
    if not all(e.is_polynomial(*law.z) for e in found.expressions) or len(found.expressions) != k:
        raise UnsupportedCondition(f"{found} is no polynomial map into {k} coordinates")
    inside = contained(claim.group, Orthogonal(k))
    if not inside.holds:
        return Membership(False, f"the stated maps have not one loss: {inside.reason}", str(found))
    wrong = _infeasible(law, found.expressions)
    if wrong:
        return Membership(False, f"the map is not feasible: {wrong}", str(found))
    known, other = (_loss(law, h) for h in (stated, found.expressions))
    gap = sp.expand(known - other)
    if not gap.is_Rational:
        raise UnsupportedCondition(f"the losses differ by {gap}, which is not rational")
    if gap <= 0:
        return Membership(False, f"its loss {other} is not below {known}", str(found))
    return Membership(
        True,
        f"E h = 0 and Cov h = I, and the loss {other} is below {known}, that of every stated map",
        str(found),
    )


def _infeasible(law: Gaussian, h: tuple[sp.Expr, ...]) -> str:
    """Say which constraint a map breaks; empty where it meets both."""
    one = sp.Integer(1)
    for i, f in enumerate(h):
        mean = law.inner(f, one)
        if mean != 0:
            return f"output {i + 1} has mean {mean}"
        for j in range(i + 1):
            moment, wanted = law.inner(f, h[j]), sp.Integer(i == j)
            if moment != wanted:
                return f"outputs {j + 1} and {i + 1} have the covariance {moment}, not {wanted}"
    return ""


def _loss(law: Gaussian, h: tuple[sp.Expr, ...]) -> sp.Expr:
    """Return E‖h(z) − h(z̃)‖² of a feasible map."""
    agreed = sp.Add(*(law.inner(f, sp.expand(law.image(f))) for f in h))
    return sp.expand(2 * (len(h) - agreed))
