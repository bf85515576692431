"""Whether additive decoders separate the blocks over all maps, not only near the identity."""

from __future__ import annotations

from sith.theory.claim import Claim
from sith.theory.open_entry import OpenProblem
from sith.theory.theorems import theorem
from sith.theory.verdict import Agreement


def _claim() -> Claim:
    return theorem("lachapelle_2023_additive").at(3)


PROBLEM = OpenProblem(
    slug="additive_far_maps",
    title="Additive decoders: optimal maps far from the identity",
    question=(
        "Is every optimal map of an additive decoder a permutation of the blocks followed by maps of "
        "single blocks, or may the order of the blocks change from place to place?"
    ),
    state=_claim,
    expected=Agreement.LOCALLY,
    known=(
        "Near the identity the componentwise maps are all: elimination gives the fields. By hand, the "
        "order of the blocks is locally constant, so on a connected set of latents it is constant."
    ),
    settles=(
        "The equations of the learned decoder at a map that is not near the identity: that in each row of "
        "J_h at most one block is not 0, at every point, from the independence of the derivatives."
    ),
    degree=2,
)
