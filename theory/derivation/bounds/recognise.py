"""Recognise a derived algebra as a named group: by mutual containment, never by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement

import sympy as sp

from sith.theory.derivation.bounds.check import check_map
from sith.theory.derivation.bounds.check_decoder import check_members
from sith.theory.derivation.bounds.kept import keeps_walls
from sith.theory.derivation.bounds.upper import Bounded
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.lemmas.confinement import outputs_in_box
from sith.theory.errors import InputError, UnsupportedCondition
from sith.theory.groups import (
    AbstractGroup,
    Affine,
    BlockOrthogonal,
    BoxSymmetries,
    Commutant,
    Euclidean,
    Field,
    GeneralisedPermutations,
    Linear,
    Map,
    Orthogonal,
    Permutations,
    Shifted,
    SignedPermutations,
    SignFlips,
    Translations,
    Trivial,
    Unimodular,
    blocks_from_links,
    commuting,
    contained,
)
from sith.theory.notation import latents
from sith.theory.verdict import Membership


def along_base(condition: Condition, fields: Sequence[Field]) -> tuple[Field, ...] | Membership:
    """Rewrite fields in the coordinates that the base map keeps.

    Returns a negative `Membership` naming the first field that depends on another coordinate.
    """
    kept = condition.base_coordinates
    names = latents(len(kept))
    scales = [b / x for b, x in zip(condition.base, kept, strict=True)]
    table = {x: y / s for x, y, s in zip(kept, names, scales, strict=True)}
    result = []
    for field in fields:
        stray = {s for e in field.expressions for s in sp.expand(e).free_symbols} - set(kept)
        if stray:
            return Membership(False, f"a free field depends on {min(stray, key=str)}", str(field))
        moved = tuple(e.xreplace(table) for e in field.expressions)
        result.append(Field(names, moved))
    return tuple(result)


def mixing(fields: Sequence[Field]) -> list[tuple[int, int]]:
    """Return the pairs (i, j) for which some field's component i depends on coordinate j."""
    return [
        (i, j)
        for field in fields
        for i, e in enumerate(field.expressions)
        for j, s in enumerate(field.symbols)
        if sp.expand(e).has(s)
    ]


def recognise(
    condition: Condition,
    fields: Sequence[Field],
    degree: int,
    bounds: Sequence[Bounded] = (),
) -> tuple[AbstractGroup, ...]:
    """Return the named groups of finite dimension whose algebra is the span of free fields.

    `fields` are in the coordinates of the base map, of degree ≤ `degree`; the generators of the
    finite part are checked to be free. The list is ordered by containment, the largest last; it is
    empty where no named group fits. The groups of `bounds`, which lemmas give, are tried too, but
    for those that are another name of a group that was found.
    """
    found: list[AbstractGroup] = []
    own = tuple(_candidates(condition, fields))
    for candidate in (*own, *(b.group for b in bounds if b.group not in own)):
        if candidate not in own and any(_same(candidate, g, degree) for g in found):
            continue
        if not _same_algebra(candidate, fields, degree):
            continue
        free = all(_free(condition, g) for g in candidate.finite_generators())
        if free and check_members(condition, candidate).holds:
            found.append(candidate)
    # sorted, not sort: the key reads the list, which is empty while it is sorted in place.
    return tuple(
        sorted(found, key=lambda g: sum(contained(other, g, degree).holds for other in found))
    )


def _same(first: AbstractGroup, second: AbstractGroup, degree: int) -> bool:
    """Whether two groups are one, as far as containments are decided."""
    try:
        return all(contained(a, b, degree).holds for a, b in ((first, second), (second, first)))
    except UnsupportedCondition:
        return False


def _free(condition: Condition, member: Map) -> bool:
    try:
        return check_map(condition, member).holds and keeps_walls(condition, member).holds
    except UnsupportedCondition:
        return False


def _same_algebra(candidate: AbstractGroup, fields: Sequence[Field], degree: int) -> bool:
    if candidate.infinite:
        return False
    try:
        inside = all(candidate.in_algebra(f).holds for f in fields)
        return inside and candidate.algebra_dimension(degree) == len(fields)
    except UnsupportedCondition:
        return False


def _candidates(condition: Condition, fields: Sequence[Field]) -> Iterator[AbstractGroup]:
    dim = len(condition.image)
    blocks = blocks_from_links(dim, mixing(fields))
    yield from (Trivial(dim), SignFlips(dim), Permutations(dim), SignedPermutations(dim))
    yield Translations(dim)
    yield from (Shifted(SignFlips(dim)), Shifted(Permutations(dim)))
    yield Shifted(SignedPermutations(dim))
    yield from _commutants(dim, fields)
    for scaled in (GeneralisedPermutations(dim), Linear(dim)):
        yield from (Unimodular(scaled), Shifted(Unimodular(scaled)))
    yield from (GeneralisedPermutations(dim), Shifted(GeneralisedPermutations(dim)))
    yield from (Orthogonal(dim), Euclidean(dim))
    for form in _forms(dim, fields):
        yield from (Orthogonal(dim, form), Euclidean(dim, form))
    if 1 < len(blocks) < dim:
        yield BlockOrthogonal(blocks)
        yield Shifted(BlockOrthogonal(blocks))
    yield from (Linear(dim), Affine(dim))
    if outputs_in_box(condition):
        yield BoxSymmetries(dim)


def _commutants(dim: int, fields: Sequence[Field]) -> Iterator[AbstractGroup]:
    """Return the commutant of all that commutes with linear fields: the algebra they generate."""
    try:
        parts = [field.linear_parts() for field in fields]
    except InputError:
        return
    moving = [matrix for matrix, _ in parts if not matrix.is_zero_matrix]
    shifts = len(parts) - len(moving)
    if any(b != 0 for matrix, shift in parts for b in shift if not matrix.is_zero_matrix):
        return
    if not 1 <= len(moving) < dim * dim or shifts not in (0, dim):
        return
    telling = list(commuting(moving))
    size = len(commuting(telling))
    for matrix in tuple(telling):
        fewer = [m for m in telling if m is not matrix]
        if fewer and len(commuting(fewer)) == size:
            telling = fewer
    matrices = Commutant(tuple(telling))
    yield Shifted(matrices) if shifts else matrices


def _forms(dim: int, fields: Sequence[Field]) -> tuple[sp.ImmutableMatrix, ...]:
    """Return the positive definite form S with AᵀS + SA = 0 for all linear parts A, if unique."""
    rotations = dim * (dim - 1) // 2
    if len(fields) not in (rotations, rotations + dim) or dim < 2:
        return ()
    matrices = []
    for field in fields:
        try:
            matrices.append(field.linear_parts()[0])
        except InputError:
            return ()
    if all((a + a.T).is_zero_matrix for a in matrices):
        return ()
    slots = list(combinations_with_replacement(range(dim), 2))
    symbols = {ij: sp.Symbol(f"s{k}") for k, ij in enumerate(slots)}
    form = sp.Matrix(dim, dim, lambda i, j: symbols[(min(i, j), max(i, j))])
    equations = [e for a in matrices for e in (a.T * form + form * a) if e != 0]
    solution = sp.linsolve(equations, *symbols.values())
    values = next(iter(solution))
    free = sorted({s for v in values for s in v.free_symbols}, key=str)
    if len(free) != 1:
        return ()
    table = dict(zip(symbols.values(), values, strict=True))
    solved = form.subs(table).subs(free[0], 1)
    solved = solved if solved[0, 0] > 0 else -solved
    if any(solved[: k + 1, : k + 1].det() <= 0 for k in range(dim)):
        return ()
    return (sp.ImmutableMatrix(solved),)
