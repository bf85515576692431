"""Tests of membership in a group as plain data: for fields in its algebra, and for maps.

`algebra` is {"span": fields}, the polynomial fields of the algebra up to the degree, or {"operators": …}, linear
differential operators that vanish on the algebra's fields and on no others. `maps` says how
membership of a polynomial map is decided: by polynomial equations in the entries M11, M12, … of its
matrix, by the blocks or the content that its Jacobian keeps, or by the law that it keeps.
`{"not_given": reason}` stands where a group has no such test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sympy as sp

from sith.theory.derivation.certificates.plain import terms_data
from sith.theory.derivation.certificates.system import sparse_terms
from sith.theory.errors import SithError, UnsupportedCondition
from sith.theory.groups import AbstractGroup, Field, Map
from sith.theory.notation import latents

MAX_EQUATIONS = 600
"""A group with more equations in its matrix entries is not written."""


def groups_data(
    stated: AbstractGroup, derived: AbstractGroup | None, degree: int
) -> dict[str, Any]:
    """Return the tests of the stated group and, where it has a name, of the derived one."""
    data = {"degree": degree, "stated": group_test_data(stated, degree)}
    if derived is not None:
        data["derived"] = group_test_data(derived, degree)
    return data


def group_test_data(group: AbstractGroup, degree: int) -> dict[str, Any]:
    """Return a group's fields of degree ≤ `degree`, its finite generators and its tests."""
    return {
        "name": str(group),
        "dim": group.dim,
        "infinite": group.infinite,
        "fields": _given(lambda: [field_data(f) for f in group.algebra_basis(degree)]),
        "generators": _given(lambda: [map_data(m) for m in group.finite_generators()]),
        "algebra": algebra_data(group, degree),
        "maps": maps_data(group),
    }


def algebra_data(group: AbstractGroup, degree: int) -> dict[str, Any]:
    """Return the test of a polynomial field of degree ≤ `degree` against the group's algebra."""
    shape = group.jacobian_shape()
    if shape is not None:
        return {"operators": _slopes(group.dim, shape.zero)}
    if group.kept_density():
        return _one(
            _given(lambda: {"operators": [_divergence(group.dim, p) for p in group.kept_density()]})
        )
    if group.infinite:
        return {"not_given": f"the algebra of {group} is infinite and has no test as data"}
    top = max(degree, 1)
    return _one(_given(lambda: {"span": [field_data(f) for f in group.algebra_basis(top)]}))


def maps_data(group: AbstractGroup) -> dict[str, Any]:
    """Return the test of a polynomial map against the group."""
    shape = group.jacobian_shape()
    if shape is not None:
        return dict(shape.data)
    if group.kept_density():
        (law,) = group.kept_density()
        return _one(_given(lambda: {"log_density": sparse_terms(sp.expand(law))}))
    if not group.linear_part():
        return {"not_given": f"{group} is not a group of affine maps of the catalogue"}
    (matrices,) = group.linear_part()
    d = group.dim
    names = sp.Matrix(d, d, lambda i, j: sp.Symbol(f"M{i + 1}_{j + 1}", real=True))
    equations = matrices.matrix_equations(names)
    if len(equations) > MAX_EQUATIONS:
        return {"not_given": f"{group} has {len(equations)} equations"}
    return _one(
        _given(
            lambda: {
                "equations": [sparse_terms(sp.expand(e)) for e in equations],
                "shifts": group.shifts,
            }
        )
    )


def field_data(field: Field) -> list[list[dict[str, Any]]]:
    """Return a polynomial field, for each output its terms in the field's coordinates."""
    return [terms_data(e, field.symbols) for e in field.expressions]


def map_data(member: Map) -> list[list[dict[str, Any]]]:
    """Return a polynomial map, for each output its terms in the map's coordinates."""
    if not all(e.is_polynomial(*member.symbols) for e in member.expressions):
        raise UnsupportedCondition(f"{member} is not polynomial")
    return [terms_data(sp.expand(e), member.symbols) for e in member.expressions]


def _slopes(dim: int, zero: Sequence[tuple[int, int]]) -> list[list[dict[str, Any]]]:
    """Return the operators ξ ↦ ∂ξ_i/∂z_j for the pairs (i, j) that must vanish."""
    one = [{"coefficient": "1", "powers": {}}]
    return [
        [{"output": i, "derivative": [int(k == j) for k in range(dim)], "coefficient": one}]
        for i, j in zero
    ]


def _divergence(dim: int, log_density: sp.Expr) -> list[dict[str, Any]]:
    """Return the operator ξ ↦ ∇log p·ξ + div ξ."""
    terms = []
    for i, x in enumerate(latents(dim)):
        at = [int(k == i) for k in range(dim)]
        terms.append(
            {"output": i, "derivative": at, "coefficient": [{"coefficient": "1", "powers": {}}]}
        )
        slope = sparse_terms(sp.expand(sp.diff(log_density, x)))
        terms.append({"output": i, "derivative": [0] * dim, "coefficient": slope})
    return terms


def _given(build: Callable[[], Any]) -> Any:
    try:
        return build()
    except SithError as error:
        return {"not_given": error.fault}


def _one(data: Any) -> dict[str, Any]:
    return dict(data) if isinstance(data, Mapping) else {"not_given": "no test as data"}
