"""Certificates as plain data: what an independent checker needs, written and read back exactly.

Polynomials are lists of powers and coefficients and numbers are texts "p/q", so that reading a
certificate parses no expression. Reading validates every entry; nothing is taken on trust.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol

import sympy as sp

from theory.assumptions import StructuredMixing
from theory.claim import Claim, as_rational
from theory.derive.completeness_record import Bound
from theory.derive.equation import Condition
from theory.errors import InputError, SithError, UnsupportedCondition
from theory.groups import (
    AbstractGroup,
    AbstractMatrixGroup,
    Affine,
    BlockOrthogonal,
    BlockwiseDiffeomorphisms,
    Commutant,
    ComponentwiseDiffeomorphisms,
    ContentKeeping,
    Euclidean,
    Field,
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
from theory.obstruction import Obstacle, Obstruction
from theory.verdict import Agreement, Method, Outcome, Relation, Verdict

FORMAT = "sith certificate"
VERSION = 1
"""Version of the format; another one is refused."""

MAX_DIGITS = 2000
"""Longest numerator or denominator that is read."""

MAX_DIMENSION = 100
"""Largest dimension that is read."""

_NUMBER = re.compile(rf"(-?[0-9]{{1,{MAX_DIGITS}}})(?:/([0-9]{{1,{MAX_DIGITS}}}))?")
_PLAIN: tuple[Callable[[int], AbstractGroup], ...] = (
    Affine,
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

Terms = tuple[tuple[tuple[int, ...], sp.Rational], ...]
"""A polynomial: powers and coefficient of each term."""


class Solved(Protocol):
    """What a solver hands over for one degree; the solver itself is not imported."""

    @property
    def degree(self) -> int:
        """Largest degree of the fields."""
        ...

    @property
    def fields(self) -> tuple[Field, ...]:
        """The free fields."""
        ...

    @property
    def changes(self) -> tuple[dict[sp.Symbol, sp.Rational], ...]:
        """The change of the learned parameters that goes with each field."""
        ...

    @property
    def monomials(self) -> tuple[tuple[int, ...], ...]:
        """Powers of the monomials that the unknown field is made of."""
        ...

    @property
    def unknowns(self) -> int:
        """Number of unknowns of the linear system."""
        ...

    @property
    def rank(self) -> int:
        """Rank of the linear system."""
        ...

    @property
    def gauge(self) -> int:
        """Number of independent parameter changes that move no field."""
        ...

    @property
    def draws(self) -> tuple[tuple[tuple[sp.Rational, ...], ...], ...]:
        """The points that made the rows."""
        ...

    @property
    def primes(self) -> tuple[int, ...]:
        """The primes that were computed with."""
        ...


@dataclass(frozen=True, slots=True)
class DegreeRecord:
    """One degree of a certificate, read back: fields, parameter changes, points and counts."""

    degree: int
    fields: tuple[tuple[Terms, ...], ...]
    changes: tuple[Mapping[str, sp.Rational], ...]
    monomials: tuple[tuple[int, ...], ...]
    unknowns: int
    rank: int
    gauge: int
    draws: tuple[tuple[tuple[sp.Rational, ...], ...], ...]
    primes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that was read back: the claim it names, its evidence, and what it concludes.

    `obstruction` is what rules every map out, () where nothing does. `digest` identifies the claim's
    condition, `group_data` holds the derived group's parts (empty
    where it has no name), and `checksum` is that of the file, `found` the one of its content.
    """

    argument: str
    claim: str
    dimension: int
    parameters: Mapping[str, Any]
    digest: str
    base: tuple[Terms, ...]
    base_parameters: Mapping[str, sp.Rational]
    degrees: tuple[DegreeRecord, ...]
    obstruction: tuple[Obstruction, ...]
    dimension_by_degree: Mapping[int, int]
    group: str
    group_data: Mapping[str, Any]
    stated: str
    relation: Relation
    outcome: Outcome
    agreement: Agreement
    agrees: bool
    trusted: tuple[str, ...]
    scope: Mapping[str, Any]
    bounds: tuple[Bound, ...]
    reason: str
    checksum: str
    found: str


@dataclass(frozen=True, slots=True)
class LevelRecord:
    """One eigenvalue of a spectral certificate, read back: interval, multiplicity, functions."""

    low: sp.Rational
    high: sp.Rational
    multiplicity: int
    minimal: tuple[sp.Rational, ...]
    functions: tuple[Terms, ...]
    squares: tuple[sp.Rational, ...]


@dataclass(frozen=True, slots=True)
class SpectralRecord:
    """The spectral part of a certificate, read back."""

    outputs: int
    levels: tuple[LevelRecord, ...]
    taken: int
    dropped: int


# Writing.


def evidence(
    claim: Claim,
    condition: Condition,
    solutions: Sequence[Solved],
    group: AbstractGroup | None,
    bounds: Sequence[Bound] = (),
    obstruction: Sequence[Obstruction] = (),
) -> dict[str, Any]:
    """Return what an independent checker needs of a derivation, as plain data."""
    kept = bool(solutions)
    return {
        "format": FORMAT,
        "version": VERSION,
        "claim": claim.name,
        "dimension": claim.dim,
        "digest": claim_digest(claim, condition),
        "base": [terms_data(b, condition.z) for b in condition.base] if kept else [],
        "base_parameters": (
            {str(p): number_data(v) for p, v in condition.parameters.items()} if kept else {}
        ),
        "group_data": group_data(group) if kept and group is not None else {},
        "degrees": [_degree_data(s, condition.z) for s in solutions],
        "completeness": [bound.to_dict() for bound in bounds],
        **({"obstruction": _obstruction_data(obstruction[0])} if obstruction else {}),
    }


def certificate_data(
    verdict: Verdict, argument: str, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the whole certificate of a verdict, ready for JSON.

    `argument` is the CLAIM as it was given; with the dimension and `parameters` it names the claim
    that the certificate is about. Raises `InputError` for a parameter that is no number and no word.
    """
    for name, value in parameters.items():
        if as_rational(str(value)) != value:
            raise InputError(
                f"parameter {name} = {value!r} cannot be written into a certificate",
                allowed="an integer, a fraction or a word",
            )
    summary = verdict.to_dict()
    kept = ("verdict", "group", "stated", "relation", "agrees", "agreement", "reason")
    data = {
        "format": FORMAT,
        "version": VERSION,
        "claim": verdict.claim,
        "dimension": verdict.scope.dimension,
        **verdict.certificate,
        "argument": argument,
        "parameters": {name: str(value) for name, value in parameters.items()},
        **{key: summary[key] for key in (*kept, "dimension_by_degree", "trusted")},
        "scope": verdict.scope.to_dict(),
    }
    return {**data, "checksum": checksum(data)}


def claim_digest(claim: Claim, condition: Condition) -> str:
    """Return a hash of the claim: its name, dimension, condition and stated group."""
    parts: list[Any] = [
        claim.name,
        claim.dim,
        str(claim.group),
        claim.relation.value,
        *(str(part) for part in (condition.space, condition.output, condition.pairs)),
        *(str(part) for part in (claim.world.prior, claim.objective, condition.linear_only)),
        condition.latex,
        [
            [str(e.residual), e.up_to.value, e.volume, e.gram, *map(str, e.partner)]
            for e in condition.equations
        ],
    ]
    if isinstance(condition.mixing, StructuredMixing):
        parts += [str(condition.mixing), [e.decoder for e in condition.equations]]
    return _hash(parts)


def checksum(data: Mapping[str, Any]) -> str:
    """Return a hash of a certificate without its checksum, whatever its spaces and order."""
    return _hash({k: v for k, v in data.items() if k != "checksum"})


def _hash(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _degree_data(solution: Solved, z: Sequence[sp.Symbol]) -> dict[str, Any]:
    return {
        "degree": solution.degree,
        "fields": [[terms_data(e, z) for e in f.expressions] for f in solution.fields],
        "changes": [{str(p): number_data(v) for p, v in c.items()} for c in solution.changes],
        "monomials": [list(m) for m in solution.monomials],
        "unknowns": solution.unknowns,
        "rank": solution.rank,
        "gauge": solution.gauge,
        "primes": list(solution.primes),
        "draws": [[[number_data(x) for x in point] for point in d] for d in solution.draws],
    }


def _obstruction_data(obstruction: Obstruction) -> dict[str, Any]:
    return {
        "obstacle": obstruction.obstacle.value,
        "points": [[number_data(x) for x in point] for point in obstruction.points],
        "value": number_data(obstruction.value),
        "matrix": [[number_data(x) for x in row] for row in obstruction.matrix],
        "rows": list(obstruction.rows),
        "columns": list(obstruction.columns),
        "reference": obstruction.reference,
    }


def terms_data(expression: sp.Expr, z: Sequence[sp.Symbol]) -> list[dict[str, Any]]:
    """Return a polynomial as a list of powers and coefficients."""
    terms = sp.Poly(expression, *z).as_dict()
    return [
        {"powers": list(powers), "coefficient": number_data(c)}
        for powers, c in sorted(terms.items())
        if c != 0
    ]


def number_data(value: Any) -> str:
    """Return a rational number as text; raises `UnsupportedCondition` for any other."""
    if not isinstance(value, sp.Rational):
        raise UnsupportedCondition(
            f"{value} is not rational, so no certificate can hold it",
            cure="choose parameters for which base map and learned parameters are rational",
        )
    return str(value)


def group_data(group: AbstractGroup) -> dict[str, Any]:
    """Return a derived group's parts as plain data; a density is left to the claim."""
    kind = type(group).__name__
    if isinstance(group, Shifted | Unimodular):
        return {"kind": kind, "group": group_data(group.group)}
    if isinstance(group, BlockOrthogonal | BlockwiseDiffeomorphisms):
        return {"kind": kind, "blocks": [list(block) for block in group.blocks]}
    if isinstance(group, Commutant):
        tables = [[[number_data(x) for x in row] for row in a.tolist()] for a in group.matrices]
        return {"kind": kind, "dim": group.dim, "matrices": tables}
    data: dict[str, Any] = {"kind": kind, "dim": group.dim}
    if isinstance(group, ContentKeeping):
        data["content"] = group.content
    if isinstance(group, Orthogonal | Euclidean) and group.form is not None:
        data["form"] = [[number_data(x) for x in row] for row in group.form.tolist()]
    return data


# Reading.


def read_certificate(data: Any) -> Certificate:
    """Return the certificate that plain data holds; raises `InputError` for any malformed entry."""
    top = _object(data, "the file")
    if top.get("format") != FORMAT:
        raise InputError(
            "this is not a certificate of sith",
            cure="`sith derive CLAIM --certificate FILE` writes one",
        )
    version = _whole(_part(top, "version", "the file"), "version")
    if version != VERSION:
        raise InputError(f"certificate version {version}", allowed=f"version {VERSION}")

    def part(key: str) -> Any:
        return _part(top, key, "the file")

    def text(key: str) -> str:
        return _text(part(key), key)

    dimension = _whole(part("dimension"), "dimension", least=1, most=MAX_DIMENSION)
    outcome = _member(Outcome, text("verdict"), "verdict")
    empty = "degrees" not in top and outcome is Outcome.UNDECIDED
    base = [] if empty else _list(part("base"), "base")
    degrees = [] if empty else _list(part("degrees"), "degrees")
    scope = _object(part("scope"), "scope")
    by_degree = _object(part("dimension_by_degree"), "dimension_by_degree")
    parameters = _object(part("parameters"), "parameters")
    return Certificate(
        argument=text("argument"),
        claim=text("claim"),
        dimension=dimension,
        parameters={
            name: as_rational(_short(value, f"parameters.{name}"))
            for name, value in parameters.items()
        },
        digest="" if empty else text("digest"),
        base=tuple(_terms(b, dimension, f"base[{i}]") for i, b in enumerate(base)),
        base_parameters={} if empty else _numbers(part("base_parameters"), "base_parameters"),
        degrees=tuple(_degree(d, dimension, f"degrees[{i}]") for i, d in enumerate(degrees)),
        obstruction=(
            (_obstruction(top["obstruction"], dimension),) if "obstruction" in top else ()
        ),
        dimension_by_degree={
            _whole(as_rational(_short(k, "degree")), "dimension_by_degree"): _whole(
                v, f"dimension_by_degree.{k}"
            )
            for k, v in by_degree.items()
        },
        group=text("group"),
        group_data={} if empty else _object(part("group_data"), "group_data"),
        stated=text("stated"),
        relation=_member(Relation, text("relation"), "relation"),
        outcome=outcome,
        agreement=_member(Agreement, text("agreement"), "agreement"),
        agrees=_truth(part("agrees"), "agrees"),
        trusted=tuple(_text(t, "trusted") for t in _list(part("trusted"), "trusted")),
        scope={
            "dimension": _whole(_part(scope, "dimension", "scope"), "scope.dimension"),
            "degrees": _wholes(_part(scope, "degrees", "scope"), "scope.degrees"),
            "unknowns": _whole(_part(scope, "unknowns", "scope"), "scope.unknowns"),
            "primes": _wholes(_part(scope, "primes", "scope"), "scope.primes"),
            "components": _text(_part(scope, "components", "scope"), "scope.components"),
            "completeness": _object(_part(scope, "completeness", "scope"), "scope.completeness"),
        },
        bounds=() if empty else _bounds(part("completeness"), dimension),
        reason=text("reason"),
        checksum=text("checksum"),
        found=_checksum_of(top),
    )


def _bounds(data: Any, dimension: int) -> tuple[Bound, ...]:
    found = []
    for i, item in enumerate(_list(data, "completeness")):
        where = f"completeness[{i}]"
        top = _object(item, where)
        counts = {
            key: _whole(_part(top, name, where), f"{where}.{name}")
            for key, name in (
                ("dimension", "bound"),
                *((n, n) for n in ("unknowns", "rank", "gauge", "anchors")),
                *((n, n) for n in ("special", "loose", "order", "type_order")),
            )
        }
        points = tuple(
            tuple(_number(x, where) for x in _list(p, where))
            for p in _list(_part(top, "points", where), where)
        )
        if any(len(p) != dimension for p in points):
            raise InputError(f"{where}: a point has not {dimension} coordinates")
        method = _member(Method, _text(_part(top, "method", where), where), f"{where}.method")
        found.append(Bound(method=method, points=points, **counts))
    return tuple(found)


def read_spectral(data: Any, dimension: int) -> SpectralRecord:
    """Return the spectral part of a certificate; raises `InputError` for any malformed entry."""
    top = _object(data, "spectral")

    def whole(key: str, least: int = 0) -> int:
        return _whole(_part(top, key, "spectral"), f"spectral.{key}", least=least, most=10**6)

    levels = []
    for i, entry in enumerate(_list(_part(top, "levels", "spectral"), "spectral.levels")):
        where = f"spectral.levels[{i}]"
        level = _object(entry, where)
        part = {
            key: _part(level, key, where)
            for key in ("low", "high", "multiplicity", "minimal", "functions", "squares")
        }
        rows = {
            key: _list(part[key], f"{where}.{key}") for key in ("minimal", "functions", "squares")
        }
        levels.append(
            LevelRecord(
                _number(part["low"], f"{where}.low"),
                _number(part["high"], f"{where}.high"),
                _whole(part["multiplicity"], f"{where}.multiplicity", least=1),
                tuple(_number(c, f"{where}.minimal") for c in rows["minimal"]),
                tuple(_terms(f, dimension, f"{where}.functions") for f in rows["functions"]),
                tuple(_number(c, f"{where}.squares") for c in rows["squares"]),
            )
        )
    return SpectralRecord(whole("outputs", 1), tuple(levels), whole("taken"), whole("dropped"))


def polynomial(terms: Terms, z: Sequence[sp.Symbol]) -> sp.Expr:
    """Return the polynomial of a list of terms."""
    return sp.Add(
        *(c * sp.Mul(*(x**k for x, k in zip(z, powers, strict=True))) for powers, c in terms)
    )


def read_group(data: Mapping[str, Any], log_density: sp.Expr) -> AbstractGroup:
    """Return the group of plain data; a law that it keeps is the claim's, `log_density`."""
    kind = _short(_part(data, "kind", "group_data"), "group_data.kind")
    if kind in _BY_GROUP:
        inner = read_group(_object(_part(data, "group", kind), f"{kind}.group"), log_density)
        if not isinstance(inner, AbstractMatrixGroup):
            raise InputError(f"group_data: {inner} is not a matrix group")
        return _BY_GROUP[kind](inner)
    if kind in _BY_BLOCKS:
        rows = _list(_part(data, "blocks", kind), f"{kind}.blocks")
        return _BY_BLOCKS[kind](tuple(_wholes(row, f"{kind}.blocks") for row in rows))
    dim = _whole(_part(data, "dim", "group_data"), "group_data.dim", least=1, most=MAX_DIMENSION)
    if kind in _BY_FORM:
        if "form" not in data:
            return _BY_FORM[kind](dim)
        return _BY_FORM[kind](dim, _square(data["form"], dim, f"{kind}.form"))
    if kind == "ContentKeeping":
        content = _whole(_part(data, "content", kind), "content", least=1, most=dim)
        return ContentKeeping(dim, content)
    if kind == "Commutant":
        tables = _list(_part(data, "matrices", kind), f"{kind}.matrices")
        return Commutant(tuple(_square(t, dim, f"{kind}.matrices") for t in tables))
    if kind == "MeasurePreserving":
        return MeasurePreserving(dim, log_density)
    if kind not in _BY_DIMENSION:
        raise InputError(f"group_data.kind = {kind!r} is not a group of the catalogue")
    return _BY_DIMENSION[kind](dim)


def _square(value: Any, dim: int, what: str) -> sp.ImmutableMatrix:
    table = [[_number(x, what) for x in _list(row, what)] for row in _list(value, what)]
    if len(table) != dim or any(len(row) != dim for row in table):
        raise InputError(f"{what} is not a {dim}×{dim} table")
    return sp.ImmutableMatrix(table)


def _checksum_of(data: Mapping[str, Any]) -> str:
    try:
        return checksum(data)
    except (TypeError, ValueError, RecursionError):
        raise InputError("the file holds values that JSON does not have") from None


def _degree(data: Any, dimension: int, where: str) -> DegreeRecord:
    top = _object(data, where)

    def items(key: str) -> list[Any]:
        return _list(_part(top, key, where), f"{where}.{key}")

    def whole(key: str) -> int:
        return _whole(_part(top, key, where), f"{where}.{key}")

    fields = tuple(
        tuple(
            _terms(e, dimension, f"{where}.fields[{i}]") for e in _list(f, f"{where}.fields[{i}]")
        )
        for i, f in enumerate(items("fields"))
    )
    changes = tuple(_numbers(c, f"{where}.changes[{i}]") for i, c in enumerate(items("changes")))
    if len(changes) != len(fields):
        raise InputError(f"{where}: {len(changes)} changes for {len(fields)} fields")
    monomials = tuple(
        _powers(m, dimension, f"{where}.monomials[{i}]") for i, m in enumerate(items("monomials"))
    )
    return DegreeRecord(
        degree=_whole(_part(top, "degree", where), f"{where}.degree", least=1, most=100),
        fields=fields,
        changes=changes,
        monomials=monomials,
        unknowns=whole("unknowns"),
        rank=whole("rank"),
        gauge=whole("gauge"),
        draws=tuple(
            _draw(d, dimension, f"{where}.draws[{i}]") for i, d in enumerate(items("draws"))
        ),
        primes=_wholes(_part(top, "primes", where), f"{where}.primes"),
    )


def _obstruction(data: Any, dimension: int) -> Obstruction:
    where = "obstruction"
    top = _object(data, where)

    def table(key: str) -> tuple[tuple[sp.Rational, ...], ...]:
        rows = _list(_part(top, key, where), f"{where}.{key}")
        return tuple(
            tuple(_number(x, f"{where}.{key}") for x in _list(r, f"{where}.{key}")) for r in rows
        )

    points, matrix = table("points"), table("matrix")
    rows = _wholes(_part(top, "rows", where), f"{where}.rows")
    columns = _wholes(_part(top, "columns", where), f"{where}.columns")
    if any(len(p) != dimension for p in points):
        raise InputError(f"{where}: a point has not {dimension} coordinates")
    if any(i >= len(points) for i in (*rows, *columns)):
        raise InputError(f"{where}: a row or column belongs to no point")
    if len(matrix) != len(rows) or any(len(row) != len(columns) for row in matrix):
        raise InputError(f"{where}.matrix has not the size of its rows and columns")
    return Obstruction(
        obstacle=_member(Obstacle, _text(_part(top, "obstacle", where), where), where),
        points=points,
        value=_number(_part(top, "value", where), f"{where}.value"),
        matrix=matrix,
        rows=rows,
        columns=columns,
        reference=_truth(_part(top, "reference", where), f"{where}.reference"),
    )


def _draw(data: Any, dimension: int, where: str) -> tuple[tuple[sp.Rational, ...], ...]:
    points = [tuple(_number(x, where) for x in _list(p, where)) for p in _list(data, where)]
    if len(points) != 4 or any(len(p) != dimension for p in points):
        raise InputError(f"{where} is not made of four points of {dimension} coordinates")
    return tuple(points)


def _terms(data: Any, dimension: int, where: str) -> Terms:
    found: dict[tuple[int, ...], sp.Rational] = {}
    for item in _list(data, where):
        entry = _object(item, where)
        powers = _powers(_part(entry, "powers", where), dimension, where)
        if powers in found:
            raise InputError(f"{where} repeats the monomial {list(powers)}")
        found[powers] = _number(_part(entry, "coefficient", where), f"{where}.coefficient")
    return tuple(found.items())


def _powers(data: Any, dimension: int, where: str) -> tuple[int, ...]:
    powers = _wholes(data, where)
    if len(powers) != dimension or any(k > 100 for k in powers):
        raise InputError(f"{where} is not {dimension} powers of at most 100")
    return powers


def _numbers(data: Any, where: str) -> dict[str, sp.Rational]:
    return {k: _number(v, f"{where}.{k}") for k, v in _object(data, where).items()}


def _number(data: Any, where: str) -> sp.Rational:
    match = _NUMBER.fullmatch(data) if isinstance(data, str) else None
    bottom = int(match[2] or 1) if match else 0
    if match is None or bottom == 0:
        raise InputError(f"{where} = {_shown(data)}", allowed='a fraction as text, "p/q"')
    return sp.Rational(int(match[1]), bottom)


def _whole(data: Any, where: str, *, least: int = 0, most: int = 2**63) -> int:
    if isinstance(data, sp.Integer):
        data = int(data)
    if type(data) is not int or not least <= data <= most:
        raise InputError(f"{where} = {_shown(data)}", allowed=f"a whole number from {least}")
    return data


def _wholes(data: Any, where: str) -> tuple[int, ...]:
    return tuple(_whole(x, where) for x in _list(data, where))


def _truth(data: Any, where: str) -> bool:
    if not isinstance(data, bool):
        raise InputError(f"{where} = {_shown(data)}", allowed="true or false")
    return data


def _text(data: Any, where: str) -> str:
    if not isinstance(data, str):
        raise InputError(f"{where} = {_shown(data)}", allowed="a text")
    return data


def _short(data: Any, where: str) -> str:
    text = _text(data, where)
    if len(text) > MAX_DIGITS:
        raise InputError(f"{where} = {_shown(text)}", allowed=f"at most {MAX_DIGITS} characters")
    return text


def _list(data: Any, where: str) -> list[Any]:
    if not isinstance(data, list):
        raise InputError(f"{where} = {_shown(data)}", allowed="a list")
    return data


def _object(data: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping) or not all(isinstance(k, str) for k in data):
        raise InputError(f"{where} is {_shown(data)}", allowed="a JSON object")
    return data


def _part(data: Mapping[str, Any], key: str, where: str) -> Any:
    if key not in data:
        raise InputError(f"{where} lacks '{key}'", cure="derive the claim again")
    return data[key]


def _member(kind: Any, text: str, where: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        raise InputError(
            f"{where} = {_shown(text)}", allowed=", ".join(m.value for m in kind)
        ) from None


def _shown(data: Any) -> str:
    try:
        text = repr(data)
    except (RecursionError, ValueError):
        text = f"a {type(data).__name__}"
    return text if len(text) <= 60 else f"{text[:57]}..."


def one_line(error: Exception) -> str:
    """Return type and message of an exception; an error of the toolkit is its own message."""
    text = str(error) if isinstance(error, SithError) else f"{type(error).__name__}: {error}"
    return " ".join(text.split())
