"""Conditions of published theorems, checked exactly at the points that the pages name."""

from __future__ import annotations

import pytest
import sympy as sp

from sith import PairLogDensity, theorem

Z = sp.symbols("z1:6", real=True)
NAMES = {v: k + 1 for k, v in enumerate(Z)}
CORNER = sp.Rational(2, 5), sp.Rational(9, 20)
"""The range of t = 2/5 + 1/(20(1 + w)), w ≥ 0."""


def turned(a: sp.Expr, b: sp.Expr, way: int) -> tuple[sp.Expr, sp.Expr]:
    """Turn (a, b) by an angle that depends on its length alone; `way` is 1 or −1."""
    t = sp.Rational(2, 5) + 1 / (20 * (1 + a**2 + b**2))
    c, s = (1 - t**2) / (1 + t**2), way * 2 * t / (1 + t**2)
    return c * a + s * b, c * b - s * a


def p(v: sp.Expr) -> sp.Expr:
    return v + v**3


def observed(z: tuple[sp.Expr, ...], first: sp.Expr) -> sp.Matrix:
    return sp.Matrix(
        [first, first + p(z[3]), p(z[0]) + p(z[2]) + p(z[4]), p(z[1]) + p(z[2]), p(z[3]) + p(z[4])]
    )


TURN = turned(Z[0], Z[1], 1)
TRUE = observed(Z, TURN[0])
LEARNED = observed((*turned(Z[0], Z[1], -1), *Z[2:]), Z[0])


def supports(x: sp.Matrix) -> list[set[int]]:
    return [{NAMES[v] for v in e.free_symbols} for e in x]


def spans(row: sp.Expr) -> bool:
    """Whether the gradients of one observation at a few points span the latents it depends on."""
    inside = sorted(row.free_symbols, key=NAMES.__getitem__)
    gradient = sp.Matrix([[sp.diff(row, v) for v in inside]])
    points = [
        {v: sp.Integer((k + 2) ** j % 7 - 3) for j, v in enumerate(inside, 1)} for k in range(5)
    ]
    return bool(sp.Matrix.vstack(*(gradient.subs(q) for q in points)).rank() == len(inside))


def structurally_sparse(rows: list[set[int]]) -> bool:
    return all(set.intersection(*(r for r in rows if k in r)) == {k} for k in range(1, 6))


@pytest.mark.parametrize(("scale", "kept"), [(1, True), (2, False)])
def test_a_turn_by_a_function_of_the_length_keeps_the_normal_law(scale: int, kept: bool) -> None:
    """For every t(w), w = z1² + z2², of derivative t′: |y| = |z| and det ∂y/∂z = 1."""
    a, b, t, slope = sp.symbols("a b t slope")
    c, s = (1 - t**2) / (1 + t**2), 2 * t / (1 + t**2)
    y = sp.Matrix([c * a + s * scale * b, c * scale * b - s * a])
    jacobian = y.jacobian([a, b]) + y.diff(t) * slope * sp.Matrix([[2 * a, 2 * b]])
    length = sp.cancel(y.dot(y) - a**2 - b**2)
    assert (length == 0 and sp.cancel(jacobian.det()) == 1) is kept
    # As |y| = |z|, the turn is undone by the same angle the other way round.
    back = sp.Matrix([c * y[0] - s * y[1], c * y[1] + s * y[0]])
    assert back.applyfunc(sp.cancel) == sp.Matrix([a, scale * b])


def test_the_mixing_is_a_diffeomorphism() -> None:
    """∂y1/∂z1 and ∂y1/∂z2 have a positive bound, and the determinant is a sum of one sign."""
    least = min(min((1 - t**2) / (1 + t**2), 2 * t / (1 + t**2)) for t in CORNER)
    # |∂y1/∂z_j − cos, sin| ≤ |y2||∂θ/∂z_j| ≤ 4w|t′|/(1 + t²) ≤ 1/20, as w/(1 + w)² ≤ 1/4.
    assert least - sp.Rational(1, 20) > 0
    a, b = (sp.diff(TURN[0], v) for v in Z[:2])
    q = [sp.diff(p(v), v) for v in Z]
    names = sp.symbols("a b q1:6")
    form = names[0] * names[3] + names[1] * names[2]
    rows = sp.Matrix(
        [
            [names[0], names[1], 0, 0, 0],
            [names[0], names[1], 0, names[5], 0],
            [names[2], 0, names[4], 0, names[6]],
            [0, names[3], names[4], 0, 0],
            [0, 0, 0, names[5], names[6]],
        ]
    )
    assert TRUE.jacobian(Z) == rows.subs(dict(zip(names, (a, b, *q), strict=True)))
    size = sp.factor(rows.det() / (names[4] * names[5] * names[6] * form))
    assert size in (1, -1)


def test_the_other_conditions_hold_and_the_latents_are_mixed() -> None:
    true, learned = supports(TRUE), supports(LEARNED)
    assert true == [{1, 2}, {1, 2, 4}, {1, 3, 5}, {2, 3}, {4, 5}]
    assert learned == [{1}, {1, 4}, {1, 2, 3, 5}, {1, 2, 3}, {4, 5}]
    assert sum(map(len, learned)) <= sum(map(len, true))
    assert structurally_sparse(true) and all(map(spans, TRUE))
    assert all(sp.diff(TURN[0], v).subs({Z[0]: 1, Z[1]: 2}) != 0 for v in Z[:2])


def test_a_larger_or_linear_example_would_break_a_condition() -> None:
    assert not structurally_sparse([{1, 2}] * 5 + [{3, 4, 5}])
    assert not spans(Z[0] + 2 * Z[1])
    denser = supports(observed((TURN[0], Z[1], Z[2] + Z[0], *Z[3:]), TURN[0]))
    assert sum(map(len, denser)) > 12


@pytest.mark.parametrize(("sources", "uniform"), [("student", False), ("gaussian", True)])
def test_student_sources_are_not_uniformly_dependent(sources: str, uniform: bool) -> None:
    pairs = theorem("hyvarinen_2017_pcl").at(2, sources=sources).world.pairs
    assert isinstance(pairs, PairLogDensity)
    z, zt = pairs.z[0], pairs.zt[0]
    cross = sp.diff(pairs.expression, z, zt)
    signs = {
        sp.sign(sp.simplify(cross.subs({z: x, zt: y}))) for x in (-9, 1, 9) for y in (-9, 2, 9)
    }
    assert (len(signs) == 1) is uniform
