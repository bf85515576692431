"""Whether compositional decoders identify the slots over all maps."""

from __future__ import annotations

from sith.theory.claim import Claim
from sith.theory.open_entry import OpenProblem
from sith.theory.theorems import theorem
from sith.theory.verdict import Agreement


def _claim() -> Claim:
    return theorem("brady_2023_compositional").at()


PROBLEM = OpenProblem(
    slug="compositional_far_maps",
    title="Compositional decoders: optimal maps far from the identity",
    question=(
        "Is every optimal map a permutation of the slots with a map of each slot, for all maps that "
        "leave a compositional and irreducible decoder?"
    ),
    state=_claim,
    expected=Agreement.LOCALLY,
    known=(
        "Near the identity the blockwise maps are all. Far from it a learned decoder may assign pixels "
        "to slots in another way; irreducibility is meant to exclude that."
    ),
    settles=(
        "A rank argument over the assignments of pixels to slots, which are finite in number: every "
        "other assignment lowers the rank of a slot whose pixels are split."
    ),
    degree=2,
)
