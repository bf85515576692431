"""Whether latent correlation with more outputs than shared coordinates keeps to the shared block."""

from __future__ import annotations

from sith.theory.claim import Claim
from sith.theory.derivation import weakened
from sith.theory.open_entry import OpenProblem
from sith.theory.theorems import theorem
from sith.theory.verdict import Agreement


def _claim() -> Claim:
    return weakened(theorem("lyu_2022_latent_correlation").at(), "known_content_dimension")


PROBLEM = OpenProblem(
    slug="alignment_more_outputs",
    title="Latent correlation with more outputs than shared coordinates",
    question=(
        "With one output more than shared coordinates and an encoder that may repeat a coordinate, is "
        "every optimum a function of the shared block, and which of them lose a part of it?"
    ),
    state=_claim,
    expected=Agreement.UNDECIDED,
    known=(
        "A function of the shared block: white functions of it are as many as one likes, so the "
        "correlation 1 is attained, and by Cauchy and Schwarz h_1 = h_2 almost surely. Not injective in "
        "general: √12(z_1 − ½), its square and its cube, made white, lose z_2."
    ),
    settles=(
        "A condition for alignment with more outputs than content, whose group says that h is a "
        "function of the content and no more; the groups here are of one dimension for both."
    ),
    degree=2,
)
