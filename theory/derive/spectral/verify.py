"""The spectral verifier: re-checks eigenvalues, counts, optimality and conclusion of a certificate.

It shares no code with the solver: functions are checked as eigenfunctions by moments, counts by
enumeration or symmetric elimination, and stated functions by the value of their loss.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp

from theory.claim import Claim, Statement
from theory.derive.certificate import (
    Certificate,
    LevelRecord,
    SpectralRecord,
    one_line,
    polynomial,
    read_group,
    read_spectral,
)
from theory.derive.spectral.describe import lemmas
from theory.derive.spectral.evidence import spectral_digest
from theory.derive.spectral.moments import Operator, operator
from theory.derive.verification import Rejected, Verification
from theory.errors import InputError
from theory.groups import Euclidean, Orthogonal, contained
from theory.notation import latents
from theory.objectives import SpectralObjective
from theory.verdict import Agreement, Outcome, Relation

NOT_CHECKED = (
    "that the optimum is a top eigenspace: this is the trusted lemma of the objective",
    "the words of reason, escape and scope, with the next eigenvalue and the gap",
)


class _Setting:
    """The claim, its operator, and the stored functions with their eigenvalues and squares."""

    def __init__(self, claim: Claim, record: SpectralRecord) -> None:
        if not isinstance(claim.objective, SpectralObjective):
            raise Rejected("the claim's objective is not spectral", same_claim=False)
        self.claim, self.record = claim, record
        self.objective: SpectralObjective = claim.objective
        self.operator: Operator = operator(claim.world.pairs)
        self.z = latents(claim.dim)
        self.linear = claim.encoder.family.name == "LINEAR"
        self.constant = self.objective.constant_mode and not self.linear
        self.functions = [
            [polynomial(terms, self.z) for terms in level.functions] for level in record.levels
        ]

    def count(self, cut: sp.Rational, *, strictly: bool) -> int:
        """Count the eigenvalues that the objective sees."""
        if self.linear:
            rates = self.claim.world.pairs.rates  # type: ignore[union-attr]
            return sum(1 for r in rates if r > cut or (r == cut and not strictly))
        constant = self.constant and bool(cut < 1 or (cut == 1 and not strictly))
        return self.operator.count(cut, strictly=strictly) + int(constant)


def verify_spectral(
    data: Mapping[str, Any], certificate: Certificate, statement: Statement
) -> Verification:
    """Re-check a spectral certificate against the claim it is about."""
    checked: list[str] = []
    try:
        record = read_spectral(data["spectral"], certificate.dimension)
        claim = _rebuilt(certificate, statement)
        checked.append("claim: name, dimension, parameters, world, objective and stated group")
        setting = _Setting(claim, record)
        _levels(setting)
        total = sum(level.multiplicity for level in record.levels)
        checked.append(
            f"{total} eigenvalues with their functions, and that none is left out above the last"
        )
        _division(setting)
        checked.append(f"the cut after {record.outputs} outputs")
        _conclusion(setting, certificate)
        checked.append(f"comparison with the stated group {certificate.stated}, and the outcome")
        if certificate.checksum != certificate.found:
            raise Rejected("the checksum differs: the file was changed after it was written")
    except Rejected as no:
        return Verification(
            False, str(no), certificate.claim, tuple(checked), same_claim=no.same_claim
        )
    except InputError:
        raise
    except (ArithmeticError, RecursionError, TypeError, ValueError, sp.PolynomialError) as error:
        reason = f"the checker cannot confirm the certificate: {one_line(error)}"
        return Verification(False, reason, certificate.claim, tuple(checked))
    return Verification(
        True,
        f"{certificate.outcome.value}: {certificate.group}, and with the stated group: "
        f"{certificate.agreement.value}",
        certificate.claim,
        tuple(checked),
        lemmas(claim),
        NOT_CHECKED,
    )


def _rebuilt(certificate: Certificate, statement: Statement) -> Claim:
    try:
        claim = statement.at(certificate.dimension, **certificate.parameters)
    except Exception as error:
        raise Rejected(
            f"the claim cannot be taken at the certificate's point: {one_line(error)}",
            same_claim=False,
        ) from error
    if claim.name != certificate.claim or spectral_digest(claim) != certificate.digest:
        raise Rejected(
            f"the certificate is about another claim than '{claim.name}' as it stands",
            same_claim=False,
        )
    if (str(claim.group), claim.relation) != (certificate.stated, certificate.relation):
        raise Rejected(
            f"the claim states {claim.group} ({claim.relation.value}), the certificate says "
            f"{certificate.stated} ({certificate.relation.value})"
        )
    return claim


def _levels(setting: _Setting) -> None:
    """Check every stored eigenvalue, and that no eigenvalue in between is left out."""
    before = 0
    known: list[sp.Expr] = [] if setting.constant else [sp.Integer(1)]
    for number, level in enumerate(setting.record.levels):
        at = f"level {number + 1}"
        if level.low > level.high:
            raise Rejected(f"{at}: the interval ({level.low}, {level.high}) is empty")
        above = setting.count(level.high, strictly=True)
        through = setting.count(level.low, strictly=False)
        if above != before:
            raise Rejected(f"{at}: {above} eigenvalues are above {level.high}, not {before}")
        if through - above != level.multiplicity:
            raise Rejected(f"{at}: the multiplicity is {through - above}, not {level.multiplicity}")
        before += level.multiplicity
        if level.low < level.high:
            _irrational(setting, level, at)
        else:
            _functions(setting, level, setting.functions[number], known, at)


def _irrational(setting: _Setting, level: LevelRecord, at: str) -> None:
    """The root of `minimal` in the interval has at least the multiplicity that the interval has."""
    if level.functions or level.squares:
        raise Rejected(f"{at}: functions are stored for an interval")
    values = [
        sp.Add(*(c * end**k for k, c in enumerate(level.minimal)))
        for end in (level.low, level.high)
    ]
    if values[0] * values[1] >= 0:
        raise Rejected(f"{at}: the stored polynomial does not change sign in the interval")
    if not setting.operator.divides(level.minimal, level.multiplicity):
        raise Rejected(f"{at}: the stored polynomial is no factor of the characteristic one")


def _functions(
    setting: _Setting,
    level: LevelRecord,
    functions: Sequence[sp.Expr],
    known: list[sp.Expr],
    at: str,
) -> None:
    if not len(functions) == len(level.squares) == level.multiplicity:
        raise Rejected(f"{at}: {len(functions)} functions for multiplicity {level.multiplicity}")
    for function, square in zip(functions, level.squares, strict=True):
        if not setting.operator.is_eigenfunction(function, level.low):
            raise Rejected(f"{at}: {function} is no eigenfunction of eigenvalue {level.low}")
        if setting.operator.inner(function, function) != square or square <= 0:
            raise Rejected(f"{at}: E φ² of {function} is not {square}")
        if any(setting.operator.inner(function, other) != 0 for other in known):
            raise Rejected(f"{at}: {function} is not orthogonal to the other functions")
        known.append(function)


def _division(setting: _Setting) -> None:
    """Check how many modes the outputs hold, and which are dropped."""
    record, objective = setting.record, setting.objective
    total = sum(level.multiplicity for level in record.levels)
    last = record.levels[-1].multiplicity if record.levels else 0
    if record.outputs != setting.claim.encoder.output.dim:
        raise Rejected(f"{record.outputs} outputs are stored, the claim has another number")
    if total - last + record.taken + record.dropped != record.outputs or record.taken > last:
        raise Rejected(f"{record.taken} modes taken of the last level do not fill the outputs")
    if record.levels and record.taken == 0:
        raise Rejected("no mode is taken of the last level")
    if objective.whitens:
        if record.dropped:
            raise Rejected("a whitened output holds no mode")
        return
    if any(objective.squared_scale((s.low + s.high) / 2) <= 0 for s in record.levels):
        raise Rejected("a mode is kept whose weight μ is not positive")
    if record.dropped:
        at_zero = objective.squared_scale(sp.Integer(0))
        threshold = -at_zero / (objective.squared_scale(sp.Integer(1)) - at_zero)
        kept = setting.count(threshold, strictly=True)
        if kept != total or record.taken != last:
            raise Rejected(f"{kept} modes have a positive weight μ, and {total} are stored")


def _conclusion(setting: _Setting, certificate: Certificate) -> None:
    """Recompute group, comparison, outcome, dimensions and lemmas."""
    claim, record, objective = setting.claim, setting.record, setting.objective
    k = record.outputs
    group = Euclidean(k) if objective.shifts else Orthogonal(k)
    if (
        certificate.group != str(group)
        or read_group(certificate.group_data, sp.Integer(0)) != group
    ):
        raise Rejected(f"the features are free up to {group}, not {certificate.group}")
    unique = not record.levels or record.taken == record.levels[-1].multiplicity
    same = group == claim.group
    forth = same or contained(group, claim.group).holds
    back = same or contained(claim.group, group).holds
    stated = _stated(setting)
    lost = False
    if stated:
        if any(level.low < level.high for level in record.levels):
            raise Rejected("stated functions cannot be compared with irrational eigenvalues")
        optimal = _attains(setting, stated)
        forth, back = forth and optimal, back and optimal
        lost = _lost(setting, unique=unique)
    forth = forth and unique
    holds = {
        Relation.EQUALITY: forth and back,
        Relation.CONTAINED: forth,
        Relation.CONTAINS: back,
    }[claim.relation]
    agreement = Agreement.AGREES if holds else Agreement.DISAGREES
    loose = not holds or not unique or lost
    outcome = Outcome.NOT_IDENTIFIED if loose else Outcome.IDENTIFIED
    if (certificate.agreement, certificate.agrees, certificate.outcome) != (
        agreement,
        holds,
        outcome,
    ):
        raise Rejected(
            f"the spectrum shows '{outcome.value}' and '{agreement.value}', the certificate says "
            f"'{certificate.outcome.value}' and '{certificate.agreement.value}'"
        )
    degree = max(
        [1, *(sp.Poly(f, *setting.z).total_degree() for fs in setting.functions for f in fs)]
    )
    free = sum(k - i - 1 for i in range(k - record.dropped)) + (k if objective.shifts else 0)
    if not unique:
        free += record.taken * (record.levels[-1].multiplicity - record.taken)
    if dict(certificate.dimension_by_degree) != {degree: free}:
        raise Rejected(f"the optima have {free} dimensions, in degree {degree}")
    if certificate.scope["degrees"] != (degree,) or certificate.scope["dimension"] != claim.dim:
        raise Rejected("the scope has other degrees or another dimension")
    if certificate.bounds:
        raise Rejected("bounds on fields are stored, and no field is solved for")
    if certificate.trusted != tuple(str(lemma) for lemma in lemmas(claim)):
        raise Rejected("the lemmas are not those that the objective and the world call for")


def _stated(setting: _Setting) -> tuple[sp.Expr, ...]:
    claim = setting.claim
    whole = hasattr(claim.world.pairs, "standardised") and setting.record.outputs == claim.dim
    return claim.base or (tuple(claim.world.pairs.standardised(setting.z)) if whole else ())  # type: ignore[union-attr]


def _flat(setting: _Setting) -> list[tuple[sp.Expr, sp.Rational, sp.Rational]]:
    """Return the stored functions with eigenvalue and square."""
    return [
        (function, level.low, square)
        for level, functions in zip(setting.record.levels, setting.functions, strict=True)
        for function, square in zip(functions, level.squares, strict=True)
    ]


def _attains(setting: _Setting, stated: Sequence[sp.Expr]) -> bool:
    """Say whether the stated functions meet the constraints and have the optimal loss."""
    objective, inner = setting.objective, setting.operator.inner
    one = sp.Integer(1)
    means = [inner(f, one) for f in stated]
    if objective.shifts:
        stated = [sp.expand(f - m) for f, m in zip(stated, means, strict=True)]
    elif not setting.constant and any(m != 0 for m in means):
        return False
    gram = sp.Matrix([[inner(f, g) for g in stated] for f in stated])
    parts = [
        [(inner(f, phi), value, square) for phi, value, square in _flat(setting)] for f in stated
    ]
    for i, row in enumerate(parts):
        # Parseval: nothing of the function lies outside the stored modes.
        if sp.expand(gram[i, i] - sp.Add(*(c**2 / n for c, _, n in row))) != 0:
            return False
    taken = [
        objective.squared_scale(level.low) if not objective.whitens else level.low
        for level in setting.record.levels
        for _ in range(
            setting.record.taken if level is setting.record.levels[-1] else level.multiplicity
        )
    ]
    agreed = sp.Add(
        *(
            (v if objective.whitens else objective.squared_scale(v)) * c**2 / n
            for row in parts
            for c, v, n in row
        )
    )
    if objective.whitens:
        same = sp.expand(agreed - sp.Add(*taken)) == 0
        return bool(gram == sp.eye(len(stated)) and same)
    loss = (gram * gram).trace() - 2 * agreed
    return bool(sp.expand(loss + sp.Add(*(m**2 for m in taken))) == 0)


def _lost(setting: _Setting, *, unique: bool) -> bool:
    """Say whether a latent is no affine function of the features, where all could be."""
    claim = setting.claim
    if not hasattr(claim.world.pairs, "standardised") or setting.record.outputs < claim.dim:
        return False
    inner = setting.operator.inner
    flat = _flat(setting)
    if not unique:
        flat = flat[: -setting.record.levels[-1].multiplicity]
    for x in setting.z:
        mean = inner(x, sp.Integer(1))
        rest = inner(x, x) - mean**2
        rest -= sp.Add(*(inner(x, f) ** 2 / n for f, _, n in flat if f != 1))
        if sp.expand(rest) != 0:
            return True
    return False
