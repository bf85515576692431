"""The optimum condition where an auxiliary variable modulates the law of the latents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp

from sith.theory.assumptions import Encoder, ExponentialFamily, RealSpace, SoftmaxLabels, World
from sith.theory.assumptions.normalisable import require_laws
from sith.theory.derivation.conditions.auxiliary_complete import incomplete
from sith.theory.derivation.conditions.auxiliary_model import (
    Model,
    model_of,
)
from sith.theory.derivation.conditions.auxiliary_rows import (
    fewer_outputs,
    learned_rows,
    statistics_of_outputs,
)
from sith.theory.derivation.conditions.frame import dot, frame_of, require_square
from sith.theory.derivation.conditions.pointwise import optimal_scores
from sith.theory.derivation.equation import Condition, Equation
from sith.theory.derivation.lemmas.laws import CONDITIONAL_ENERGY, CONDITIONAL_LIKELIHOOD
from sith.theory.derivation.lemmas.losses import GIBBS
from sith.theory.derivation.lemmas.record import Entry, Problem
from sith.theory.errors import InputError, UnsupportedCondition
from sith.theory.objectives import (
    CloseClassifier,
    ConditionalEnergy,
    ConditionalLikelihood,
    EnvironmentClassification,
)

AuxiliaryObjective = EnvironmentClassification | ConditionalLikelihood | ConditionalEnergy


def _environments(world: World) -> ExponentialFamily | SoftmaxLabels:
    """Return the world's auxiliary variable; refuse one that changes nothing."""
    pairs = world.pairs
    if not isinstance(pairs, ExponentialFamily | SoftmaxLabels):
        raise InputError(
            f"pairs '{pairs}' carry no environment", cure="use pairs=ExponentialFamily(...)"
        )
    if pairs.rank == 0:
        raise InputError(
            f"the auxiliary variable of '{pairs}' changes nothing: all its parameters are equal",
            allowed="at least two different rows",
        )
    return pairs


def _sides(
    pairs: ExponentialFamily | SoftmaxLabels,
    world: World,
    objective: AuxiliaryObjective,
    fitted: Model,
    z: Sequence[sp.Symbol],
    image: Sequence[sp.Symbol],
) -> tuple[Sequence[sp.Expr], Sequence[sp.Expr]]:
    """Return what log p(u|z) is linear in, and what the model's scores are linear in."""
    if isinstance(pairs, SoftmaxLabels):
        if fitted.statistics or fitted.lemma is not GIBBS:
            raise InputError(
                f"{objective} needs an exponential family, and the world has {pairs}",
                cure="use EnvironmentClassification()",
            )
        return z, image
    if not fitted.constants:
        raise UnsupportedCondition(
            "a head without biases cannot express log p(u|z), which holds log Z(u)",
            cure="use EnvironmentClassification(bias=True)",
        )
    require_normalisable(world, pairs)
    true = pairs.statistics_at(z)
    if not fitted.statistics and true != tuple(z):
        raise UnsupportedCondition(
            "a model that is linear in h recovers the statistics, and T(z) is not z",
            allowed="T(z) = z, or a head on T(h)",
            cure="take the statistics as the latents' coordinates, or statistics=True",
        )
    return true, pairs.statistics_at(image) if fitted.statistics else image


def auxiliary_condition(
    world: World,
    objective: AuxiliaryObjective,
    encoder: Encoder,
    frame: Mapping[str, Any],
) -> Condition:
    """Return the condition B φ(h(z)) = R T(z) + c with learned B and c.

    R is the reduced row echelon form of the differences λ(u_j) − λ(u_0): the learned rows are free,
    so equations may be combined, and a combination that is zero on the right is solved by a zero
    row of B.
    """
    pairs, fitted = _environments(world), model_of(objective)
    if not isinstance(frame["output"], RealSpace):
        raise UnsupportedCondition(
            f"representations in the {frame['output']} with learned natural parameters",
            cure="use an encoder into RealSpace(d)",
        )
    z, image = frame["z"], frame["image"]
    fewer = fewer_outputs(world, objective, encoder)
    true, model = _sides(pairs, world, objective, fitted, z, image if not fewer else z)
    if fewer:
        model = statistics_of_outputs(model, fewer, z, image)
    constants, lemma = fitted.constants, fitted.lemma
    known = fitted.statistics
    rank = pairs.rank
    table, supports = learned_rows(pairs, objective)
    parameters: dict[sp.Symbol, sp.Expr] = {}
    equations = []
    for j, support in enumerate(supports):
        outputs = range(len(model)) if fewer else support
        row = [sp.Symbol(f"B{j + 1}_{i + 1}", real=True) for i in outputs]
        values = list(table.row(j))
        residual = dot(row, [model[i] for i in outputs]) - dot(values, true)
        at_base = [values[c] for c in (fewer.columns or outputs)]
        parameters |= dict(zip(row, at_base, strict=True))
        if constants:
            constant = sp.Symbol(f"c{j + 1}", real=True)
            residual -= constant
            parameters[constant] = sp.Integer(0)
        equations.append(Equation(residual))
    return Condition(
        **frame,
        base=tuple(z[i] for i in fewer.coordinates) if fewer else tuple(z),
        parameters=parameters,
        equations=tuple(equations),
        latex=_latex(pairs, rank, known=known, constants=constants),
        steps=_steps(pairs, rank, lemma),
        lemmas=(lemma.cite(Problem(world, objective, encoder)),),
        incomplete=(
            incomplete(pairs, fewer)
            if isinstance(pairs, ExponentialFamily) and known and not frame["linear_only"]
            else ""
        ),
    )


def _latex(
    pairs: ExponentialFamily | SoftmaxLabels, rank: int, *, known: bool, constants: bool
) -> str:
    projected = "" if rank == pairs.variability.cols else r"R\,"
    tail = "+c" if constants else ""
    if isinstance(pairs, SoftmaxLabels):
        return rf"B\,h(z)={projected}z{tail}"
    names = ",".join(sp.latex(t) for t in pairs.flat)
    left = "T(h(z))" if known else "h(z)"
    return rf"B\,{left}={projected}T(z){tail},\quad T(z)=({names})"


def _steps(
    pairs: ExponentialFamily | SoftmaxLabels, rank: int, lemma: Entry[Problem]
) -> tuple[str, ...]:
    first = (
        r"the weight of environment $u$ is $p(u\mid z)$; differentiating the loss in the scores "
        r"gives $s_u=\log p(u\mid z)+c(z)$; differences of environments remove $c(z)$"
    )
    if lemma is CONDITIONAL_ENERGY:
        first = (
            r"the model's density of $x$ given $u$ is the true one for every $u$; in differences of "
            r"environments the base measure cancels"
        )
    if lemma is CONDITIONAL_LIKELIHOOD:
        first = (
            r"the model's density of $z$ given $u$ is the true one for every $u$; in differences of "
            r"environments the base measure and $\log\lvert\det J_h\rvert$ cancel"
        )
    wide = pairs.variability.cols
    second = (
        rf"the differences of the true parameters have rank {rank} of {wide}; the rows of $B$ are "
        "learned, so the differences are taken in reduced row echelon form"
    )
    return (first, second)


def require_normalisable(world: World, family: ExponentialFamily) -> None:
    """Refuse environments whose law was shown not to be normalisable, in any direction."""
    require_laws(world.prior, family, world.space)


def auxiliary(world: World, objective: AuxiliaryObjective, encoder: Encoder) -> Condition:
    """Return the condition of objectives that see an environment, after the loss is differentiated."""
    frame = frame_of(world, encoder)
    if not fewer_outputs(world, objective, encoder):
        require_square(frame, objective)
    if isinstance(objective, EnvironmentClassification):
        optimal_scores(objective)
    return auxiliary_condition(world, objective, encoder, frame)


def close_classifier(world: World, objective: CloseClassifier, encoder: Encoder) -> Condition:
    """Return the condition of equal posteriors; a positive divergence gives no equation."""
    if objective.kl > 0:
        raise UnsupportedCondition(
            f"posteriors within KL ≤ {objective.kl} of the true one satisfy no equation in h",
            cure="set kl = 0, or let `sith refute` look for two models that are close",
        )
    frame = frame_of(world, encoder)
    require_square(frame, objective)
    # Equations hold at each latent by itself, so a law on finitely many points needs no change.
    return auxiliary_condition(world, EnvironmentClassification(bias=False), encoder, frame)
