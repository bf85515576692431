"""Alignment with Gaussian outputs: no condition describes its optimum, and this says why."""

from __future__ import annotations

from sith.theory.assumptions import Encoder, World
from sith.theory.derivation.equation import Condition
from sith.theory.errors import UnsupportedCondition
from sith.theory.objectives import GaussianAlignment


def gaussian_alignment(world: World, objective: GaussianAlignment, encoder: Encoder) -> Condition:  # noqa: ARG001
    """Refuse: the maps with a Gaussian law are no linear space, so no eigenspace is the optimum."""
    raise UnsupportedCondition(
        f"no rule derives the optimum of {objective}: maps of the law N(0, I) are no linear space, and "
        "measurable ones of one latent fill all outputs, so the optimum need not be a top eigenspace",
        cure="state the claim with AlignmentWhitening, whose optimum is one; `refute` searches maps",
    )
