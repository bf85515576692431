"""The number by which an obstruction rules every map out, as a function of the parameters.

An obstruction names rational points and a determinant, or a sum, that the condition forces there.
The same number is computed at the same points for other parameters.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from flint import fmpq, fmpq_mat, nmod_mat

from sith.theory.claim import Claim
from sith.theory.derivation.classification.family import PRIME, Family
from sith.theory.derivation.classification.polynomials import Sample
from sith.theory.derivation.fields.critic_form import critic_form
from sith.theory.derivation.fields.evaluate import modulo, to_flint
from sith.theory.derivation.fields.kernel import bordered, centred, target_of, unit_gram
from sith.theory.objectives import standard_objective
from sith.theory.obstruction import Obstacle, Obstruction


def obstacle_values(family: Family, obstruction: Obstruction) -> Callable[[int], Sample]:
    """Return the function from an index to a parameter point and the number there."""

    def sample(index: int) -> Sample:
        point = family.point(index)
        value = obstacle_value(family.space.at(point), obstruction)
        return family.residues(point), nmod_mat([[modulo(value, PRIME)]], PRIME)

    return sample


def obstacle_value(claim: Claim, obstruction: Obstruction) -> fmpq:
    """Return the number of an obstruction at the same points for a claim that differs in numbers.

    Raises `UnsupportedCondition` where a log-density is not rational at the points.
    """
    objective: Any = standard_objective(claim.objective, claim.encoder.output.dim)
    form = critic_form(objective.critic, claim.encoder.output.dim)
    log = target_of(claim.world, objective.critic)
    t = [[log(a, b) for b in obstruction.points] for a in obstruction.points]
    if obstruction.obstacle is Obstacle.CYCLE:
        corners = range(len(t))
        return sum((t[i][j] - t[j][i] for i, j in pairwise((*corners, 0))), fmpq(0))
    if obstruction.obstacle is Obstacle.ASYMMETRY:
        return (t[0][0] - t[0][1]) - (t[1][1] - t[1][0])
    if obstruction.obstacle is Obstacle.NEGATIVE:
        return form.sign * (t[0][0] - t[0][1])
    if not obstruction.reference:
        matrix = unit_gram(form, t, to_flint((objective.temperature,))[0])
    else:
        matrix = centred(form, t) if form.distance else bordered(form, t)
    first = int(obstruction.reference)
    shift = len(matrix[0]) - len(matrix)
    rows = [i - first for i in obstruction.rows]
    columns = [j - first + shift for j in obstruction.columns]
    return fmpq_mat([[matrix[i][j] for j in columns] for i in rows]).det()
