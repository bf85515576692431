"""Certificates as plain data: what an independent checker needs, written exactly.

Polynomials are lists of powers and coefficients and numbers are texts "p/q", so that reading a
certificate parses no expression.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import sympy as sp

from sith.theory.claim import Claim
from sith.theory.derivation.certificates.completeness import Bound
from sith.theory.derivation.certificates.digest import checksum, claim_digest
from sith.theory.derivation.certificates.group_tests import groups_data
from sith.theory.derivation.certificates.groups import group_data
from sith.theory.derivation.certificates.plain import number_data, terms_data
from sith.theory.derivation.certificates.record import FORMAT, VERSION
from sith.theory.derivation.certificates.system import system_data
from sith.theory.derivation.equation import Condition
from sith.theory.errors import InputError
from sith.theory.groups import AbstractGroup, Field
from sith.theory.obstruction import Obstruction
from sith.theory.parameter_values import as_rational
from sith.theory.verdict import Verdict


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
    def equations(self) -> int:
        """Number of rows of the linear system."""
        ...

    @property
    def dimension(self) -> int:
        """Dimension of the space of free fields."""
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


def evidence(
    claim: Claim,
    condition: Condition,
    solutions: Sequence[Solved],
    groups: Sequence[AbstractGroup],
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
        "group_data": group_data(groups[-1]) if kept and groups else {},
        "degrees": [_degree_data(s, condition.z) for s in solutions],
        "completeness": [bound.to_dict() for bound in bounds],
        **(kernel_data(claim, condition, groups, solutions[-1].degree) if kept else {}),
        **({"obstruction": _obstruction_data(obstruction[0])} if obstruction else {}),
    }


def kernel_data(
    claim: Claim, condition: Condition, groups: Sequence[AbstractGroup], degree: int
) -> dict[str, Any]:
    """Return what a checker without sympy needs besides: the equations, and tests of both groups."""
    return {
        "system": system_data(condition),
        "groups": groups_data(claim.group, groups[-1] if groups else None, degree),
    }


def certificate_data(
    verdict: Verdict, argument: str, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the whole certificate of a verdict, ready for JSON.

    `argument` is the CLAIM as it was given; with the dimension and `parameters` it names the claim
    that the certificate is about. Raises `InputError` for a parameter that is neither a number nor a word.
    """
    for name, value in parameters.items():
        if as_rational(str(value)) != value:
            raise InputError(
                f"parameter {name} = {value!r} cannot be written into a certificate",
                allowed="an integer, a fraction or a word",
            )
    summary = verdict.to_dict()
    kept = (
        *("verdict", "group", "base", "lower", "upper", "missing", "escape"),
        *("stated", "relation", "agrees", "agreement", "reason"),
    )
    data = {
        "format": FORMAT,
        "version": VERSION,
        "claim": verdict.claim,
        "dimension": verdict.scope.dimension,
        **verdict.certificate,
        "argument": argument,
        "parameters": {name: str(value) for name, value in parameters.items()},
        **{key: summary[key] for key in (*kept, "dimension_by_degree", "trusted")},
        "base": verdict.certificate.get("base", []),
        "base_words": summary["base"],
        "scope": verdict.scope.to_dict(),
    }
    return {**data, "checksum": checksum(data)}


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
