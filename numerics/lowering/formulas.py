"""The values of a closed form at numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp
import torch

from sith.numerics.lowering.lower import lower
from sith.theory import InputError


def evaluate(expression: sp.Expr, **values: Any) -> np.ndarray:
    """Return an exact expression's value in float64, at numbers or arrays that broadcast.

    Arguments:
        values: one for each free symbol, by the symbol's name; more are allowed.

    Raises:
        InputError: a symbol has no value.
    """
    symbols = sorted(expression.free_symbols, key=str)
    missing = [str(s) for s in symbols if str(s) not in values]
    if missing:
        raise InputError(f"no value for {', '.join(missing)}", cure="give one by name")
    if not symbols:
        return np.asarray(float(expression))
    columns = np.broadcast_arrays(*[np.asarray(values[str(s)], dtype=float) for s in symbols])
    table = torch.from_numpy(np.stack(columns, axis=-1))
    found: np.ndarray = lower(expression, symbols)(table).numpy()
    return found
