"""The stored eigenvalues, their functions, and where the outputs cut them."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from sith.theory.derivation.certificates import LevelRecord
from sith.theory.derivation.verification.answer import Rejected
from sith.theory.derivation.verification.spectral.setting import Setting


def check_levels(setting: Setting) -> None:
    """Check every stored eigenvalue, and that no eigenvalue in between is left out."""
    before = 0
    known: list[sp.Expr] = [] if setting.constant else [sp.Integer(1)]
    for number, level in enumerate(setting.record.levels):
        at = f"level {number + 1}"
        if level.low > level.high:
            raise Rejected(f"{at}: the interval ({level.low}, {level.high}) is empty")
        above = setting.count(level.high, strictly=True)
        through = setting.count(level.low, strictly=False)
        if above != before:
            raise Rejected(f"{at}: {above} eigenvalues are above {level.high}, not {before}")
        if through - above != level.multiplicity:
            raise Rejected(f"{at}: the multiplicity is {through - above}, not {level.multiplicity}")
        before += level.multiplicity
        if level.low < level.high:
            _irrational(setting, level, at)
        else:
            _functions(setting, level, setting.functions[number], known, at)


def _irrational(setting: Setting, level: LevelRecord, at: str) -> None:
    """The root of `minimal` in the interval has at least the multiplicity that the interval has."""
    if level.functions or level.squares:
        raise Rejected(f"{at}: functions are stored for an interval")
    values = [
        sp.Add(*(c * end**k for k, c in enumerate(level.minimal)))
        for end in (level.low, level.high)
    ]
    if values[0] * values[1] >= 0:
        raise Rejected(f"{at}: the stored polynomial does not change sign in the interval")
    if not setting.operator.divides(level.minimal, level.multiplicity):
        raise Rejected(f"{at}: the stored polynomial is no factor of the characteristic one")


def _functions(
    setting: Setting,
    level: LevelRecord,
    functions: Sequence[sp.Expr],
    known: list[sp.Expr],
    at: str,
) -> None:
    if not len(functions) == len(level.squares) == level.multiplicity:
        raise Rejected(f"{at}: {len(functions)} functions for multiplicity {level.multiplicity}")
    for function, square in zip(functions, level.squares, strict=True):
        if not setting.operator.is_eigenfunction(function, level.low):
            raise Rejected(f"{at}: {function} is no eigenfunction of eigenvalue {level.low}")
        if setting.operator.inner(function, function) != square or square <= 0:
            raise Rejected(f"{at}: E φ² of {function} is not {square}")
        if any(setting.operator.inner(function, other) != 0 for other in known):
            raise Rejected(f"{at}: {function} is not orthogonal to the other functions")
        known.append(function)


def check_division(setting: Setting) -> None:
    """Check how many modes the outputs hold, and which are dropped."""
    record, objective = setting.record, setting.objective
    total = sum(level.multiplicity for level in record.levels)
    last = record.levels[-1].multiplicity if record.levels else 0
    if record.outputs != setting.claim.encoder.output.dim:
        raise Rejected(f"{record.outputs} outputs are stored, the claim has another number")
    if total - last + record.taken + record.dropped != record.outputs or record.taken > last:
        raise Rejected(f"{record.taken} modes taken of the last level do not fill the outputs")
    if record.levels and record.taken == 0:
        raise Rejected("no mode is taken of the last level")
    if objective.whitens:
        if record.dropped:
            raise Rejected("a whitened output holds no mode")
        return
    if any(objective.squared_scale((s.low + s.high) / 2) <= 0 for s in record.levels):
        raise Rejected("a mode is kept whose weight μ is not positive")
    if record.dropped:
        at_zero = objective.squared_scale(sp.Integer(0))
        threshold = -at_zero / (objective.squared_scale(sp.Integer(1)) - at_zero)
        kept = setting.count(threshold, strictly=True)
        if kept != total or record.taken != last:
            raise Rejected(f"{kept} modes have a positive weight μ, and {total} are stored")
