"""The optimum conditions of objectives that see the joint law of pairs."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from sith.theory.assumptions import (
    AbstractPairs,
    Box,
    Classes,
    Encoder,
    ExponentialNorm,
    Property,
    StyleRedrawn,
    World,
    require,
)
from sith.theory.derivation.conditions.frame import frame_of, has_edge, require_square
from sith.theory.derivation.conditions.pointwise import optimal_scores
from sith.theory.derivation.equation import Condition, Equation, UpTo
from sith.theory.derivation.lemmas.laws import PAIR_LAW, REVERSIBLE
from sith.theory.derivation.lemmas.losses import GIBBS
from sith.theory.derivation.lemmas.record import Problem
from sith.theory.errors import UnsupportedCondition
from sith.theory.objectives import PairLikelihood, PermutationContrast
from sith.theory.verdict import BOUNDARY


def pair_likelihood(world: World, objective: PairLikelihood, encoder: Encoder) -> Condition:
    """Return the changes of variables of p(z) and of p(z̃|z), the second without its volume term."""
    require(world, Property.FULL_SUPPORT, str(objective))
    frame = frame_of(world, encoder)
    require_square(frame, objective)
    if frame["space"].constraints(frame["z"]):
        raise UnsupportedCondition("the law of a latent on a curved space is not handled")
    z, zt, image, image_t = frame["z"], frame["zt"], frame["image"], frame["image_t"]
    prior, truth = world.prior, _conditional(world.pairs)
    model = objective.transition or truth
    kept = Equation(
        prior.log_density(image) - prior.log_density(z), volume=tuple((i, i) for i in range(len(z)))
    )
    flat = not prior.log_density(z).free_symbols
    if flat and isinstance(truth, ExponentialNorm) and isinstance(model, ExponentialNorm):
        # At z̃ = z both logarithms are those of the normalisers, which then agree.
        residual = model.log_conditional(image, image_t) - truth.log_conditional(z, zt)
        pair = Equation(residual)
        step = r"$\tilde z=z$ shows that the normalisers agree, $\hat C(h(z))=C(z)$"
        latex = r"\log\hat p_0(h(z),h(\tilde z))=\log p_0(z,\tilde z)"
    else:
        residual = (
            model.log_conditional(image, image_t)
            - prior.log_density(image_t)
            - truth.log_conditional(z, zt)
            + prior.log_density(zt)
        )
        pair = Equation(residual, UpTo.FUNCTION_OF_Z)
        step = "the conditionals are given up to functions of the anchor, which $c(z)$ holds"
        latex = (
            r"\log\hat p(h(\tilde z)\mid h(z))-\log p(h(\tilde z))"
            r"=\log p(\tilde z\mid z)-\log p(\tilde z)+c(z)"
        )
    return Condition(
        **frame,
        base=tuple(z),
        parameters={},
        equations=(pair, kept),
        latex=rf"{latex},\quad \log p(h(z))+\log\lvert\det J_h(z)\rvert=\log p(z)",
        steps=(
            (
                "the model's law of (h(z), h(z̃)) is the true one; the law of h(z) is the prior, and "
                "dividing by the law of h(z̃) removes the second volume term"
            ),
            step,
        ),
        lemmas=(PAIR_LAW.cite(Problem(world, objective, encoder)),),
        relaxed=BOUNDARY if has_edge(world.space) else "",
        in_box=isinstance(world.space, Box),
    )


def permutation_contrast(
    world: World, objective: PermutationContrast, encoder: Encoder
) -> Condition:
    """Return Σ_i B_i(h_i(z), h_i(z̃)) = log p(z̃|z) − log p(z̃), the B_i free functions."""
    require(world, Property.FULL_SUPPORT, str(objective))
    require(world, Property.INDEPENDENT, str(objective))
    frame = frame_of(world, encoder)
    require_square(frame, objective)
    z, zt, image, image_t = frame["z"], frame["zt"], frame["image"], frame["image_t"]
    _require_reversible(world, z, zt)
    scores = optimal_scores(objective, 2)
    case = Problem(world, objective, encoder)

    def ratio(at: Sequence[sp.Expr], then: Sequence[sp.Expr]) -> sp.Expr:
        return _conditional(world.pairs).log_conditional(at, then) - world.prior.log_density(then)

    target = ratio(z, zt)
    for term in sp.Add.make_args(sp.expand(target)):
        used = {i for i in range(len(z)) if term.has(z[i], zt[i])}
        if len(used) > 1:
            raise UnsupportedCondition(
                f"the sources are not independent in time: {term} joins sources "
                f"{', '.join(str(i + 1) for i in sorted(used))}",
                cure="use pairs whose log-density is a sum over single sources",
            )
    return Condition(
        **frame,
        base=tuple(z),
        parameters={},
        equations=(Equation(ratio(image, image_t) - target, UpTo.PAIR_SEPARABLE),),
        latex=r"\textstyle\sum_i B_i(h_i(z),h_i(\tilde z))=\log p(\tilde z\mid z)-\log p(\tilde z)",
        steps=(
            (
                r"a real pair has the weight $a_1\propto p(\tilde z\mid z)$, a shuffled one "
                r"$a_2\propto p(\tilde z)$; differentiating the loss in the scores gives "
                rf"$r=s_1-s_2={sp.latex(scores[0] - scores[1])}$"
            ),
            "to first order the free functions add any sum of functions of single pairs",
        ),
        lemmas=(GIBBS.cite(case), REVERSIBLE.cite(case)),
    )


def _conditional(pairs: AbstractPairs | Classes) -> AbstractPairs:
    if isinstance(pairs, StyleRedrawn | Classes):
        raise UnsupportedCondition(f"pairs '{pairs}' have no conditional density")
    return pairs


def _require_reversible(world: World, z: Sequence[sp.Symbol], zt: Sequence[sp.Symbol]) -> None:
    """Refuse a log p(z̃|z) whose function of z is left open: reversibility fixes it."""
    joint = _conditional(world.pairs).log_conditional(z, zt) + world.prior.log_density(z)
    swap = {**dict(zip(z, zt, strict=True)), **dict(zip(zt, z, strict=True))}
    if sp.expand(joint - joint.xreplace(swap)) != 0:
        raise UnsupportedCondition(
            "log p(z̃|z) + log p(z) is not symmetric, and log p(z̃|z) is needed with its normaliser",
            cure="use a reversible process and state its conditional with all functions of z",
        )
