"""Which maps maximise the likelihood of pairs under a transition of another exponent."""

from __future__ import annotations

from sith.theory.claim import Claim
from sith.theory.derivation import weakened
from sith.theory.open_entry import OpenProblem
from sith.theory.theorems import theorem
from sith.theory.verdict import Agreement


def _claim() -> Claim:
    return weakened(theorem("klindt_2021_slowvae").at(), "matched_transition")


PROBLEM = OpenProblem(
    slug="transition_of_another_exponent",
    title="A model whose transition has another exponent than the truth",
    question=(
        "Laplace transitions and a Gaussian model: which maps of the box maximise the likelihood of "
        "pairs, and are they still maps of single coordinates?"
    ),
    state=_claim,
    expected=Agreement.UNDECIDED,
    known=(
        "The identity is no maximiser: z − z(1 − z)(1 − 2z)/50 in every coordinate is better, by "
        "quadrature and sampling. Both laws are products, which suggests maps of single coordinates."
    ),
    settles=(
        "The Euler–Lagrange equation of one coordinate, and a bound that the likelihood of a map that mixes "
        "coordinates is below that of the best map of single ones."
    ),
    degree=2,
)
