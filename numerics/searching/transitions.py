"""Pair likelihoods with a model that is not the truth: polynomial maps of the box below the identity.

The loss is −E[log p̂(h(z̃)|h(z)) + log|det J_h(z)| + log|det J_h(z̃)|], p̂ normalised on the box. Truth
and model are laws of ‖z̃ − z‖ that every isometry of the box keeps, so all of these have one loss.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import sympy as sp
import torch
from scipy.optimize import minimize_scalar
from torch import Tensor

from sith.numerics.exact.for_world import for_world
from sith.numerics.lowering.lower import lower_map
from sith.numerics.searching.points import Point
from sith.numerics.searching.witness import Counterexample, Kind
from sith.numerics.worlds import WorldSampler
from sith.theory import (
    Box,
    Claim,
    Euclidean,
    ExponentialNorm,
    Family,
    Map,
    Membership,
    Mixing,
    Relation,
    SithError,
    UnsupportedCondition,
    contained,
    latents,
    map_data,
    read_map,
)
from sith.theory.assumptions import Uniform
from sith.theory.objectives import PairLikelihood

NODES = {1: 40, 2: 12, 3: 8}
MORE = {1: 60, 2: 18, 3: 10}
REACH = sp.Rational(2, 5)
"""|t| up to which y + t·b(y) is increasing on [0, 1] for both shapes b below."""
DENOMINATORS = (10, 20, 50, 100, 200, 500, 1000, 10_000)
SMALL, BAR = 0.2, 3
"""The error is at most this share of the effect; so many standard errors make the error bar."""
SAMPLES, LEAST, MOST = 2**16, 8, 96


def has_other_transition(claim: Claim) -> bool:
    """Whether the claim is a pair likelihood whose model is not the world's law."""
    objective = claim.objective
    if not isinstance(objective, PairLikelihood) or objective.transition is None:
        return False
    return bool(objective.transition != claim.world.pairs)


def refute_by_transition(claim: Claim, point: Point) -> tuple[Counterexample, ...]:
    """Return a polynomial bijection of the box with a lower loss than every member, () without one.

    Each shape b gives h_i = z_i + t·b(z_i) in all coordinates; the best t is rounded to a fraction
    that keeps half of the gain. Raises `UnsupportedCondition` for other worlds and groups.
    """
    problem = _problem(claim, NODES)
    found = []
    for shape in _shapes(claim.dim):
        reach = float(REACH)
        best = minimize_scalar(
            lambda t, s=shape: -_gain(problem, s, t),
            bounds=(-reach, reach),
            method="bounded",
            options={"xatol": 1e-4, "maxiter": 24},
        )
        found.append((-float(best.fun), float(best.x), shape))
    gain, t, shape = max(found, key=lambda item: item[0])
    near = next((sp.Rational(round(t * n), n) for n in DENOMINATORS if _near(t, n)), sp.Integer(0))
    kept = _gain(problem, shape, float(near))
    if near == 0 or not kept > gain / 2 > 0:
        return ()
    member = _map(claim.dim, shape, near)
    if claim.group.contains(member).holds:
        return ()
    return (
        Counterexample.found(
            claim,
            point,
            kind=Kind.LOWER_LOSS,
            shown=str(member),
            equal=f"the population loss is lower than that of every member of {claim.group} by "
            f"{kept:.3g}",
            differs=f"it is not in {claim.group}: {claim.group.contains(member).reason}",
            exact=False,
            data={"transition": map_data(member)},
            numbers={"gain": kept},
        ),
    )


def check_transition(witness: Counterexample, claim: Claim) -> Membership:
    """Compare the stored map with the identity on two sets of nodes and by Monte Carlo."""
    if not has_other_transition(claim):
        return Membership(False, "the model is the truth, and the identity is optimal")
    member = read_map(witness.data.get("transition"))
    if claim.group.contains(member).holds:
        return Membership(False, f"the map is in {claim.group}")
    if not _keeps_box(member):
        return Membership(False, "it is no increasing map of every coordinate of the box")
    few, many = (_gain_of(_problem(claim, nodes), member) for nodes in (NODES, MORE))
    if not abs(few - many) <= SMALL * many:
        return Membership(False, f"undecided: lower by {many:.3g}, on fewer nodes by {few:.3g}")
    sampled, spread = _sampled(claim, member, SMALL * many)
    figures = f"lower by {many:.3g} on nodes, by {sampled:.3g} ± {BAR * spread:.1g} by sampling"
    if BAR * spread > SMALL * many:
        return Membership(False, f"undecided: {figures}")
    return Membership(abs(sampled - many) <= BAR * spread + SMALL * many, figures)


@dataclass(frozen=True, slots=True)
class _Problem:
    """Nodes and weights of the box, the true joint law on them, and the model."""

    nodes: Tensor
    weights: Tensor
    joint: Tensor
    model: Any


def _problem(claim: Claim, count: dict[int, int]) -> _Problem:
    world, group, encoder = claim.world, claim.group, claim.encoder
    model = getattr(claim.objective, "transition", None)
    laws = all(isinstance(law, ExponentialNorm) for law in (world.pairs, model))
    free = encoder.family is Family.UNIVERSAL and world.mixing is Mixing.INJECTIVE
    boxes = isinstance(world.space, Box) and encoder.output == world.space
    try:
        rigid = contained(group, Euclidean(claim.dim)).holds
    except SithError:
        rigid = False
    if not (laws and free and boxes and rigid and isinstance(world.prior, Uniform)):
        raise UnsupportedCondition(
            "the members of the group need not have one loss",
            allowed="laws of ‖z̃ − z‖ on a box, free encoders, and isometries",
        )
    if claim.relation is Relation.CONTAINS or claim.dim not in count:
        raise UnsupportedCondition(f"no search for maps below the identity in d = {claim.dim}")
    rule = for_world(world, count[claim.dim])
    truth = _log(world.pairs, rule.nodes, rule.nodes)
    joint = rule.weights[:, None] * (truth + rule.weights.log()).softmax(1)
    return _Problem(rule.nodes, rule.weights, joint, model)


def _log(pairs: Any, u: Tensor, v: Tensor) -> Tensor:
    """−λ‖v − u‖_p^α of all pairs of rows, ``(N, M)``."""
    p, alpha = float(pairs.p), float(pairs.alpha)
    distance: Tensor = torch.cdist(u, v, p=p)
    return -float(pairs.rate) * distance**alpha


def _gain(problem: _Problem, shape: sp.Expr, t: float) -> float:
    member = _map(problem.nodes.shape[1], shape, sp.nsimplify(t, rational=True))
    return _gain_of(problem, member)


def _gain_of(problem: _Problem, member: Map) -> float:
    """By how much the loss of a map of every coordinate is below the identity's, on nodes."""
    values, volume = _lowered(member, problem.nodes)
    moved = _score(problem, values)
    still = _score(problem, problem.nodes)
    second = problem.joint.sum(0)
    gained = (problem.joint * (moved - still)).sum()
    return float(gained + (problem.weights + second) @ volume)


def _score(problem: _Problem, values: Tensor) -> Tensor:
    """log p̂(h_j|h_i), normalised on the box by the nodes, ``(N, N)``."""
    return _log(problem.model, values, values) - _spread(problem, values)[:, None]


def _sampled(claim: Claim, member: Map, effect: float) -> tuple[float, float]:
    """The gain by Monte Carlo with its standard error; what is no function of a pair is by quadrature."""
    problem = _problem(claim, MORE)
    model = problem.model
    sampler = WorldSampler(claim.world, torch.float64)
    generator = torch.Generator().manual_seed(1)

    def own(u: Tensor, v: Tensor) -> Tensor:
        distance = torch.linalg.vector_norm(v - u, float(model.p), 1)
        scores: Tensor = -float(model.rate) * distance ** float(model.alpha)
        return scores

    # Functions of uniform z alone are exact on the nodes; sampled is what depends on the pair.
    values, volume = _lowered(member, problem.nodes)
    spread = _spread(problem, values) - _spread(problem, problem.nodes)
    known = float(problem.weights @ (2 * volume - spread))
    means: list[float] = []
    error = math.inf
    while len(means) < MOST:
        z, zt = sampler.pairs(SAMPLES, generator)
        (h, first), (ht, second) = _lowered(member, z), _lowered(member, zt)
        means.append(float((own(h, ht) - own(z, zt) + second - first).mean()))
        if len(means) >= LEAST:
            error = float(torch.tensor(means).double().std()) / math.sqrt(len(means))
            if BAR * error <= effect:
                break
    return known + sum(means) / len(means), error


def _spread(problem: _Problem, values: Tensor) -> Tensor:
    """log of the model's normaliser on the box at h_i."""
    scores = _log(problem.model, values, problem.nodes)
    return (scores + problem.weights.log()).logsumexp(1)


def _lowered(member: Map, z: Tensor) -> tuple[Tensor, Tensor]:
    """h(z) and log|det J_h(z)| of a map that moves every coordinate by itself."""
    slopes = tuple(sp.diff(e, s) for e, s in zip(member.expressions, member.symbols, strict=True))
    both = lower_map((*member.expressions, *slopes), member.symbols)(z)
    return both[:, : member.dim], both[:, member.dim :].log().sum(1)


def _keeps_box(member: Map) -> bool:
    """Whether every coordinate goes by an increasing polynomial of [0, 1] onto itself; exact."""
    for e, s in zip(member.expressions, member.symbols, strict=True):
        if e.free_symbols != {s} or not e.is_polynomial(s):
            return False
        slope = sp.Poly(sp.diff(e, s), s)
        ends = e.subs(s, 0) == 0 and e.subs(s, 1) == 1
        if not ends or slope.eval(0) <= 0 or slope.count_roots(0, 1) != 0:
            return False
    return len(member.expressions) == member.dim


def _shapes(dim: int) -> tuple[sp.Expr, ...]:
    """y(1 − y), which is even about the centre, and y(1 − y)(1 − 2y), which is odd."""
    y = latents(dim)[0]
    return y * (1 - y), y * (1 - y) * (1 - 2 * y)


def _map(dim: int, shape: sp.Expr, t: sp.Rational) -> Map:
    z = latents(dim)
    return Map(z, tuple(s + t * shape.subs(z[0], s) for s in z))


def _near(t: float, n: int) -> bool:
    """Whether rounding to denominators n moves t by at most a quarter of it."""
    return abs(round(t * n) / n - t) <= abs(t) / 4
