r"""How many classes cross-entropy needs: d + 1 for a linear map, d(d+3)/2 for an orthogonal one.

Setting: classes with unit vectors v_c, z on S^{d−1} with p(z|c) ∝ exp(κ v_c·z), labels equally likely.
Loss: cross-entropy of ⟨w_c, h(z)⟩ without a bias; the optimum has
⟨w_a − w_b, h(z)⟩ = κ⟨v_a − v_b, z⟩.
Prediction: the part of h that the head sees, its projection on span{w_a − w_b}, is an invertible
linear map of the projection of z on V = span{v_a − v_b}, of dimension min(|C| − 1, d) for classes in
general position; of the latents orthogonal to V it says nothing. With unit rows w_c = M v_c + ψ the
v_c lie on the quadric ‖M v + ψ‖² = 1; for |C| below d(d+3)/2 there is always another quadric than
the unit sphere. For d = 2 and the rectangle (±x, ±√(1 − x²)) the optima are M = Q diag(√a, √b) with
a x² + b (1 − x²) = 1, and h = κ M^{−T} z. A fifth class on the circle off the rectangle leaves a = 1.
Source: Reizinger et al. (2025), whose count 2d for unit rows is too small; see the erratum
`reizinger_2025_diet_unit_rows`. The formulas are derived here.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

classes, d = sp.symbols("C d", integer=True, positive=True)
first, x, y = sp.symbols("a x y", positive=True)
z1, z2 = sp.symbols("z_1 z_2", real=True)

second = (1 - first * x**2) / (1 - x**2)
ratio = sp.sqrt(first / second)
_length = first * y**2 + second * (1 - y**2)
_inner = (sp.sqrt(first) * x) * (z1 / sp.sqrt(first)) + (
    sp.sqrt(second) * sp.sqrt(1 - x**2) * z2 / sp.sqrt(second)
)
_coefficients = d * (d + 1) / 2 + d + 1

PREDICTION = Prediction(
    name="diet_classes",
    title="Cross-entropy needs d + 1 classes to be linear and d(d+3)/2 to be orthogonal",
    statement=(
        r"With $|C|$ classes in general position the head sees $\min(|C|-1, d)$ linear functions of "
        r"the latents, and the latents orthogonal to $\mathrm{span}\{v_a-v_b\}$ are free. With unit "
        r"rows and free outputs $h$ is orthogonal up to a factor exactly if the unit sphere is the only "
        r"quadric through all $v_c$, which needs $|C| \ge d(d+3)/2$. For the rectangle "
        r"$(\pm x, \pm\sqrt{1-x^2})$ in $\mathbb{R}^2$, $M = \mathrm{diag}(\sqrt a, \sqrt b)$ with "
        r"$a x^2 + b(1-x^2) = 1$ is optimal for every $a$ in $(0, x^{-2})$."
    ),
    formulas={
        "seen": sp.Min(classes - 1, d),
        "quadrics": sp.Max(0, d * (d + 3) / 2 - classes),
        "second_square": second,
        "ratio": ratio,
    },
    identities={
        "the rows of the rectangle have unit length": first * x**2 + second * (1 - x**2) - 1,
        "the logits of the stretched optimum are those of the truth": _inner
        - (x * z1 + sp.sqrt(1 - x**2) * z2),
        "a fifth class (y, √(1 − y²)) has a unit row for a = 1 or y = x only": _length
        - 1
        - (first - 1) * (y**2 - x**2) / (1 - x**2),
        "quadrics up to a factor, the unit sphere taken off": _coefficients - 1 - d * (d + 3) / 2,
    },
    conditions=(
        "equally likely classes in general position, one κ, no bias in the head",
        "a universal encoder at its optimum; for the quadrics also unit rows and free outputs",
        "R² of hidden latents is 0 for z uniform on the sphere, where they are uncorrelated with V",
    ),
    source=Source(
        key="reizinger_2025_diet",
        authors="Reizinger, Bizeul, Juhos, Vogt, Balestriero, Brendel, Klindt",
        year=2025,
        title="Cross-Entropy Is All You Need To Invert the Data Generating Process",
        statement="Thm 1C and 2C; the counts and the family are derived here",
        evidence=Evidence.DERIVED,
        version="arXiv 2410.21869",
    ),
    not_shown="which optimum a given optimiser prefers; classes that are learned from instances",
)
