"""Changed certificates: finite maps, algebras, membership, bounds and conclusions."""

from __future__ import annotations

from typing import Any

from tests.quality.mutants.change import (
    DERIVED,
    DISAGREES,
    STATED,
    both,
    element,
    false,
    stated,
    unknown,
    valid,
)
from tests.quality.mutants.written import (
    GONE,
    M11,
    M12,
    M21,
    M22,
    Z1,
    Z2,
    Z3,
    Data,
    affine,
    bound,
    named,
    placed,
    rows,
)

MULTIPLES = "a base map that is not made of multiples of coordinates"
WORDS = {"fields": "near 1", "components": "all"}
FAMILY = {"element": "a family", "checked": "for every F", "kind": "family"}
AGREES = {"agreement": "agrees", "agrees": True}
FLIPPED = {"generators": rows([(-Z1, Z2)], 2)}
TURNED = {"generators": rows([(Z2, Z1)], 2)}
SMALL_GROUP = stated(generators=[], maps=affine(M11 - 1))
LARGE_GROUP = stated(generators=rows([(-Z1,), (2 * Z1,)], 1), maps=affine())
RENAMED = {"stated": "S", f"{STATED}.name": "S"}


def _derived(**parts: Any) -> Data:
    return {f"{DERIVED}.{name}": value for name, value in parts.items()}


MAPS = (
    false("square", both(generators=rows([(2 * Z1,)], 1)), "O(1) is not free"),
    false("square", stated(generators=rows([(2 * Z1,)], 1)), "is refuted by h = "),
    false("distance", both(generators=rows([(2 * Z1,)], 1)), "is not free"),
    false("half_seen", both(generators=rows([(-Z1,)], 1)), "is not free"),
    false("circle", both(generators=rows([(Z1 + Z2, Z2)], 2)), "is not free"),
    valid("circle", both(generators=rows([(3 * Z1 / 5 + 4 * Z2 / 5, 4 * Z1 / 5 - 3 * Z2 / 5)], 2))),
    false("content", both(generators=[[[]]]), "refuted by (0)"),
    valid("content", both(generators=[[[]]]) | {"relation": "contains"}),
    false("learned", both(generators=rows([(Z1**2,)], 1)), "is not free"),
    false("learned", both(generators=[[[]]]), "is not free"),
    valid("gauge", both(generators=rows([(3 * Z1 + 2,)], 1))),
    valid("products_learned", both(generators=rows([(-Z1,)], 1))),
    false("products_learned", both(generators=rows([(Z1 + 1,)], 1)), "is not free"),
    false("squared_learned", both(generators=rows([(Z1**2,)], 1)), "is not free"),
    false("partner", both(generators=rows([(Z1 + 1,)], 1)), "is not free"),
    false("volume", both(generators=rows([(2 * Z1, Z2)], 2)), "is not free"),
    false("volume", both(generators=rows([(Z1**2, Z2)], 2)), "is not free"),
    valid("volume", both(generators=rows([(2 * Z1 + Z2, Z1 + Z2)], 2))),
    false(
        "volume",
        both(generators=rows([(2 * Z1 + Z2, Z1)], 2) + rows([(Z1 - Z2, Z1 + Z2)], 2)),
        "fr",
    ),
    false(
        "three",
        both(generators=rows([(Z1 + 2 * Z2 + 3 * Z3, Z2 + 4 * Z3, 5 * Z1 + 6 * Z2 + Z3)], 3)),
        "is not free",
    ),
    false("volume", both(generators=rows([(Z1, Z1)], 2)), "is not free"),
    false("law", both(generators=rows([(Z1 + 1, Z2)], 2)), "is not free"),
    false("slopes", both(generators=rows([(Z1 + Z2, Z2)], 2)), "is not free"),
    false("slopes", both(generators=rows([(Z1, Z1 + Z2)], 2)), "is not free"),
    false("some_decoder", both(generators=rows([(Z1, Z1 + Z2)], 2)), "is not free"),
    valid(
        "some_decoder",
        both(generators=rows([(Z1 + Z2**2, Z2)], 2)) | {"relation": "contains"},
        "a class of decoders",
        maps=0,
    ),
    false("quarter_turn", both(generators=rows([(Z1, -Z2)], 2)), "is not free"),
    false("signed_permutations", both(generators=rows([(Z1 + Z2, Z2)], 2)), "is not free"),
    false("separable", both(generators=rows([(-Z1, Z2)], 2)), "is not free"),
    valid("separable", both(generators=rows([(Z2, Z1)], 2)), "no test of this group"),
    valid("separable", both(generators=rows([(Z1 + Z2, Z2)], 2)), "maps that mix", maps=0),
    false("pair_separable", both(generators=rows([(Z2, Z1)], 2)), "is not free"),
    valid("pair_separable", both(generators=rows([(2 * Z1, Z2 / 2)], 2)), "no test of this group"),
    false("absolute", both(generators=rows([(2 * Z1,)], 1)), "is not free"),
    false("corner", both(generators=rows([(-Z1,)], 1)), "is not free"),
    false("corner", both(generators=rows([(2 * Z1,)], 1)), "is not free"),
    false("doubled", both(generators=rows([(2 * Z1,)], 1)), "is not free"),
    false("dilation", both(generators=rows([(-Z1,)], 1)), "is not free"),
)
"""Generators of a group must be free maps."""

ALGEBRAS = (
    false("distance", {f"{DERIVED}.algebra": {"span": []}}, "not in the algebra of E(1)"),
    false("distance", stated(algebra={"span": []}), "refuted by (1)"),
    valid("distance", stated(algebra={"span": []}) | DISAGREES),
    valid("distance", stated(algebra={"not_given": "no algebra"}), "no algebra"),
    valid("distance", both(algebra={"span": rows([(2,)], 1)})),
    false("circle", stated(algebra={"span": rows([(Z2, Z1)], 2)}), "refuted by"),
    valid("circle", stated(algebra={"span": rows([(Z2, Z1), (Z2, -Z1), (1, 0)], 2)})),
    valid("dilation", stated(algebra={"span": rows([(Z1,), (1,)], 1)})),
    false("dilation", stated(algebra={"span": rows([(Z1,)], 1)}), "refuted by"),
    valid("doubled", stated(algebra={"span": []})),
    false(
        "volume",
        stated(
            algebra={
                "operators": [
                    [
                        {"output": 0, "derivative": [1, 0], "coefficient": named(1)},
                        {"output": 1, "derivative": [0, 1], "coefficient": named(2)},
                    ]
                ]
            }
        ),
        "refuted by",
    ),
    false(
        "volume",
        stated(
            algebra={"operators": [[{"output": 0, "derivative": [0, 1], "coefficient": named(1)}]]}
        ),
        "refuted by",
    ),
    false(
        "volume",
        stated(
            algebra={"operators": [[{"output": 0, "derivative": [2, 0], "coefficient": named(1)}]]}
        ),
        "refuted by",
    ),
    false("distance", stated(fields=rows([(1,), (Z1,)], 1)), "refuted by"),
    false("distance", {f"{DERIVED}.fields": rows([(Z1,)], 1)}, "of E(1) is not free"),
    valid("distance", both(fields={"not_given": "no fields"}), "no fields"),
    valid("distance", both(generators={"not_given": "no maps"}), "no maps"),
    false("distance", {f"{DERIVED}.name": "another"}, "the derived group is another, not E(1)"),
    valid("anything", {}, "no test of this group"),
    false("anything", {"agreement": "agrees", "agrees": True}, "refuted by (1·z2^1)"),
    valid("anything", {"base.0": placed(Z1**2, [Z1, Z2])}, "no test of this group", MULTIPLES),
    valid(
        "distance", {"base.0": placed(Z1 + 1, [Z1]), **both(algebra={"operators": []})}, MULTIPLES
    ),
    valid(
        "anything", {"relation": "contains", "agreement": "agrees", "agrees": True}, "no test of"
    ),
    valid(
        "anything",
        stated(maps={"equations": [], "shifts": True}, algebra={"not_given": "no"}),
        "no test of this group",
        "no",
    ),
)
"""Algebras of groups."""

SIGNED = "signed_permutations"
MEMBERS = (
    valid(SIGNED, stated(maps={"blocks": [[0], [1]]})),
    valid(SIGNED, stated(maps={"blocks": [[0, 1]]})),
    false(SIGNED, stated(maps={"content": 1}), "refuted by (1·z2^1, 1·z1^1)"),
    valid(SIGNED, stated(maps={"content": 1}) | DISAGREES),
    valid(SIGNED, stated(maps={"content": 2})),
    false(SIGNED, stated(maps={"content": 1}, **TURNED), "refuted by"),
    valid(SIGNED, stated(maps={"content": 1}, **FLIPPED) | _derived(**FLIPPED)),
    valid(SIGNED, stated(maps={"log_density": named(-(Z1**2) - Z2**2)})),
    false(SIGNED, stated(maps={"log_density": named(-(Z1**2) - 2 * Z2**2)}), "refuted by (1·z2^1"),
    false(SIGNED, stated(maps={"log_density": named(-Z1)}), "refuted by (-1·z1^1"),
    valid("partner", stated(maps={"log_density": []}, generators=[]) | DISAGREES),
    false("partner", stated(maps={"log_density": []}), "refuted by (2·z1^1)"),
    valid(SIGNED, stated(maps=affine(M11 * M12))),
    false(SIGNED, stated(maps=affine(M12)), "refuted by (1·z2^1"),
    false(SIGNED, stated(maps=affine(M11 * M12, M12, M11 * M12)), "refuted by (1·z2^1"),
    false(SIGNED, stated(maps=affine(M11 * M22 - M12 * M21 - 1)), "refuted by (-1·z1^1"),
    false(SIGNED, stated(maps=affine(M11 - M22)), "refuted by (-1·z1^1"),
    valid("distance", both(generators=rows([(1 - Z1,)], 1))),
    false(
        "distance",
        both(generators=rows([(1 - Z1,)], 1)) | {f"{STATED}.maps.shifts": False},
        "refuted by (-1·z1^1 + 1)",
    ),
    valid("content", stated(maps={"equations": [], "shifts": True})),
    false(
        "content",
        both(generators=rows([(Z1**2,)], 1)) | stated(maps={"equations": [], "shifts": True}),
        "refuted by (1·z1^2)",
    ),
    valid("content", both(generators=rows([(Z1**2,)], 1))),
    false("anything", stated(algebra={"not_given": "no"}) | AGREES, "refuted by (0)"),
    valid("slopes", stated(maps={"content": 1})),
    false("volume", stated(maps=affine(shifts=True)), "refuted by (1·z1^1 + 1·z2^2"),
    false("volume", stated(maps={"blocks": [[0], [1]]}), "refuted by (1·z1^1 + 1·z2^2"),
    valid("volume", stated(maps={"not_given": "no maps"}), "no maps"),
    valid(SIGNED, stated(maps={"blocks": [[1], [0]]})),
    false("quarter_turn", stated(maps={"blocks": [[0], [1]]}), "refuted by"),
)
"""Membership of free maps in a stated group, by each kind of test."""

OPEN = "that the groups disagree: no field and no map here shows it"
MIXED = {"generators": rows([(Z1 + Z2**2, Z2)], 2)}
UNSHOWN = (
    valid("some_decoder", _derived(**MIXED), "a class of decoders", maps=0),
    valid("some_decoder", _derived(**MIXED) | DISAGREES, "a class of decoders", OPEN, maps=0),
    valid(
        "decoder",
        {"lower": [element("map", (Z1 + Z2**2, Z2), 2)]} | DISAGREES,
        "a class of decoders",
        OPEN,
        maps=0,
    ),
    valid("content", both(fields=rows([(Z1,), (Z1**3,)], 1)), "fields of a degree above 2"),
    valid(
        "content",
        stated(fields=rows([(Z1**3,)], 1)) | DISAGREES,
        "fields of a degree above 2",
        OPEN,
    ),
    valid("content", {"lower": [element("field", (Z1**3,), 2)]}, "fields of a degree above 2"),
    false("circle", stated(fields=rows([(Z1 * Z2, Z2**2 - 1)], 2)), "refuted by"),
    valid("circle", stated(fields=rows([(Z2 * (Z1**2 + Z2**2), -Z1)], 2))),
)
"""What is not shown refutes nothing: maps that are not judged, and fields of a higher degree."""

LOWER = (
    valid("distance", {"lower": [element("map", (3 - Z1,))]}),
    false("distance", {"lower": [element("map", (2 * Z1,))]}, "this element is not free"),
    valid("distance", {"lower": [element("field", (2 + 0 * Z1,))]}),
    false("distance", {"lower": [element("field", (Z1,))]}, "not a free field"),
    valid("distance", {"lower": [FAMILY]}, "a family is free: for every F"),
    valid("distance", {"lower": [FAMILY | {"element": "E(1)"}]}),
    valid("distance", {"lower": [FAMILY, FAMILY]}, "a family is free", "a family is free"),
    false(
        "square",
        {
            "lower": [element("map", (-Z1,))],
            **stated(generators=[], maps=affine(M11 - 1)),
            **_derived(generators=[]),
            "group": "O(1), with this element",
        },
        "refuted by (-1·z1^1)",
    ),
    false(
        "square",
        {"lower": [element("map", (-Z1,))], **_derived(generators=[])},
        "the derived group is O(1), with this element, not O(1)",
    ),
    valid("doubled", {"lower": [element("map", (-Z1,))]}),
    valid("squared_learned", {"lower": [element("map", (9 * Z1,))]}, "of degree 2 or more", maps=0),
    valid("box", {}, "the walls of a box"),
    false("box", {"system.confined": False}, "not in the algebra of box"),
    valid(
        "box",
        {"relation": "equality"} | DISAGREES,
        "the walls of a box",
        "that the groups disagree",
    ),
    valid("box", {"groups.derived": GONE}, "the walls of a box"),
)
"""Elements of the lower bound, and what a box leaves open."""

SIDES = (
    *(
        false("square", SMALL_GROUP | {"relation": r}, "refuted by (-1·z1^1)")
        for r in ("equality", "contained in")
    ),
    valid("square", SMALL_GROUP | {"relation": "contains"}),
    *(
        valid("square", SMALL_GROUP | {"relation": r} | DISAGREES)
        for r in ("equality", "contained in")
    ),
    false(
        "square", SMALL_GROUP | {"relation": "contains"} | DISAGREES, "by no field and by no map"
    ),
    *(
        false("square", LARGE_GROUP | {"relation": r}, "refuted by h = (2·z1^1)")
        for r in ("equality", "contains")
    ),
    valid("square", LARGE_GROUP | {"relation": "contained in"}),
    *(valid("square", LARGE_GROUP | {"relation": r} | DISAGREES) for r in ("equality", "contains")),
    false(
        "square", LARGE_GROUP | {"relation": "contained in"} | DISAGREES, "by no field and by no"
    ),
    false("square", DISAGREES, "'disagrees' is shown by no field and by no map"),
    valid(
        "distance",
        DISAGREES | stated(algebra={"not_given": "no algebra"}),
        "no algebra",
        "that the groups disagree: no field and no map here shows it",
    ),
    false("square", {"agrees": False}, "not what 'agrees' says"),
    false("square", {"agrees": 1}, "not what 'agrees' says"),
    false("square", SMALL_GROUP | {"agreement": "disagrees"}, "not what 'agrees' says"),
    false("square", SMALL_GROUP | {"agreement": "agrees locally"}, "refuted by (-1·z1^1)"),
    false("square", {"stated": "another"}, "another stated group or degree"),
    false("square", {"groups.degree": 3}, "another stated group or degree"),
    false("square", {"checksum": "0"}, "the checksum differs"),
    valid("square", {"reason": "another"}),
)
"""Which of two inclusions a relation asks for."""


def _bounds(outcome: str, agreement: str, *scopes: str, of: str = "O(1)", **more: Any) -> Data:
    """Return the entries of an outcome and an agreement that rest on upper bounds."""
    upper = [bound(of, scope) for scope in scopes]
    agrees = agreement.startswith("agrees")
    entries = {"verdict": outcome, "agreement": agreement, "agrees": agrees, "upper": upper}
    return {**entries, **more}


ALL, NEAR = "all maps of the encoder class", "all smooth maps near the identity"
LINEAR, POLYNOMIAL = "all linear maps", "polynomial fields of degree ≤ 2"
NONE = "no bound shows"
BOUNDS = (
    valid("square", _bounds("identified", "agrees", POLYNOMIAL, ALL, NEAR)),
    valid("square", _bounds("identified locally", "agrees locally", NEAR)),
    valid("square", _bounds("identified locally", "agrees locally", ALL)),
    valid("square", _bounds("identified", "agrees", "all maps")),
    false("square", _bounds("identified", "agrees", NEAR), NONE),
    false("square", _bounds("identified", "agrees", LINEAR), NONE),
    false("square", _bounds("identified", "agrees locally", NEAR), NONE),
    false("square", _bounds("identified locally", "agrees", NEAR), NONE),
    false("square", _bounds("identified locally", "agrees locally", LINEAR), NONE),
    false("square", _bounds("identified locally", "agrees locally", POLYNOMIAL), NONE),
    false("square", _bounds("identified", "agrees", ALL, of="another"), NONE),
    false("square", _bounds("identified locally", "agrees locally", NEAR, of="another"), NONE),
    valid("linear", _bounds("identified", "agrees", LINEAR, of="O(2)")),
    valid("linear", _bounds("identified locally", "agrees locally", LINEAR, of="O(2)")),
    false("linear", _bounds("identified", "agrees", NEAR, of="O(2)"), NONE),
    false("linear", _bounds("identified", "agrees", POLYNOMIAL, of="O(2)"), NONE),
    false("square", _bounds("not identified", "agrees", ALL), NONE),
    valid("square", _bounds("not identified", "agrees", ALL, lower=[FAMILY]), "a family is free"),
    false("square", _bounds("not identified", "agrees", ALL, lower=[element("map", (-Z1,))]), NONE),
    valid("square", _bounds("not identified", "agrees", ALL) | {f"{DERIVED}.infinite": True}),
    false("content", {f"{DERIVED}.infinite": False}, NONE),
    false("linear", {"verdict": "not identified"}, NONE),
    false("slopes", {f"{DERIVED}.infinite": False}, NONE),
    valid("slopes", {f"{DERIVED}.infinite": False, "lower": [FAMILY]}, "a family is free"),
    valid("square", _bounds("undecided", "undecided", missing=["a lemma"], scope=WORDS)),
    false("square", _bounds("undecided", "undecided"), NONE),
    false("square", _bounds("undecided", "agrees", ALL), NONE),
    false("square", _bounds("identified", "undecided", ALL), NONE),
    valid("square", _bounds("identified", "undecided", ALL, missing=["a lemma"], scope=WORDS)),
    false("square", _bounds("undecided", "agrees", missing=["a lemma"]), NONE),
    false("square", _bounds("undecided", "agrees locally", missing=["a lemma"]), NONE),
    valid(
        "square",
        _bounds("undecided", "agrees", missing=["a lemma"], relation="contains", scope=WORDS),
    ),
    valid(
        "square",
        _bounds(
            "undecided", "agrees locally", missing=["a lemma"], relation="contains", scope=WORDS
        ),
    ),
    valid(
        "square",
        RENAMED | _bounds("undecided", "agrees", ALL, of="S", missing=["a lemma"], scope=WORDS),
    ),
    valid("square", RENAMED | _bounds("identified", "agrees", ALL)),
    false("square", RENAMED | _bounds("identified", "agrees", ALL, of="S"), NONE),
    false("square", RENAMED | _bounds("identified locally", "agrees", ALL, of="S"), NONE),
    unknown("square", {"missing": GONE}, "KeyError"),
    unknown("square", {"lower": GONE}, "KeyError"),
)
"""Outcome and agreement follow from the bounds."""

OLD = {"upper": GONE, "lower": GONE, "missing": GONE, "scope": WORDS}
WITHOUT_BOUNDS = (
    valid("square", OLD),
    valid("box", OLD, "the walls of a box"),
    false("square", OLD | SMALL_GROUP | DISAGREES, "'identified' does not follow from the fields"),
    false("square", OLD | {"verdict": "not identified"}, "'not identified' does not follow"),
    valid("square", OLD | SMALL_GROUP | DISAGREES | {"verdict": "not identified"}),
    valid("box", OLD | {"verdict": "not identified"}, "the walls of a box"),
    valid("content", OLD),
    valid("content", OLD | {f"{DERIVED}.infinite": False}),
    valid("square", OLD | {"verdict": "not identified", f"{DERIVED}.infinite": True}),
    false("quadratic", OLD | {"verdict": "not identified"}, "does not follow from the fields"),
    false("quadratic", {"verdict": "not identified"}, NONE),
    false("linear", OLD | {"verdict": "not identified"}, "does not follow from the fields"),
)
"""Certificates without bounds: the outcome follows from the fields alone."""

GROUPS = (*MAPS, *UNSHOWN, *ALGEBRAS, *MEMBERS, *LOWER, *SIDES, *BOUNDS, *WITHOUT_BOUNDS)
"""Everything that is about groups and what is concluded."""
