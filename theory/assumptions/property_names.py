"""Properties of a world by name, and what implies what."""

from __future__ import annotations

from enum import Enum


class Property(Enum):
    """A property that a derivation may need; the value is its statement."""

    PAIR_DENSITY = "positive pairs have a conditional density p(z̃|z)"
    FULL_SUPPORT = "the conditional p(z̃|z) is positive on the whole latent space"
    KNOWN_MARGINAL = "the marginal density of the latents is stated"
    UNIFORM_MARGINAL = "the marginal of the latents is uniform"
    INDEPENDENT = "the coordinates of the latents are independent"
    INJECTIVE = "the mixing is injective"
    LINEAR_MIXING = "the mixing is linear"
    LABELS = "each latent comes with a label"
    SHARED_CONTENT = "content is kept and every style coordinate is redrawn on an open set"


IMPLICATIONS: tuple[tuple[Property, Property], ...] = (
    (Property.FULL_SUPPORT, Property.PAIR_DENSITY),
    (Property.UNIFORM_MARGINAL, Property.KNOWN_MARGINAL),
    (Property.INDEPENDENT, Property.KNOWN_MARGINAL),
    (Property.LINEAR_MIXING, Property.INJECTIVE),
)
"""If the first holds, so does the second."""


def close(found: frozenset[Property]) -> frozenset[Property]:
    """Close a set of properties under `IMPLICATIONS`."""
    closed = set(found)
    while True:
        new = {b for a, b in IMPLICATIONS if a in closed} - closed
        if not new:
            return frozenset(closed)
        closed |= new
