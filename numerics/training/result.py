"""What training carries from step to step, and what it returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from torch import Tensor

from sith.numerics.encoders.encoder import Encoder


class StopReason(Enum):
    """Why training ended; the value is a readable line."""

    HORIZON = "all steps of the schedule were taken"
    HOOK = "the stop hook asked for it"
    DIVERGED = "every seed diverged: lower learning_rate or clip, or check the data"


@dataclass(frozen=True, slots=True)
class Divergence:
    """A seed whose loss or gradient was not finite; its parameters are those before that step.

    Fields:
        seed: the position on the seed axis.
        step: the step at which it happened, from 0.
    """

    seed: int
    step: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that the loop carries from one step to the next, before a draw.

    Fields:
        step: steps taken, a multiple of `TrainSettings.draw_ahead`.
        tensors: parameters, moments, who is alive, and the losses so far, by name.
    """

    step: int
    tensors: Mapping[str, Tensor]


@dataclass(frozen=True, slots=True)
class TrainResult:
    """What training returns; the encoder that was passed in is not changed.

    Fields:
        encoder: the trained encoder, detached.
        extras: the trained extra parameters, detached.
        losses: ``(steps taken, S)``, on the CPU; NaN from the divergence of a seed on.
        steps: the number of steps taken.
        reason: why it ended.
        diverged: the seeds that diverged; empty if none did.
    """

    encoder: Encoder
    extras: Mapping[str, Tensor]
    losses: Tensor
    steps: int
    reason: StopReason
    diverged: tuple[Divergence, ...]
