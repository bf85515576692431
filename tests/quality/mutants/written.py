"""Certificates written by hand, so small that what is true of them is seen without the engine."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp

from sith.theory.derivation.certificates import checksum

Data = dict[str, Any]
Row = Sequence[Any]
GONE = object()
"""What an entry is set to where it is to be left out."""

Z1, Z2, Z3, ZT1, ZT2 = sp.symbols("z1 z2 z3 zt1 zt2")
H1, H2, H3, HT1, HT2, HT3 = sp.symbols("H1 H2 H3 Ht1 Ht2 Ht3")
J11, J12, J21, J22 = sp.symbols("J1_1 J1_2 J2_1 J2_2")
M11, M12, M21, M22 = sp.symbols("M1_1 M1_2 M2_1 M2_2")
A, B, C = sp.symbols("a b c")


def named(expression: Any) -> list[Data]:
    """Return the terms of a polynomial, powers by name."""
    names = sorted(getattr(expression, "free_symbols", ()), key=str)
    if not names:
        return [{"powers": {}, "coefficient": str(expression)}] if expression else []
    terms = sp.Poly(expression, *names).terms()
    return [
        {"powers": {str(x): k for x, k in zip(names, m, strict=True) if k}, "coefficient": str(c)}
        for m, c in terms
    ]


def placed(expression: Any, names: Sequence[Any]) -> list[Data]:
    """Return the terms of a polynomial, powers in the order of the names."""
    terms = sp.Poly(expression, *names).terms()
    return [{"powers": list(m), "coefficient": str(c)} for m, c in terms if c]


def rows(maps: Sequence[Row], dim: int) -> list[Any]:
    """Return fields or maps of `dim` coordinates as data."""
    return [[placed(p, (Z1, Z2, Z3)[:dim]) for p in m] for m in maps]


def group(name: str, dim: int, **parts: Any) -> Data:
    """Return a group by its fields, generators, algebra (their span by default) and maps."""
    fields = rows(parts.get("fields", ()), dim)
    return {
        "name": name,
        "dim": dim,
        "infinite": parts.get("infinite", False),
        "fields": fields,
        "generators": rows(parts.get("generators", ()), dim),
        "algebra": parts.get("algebra", {"span": fields}),
        "maps": parts.get("maps") or affine(*parts.get("equations", ())),
    }


def affine(*equations: Any, shifts: bool = False) -> Data:
    """Return the test of a group of affine maps, by equations for the matrix."""
    return {"equations": [named(e) for e in equations], "shifts": shifts}


def equation(residual: Any = 0, up_to: str = "nothing", **parts: Any) -> Data:
    """Return one equation of a system."""
    volume = [list(ab) for ab in parts.pop("volume", ())]
    partner = [named(p) for p in parts.pop("partner", ())]
    out = {"residual": named(residual), "up_to": up_to, "volume": volume, "partner": partner}
    if "abs" in parts:
        out["abs"] = {name: named(inner) for name, inner in parts["abs"].items()}
    if "decoder" in parts:
        out["decoder"] = [
            {"output": i, "derivative": list(k), "coefficient": named(c)}
            for i, k, c in parts["decoder"]
        ]
    return out


def degree(unknowns: int, rank: int, *fields: Row, gauge: int = 0, **parts: Any) -> Data:
    """Return the record of a degree: the fields in z, and the changes of θ that belong to them."""
    return {
        "fields": rows(fields, parts.get("dim", len(fields[0]) if fields else 1)),
        "changes": parts.get("changes", [{} for _ in fields]),
        "unknowns": unknowns,
        "rank": rank,
        "gauge": gauge,
        "draws": parts.get("draws", []),
    }


def certificate(
    dim: int,
    equations: Sequence[Data],
    degrees: Sequence[Data],
    stated: Data,
    derived: Data | None = None,
    **parts: Any,
) -> Data:
    """Return a certificate; what is not given is the simplest that there is."""
    names = [[f"{letter}{k}" for k in (1, 2, 3)] for letter in ("z", "zt", "H", "Ht")]
    outputs = parts.get("outputs", dim)
    learned = parts.get("learned", {})
    derived = copy.deepcopy(derived or stated)
    variables = dict(zip(("z", "zt"), (n[:dim] for n in names[:2]), strict=True))
    variables |= {"image": names[2][:outputs], "image_t": names[3][:outputs]}
    variables |= {"parameters": list(learned), **parts.get("variables", {})}
    base = parts.get("base", (Z1, Z2, Z3)[:outputs])
    data = {
        "format": "sith certificate",
        "version": 1,
        "base": [placed(p, (Z1, Z2, Z3)[:dim]) for p in base],
        "base_parameters": learned,
        "degrees": [{"degree": n, **r} for n, r in enumerate(degrees, 1)],
        "system": {
            "variables": variables,
            "space": {"constraints": [named(c) for c in parts.get("constraints", ())]},
            "equations": list(equations),
            "linear_only": parts.get("linear_only", False),
            "confined": parts.get("confined", False),
        },
        "groups": {"degree": len(degrees), "stated": stated, "derived": derived},
        "verdict": parts.get("verdict", "identified"),
        "group": derived["name"],
        "lower": parts.get("lower", []),
        "upper": [bound(derived["name"], "all maps of the encoder class")],
        "missing": [],
        "stated": stated["name"],
        "relation": parts.get("relation", "equality"),
        "agrees": parts.get("agreement", "agrees").startswith("agrees"),
        "agreement": parts.get("agreement", "agrees"),
        "dimension_by_degree": {str(n): len(r["fields"]) for n, r in enumerate(degrees, 1)},
        "trusted": ["L-gibbs: of the loss"],
    }
    return signed(data)


def bound(name: str, scope: str) -> Data:
    """Return an upper bound."""
    return {"group": name, "scope": scope, "by": "a lemma"}


def signed(data: Mapping[str, Any]) -> Data:
    """Return a certificate with the checksum of its content."""
    body = {k: v for k, v in data.items() if k != "checksum"}
    return {**body, "checksum": checksum(body)}


def but(data: Data, changes: Mapping[str, Any]) -> Data:
    """Return a certificate with other entries, by dotted paths; `GONE` leaves an entry out."""
    out = copy.deepcopy(data)
    for path, value in changes.items():
        *way, last = (int(k) if k.lstrip("-").isdigit() else k for k in path.split("."))
        place: Any = out
        for step in way:
            place = place[step if step in place or isinstance(step, int) else str(step)]
        if value is GONE:
            del place[last]
        else:
            place[last] = copy.deepcopy(value)
    return out if "checksum" in changes else signed(out)
