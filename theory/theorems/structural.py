"""Linear structural equations with interventions, and assumptions on them that theorems share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from sith.theory.assumptions import Assumption, LinearInterventions, Role
from sith.theory.claim import Claim
from sith.theory.objectives import InterventionalLikelihood

GRAPHS = ("chain", "complete", "empty")


def _equations(dim: int, graph: Any) -> sp.Matrix:
    def entry(i: int, j: int) -> sp.Rational:
        if i == j:
            return sp.Integer(1)
        edge = i > j if graph == "complete" else graph == "chain" and i == j + 1
        return -sp.Rational(1, 2 + i + j) if edge else sp.Integer(0)

    return sp.Matrix(dim, dim, entry)


def _interventions(base: sp.Matrix, targets: Sequence[int], *, soft: bool) -> LinearInterventions:
    """Change each target's equation: its scale, and its parents' effects or their presence."""
    matrices = [sp.ImmutableMatrix(base)]
    for target in targets:
        changed = sp.Matrix(base)
        for j in range(target):
            changed[target, j] = base[target, j] / 3 if soft else 0
        changed[target, target] = sp.Rational(3 + target, 2)
        matrices.append(sp.ImmutableMatrix(changed))
    return LinearInterventions(tuple(matrices), tuple(targets))


def one_for_each_node(dim: int, graph: Any) -> LinearInterventions:
    """Return the equations of a graph, with one perfect intervention on each node."""
    return _interventions(_equations(dim, graph), range(dim), soft=False)


def _one_fewer(claim: Any) -> Claim:
    pairs = claim.world.pairs
    fewer = LinearInterventions(pairs.matrices[:-1], pairs.targets[:-1])
    return claim.replace(world=claim.world.replace(pairs=fewer))


def _soft(claim: Any) -> Claim:
    pairs = claim.world.pairs
    soft = _interventions(sp.Matrix(pairs.matrices[0]), pairs.targets, soft=True)
    return claim.replace(
        world=claim.world.replace(pairs=soft), objective=InterventionalLikelihood(soft=True)
    )


EVERY_NODE = Assumption(
    "every_node",
    r"there is an intervention on every node",
    Role.NECESSARY,
    "no intervention on the last node",
    _one_fewer,
)
"""An intervention on every node."""
PERFECT = Assumption(
    "perfect_interventions",
    r"an intervention cuts its target from all parents",
    Role.NECESSARY,
    "soft interventions, which change the parents' effects, and a model of such",
    _soft,
)
"""Interventions that cut all parents."""
