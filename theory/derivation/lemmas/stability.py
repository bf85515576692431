"""The lemma on likelihoods with a wrong source density: where the separating matrix is a local maximum.

At B = (I + E)B₀, y = B₀x separated, φ = −(log q)′ and E[φ(y_i)y_i] = 1, the likelihood changes by
−½ Σ_i (1 + m_i) E_ii² − ½ Σ_{i<j} (κ_i σ_j² E_ij² + κ_j σ_i² E_ji² + 2 E_ij E_ji) to second order, with
κ = E φ′(y), σ² = E y², m = E y²φ′(y). For log q = −c|u|^p this has m = p − 1, and with the moments
m_k = E|s|^k of a source κσ² = (p − 1) m_{p−2} m_2/m_p, or 2 p(0) m_2/m_1 for p = 1, at any scale.
"""

from __future__ import annotations

from enum import Enum
from itertools import combinations
from typing import Any

import sympy as sp

from sith.theory.assumptions import Family, Gaussian, Marginal, Mixing, World
from sith.theory.derivation.fields.ball import ball
from sith.theory.derivation.lemmas.losses import SQUARE, objective_is
from sith.theory.derivation.lemmas.record import Entry, Hypothesis, Problem
from sith.theory.objectives import ModelLikelihood

Value = tuple[sp.Expr, ...]
"""A number in closed form, () where none is at hand."""


class Stability(Enum):
    """What the second-order conditions say of the separating matrix."""

    STABLE = "a strict local maximum"
    UNSTABLE = "no local maximum"
    OPEN = "not decided"


def sources(world: World) -> tuple[Any, ...]:
    """Return the laws of independent sources, () where they are not known one by one."""
    if type(world.prior) is Gaussian:
        return (Marginal.NORMAL,) * world.dim
    return tuple(getattr(world.prior, "marginals", ()))


def curvature(source: Any, power: int) -> Value:
    """Return κσ² of a source at the optimal scale, () where a moment has no closed form."""
    if power == 2:
        return (sp.Integer(1),)
    second, scale = source.absolute_moment(2), source.absolute_moment(power)
    near = source.density_at_zero() if power == 1 else source.absolute_moment(power - 2)
    if not (second and scale and near):
        return ()
    factor = 2 if power == 1 else power - 1
    return (sp.simplify(factor * near[0] * second[0] / scale[0]),)


def scale_of(source: Any, objective: ModelLikelihood) -> Value:
    """Return c_i > 0 with E[φ(c_i s)c_i s] = 1, () where the moment has no closed form."""
    p = objective.power
    return tuple((objective.rate * p * m) ** sp.Rational(-1, p) for m in source.absolute_moment(p))


def stability(case: Problem) -> tuple[Stability, tuple[int, int], str]:
    """Return whether the separating matrix is a local maximum, with a pair that decides, and why."""
    power = int(getattr(case.objective, "power", 0))
    laws = sources(case.world)
    found = [curvature(law, power) for law in laws]
    open_ = ""
    for i, j in combinations(range(len(laws)), 2):
        if not (found[i] and found[j]):
            open_ = open_ or f"E|s|^k has no closed form here for source {i + 1} or {j + 1}"
            continue
        product = found[i][0] * found[j][0]
        value = ball(product - 1, {})
        said = f"κσ² of sources {i + 1} and {j + 1} have the product {product}"
        if value < 0:
            return Stability.UNSTABLE, (i, j), f"{said} < 1"
        if not value > 0:
            open_ = open_ or f"{said}, which is 1 or not told from 1"
    if open_ or len(laws) < 2:
        return Stability.OPEN, (0, 0), open_ or "fewer than two sources"
    least = "all products κ_iσ_i²κ_jσ_j² are above 1: κσ² = "
    return Stability.STABLE, (0, 1), least + ", ".join(str(f[0]) for f in found)


def _linear(case: Problem) -> bool:
    return case.world.mixing is Mixing.LINEAR and case.encoder.family is Family.LINEAR


STABILITY: Entry[Problem] = Entry(
    "L-separating-stability",
    "of the likelihood under log q = −c|u|^p of independent symmetric sources, the separating matrices "
    "with E[φ(y_i)y_i] = 1 are strict local maxima if κ_iσ_i²κ_jσ_j² > 1 for all i ≠ j, and none is a "
    "local maximum if one product is below 1",
    "Pham and Garat (1997); Amari, Chen and Cichocki (1997)",
    (
        objective_is(ModelLikelihood, "the likelihood under a density of the model's"),
        Hypothesis("linear", "h is linear", "mixing and encoder are linear", _linear),
        Hypothesis(
            "symmetric",
            "the sources are independent and symmetric about 0, at least two of them",
            "the prior is a product of named laws",
            lambda case: (
                len(sources(case.world)) > 1 and all(s.symmetric for s in sources(case.world))
            ),
        ),
        Hypothesis(
            "computed",
            "one product is below 1, or all are above 1",
            "moments in closed form, compared by interval arithmetic",
            lambda case: stability(case)[0] is not Stability.OPEN,
        ),
        SQUARE,
    ),
)
