"""Stated functions against the stored ones: do they attain the optimal loss?"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from sith.theory.claim import Claim
from sith.theory.derivation.verification.spectral.setting import Setting
from sith.theory.notation import latents


def stated_functions(claim: Claim, outputs: int) -> tuple[sp.Expr, ...]:
    """Return the functions that the claim states, () where it states none."""
    whole = hasattr(claim.world.pairs, "standardised") and outputs == claim.dim
    return claim.base or (
        tuple(claim.world.pairs.standardised(latents(claim.dim))) if whole else ()  # type: ignore[union-attr]
    )


def _flat(setting: Setting) -> list[tuple[sp.Expr, sp.Rational, sp.Rational]]:
    """Return the stored functions with eigenvalue and square."""
    return [
        (function, level.low, square)
        for level, functions in zip(setting.record.levels, setting.functions, strict=True)
        for function, square in zip(functions, level.squares, strict=True)
    ]


def attains(setting: Setting, stated: Sequence[sp.Expr]) -> bool:
    """Say whether the stated functions meet the constraints and have the optimal loss."""
    objective, inner = setting.objective, setting.operator.inner
    one = sp.Integer(1)
    means = [inner(f, one) for f in stated]
    if objective.shifts:
        stated = [sp.expand(f - m) for f, m in zip(stated, means, strict=True)]
    elif not setting.constant and any(m != 0 for m in means):
        return False
    gram = sp.Matrix([[inner(f, g) for g in stated] for f in stated])
    parts = [
        [(inner(f, phi), value, square) for phi, value, square in _flat(setting)] for f in stated
    ]
    for i, row in enumerate(parts):
        # Parseval: nothing of the function lies outside the stored modes.
        if sp.expand(gram[i, i] - sp.Add(*(c**2 / n for c, _, n in row))) != 0:
            return False
    taken = [
        objective.squared_scale(level.low) if not objective.whitens else level.low
        for level in setting.record.levels
        for _ in range(
            setting.record.taken if level is setting.record.levels[-1] else level.multiplicity
        )
    ]
    agreed = sp.Add(
        *(
            (v if objective.whitens else objective.squared_scale(v)) * c**2 / n
            for row in parts
            for c, v, n in row
        )
    )
    if objective.whitens:
        same = sp.expand(agreed - sp.Add(*taken)) == 0
        return bool(gram == sp.eye(len(stated)) and same)
    loss = (gram * gram).trace() - 2 * agreed
    return bool(sp.expand(loss + sp.Add(*(m**2 for m in taken))) == 0)


def latents_lost(setting: Setting, *, unique: bool) -> tuple[str, ...]:
    """Return the latents that are no affine function of the features, where all could be."""
    claim, lost = setting.claim, list[str]()
    if not hasattr(claim.world.pairs, "standardised") or setting.record.outputs < claim.dim:
        return ()
    inner = setting.operator.inner
    flat = _flat(setting)
    if not unique:
        flat = flat[: -setting.record.levels[-1].multiplicity]
    for x in setting.z:
        mean = inner(x, sp.Integer(1))
        rest = inner(x, x) - mean**2
        rest -= sp.Add(*(inner(x, f) ** 2 / n for f, _, n in flat if f != 1))
        if sp.expand(rest) != 0:
            lost.append(str(x))
    return tuple(lost)
