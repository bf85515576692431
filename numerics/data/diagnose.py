"""Which assumptions of a claim the data contradict, and which theorems remain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np

from sith.numerics.data.consequences import (
    Consequence,
    Evidence,
    NotTestable,
    Observed,
    consequences,
    of_world,
)
from sith.numerics.data.consequences.observable import weakened
from sith.numerics.data.simulated import rejection_rate
from sith.numerics.data.stated import base_name
from sith.theory import Assumption, Claim
from sith.theory.assumptions import Classes, ExponentialFamily
from sith.theory.errors import SithError, UnsupportedCondition
from sith.theory.notebook import text_card

LEVEL = 0.01
"""Error rate of one assumption's tests together."""
DRAWS = 20
"""Simulated data sets for the power."""


class Finding(Enum):
    """What data say of an assumption; the value is the answer."""

    CONTRADICTED = "contradicted"
    NOT_CONTRADICTED = "not contradicted"
    NOT_TESTABLE = "not testable from these data"


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """One assumption of one claim.

    Fields:
        claim, name: of the claim and the assumption.
        statement: of the assumption.
        answer: the finding.
        evidence: of every test, with its name; empty where nothing was tested.
        power: share of simulated data sets without the assumption, of as many rows, that the tests
            contradict; −1 where there are none, with the reason.
        reason: why it is not testable, or of what kind the power is missing.
    """

    claim: str
    name: str
    statement: str
    answer: Finding
    evidence: tuple[tuple[str, Evidence], ...]
    power: float
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; a power that is not known is null."""
        return {
            "claim": self.claim,
            "name": self.name,
            "statement": self.statement,
            "answer": self.answer.value,
            "evidence": [{"test": name, **found.to_dict()} for name, found in self.evidence],
            "power": self.power if self.power >= 0 else None,
            "reason": self.reason,
        }

    def __str__(self) -> str:
        """Name, answer, and the evidence or the reason."""
        lines = [f"  {self.name}: {self.answer.value}"]
        lines += [f"    {name}: {found}" for name, found in self.evidence]
        if self.answer is Finding.NOT_CONTRADICTED and self.power >= 0:
            lines.append(f"    power against its weakening with as many rows: {self.power:.2f}")
        if self.reason:
            lines.append(f"    {self.reason}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Remaining:
    """One claim: its group, and how many of its assumptions were contradicted or tested."""

    slug: str
    group: str
    contradicted: tuple[str, ...]
    tested: int
    assumptions: int

    @property
    def remains(self) -> bool:
        """Whether no assumption was contradicted."""
        return not self.contradicted

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "slug": self.slug,
            "group": self.group,
            "remains": self.remains,
            "contradicted": list(self.contradicted),
            "tested": self.tested,
            "assumptions": self.assumptions,
        }


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the data say of one claim or of many.

    Fields:
        assumptions: one entry for each assumption of each claim.
        theorems: the claims, those that remain first, by how much of them was tested.
        left_out: claims that have no form at this dimension, with the reason.
        dimension: intrinsic dimension of the samples, with its interval.
        rows, level: rows used, and the error rate of each assumption's answer.
        warnings: what a reader must know first.
    """

    assumptions: tuple[Diagnosed, ...]
    theorems: tuple[Remaining, ...]
    left_out: dict[str, str]
    dimension: Evidence
    rows: int
    level: float
    warnings: tuple[str, ...]

    @property
    def exit_status(self) -> int:
        """For one claim: 1 contradicted, 0 otherwise where something was tested, 3 where nothing was."""
        if len(self.theorems) != 1:
            return 0
        only = self.theorems[0]
        return 1 if only.contradicted else 0 if only.tested else 3

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "assumptions": [a.to_dict() for a in self.assumptions],
            "theorems": [t.to_dict() for t in self.theorems],
            "left_out": self.left_out,
            "intrinsic_dimension": self.dimension.to_dict(),
            "rows": self.rows,
            "level": self.level,
            "warnings": list(self.warnings),
        }

    def __str__(self) -> str:
        """The theorems that remain, then every claim's assumptions."""
        remain = [t for t in self.theorems if t.remains and t.tested]
        lines = [f"{self.rows} rows; every answer errs with probability {self.level} at most"]
        if len(self.theorems) > 1:
            lines.append(f"not contradicted, of {len(self.theorems)} theorems with a test:")
            lines += [f"  {t.slug}: {t.group} ({t.tested} tested)" for t in remain]
        lines.append(f"intrinsic dimension: {self.dimension}")
        for theorem in self.theorems:
            own = [a for a in self.assumptions if a.claim == theorem.slug]
            if len(self.theorems) > 1:
                own = [a for a in own if a.answer is not Finding.NOT_TESTABLE]
            if own:
                lines.append(f"{theorem.slug}, up to {theorem.group}")
                lines += [str(a) for a in own]
        lines += [f"warning: {text}" for text in self.warnings]
        return "\n".join(lines)

    _repr_html_ = text_card


@dataclass(frozen=True, slots=True)
class Doctor:
    """The data of a diagnosis, and how they are known.

    Fields:
        samples: embeddings, or latents where they are known.
        exact: whether they are the latents themselves, so that no group stands between.
        level, draws, seed: of the tests and their power.
    """

    samples: Observed
    exact: bool
    level: float = LEVEL
    draws: int = DRAWS
    seed: int = 0

    def assumption(
        self, claim: Claim, own: Assumption, powers: dict[Any, float | str]
    ) -> Diagnosed:
        """Test one assumption; `powers` keeps what was simulated before."""
        found = consequences(claim, own)
        if isinstance(found, NotTestable):
            return self._silent(claim, own.name, own.statement, found.reason)
        weaker = weakened(claim, own)
        world = None if isinstance(weaker, NotTestable) else weaker.world
        return self._tested(claim, own.name, own.statement, found, world, powers)

    def world(self, claim: Claim, named: frozenset[str]) -> Diagnosed | None:
        """Test what the world of a claim implies beyond the tests that are named already, if anything."""
        labelled = len(self.samples.labels) > 0 or len(self.samples.means) > 0
        if has_base_measure(claim) or labelled:
            # The samples are then a mixture over environments.
            return None
        statement = f"{claim.world.prior} prior and {claim.world.pairs}"
        try:
            found = [c for c in of_world(claim.world) if c.name not in named]
        except UnsupportedCondition as error:
            return self._silent(claim, "world", statement, str(error))
        if not found:
            return None
        return self._tested(claim, "world", statement, found, None, {})

    def _tested(
        self,
        claim: Claim,
        name: str,
        statement: str,
        found: Sequence[Consequence],
        weaker: Any,
        powers: dict[Any, float | str],
    ) -> Diagnosed:
        usable, reasons = [], []
        for consequence in found:
            why = self._unusable(claim, consequence)
            if why:
                reasons.append(f"{consequence.name}: {why}")
            else:
                usable.append(consequence)
        if not usable:
            return self._silent(claim, name, statement, "; ".join(reasons))
        evidence = tuple((c.name, c.test(self.samples, self.seed)) for c in usable)
        level = self.level / len(usable)
        contradicted = any(e.p_value <= level for _, e in evidence)
        answer = Finding.CONTRADICTED if contradicted else Finding.NOT_CONTRADICTED
        power, reason = self._power(usable, weaker, level, powers, contradicted)
        return Diagnosed(
            claim.name, name, statement, answer, evidence, power, "; ".join([*reasons, *reason])
        )

    def _power(
        self,
        usable: Sequence[Consequence],
        weaker: Any,
        level: float,
        powers: dict[Any, float | str],
        contradicted: bool,
    ) -> tuple[float, list[str]]:
        """The largest power of the tests, which is at most that of all together."""
        if contradicted:
            return -1.0, []
        if self.draws == 0:
            return -1.0, ["no power was simulated"]
        if weaker is None:
            return -1.0, ["no weakening is stated, so no power"]
        best, reasons = -1.0, []
        for consequence in usable:
            key = (consequence.name, consequence.statement, str(weaker), level)
            if key not in powers:
                powers[key] = rejection_rate(
                    weaker,
                    consequence,
                    len(self.samples.z),
                    level=level,
                    draws=self.draws,
                    seed=self.seed,
                )
            rate = powers[key]
            if isinstance(rate, str):
                reasons.append(f"power not known: {rate}")
            else:
                best = max(best, rate)
        return best, [] if best >= 0 else reasons

    def _unusable(self, claim: Claim, consequence: Consequence) -> str:
        data = self.samples
        if consequence.needs == "pairs" and not data.paired:
            return "needs pairs"
        if consequence.needs == "labels" and not len(data.labels):
            return "needs labels; see --environments"
        if consequence.needs == "environments" and not (len(data.labels) or len(data.means)):
            return "needs environments; see --environments"
        if not self.exact and base_name(claim.group) not in consequence.invariant:
            return f"the embeddings are known up to {claim.group} only, which changes it; see --latents"
        return ""

    def _silent(self, claim: Claim, name: str, statement: str, reason: str) -> Diagnosed:
        return Diagnosed(claim.name, name, statement, Finding.NOT_TESTABLE, (), -1.0, reason)


def has_base_measure(claim: Claim) -> bool:
    """Whether the prior of a claim's world is a base measure, and not the law of the latents."""
    return isinstance(claim.world.pairs, ExponentialFamily | Classes)


def diagnose_data(
    samples: Observed,
    claims: Sequence[Claim],
    *,
    exact: bool = False,
    level: float = LEVEL,
    draws: int = DRAWS,
    seed: int = 0,
    left_out: dict[str, str] | None = None,
    warnings: Sequence[str] = (),
    progress: Callable[[str, float], None] = lambda _stage, _fraction: None,
) -> Diagnosis:
    """Hold data against the assumptions of claims.

    Arguments:
        samples: pairs, labels, environments.
        claims: at the dimension of the samples.
        exact: whether the samples are the latents themselves.
        level: error rate of one assumption's answer; the tests of one share it.
        draws: simulated data sets for each power; 0 for none.
        seed: of what is drawn.
        left_out, warnings: handed on to the report.
        progress: told (claim, fraction).
    """
    doctor = Doctor(samples, exact, level, draws, seed)
    powers: dict[Any, float | str] = {}
    found: list[Diagnosed] = []
    theorems = []
    for k, claim in enumerate(claims):
        progress(claim.name, k / len(claims))
        own = [doctor.assumption(claim, a, powers) for a in claim.assumptions]
        named = frozenset(name for a in own for name, _ in a.evidence)
        of_all = doctor.world(claim, named)
        own += [of_all] if of_all else []
        found += own
        contradicted = tuple(a.name for a in own if a.answer is Finding.CONTRADICTED)
        tested = sum(a.answer is not Finding.NOT_TESTABLE for a in own)
        theorems.append(Remaining(claim.name, str(claim.group), contradicted, tested, len(own)))
    theorems.sort(key=lambda t: (bool(t.contradicted), -t.tested, t.slug))
    return Diagnosis(
        tuple(found),
        tuple(theorems),
        left_out or {},
        intrinsic_dimension(samples.z, seed),
        len(samples.z),
        level,
        tuple(warnings),
    )


def registered(dim: int) -> tuple[tuple[Claim, ...], dict[str, str]]:
    """Return every registered theorem's claim at a dimension, and why some have none."""
    from sith.theory import THEOREMS

    claims, left_out = [], {}
    for theorem in THEOREMS:
        try:
            claims.append(theorem.at(dim))
        except SithError as error:
            left_out[theorem.slug] = str(error)
    return tuple(claims), left_out


def intrinsic_dimension(z: np.ndarray[Any, np.dtype[np.float64]], seed: int = 0) -> Evidence:
    """Return the dimension by the ratios of the distances to the two nearest neighbours.

    The maximum-likelihood estimate N/Σ log(r₂/r₁), with the interval of the Gamma law of the sum.
    It errs downwards where the density varies within a few neighbours or the dimension is large.
    At most 5,000 rows are used, and rows that repeat are left out. Source: Facco et al. (2017).
    """
    from scipy.spatial import cKDTree
    from scipy.stats import gamma

    from sith.numerics.measure.samples import some_rows

    x = np.unique(z[some_rows(len(z), 5000, seed)], axis=0)
    if len(x) < 10:
        return Evidence(1.0, 0.0, "fewer than 10 different rows", 0.0, 0.0)
    distances = cKDTree(x).query(x, k=3)[0]
    logs = np.log(distances[:, 2] / distances[:, 1])
    count, total = len(x), float(logs.sum())
    low, high = gamma.ppf((0.025, 0.975), count) / total
    return Evidence(1.0, count / total, "estimate", float(low), float(high))
