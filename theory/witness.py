"""A witness: an exact map that the optimum leaves free and a false claim leaves out."""

from __future__ import annotations

from dataclasses import dataclass

from sith.theory.claim import Claim
from sith.theory.groups import Map


@dataclass(frozen=True, slots=True)
class Witness:
    """A counterexample as data, named by the false claim that it kills.

    Fields:
        name: the false claim, as an identifier.
        false_claim: the claim, with the group it wrongly states.
        map: an exact map of the latents that reaches the optimum and is outside the stated group.
        equal: what the map leaves equal, in words.
        differs: what differs, in words.
        source: where the example comes from.
    """

    name: str
    false_claim: Claim
    map: Map
    equal: str
    differs: str
    source: str
