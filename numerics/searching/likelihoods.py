"""Families of maps against a likelihood: a map outside the group that keeps the prior is optimal.

The loss of h above the optimum is −E[log p(h(z)) + log|det J_h(z)| − log p(z)], a Kullback–Leibler
divergence for one-to-one h. It is 0 where the bracket is 0 at all z and h(z) has the law of z; the
first is evaluated on nodes, by differentiation, and the second by sampling. Both are needed: for
|z| the bracket is 0, and its law is another.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

import torch
from torch import Tensor

from sith.numerics.exact.base_map import embedding
from sith.numerics.exact.law import LawPreserved, law
from sith.numerics.exact.problem import LatentMap
from sith.numerics.groups import residual
from sith.numerics.searching.families import families, family_named
from sith.numerics.searching.family import Family
from sith.numerics.searching.points import Point
from sith.numerics.searching.setting import OUTSIDE, ROWS
from sith.numerics.searching.witness import Counterexample, Kind
from sith.numerics.worlds import WorldSampler
from sith.theory import Claim, Membership, NoPairs, Relation, UnsupportedCondition
from sith.theory import Family as EncoderFamily
from sith.theory.objectives import Likelihood

KEPT = 1e-9
"""Root mean square of the bracket, over the spread of log p where that is below 1, that is zero."""
ROUNDING = 1e-13
NODES = {1: 40, 2: 16, 3: 10}
PARAMETERS = tuple(Fraction(t) for t in ("1", "1/2", "2", "1/4", "3", "1/8"))
"""Tried in this order, where they lie in the family's range."""
SAMPLES, FREQUENCIES = 2**17, 64
SIGMAS = 6
"""Standard errors of a mean of cosines: one in 10^7 for the largest of 128 of them."""
LEAST = 0.05
"""The error bar of a characteristic function may be at most this."""


def has_density_loss(claim: Claim) -> bool:
    """Whether the claim is about the likelihood of single observations."""
    return isinstance(claim.objective, Likelihood)


def refute_by_density(claim: Claim, point: Point) -> tuple[Counterexample, ...]:
    """Return a map of a family that keeps the prior and is outside the group, () if there is none.

    Raises `UnsupportedCondition` where encoders are restricted, the group is not fitted, or the
    prior has no nodes.
    """
    if claim.relation is Relation.CONTAINS:
        return ()
    problem = density_problem(claim)
    for member in families(claim.world.space):
        for t in _parameters(member):
            if not density_judged(claim, problem, member, t).holds:
                continue
            if _same_law(claim, member, t).holds:
                return (_witness(claim, point, problem, member, t),)
    return ()


def check_density(witness: Counterexample, claim: Claim) -> Membership:
    """Re-check a map on half as many nodes again, and its law by sampling."""
    if claim.relation is Relation.CONTAINS:
        return Membership(False, "another minimiser does not contradict that members are optimal")
    known = family_named(claim.world.space, str(witness.data.get("family")))
    if not known:
        return Membership(False, f"no family '{witness.data.get('family')}'")
    t = Fraction(str(witness.data.get("t")))
    for more in (0, max(2, NODES[claim.dim] // 2)):
        answer = density_judged(claim, density_problem(claim, more), known[0], t)
        if not answer.holds:
            return answer
    sampled = _same_law(claim, known[0], t)
    return Membership(sampled.holds, f"{answer.reason}; {sampled.reason}")


def density_problem(claim: Claim, more: int = 0) -> LawPreserved:
    """Return the loss of a likelihood on nodes; raises `UnsupportedCondition` without one."""
    free = (
        claim.encoder.family is EncoderFamily.UNIVERSAL
        and not claim.world.mixing.restricts_jacobian
        and claim.encoder.output.dim == claim.dim
        and isinstance(claim.world.pairs, NoPairs)
    )
    if not free:
        raise UnsupportedCondition("families against a likelihood are for unrestricted encoders")
    if claim.group.infinite:
        raise UnsupportedCondition(f"no distance to {claim.group}, of infinite dimension")
    if claim.dim not in NODES:
        raise UnsupportedCondition(f"nodes in dimension d = {claim.dim}", allowed="d from 1 to 3")
    found = law(claim, NODES[claim.dim] + more)
    if not isinstance(found, LawPreserved):
        raise UnsupportedCondition(f"'{claim.objective}' is no likelihood")
    return found


def density_judged(claim: Claim, problem: LawPreserved, member: Family, t: Fraction) -> Membership:
    """Say whether a map keeps the prior at the nodes and lies outside the stated group."""

    def moved(z: Tensor) -> Tensor:
        return member.change(z, float(t))

    away = _distance(claim, problem, moved)
    if not away >= OUTSIDE:
        return Membership(False, f"residual {away:.2g} to {claim.group}: a member")
    size = math.sqrt(problem.gap(moved)) if math.isfinite(problem.gap(moved)) else math.inf
    spread = float(problem.log_density(problem.nodes).std())
    scale = min(1.0, spread) if spread > ROUNDING else 1.0
    if KEPT * scale < ROUNDING:
        return Membership(False, "undecided: the log-density is constant up to rounding")
    return Membership(
        size <= KEPT * scale, f"log p(h(z)) + log|det J_h(z)| − log p(z) is {size:.2g} on nodes"
    )


def _parameters(member: Family) -> Iterator[Fraction]:
    if member.continuous:
        yield from (t for t in PARAMETERS if member.low <= t <= member.high)


def _distance(claim: Claim, problem: LawPreserved, moved: LatentMap) -> float:
    generator = torch.Generator().manual_seed(0)
    rows = torch.multinomial(problem.weights, ROWS, replacement=True, generator=generator)
    points = embedding(claim)(problem.nodes)[rows]
    values = moved(problem.nodes)[rows]
    if not bool(values.isfinite().all()):
        return 0.0
    return float(residual(claim.group, points, values).value)


def _same_law(claim: Claim, member: Family, t: Fraction) -> Membership:
    """Compare characteristic functions of z and of h(z') on two independent samples."""
    sampler = WorldSampler(claim.world, torch.float64)
    generator = torch.Generator().manual_seed(1)
    first, second = (sampler.latents(SAMPLES, generator) for _ in range(2))
    shape = (FREQUENCIES, claim.dim)
    frequencies = 3 * torch.randn(shape, generator=generator, dtype=torch.float64)
    frequencies = frequencies / first.std(0)
    means = []
    for values in (first, member.change(second, float(t))):
        phase = values @ frequencies.T
        means.append(torch.cat((phase.cos().mean(0), phase.sin().mean(0))))
    apart = float((means[0] - means[1]).abs().max())
    bar = SIGMAS * math.sqrt(2 / SAMPLES)
    if bar > LEAST:
        return Membership(False, f"undecided: the error bar {bar:.2g} of the sampled law")
    return Membership(apart <= bar, f"its law is that of z by sampling: {apart:.2g}, bar {bar:.2g}")


def _witness(
    claim: Claim, point: Point, problem: LawPreserved, member: Family, t: Fraction
) -> Counterexample:
    def moved(z: Tensor) -> Tensor:
        return member.change(z, float(t))

    away = _distance(claim, problem, moved)
    return Counterexample.found(
        claim,
        point,
        kind=Kind.EQUAL_LOSS,
        shown=f"{member.name}: {member.text}, t = {t}",
        equal="the likelihood attains its maximum: the map keeps the prior",
        differs=f"residual {away:.3g} to {claim.group}",
        exact=False,
        data={"family": member.name, "t": str(t)},
        numbers={"gap": problem.gap(moved), "residual": away},
    )
