"""Actions that each move a few latents identify them up to scale where a graph criterion holds.

Setting: Gaussian latents given an action u, z|u ~ N(λ(u), I) on R^d, the mean moved by action u only in
the coordinates S_u; x = g(z) with g injective.
Assumptions: the targets S_u separate every latent from the others; each action moves its targets in
enough directions; the targets are known to the model; injective mixing.
Objective: maximum likelihood of x given u, the mean λ̂(u) learned and moved in S_u alone.
Claim: **equality** with the affine maps z ↦ Mz + b whose M has M_ij ≠ 0 only where every action that
moves z_i moves z_j and the other way round: diagonal M where the criterion of the paper holds.
Proof idea: in differences of actions base and Jacobian cancel, which leaves ⟨λ̂(u), h⟩ = ⟨λ(u), z⟩ + c
with λ̂(u) zero outside S_u: h is affine, and M keeps the span of the coordinates of every S_u.
Source: lachapelle_2022; read in its abstract; the condition is derived and the group computed here.
Scope: a special case: the graph from actions to latents is known, where the paper finds it up to the
order of latents by a sparsity penalty, and latents are independent given the action, without time.
Graphs whose classes only contain one another, triangular ones, are refused.
Example:
    >>> from sith import derive, theorem
    >>> entry = theorem("lachapelle_2022_mechanism_sparsity")
    >>> claim = entry.at(2, graph="single")
    >>> derive(claim, degree=2).dimension_by_degree[2]
    4
    >>> dense = {a.name: a for a in claim.assumptions}["graph_criterion"].weaken(claim)
    >>> derive(dense, degree=2).group
    'Aff(2)'
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    Encoder,
    ExponentialFamily,
    Gaussian,
    RealSpace,
    Role,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.errors import InputError
from sith.theory.groups import Commutant, Shifted
from sith.theory.notation import latents
from sith.theory.objectives import ConditionalLikelihood
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING

Targets = tuple[tuple[int, ...], ...]


def targets_of(dim: int, graph: Any) -> Targets:
    """Return S_u of each action: one latent each, two neighbours each, or one block and single ones."""
    if graph == "single":
        return tuple((i,) for i in range(dim))
    if graph == "overlapping":
        if dim < 3:
            raise InputError(f"overlapping targets in d = {dim}", allowed="3 or more")
        return tuple(tuple(sorted((i, (i + 1) % dim))) for i in range(dim))
    return ((0, 1), *((i,) for i in range(2, dim)))


def classes(dim: int, targets: Targets) -> tuple[int, ...]:
    """Return a label for each latent, equal where the same actions move two latents.

    This is the graph criterion: C_i is the intersection of all S_u that contain i, and latents are
    told apart where C_i holds i alone. Raises `InputError` where j is in C_i and i is not in C_j.
    """
    around = [frozenset(u for u, s in enumerate(targets) if i in s) for i in range(dim)]
    for i in range(dim):
        if not around[i] or any(around[i] < other for other in around):
            raise InputError(
                f"targets {targets} that do not separate z{i + 1}, or do so one way round",
                allowed="every latent moved, and no latent moved by all actions of another and more",
            )
    return tuple(around.index(a) for a in around)


def _moves(dim: int, targets: Targets, *, each: int = 0) -> tuple[tuple[sp.Rational, ...], ...]:
    """Return rows of λ(u), for each action as many as targets, or `each` of them; the first is 0."""
    rows: list[tuple[Any, ...]] = [(sp.Integer(0),) * dim]
    for support in targets:
        for n in range(each or len(support)):
            own = {i: sp.Rational(3 if m == n else 1, 2) for m, i in enumerate(support)}
            rows.append(tuple(own.get(i, sp.Integer(0)) for i in range(dim)))
    return tuple(rows)


def _supports(targets: Targets, *, each: int = 0) -> Targets:
    return tuple(s for s in targets for _ in range(each or len(s)))


def _targets(claim: Any) -> Targets:
    return tuple(dict.fromkeys(claim.objective.supports))


def _dense(claim: Any) -> Claim:
    whole = tuple(range(claim.dim))
    count = len(claim.world.pairs.parameters) - 1
    return claim.replace(objective=ConditionalLikelihood((whole,) * count))


def _few_moves(claim: Any) -> Claim:
    targets = _targets(claim)[:-1]
    family = ExponentialFamily(claim.world.pairs.statistics, _moves(claim.dim, targets, each=1))
    objective = ConditionalLikelihood(_supports(targets, each=1))
    return claim.replace(world=claim.world.replace(pairs=family), objective=objective)


ASSUMPTIONS = (
    Assumption(
        "graph_criterion",
        r"latents of different classes are told apart by the targets: $\bigcap_{u:i\in S_u}S_u$ is the "
        r"class of $i$",
        Role.NECESSARY,
        "every action may move every latent in the model",
        _dense,
    ),
    Assumption(
        "sufficient_moves",
        r"the moves of the actions with targets $S$ span $\mathbb{R}^S$",
        Role.NECESSARY,
        "one move for each set of targets, and none for the last",
        _few_moves,
    ),
    INJECTIVE_MIXING,
)


def _claim(dim: int, graph: Any) -> Claim:
    targets = targets_of(dim, graph)
    labels = sp.ImmutableMatrix(sp.diag(*classes(dim, targets)))
    statistics = tuple((x,) for x in latents(dim))
    return Claim(
        name="lachapelle_2022_mechanism_sparsity",
        world=World(
            RealSpace(dim), Gaussian(), ExponentialFamily(statistics, _moves(dim, targets))
        ),
        objective=ConditionalLikelihood(_supports(targets)),
        encoder=Encoder(RealSpace(dim)),
        group=Shifted(Commutant((labels,))),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="lachapelle_2022_mechanism_sparsity",
    title="Actions with few known targets identify each latent that they tell apart",
    statement=r"If $z\mid u\sim N(\lambda(u),I)$, action $u$ moves the mean in $S_u$ alone and in all "
    r"directions of $\mathbb{R}^{S_u}$, and the model knows the $S_u$, the maximisers of the likelihood "
    r"are $h(z)=Mz+b$ with $M_{ij}\ne0$ only where the same actions move $z_i$ and $z_j$; with all "
    r"$\bigcap_{u:i\in S_u}S_u=\{i\}$ each latent is identified up to scale and shift.",
    source=Source(
        key="lachapelle_2022",
        authors="Lachapelle, Rodriguez Lopez, Sharma, Everett, Le Priol, Lacoste, Lacoste-Julien",
        year=2022,
        title="Disentanglement via Mechanism Sparsity Regularization: A New Principle for Nonlinear ICA",
        statement="sparse effects of actions, up to permutation and elementwise maps, under a criterion "
        "on the graph",
        evidence=Evidence.SECONDARY,
        version="CLeaR 2022, abstract; here with a known graph and Gaussian latents",
        url="https://arxiv.org/abs/2107.10098",
    ),
    special="known targets, no time",
    claim_at=_claim,
    parameters=(
        Parameter(
            "graph",
            "overlapping",
            "the targets of the actions",
            ("single", "overlapping", "block"),
        ),
    ),
    points=(
        {"dim": 2, "graph": "single"},
        {"dim": 3, "graph": "overlapping"},
        {"dim": 3, "graph": "block"},
    ),
)
