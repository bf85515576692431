"""The schedule and optimiser of a training."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Optimiser = Literal["adamw", "sgd"]
OPTIMISERS: tuple[Optimiser, ...] = ("adamw", "sgd")


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """AdamW, or stochastic gradient descent with momentum, with linear warm-up and cosine decay.

    Fields:
        steps: the horizon of the schedule and the largest number of steps.
        learning_rate: the peak, reached after the warm-up.
        warmup: steps of linear warm-up, below `steps`.
        final_fraction: the last learning rate over the peak, in [0, 1].
        weight_decay: decoupled, on tensors with a matrix per seed (named ``*.weight``); >= 0.
        optimiser: "adamw", or "sgd": the learning rate times an average of past gradients.
        betas: the decay rates of the two moments, each in [0, 1); "sgd" takes the first.
        epsilon: added to the root of the second moment, positive.
        clip: the largest gradient norm per seed, encoder and extra parameters together; positive.
        draw_ahead: steps drawn at once; part of what determines the batches of a seed.
        check_every: steps between calls of the stop hook and of progress.
    """

    steps: int
    learning_rate: float = 3e-3
    warmup: int = 50
    final_fraction: float = 0.0
    weight_decay: float = 1e-4
    betas: tuple[float, float] = (0.9, 0.99)
    epsilon: float = 1e-8
    clip: float = 1.0
    draw_ahead: int = 16
    check_every: int = 50
    optimiser: Optimiser = "adamw"

    def __post_init__(self) -> None:
        positive, real = "finite and > 0", "finite and >= 0"
        beta1, beta2 = self.betas
        for name, holds, allowed, cure in (
            ("steps", self.steps >= 1, "integers >= 1", "raise it"),
            ("learning_rate", 0 < self.learning_rate < math.inf, positive, "try 3e-3"),
            ("warmup", 0 <= self.warmup < self.steps, "0 <= warmup < steps", "lower it"),
            ("final_fraction", 0 <= self.final_fraction <= 1, "[0, 1]", "use 0 to decay fully"),
            ("weight_decay", 0 <= self.weight_decay < math.inf, real, "use 0 for none"),
            ("betas", 0 <= beta1 < 1 and 0 <= beta2 < 1, "[0, 1) each", "try (0.9, 0.99)"),
            ("epsilon", 0 < self.epsilon < math.inf, positive, "try 1e-8"),
            ("clip", self.clip > 0, "> 0", "use float('inf') for no clipping"),
            ("draw_ahead", self.draw_ahead >= 1, "integers >= 1", "use 1 to draw every step"),
            ("check_every", self.check_every >= 1, "integers >= 1", "try 50"),
            ("optimiser", self.optimiser in OPTIMISERS, ", ".join(OPTIMISERS), "choose one"),
        ):
            if not holds:
                raise ValueError(f"{name} = {getattr(self, name)}; allowed: {allowed}; {cure}")

    def rate(self, step: int) -> float:
        """The learning rate of step 0, 1, ..., steps - 1."""
        if step < self.warmup:
            return self.learning_rate * (step + 1) / (self.warmup + 1)
        phase = (step - self.warmup) / (self.steps - self.warmup)
        cosine = 0.5 * (1 + math.cos(math.pi * phase))
        return self.learning_rate * (self.final_fraction + (1 - self.final_fraction) * cosine)
