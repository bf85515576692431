"""Changed certificates: what is read, spaces, fields, ranks and base maps."""

from __future__ import annotations

from tests.quality.mutants.change import EQUATION, FIRST, SECOND, false, unknown, valid
from tests.quality.mutants.written import GONE, H1, HT2, M11, Z1, Z2, ZT2, named, placed, rows

READ = (
    valid("partner", {f"{FIRST}.fields": [[placed(Z1 / 2, [Z1]) * 2]]}),
    valid("partner", {"base.0": placed(Z1 / 3, [Z1]) + placed(2 * Z1 / 3, [Z1])}),
    valid("partner", {"base.0": placed(3 * Z1, [Z1]) + placed(-2 * Z1, [Z1])}),
    unknown("partner", {f"{FIRST}.changes": []}, "differ in length"),
    unknown("partner", {f"{FIRST}.fields.0.0.0.powers": [1, 0]}, "differ in length"),
    unknown("partner", {f"{FIRST}.fields.0.0.0.powers": [-1]}, "not a whole number"),
    unknown("partner", {f"{FIRST}.fields.0.0.0.powers": [True]}, "not a whole number"),
    unknown("partner", {f"{EQUATION}.residual.0.powers": {"H1": -1}}, "not a whole number"),
    unknown("partner", {f"{EQUATION}.residual.0.coefficient": "1/0"}, "ZeroDivisionError"),
    unknown("partner", {f"{EQUATION}.residual.0.coefficient": []}, "TypeError"),
    unknown("partner", {"base": 3}, "TypeError"),
    unknown("partner", {"degrees": [3]}, "TypeError"),
    unknown("partner", {"relation": GONE}, "KeyError"),
    unknown("partner", {EQUATION: 3}, "cannot be checked"),
    unknown("partner", {EQUATION: {}}, "cannot be checked"),
    unknown("partner", {"format": "another"}, "not a certificate of version 1"),
    unknown("partner", {"version": 2}, "not a certificate of version 1"),
    unknown("partner", {"degrees": []}, "holds no fields"),
    unknown("partner", {"degrees": GONE}, "holds no fields"),
    unknown("partner", {"system": GONE}, "holds no fields"),
)
"""How polynomials and the file are read."""

SPACES = (
    valid("circle", {"system.space.constraints": [named(3 * Z1**2 + 3 * Z2**2 - 3)]}),
    false("circle", {"system.space.constraints": [named(Z1**2 + 2 * Z2**2 - 1)]}, "not solve"),
    false("circle", {"system.space.constraints": []}, "base map"),
    unknown(
        "circle", {"system.space.constraints": [named(Z1**2 + Z2**2 - 1)] * 2}, "two equations"
    ),
    unknown("circle", {"system.space.constraints": [named(Z1**2 - 1)]}, "last coordinate"),
    unknown("circle", {"system.space.constraints": [named(Z2**2 + Z2 - 1)]}, "last coordinate"),
    unknown("circle", {"system.space.constraints": [named(Z2**2 + Z1 * Z2**2 - 1)]}, "last coord"),
    unknown("circle", {"system.space.constraints": [named(Z2**2 + Z2**3 - 1)]}, "last coordinate"),
    unknown("circle", {f"{EQUATION}.up_to": "separable"}, "single coordinates of a sphere"),
    unknown("circle", {f"{EQUATION}.up_to": "pair_separable"}, "single coordinates of a sphere"),
    unknown("circle", {"system.variables.zt": ["zt1", "z2"]}, "pairs that keep the last"),
    false("separable", {f"{EQUATION}.residual": named(H1 * HT2 - Z1 * ZT2)}, "not free"),
    unknown("circle", {"system.variables.zt": ["zt1", "z1"]}, "pairs that keep the last"),
    unknown("circle", {"system.variables.zt": ["z2", "zt2"]}, "pairs that keep the last"),
    valid("bent", {"system.variables.zt": ["z1", "zt2", "zt3"]}),
    valid("linear", {"system.variables.zt": ["zt1", "z2"]}),
    unknown("circle", {f"{EQUATION}.up_to": "a constant"}, "up to a constant"),
    unknown("distance", {f"{EQUATION}.up_to": "a constant"}, "up to a constant"),
    unknown(
        "distance",
        {f"{EQUATION}.residual": GONE, f"{EQUATION}.not_polynomial": "exp(z1)"},
        "exp(z1)",
    ),
    unknown(
        "absolute", {f"{EQUATION}.up_to": "function_of_z"}, "absolute values in an equation up to"
    ),
    unknown("absolute", {f"{EQUATION}.abs.p": named(H1 - Z1)}, "no polynomial in z"),
    unknown("absolute", {f"{EQUATION}.abs.p": named(H1 + M11)}, "no polynomial in z"),
)
"""Spaces, what an equation holds up to, and absolute values."""

FIELDS = (
    false("square", {f"{FIRST}.fields": rows([(1,)], 1), f"{FIRST}.changes": [{}]}, "not free"),
    false("partner", {f"{FIRST}.fields": rows([(1,)], 1)}, "not free"),
    false("half_seen", {f"{FIRST}.fields": rows([(Z1,)], 1)}, "not free"),
    false("circle", {f"{FIRST}.fields": rows([(Z2, Z1)], 2)}, "not free"),
    false("circle", {f"{SECOND}.fields": rows([(Z1 * Z2, -(Z1**2))], 2)}, "not free"),
    false("volume", {f"{FIRST}.fields.2": rows([(Z1, Z2)], 2)[0]}, "not free"),
    false("law", {f"{SECOND}.fields.1": rows([(1 + Z2**2, Z1 * Z2)], 2)[0]}, "not free"),
    false("slopes", {f"{FIRST}.fields.2": rows([(Z2, 0)], 2)[0]}, "not free"),
    false("slopes", {f"{FIRST}.fields.2": rows([(0, Z1)], 2)[0]}, "not free"),
    false("decoder", {f"{FIRST}.fields.2": rows([(Z2, 0)], 2)[0]}, "not free"),
    false("decoder", {f"{SECOND}.fields.2": rows([(0, Z1)], 2)[0]}, "not free"),
    false("content", {f"{FIRST}.fields.1": rows([(Z2,)], 2)[0]}, "not free"),
    false("separable", {f"{FIRST}.fields.4": rows([(Z1, Z2)], 2)[0]}, "not free"),
    false("pair_separable", {f"{SECOND}.fields.5": rows([(Z1 * Z2, 0)], 2)[0]}, "not free"),
    false("quarter_turn", {f"{FIRST}.fields.0": rows([(Z1, -Z2)], 2)[0]}, "not free"),
    false("learned", {f"{FIRST}.changes.1.a": "2"}, "not free"),
    false("learned", {f"{FIRST}.changes.1.a": GONE}, "not free"),
    false("learned", {f"{FIRST}.changes.1.c": "0"}, "not free"),
    false("gauge", {f"{FIRST}.changes.1.b": "2"}, "not free"),
    false("square", {f"{FIRST}.changes": [{}], f"{FIRST}.fields": [[[]]]}, "dependent"),
    false(
        "distance", {f"{FIRST}.changes": [{}] * 2, f"{FIRST}.fields": rows([(1,)] * 2, 1)}, "depend"
    ),
    false(
        "learned",
        {
            f"{SECOND}.fields": rows([(1,), (Z1,), (Z1 + 1,)], 1),
            f"{SECOND}.changes": [
                {"a": "0", "b": "-2"},
                {"a": "-2", "b": "0"},
                {"a": "-2", "b": "-2"},
            ],
        },
        "dependent",
    ),
    false(
        "learned",
        {
            f"{SECOND}.fields": rows([(Z1 + 1,), (Z1 + 2,), (Z1 + 3,)], 1),
            f"{SECOND}.changes": [{"a": "-2", "b": str(-2 * k)} for k in (1, 2, 3)],
        },
        "dependent",
    ),
    valid(
        "learned",
        {
            f"{SECOND}.fields": rows([(Z1 + 1,), (Z1 + 2,)], 1),
            f"{SECOND}.changes": [{"a": "-2", "b": str(-2 * k)} for k in (1, 2)],
        },
    ),
    false(
        "content", {f"{FIRST}.fields.1": rows([(Z1**2,)], 2)[0]}, "degree 1: a field has another"
    ),
    false("linear", {f"{FIRST}.fields": rows([(Z2 + 1, -Z1)], 2)}, "degree 1: a field has another"),
    false("linear", {f"{SECOND}.fields": rows([(Z2**2, -Z1 * Z2)], 2)}, "degree 2: a field has an"),
    false("distance", {f"{FIRST}.fields": [], f"{FIRST}.changes": []}, "there are not 0 fields"),
    false("circle", {f"{SECOND}.fields": [], f"{SECOND}.changes": []}, "there are not 0 fields"),
    false("gauge", {f"{FIRST}.fields": [], f"{FIRST}.changes": []}, "there are not 0 fields"),
    *(
        false(world, {f"{FIRST}.{key}": value}, f"{key} = ")
        for world, key, value in (
            ("gauge", "unknowns", 6),
            ("gauge", "rank", 3),
            ("gauge", "gauge", 0),
            ("gauge", "degree", 2),
            ("distance", "rank", 2),
            ("circle", "rank", 4),
        )
    ),
    false("gauge", {"dimension_by_degree": {"1": 2, "2": 3}}, "not what is stored"),
    false("gauge", {"dimension_by_degree": {"1": 2}}, "not what is stored"),
    false(
        "corner",
        {f"{FIRST}.draws": [], f"{SECOND}.draws": [[["1"], ["1"]]]},
        "rank = 0",
    ),
    unknown(
        "corner",
        {
            f"{SECOND}.draws": [],
            f"{FIRST}.draws": [[["1"], ["1"]]],
            f"{FIRST}.rank": 0,
            f"{FIRST}.fields": rows([(1,), (Z1,)], 1),
            f"{FIRST}.changes": [{}, {}],
        },
        "met at no stored point",
    ),
    false("corner", {f"{SECOND}.draws": [], f"{FIRST}.draws": [[["0"], ["1"]]]}, "rank = 0"),
    valid(
        "corner", {f"{FIRST}.draws": [[["1/2"], ["1"]], [["-1/2"], ["1"]]], f"{SECOND}.draws": []}
    ),
    valid("absolute", {f"{FIRST}.draws": [[["2"], ["1"]]], f"{SECOND}.draws": []}),
    valid("absolute", {f"{FIRST}.draws": [[["1"], ["2"], "7"]], f"{SECOND}.draws": []}),
)
"""Fields, their number, and the rank that shows that there is no other."""

BASES = (
    false("square", {"base.0": placed(2 * Z1, [Z1])}, "does not solve"),
    false("half_seen", {"base.0": placed(-Z1, [Z1])}, "does not solve"),
    false("learned", {"base_parameters.a": "1"}, "does not solve"),
    false("learned", {"base_parameters.b": "1"}, "does not solve"),
    false("volume", {"base.0": placed(2 * Z1, [Z1, Z2])}, "does not solve"),
    false("volume", {"base.0": placed(Z1**2, [Z1, Z2])}, "does not solve"),
    false("slopes", {"base.0": placed(Z1 + Z2, [Z1, Z2])}, "does not solve"),
    false("content", {"base.0": placed(Z2, [Z1, Z2])}, "does not solve"),
    false("separable", {"base.0": placed(2 * Z1, [Z1, Z2])}, "does not solve"),
    false("pair_separable", {"base.0": placed(2 * Z1, [Z1, Z2])}, "does not solve"),
    unknown("separable", {"base.0": placed(Z1 + Z2, [Z1, Z2])}, "maps that mix"),
    unknown("pair_separable", {"base.1": placed(Z1 + Z2, [Z1, Z2])}, "maps that mix"),
    false("absolute", {"base.0": placed(2 * Z1, [Z1])}, "does not solve"),
    unknown(
        "absolute",
        {"base.0": placed(2 * Z1, [Z1]), f"{FIRST}.draws": [], f"{SECOND}.draws": []},
        "met at no stored point",
    ),
)
"""The base map must solve the condition."""


CONDITIONS = (*READ, *SPACES, *FIELDS, *BASES)
"""Everything that is about the condition and its free fields."""
