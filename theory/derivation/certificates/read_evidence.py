"""The evidence of a certificate read back: degrees, bounds, spectra, obstructions."""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.derivation.certificates.completeness import Bound
from sith.theory.derivation.certificates.entries import (
    read_list,
    read_member,
    read_number,
    read_numbers,
    read_powers,
    read_record,
    read_terms,
    read_text,
    read_truth,
    read_whole,
    read_wholes,
)
from sith.theory.derivation.certificates.record import DegreeRecord, LevelRecord, SpectralRecord
from sith.theory.errors import InputError
from sith.theory.obstruction import Obstacle, Obstruction
from sith.theory.verdict import Method

BOUND = (
    *("method", "bound", "unknowns", "rank", "gauge", "points"),
    *("anchors", "special", "loose", "order", "type_order"),
)
DEGREE = (
    *("degree", "fields", "changes", "monomials", "unknowns"),
    *("rank", "gauge", "primes", "draws"),
)
SPECTRUM = ("outputs", "levels", "taken", "dropped")
LEVEL = ("low", "high", "multiplicity", "minimal", "functions", "squares")
OBSTRUCTION = ("obstacle", "points", "value", "matrix", "rows", "columns", "reference")


def read_bounds(data: Any, dimension: int) -> tuple[Bound, ...]:
    """Return the bounds on the dimension of all smooth fields."""
    found = []
    for i, item in enumerate(read_list(data, "completeness")):
        where = f"completeness[{i}]"
        top = read_record(item, BOUND, where)
        counts = {
            key: read_whole(top[name], f"{where}.{name}")
            for key, name in (
                ("dimension", "bound"),
                *((n, n) for n in ("unknowns", "rank", "gauge", "anchors")),
                *((n, n) for n in ("special", "loose", "order", "type_order")),
            )
        }
        points = tuple(
            tuple(read_number(x, where) for x in read_list(p, where))
            for p in read_list(top["points"], where)
        )
        if any(len(p) != dimension for p in points):
            raise InputError(f"{where}: a point has not {dimension} coordinates")
        method = read_member(Method, read_text(top["method"], where), f"{where}.method")
        found.append(Bound(method=method, points=points, **counts))
    return tuple(found)


def read_spectral(data: Any, dimension: int) -> SpectralRecord:
    """Return the spectral part of a certificate; raises `InputError` for any malformed entry."""
    top = read_record(data, SPECTRUM, "spectral")

    def whole(key: str, least: int = 0) -> int:
        return read_whole(top[key], f"spectral.{key}", least=least, most=10**6)

    levels = []
    for i, entry in enumerate(read_list(top["levels"], "spectral.levels")):
        where = f"spectral.levels[{i}]"
        part = read_record(entry, LEVEL, where)
        rows = {
            key: read_list(part[key], f"{where}.{key}")
            for key in ("minimal", "functions", "squares")
        }
        levels.append(
            LevelRecord(
                read_number(part["low"], f"{where}.low"),
                read_number(part["high"], f"{where}.high"),
                read_whole(part["multiplicity"], f"{where}.multiplicity", least=1),
                tuple(read_number(c, f"{where}.minimal") for c in rows["minimal"]),
                tuple(read_terms(f, dimension, f"{where}.functions") for f in rows["functions"]),
                tuple(read_number(c, f"{where}.squares") for c in rows["squares"]),
            )
        )
    return SpectralRecord(whole("outputs", 1), tuple(levels), whole("taken"), whole("dropped"))


def read_degree(data: Any, dimension: int, where: str) -> DegreeRecord:
    """Return what was computed for one degree; raises `InputError` for any malformed entry."""
    top = read_record(data, DEGREE, where)

    def items(key: str) -> list[Any]:
        return read_list(top[key], f"{where}.{key}")

    def whole(key: str) -> int:
        return read_whole(top[key], f"{where}.{key}")

    fields = tuple(
        tuple(
            read_terms(e, dimension, f"{where}.fields[{i}]")
            for e in read_list(f, f"{where}.fields[{i}]")
        )
        for i, f in enumerate(items("fields"))
    )
    changes = tuple(
        read_numbers(c, f"{where}.changes[{i}]") for i, c in enumerate(items("changes"))
    )
    if len(changes) != len(fields):
        raise InputError(f"{where}: {len(changes)} changes for {len(fields)} fields")
    monomials = tuple(
        read_powers(m, dimension, f"{where}.monomials[{i}]")
        for i, m in enumerate(items("monomials"))
    )
    return DegreeRecord(
        degree=read_whole(top["degree"], f"{where}.degree", least=1, most=100),
        fields=fields,
        changes=changes,
        monomials=monomials,
        unknowns=whole("unknowns"),
        rank=whole("rank"),
        gauge=whole("gauge"),
        draws=tuple(
            _draw(d, dimension, f"{where}.draws[{i}]") for i, d in enumerate(items("draws"))
        ),
        primes=read_wholes(top["primes"], f"{where}.primes"),
    )


def read_obstruction(data: Any, dimension: int) -> Obstruction:
    """Return the points that rule every map out; raises `InputError` for any malformed entry."""
    where = "obstruction"
    top = read_record(data, OBSTRUCTION, where)

    def table(key: str) -> tuple[tuple[sp.Rational, ...], ...]:
        rows = read_list(top[key], f"{where}.{key}")
        return tuple(
            tuple(read_number(x, f"{where}.{key}") for x in read_list(r, f"{where}.{key}"))
            for r in rows
        )

    points, matrix = table("points"), table("matrix")
    rows = read_wholes(top["rows"], f"{where}.rows")
    columns = read_wholes(top["columns"], f"{where}.columns")
    if any(len(p) != dimension for p in points):
        raise InputError(f"{where}: a point has not {dimension} coordinates")
    if any(i >= len(points) for i in (*rows, *columns)):
        raise InputError(f"{where}: a row or column belongs to no point")
    if len(matrix) != len(rows) or any(len(row) != len(columns) for row in matrix):
        raise InputError(f"{where}.matrix has not the size of its rows and columns")
    return Obstruction(
        obstacle=read_member(Obstacle, read_text(top["obstacle"], where), where),
        points=points,
        value=read_number(top["value"], f"{where}.value"),
        matrix=matrix,
        rows=rows,
        columns=columns,
        reference=read_truth(top["reference"], f"{where}.reference"),
    )


def _draw(data: Any, dimension: int, where: str) -> tuple[tuple[sp.Rational, ...], ...]:
    points = [
        tuple(read_number(x, where) for x in read_list(p, where)) for p in read_list(data, where)
    ]
    if len(points) != 4 or any(len(p) != dimension for p in points):
        raise InputError(f"{where} is not made of four points of {dimension} coordinates")
    return tuple(points)
