"""The optimum condition of linear structural models over interventional environments."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from sith.theory.assumptions import Encoder, LinearInterventions, World
from sith.theory.derivation.conditions.frame import frame_of, require_square
from sith.theory.derivation.equation import Condition, Equation
from sith.theory.derivation.lemmas.laws import PRECISION
from sith.theory.derivation.lemmas.record import Problem
from sith.theory.errors import InputError, UnsupportedCondition
from sith.theory.objectives import InterventionalLikelihood


def interventions(world: World, objective: InterventionalLikelihood, encoder: Encoder) -> Condition:
    """Return ‖B̂_k h(z)‖² = ‖B_k z‖² for every environment k, with learned B̂_k that share rows."""
    frame = frame_of(world, encoder)
    require_square(frame, objective)
    pairs = world.pairs
    if not isinstance(pairs, LinearInterventions):
        raise InputError(
            f"pairs '{pairs}' hold no interventions", cure="use pairs=LinearInterventions(...)"
        )
    if not frame["linear_only"]:
        raise UnsupportedCondition(
            "maps that are not linear under second moments",
            cure="use mixing=Mixing.LINEAR and a linear encoder",
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


def _row(name: str, i: int, columns: Sequence[int]) -> dict[int, sp.Symbol]:
    return {j: sp.Symbol(f"{name}_{i + 1}{j + 1}", real=True) for j in columns}


def _square(rows: Sequence[dict[int, sp.Symbol]], image: Sequence[sp.Symbol]) -> sp.Expr:
    return sp.Add(*(sp.Add(*(b * image[j] for j, b in row.items())) ** 2 for row in rows))


def _square_of(matrix: sp.Matrix, z: Sequence[sp.Symbol]) -> sp.Expr:
    return sp.Add(*(x**2 for x in matrix * sp.Matrix(z)))
