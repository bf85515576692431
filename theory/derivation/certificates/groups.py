"""Groups as plain data, written and read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp

from sith.theory.derivation.certificates.entries import (
    MAX_DIMENSION,
    read_list,
    read_number,
    read_object,
    read_part,
    read_short,
    read_whole,
    read_wholes,
)
from sith.theory.derivation.certificates.plain import number_data
from sith.theory.errors import InputError, UnsupportedCondition
from sith.theory.groups import (
    AbstractGroup,
    Affine,
    BlockOrthogonal,
    BlockwiseDiffeomorphisms,
    BoxSymmetries,
    Commutant,
    ComponentwiseDiffeomorphisms,
    ContentKeeping,
    DirectProduct,
    Euclidean,
    GeneralisedPermutations,
    Linear,
    MeasurePreserving,
    Orthogonal,
    Permutations,
    Shifted,
    SignedPermutations,
    SignFlips,
    Translations,
    Trivial,
    Unimodular,
)

_PLAIN: tuple[Callable[[int], AbstractGroup], ...] = (
    Affine,
    BoxSymmetries,
    ComponentwiseDiffeomorphisms,
    GeneralisedPermutations,
    Linear,
    Permutations,
    SignFlips,
    SignedPermutations,
    Translations,
    Trivial,
)


_BY_DIMENSION: dict[str, Callable[[int], AbstractGroup]] = {g.__name__: g for g in _PLAIN}


_BY_BLOCKS: dict[str, Callable[[Any], AbstractGroup]] = {
    "BlockOrthogonal": BlockOrthogonal,
    "BlockwiseDiffeomorphisms": BlockwiseDiffeomorphisms,
}


_BY_GROUP: dict[str, Callable[[Any], AbstractGroup]] = {
    "Shifted": Shifted,
    "Unimodular": Unimodular,
}


_BY_FORM: dict[str, Callable[..., AbstractGroup]] = {
    "Euclidean": Euclidean,
    "Orthogonal": Orthogonal,
}


def group_data(group: AbstractGroup) -> dict[str, Any]:
    """Return a derived group's parts as plain data; a density is left to the claim.

    Raises `UnsupportedCondition` for a part that has no form as data.
    """
    data: dict[str, Any] = {"kind": type(group).__name__}
    for name, part in group.parts().items():
        if name not in _WRITTEN:
            raise UnsupportedCondition(
                f"the part '{name}' of {group} is not written to certificates",
                allowed=", ".join(_WRITTEN),
            )
        data[name] = _WRITTEN[name](part)
    return data


def _table(matrix: sp.Matrix) -> list[list[str]]:
    return [[number_data(x) for x in row] for row in matrix.tolist()]


_WRITTEN: dict[str, Callable[[Any], Any]] = {
    "blocks": lambda blocks: [list(block) for block in blocks],
    "content": int,
    "dim": int,
    "factors": lambda factors: [group_data(g) for g in factors],
    "form": _table,
    "group": group_data,
    "matrices": lambda matrices: [_table(a) for a in matrices],
}
"""How each part of a group is written."""


def read_group(data: Mapping[str, Any], log_density: sp.Expr) -> AbstractGroup:
    """Return the group of plain data; a law that it keeps is the claim's, `log_density`."""
    kind = read_short(read_part(data, "kind", "group_data"), "group_data.kind")
    if kind in _BY_GROUP:
        inner = read_group(
            read_object(read_part(data, "group", kind), f"{kind}.group"), log_density
        )
        if inner.linear_part() != (inner,):
            raise InputError(f"group_data: {inner} is not a matrix group")
        return _BY_GROUP[kind](inner)
    if kind == "DirectProduct":
        parts = read_list(read_part(data, "factors", kind), f"{kind}.factors")
        rows = read_list(read_part(data, "blocks", kind), f"{kind}.blocks")
        return DirectProduct(
            tuple(read_group(read_object(p, f"{kind}.factors"), log_density) for p in parts),
            tuple(read_wholes(row, f"{kind}.blocks") for row in rows),
        )
    if kind in _BY_BLOCKS:
        rows = read_list(read_part(data, "blocks", kind), f"{kind}.blocks")
        return _BY_BLOCKS[kind](tuple(read_wholes(row, f"{kind}.blocks") for row in rows))
    dim = read_whole(
        read_part(data, "dim", "group_data"), "group_data.dim", least=1, most=MAX_DIMENSION
    )
    if kind in _BY_FORM:
        if "form" not in data:
            return _BY_FORM[kind](dim)
        return _BY_FORM[kind](dim, _square(data["form"], dim, f"{kind}.form"))
    if kind == "ContentKeeping":
        content = read_whole(read_part(data, "content", kind), "content", least=1, most=dim)
        return ContentKeeping(dim, content)
    if kind == "Commutant":
        tables = read_list(read_part(data, "matrices", kind), f"{kind}.matrices")
        return Commutant(tuple(_square(t, dim, f"{kind}.matrices") for t in tables))
    if kind == "MeasurePreserving":
        return MeasurePreserving(dim, log_density)
    if kind not in _BY_DIMENSION:
        raise InputError(f"group_data.kind = {kind!r} is not a group of the catalogue")
    return _BY_DIMENSION[kind](dim)


def _square(value: Any, dim: int, what: str) -> sp.ImmutableMatrix:
    table = [[read_number(x, what) for x in read_list(row, what)] for row in read_list(value, what)]
    if len(table) != dim or any(len(row) != dim for row in table):
        raise InputError(f"{what} is not a {dim}×{dim} table")
    return sp.ImmutableMatrix(table)
