"""Losses without anything against collapse have no equations around h = z."""

from __future__ import annotations

from typing import Any, NoReturn

from sith.theory.errors import UnsupportedCondition


def without_equations(_world: Any, objective: Any, _encoder: Any) -> NoReturn:
    """Raise `UnsupportedCondition`: constant outputs are optimal, and with other terms a compromise is."""
    raise UnsupportedCondition(
        f"'{objective}' is minimal at constant outputs, so that with other terms the optimum is a "
        "compromise that depends on the weights",
        cure="exclude collapse by a constraint: AlignmentWhitening(), VICReg() or GaussianAlignment()",
    )
