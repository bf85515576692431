"""An erratum: a published statement that fails, with its exact counterexample."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sith.theory.claim import Claim
from sith.theory.fold import Fold
from sith.theory.groups import Map
from sith.theory.obstruction import Obstruction
from sith.theory.source import Source
from sith.theory.verdict import Membership


@dataclass(frozen=True, slots=True)
class Erratum:
    """A published statement at one point where it fails, and the statement that holds.

    Fields:
        slug: identifier; it starts with that of the source.
        title: one line.
        published: the claim as published, at a point that meets the published assumptions.
        assumptions_met: says why that point meets them, exactly.
        says: what was published, in words.
        shown: what holds instead, in words.
        counterexample: a map that is optimal and outside the published group; a fold that may
            follow any optimal map; or the points at which no map whatever attains the optimum.
        corrected: the claim with the correction, which the derivation confirms.
        theorem, parameters: the registered theorem that states the correction, and the point.
        not_proved: what the counterexample leaves open.
        source: where the statement was read, and how.
    """

    slug: str
    title: str
    published: Claim
    assumptions_met: Callable[[Claim], Membership]
    says: str
    shown: str
    counterexample: Map | Fold | Obstruction
    corrected: Claim
    theorem: str
    parameters: Mapping[str, Any]
    not_proved: tuple[str, ...]
    source: Source
