"""Two next-token predictors of one law agree, linearly, on the subspace that the unembeddings span.

Setting: a model p(y|z) = softmax_y(⟨g_y, z⟩) on R^d whose unembeddings differ in an n-dimensional
subspace only, n < d; coordinates are chosen so that it is that of the first n. The representation z of
the first model plays the part of the latents; the second one, h, has n outputs.
Assumptions: the differences g_y − g_0 span the subspace; the second model sees z (injective).
Objective: cross-entropy with logits ⟨w_y, h(z)⟩, with learned biases b_y or without.
Claim: **equality** with GL(n) on the first n coordinates without biases, with Aff(n) if the second model
has biases: the rest of the representation is not identified, and h does not hold it.
Proof idea: equal conditional laws have equal differences of logits, W h(z) = R z with R of rank n, so
that h is a linear function of the n coordinates that R sees.
Source: marconato_2025; read in its abstract and introduction; the condition is derived here.
Scope: no ground truth is meant: two models of one law are compared. The second has as many outputs as
the subspace has dimensions; in a wider one the same holds of the projection onto the span of its own
unembeddings, and what lies beside it is free. Special case: parallel vectors and steering, which the
paper derives from this, are not formalised here.
Example:
    >>> from sith import derive, theorem
    >>> entry = theorem("marconato_2025_subspace")
    >>> verdict = derive(entry, degree=2)
    >>> verdict.group, verdict.base, verdict.outcome.value
    ('GL(2)', '(z1, z2)', 'identified')
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    Encoder,
    Gaussian,
    Mixing,
    RealSpace,
    Role,
    SoftmaxLabels,
    World,
    natural_parameters,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.errors import InputError
from sith.theory.exactness import integer
from sith.theory.groups import Affine, Linear
from sith.theory.objectives import EnvironmentClassification
from sith.theory.source import Evidence, Source

Rows = tuple[tuple[sp.Rational, ...], ...]


def unembeddings(dim: int, kept: int) -> Rows:
    """Return kept + 1 vectors of R^dim that differ in the first `kept` coordinates, in general position."""
    rest = (sp.Integer(1),) * (dim - kept)
    return tuple((*row, *rest) for row in natural_parameters(kept + 1, kept))


def _few_labels(claim: Any) -> Claim:
    few = SoftmaxLabels(claim.world.pairs.vectors[:-1])
    return claim.replace(world=claim.world.replace(pairs=few))


ASSUMPTIONS = (
    Assumption(
        "spanning_unembeddings",
        r"the differences $g_y-g_0$ span a subspace of as many dimensions as there are outputs",
        Role.NECESSARY,
        "one label less, so that they span one dimension less",
        _few_labels,
    ),
    Assumption(
        "injective_mixing",
        r"the observation determines the first model's representation",
        Role.NECESSARY,
        "any continuous mixing",
        lambda claim: claim.replace(world=claim.world.replace(mixing=Mixing.ARBITRARY)),
    ),
)


def _claim(dim: int, span: Any, biases: Any) -> Claim:
    kept = integer(span, "span", least=1)
    if kept >= dim:
        raise InputError(f"span = {kept} in d = {dim}", allowed=f"1 to {dim - 1}")
    learned = biases == "learned"
    return Claim(
        name="marconato_2025_subspace",
        world=World(RealSpace(dim), Gaussian(), SoftmaxLabels(unembeddings(dim, kept))),
        objective=EnvironmentClassification(bias=learned),
        encoder=Encoder(RealSpace(kept)),
        group=Affine(kept) if learned else Linear(kept),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="marconato_2025_subspace",
    title="Next-token predictors of one law agree linearly on the span of the unembeddings",
    statement=r"If $\operatorname{softmax}_y\langle w_y,h(z)\rangle="
    r"\operatorname{softmax}_y\langle g_y,z\rangle$ for all $z$, the differences of $g$ span "
    r"$V=\mathbb{R}^n\times0$ and $h(z)\in\mathbb{R}^n$, then $h(z)=MP_Vz$ with $M\in GL(n)$; with "
    r"learned biases on the left, $h$ is an affine function of $P_Vz$.",
    source=Source(
        key="marconato_2025",
        authors="Marconato, Lachapelle, Weichwald, Gresele",
        year=2025,
        title="All or None: Identifiable Linear Properties of Next-Token Predictors in Language Modeling",
        statement="the identifiability result without the diversity requirement",
        evidence=Evidence.SECONDARY,
        version="AISTATS 2025, abstract and introduction",
        url="https://arxiv.org/abs/2410.23501",
    ),
    special="no parallel vectors or steering",
    claim_at=_claim,
    parameters=(
        Parameter("span", sp.Integer(2), "dimensions that the unembeddings span, 1 to d − 1"),
        Parameter("biases", "none", "whether the second model has biases", ("none", "learned")),
    ),
    points=(
        {"dim": 2, "span": 1, "biases": "none"},
        {"dim": 3, "span": 2, "biases": "none"},
        {"dim": 4, "span": 2, "biases": "learned"},
        {"dim": 4, "span": 3, "biases": "none"},
    ),
)
