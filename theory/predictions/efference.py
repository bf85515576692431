r"""Known actions: the learned map commutes with all of them, and with more actions less is left.

Setting: z̃ = M_a z for observed actions a, x = Gz, a linear encoder h = Bx, and the loss
E_a‖h(z̃) − M_a h(z)‖². With M = BG it is Σ_a‖M M_a − M_a M‖² for white z, zero on the commutant.
Prediction: trained maps M fill the commutant: as many dimensions as it has, and no more.
For one rotation by the same angle in n/2 planes, J = diag of quarter turns, the commutant is
{M : MJ = JM}, the complex matrices, of dimension n²/2, and M ↦ (M − JMJ)/2 projects on it. With all
angles different it has the dimension n; a mirror in each plane leaves n/2 scalars; actions
that generate SO(n) leave one.
Source: Scherr, Guo, Moraitis (2022) for the setting; the group and the dimensions are derived here.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

n = sp.Symbol("n", positive=True)
cos, sin = sp.symbols("c s", real=True)
entries = sp.symbols("m0:16", real=True)
full = sp.Matrix(4, 4, entries)
quarter = sp.Matrix([[0, -1], [1, 0]])
turn = sp.diag(quarter, quarter)
rotation = cos * sp.eye(4) + sin * turn
projected = (full - turn * full * turn) / 2


def _square(matrix: sp.Matrix) -> sp.Expr:
    return sp.Add(*[entry**2 for entry in matrix])


def _trace_of_projection() -> sp.Expr:
    """The dimension of the image of M ↦ (M − JMJ)/2."""
    return sp.Add(*[sp.diff(p, m) for p, m in zip(projected, entries, strict=True)])


loss = _square(full * rotation - rotation * full)
angle = _square(full * turn - turn * full)
apart = full - projected

PREDICTION = Prediction(
    name="efference",
    title="More known actions leave fewer maps: trained encoders fill the commutant",
    statement=(
        r"Linear encoders with $h(M_a z) = M_a h(z)$ are $h(z) = Mz$ with $MM_a = M_aM$. One "
        r"rotation by the same angle in $n/2$ planes leaves $n^2/2$ dimensions, different angles "
        r"leave $n$, a mirror in every plane leaves $n/2$, and actions that generate $SO(n)$ leave "
        r"the scalars. Maps trained from random starts fill exactly these dimensions."
    ),
    formulas={
        "turn": n**2 / 2,
        "turns": n,
        "mirror": n / 2,
        "common": 1 + (n - 3) ** 2,
        "all": sp.Integer(1),
    },
    identities={
        "the loss of a rotation sees the commutator with J alone": loss - sin**2 * angle,
        "the projection commutes with J": _square(projected * turn - turn * projected),
        "what it takes away is seen in full": angle - 4 * _square(apart),
        "it has the stated rank": _trace_of_projection() - (n**2 / 2).subs(n, 4),
    },
    conditions=(
        "linear mixing and encoder; otherwise invariants are free besides, such as |z|² z",
        "the loss demands the actions' own matrices; sin of the angle is not 0",
        "invertible maps: the loss is zero at M = 0 too, and random starts end elsewhere",
        "n = 4 where the loss has been trained; 'common' is two rotations of the first three axes",
    ),
    source=Source(
        key="scherr_2022",
        authors="Scherr, Guo, Moraitis",
        year=2022,
        title="Self-Supervised Learning Through Efference Copies",
        statement="the setting of equivariance to known actions; the group is derived here",
        evidence=Evidence.DERIVED,
    ),
    not_shown="encoders that are not linear, and actions whose matrices are learned",
)
