"""Claims of one or two coordinates whose free fields and maps are found by hand.

Each function says what is free and why; its certificate is true, and the kernel calls it valid.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from tests.quality.mutants.written import (
    H1,
    H2,
    HT1,
    HT2,
    HT3,
    J11,
    J12,
    J21,
    J22,
    M11,
    M12,
    M21,
    M22,
    Z1,
    Z2,
    Z3,
    ZT1,
    ZT2,
    A,
    B,
    C,
    Data,
    affine,
    certificate,
    degree,
    equation,
    group,
    named,
)

LINE_DRAW = [[["1"], ["1/3"]], [["1/5"], ["2"]]]
"""Two points of the line and their partners: z − z̃ takes both signs, z and z̃ are positive."""

REFLECTIONS = group("O(1)", 1, generators=[(-Z1,)], equations=[M11**2 - 1])
ISOMETRIES = group(
    "E(1)", 1, fields=[(1,)], generators=[(-Z1,)], maps=affine(M11**2 - 1, shifts=True)
)
SCALES = group("GL(1)", 1, fields=[(Z1,)], generators=[(-Z1,), (2 * Z1,)])
AFFINE = group("Aff(1)", 1, fields=[(1,), (Z1,)], generators=[(-Z1,)], maps=affine(shifts=True))
SHIFTS = group(
    "shifts", 1, fields=[(1,)], generators=[(Z1 + 1,)], maps=affine(M11 - 1, shifts=True)
)
ROTATIONS = group(
    "O(2)",
    2,
    fields=[(Z2, -Z1)],
    generators=[(-Z1, Z2)],
    equations=[M11**2 + M21**2 - 1, M11 * M12 + M21 * M22, M12**2 + M22**2 - 1],
)
TURN = (Z2, -Z1)
NAMELESS = {"not_given": "no test of this group"}


def square() -> Data:
    """h² = z²: 2zξ = 0, so no field; h = ±z."""
    return certificate(1, [equation(H1**2 - Z1**2)], [degree(2, 2), degree(3, 3)], REFLECTIONS)


def distance() -> Data:
    """(h − h̃)² = (z − z̃)²: ξ − ξ̃ = 0, so ξ = 1; h = ±z + c."""
    apart = equation((H1 - HT1) ** 2 - (Z1 - ZT1) ** 2)
    return certificate(1, [apart], [degree(2, 1, (1,)), degree(3, 2, (1,))], ISOMETRIES)


def doubled() -> Data:
    """h² = 4z² with h₀ = 2z; the group acts on the outputs."""
    twice = equation(H1**2 - 4 * Z1**2)
    return certificate(1, [twice], [degree(2, 2), degree(3, 3)], REFLECTIONS, base=(2 * Z1,))


def half_seen() -> Data:
    """h² + h̃ = z̃ up to a function of z: ξ̃ must not depend on z̃, so ξ = 1; h = z + c.

    −z is not free: −z̃ − z̃ is no function of z.
    """
    seen = equation(H1**2 + HT1 - ZT1, "function_of_z")
    return certificate(1, [seen], [degree(2, 1, (1,)), degree(3, 2, (1,))], SHIFTS)


def circle() -> Data:
    """h·h̃ = z·z̃ up to a function of z, |h|² = 1, on the circle: rotations and reflections.

    On the circle the polynomials of degree 1 and 2 have 3 and 5 dimensions.
    """
    product = equation(H1 * HT1 + H2 * HT2 - Z1 * ZT1 - Z2 * ZT2, "function_of_z")
    unit = equation(H1**2 + H2**2 - 1)
    degrees = [degree(6, 5, TURN), degree(10, 9, TURN)]
    constraint = Z1**2 + Z2**2 - 1
    return certificate(2, [product, unit], degrees, ROTATIONS, constraints=[constraint])


def learned() -> Data:
    """a h + b = 2z with a, b learned: 2ξ + z δa + δb = 0, so ξ = 1, z; h is affine."""
    fit = equation(A * H1 + B - 2 * Z1)
    changes = [{"a": "0", "b": "-2"}, {"a": "-2", "b": "0"}]
    fields = ((1,), (Z1,))
    degrees = [degree(4, 2, *fields, changes=changes), degree(5, 3, *fields, changes=changes)]
    return certificate(1, [fit], degrees, AFFINE, learned={"a": "2", "b": "0"})


def gauge() -> Data:
    """a h + b + c = 2z: one direction of (b, c) changes nothing."""
    fit = equation(A * H1 + B + C - 2 * Z1)
    changes = [{"a": "0", "b": "-2", "c": "0"}, {"a": "-2", "b": "1", "c": "-1"}]
    first, second = (
        degree(n, r, (1,), (Z1,), gauge=1, changes=changes) for n, r in ((5, 2), (6, 3))
    )
    values = {"a": "2", "b": "1", "c": "-1"}
    return certificate(1, [fit], [first, second], AFFINE, learned=values)


def products_learned() -> Data:
    """ab h = 2z, (ab + b) h = 3z: a stays 2, and ξ = z with δb = −1; h = cz, b = 1/c.

    For h = cz the equations abc = 2, abc + bc = 3 are of degree 2, and their difference is linear.
    """
    two, three = equation(A * B * H1 - 2 * Z1), equation((A * B + B) * H1 - 3 * Z1)
    changes = [{"a": "0", "b": "-1"}]
    degrees = [degree(4, 3, (Z1,), changes=changes), degree(5, 4, (Z1,), changes=changes)]
    return certificate(1, [two, three], degrees, SCALES, learned={"a": "2", "b": "1"})


def squared_learned() -> Data:
    """a²h = 4z: ξ = z with δa = −1; h = cz, c > 0, which asks for a square root."""
    fit = equation(A**2 * H1 - 4 * Z1)
    scales = group("scales", 1, fields=[(Z1,)], generators=[(4 * Z1,)], maps=affine())
    changes = [{"a": "-1"}]
    degrees = [degree(3, 2, (Z1,), changes=changes), degree(4, 3, (Z1,), changes=changes)]
    return certificate(1, [fit], degrees, scales, learned={"a": "2"})


def separable() -> Data:
    """h₁h₂ = z₁z₂ up to functions of single coordinates.

    Degree 1: only the coefficient of z₁z₂ in z₂ξ₁ + z₁ξ₂ must vanish; degree 2: two more.
    """
    fields: tuple[Any, ...] = ((1, 0), (Z2, 0), (0, 1), (0, Z1), (Z1, -Z2))
    more = ((Z2**2, 0), (0, Z1**2), (Z1**2, -Z1 * Z2), (Z1 * Z2, -(Z2**2)))
    known = group("G", 2, fields=(*fields, *more), maps=NAMELESS, infinite=True)
    degrees = [degree(6, 1, *fields), degree(12, 3, *fields, *more)]
    cross = equation(H1 * H2 - Z1 * Z2, "separable")
    return certificate(2, [cross], degrees, known, verdict="not identified")


def pair_separable() -> Data:
    """h₁h̃₂ = z₁z̃₂ up to functions of (z₁, z̃₁) and of (z₂, z̃₂)."""
    fields: tuple[Any, ...] = ((1, 0), (Z2, 0), (0, 1), (0, Z1), (Z1, -Z2))
    more = ((Z2**2, 0), (0, Z1**2))
    known = group("G", 2, fields=(*fields, *more), maps=NAMELESS, infinite=True)
    degrees = [degree(6, 1, *fields), degree(12, 5, *fields, *more)]
    cross = equation(H1 * HT2 - Z1 * ZT2, "pair_separable")
    return certificate(2, [cross], degrees, known, verdict="not identified")


def content() -> Data:
    """h(z₁, z₂) = h(z₁, z̃₂), z₁ shared: h is any function of z₁."""
    any_map = group(
        "Diff(1)",
        1,
        fields=[(1,), (Z1,), (Z1**2,)],
        generators=[(-Z1,)],
        algebra={"operators": []},
        maps={"blocks": [[0]]},
        infinite=True,
    )
    degrees = [
        degree(3, 1, (1,), (Z1,), dim=2),
        degree(6, 3, (1,), (Z1,), (Z1**2,), dim=2),
    ]
    return certificate(
        2,
        [equation(H1 - HT1)],
        degrees,
        any_map,
        outputs=1,
        variables={"zt": ["z1", "zt2"]},
        verdict="not identified",
    )


def partner() -> Data:
    """h(2z) = 2h(z): ξ = z; h = cz."""
    acts = equation(HT1 - 2 * H1, partner=(2 * Z1,))
    return certificate(1, [acts], [degree(2, 1, (Z1,)), degree(3, 2, (Z1,))], SCALES)


def absolute() -> Data:
    """|h − h̃| = |z − z̃|: ξ = 1; h = ±z + c. Both signs of z − z̃ are met."""
    apart = {"p": H1 - HT1, "q": 2 * ZT1 - 2 * Z1}
    fit = equation(2 * _name("p") - _name("q"), abs=apart)
    first, second = (degree(n, n - 1, (1,), draws=LINE_DRAW) for n in (2, 3))
    return certificate(1, [fit], [first, second], ISOMETRIES)


def volume() -> Data:
    """|det ∂h| = 1: ∂₁ξ₁ + ∂₂ξ₂ = 0; at degree 2 divergences 1, z₁, z₂, so rank 3."""
    fields = ((1, 0), (0, 1), (Z2, 0), (0, Z1), (Z1, -Z2))
    more = ((Z2**2, 0), (0, Z1**2), (Z1**2, -2 * Z1 * Z2), (2 * Z1 * Z2, -(Z2**2)))
    divergence = [(0, (1, 0), 1), (1, (0, 1), 1)]
    kept = group(
        "volume",
        2,
        fields=(*fields, *more),
        generators=[(-Z1, Z2), (Z1 + Z2**2, Z2), (Z2, Z1)],
        algebra={"operators": [_operator(divergence)]},
        maps={"log_density": []},
        infinite=True,
    )
    degrees = [degree(6, 1, *fields), degree(12, 3, *fields, *more)]
    law = equation(volume=[(0, 0), (1, 1)])
    return certificate(2, [law], degrees, kept, verdict="not identified")


def law() -> Data:
    """exp(−|h|²/2) |det ∂h| = exp(−|z|²/2): the maps that keep a Gaussian law.

    The fields p⁻¹(∂₂, −∂₁)(pF) of degree at most 2: F = 1, z₁, z₂.
    """
    more = ((1 - Z2**2, Z1 * Z2), (Z1 * Z2, 1 - Z1**2))
    operator = [(0, (1, 0), 1), (0, (0, 0), -Z1), (1, (0, 1), 1), (1, (0, 0), -Z2)]
    kept = group(
        "law",
        2,
        fields=(TURN, *more),
        generators=[(-Z1, Z2), (Z2, Z1)],
        algebra={"operators": [_operator(operator)]},
        maps={"log_density": named(-(Z1**2) / 2 - Z2**2 / 2)},
        infinite=True,
    )
    half = (Z1**2 + Z2**2 - H1**2 - H2**2) / 2
    degrees = [degree(6, 5, TURN), degree(12, 9, TURN, *more)]
    same = equation(half, volume=[(0, 0), (1, 1)])
    return certificate(2, [same], degrees, kept, verdict="not identified")


def linear() -> Data:
    """|h|² = |z|² for linear h: 2z·ξ = 0 among 4 entries of a matrix, rank 3."""
    length = equation(H1**2 + H2**2 - Z1**2 - Z2**2)
    degrees = [degree(4, 3, TURN), degree(4, 3, TURN)]
    return certificate(2, [length], degrees, ROTATIONS, linear_only=True)


def three() -> Data:
    """|det ∂h| = 1 for linear maps of three coordinates: the 8 matrices of trace 0."""
    coordinates = (Z1, Z2, Z3)
    off = [
        tuple(coordinates[j] if row == i else 0 for row in range(3))
        for i in range(3)
        for j in range(3)
        if i != j
    ]
    fields = [*off, (Z1, -Z2, 0), (0, Z2, -Z3)]
    kept = group(
        "volume",
        3,
        fields=fields,
        generators=[(Z1 + 2 * Z2 + 3 * Z3, Z2 + 4 * Z3, 5 * Z1 + 6 * Z2), (Z2, Z3, Z1)],
        maps={"log_density": []},
    )
    same = equation(volume=[(0, 0), (1, 1), (2, 2)])
    return certificate(3, [same], [degree(9, 1, *fields)], kept, linear_only=True)


def bent() -> Data:
    """h₁ = z₁, h₂ = z₂ and h̃ on the space z₃² = 1 − z₁ − z₂, where z₃ may change its sign.

    The polynomials of degree 1 and 2 on the space have 4 and 9 dimensions.
    """
    flip = group(
        "flip",
        3,
        generators=[(Z1, Z2, -Z3)],
        equations=[M11 - 1, M22 - 1, M12, M21],
    )
    equations = [equation(H1 - Z1), equation(H2 - Z2), equation(HT3**2 + HT1 + HT2 - 1)]
    constraint = Z3**2 + Z1 + Z2 - 1
    degrees = [degree(12, 12), degree(27, 27)]
    return certificate(3, equations, degrees, flip, constraints=[constraint])


def quadratic() -> Data:
    """ξ‴ = 0: the fields 1, z, z², of which degree 3 adds none."""
    third = equation(decoder=[(0, (3,), 1)])
    fields = ((1,), (Z1,), (Z1**2,))
    known = group("quadratic", 1, fields=fields, maps=NAMELESS)
    degrees = [degree(2, 0, *fields[:2]), degree(3, 0, *fields), degree(4, 1, *fields)]
    return certificate(1, [third], degrees, known)


def slopes() -> Data:
    """∂₂h₁ = 0 and ∂₁h₂ = 0: each output is any function of its coordinate."""
    return _componentwise([equation(J12), equation(J21)])


def decoder() -> Data:
    """The same equations, given by the derivatives of a decoder."""
    first = equation(decoder=[(0, (0, 1), -1)])
    return _componentwise([first, equation(decoder=[(1, (1, 0), 1 + Z1**2)])])


def _componentwise(equations: list[Data]) -> Data:
    fields = ((1, 0), (0, 1), (Z1, 0), (0, Z2))
    more = ((Z1**2, 0), (0, Z2**2))
    single = group(
        "componentwise",
        2,
        fields=(*fields, *more),
        generators=[(-Z1, Z2)],
        algebra={"operators": [_operator([(0, (0, 1), 1)]), _operator([(1, (1, 0), 1)])]},
        maps={"blocks": [[0], [1]]},
        infinite=True,
    )
    degrees = [degree(6, 2, *fields), degree(12, 6, *fields, *more)]
    return certificate(2, equations, degrees, single, verdict="not identified")


def conformal_slopes() -> Data:
    """∂₁h₁ = ∂₂h₂ and ∂₂h₁ = −∂₁h₂: 4 dimensions of degree 1, 6 of degree 2 (holomorphic maps)."""
    fields: tuple[Any, ...] = ((1, 0), (0, 1), (Z1, Z2), (-Z2, Z1))
    more = ((Z1**2 - Z2**2, 2 * Z1 * Z2), (-2 * Z1 * Z2, Z1**2 - Z2**2))
    known = group("holomorphic", 2, fields=(*fields, *more), maps=NAMELESS, infinite=True)
    degrees = [degree(6, 2, *fields), degree(12, 6, *fields, *more)]
    riemann = [equation(J11 - J22), equation(J12 + J21)]
    return certificate(2, riemann, degrees, known, verdict="not identified")


def box() -> Data:
    """The isometries of the line, in a box: fields point through its walls, and only ±z + c stay."""
    walls = group("box", 1, generators=[(1 - Z1,)], maps=NAMELESS)
    apart = equation((H1 - HT1) ** 2 - (Z1 - ZT1) ** 2)
    return certificate(
        1,
        [apart],
        [degree(2, 1, (1,)), degree(3, 2, (1,))],
        ISOMETRIES,
        walls,
        confined=True,
        relation="contained in",
    )


def corner() -> Data:
    """(|h| − h)(h − z) = 0: nothing where z > 0, −2zξ = 0 where z < 0; both signs are met."""
    fit = equation((_name("p") - H1) * (H1 - Z1), abs={"p": H1})
    draws = [[["1"], ["1"]], [["-1"], ["1"]]]
    identity = group("identity", 1, equations=[M11 - 1])
    degrees = [degree(2, 2, draws=draws), degree(3, 3, draws=draws)]
    return certificate(1, [fit], degrees, identity)


def signed_permutations() -> Data:
    """|h|² = |z|² and h₁²h₂² = z₁²z₂²: no field; signs and the swap."""
    signs = group(
        "B(2)",
        2,
        generators=[(-Z1, Z2), (Z2, Z1)],
        equations=[M11 * M12, M21 * M22, M11 * M21, M11**2 + M12**2 - 1, M21**2 + M22**2 - 1],
    )
    equations = [
        equation(H1**2 + H2**2 - Z1**2 - Z2**2),
        equation(H1**2 * H2**2 - Z1**2 * Z2**2),
    ]
    return certificate(2, equations, [degree(6, 6), degree(12, 12)], signs)


def quarter_turn() -> Data:
    """h(Jz) = J h(z) for linear h, J a quarter turn: the matrices that commute with J."""
    commute = group(
        "commutant",
        2,
        fields=[(Z1, Z2), TURN],
        generators=[(-Z1, -Z2), (2 * Z1 + Z2, 2 * Z2 - Z1)],
        equations=[M11 - M22, M12 + M21],
    )
    acts = [equation(r, partner=(Z2, -Z1)) for r in (HT1 - H2, HT2 + H1)]
    degrees = [degree(4, 2, (Z1, Z2), TURN)] * 2
    return certificate(2, acts, degrees, commute, linear_only=True)


def dilation() -> Data:
    """h̃ + 1 = 2(h + 1) where z̃ = 2z + ½, h₀ = 2z: ξ = 2z + 1, which is η = h + 1 after h₀."""
    acts = equation(HT1 + 1 - 2 * (H1 + 1), partner=(2 * Z1 + _half(),))
    about = group(
        "dilations about −1",
        1,
        fields=[(Z1 + 1,)],
        generators=[(-2 - Z1,), (3 * Z1 + 2,)],
        algebra={"operators": [_operator([(0, (1,), Z1 + 1), (0, (0,), -1)])]},
        maps=affine(shifts=True),
    )
    field = (2 * Z1 + 1,)
    return certificate(1, [acts], [degree(2, 1, field), degree(3, 2, field)], about, base=(2 * Z1,))


def anything() -> Data:
    """One output up to a function of z: every h is free, and no group of one output holds h = z₂."""
    fields = ((1,), (Z1,), (Z2,))
    more = ((Z1**2,), (Z1 * Z2,), (Z2**2,))
    one = group("Diff(1)", 1, algebra={"operators": []}, maps={"blocks": [[0]]}, infinite=True)
    every = group(
        "every map", 1, generators=[(0 * Z1,)], algebra=NAMELESS, maps=NAMELESS, infinite=True
    )
    return certificate(
        2,
        [equation(H1 - Z1, "function_of_z")],
        [degree(3, 0, *fields, dim=2), degree(6, 0, *fields, *more, dim=2)],
        one,
        every,
        outputs=1,
        verdict="not identified",
        agreement="disagrees",
    )


def some_decoder() -> Data:
    """∂₂h₁ = 0 by a decoder, ∂₁h₂ = 0 as an equation: single outputs, of which a map is not judged."""
    first = equation(decoder=[(0, (0, 1), 1 + Z1**2)])
    return _componentwise([first, equation(J21)])


def _half() -> Any:
    return sp.Rational(1, 2)


def _name(text: str) -> Any:
    return type(Z1)(text)


def _operator(terms: Any) -> list[Data]:
    return [{"output": i, "derivative": list(k), "coefficient": named(c)} for i, k, c in terms]


WORLDS = {
    f.__name__: f
    for f in (
        square, distance, doubled, half_seen, circle, learned, gauge, products_learned, squared_learned,
        separable,        pair_separable, content, partner, absolute, volume, law, linear, slopes, decoder,
        conformal_slopes, box, corner, signed_permutations, quarter_turn, dilation, anything,
        some_decoder,
        three, bent, quadratic,
    )
}  # fmt: skip
"""The claims by name."""
