"""How much of each part is done: the whole on an accelerator, the smallest to try it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sith.numerics.training.budget import Budget
from sith.theory import THEOREMS


@dataclass(frozen=True, slots=True)
class Size:
    """The work of every part, fixed beforehand and counted in steps and rows.

    Fields:
        rows: of the inputs that both devices get.
        trained_steps: steps of the training that both devices repeat.
        seeds: how many are held against one.
        step_batch: pairs of a step of that comparison.
        timed_steps: steps that are timed, after a tenth of them that are not.
        square: rows and columns of the matrices whose product gives the matrix rate.
        wide: width of the encoder of the large step.
        wide_batch: pairs of the large step.
        infonce_batch: pairs of the InfoNCE step whose memory is measured.
        registry: of a theorem's training.
        slugs: theorems that are set up, trained and measured.
        checked: theorems that `sith check` runs on whole.
        checked_seeds: seeds of those.
    """

    rows: int
    trained_steps: int
    seeds: int
    step_batch: int
    timed_steps: int
    square: int
    wide: int
    wide_batch: int
    infonce_batch: int
    registry: Budget
    slugs: Sequence[str]
    checked: Sequence[str]
    checked_seeds: int


FULL = Size(
    rows=2048,
    trained_steps=50,
    seeds=64,
    step_batch=512,
    timed_steps=100,
    square=8192,
    wide=1024,
    wide_batch=4096,
    infonce_batch=65_536,
    registry=Budget("registry", seeds=3, steps_per_dim=50, batch=256, width=64, held_out=2048),
    slugs=tuple(t.slug for t in THEOREMS),
    checked=("haochen_2021_spectral", "zimmermann_2021_vmf"),
    checked_seeds=5,
)
"""About 2,500 short steps, 100 of one large matrix product, and two whole checks."""

SMALL = Size(
    rows=24,
    trained_steps=3,
    seeds=3,
    step_batch=16,
    timed_steps=2,
    square=64,
    wide=16,
    wide_batch=32,
    infonce_batch=512,
    registry=Budget("registry", seeds=2, steps_per_dim=30, batch=32, width=8, held_out=256),
    slugs=("haochen_2021_spectral", "song_2021_scores"),
    checked=("song_2021_scores",),
    checked_seeds=2,
)
"""Everything once, to see that it runs; the figures mean nothing."""
