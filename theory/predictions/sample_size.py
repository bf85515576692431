r"""Distance from the group after N pairs: rate 1/N, with constants from Gaussian moments.

Setting: z ~ N(0, I_n), coordinates of a pair with correlations ρ_i, a linear encoder that whitens
the pooled sample covariance S and maximises the symmetrised sample correlation C.
Prediction: (a) all outputs, equal ρ: h = Q S^{-1/2} z with any orthogonal Q, and
N·E dist²(h, O(n)) → n(n+1)(1+ρ²)/8. (b) m < n outputs: the top eigenspace of S^{-1}C, and
N·E ‖sin Θ‖² → Σ_{i≤m<j} (1−ρ_i²)(1−ρ_iρ_j)/(2(ρ_i−ρ_j)²).
Both are distances to an orbit of the group, as the risk of an estimator that is known up to it.
Proof idea: first-order perturbation; the entries' moments by Isserlis.
Source: Anderson (1999) for the method; the constants for symmetrised pairs are derived here.
"""

from __future__ import annotations

from itertools import product

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

n = sp.Symbol("n", positive=True, integer=True)
rho, top, low = sp.symbols("rho rho_i rho_j", real=True)

white = n * (n + 1) * (1 + rho**2) / 8
angle = (1 - top**2) * (1 - top * low) / (2 * (top - low) ** 2)

Factor = tuple[str, str]
"""A coordinate, "i" or "j", of a view, "a" or "b"."""


def _second(u: Factor, v: Factor) -> sp.Expr:
    if u[0] != v[0]:
        return sp.Integer(0)
    return sp.Integer(1) if u[1] == v[1] else {"i": top, "j": low}[u[0]]


def _fourth(f: tuple[Factor, ...]) -> sp.Expr:
    """E of a product of four, by Isserlis."""
    return sp.Add(
        _second(f[0], f[1]) * _second(f[2], f[3]),
        _second(f[0], f[2]) * _second(f[1], f[3]),
        _second(f[0], f[3]) * _second(f[1], f[2]),
    )


Form = tuple[tuple[sp.Expr, Factor, Factor], ...]


def _covariance(left: Form, right: Form) -> sp.Expr:
    """Of two quadratic forms."""
    return sp.Add(
        *[
            v * w * (_fourth((a, b, c, d)) - _second(a, b) * _second(c, d))
            for (v, a, b), (w, c, d) in product(left, right)
        ]
    )


HALF = sp.Rational(1, 2)
_cross: Form = ((HALF, ("i", "a"), ("j", "b")), (HALF, ("i", "b"), ("j", "a")))
_pooled: Form = ((HALF, ("i", "a"), ("j", "a")), (HALF, ("i", "b"), ("j", "b")))
_own: Form = ((HALF, ("i", "a"), ("i", "a")), (HALF, ("i", "b"), ("i", "b")))
_turn: Form = (*_cross, *((-top * w, a, b) for w, a, b in _pooled))
"""The entry (i, j) of C − ρ_i S, which turns direction i towards j."""

_off, _diagonal = _covariance(_pooled, _pooled), _covariance(_own, _own)

PREDICTION = Prediction(
    name="sample_size",
    title="The distance from the group falls as 1/N, with a known constant",
    statement=(
        r"A linear encoder whitens and aligns $N$ Gaussian pairs with correlations $\rho_i$. With "
        r"all $n$ outputs and equal $\rho$ its squared distance from $O(n)$ has mean "
        r"$n(n+1)(1+\rho^2)/(8N)$ to leading order. With $m<n$ outputs the squared sine between its "
        r"rows and the top eigenspace has mean $\frac1N\sum_{i\le m<j}"
        r"\frac{(1-\rho_i^2)(1-\rho_i\rho_j)}{2(\rho_i-\rho_j)^2}$."
    ),
    formulas={"white": white, "angle": angle},
    identities={
        "the turn of i towards j has the stated variance": _covariance(_turn, _turn)
        / (top - low) ** 2
        - angle,
        "a quarter of E|S - I|^2 is the stated constant": (
            n * _diagonal.subs(top, rho) + n * (n - 1) * _off.subs({top: rho, low: rho})
        )
        / 4
        - white,
    },
    conditions=(
        "Gaussian pairs of mean 0, coordinates independent; for (a) equal correlations",
        "a gap between the top correlations and the others, for (b)",
        "N large: terms of order 1/N² are left out",
    ),
    source=Source(
        key="anderson_1999",
        authors="Anderson",
        year=1999,
        title="Asymptotic Theory for Canonical Correlation Analysis",
        statement="the method, for distinct correlations; the constants for symmetrised pairs are derived here",
        evidence=Evidence.SECONDARY,
        version="Journal of Multivariate Analysis 70, abstract",
    ),
    not_shown="encoders that are not linear: neither their rate nor a constant",
)
