"""One degree after the other: fields, points, rank, and the bound on smooth fields."""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.derivation.certificates import Certificate, polynomial
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.verification.answer import Rejected
from sith.theory.derivation.verification.completeness import check_bound
from sith.theory.derivation.verification.fields import check_fields, check_monomials
from sith.theory.derivation.verification.points import check_points
from sith.theory.derivation.verification.ranks import check_rank
from sith.theory.groups import Field
from sith.theory.verdict import Method

_METHODS = {method.value: method for method in Method}


def check_degrees(
    certificate: Certificate, condition: Condition, checked: list[str]
) -> tuple[Field, ...]:
    """Re-check every degree, and return the fields of the highest."""
    fields: tuple[Field, ...] = ()
    gauge = 0
    known: set[tuple[Any, ...]] = set()
    for record in certificate.degrees:
        at = f"degree {record.degree}"
        fields = tuple(
            Field(condition.z, tuple(polynomial(e, condition.z) for e in f)) for f in record.fields
        )
        check_monomials(condition, record, at)
        check_fields(condition, record, fields, known, at)
        check_points(condition, record, at)
        gauge = check_rank(condition, record, at)
        also = f", {gauge} changes of learned parameters alone" if gauge else ""
        checked.append(
            f"{at}: {len(fields)} independent fields solve the linearised condition; rank "
            f"{record.rank} of {record.unknowns} unknowns at {len(record.draws)} points of the "
            f"support{also}: no further field"
        )
    _check_complete(certificate, condition, len(fields), gauge, checked)
    return fields


def _check_complete(
    certificate: Certificate, condition: Condition, dimension: int, gauge: int, checked: list[str]
) -> None:
    """Re-check that the fields of the highest degree are all smooth fields, where it is said."""
    said = certificate.scope["completeness"]
    method = _METHODS.get(str(said.get("method")), Method.NONE)
    if said.get("complete") is not (method is not Method.NONE):
        raise Rejected("the scope's completeness names no method, or one that shows nothing")
    bounds = certificate.bounds
    if method in (Method.NONE, Method.LINEAR, Method.PART, Method.METRIC):
        if bounds or (method is Method.LINEAR and not condition.linear_only):
            raise Rejected(f"the scope's completeness is '{method.value}', which does not fit")
    elif [bound.method for bound in bounds] != [method]:
        raise Rejected(
            f"the scope's completeness is by {method.value}, and no bound of it is stored"
        )
    if method is not Method.NONE and said.get("dimension") != dimension:
        raise Rejected(f"the scope's completeness is not about {dimension} fields")
    for bound in bounds:
        answer = check_bound(condition, bound, dimension, gauge)
        if not answer.holds:
            raise Rejected(f"completeness: {answer.reason}")
        checked.append(f"completeness: {answer.reason}")


def check_scope(certificate: Certificate) -> None:
    """Check that degrees, dimensions, primes and scope fit the degrees that were re-checked."""
    counted = {r.degree: len(r.fields) for r in certificate.degrees}
    degrees = tuple(r.degree for r in certificate.degrees)
    if degrees != tuple(range(1, len(degrees) + 1)):
        raise Rejected(f"the degrees are {list(degrees)}, not 1, 2, … in order")
    if dict(certificate.dimension_by_degree) != counted:
        raise Rejected(
            f"the fields have the dimensions {counted}, and the certificate says "
            f"{dict(certificate.dimension_by_degree)}"
        )
    top, scope = certificate.degrees[-1], certificate.scope
    for r in certificate.degrees:
        if not r.primes or len(set(r.primes)) < len(r.primes) or not all(map(sp.isprime, r.primes)):
            raise Rejected("a stored modulus is missing, repeated or not a prime")
    expected = {
        "dimension": certificate.dimension,
        "degrees": degrees,
        "unknowns": top.unknowns,
        "primes": top.primes,
    }
    for key, value in expected.items():
        if scope[key] != value:
            raise Rejected(f"the scope's {key} are {scope[key]}, not {value}")
