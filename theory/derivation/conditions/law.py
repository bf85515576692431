"""The optimum condition of objectives that see the law of single observations."""

from __future__ import annotations

from dataclasses import replace

from sith.theory.assumptions import (
    Box,
    Encoder,
    Gaussian,
    Marginal,
    Product,
    Property,
    World,
    is_whole,
    require,
)
from sith.theory.derivation.conditions.frame import frame_of, has_edge, require_square
from sith.theory.derivation.equation import Condition, Equation, UpTo
from sith.theory.derivation.lemmas.laws import CRAMER_WOLD, INDEPENDENCE, LAW, SCORES
from sith.theory.derivation.lemmas.record import Entry, Problem
from sith.theory.errors import UnsupportedCondition
from sith.theory.objectives import Independence, Likelihood, ScoreMatching, SlicedNormality
from sith.theory.verdict import BOUNDARY


def _lemma(objective: Likelihood | ScoreMatching | Independence) -> Entry[Problem]:
    """Return the lemma that says where the objective is minimal."""
    known: dict[type, Entry[Problem]] = {Independence: INDEPENDENCE, ScoreMatching: SCORES}
    return known.get(type(objective), LAW)


def law(
    world: World, objective: Likelihood | ScoreMatching | Independence, encoder: Encoder
) -> Condition:
    """Return the change of variables: h(z) has the prior's law, or independent coordinates."""
    frame = frame_of(world, encoder)
    require_square(frame, objective)
    if frame["space"].constraints(frame["z"]):
        raise UnsupportedCondition("the law of a latent on a curved space is not handled")
    independent = isinstance(objective, Independence)
    if independent:
        require(world, Property.INDEPENDENT, str(objective))
    edge = _has_edge(world)
    if edge and not independent and (frame["linear_only"] or world.mixing.rigid):
        # The edge of the support is what keeps such maps from being free.
        raise UnsupportedCondition(
            f"with a {world.mixing} mixing the edge of the support of the {world.prior} prior "
            "decides, and it is not imposed on fields",
            cure="use a prior that is positive on R^d",
        )
    z, image = frame["z"], frame["image"]
    residual = world.prior.log_density(image) - world.prior.log_density(z)
    volume = tuple((i, i) for i in range(len(z)))
    up_to = UpTo.SEPARABLE if independent else UpTo.NOTHING
    return Condition(
        **frame,
        base=tuple(z),
        parameters={},
        equations=(Equation(residual, up_to, volume),),
        latex=r"\log p(h(z))+\log\lvert\det J_h(z)\rvert=\log p(z)"
        + (r"+\textstyle\sum_i\varphi_i(z_i)" if independent else ""),
        steps=(
            "the law of h(z) is a product law" if independent else "the law of h(z) is the prior",
        ),
        lemmas=(_lemma(objective).cite(Problem(world, objective, encoder)),),
        relaxed=BOUNDARY if edge else "",
        in_box=edge and not independent and isinstance(world.space, Box),
        by_coordinate=edge and independent,
    )


def sliced_law(world: World, objective: SlicedNormality, encoder: Encoder) -> Condition:
    """Return the law condition where all projections are normal and the prior is N(0, I)."""
    if objective.directions:
        raise UnsupportedCondition(
            f"{len(objective.directions)} normal projections do not fix the law of h(z)",
            cure="`sith refute` looks for another law with the same projections",
        )
    if not isinstance(world.prior, Gaussian):
        raise UnsupportedCondition(
            f"maps from a {world.prior} prior to N(0, I) are no group", cure="use a Gaussian prior"
        )
    if not is_whole(world.space):
        raise UnsupportedCondition(
            f"a Gaussian prior on the {world.space} is cut off, and is not N(0, I)",
            cure="use RealSpace(d)",
        )
    condition = law(world, Likelihood(), encoder)
    return replace(
        condition,
        steps=("all projections of $h(z)$ are normal, so $h(z)$ is $N(0, I)$, the prior",),
        lemmas=(CRAMER_WOLD.cite(Problem(world, objective, encoder)),),
    )


def _has_edge(world: World) -> bool:
    """Whether the latents have a bounded support, which a law-preserving map must keep."""
    prior = world.prior
    uniform = isinstance(prior, Product) and Marginal.UNIFORM in prior.marginals
    return uniform or has_edge(world.space)
