"""What the optimum is with negatives of a marginal that is tilted within the support of a pair."""

from __future__ import annotations

from sith.theory.claim import Claim
from sith.theory.derivation import weakened
from sith.theory.open_entry import OpenProblem
from sith.theory.theorems import theorem
from sith.theory.verdict import Agreement


def _claim() -> Claim:
    return weakened(theorem("zaliaduonis_2026_diversity").at(), "uniform_within_support")


PROBLEM = OpenProblem(
    slug="support_tilted_negatives",
    title="Negatives from a tilted marginal within the support of the pair",
    question=(
        "Which maps minimise InfoNCE when the marginal is not uniform on the circle of a pair, and is "
        "every rotation among them?"
    ),
    state=_claim,
    expected=Agreement.UNDECIDED,
    known=(
        "No rotation is: all of them have one loss, and an uneven turn of an angle has a lower one, by "
        "quadrature and sampling. The bound of the loss is not attained by any map that was tried."
    ),
    settles=(
        "A certificate that no map attains the bound, with points on one circle as the rows of a minor: "
        "the present kernel test takes points of the whole sphere."
    ),
    degree=2,
)
