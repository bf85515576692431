"""The optimum condition of linear structural models over interventional environments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from sith.theory.assumptions import Encoder, LinearInterventions, World
from sith.theory.derivation.conditions.frame import frame_of, require_square
from sith.theory.derivation.equation import Condition, Equation
from sith.theory.derivation.lemmas.laws import INTERVENTION_LAWS, PRECISION
from sith.theory.derivation.lemmas.record import Problem
from sith.theory.errors import InputError
from sith.theory.objectives import InterventionalLikelihood


def interventions(world: World, objective: InterventionalLikelihood, encoder: Encoder) -> Condition:
    """Return ‖B̂_k h(z)‖² = ‖B_k z‖² for every environment k, with learned B̂_k that share rows.

    For maps that are not linear the changes of variables stand in its place.
    """
    frame = frame_of(world, encoder)
    require_square(frame, objective)
    pairs = world.pairs
    if not isinstance(pairs, LinearInterventions):
        raise InputError(
            f"pairs '{pairs}' hold no interventions", cure="use pairs=LinearInterventions(...)"
        )
    z, image = frame["z"], frame["image"]
    observational = -_square_of(pairs.matrices[0], z) / 2
    if sp.expand(world.prior.log_density(z) - observational).free_symbols:
        raise InputError(
            f"the prior '{world.prior}' is not the law of the observational environment",
            cure="use prior=pairs.prior()",
        )
    shared = [_row("B0", i, range(i + 1)) for i in range(len(z))]
    parameters: dict[sp.Symbol, sp.Expr] = {}
    equations = []
    for k, true in enumerate(pairs.matrices):
        rows = list(shared)
        if k:
            target = pairs.targets[k - 1]
            kept = range(target + 1) if objective.soft else (target,)
            rows[target] = _row(f"B{k}", target, kept)
        for i, row in enumerate(rows):
            parameters |= {symbol: true[i, j] for j, symbol in row.items()}
        equations.append(Equation(_square(rows, image) - _square_of(true, z)))
    if not frame["linear_only"]:
        laws = [e.residual for e in equations]
        return _of_laws(Problem(world, objective, encoder), frame, laws, parameters)
    return Condition(
        **frame,
        base=tuple(z),
        parameters=parameters,
        equations=tuple(equations),
        latex=r"M^\top\hat B_k^\top\hat B_kM=B_k^\top B_k\quad\text{for every environment }k",
        steps=(
            r"the law of $h(z)=Mz$ is the model's in every environment: the precisions agree",
            r"$\hat B_k$ equals $\hat B_0$ outside the row of its target"
            + ("" if objective.soft else ", which holds its diagonal entry alone"),
        ),
        lemmas=(PRECISION.cite(Problem(world, objective, encoder)),),
    )


def _of_laws(
    case: Problem,
    frame: dict[str, Any],
    laws: Sequence[sp.Expr],
    parameters: dict[sp.Symbol, sp.Expr],
) -> Condition:
    """Return the law of h(z) in environment 0, and the differences of the others, in which J_h cancels.

    The constants are left open. For a bijection h of R^d they are those of the normalised laws, since
    a density that is a multiple of another one with the same integral is equal to it.
    """
    offsets = [sp.Symbol(f"c{k}", real=True) for k in range(len(laws))]
    volume = tuple((i, i) for i in range(len(frame["z"])))
    others = (
        Equation(sp.expand(law - laws[0]) - c) for law, c in zip(laws[1:], offsets[1:], strict=True)
    )
    return Condition(
        **frame,
        base=tuple(frame["z"]),
        parameters={**parameters, **dict.fromkeys(offsets, sp.Integer(0))},
        equations=(Equation(offsets[0] - laws[0] / 2, volume=volume), *others),
        latex=r"\lVert\hat B_kh\rVert^2-\lVert\hat B_0h\rVert^2=\lVert B_kz\rVert^2-\lVert B_0z\rVert^2"
        r"+c_k,\quad \tfrac12\lVert\hat B_0h\rVert^2-\log\lvert\det J_h\rvert=\tfrac12\lVert B_0z\rVert^2"
        r"+c_0",
        steps=(
            "the law of h(z) is the model's in every environment, and in differences J_h cancels",
            r"$\hat B_k$ equals $\hat B_0$ outside the row of its target",
        ),
        lemmas=(INTERVENTION_LAWS.cite(case),),
    )


def _row(name: str, i: int, columns: Sequence[int]) -> dict[int, sp.Symbol]:
    return {j: sp.Symbol(f"{name}_{i + 1}{j + 1}", real=True) for j in columns}


def _square(rows: Sequence[dict[int, sp.Symbol]], image: Sequence[sp.Symbol]) -> sp.Expr:
    return sp.Add(*(sp.Add(*(b * image[j] for j, b in row.items())) ** 2 for row in rows))


def _square_of(matrix: sp.Matrix, z: Sequence[sp.Symbol]) -> sp.Expr:
    return sp.Add(*(x**2 for x in matrix * sp.Matrix(z)))
