"""The optimum condition of cross-entropy over labels: the posterior is the true one."""

from __future__ import annotations

import sympy as sp

from sith.theory.assumptions import Classes, Encoder, Property, Sphere, World, require
from sith.theory.derivation.conditions.frame import frame_of, output_equations, require_square
from sith.theory.derivation.conditions.pointwise import optimal_scores
from sith.theory.derivation.equation import Condition, Equation
from sith.theory.derivation.lemmas.losses import GIBBS
from sith.theory.derivation.lemmas.record import Problem
from sith.theory.errors import InputError
from sith.theory.exactness import exact
from sith.theory.objectives import CrossEntropy


def cross_entropy(world: World, objective: CrossEntropy, encoder: Encoder) -> Condition:
    """Return β⟨w_i − w_k, h(z)⟩ = log p(i|z) − log p(k|z) for all labels, with learned rows w."""
    require(world, Property.LABELS, "cross-entropy over labels")
    frame = frame_of(world, encoder)
    require_square(frame, objective)
    classes = world.pairs
    if not isinstance(classes, Classes):
        raise InputError(f"pairs '{classes}' carry no labels", cure="use pairs=Classes(...)")
    z, image = frame["z"], frame["image"]
    optimal_scores(objective)
    count, d = len(classes.vectors), len(z)
    rows = [[sp.Symbol(f"u{i + 1}_{k + 1}", real=True) for k in range(d)] for i in range(count)]
    logits = [sp.Add(*(u * x for u, x in zip(row, image, strict=True))) for row in rows]
    logs = [classes.log_label(z, i) for i in range(count)]
    equations = [Equation(logits[i] - logits[0] - logs[i] + logs[0]) for i in range(1, count)]
    kappa = classes.concentration
    fixed = exact(objective.inverse_temperature)
    free_output = not isinstance(encoder.output, Sphere)
    scale = kappa / fixed if objective.unit_rows and free_output else sp.Integer(1)
    parameters = {
        u: kappa * v / scale
        for row, vector in zip(rows, classes.vectors, strict=True)
        for u, v in zip(row, vector, strict=True)
    }
    if objective.unit_rows:
        norm = sp.Symbol("B", positive=True)
        bound: sp.Expr = norm if objective.learned_beta else fixed**2
        if objective.learned_beta:
            parameters[norm] = kappa**2 / scale**2
        equations += [Equation(sp.Add(*(u**2 for u in row)) - bound) for row in rows]
    return Condition(
        **frame,
        base=tuple(scale * x for x in z),
        parameters=parameters,
        equations=(*equations, *output_equations(frame)),
        latex=r"\beta\langle w_i-w_k,h(z)\rangle=\kappa\langle v_i-v_k,z\rangle\quad\forall i,k,z"
        + (r",\ \lVert w_i\rVert=1" if objective.unit_rows else "")
        + ("" if free_output else r",\ \lVert h(z)\rVert=1"),
        steps=(
            (
                r"the weight of label $i$ is $p(i\mid z)$; differentiating the loss in the scores gives "
                r"$s_i=\log p(i\mid z)+c(z)$; differences of labels remove $c(z)$; $u_i=\beta w_i$"
            ),
        ),
        lemmas=(GIBBS.cite(Problem(world, objective, encoder)),),
        incomplete=(
            ""
            if free_output or classes.affine_rank == d
            else f"differences of class vectors span {classes.affine_rank} of {d} dimensions; the "
            "others are fixed by the unit norm alone, which non-polynomial maps also satisfy"
        ),
    )
