"""Whether structural sparsity separates the coordinates over all maps."""

from __future__ import annotations

from sith.theory.claim import Claim
from sith.theory.open_entry import OpenProblem
from sith.theory.theorems import theorem
from sith.theory.verdict import Agreement


def _claim() -> Claim:
    return theorem("zheng_2022_sparsity").at()


PROBLEM = OpenProblem(
    slug="sparsity_far_maps",
    title="Structural sparsity: optimal maps far from the identity",
    question=(
        "Do support and spanning rows of the Jacobian alone exclude every learned decoder of as few "
        "entries that mixes two latents?"
    ),
    state=_claim,
    expected=Agreement.LOCALLY,
    known=(
        "Near the identity only componentwise maps are left. For the published conditions without one "
        "on the learned decoder the page of the theorem has a candidate in five dimensions."
    ),
    settles=(
        "A count over the supports of as few entries that J_h J_f can have, all finite in number; or the "
        "proceedings version of the condition on the learned Jacobian."
    ),
    degree=2,
)
