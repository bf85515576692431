"""Whether all optimal maps are affine, by one of the lemmas that say so of an equation's form."""

from __future__ import annotations

from typing import Protocol

from sith.theory.claim import Claim
from sith.theory.derivation.certificates.completeness import NotShown
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.fields.finite import LinearSolutions
from sith.theory.derivation.lemmas.difference_kernel import kernels_of
from sith.theory.derivation.lemmas.learned_head import learned_head
from sith.theory.derivation.lemmas.record import Problem, Setting
from sith.theory.groups import AbstractGroup
from sith.theory.verdict import Lemma


class AffineMaps(Protocol):
    """Why all optimal maps are affine: the lemmas cited, and a group of affine maps that holds all."""

    @property
    def lemmas(self) -> tuple[Lemma, ...]:
        """The lemmas that say so, their hypotheses checked."""
        ...

    @property
    def bound(self) -> AbstractGroup:
        """A group of affine maps that holds every optimal one."""
        ...

    def linear_solutions(self, condition: Condition) -> LinearSolutions:
        """Return equations on M and b of the optimal maps z ↦ Mz + b."""
        ...


def affine_maps_of(claim: Claim, condition: Condition) -> tuple[AffineMaps, ...]:
    """Return why all optimal maps are affine, by the first lemma that applies; () where none does."""
    case = Setting(Problem(claim.world, claim.objective, claim.encoder), condition)
    try:
        return (learned_head(case),)
    except NotShown:
        return kernels_of(condition)
