"""What a relaxed condition leaves out, checked for single maps and fields: the walls of a box.

The equations of a condition do not say that outputs stay in a bounded space. A map is free only
where it also keeps the box; a field where it does not cross the faces.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp
from flint import fmpq, fmpq_mat

from sith.theory.assumptions import Box, confined_coordinates, parts_of, unstated_coordinates
from sith.theory.derivation.bounds.followed import followed
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.lemmas.confinement import confined_outputs, outputs_confined
from sith.theory.errors import InputError
from sith.theory.groups import Field, Map
from sith.theory.verdict import Membership


def keeps_walls(condition: Condition, member: Map) -> Membership:
    """Say whether a map after the base map takes the box into the box; only affine maps are decided."""
    if condition.by_coordinate and not _of_single_coordinates(member):
        return Membership(
            False, "whether independence is kept at the edge is not decided", str(member)
        )
    if left_open(condition):
        return Membership(False, f"not decided: {condition.relaxed}", str(member))
    for i in unstated_coordinates(condition.output):
        if member.expressions[i] != member.symbols[i] or condition.base != condition.z:
            what = f"whether output {i + 1} is confined: the {condition.output} does not say"
            return Membership(False, f"not decided {what}", str(member))
    confined = confined_outputs(condition)
    if not confined:
        return Membership(True, "the outputs are not confined")
    if not condition.in_box and not isinstance(condition.space, Box):
        return _keeps_intervals(condition, member, confined)
    try:
        matrix, shift = member.affine_parts()
    except InputError:
        return Membership(False, "whether the map keeps the box is not decided", str(member))
    for i in confined:
        entries = list(matrix.row(i))
        if not all(x.is_Rational for x in (*entries, shift[i])):
            return Membership(False, "whether the map keeps the box is not decided", str(member))
        low = shift[i] + sum(x for x in entries if x < 0)
        high = shift[i] + sum(x for x in entries if x > 0)
        if low < 0 or high > 1:
            return Membership(False, f"output {i + 1} leaves (0, 1)", str(member))
    return Membership(True, "the box is mapped into the box")


def _keeps_intervals(condition: Condition, member: Map, confined: tuple[int, ...]) -> Membership:
    """Say whether the confined outputs of an affine map of a product stay in (0, 1).

    On a sphere a linear form with the coefficients v runs between −‖v‖ and ‖v‖, on a line it is
    not bounded.
    """
    undecided = Membership(False, "whether the map keeps the intervals is not decided", str(member))
    same = confined_coordinates(condition.space)
    inner = [member.symbols[j] for j in same if condition.base[j] == condition.z[j]]
    if all(member.expressions[i] in (*inner, *(1 - x for x in inner)) for i in confined):
        return Membership(True, "confined outputs are confined latents, or 1 minus them")
    parts = parts_of(condition.space)
    if not parts.known or condition.base != condition.z:
        return undecided
    try:
        matrix, shift = member.affine_parts()
    except InputError:
        return undecided
    for i in confined:
        row = list(matrix.row(i))
        if not all(x.is_Rational for x in (*row, shift[i])):
            return undecided
        wide = sp.Add(*(sp.sqrt(sp.Add(*(row[j] ** 2 for j in b))) for b in parts.spheres))
        low = shift[i] + sum(row[j] for j in parts.intervals if row[j] < 0) - wide
        high = shift[i] + sum(row[j] for j in parts.intervals if row[j] > 0) + wide
        if any(row[j] != 0 for j in parts.lines) or low.is_negative or (high - 1).is_positive:
            return Membership(False, f"output {i + 1} leaves (0, 1)", str(member))
        if not (low.is_nonnegative and (1 - high).is_nonnegative):
            return undecided
    return Membership(True, "the intervals are mapped into themselves")


def left_open(condition: Condition) -> bool:
    """Whether the condition leaves out something that is checked for no map or field."""
    return bool(condition.relaxed) and not (condition.in_box or condition.by_coordinate)


def _of_single_coordinates(member: Map) -> bool:
    used = [e.free_symbols & set(member.symbols) for e in member.expressions]
    return all(len(u) == 1 for u in used) and len(set().union(*used)) == len(used)


def leaves_walls(condition: Condition, member: Map) -> bool:
    """Whether an affine map is shown to take some point of the box out of it."""
    answer = keeps_walls(condition, member)
    return not answer.holds and answer.reason.startswith("output")


def tangent_fields(condition: Condition, fields: Sequence[Field]) -> tuple[Field, ...]:
    """Return fields that do not cross a face of the box, and are tangent to free maps.

    On a flat space they are a basis of all combinations that do not cross a face.
    """
    return tuple(f for f in _tangent(condition, fields) if followed(condition, f))


def _tangent(condition: Condition, fields: Sequence[Field]) -> tuple[Field, ...]:
    if left_open(condition):
        return ()
    if not (outputs_confined(condition) or condition.by_coordinate) or not fields:
        return tuple(fields)
    z = fields[0].symbols
    columns: list[dict[tuple[int, ...], sp.Rational]] = []
    for field in fields:
        columns.append(_left_over(condition, field))
    keys = sorted({key for column in columns for key in column})
    if not keys:
        return tuple(fields)
    table = fmpq_mat(len(keys), len(fields))
    for j, column in enumerate(columns):
        for i, key in enumerate(keys):
            c = sp.Rational(column.get(key, 0))
            table[i, j] = fmpq(int(c.p), int(c.q))
    kept = []
    for weights in _null_space(table):
        kept.append(
            Field(
                z,
                tuple(
                    sp.expand(
                        sp.Add(
                            *(w * f.expressions[i] for w, f in zip(weights, fields, strict=True))
                        )
                    )
                    for i in range(fields[0].dim)
                ),
            )
        )
    return tuple(kept)


def _left_over(condition: Condition, field: Field) -> dict[tuple[int, ...], sp.Rational]:
    """Return the coefficients that must vanish: at the faces, or of the other coordinates."""
    z = field.symbols
    confined, unsaid = confined_outputs(condition), unstated_coordinates(condition.output)
    found: dict[tuple[int, ...], sp.Rational] = {}
    for i, (x, e) in enumerate(zip(z, field.expressions, strict=True)):
        if condition.by_coordinate:
            for powers, c in sp.Poly(e, *z).as_dict().items():
                if any(k for j, k in enumerate(powers) if j != i):
                    found[(i, 0, *powers)] = c
            continue
        if i in unsaid:
            found.update({(i, 0, *k): c for k, c in sp.Poly(e, *z).as_dict().items()})
        for face in (0, 1) if i in confined else ():
            terms = sp.Poly(sp.expand(e.subs(x, face)), *z).as_dict()
            found.update({(i, face, *powers): c for powers, c in terms.items()})
    return found


def _null_space(table: fmpq_mat) -> list[list[sp.Rational]]:
    reduced, rank = table.rref()
    columns = table.ncols()
    pivots: list[int] = []
    for row in range(rank):
        pivots.append(next(c for c in range(columns) if reduced[row, c] != 0))
    found = []
    for free in (c for c in range(columns) if c not in pivots):
        vector = [sp.Integer(0)] * columns
        vector[free] = sp.Integer(1)
        for row, pivot in enumerate(pivots):
            value = reduced[row, free]
            vector[pivot] = -sp.Rational(int(value.p), int(value.q))
        found.append(vector)
    return found
