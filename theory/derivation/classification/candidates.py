"""The candidates alone: equations under which the answer may change, without a derivation on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from sith.theory.claim import Statement, require_statement
from sith.theory.derivation.classification.points import generic_points
from sith.theory.derivation.classification.search import EQUAL, search
from sith.theory.derivation.classification.space import parameter_space, require_few


def candidates(
    statement: Statement,
    parameters: Sequence[str] = (),
    dim: int | None = None,
    *,
    degree: int,
    numbers: bool = False,
    **fixed: Any,
) -> tuple[sp.Expr, ...]:
    """Return the polynomials whose zeros may be exceptional, without any derivation on them.

    Equalities of two parameters, which `classify` tries as well, are left out where nothing else
    leads to them. Raises what `classify` does, and `UnsupportedCondition` where the condition is no
    rational function of a parameter.
    """
    space = parameter_space(require_statement(statement), dim, parameters, fixed, numbers=numbers)
    require_few(space)
    (point,) = generic_points(space, 1, seed=1)
    found = search(space, point, tuple(range(1, degree + 1)), lambda _: None, strict=True)
    return tuple(p for p, source in found.candidates if source != EQUAL)
