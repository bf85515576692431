"""Whether an iVAE is identified over all maps, not only near the identity."""

from __future__ import annotations

from sith.theory.claim import Claim
from sith.theory.open_entry import OpenProblem
from sith.theory.theorems import theorem
from sith.theory.verdict import Agreement


def _claim() -> Claim:
    return theorem("khemakhem_2020_ivae").at()


PROBLEM = OpenProblem(
    slug="auxiliary_far_maps",
    title="Conditionally factorial latents: optimal maps far from the identity",
    question=(
        "Does variability alone exclude maps far from the identity for statistics that are not "
        "monotone, as the published proof says?"
    ),
    state=_claim,
    expected=Agreement.LOCALLY,
    known=(
        "T(h(z)) = A T(z) + c with A invertible holds for all maps by the loss; the classical last step "
        "takes cross-derivatives of one output and needs h smooth and T with independent derivatives."
    ),
    settles=(
        "A lemma with checked hypotheses that T(h) = A T(z) + c with these T makes every ∂_i∂_j h_k vanish "
        "for i ≠ j, at all points; or a map far from the identity that solves the equations."
    ),
    degree=2,
)
