"""The conditional that an augmentation implies, and which assumptions of which theorems it breaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sith.numerics.data.consequences.correlations import canonical_correlations
from sith.numerics.data.consequences.evidence import Evidence, Observed
from sith.numerics.data.consequences.pairs import exchangeable, kept_directions, steps
from sith.numerics.data.diagnose import Diagnosis
from sith.numerics.data.observed import read_observed
from sith.numerics.data.table import Array
from sith.numerics.data.verbs import diagnose
from sith.theory import Statement
from sith.theory.errors import InputError
from sith.theory.notebook import text_card

Augment = Callable[[Array, np.random.Generator], Any]


@dataclass(frozen=True, slots=True)
class Coordinate:
    """What an augmentation does to one coordinate.

    Fields:
        place: of the coordinate, from 0.
        changed: share of the rows in which it is not exactly as before.
        correlation: of the coordinate with its partner, with its 95 % interval by Fisher's
            transform; NaN for a coordinate that is constant.
    """

    place: int
    changed: float
    correlation: float
    low: float
    high: float

    @property
    def kind(self) -> str:
        """Content, kept in some rows, redrawn, or moved; redrawn means without correlation."""
        if self.changed == 0:
            return "kept"
        if self.changed < 1:
            return "kept in some rows"
        return "no correlation found" if self.low <= 0 <= self.high else "moved"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "coordinate": self.place,
            "kind": self.kind,
            "changed": self.changed,
            "correlation": self.correlation,
            "low": self.low,
            "high": self.high,
        }


@dataclass(frozen=True, slots=True)
class CompiledAugmentation:
    """An augmentation as a conditional.

    Fields:
        coordinates: what is done to each.
        kept: directions, not only coordinates, that are the same in both of a pair.
        correlations: canonical correlations of a pair, falling.
        step: ratio of the largest and the smallest variance of z̃ − z, with its interval.
        reversible: the test that (z, z̃) and (z̃, z) have one law.
        diagnosis: the assumptions that the pairs contradict, and the theorems that remain.
    """

    coordinates: tuple[Coordinate, ...]
    kept: int
    correlations: tuple[float, ...]
    step: Evidence
    reversible: Evidence
    diagnosis: Diagnosis

    @property
    def broken(self) -> tuple[str, ...]:
        """The assumptions that are contradicted, as claim.assumption."""
        return tuple(
            f"{theorem.slug}.{name}"
            for theorem in self.diagnosis.theorems
            for name in theorem.contradicted
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "coordinates": [c.to_dict() for c in self.coordinates],
            "kept": self.kept,
            "correlations": list(self.correlations),
            "step": self.step.to_dict(),
            "reversible": self.reversible.to_dict(),
            "broken": list(self.broken),
            "diagnosis": self.diagnosis.to_dict(),
        }

    def __str__(self) -> str:
        """The conditional, coordinate by coordinate, and the diagnosis."""
        lines = [
            f"coordinate {c.place}: {c.kind}; changed in {c.changed:.0%} of the rows, correlation "
            f"{c.correlation:.3f} [{c.low:.3f}, {c.high:.3f}]"
            for c in self.coordinates
        ]
        lines += [
            f"directions that are kept: {self.kept}",
            "canonical correlations: " + ", ".join(f"{r:.3f}" for r in self.correlations),
            str(self.step),
            f"reversibility: {self.reversible}",
            str(self.diagnosis),
        ]
        return "\n".join(lines)

    _repr_html_ = text_card


def compile_augmentation(
    latents: Any,
    augment: Augment | None = None,
    *,
    partners: Any = None,
    claim: Statement | None = None,
    seed: int = 0,
    **options: Any,
) -> CompiledAugmentation:
    """Estimate the conditional that an augmentation implies.

    Arguments:
        latents: ``(N, d)``: latents, or embeddings where `partners` are embeddings too.
        augment: (latents ``(N, d)``, generator) to their partners ``(N, d)``.
        partners: ``(N, d)``, in place of the function.
        claim: a claim or theorem; by default all that are registered.
        seed: of the generator and the tests.
        options: of `diagnose`: level, draws, parameters, drop_rows.

    Raises:
        InputError: not exactly one of `augment` and `partners`, or what `diagnose` refuses.
    """
    if (augment is None) == (partners is None):
        raise InputError("an augmentation", allowed="one of a function and the partners")
    exact = augment is not None
    if augment is not None:
        own = np.array(latents, dtype=np.float64)
        # A copy: an augmentation that writes into its argument would leave no pair.
        partners = augment(own.copy(), np.random.default_rng(seed))
        latents = own
    pair = (latents, partners)
    drop = bool(options.get("drop_rows", False))
    samples, _ = read_observed(pair, drop_rows=drop)
    report = diagnose(pair, claim=claim, latents=pair if exact else None, seed=seed, **options)
    kept, _ = kept_directions(samples)
    return CompiledAugmentation(
        tuple(_coordinate(samples, j) for j in range(samples.z.shape[1])),
        kept,
        tuple(float(r) for r in canonical_correlations(samples.z, samples.partner)),
        steps(samples, seed),
        exchangeable(samples, seed),
        report,
    )


def _coordinate(samples: Observed, place: int) -> Coordinate:
    z, partner = samples.z[:, place], samples.partner[:, place]
    changed = float((z != partner).mean())
    if not (np.ptp(z) > 0 and np.ptp(partner) > 0):
        return Coordinate(place, changed, np.nan, np.nan, np.nan)
    found = float(np.clip(np.corrcoef(z, partner)[0, 1], -1, 1))
    reach = 1.96 / np.sqrt(len(z) - 3)
    centre = np.arctanh(np.clip(found, -1 + 1e-15, 1 - 1e-15))
    low, high = np.tanh(centre - reach), np.tanh(centre + reach)
    return Coordinate(place, changed, found, float(low), float(high))
