"""The spectral contrastive loss on an augmentation graph gives the top eigenvectors, up to O(k).

Setting: n nodes, joint law A of two views; a path with loops, or two clusters with weight `leak`
between nodes of different clusters and 1 within. Latents are nodes, g is injective.
Assumptions: symmetric joint law, or negatives from both views; a gap after the k-th eigenvalue that
is kept; universal encoder into R^k. Connectedness is not needed for the group, and decides what the
features can tell apart.
Objective: −2 E h(z)·h(z̃) + E (h(z)·h(z'))².
Claim: the features at the optimum are in **equality** with {Qh₀ : Q ∈ O(k)}, h₀ = (√σ_i φ_i).
Proof idea: the loss is ‖HH* − S‖² up to a constant, with H of k columns. By Eckart and Young HH* is
the part of S of its k largest positive eigenvalues, and HH* fixes H up to O(k).
Source: haochen_2021.
Scope: finite graphs with rational weights; the gap is exact where the eigenvalues are rational, and
certified by counting eigenvalues on both sides of a rational number where they are not.
Example:
    >>> from sith import derive, theorem
    >>> verdict = derive(theorem("haochen_2021_spectral"))
    >>> verdict.group, verdict.outcome.value
    ('O(2)', 'identified')
    >>> print(verdict.scope.fields)
    all functions of a node; eigenvalues kept 1 (×1), 3/5 (×1); next 0 (×2); gap σ_k − σ_{k+1} = 3/5
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    AugmentationGraph,
    Encoder,
    FiniteSpace,
    RealSpace,
    Role,
    Stationary,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.groups import Orthogonal
from sith.theory.objectives import SpectralContrastive
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING, cut_in_half, no_gap


def _one_way(claim: Any) -> Claim:
    """Add to A a step that is not made back, and state the loss by (A + Aᵀ)/2.

    E h(z)·h(z̃) is the same for A and Aᵀ, and so is the law of negatives, the mean of both marginals:
    the loss of A is that of (A + Aᵀ)/2. With negatives from the first view alone it is not.
    """
    rows = [list(row) for row in claim.world.pairs.joint]
    rows[0][1] += 1
    n = len(rows)
    both = tuple(tuple((rows[i][j] + rows[j][i]) / 2 for j in range(n)) for i in range(n))
    return claim.replace(world=claim.world.replace(pairs=AugmentationGraph(both)))


ASSUMPTIONS = (
    no_gap(),
    Assumption(
        "connected",
        "the graph is connected",
        Role.SUFFICIENT,
        "no edge between the first half of the nodes and the others",
        cut_in_half,
    ),
    Assumption(
        "reversible",
        r"$A_{ij}=A_{ji}$",
        Role.UNKNOWN,
        "a step from node 1 to node 2 that is not made back, and negatives from both views",
        _one_way,
    ),
    INJECTIVE_MIXING,
)


def _joint(dim: int, graph: Any, leak: Any) -> tuple[tuple[Any, ...], ...]:
    def weight(i: int, j: int) -> Any:
        if graph == "path":
            return max(0, 2 - abs(i - j))
        return 1 if (i < dim // 2) == (j < dim // 2) else leak

    return tuple(tuple(weight(i, j) for j in range(dim)) for i in range(dim))


def _claim(dim: int, graph: Any, outputs: Any, leak: Any) -> Claim:
    k = int(outputs)
    return Claim(
        name="haochen_2021_spectral",
        world=World(FiniteSpace(dim), Stationary(), AugmentationGraph(_joint(dim, graph, leak))),
        objective=SpectralContrastive(),
        encoder=Encoder(RealSpace(k)),
        group=Orthogonal(k),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="haochen_2021_spectral",
    title="Spectral contrastive features are the top eigenvectors of the augmentation graph",
    statement=r"On a finite augmentation graph with $\sigma_k>\sigma_{k+1}$ every minimiser of the "
    r"spectral contrastive loss is $h=Q(\sqrt{\sigma_1}\varphi_1,\dots,\sqrt{\sigma_k}\varphi_k)$ with "
    r"$Q\in O(k)$; a mode with $\sigma\le0$ is dropped.",
    source=Source(
        key="haochen_2021",
        authors="HaoChen, Wei, Gaidon, Ma",
        year=2021,
        title="Provable Guarantees for Self-Supervised Deep Learning with Spectral Contrastive Loss",
        statement="the matrix factorisation form of the loss",
        evidence=Evidence.SECONDARY,
        version="NeurIPS 2021",
    ),
    claim_at=_claim,
    default_dim=4,
    parameters=(
        Parameter("graph", "clusters", "the graph", ("clusters", "path")),
        Parameter("outputs", sp.Integer(2), "number k of outputs"),
        Parameter("leak", sp.Rational(1, 4), "weight between clusters, rational ≥ 0"),
    ),
    points=(
        {"dim": 4, "graph": "clusters", "outputs": 2},
        {"dim": 5, "graph": "clusters", "outputs": 3, "leak": sp.Rational(1, 3)},
        {"dim": 6, "graph": "path", "outputs": 2},
        {"dim": 7, "graph": "path", "outputs": 3},
    ),
)
