"""Lemmas on cross-entropies and alignment with entropy: where their population value is minimal."""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Atoms,
    Classes,
    ExponentialFamily,
    PartlyKeptSphere,
    Property,
    SharedBlock,
    SoftmaxLabels,
    Stationary,
    properties,
)
from sith.theory.derivation.lemmas.record import Entry, Hypothesis, Problem
from sith.theory.objectives import (
    AlignmentMaxEntropy,
    LatentCorrelation,
)


@cache
def proper(objective: Any) -> bool:
    """Whether a pointwise loss is stationary and strictly convex at the logarithms of the weights.

    Looked at for two slots, the second score free; of a binary loss at log(a/b).
    """
    if hasattr(objective, "pointwise"):
        a, s = sp.symbols("a1:3", positive=True), sp.symbols("s1:3", real=True)
        loss = objective.pointwise(a, s)
        at = {x: sp.log(y) for x, y in zip(s, a, strict=True)}
    elif hasattr(objective, "pointwise_binary"):
        a, s = sp.symbols("a b", positive=True), (sp.Symbol("s", real=True),)
        loss = objective.pointwise_binary(*a, *s)
        at = {s[0]: sp.log(a[0] / a[1])}
    else:
        return False
    slopes = [sp.simplify(sp.diff(loss, x).subs(at)) for x in s]
    curvature = sp.factor(sp.simplify(sp.diff(loss, s[-1], 2).subs(at)))
    return all(x == 0 for x in slopes) and bool(curvature.is_positive)


def _proper(case: Problem) -> bool:
    objective: Any = case.objective
    return proper(objective)


def _conditional(case: Problem) -> bool:
    pairs = case.world.pairs
    if isinstance(pairs, PartlyKeptSphere):
        return bool(getattr(case.objective, "within_support", False))
    labelled = isinstance(pairs, Classes | ExponentialFamily | SoftmaxLabels)
    return labelled or Property.FULL_SUPPORT in properties(case.world)


GIBBS: Entry[Problem] = Entry(
    "L-gibbs",
    "a cross-entropy is minimal exactly where the model's conditional equals the true one, "
    "if the family contains it",
    "Gibbs' inequality",
    (
        Hypothesis(
            "proper",
            "the loss is pointwise in the critic and minimal exactly at the true log-weights",
            "the loss is differentiated at the logarithms of the weights: slope 0, curvature > 0",
            _proper,
        ),
        Hypothesis(
            "conditional",
            "what the loss predicts has a positive conditional law given z, on the set that the "
            "negatives are drawn from",
            "labels or environments, pairs of full support, or negatives within the support",
            _conditional,
        ),
    ),
)


def _aligned(case: Problem) -> bool:
    return isinstance(case.objective, AlignmentMaxEntropy | LatentCorrelation)


def _shared(case: Problem) -> bool:
    return Property.SHARED_CONTENT in properties(case.world)


def has_density(case: Problem) -> bool:
    """Whether the latents have a density that is positive on the space, or on a box."""
    return not isinstance(case.world.prior, Atoms | Stationary)


def flat(case: Problem) -> bool:
    """Whether the latent space is an open part of R^d."""
    z = sp.symbols(f"z1:{case.world.dim + 1}")
    return not case.world.space.constraints(z)


def square(case: Problem) -> bool:
    """Whether there are as many outputs as latents."""
    return case.encoder.output.dim == case.world.dim


def _as_many_as_content(case: Problem) -> bool:
    content = getattr(case.world.pairs, "content", ())
    return not content or case.encoder.output.dim == len(content)


SHARED: Hypothesis[Problem] = Hypothesis(
    "shared",
    "the views share the content and redraw all other coordinates",
    "the world's pairs are StyleRedrawn or SharedBlock",
    _shared,
)
COUNTED: Hypothesis[Problem] = Hypothesis(
    "counted",
    "there are as many outputs as content coordinates, so that encoders that agree exist",
    "the numbers of outputs and of content coordinates are compared",
    _as_many_as_content,
)
DENSITY: Hypothesis[Problem] = Hypothesis(
    "density",
    "the latents have a positive density",
    "the prior is neither made of atoms nor given by moments alone",
    has_density,
)
SQUARE: Hypothesis[Problem] = Hypothesis(
    "square",
    "there are as many outputs as latents",
    "the numbers of outputs and of latents are compared",
    square,
)
FLAT: Hypothesis[Problem] = Hypothesis(
    "flat",
    "the latents fill an open part of R^d",
    "the latent space has no equation, as the sphere has",
    flat,
)


def objective_is(kind: Any, words: str) -> Hypothesis[Problem]:
    """Return the hypothesis that the loss is the one that the lemma speaks of."""
    return Hypothesis(
        "loss",
        f"the loss is {words}",
        "the kind of the objective",
        lambda c: isinstance(c.objective, kind),
    )


ALIGN_ENTROPY: Entry[Problem] = Entry(
    "L-align-entropy",
    "alignment plus negative entropy is minimal exactly where h(z) = h(z̃) almost surely and "
    "h(z) is uniform on the box",
    "von Kügelgen et al. (2021), proof of Thm 4.4",
    (
        objective_is(AlignmentMaxEntropy, "alignment plus negative entropy of outputs in the box"),
        SHARED,
        COUNTED,
        DENSITY,
    ),
)
COMMON_VIEW: Entry[Problem] = Entry(
    "L-common-view",
    "if h_1(x_1) = h_k(x_k) almost surely and the latents have a positive density, two first views "
    "that occur with the same k-th view have the same h_1",
    "composition; Daunhawer et al. (2023), Yao et al. (2024)",
    (
        Hypothesis(
            "aligned",
            "at the optimum the encoders of all views agree almost surely",
            "the kind of the objective: alignment with maximal entropy, or latent correlation",
            _aligned,
        ),
        Hypothesis(
            "views",
            "each view sees some of the latents, and any values of the others may go with them",
            "the world's pairs are SharedBlock",
            lambda case: isinstance(case.world.pairs, SharedBlock),
        ),
        DENSITY,
    ),
)
LATENT_CORRELATION: Entry[Problem] = Entry(
    "L-latent-correlation",
    "whitened outputs of two views have maximal correlation exactly where they are equal almost "
    "surely, if encoders that agree exist",
    "Cauchy–Schwarz; Lyu et al. (2022)",
    (
        objective_is(LatentCorrelation, "the correlation of whitened outputs"),
        SHARED,
        COUNTED,
        DENSITY,
    ),
)
