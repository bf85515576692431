"""The optimum condition of scores that are sums over outputs: differences stay separable."""

from __future__ import annotations

import sympy as sp

from sith.theory.assumptions import Encoder, ExponentialFamily, RealSpace, World
from sith.theory.derivation.conditions.auxiliary import require_normalisable
from sith.theory.derivation.conditions.frame import frame_of, require_square
from sith.theory.derivation.conditions.pointwise import optimal_scores
from sith.theory.derivation.equation import Condition, Equation, UpTo
from sith.theory.derivation.lemmas.losses import GIBBS
from sith.theory.derivation.lemmas.record import Problem
from sith.theory.derivation.lemmas.variability import second_order_rank
from sith.theory.errors import InputError, UnsupportedCondition
from sith.theory.objectives import GeneralisedContrastive


def separable(world: World, objective: GeneralisedContrastive, encoder: Encoder) -> Condition:
    """Return: D_u(z) = log p(z|u) − log p(z|u₀) is a sum of functions of single outputs h_i(z).

    The condition is written for k = h⁻¹, that is D_u(k(y)) is separable in y. At first order h and k
    differ by a sign only, and groups hold both.
    """
    frame = frame_of(world, encoder)
    require_square(frame, objective)
    family = world.pairs
    if not isinstance(family, ExponentialFamily):
        raise InputError(
            f"pairs '{family}' carry no environment", cure="use pairs=ExponentialFamily(...)"
        )
    if not isinstance(frame["output"], RealSpace):
        raise UnsupportedCondition(
            f"representations in the {frame['output']}", cure="use an encoder into RealSpace(d)"
        )
    if family.rank == 0:
        raise InputError(
            f"the auxiliary variable of '{family}' changes nothing: all its parameters are equal",
            allowed="at least two different rows",
        )
    require_normalisable(world, family)
    optimal_scores(objective, slots=2)
    z, image = frame["z"], frame["image"]
    reduced, _ = family.variability.rref()
    model, true = family.statistics_at(image), family.statistics_at(z)
    equations = []
    for j in range(family.rank):
        row = list(reduced.row(j))
        residual = sp.Add(*(c * (a - b) for c, a, b in zip(row, model, true, strict=True)))
        equations.append(Equation(residual, UpTo.SEPARABLE))
    found, wanted = second_order_rank(family), 2 * world.dim
    return Condition(
        **frame,
        base=tuple(z),
        parameters={},
        equations=tuple(equations),
        latex=r"\log p(z\mid u)-\log p(z\mid u_0)=\textstyle\sum_i\varphi_i(h_i(z),u)"
        r"\quad\text{for every }u",
        steps=(
            (
                r"the weights are $p(x,u)$ and $p(x)p(u)$; differentiating the loss in the score gives "
                r"$r=\log p(z\mid u)-\log p(z)$"
            ),
            (
                r"differences of environments remove $a(h)$ and $\log p(z)$; the $\psi_i$ are free, so "
                r"only separability in the outputs is left"
            ),
        ),
        lemmas=(GIBBS.cite(Problem(world, objective, encoder)),),
        incomplete=(
            ""
            if found == wanted
            else f"first and second derivatives of log p(z|u) vary over {found} of {wanted} "
            "dimensions; maps that are not polynomial may be free besides"
        ),
    )
