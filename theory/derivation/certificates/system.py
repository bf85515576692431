"""The optimum condition as plain data, so that a checker needs neither the claim nor sympy.

A polynomial is a list of terms {"coefficient": "p/q", "powers": {name: power}}.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    AnisotropicSphere,
    Box,
    Classes,
    ExponentialNorm,
    PairLogDensity,
    PartlyKeptSphere,
    SharedBlock,
    StyleRedrawn,
    VonMisesFisher,
    confined_coordinates,
    unstated_coordinates,
)
from sith.theory.derivation.certificates.plain import number_data
from sith.theory.derivation.equation import Condition, Equation
from sith.theory.derivation.fields.linear_operator import decoder_operator
from sith.theory.errors import UnsupportedCondition

ANY_PARTNER = (AnisotropicSphere, ExponentialNorm, PairLogDensity, VonMisesFisher)
"""Kinds of pairs for which one partner is admissible for every anchor."""

MAX_TERMS = 20_000
"""A polynomial of more terms is not written."""


def system_data(condition: Condition) -> dict[str, Any]:
    """Return variables, spaces and equations of a condition, as plain data.

    `variables` names the symbols that the polynomials are in (z̃ may share symbols with z, and Ji_j
    is ∂h_i/∂z_j); `volume` lists the rows and columns of log|det J_h|, which adds to a residual. `space`
    and `output` hold the polynomials that vanish on them, `pairs` which partners belong to a point.
    Base map and learned parameters stand beside it in the certificate (`base`, `base_parameters`).
    """
    return {
        "variables": {
            "z": _names(condition.z),
            "zt": _names(condition.zt),
            "image": _names(condition.image),
            "image_t": _names(condition.image_t),
            "parameters": _names(condition.parameters),
        },
        "space": {
            "name": str(condition.space),
            "bounded": isinstance(condition.space, Box),
            "constraints": [sparse_terms(c) for c in condition.space.constraints(condition.z)],
        },
        "output": {
            "name": str(condition.output),
            "constraints": [sparse_terms(c) for c in condition.output.constraints(condition.image)],
        },
        "pairs": _pairs_data(condition),
        "equations": [_equation_data(condition, e) for e in condition.equations],
        "linear_only": condition.linear_only,
        "relaxed": condition.relaxed,
        "confined": condition.in_box
        or bool(confined_coordinates(condition.output) or unstated_coordinates(condition.output))
        or bool(condition.relaxed),
        "incomplete": condition.incomplete,
        "relabelled": condition.relabelled,
        **({"symmetric": True} if condition.symmetric else {}),
    }


def sparse_terms(expression: sp.Expr) -> list[dict[str, Any]]:
    """Return a polynomial as terms; raises `UnsupportedCondition` for any other expression."""
    symbols = sorted(expression.free_symbols, key=str)
    if not symbols:
        number = number_data(sp.expand(expression))
        return [] if number == "0" else [{"coefficient": number, "powers": {}}]
    if not expression.is_polynomial(*symbols) or expression.has(sp.exp, sp.log, sp.Abs, sp.sign):
        raise UnsupportedCondition(f"{_short(expression)} is not a polynomial")
    terms = sp.Poly(expression, *symbols).as_dict()
    if len(terms) > MAX_TERMS:
        raise UnsupportedCondition(f"a polynomial of {len(terms)} terms")
    names = _names(symbols)
    return [
        {
            "coefficient": number_data(c),
            "powers": {name: k for name, k in zip(names, powers, strict=True) if k},
        }
        for powers, c in sorted(terms.items())
        if c != 0
    ]


def _equation_data(condition: Condition, equation: Equation) -> dict[str, Any]:
    return {
        **_residual_data(equation.residual + _gram(condition, equation)),
        "up_to": equation.up_to.name.lower(),
        "volume": [list(pair) for pair in equation.volume],
        "partner": _partner_data(equation.partner),
        **_decoder_data(condition, equation),
    }


def _gram(condition: Condition, equation: Equation) -> sp.Expr:
    """Return the terms c (JᵀJ − I)_ij, with the symbol Ji_j for ∂h_i/∂z_j."""
    outputs, total = range(1, len(condition.image) + 1), sp.Integer(0)
    for i, j, factor in equation.gram:
        columns = [[sp.Symbol(f"J{k}_{n + 1}", real=True) for k in outputs] for n in (i, j)]
        product = sp.Add(*(a * b for a, b in zip(*columns, strict=True)))
        total += factor * (product - (1 if i == j else 0))
    return total


def _residual_data(residual: sp.Expr) -> dict[str, Any]:
    """Return the residual with a symbol for each absolute value, or why it is no polynomial."""
    inner = sorted({a.args[0] for a in residual.atoms(sp.Abs)}, key=str)
    marks = {sp.Abs(a): sp.Symbol(f"abs{k + 1}", real=True) for k, a in enumerate(inner)}
    try:
        terms = sparse_terms(sp.expand(residual.xreplace(marks)))
        within = {str(marks[sp.Abs(a)]): sparse_terms(sp.expand(a)) for a in inner}
    except UnsupportedCondition as error:
        return {"not_polynomial": error.fault}
    return {"residual": terms, **({"abs": within} if within else {})}


def _partner_data(partner: Sequence[sp.Expr]) -> list[list[dict[str, Any]]]:
    return [sparse_terms(sp.expand(e)) for e in partner]


def _decoder_data(condition: Condition, equation: Equation) -> dict[str, Any]:
    """Return the first-order operator on ξ that an equation in the decoder's derivatives gives."""
    if not equation.decoder:
        return {}
    try:
        return {
            "decoder": [
                {
                    "output": output,
                    "derivative": list(powers),
                    "coefficient": sparse_terms(sp.expand(coefficient)),
                }
                for output, powers, coefficient in decoder_operator(condition, equation)
            ]
        }
    except UnsupportedCondition as error:
        return {"not_polynomial": f"the decoder's class: {error.fault}"}


def _pairs_data(condition: Condition) -> dict[str, Any]:
    """Return which coordinates partners share; all of them for labels, which have no partner.

    `any_partner` says whether one fixed partner is admissible for every anchor.
    """
    pairs = condition.pairs
    shared: Iterable[int] = ()
    if isinstance(pairs, SharedBlock | StyleRedrawn):
        shared = pairs.content
    elif isinstance(pairs, PartlyKeptSphere):
        shared = pairs.kept
    elif isinstance(pairs, Classes):
        shared = range(len(condition.z))
    free = isinstance(pairs, ANY_PARTNER)
    return {"name": str(pairs), "shared": sorted(shared), "any_partner": free}


def _names(symbols: Iterable[sp.Symbol]) -> list[str]:
    return [str(s) for s in symbols]


def _short(expression: sp.Expr) -> str:
    text = str(expression)
    return text if len(text) <= 80 else f"{text[:77]}..."
