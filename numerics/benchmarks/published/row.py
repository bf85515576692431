"""A row of a table: what was published, and the run that measures it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from sith.numerics.encoders.encoder import Encoder
from sith.numerics.training.checkpoint import digest_of
from sith.numerics.training.loop import Batch, Encode

Seeds = tuple[int, ...]
Extras = Mapping[str, Tensor]
Scores = Mapping[str, object]

HELD_OUT = 4096
"""Held-out latents per seed: an affine map is fitted on one half and scored on the other."""

LOSS_ROWS = 2048
"""Held-out rows on which the loss is compared with the reference; the same for both."""


@dataclass(frozen=True, slots=True)
class Run:
    """A row set up for training, batched over seeds.

    Fields:
        encoder: untrained.
        extras: learned parameters beside the encoder, each ``(S, ...)``.
        draw: ``draw(k)`` returns the batches of k steps.
        loss: ``(encode, batch, extras) -> (S,)``.
        latents: held-out latents ``(S, N, d)``.
        observations: of the same rows, ``(S, N, D)``.
        represent: representations of those rows, float64, ``(S, N, m)``.
        gap: held-out loss above the reference on the same rows, ``(S,)``.
        information: what the best constant map loses above the reference, in nats, ``(S,)``.
        scores: further measures of (latents, representations), by name, each ``(S,)``.
    """

    encoder: Encoder
    extras: Extras
    draw: Callable[[int], Batch]
    loss: Callable[[Encode, Batch, Extras], Tensor]
    latents: Tensor
    observations: Tensor
    represent: Callable[[Encoder, Extras], Tensor]
    gap: Callable[[Encoder, Extras], Tensor]
    information: Tensor
    scores: Callable[[Tensor, Tensor], Scores]


class Setting(Protocol):
    """The data of a row from which its run is built; a frozen dataclass, so that it prints itself."""

    def build(self, seeds: Seeds) -> Run:
        """Draw world, mixing and weights of every seed."""
        ...


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table.

    Fields:
        table: its table.
        name: unique in the table.
        setting: world, loss and encoder.
        steps: optimiser steps.
        learning_rate: the peak of the schedule.
        published: the published scores by measure, between 0 and 1; none for rows of our own.
        because: why the published figure is not met, in words; not part of the run.
    """

    table: str
    name: str
    setting: Setting
    steps: int
    learning_rate: float
    published: Mapping[str, float]
    because: str = ""

    @property
    def key(self) -> str:
        """Table and name."""
        return f"{self.table}/{self.name}"

    def digest(self, seeds: Seeds) -> str:
        """Return a digest of everything that determines the numbers."""
        return digest_of(self.key, self.setting, self.steps, self.learning_rate, seeds)
