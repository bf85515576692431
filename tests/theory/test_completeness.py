"""All smooth fields: the bounds have the known dimensions, and only true ones are believed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from hashlib import sha256
from typing import Any

import pytest
import sympy as sp

from sith import (
    Agreement,
    Bound,
    Box,
    Claim,
    Completeness,
    Condition,
    ConditionalLikelihood,
    Encoder,
    Equation,
    ExponentialFamily,
    ExponentialNorm,
    ExpressionCritic,
    Gaussian,
    InfoNCE,
    InnerProduct,
    InputError,
    Likelihood,
    LogDensity,
    Marginal,
    Method,
    Mixing,
    NegativeNorm,
    NoPairs,
    PairLogDensity,
    Product,
    RealSpace,
    Reconstruction,
    Sphere,
    Trivial,
    Uniform,
    UpTo,
    VonMisesFisher,
    World,
    certificate_data,
    check_bound,
    completeness,
    derive,
    latents,
    natural_parameters,
    pair,
    theorem,
    verify_certificate,
)
from tests.helpers.claims import condition_of, quadratic_claim, solve_checked

Answer = tuple[Completeness, tuple[Bound, ...]]


def of_class(dim: int, mixing: Mixing) -> Claim:
    world = World(Box(dim), Uniform(), NoPairs(), mixing)
    return Claim("class", world, Reconstruction(), Encoder(RealSpace(dim)), Trivial(dim))


def with_law(prior: Any, dim: int, mixing: Mixing) -> Claim:
    world = World(RealSpace(dim), prior, NoPairs(), mixing)
    return Claim("law", world, Likelihood(), Encoder(RealSpace(dim)), Trivial(dim))


def on_sphere(dim: int) -> Claim:
    world = World(Sphere(dim), Uniform(), VonMisesFisher(2))
    critic = InfoNCE(InnerProduct(), sp.Rational(1, 2))
    return Claim("vmf", world, critic, Encoder(Sphere(dim)), Trivial(dim))


def powers(p: int, dim: int = 2) -> Claim:
    world = World(Box(dim), Uniform(), ExponentialNorm(1, p))
    return Claim("lp", world, InfoNCE(NegativeNorm(p)), Encoder(RealSpace(dim)), Trivial(dim))


def bent(turn: bool = False) -> Claim:
    """Squared distances in the coordinates (z1, z2 − z1²), in either order of the coordinates."""
    z, zt = pair(2)

    def moved(x: tuple[sp.Symbol, ...]) -> tuple[sp.Expr, sp.Expr]:
        a, b = reversed(x) if turn else x
        return a, b - a**2

    gaps = [a - b for a, b in zip(moved(z), moved(zt), strict=True)]
    score = -sp.expand(gaps[0] ** 2 + gaps[1] ** 2)
    world = World(Box(2), Uniform(), PairLogDensity(score, z, zt))
    critic = InfoNCE(ExpressionCritic(score, z, zt))
    return Claim("bent", world, critic, Encoder(RealSpace(2)), Trivial(2))


def modulated(statistics: Callable[[sp.Symbol], tuple[sp.Expr, ...]], dim: int = 2) -> Claim:
    table = tuple(statistics(x) for x in latents(dim))
    width = sum(map(len, table))
    pairs = ExponentialFamily(table, natural_parameters(width + 1, width))
    world = World(RealSpace(dim), Product((Marginal.QUARTIC,) * dim), pairs)
    return Claim("aux", world, ConditionalLikelihood(), Encoder(RealSpace(dim)), Trivial(dim))


def examined(claim: Claim, degree: int) -> Answer:
    condition = condition_of(claim)
    solution = solve_checked(condition, degree)
    return completeness(condition, solution.dimension, solution.gauge)


def quartic(dim: int) -> Product:
    return Product((Marginal.QUARTIC,) * dim)


CONFORMAL, ISOMETRY = Mixing.CONFORMAL, Mixing.LOCAL_ISOMETRY


@pytest.mark.parametrize(
    ("claim", "degree", "dimension", "method"),
    [
        (of_class(2, ISOMETRY), 1, 3, Method.PROLONGATION),
        (of_class(3, ISOMETRY), 1, 6, Method.PROLONGATION),
        (of_class(4, ISOMETRY), 1, 10, Method.PROLONGATION),
        (of_class(3, CONFORMAL), 2, 10, Method.PROLONGATION),
        (of_class(4, CONFORMAL), 2, 15, Method.PROLONGATION),
        (with_law(Gaussian(), 3, CONFORMAL), 1, 3, Method.PROLONGATION),
        (with_law(quartic(3), 3, CONFORMAL), 1, 0, Method.PROLONGATION),
        (with_law(Gaussian(), 2, ISOMETRY), 1, 1, Method.PROLONGATION),
        (on_sphere(2), 1, 1, Method.ELIMINATION),
        (on_sphere(3), 1, 3, Method.ELIMINATION),
        (on_sphere(4), 1, 6, Method.ELIMINATION),
        (powers(2), 1, 3, Method.ELIMINATION),
        (powers(4), 1, 2, Method.ELIMINATION),
        (powers(3), 1, 2, Method.ELIMINATION),
        (quadratic_claim(sp.Matrix([[2, 1], [1, 3]])), 1, 3, Method.ELIMINATION),
        (bent(), 3, 3, Method.ELIMINATION),
        (modulated(lambda x: (x,)), 1, 6, Method.ELIMINATION),
        (modulated(lambda x: (x**2,)), 1, 2, Method.ELIMINATION),
        (modulated(lambda x: ((x - 1) ** 2,), 3), 1, 3, Method.ELIMINATION),
        (modulated(lambda x: (x, x**2)), 1, 4, Method.ELIMINATION),
    ],
    ids=str,
)
def test_known_dimensions_of_all_smooth_fields(
    claim: Claim, degree: int, dimension: int, method: Method
) -> None:
    answer, bounds = examined(claim, degree)
    assert answer.complete, answer.reason
    assert answer.method is method
    assert [b.dimension for b in bounds] == [dimension]
    condition = condition_of(claim)
    solution = solve_checked(condition, degree)
    assert check_bound(condition, bounds[0], dimension, solution.gauge).holds


@pytest.mark.parametrize(
    ("claim", "degree", "reason"),
    [
        # The special conformal fields have degree 2.
        (of_class(3, CONFORMAL), 1, "leaves room for 10 dimensions, and 7 are known"),
        # The shift along z1 and the rotation have degrees 1 and 3 in these coordinates.
        (bent(), 1, "leaves room for 3 dimensions"),
        (bent(), 2, "leaves room for 3 dimensions"),
        # ξ = T/T' is smooth and no polynomial.
        (modulated(lambda x: (x**2 + x**4,)), 3, "leaves room for 2 dimensions, and 0 are known"),
    ],
    ids=str,
)
def test_fields_that_are_missed_are_not_called_complete(
    claim: Claim, degree: int, reason: str
) -> None:
    answer, bounds = examined(claim, degree)
    assert not answer.complete
    assert not bounds
    assert reason in answer.reason


@pytest.mark.parametrize(
    "claim",
    [
        of_class(2, CONFORMAL),
        of_class(2, Mixing.VOLUME_PRESERVING),
        of_class(3, Mixing.VOLUME_PRESERVING),
        with_law(Gaussian(), 2, Mixing.INJECTIVE),
    ],
    ids=str,
)
def test_function_spaces_are_of_infinite_type_up_to_the_order_tried(claim: Claim) -> None:
    answer, _ = examined(claim, 2)
    assert not answer.complete
    assert answer.method is Method.NONE
    assert "no finite type up to order 6" in answer.reason


def test_beyond_all_anchors_signs_alone_do_not_determine_a_field() -> None:
    answer, _ = examined(powers(1), 1)
    assert not answer.complete
    assert "between some zeros of absolute values" in answer.reason


def test_absolute_values_of_oblique_planes_are_refused() -> None:
    z, zt = pair(2)
    score = -(sp.Abs(z[0] + z[1] - zt[0] - zt[1]) ** 3) - (z[0] - zt[0]) ** 2
    world = World(Box(2), Uniform(), PairLogDensity(score, z, zt))
    critic = InfoNCE(ExpressionCritic(score, z, zt))
    answer, _ = examined(Claim("c", world, critic, Encoder(RealSpace(2)), Trivial(2)), 1)
    assert not answer.complete
    assert "not coordinate planes" in answer.reason


def test_a_pole_is_seen_where_the_factor_vanishes() -> None:
    # Away from z_i = 0 every (Σ α_ik z_k² + c_i)/z_i solves the equations.
    answer, bounds = examined(modulated(lambda x: (x**2,)), 1)
    assert answer.complete
    (bound,) = bounds
    zeros = [p for p in bound.points[bound.anchors : bound.special] if 0 in p]
    assert len(zeros) == bound.special - bound.anchors > 0
    assert bound.loose > 0


# Metamorphic relations.


def test_the_order_of_coordinates_does_not_matter() -> None:
    (one, one_bounds), (two, two_bounds) = (examined(bent(turn), 3) for turn in (False, True))
    assert one.complete and two.complete
    assert one_bounds[0].dimension == two_bounds[0].dimension == 3


@pytest.mark.parametrize("claim", [on_sphere(3), of_class(3, CONFORMAL), powers(2)], ids=str)
def test_redundant_equations_change_nothing(claim: Claim) -> None:
    condition = condition_of(claim)
    twice = replace(
        condition,
        equations=(
            *condition.equations,
            *(
                Equation(
                    3 * e.residual,
                    e.up_to,
                    gram=tuple((i, j, 3 * c) for i, j, c in e.gram),
                )
                for e in condition.equations
            ),
        ),
    )
    known = solve_checked(condition, 2)
    one, two = (completeness(c, known.dimension, known.gauge) for c in (condition, twice))
    assert one[0].complete and two[0].complete
    assert one[1][0].dimension == two[1][0].dimension == known.dimension


def test_one_more_equation_never_loosens_the_bound() -> None:
    condition = condition_of(of_class(3, ISOMETRY))
    turned = Equation(condition.image[0] - condition.z[0])
    fewer, bounds = completeness(replace(condition, equations=(*condition.equations, turned)), 0, 0)
    # Rotations about the first axis and shifts of the others are left.
    assert not fewer.complete and not bounds
    assert "leaves room for 3 dimensions" in fewer.reason


# The verdict.


def test_the_scope_says_all_smooth_fields_only_where_it_is_shown() -> None:
    shown = derive(theorem("zimmermann_2021_vmf"), 3, 2).scope
    assert shown.complete.complete
    assert "all smooth fields, and all continuous ones" in shown.fields
    assert not any("non-polynomial" in item for item in shown.not_shown)
    assert shown.to_dict()["completeness"]["method"] == "elimination"
    missed = derive(bent(), degree=1).scope
    assert not missed.complete.complete
    assert missed.fields.startswith("polynomial fields of degree ≤ 1")
    assert "not shown" in missed.fields
    assert "fields of degree > 1 and non-polynomial fields" in missed.not_shown
    law = derive(theorem("hyvarinen_1999_nonidentifiability"), 2, 2).scope
    assert "no finite type" in law.fields


def test_complete_fields_do_not_decide_maps_without_a_field() -> None:
    # h = (A z³)^{1/3} is free and continuous, and no flow of a continuous field.
    claim = modulated(lambda x: (x**3,))
    verdict = derive(claim, degree=1)
    assert verdict.scope.complete.complete
    assert verdict.agreement is not Agreement.AGREES


# The checker.


@cache
def _certificate(slug: str) -> str:
    return json.dumps(certificate_data(derive(theorem(slug), 3, 2), slug, {}))


def _signed(data: dict[str, Any]) -> dict[str, Any]:
    body = {k: v for k, v in data.items() if k != "checksum"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return {**body, "checksum": sha256(text.encode()).hexdigest()}


def _bound(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda data: data["completeness"][0].update(changes)


def _said(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda data: data["scope"]["completeness"].update(changes)


def _points(change: Callable[[list[list[str]]], Any]) -> Callable[[dict[str, Any]], None]:
    return lambda data: change(data["completeness"][0]["points"])


VMF, MOBIUS, LAW = (
    "zimmermann_2021_vmf",
    "buchholz_2022_conformal",
    "hyvarinen_1999_nonidentifiability",
)
FORGERIES: list[tuple[str, Callable[[dict[str, Any]], None], str]] = [
    (VMF, _bound(bound=2), "bound 3, not 2"),
    (VMF, _bound(rank=10), "rank"),
    (VMF, _bound(unknowns=11), "unknowns"),
    (VMF, _bound(gauge=1), "parameter changes"),
    (VMF, _bound(anchors=1), "do not determine"),
    (VMF, _bound(special=99), "points of the elimination"),
    (VMF, _bound(method="prolongation"), "by elimination"),
    (VMF, _points(lambda p: p[0].__setitem__(0, "2")), "is not in"),
    (VMF, _points(lambda p: p.__setitem__(1, p[0])), "points of the elimination"),
    (VMF, _points(lambda p: p.pop()), "unknowns"),
    (VMF, lambda d: d["completeness"].clear(), "no bound of it is stored"),
    (VMF, _said(dimension=4), "not about 3 fields"),
    (VMF, _said(complete=False), "shows nothing"),
    (VMF, _said(method="linear maps only"), "does not fit"),
    (VMF, _said(method="magic"), "names no method"),
    (MOBIUS, _bound(type_order=1), "not determined by lower ones"),
    (MOBIUS, _bound(order=2), "unknowns"),
    (MOBIUS, _bound(rank=59), "rank"),
    (MOBIUS, _bound(points=[]), "no point"),
    (LAW, _said(complete=True), "shows nothing"),
    (LAW, _said(complete=True, method="prolongation"), "no bound of it is stored"),
    (LAW, _said(complete=True, method="linear maps only"), "does not fit"),
]


@pytest.mark.parametrize("slug", [VMF, MOBIUS, LAW])
def test_the_bound_in_a_certificate_is_re_checked(slug: str) -> None:
    answer = verify_certificate(json.loads(_certificate(slug)), theorem(slug))
    assert answer.valid, answer.reason
    assert any("all smooth fields" in item for item in answer.checked) is (slug != LAW)


@pytest.mark.parametrize(("slug", "change", "said"), FORGERIES)
def test_a_changed_bound_is_refused(
    slug: str, change: Callable[[dict[str, Any]], None], said: str
) -> None:
    data = json.loads(_certificate(slug))
    change(data)
    answer = verify_certificate(_signed(data), theorem(slug))
    assert not answer.valid
    assert said in answer.reason, answer.reason


@pytest.mark.parametrize("key", ["bound", "points", "method", "type_order"])
def test_a_bound_that_is_not_whole_is_no_certificate(key: str) -> None:
    data = json.loads(_certificate(VMF))
    del data["completeness"][0][key]
    with pytest.raises(InputError, match=key):
        verify_certificate(_signed(data), theorem(VMF))


def test_a_bound_of_another_condition_does_not_pass() -> None:
    condition = condition_of(of_class(3, ISOMETRY))
    answer, (bound,) = completeness(condition, 6, 0)
    assert answer.complete
    conformal = condition_of(of_class(3, CONFORMAL))
    assert not check_bound(conformal, bound, 6, 0).holds
    assert not check_bound(condition, bound, 5, 0).holds


def test_mixed_derivatives_bound_what_holds_up_to_separable_functions() -> None:
    # Killing fields under which z1² z2 changes by a sum of functions of single coordinates.
    z = latents(2)
    prior = LogDensity(-(z[0] ** 2) * z[1] - z[0] ** 4 - z[1] ** 4, z)
    condition = condition_of(with_law(prior, 2, ISOMETRY))
    loose: Condition = replace(
        condition,
        equations=tuple(
            replace(e, up_to=UpTo.SEPARABLE) if e.volume else e for e in condition.equations
        ),
    )
    known = solve_checked(loose, 2)
    answer, bounds = completeness(loose, known.dimension, 0)
    assert answer.complete, answer.reason
    assert check_bound(loose, bounds[0], known.dimension, 0).holds
