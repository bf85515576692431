r"""Two linear layers learn the modes of the input-output correlation one after the other.

Setting: y = Mx + noise, inputs of covariance I, M with singular values s; L = ½ E|y − W₂W₁x|².
Flow in a mode: u̇ = v(s − uv), v̇ = u(s − uv), with a = uv the strength of the mode.
Prediction: from a balanced start u = v, a(t) = s e^{2st} / (e^{2st} − 1 + s/a₀), which is half of s
at ln(s/a₀ − 1)/(2s). From u ≠ v, c = u² − v² is kept and ȧ = √(c² + 4a²)(s − a), solved here for
the time. With input variance λ along the mode's own axis a ends at s/λ.
Source: Saxe, McClelland, Ganguli (2014), recalled; every formula is derived here.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

t = sp.Symbol("t", nonnegative=True)
s, start, variance, a = sp.symbols("s a_0 lambda a", positive=True)
u, v, c = sp.symbols("u v c", real=True)

strength = s * sp.exp(2 * s * t) / (sp.exp(2 * s * t) - 1 + s / start)
half = sp.log(s / start - 1) / (2 * s)
coloured = s * sp.exp(2 * s * t) / (variance * (sp.exp(2 * s * t) - 1) + s / start)

speed = sp.sqrt(c**2 + 4 * a**2)
last = sp.sqrt(c**2 + 4 * s**2)
time = sp.log((last * speed + c**2 + 4 * s * a) / (s - a)) / last

u_rate, v_rate = v * (s - u * v), u * (s - u * v)

PREDICTION = Prediction(
    name="deep_linear",
    title="Two linear layers learn the modes in the order of their singular values",
    statement=(
        r"From a small balanced start with white inputs mode $s$ has strength "
        r"$a(t) = s e^{2st}/(e^{2st} - 1 + s/a_0)$: it is learned at time about "
        r"$\ln(s/a_0)/(2s)$. An unbalanced start keeps $c = u^2 - v^2$ and moves at "
        r"$\dot a = \sqrt{c^2 + 4a^2}\,(s - a)$: large $c$ has no plateau. With input variance "
        r"$\lambda$ along the mode the end is $s/\lambda$."
    ),
    formulas={
        "strength": strength,
        "half_time": half,
        "coloured": coloured,
        "unbalanced_time": time,
    },
    identities={
        "the closed form solves the flow": sp.diff(strength, t) - 2 * strength * (s - strength),
        "it starts at a_0": strength.subs(t, 0) - start,
        "half at the half time": strength.subs(t, half) - s / 2,
        "the difference of squares is kept": u * u_rate - v * v_rate,
        "the product's rate": u * v_rate + v * u_rate - (u**2 + v**2) * (s - u * v),
        "the sum of squares": (u**2 + v**2) ** 2 - (u**2 - v**2) ** 2 - 4 * (u * v) ** 2,
        "the unbalanced time": sp.diff(time, a) * speed * (s - a) - 1,
        "with variance lambda": sp.diff(coloured, t) - 2 * coloured * (s - variance * coloured),
        "its end": sp.limit(coloured.subs(s, 1), t, sp.oo) - 1 / variance,
    },
    conditions=(
        "singular vectors of both layers along those of M",
        "input covariance I, or diagonal in the axes of M",
        "for the first formula: balanced, W₁W₁ᵀ = W₂ᵀW₂",
        "gradient flow: small steps",
    ),
    source=Source(
        key="saxe2014exact",
        authors="Saxe, McClelland, Ganguli",
        year=2014,
        title="Exact solutions to the nonlinear dynamics of learning in deep linear neural networks",
        statement="strength of a mode over time, recalled and derived here",
        evidence=Evidence.DERIVED,
    ),
    not_shown="a bound for random starts; that they follow the closed form is measured",
)
