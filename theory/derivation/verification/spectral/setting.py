"""What a spectral certificate is checked against: the claim, its operator and stored functions."""

from __future__ import annotations

import sympy as sp

from sith.theory.assumptions import Family
from sith.theory.claim import Claim
from sith.theory.derivation.certificates import SpectralRecord, polynomial
from sith.theory.derivation.verification.answer import Rejected
from sith.theory.derivation.verification.spectral.moments import Operator, operator
from sith.theory.notation import latents
from sith.theory.objectives import SpectralObjective


class Setting:
    """The claim, its operator, and the stored functions with their eigenvalues and squares."""

    def __init__(self, claim: Claim, record: SpectralRecord) -> None:
        if not isinstance(claim.objective, SpectralObjective):
            raise Rejected("the claim's objective is not spectral", same_claim=False)
        self.claim, self.record = claim, record
        self.objective: SpectralObjective = claim.objective
        self.operator: Operator = operator(claim.world.pairs)
        self.z = latents(claim.dim)
        self.linear = claim.encoder.family is Family.LINEAR
        self.constant = self.objective.constant_mode and not self.linear
        self.functions = [
            [polynomial(terms, self.z) for terms in level.functions] for level in record.levels
        ]
        self.exact = all(level.low == level.high for level in record.levels)

    def count(self, cut: sp.Rational, *, strictly: bool) -> int:
        """Count the eigenvalues that the objective sees."""
        if self.linear:
            rates = self.claim.world.pairs.rates  # type: ignore[union-attr]
            return sum(1 for r in rates if r > cut or (r == cut and not strictly))
        constant = self.constant and bool(cut < 1 or (cut == 1 and not strictly))
        return self.operator.count(cut, strictly=strictly) + int(constant)
