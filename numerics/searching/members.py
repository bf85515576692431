"""The lowest population loss that a member of the stated group reaches."""

from __future__ import annotations

import contextlib
import random

import torch
from torch import Tensor

from sith.numerics.exact.tabular import TabularProblem, minimise_rows
from sith.numerics.lowering.lower import lower_map
from sith.numerics.worlds.space_parts import onto
from sith.theory import SithError, UnsupportedCondition
from sith.theory.assumptions import Sphere, parts_of
from sith.theory.groups import AbstractGroup, Field, Map

SAMPLES = 8


def best_member(problem: TabularProblem) -> float:
    """Return the lowest loss over the group, as h = member ∘ base.

    Generators and drawn members are starts; each is improved by following the group's Lie algebra
    with L-BFGS. Raises `UnsupportedCondition` for a group of infinite dimension, whose members
    are not searched, and where no member has values in the output space.
    """
    group = problem.group
    if group.infinite:
        raise UnsupportedCondition(
            f"{group} has infinite dimension, so no best member is known",
            allowed="groups of finite dimension",
        )
    found = [table for m in _members(group) for table in _table(problem, m)]
    if not found:
        raise UnsupportedCondition(
            f"no member of {group} has finite values in the output space at every node",
            cure="state a group whose members map the output space to itself",
        )
    algebra = [_affine(f) for f in group.algebra_basis(1)]
    return min(_improved(problem, table[None], algebra) for table in found)


def _improved(problem: TabularProblem, table: Tensor, algebra: list[Tensor]) -> float:
    """The lowest loss along the algebra from one table ``(1, N, m)``."""
    count = len(algebra)
    begin = table.new_zeros(1, count + problem.loss.learned(problem.output.dim))
    basis = torch.stack(algebra) if algebra else None

    def losses(x: Tensor) -> Tensor:
        moved = table
        if basis is not None:
            generators = torch.tensordot(x[:, :count], basis, dims=1)
            moved = _followed(problem, table, generators)
        return problem.losses(moved.expand(len(x), -1, -1), x[:, count:])

    if begin.shape[1] == 0:
        return float(losses(begin).nan_to_num(torch.inf).min())
    done = minimise_rows(losses, begin, iterations=60)
    return float(done.losses.nan_to_num(torch.inf).min())


def _members(group: AbstractGroup) -> list[Map]:
    found = [Map.identity(group.dim), *group.finite_generators()]
    rng = random.Random(0)
    with contextlib.suppress(SithError):
        found += [group.sample(rng) for _ in range(SAMPLES)]
    return found


def _table(problem: TabularProblem, member: Map) -> list[Tensor]:
    """The table of a member after the base map; [] where it leaves the output space."""
    table = lower_map(member.expressions, member.symbols)(problem.base)
    if isinstance(problem.output, Sphere):
        norms = torch.linalg.vector_norm(table, dim=1, keepdim=True)
        return [table / norms]
    inside = (problem.table(problem.free(table)) - table).abs().max() < 1e-9
    return [table] if bool(inside) else []


def _affine(field: Field) -> Tensor:
    """The (m + 1) × (m + 1) matrix of an affine field."""
    matrix, shift = field.linear_parts()
    m = matrix.rows
    whole = torch.zeros(m + 1, m + 1, dtype=torch.float64)
    whole[:m, :m] = torch.tensor(
        [[float(x) for x in row] for row in matrix.tolist()], dtype=torch.float64
    )
    whole[:m, m] = torch.tensor([float(x) for x in shift], dtype=torch.float64)
    return whole


def _followed(problem: TabularProblem, tables: Tensor, generators: Tensor) -> Tensor:
    flow = torch.linalg.matrix_exp(generators)
    m = tables.shape[-1]
    moved = tables @ flow[:, :m, :m].mT + flow[:, :m, m][:, None]
    if parts_of(problem.output).spheres:
        moved = onto(problem.output, moved)
    result: Tensor = moved
    return result
