"""Mixing classes as differential conditions on h = ĝ^{−1}∘g, where g and ĝ are in the class."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, combinations_with_replacement

import sympy as sp

from sith.theory.assumptions import Mixing, StructuredMixing
from sith.theory.derivation.equation import Condition, Equation
from sith.theory.derivation.lemmas.classes import HYPERBOLIC
from sith.theory.derivation.lemmas.record import Problem, Setting
from sith.theory.errors import UnsupportedCondition

_LATEX = {
    Mixing.LOCAL_ISOMETRY: r"J_h^\top J_h = I",
    Mixing.CONFORMAL: r"J_h^\top J_h = \lambda(z) I",
    Mixing.VOLUME_PRESERVING: r"\lvert\det J_h\rvert = 1",
}


def impose_class(problem: Problem, condition: Condition) -> Condition:
    """Add what the mixing class demands of h to a condition.

    The equations are J_hᵀJ_h = I; J_hᵀJ_h = λ(z)I with λ eliminated; log|det J_h| = 0; or, for a
    given g of a class that is not closed under composition, those of the class on ĝ = g∘h^{−1}.
    Raises `UnsupportedCondition` where J_h is not a square matrix of derivatives along flat
    coordinates.
    """
    mixing = problem.world.mixing
    if not mixing.restricts_jacobian:
        return condition
    dim = len(condition.z)
    if condition.space.constraints(condition.z) or len(condition.image) != dim:
        raise UnsupportedCondition(
            f"a {mixing} mixing with {len(condition.image)} outputs on the {condition.space}",
            allowed="as many outputs as latents, on RealSpace(d) or Box(d)",
        )
    if isinstance(mixing, StructuredMixing):
        return _impose_structure(problem, mixing, condition)
    latex = _LATEX[mixing]
    return replace(
        condition,
        equations=(*condition.equations, *class_equations(mixing, dim)),
        latex=rf"{condition.latex},\quad {latex}" if condition.latex else latex,
        steps=(*condition.steps, f"g and the encoder's inverse are {mixing}, and so is $h$"),
    )


def _impose_structure(
    problem: Problem, mixing: StructuredMixing, condition: Condition
) -> Condition:
    structure = mixing.structure
    latex = rf"{structure.latex},\quad \hat g=g\circ h^{{-1}}"
    return replace(
        condition,
        equations=(
            *condition.equations,
            *(Equation(sp.Integer(0), decoder=relation) for relation in mixing.relations()),
        ),
        latex=rf"{condition.latex},\quad {latex}" if condition.latex else latex,
        steps=(
            *condition.steps,
            rf"the decoder $\hat g=g\circ h^{{-1}}$ is {structure.statement}; it changes by $-J_g\xi$",
        ),
        lemmas=(*condition.lemmas, *HYPERBOLIC.cited(Setting(problem, condition))),
        incomplete=condition.incomplete or structure.incomplete,
        mixing=mixing,
    )


def class_equations(mixing: Mixing, dim: int) -> tuple[Equation, ...]:
    """Return the equations of a mixing class on J_h; none for a class without any."""
    zero = sp.Integer(0)
    if mixing is Mixing.VOLUME_PRESERVING:
        return (Equation(zero, volume=tuple((i, i) for i in range(dim))),)
    if mixing is Mixing.LOCAL_ISOMETRY:
        entries = combinations_with_replacement(range(dim), 2)
        return tuple(Equation(zero, gram=((i, j, 1),)) for i, j in entries)
    if mixing is Mixing.CONFORMAL:
        angles = [Equation(zero, gram=((i, j, 1),)) for i, j in combinations(range(dim), 2)]
        lengths = [Equation(zero, gram=((0, 0, 1), (i, i, -1))) for i in range(1, dim)]
        return (*angles, *lengths)
    return ()
