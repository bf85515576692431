r"""Two-sided bounds: the discrepancy decays exactly at the rate of the Bhattacharyya coefficient.

Let ρ = 2 √(θ(1 − θ)) = Σ_x √(p⁺(x) p⁻(x)) for one coordinate, and P, M the likelihoods of the m
visible coordinates under the two modes.

**Upper.** KL is at most χ², and b ∈ [1 − θ, θ], hence KL ≤ (a − b)² / (θ(1 − θ)). Here
a − b = (2θ − 1)(π_w − π_λ), with π the posterior of the plus mode, and
π_w − π_λ = (w − λ) P M / (p_w p_λ). By AM–GM p_λ ≥ 2 √(λ(1 − λ) P M), and so for w. What is left of
E KL = Σ p_w KL is Σ √(P M) = ρ^m times

    (2θ − 1)² (w − λ)² / (8 θ(1 − θ) √(w(1 − w)) λ(1 − λ)).

**Lower.** Keep the configurations with as many ones as zeros (with one more of either, if m is
odd). They leave the odds of the modes unchanged (or changed by one coordinate), so that each
contributes (θ(1 − θ))^⌊m/2⌋ times what m mod 2 visible coordinates contribute:

    D_m ≥ C(m, ⌊m/2⌋) (θ(1 − θ))^⌊m/2⌋ D_{m mod 2}.

The binomial is 2^m up to a factor of order √m. Hence (1/m) log D_m(λ) → log ρ for every λ ≠ w. Since
D_0 and D_1 are positive there, D_m(λ) = 0 only at λ = w: every m identifies w, none but small m with
a curvature that can be felt. The curvature at w obeys the same bounds with its own constant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp

from sith.theory.exactness import integer
from sith.theory.masked.discrepancy import curvature, discrepancy
from sith.theory.masked.two_modes import TwoModes, proportion


@dataclass(frozen=True, slots=True)
class Bounds:
    """An interval that holds a number; its ends are exact expressions, both of order ρ^m up to √m.

    Fields:
        lower: the lower end.
        upper: the upper end.
    """

    lower: sp.Expr
    upper: sp.Expr


def bhattacharyya(modes: TwoModes) -> sp.Expr:
    """ρ = 2 √(θ(1 − θ)) of one coordinate under the two modes, in (0, 1)."""
    return 2 * sp.sqrt(modes.theta * (1 - modes.theta))


def discrepancy_bounds(modes: TwoModes, weight: Any, visible: Any) -> Bounds:
    """Bounds of D_m(λ), derived in the module's text.

    Arguments:
        modes: the world.
        weight: λ, rational, in (0, 1).
        visible: m, an integer ≥ 0.

    Raises:
        InputError: an argument is out of its range.
    """
    lam, w = proportion(weight, "weight λ"), modes.weight
    constant = _signal(modes) * (w - lam) ** 2 / (8 * sp.sqrt(w * (1 - w)) * lam * (1 - lam))
    return _bounds(modes, visible, constant, lambda m: discrepancy(modes, lam, m))


def curvature_bounds(modes: TwoModes, visible: Any) -> Bounds:
    """Bounds of D_m''(w): as those of D_m, with 1 / (8 (w(1 − w))^{3/2}) for the weights.

    Raises:
        InputError: `visible` is not an integer ≥ 0.
    """
    w = modes.weight
    constant = _signal(modes) / (8 * sp.sqrt(w * (1 - w)) * w * (1 - w))
    return _bounds(modes, visible, constant, lambda m: curvature(modes, m))


def _bounds(
    modes: TwoModes, visible: Any, constant: sp.Expr, small: Callable[[int], sp.Expr]
) -> Bounds:
    m = integer(visible, "visible m", least=0)
    balanced = sp.binomial(m, m // 2) * (modes.theta * (1 - modes.theta)) ** (m // 2)
    return Bounds(balanced * small(m % 2), constant * bhattacharyya(modes) ** m)


def _signal(modes: TwoModes) -> sp.Rational:
    """(2θ − 1)² / (θ(1 − θ))."""
    return (2 * modes.theta - 1) ** 2 / (modes.theta * (1 - modes.theta))
