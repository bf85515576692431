r"""Self-supervised losses see the data through a similarity graph; labels are one such graph.

Setting: W symmetric, non-negative, of sum 1 on N nodes with weights p; Ā = p^{-1/2} W p^{-1/2};
F has the rows p_i^{1/2} h_i. With p the row sums of W:
spectral contrastive = ‖FFᵀ − Ā‖² − ‖Ā‖², and β · invariance + ‖FᵀF − I‖² = ‖FFᵀ − T_β‖² + m − ‖T_β‖²
with T_β = (1−β)I + βĀ. Barlow Twins is ‖FᵀĀF − I‖².
Prediction for labels, G = YYᵀ with p uniform, and h = XA linear with m classes and outputs:
the spectral loss recovers the fitted values ΠY of least squares. So does the VICReg-type loss for
the regular graph G = Y(YᵀY)⁻¹Yᵀ; for YYᵀ of classes of unequal size its Laplacian has the degrees on
the diagonal, and T = I − β p^{-1/2}(diag(W1) − W)p^{-1/2} has other eigenvectors. Barlow Twins is free.
Its gradient in A is XᵀY (…), so that steps along gradients from a small start end in span XᵀY, the
class sums, which is the least-squares span Σ⁻¹XᵀY for whitened inputs only.
Source: Cabannes, Bottou, LeCun, Balestriero (2023); the formulas are derived here.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

sigma, beta, s, a, b, q = sp.symbols("sigma beta s a b q", positive=True)
f, g, u, v = sp.symbols("f g u v", real=True)

# Two nodes, one output: a graph with edge weights a, 2b, q, of sum 1 after division.
total = a + 2 * b + q
edges = sp.Matrix([[a, b], [b, q]]) / total
weights = sp.diag((a + b) / total, (b + q) / total)
root = weights.applyfunc(sp.sqrt)
table = root.inv() * edges * root.inv()
h = sp.Matrix([f, g])
rows = root * h


def _square(matrix: sp.Matrix) -> sp.Expr:
    return sp.Add(*[e**2 for e in matrix])


moment = (h.T * weights * h)[0]
spectral = moment**2 - 2 * (h.T * edges * h)[0]
vicreg = beta * 2 * edges[0, 1] * (f - g) ** 2 + (moment - 1) ** 2
operator = (1 - beta) * sp.eye(2) + beta * table

eigenvalue = (1 - beta) + beta * sigma
spectral_mode, vicreg_mode, length = -(sigma**2), 1 - eigenvalue**2, sp.sqrt(sigma)

# Least squares and discriminant directions: one centred class mean (u, v), within-class diag(a, b).
mean = sp.Matrix([u, v])
whole = sp.diag(a, b) + q * mean * mean.T
within = sp.diag(a, b).inv() * mean
least_squares = whole.inv() * mean

# Barlow Twins on G = y yᵀ, inputs x1, x2 of two samples with labels u, v.
own = sp.symbols("x11 x12 x21 x22", real=True)
inputs = sp.Matrix(2, 2, own)
labels = sp.Matrix([u, v])
coefficients = sp.Matrix([f, g])
barlow = (((labels.T * inputs * coefficients)[0]) ** 2 - 1) ** 2
slope = sp.Matrix([sp.diff(barlow, f), sp.diff(barlow, g)])
sums = inputs.T * labels

PREDICTION = Prediction(
    name="similarity_graph",
    title="Labels are a similarity graph: two losses recover least squares, one need not",
    statement=(
        r"With $F_i = \sqrt{p_i}\,h_i$ and $\bar A = p^{-1/2}Wp^{-1/2}$ the spectral contrastive "
        r"loss is least at $FF^\top = [\bar A]_{m,+}$, and the VICReg-type loss at $FF^\top = "
        r"[(1-\beta)I + \beta\bar A]_{m,+}$. For $G = YY^\top$, linear encoders and as many "
        r"outputs as classes the first has the span of the least-squares fit $\Pi Y$; the second "
        r"has it for the regular graph $Y(Y^\top Y)^{-1}Y^\top$. Barlow Twins is zero at "
        r"every $F^\top\bar A F = I$; along gradients from a small start its linear encoder has "
        r"the span of $X^\top Y$."
    ),
    formulas={
        "spectral_mode": spectral_mode,
        "vicreg_mode": vicreg_mode,
        "length": length,
    },
    identities={
        "the spectral loss completes the square": spectral
        - _square(rows * rows.T - table)
        + _square(table),
        "the VICReg-type loss completes the square": vicreg
        - _square(rows * rows.T - operator)
        + _square(operator)
        - 1,
        "a mode of the spectral loss is stationary at its length": sp.diff(
            s**4 - 2 * sigma * s**2, s
        ).subs(s, length),
        "and has the stated value there": (s**4 - 2 * sigma * s**2).subs(s, length) - spectral_mode,
        "the VICReg-type mode": ((s**2 - eigenvalue) ** 2 - eigenvalue**2 + 1).subs(
            s, sp.sqrt(eigenvalue)
        )
        - vicreg_mode,
        "least squares is along the discriminant": least_squares[0] * within[1]
        - least_squares[1] * within[0],
        "the slope of Barlow Twins is along the class sums": slope[0] * sums[1]
        - slope[1] * sums[0],
    },
    conditions=(
        "m outputs, and m leading eigenvalues that are positive and apart from the next",
        "labels: samples of equal weight, and as many outputs as classes",
        "VICReg-type loss on labels: also equal degrees, as for equal classes or Y(YᵀY)⁻¹Yᵀ",
        "a linear encoder, or one that fits every function on the nodes (then Π = I)",
        "Barlow Twins: steps that combine gradients, as in gradient descent and L-BFGS, not Adam",
    ),
    source=Source(
        key="cabannes2023active",
        authors="Cabannes, Bottou, LeCun, Balestriero",
        year=2023,
        title="Active Self-Supervised Learning: A Few Low-Cost Relationships Are All You Need",
        statement="the graph as the loss's only view of the data; the optima are derived here",
        evidence=Evidence.DERIVED,
    ),
    not_shown="a trained nonlinear encoder is measured on the nodes, not on new samples",
)
