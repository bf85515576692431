r"""The kernel that a contrastive optimum shares between modalities, on four events in a ring.

Setting: four events with the joint law P ∝ a on the diagonal, b for neighbours, e for opposite
events; a modality is a one-to-one observation of them.
Loss: InfoNCE with many negatives and one encoder in both places of an inner product.
Prediction: f(x)·f(y) = log P(x, y)/(p(x)p(y)) + c with *any* c ≥ c*, so that kernels of two runs agree
after centring, and not before; one encoder attains it only if the kernel is positive semi-definite
for some c, here a ≥ e and a e ≥ b². The spectral contrastive loss has the ratio itself, with no c.
Source: Huh et al. (2024) state the kernel with c; the freedom of c and the threshold are derived.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

a, b, e = sp.symbols("a b e", positive=True)
total = a + 2 * b + e

own, near, far = (sp.log(4 * x / total) for x in (a, b, e))
constant = sp.log(total**4 / (256 * a * b**2 * e)) / 4
slow, fast = sp.log(a / e), sp.log(a * e / b**2)
pair, outside = sp.log(2 * (a + b) / total), sp.log(2 * (b + e) / total)
merged, apart = (2 * a + 2 * b) / (4 * total), (b + e) / (4 * total)

PREDICTION = Prediction(
    name="platonic_kernel",
    title="Contrastive runs of all modalities share a kernel, up to an additive constant",
    statement=(
        r"On a ring of four events with weights $a, b, e$, $s=a+2b+e$, InfoNCE is optimal where "
        r"$f(x)\cdot f(y)=\log\frac{P(x,y)}{p(x)p(y)}+c$. The kernel has the eigenvalues $\log(a/e)$ "
        r"twice, $\log(ae/b^2)$ and $4(c-c^*)$, $c^*=\frac14\log\frac{s^4}{256\,ab^2e}\ge0$. It is "
        r"attained exactly where $a\ge e$ and $ae\ge b^2$, by every $c\ge c^*$. Two merged events have "
        r"another kernel."
    ),
    formulas={
        "own": own,
        "near": near,
        "far": far,
        "constant": constant,
        "eigenvalue": slow,
        "last_eigenvalue": fast,
        "merged": pair,
        "merged_to_rest": outside,
        "spectral_eigenvalue": (a - e) / total,
        "spectral_last": (a - 2 * b + e) / total,
    },
    identities={
        "(1, 0, -1, 0) has eigenvalue log(a/e)": own - far - slow,
        "(1, -1, 1, -1) has eigenvalue log(ae/b^2)": own - 2 * near + far - fast,
        "at c* the constant vector has eigenvalue 0": own + 2 * near + far + 4 * constant,
        "the merged event: log P/(p p)": sp.log(merged * 4) - pair,
        "the merged event and another": sp.log(apart * 8) - outside,
        "the ratio on (1, 0, -1, 0), weighted by p": (4 * a / total - 4 * e / total) / 4
        - (a - e) / total,
    },
    conditions=(
        "events observed one to one",
        "as many outputs as the kernel has rank",
        "a ≥ e and a e ≥ b²: the kernel is positive semi-definite for some c",
        "one encoder for both views; many negatives; the population loss",
    ),
    source=Source(
        key="huh2024platonic",
        authors="Huh, Cheung, Wang, Isola",
        year=2024,
        title="The Platonic Representation Hypothesis",
        statement="Section 4, eqs. (3) to (8): the kernel of pointwise mutual information, with its constant",
        evidence=Evidence.READ,
        version="ICML 2024, arXiv 2405.07987",
        url="https://arxiv.org/abs/2405.07987",
    ),
    not_shown="finite samples, and observations that are not discrete",
)
