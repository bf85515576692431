"""The audit of the measures: what each assumes, and where it is high or low against the truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sith.numerics.data.audit_cases import (
    BENT,
    COPIED,
    DEPENDENT_AND_BENT,
    DEPENDENT_LATENTS,
    DOMINATED,
    HALF,
    HALF_AND_NOISE,
    IN_ONE,
    LOST_BESIDE_A_COPY,
    MORE,
    RESCALED,
    SCRAMBLED,
    SHEARED,
    SPLIT_UP,
    TURNED,
    TURNED_APART,
    Misleading,
)
from sith.numerics.data.scorers import scorers
from sith.numerics.data.splitting import random_rows
from sith.theory.notebook import text_card

HIGH = 0.95
"""Value from which a score is read as recovery."""
LOW = 0.6
"""Value below which a score is read as a failure."""

MATCHED = "latents are independent, and a coordinate is to be recovered up to a scale"
LINEAR = "latents are recovered up to a linear map, and not up to a smaller group"
DISTANCES = "latents are recovered up to a rotation, one scale and a shift"


@dataclass(frozen=True, slots=True)
class Audited:
    """One measure, and its two witnesses.

    Fields:
        measure: name of the score.
        assumes: when its value answers the question that it is used for.
        high: a case in which it is above `HIGH` and the latents are not recovered as assumed.
        low: a case in which it is below `LOW` and every latent is recovered.
        value_high, value_low: its values there.
    """

    measure: str
    assumes: str
    high: Misleading
    low: Misleading
    value_high: float
    value_low: float

    @property
    def shown(self) -> bool:
        """Whether both values mislead."""
        return self.value_high >= HIGH and self.value_low <= LOW

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "measure": self.measure,
            "assumes": self.assumes,
            "false_high": {**_plain(self.high), "value": self.value_high},
            "false_low": {**_plain(self.low), "value": self.value_low},
        }


@dataclass(frozen=True, slots=True)
class MeasureAudit:
    """The table of all measures."""

    rows: tuple[Audited, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {"measures": [row.to_dict() for row in self.rows]}

    def __str__(self) -> str:
        """Four lines for each measure."""
        lines = []
        for row in self.rows:
            lines += [f"{row.measure}", f"  assumes     {row.assumes}"]
            for word, case, value in (
                ("false high", row.high, row.value_high),
                ("false low ", row.low, row.value_low),
            ):
                lines.append(f"  {word}  {value:6.3f}  {case.formula}: {case.truth}")
        return "\n".join(lines)

    _repr_html_ = text_card


TABLE: dict[str, tuple[str, Misleading, Misleading]] = {
    "linear_r2": (LINEAR, SHEARED, SCRAMBLED),
    "procrustes_r2": (DISTANCES, TURNED, RESCALED),
    "mcc": (MATCHED, LOST_BESIDE_A_COPY, SCRAMBLED),
    "mcc_spearman": (
        "latents are independent, and a coordinate is to be recovered up to a monotone map",
        LOST_BESIDE_A_COPY,
        SCRAMBLED,
    ),
    "block_r2": (
        "the function is smooth at the scale of the kernel; nothing is asked of the converse",
        MORE,
        SCRAMBLED,
    ),
    "mean_cca": (
        "the two have equally many coordinates, and are recovered up to a linear map",
        HALF,
        SCRAMBLED,
    ),
    "svcca": ("every latent has a variance of the same order", DOMINATED, SCRAMBLED),
    "linear_cka": (
        "every latent has a variance of the same order",
        DOMINATED,
        SCRAMBLED,
    ),
    "mutual_knn": (DISTANCES, TURNED_APART, SCRAMBLED),
    "mig": (
        "each embedding depends on one latent, and each latent is in one embedding",
        IN_ONE,
        COPIED,
    ),
    "sap": (
        "the relation is linear, and each latent is in one embedding",
        BENT,
        COPIED,
    ),
    "dci_disentanglement": (
        "latents are independent, and every one is predicted by the lasso",
        HALF_AND_NOISE,
        DEPENDENT_AND_BENT,
    ),
    "dci_completeness": (
        "every latent is in one embedding, linearly",
        BENT,
        SPLIT_UP,
    ),
    "dci_informativeness": (LINEAR, TURNED, SCRAMBLED),
    "info_modularity": (
        "latents are independent, and all are recovered",
        HALF_AND_NOISE,
        DEPENDENT_LATENTS,
    ),
    "info_compactness": (
        "each embedding depends on one latent, and each latent is in one embedding",
        IN_ONE,
        SPLIT_UP,
    ),
    "info_explicitness": (LINEAR, TURNED, SCRAMBLED),
}
"""For each score: its assumption, the case of a false high value, and that of a false low one."""


def value_of(measure: str, case: Misleading, *, seed: int = 0) -> float:
    """Return a score of a case, on random halves of its rows.

    Raises:
        InputError: the name of the score is unknown.
    """
    (scorer,) = scorers((measure,))
    z, y = case.make()
    own = random_rows(len(z), seed=seed)
    values = scorer.call(z, y, (own.fit, own.test), (), seed)
    return float(np.asarray(values)[scorer.names.index(measure)])


def audit_measures() -> MeasureAudit:
    """Return every measure of `score` with its assumption and both witnesses, values computed."""
    rows = tuple(
        Audited(name, assumes, high, low, value_of(name, high), value_of(name, low))
        for name, (assumes, high, low) in TABLE.items()
    )
    return MeasureAudit(rows)


def _plain(case: Misleading) -> dict[str, str]:
    return {"case": case.name, "formula": case.formula, "truth": case.truth}
