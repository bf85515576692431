"""Certificates read back from plain data."""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.claim import as_rational
from sith.theory.derivation.certificates.completeness import Bound
from sith.theory.derivation.certificates.digest import checksum_of
from sith.theory.derivation.certificates.entries import (
    MAX_DIMENSION,
    read_list,
    read_member,
    read_number,
    read_numbers,
    read_object,
    read_part,
    read_powers,
    read_short,
    read_terms,
    read_text,
    read_truth,
    read_whole,
    read_wholes,
)
from sith.theory.derivation.certificates.record import (
    FORMAT,
    VERSION,
    Certificate,
    DegreeRecord,
    LevelRecord,
    SpectralRecord,
)
from sith.theory.errors import InputError
from sith.theory.obstruction import Obstacle, Obstruction
from sith.theory.verdict import Agreement, Method, Outcome, Relation

WORDS = ("base_words", "lower", "upper", "missing", "escape")
"""The entries in words; they are compared with those that follow from the fields."""

KEYS = frozenset(
    (
        *(
            "format",
            "version",
            "argument",
            "claim",
            "dimension",
            "parameters",
            "digest",
            "checksum",
        ),
        *("base", "base_parameters", "degrees", "completeness", "dimension_by_degree"),
        *("group", "group_data", "stated", "relation", "verdict", "agreement", "agrees", "reason"),
        *("trusted", "scope", "obstruction", "spectral", "system", "groups"),
        *WORDS,
    )
)
"""The entries of a certificate; one with others is not read."""


def read_certificate(data: Any) -> Certificate:
    """Return the certificate that plain data holds; raises `InputError` for any malformed entry."""
    top = read_object(data, "the file")
    if top.get("format") != FORMAT:
        raise InputError(
            "this is not a certificate of sith",
            cure="`sith derive CLAIM --certificate FILE` writes one",
        )
    version = read_whole(read_part(top, "version", "the file"), "version")
    if version != VERSION:
        raise InputError(f"certificate version {version}", allowed=f"version {VERSION}")

    unknown = sorted(set(top) - KEYS)
    if unknown:
        raise InputError(
            f"the certificate holds {unknown[0][:60]!r}, which is not one of its entries"
        )

    def part(key: str) -> Any:
        return read_part(top, key, "the file")

    def text(key: str) -> str:
        return read_text(part(key), key)

    dimension = read_whole(part("dimension"), "dimension", least=1, most=MAX_DIMENSION)
    outcome = read_member(Outcome, text("verdict"), "verdict")
    empty = "degrees" not in top and outcome is Outcome.UNDECIDED
    for key in WORDS:
        part(key)
    base = [] if empty else read_list(part("base"), "base")
    degrees = [] if empty else read_list(part("degrees"), "degrees")
    for key in ("system", "groups") if degrees else ():
        read_object(part(key), key)
    scope = read_object(part("scope"), "scope")
    by_degree = read_object(part("dimension_by_degree"), "dimension_by_degree")
    parameters = read_object(part("parameters"), "parameters")
    return Certificate(
        argument=text("argument"),
        claim=text("claim"),
        dimension=dimension,
        parameters={
            name: as_rational(read_short(value, f"parameters.{name}"))
            for name, value in parameters.items()
        },
        digest="" if empty else text("digest"),
        base=tuple(read_terms(b, dimension, f"base[{i}]") for i, b in enumerate(base)),
        base_parameters={} if empty else read_numbers(part("base_parameters"), "base_parameters"),
        degrees=tuple(_degree(d, dimension, f"degrees[{i}]") for i, d in enumerate(degrees)),
        obstruction=(
            (_obstruction(top["obstruction"], dimension),) if "obstruction" in top else ()
        ),
        dimension_by_degree={
            read_whole(as_rational(read_short(k, "degree")), "dimension_by_degree"): read_whole(
                v, f"dimension_by_degree.{k}"
            )
            for k, v in by_degree.items()
        },
        group=text("group"),
        group_data={} if empty else read_object(part("group_data"), "group_data"),
        stated=text("stated"),
        relation=read_member(Relation, text("relation"), "relation"),
        outcome=outcome,
        agreement=read_member(Agreement, text("agreement"), "agreement"),
        agrees=read_truth(part("agrees"), "agrees"),
        trusted=tuple(read_text(t, "trusted") for t in read_list(part("trusted"), "trusted")),
        scope={
            "dimension": read_whole(read_part(scope, "dimension", "scope"), "scope.dimension"),
            "degrees": read_wholes(read_part(scope, "degrees", "scope"), "scope.degrees"),
            "unknowns": read_whole(read_part(scope, "unknowns", "scope"), "scope.unknowns"),
            "primes": read_wholes(read_part(scope, "primes", "scope"), "scope.primes"),
            "equations": read_whole(read_part(scope, "equations", "scope"), "scope.equations"),
            "components": read_text(read_part(scope, "components", "scope"), "scope.components"),
            "completeness": read_object(
                read_part(scope, "completeness", "scope"), "scope.completeness"
            ),
        },
        bounds=() if empty else _bounds(part("completeness"), dimension),
        reason=text("reason"),
        checksum=text("checksum"),
        found=checksum_of(top),
    )


def _bounds(data: Any, dimension: int) -> tuple[Bound, ...]:
    found = []
    for i, item in enumerate(read_list(data, "completeness")):
        where = f"completeness[{i}]"
        top = read_object(item, where)
        counts = {
            key: read_whole(read_part(top, name, where), f"{where}.{name}")
            for key, name in (
                ("dimension", "bound"),
                *((n, n) for n in ("unknowns", "rank", "gauge", "anchors")),
                *((n, n) for n in ("special", "loose", "order", "type_order")),
            )
        }
        points = tuple(
            tuple(read_number(x, where) for x in read_list(p, where))
            for p in read_list(read_part(top, "points", where), where)
        )
        if any(len(p) != dimension for p in points):
            raise InputError(f"{where}: a point has not {dimension} coordinates")
        method = read_member(
            Method, read_text(read_part(top, "method", where), where), f"{where}.method"
        )
        found.append(Bound(method=method, points=points, **counts))
    return tuple(found)


def read_spectral(data: Any, dimension: int) -> SpectralRecord:
    """Return the spectral part of a certificate; raises `InputError` for any malformed entry."""
    top = read_object(data, "spectral")

    def whole(key: str, least: int = 0) -> int:
        return read_whole(
            read_part(top, key, "spectral"), f"spectral.{key}", least=least, most=10**6
        )

    levels = []
    for i, entry in enumerate(read_list(read_part(top, "levels", "spectral"), "spectral.levels")):
        where = f"spectral.levels[{i}]"
        level = read_object(entry, where)
        part = {
            key: read_part(level, key, where)
            for key in ("low", "high", "multiplicity", "minimal", "functions", "squares")
        }
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


def _degree(data: Any, dimension: int, where: str) -> DegreeRecord:
    top = read_object(data, where)

    def items(key: str) -> list[Any]:
        return read_list(read_part(top, key, where), f"{where}.{key}")

    def whole(key: str) -> int:
        return read_whole(read_part(top, key, where), f"{where}.{key}")

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
        degree=read_whole(read_part(top, "degree", where), f"{where}.degree", least=1, most=100),
        fields=fields,
        changes=changes,
        monomials=monomials,
        unknowns=whole("unknowns"),
        rank=whole("rank"),
        gauge=whole("gauge"),
        draws=tuple(
            _draw(d, dimension, f"{where}.draws[{i}]") for i, d in enumerate(items("draws"))
        ),
        primes=read_wholes(read_part(top, "primes", where), f"{where}.primes"),
    )


def _obstruction(data: Any, dimension: int) -> Obstruction:
    where = "obstruction"
    top = read_object(data, where)

    def table(key: str) -> tuple[tuple[sp.Rational, ...], ...]:
        rows = read_list(read_part(top, key, where), f"{where}.{key}")
        return tuple(
            tuple(read_number(x, f"{where}.{key}") for x in read_list(r, f"{where}.{key}"))
            for r in rows
        )

    points, matrix = table("points"), table("matrix")
    rows = read_wholes(read_part(top, "rows", where), f"{where}.rows")
    columns = read_wholes(read_part(top, "columns", where), f"{where}.columns")
    if any(len(p) != dimension for p in points):
        raise InputError(f"{where}: a point has not {dimension} coordinates")
    if any(i >= len(points) for i in (*rows, *columns)):
        raise InputError(f"{where}: a row or column belongs to no point")
    if len(matrix) != len(rows) or any(len(row) != len(columns) for row in matrix):
        raise InputError(f"{where}.matrix has not the size of its rows and columns")
    return Obstruction(
        obstacle=read_member(Obstacle, read_text(read_part(top, "obstacle", where), where), where),
        points=points,
        value=read_number(read_part(top, "value", where), f"{where}.value"),
        matrix=matrix,
        rows=rows,
        columns=columns,
        reference=read_truth(read_part(top, "reference", where), f"{where}.reference"),
    )


def _draw(data: Any, dimension: int, where: str) -> tuple[tuple[sp.Rational, ...], ...]:
    points = [
        tuple(read_number(x, where) for x in read_list(p, where)) for p in read_list(data, where)
    ]
    if len(points) != 4 or any(len(p) != dimension for p in points):
        raise InputError(f"{where} is not made of four points of {dimension} coordinates")
    return tuple(points)
