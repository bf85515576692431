"""The rows of learned differences of natural parameters, and which of their entries are learned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from sith.theory.assumptions import Encoder, ExponentialFamily, SoftmaxLabels, World
from sith.theory.errors import InputError, UnsupportedCondition
from sith.theory.objectives import EnvironmentClassification


def learned_rows(
    pairs: ExponentialFamily | SoftmaxLabels, objective: Any
) -> tuple[sp.Matrix, tuple[tuple[int, ...], ...]]:
    """Return the true rows, and for each the columns in which the learned row may differ from 0.

    Free rows may be combined: they are the reduced row echelon form of λ(u) − λ(0). Rows of which some
    entries are fixed at 0 are those differences themselves, one for each environment.
    """
    differences = pairs.variability
    width = differences.cols
    supports = getattr(objective, "supports", ())
    if not supports:
        return differences.rref()[0], (tuple(range(width)),) * pairs.rank
    if not hasattr(pairs, "statistics"):
        raise InputError(
            f"supports of '{objective}' with {pairs}", cure="use ExponentialFamily(...)"
        )
    if len(supports) != differences.rows or max(map(max, supports)) >= width:
        raise InputError(
            f"supports = {supports}",
            allowed=f"one tuple for each of the {differences.rows} environments after the first, with "
            f"statistics from 0 to {width - 1}",
        )
    for u, support in enumerate(supports):
        outside = [i for i in range(width) if i not in support and differences[u, i] != 0]
        if outside:
            raise UnsupportedCondition(
                f"environment {u + 1} changes statistic {outside[0]}, which the model keeps: no model "
                "of these supports has the true law at h = identity"
            )
    return differences, tuple(tuple(sorted(s)) for s in supports)


@dataclass(frozen=True, slots=True)
class Fewer:
    """Labels that depend on some of the coordinates: which, and the columns of their statistics."""

    coordinates: tuple[int, ...] = ()
    columns: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        """Whether there are fewer outputs than latents at all."""
        return bool(self.coordinates)


def fewer_outputs(world: World, objective: Any, encoder: Encoder) -> Fewer:
    """Return the coordinates that the labels depend on, where the outputs are as many and fewer than d.

    A classifier then recovers these coordinates, and h may ignore the others. Nothing where there are
    as many outputs as latents. Raises `UnsupportedCondition` where the labels depend on another number
    of coordinates, or on a subspace that no coordinates span.
    """
    pairs: Any = world.pairs
    outputs = encoder.output.dim
    known = type(objective) is EnvironmentClassification and hasattr(pairs, "variability")
    if outputs >= world.dim or not known:
        return Fewer()
    sizes = [len(own) for own in getattr(pairs, "statistics", ())] or [1] * world.dim
    owners = [i for i, size in enumerate(sizes) for _ in range(size)]
    table = pairs.variability
    told = {owners[c] for c in range(table.cols) if any(x != 0 for x in table.col(c))}
    columns = tuple(c for c, i in enumerate(owners) if i in told)
    if len(told) != outputs:
        raise UnsupportedCondition(
            f"{outputs} outputs for labels that depend on the coordinates {tuple(sorted(told))}",
            allowed="as many outputs as coordinates that the labels depend on",
            cure="choose coordinates of the latents along the subspace that the labels depend on",
        )
    return Fewer(tuple(sorted(told)), columns)


def statistics_of_outputs(
    statistics: Sequence[sp.Expr],
    fewer: Fewer,
    z: Sequence[sp.Symbol],
    image: Sequence[sp.Symbol],
) -> tuple[sp.Expr, ...]:
    """Return the statistics of the coordinates that labels depend on, taken at the outputs."""
    table = {z[i]: h for i, h in zip(fewer.coordinates, image, strict=True)}
    return tuple(statistics[c].xreplace(table) for c in fewer.columns)
