r"""The excess loss of a wrong mode weight under masked prediction, and its curvature.

With m visible coordinates, of which the number of ones is S, and a hidden coordinate x,

    D_m(λ) = E KL(p_w(x | S) ‖ q_λ(x | S)) = Σ_k C(m, k) p_w(k) KL(Ber(a_k) ‖ Ber(b_k)),

where p_w(k) is the probability of one configuration with k ones, a_k the true prediction and b_k
that of the model with weight λ. It is a finite sum of rational multiples of logarithms of rational
numbers. Its second derivative at λ = w is the Fisher information of λ in the prediction, a rational
number.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.exactness import integer
from sith.theory.masked.two_modes import TwoModes, proportion


def discrepancy(modes: TwoModes, weight: Any, visible: Any) -> sp.Expr:
    """D_m(λ) in nats, exactly: Σ c_j log r_j with rational c_j and r_j > 0.

    Arguments:
        modes: the world.
        weight: λ, rational, in (0, 1).
        visible: m, an integer ≥ 0.

    Raises:
        InputError: an argument is out of its range.

    Source: Cai and Shi (2026), for the question; the sum is derived here.
    """
    lam, m = proportion(weight, "weight λ"), integer(visible, "visible m", least=0)
    terms = []
    for ones in range(m + 1):
        mass = sp.binomial(m, ones) * _mass(modes, ones, m)
        true = modes.prediction(ones, m, modes.weight)
        model = modes.prediction(ones, m, lam)
        terms.append(mass * true * sp.log(true / model))
        terms.append(mass * (1 - true) * sp.log((1 - true) / (1 - model)))
    return sp.Add(*terms)


def curvature(modes: TwoModes, visible: Any) -> sp.Rational:
    """D_m''(w), the second derivative in λ at the true weight; a positive rational number.

    With P = p⁺ and M = p⁻ of the visible configuration, ∂b/∂λ = (2θ − 1) P M / p_λ², so that
    D_m''(w) = Σ_k C(m, k) (2θ − 1)² P² M² / (p_w³ a_k (1 − a_k)).

    Raises:
        InputError: `visible` is not an integer ≥ 0.
    """
    m = integer(visible, "visible m", least=0)
    total = sp.Integer(0)
    for ones in range(m + 1):
        plus, minus = modes.likelihoods(ones, m)
        true, mass = modes.prediction(ones, m, modes.weight), _mass(modes, ones, m)
        slope = (2 * modes.theta - 1) * plus * minus / mass**2
        total += sp.binomial(m, ones) * mass * slope**2 / (true * (1 - true))
    return total


def _mass(modes: TwoModes, ones: int, visible: int) -> sp.Rational:
    """p_w of one visible configuration."""
    plus, minus = modes.likelihoods(ones, visible)
    return modes.weight * plus + (1 - modes.weight) * minus
