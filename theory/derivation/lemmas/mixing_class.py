"""Mixing classes as differential conditions on h = ĝ^{−1}∘g, where g and ĝ are in the class."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, combinations_with_replacement

import sympy as sp

from sith.theory.assumptions import (
    Gaussian,
    Marginal,
    Mixing,
    OrthogonalColumns,
    Product,
    RealSpace,
    StructuredMixing,
    World,
)
from sith.theory.derivation.equation import Condition, Equation
from sith.theory.derivation.lemmas.catalogue import HYPERBOLIC
from sith.theory.errors import UnsupportedCondition
from sith.theory.verdict import Lemma

_LATEX = {
    Mixing.LOCAL_ISOMETRY: r"J_h^\top J_h = I",
    Mixing.CONFORMAL: r"J_h^\top J_h = \lambda(z) I",
    Mixing.VOLUME_PRESERVING: r"\lvert\det J_h\rvert = 1",
}


def impose_class(world: World, condition: Condition) -> Condition:
    """Add what the mixing class demands of h to a condition.

    The equations are J_hᵀJ_h = I; J_hᵀJ_h = λ(z)I with λ eliminated; log|det J_h| = 0; or, for a
    given g of a class that is not closed under composition, those of the class on ĝ = g∘h^{−1}.
    Raises `UnsupportedCondition` where J_h is not a square matrix of derivatives along flat
    coordinates.
    """
    mixing = world.mixing
    if not mixing.restricts_jacobian:
        return condition
    dim = len(condition.z)
    if condition.space.constraints(condition.z) or len(condition.image) != dim:
        raise UnsupportedCondition(
            f"a {mixing} mixing with {len(condition.image)} outputs on the {condition.space}",
            allowed="as many outputs as latents, on RealSpace(d) or Box(d)",
        )
    if isinstance(mixing, StructuredMixing):
        return _impose_structure(world, mixing, condition)
    latex = _LATEX[mixing]
    return replace(
        condition,
        equations=(*condition.equations, *class_equations(mixing, dim)),
        latex=rf"{condition.latex},\quad {latex}" if condition.latex else latex,
        steps=(*condition.steps, f"g and the encoder's inverse are {mixing}, and so is $h$"),
    )


def _impose_structure(world: World, mixing: StructuredMixing, condition: Condition) -> Condition:
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
        lemmas=(*condition.lemmas, *_integrability(world, mixing, condition)),
        incomplete=condition.incomplete or structure.incomplete,
        mixing=mixing,
    )


def _integrability(
    world: World, mixing: StructuredMixing, condition: Condition
) -> tuple[Lemma, ...]:
    """Return the lemma by which free fields in two coordinates are tangent to free maps, if any."""
    law = any(equation.volume for equation in condition.equations)
    if not law or not isinstance(mixing.structure, OrthogonalColumns) or not _smooth(world):
        return ()
    g, z = mixing.at(condition.z), condition.z
    jacobian = sp.Matrix([[sp.diff(e, x) for x in z] for e in g])
    gram = (jacobian.T * jacobian - sp.eye(len(z))).applyfunc(sp.cancel)
    return (HYPERBOLIC,) if gram.is_zero_matrix else ()


def _smooth(world: World) -> bool:
    """Whether the coordinates are independent with smooth densities that are positive on R."""
    rough = {Marginal.UNIFORM, Marginal.LAPLACE}
    prior = world.prior
    smooth = isinstance(prior, Gaussian) or (
        isinstance(prior, Product) and not rough & set(prior.marginals)
    )
    return smooth and isinstance(world.space, RealSpace)


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
