"""What a tabular optimum minimises: a world, a loss, an output space, and a map to compare with."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatch

from torch import Tensor

from sith.numerics.exact.base_map import base_map, embedding
from sith.numerics.exact.own import own_nodes, paired_stand_in
from sith.numerics.exact.pairwise import pairwise
from sith.numerics.exact.problem import LatentMap
from sith.numerics.exact.tabular.binary import BinaryContrastive
from sith.numerics.exact.tabular.charts import chart_of
from sith.numerics.exact.tabular.kept import keeps_coordinates, kept_world
from sith.numerics.exact.tabular.losses import Contrastive, TabularLoss
from sith.numerics.exact.tabular.own import OwnTable, own_table
from sith.numerics.exact.tabular.world import FiniteWorld
from sith.numerics.losses import DiagonalMetric
from sith.numerics.lowering.critic import torch_critic
from sith.numerics.worlds.space_parts import grid_dim
from sith.theory import Claim, InputError, Relation, UnsupportedCondition
from sith.theory.assumptions import AbstractSpace, Family, Sphere
from sith.theory.dispatch import register_call
from sith.theory.groups import AbstractGroup
from sith.theory.objectives import BinaryNCE, InfoNCE, LearnedDiagonal, kind_of

_POINTS = {1: 40, 2: 10, 3: 4}
_SPHERE_POINTS = {2: 32, 3: 8}


@dataclass(frozen=True, slots=True, eq=False)
class TabularProblem:
    """A loss of free tables on a finite world.

    Fields:
        name: shown in the report.
        world: points, pairs and negatives.
        loss: of a table.
        output: the space of the vectors: `Sphere(m)`, `Box(m)` or `RealSpace(m)`.
        base: ``(N, m)``, the table to compare with.
        group: stated group of the representations, of dimension m.
        relation: what is stated of the optima's group and the stated one; *contains* allows
            optima outside it.
        finer: the same problem on twice as many points a coordinate; where there is none the
            quadrature error is taken as 0, as in a world that is finite by itself.
    """

    name: str
    world: FiniteWorld
    loss: TabularLoss
    output: AbstractSpace
    base: Tensor
    group: AbstractGroup
    relation: Relation = Relation.EQUALITY
    finer: Callable[[], TabularProblem] | None = None

    def __post_init__(self) -> None:
        """Refuse parts that do not fit together."""
        chart_of(self.output)
        expected = (self.world.size, self.output.dim)
        if tuple(self.base.shape) != expected:
            raise InputError(
                f"a base table of shape {tuple(self.base.shape)}", allowed=f"{expected}"
            )
        if self.group.dim != self.output.dim:
            raise InputError(
                f"a group of R^{self.group.dim} for vectors of {self.output.dim} coordinates"
            )

    def to(self, device: str) -> TabularProblem:
        """Return the same problem on a device."""
        parts = self.name, self.world.to(device), self.loss, self.output, self.base.to(device)
        return TabularProblem(*parts, self.group, self.relation, self.finer)

    def free(self, table: Tensor) -> Tensor:
        """Free coordinates of tables, ``(..., N, m) -> (..., N, m)``; the inverse of `table`.

        Rows are scaled by √w_i, so that the loss has curvature of order 1 in every row.
        """
        return chart_of(self.output).free(table) * self._root

    def table(self, free: Tensor) -> Tensor:
        """Tables with values in the output space; the closed box is reached at finite values."""
        return chart_of(self.output).value(free / self._root)

    def losses(self, tables: Tensor, learned: Tensor) -> Tensor:
        """``(S, N, m)`` and ``(S, q)`` to ``(S,)``."""
        return self.loss.value(tables, self.world, learned)

    @property
    def scale(self) -> float:
        """The size of the loss, of which tolerances are shares: of its lower bound, 1 if unknown.

        For InfoNCE a constant map has loss 0, so this is all that any map can gain.
        """
        bound = abs(self.loss.lower_bound(self.world, self.output.dim))
        return bound if 0 < bound < math.inf else 1.0

    @property
    def _root(self) -> Tensor:
        return self.world.weights.sqrt()[:, None]


def default_points(claim: Claim) -> int:
    """The nodes a coordinate of `tabular_problem` (on S²: heights); raises `InputError`.

    Few enough for a few seconds.
    """
    table = _SPHERE_POINTS if isinstance(claim.world.space, Sphere) else _POINTS
    if grid_dim(claim.world.space) not in table:
        raise InputError(
            f"a tabular optimum in dimension d = {claim.dim}",
            allowed=f"d from {min(table)} to {max(table)} on the {claim.world.space}",
            cure="take the claim at a smaller dimension",
        )
    if kind_of(claim.objective) and own_table(claim).loss.slots > 1:
        # A loss on slots is enumerated over triples of nodes.
        return max(3, own_nodes(claim) // 2)
    return table[grid_dim(claim.world.space)]


def tabular_problem(claim: Claim, points: int | None = None) -> TabularProblem:
    """The tabular problem of a claim.

    Arguments:
        claim: of an objective with a tabular loss (InfoNCE with any critic), pairs with a density, on S¹, S², or a box, R^d with d ≤ 3;
            or pairs on S² that keep one coordinate.
        points: nodes a coordinate, at least 3 (on S²: heights, with twice as many angles); by
            default few enough for a few seconds.

    Raises:
        InputError: the claim is of another kind, or `points` is out of range.
    """
    if claim.encoder.family is not Family.UNIVERSAL or claim.world.mixing.restricts_jacobian:
        raise InputError(
            "a table is free at every point, and the claim restricts its maps",
            allowed=f"encoders of '{Family.UNIVERSAL.value}', mixings of no Jacobian class",
        )
    default = default_points(claim)
    count = default if points is None else points
    if type(count) is not int or count < 3:
        raise InputError(f"points = {points!r}", allowed="an integer ≥ 3")
    try:
        if kind_of(claim.objective):
            return _of_own(claim, own_table(claim), count)
        return _problem(claim, tabular_loss_of(claim.objective), count)
    except UnsupportedCondition as error:
        raise InputError(f"no tabular problem: {error}") from error


def base_of(claim: Claim, count: int) -> tuple[FiniteWorld, LatentMap]:
    """The world of a claim of InfoNCE on `count` nodes a coordinate, and the map to compare with.

    Raises `UnsupportedCondition` where there are no such nodes.
    """
    if keeps_coordinates(claim.world):
        if claim.encoder.output.dim != claim.dim:
            raise UnsupportedCondition("kept coordinates with another number of outputs")
        return kept_world(claim.world, count), embedding(claim)
    if isinstance(claim.objective, BinaryNCE):
        # Both losses compare maps with the same one: that of the optimal score.
        softmax = InfoNCE(claim.objective.critic, claim.objective.temperature)
        claim = claim.replace(objective=softmax)
    known = pairwise(claim, count)
    base, _ = base_map(known, claim)
    return FiniteWorld(known.nodes, known.joint, known.weights), base


def _of_own(claim: Claim, loss: OwnTable, count: int) -> TabularProblem:
    world, base = base_of(paired_stand_in(claim), count)
    parts = claim.name, world, loss, claim.encoder.output, base(world.nodes)
    return TabularProblem(
        *parts, claim.group, claim.relation, lambda: _of_own(claim, loss, 2 * count)
    )


def _problem(claim: Claim, loss: TabularLoss, count: int) -> TabularProblem:
    world, base = base_of(claim, count)
    return TabularProblem(
        claim.name,
        world,
        loss,
        claim.encoder.output,
        base(world.nodes),
        claim.group,
        claim.relation,
        lambda: _problem(claim, loss, 2 * count),
    )


@singledispatch
def tabular_loss_of(objective: object) -> TabularLoss:
    """Return the loss of free tables for an objective of the theory.

    Raises:
        InputError: nothing is registered for the objective.
    """
    raise InputError(
        f"no tabular loss for the objective '{objective}'",
        allowed="InfoNCE in a claim; other losses through TabularProblem",
        cure=register_call("sith.numerics.exact.tabular_loss_of", objective),
    )


@tabular_loss_of.register
def _(objective: InfoNCE) -> TabularLoss:
    return contrastive(objective)


@tabular_loss_of.register
def _(objective: BinaryNCE) -> TabularLoss:
    if objective.critic.parameters(1):
        raise InputError(
            f"no tabular loss for the critic {objective.critic}",
            allowed="critics that learn nothing",
        )
    critic = torch_critic(objective.critic, float(objective.temperature))
    return BinaryContrastive(lambda: critic, objective.offset)


def contrastive(objective: InfoNCE, negatives: int = 0) -> Contrastive:
    """The loss of tables for an InfoNCE objective of the theory; see `Contrastive`."""
    if isinstance(objective.critic, LearnedDiagonal):
        return Contrastive(
            DiagonalMetric, negatives, lambda dim: dim, within_support=objective.within_support
        )
    critic = torch_critic(objective.critic, float(objective.temperature))
    return Contrastive(lambda _: critic, negatives, within_support=objective.within_support)
