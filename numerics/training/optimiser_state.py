"""What the training loop carries from step to step, and one step of the optimiser on it."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor

from sith.numerics.encoders.encoder import Encoder
from sith.numerics.training.flat_parameters import FlatParameters
from sith.numerics.training.result import Divergence, Snapshot, StopReason, TrainResult
from sith.numerics.training.settings import TrainSettings


@dataclass(slots=True)
class OptimiserState:
    """Parameters of all seeds, both moments, who is alive, and the losses so far.

    Fields:
        parameters: how the flat parameters make up an encoder and its extras.
        flat: ``(S, P)``.
        first: the first moment, ``(S, P)``.
        second: the second moment, ``(S, P)``.
        alive: the seeds that have not diverged, ``(S,)``.
        lost_at: the step at which a seed diverged, −1 for the others, ``(S,)``.
        decayed: 1 where weight decay applies, ``(P,)``.
        history: the losses ``(S,)`` of each step.
    """

    parameters: FlatParameters
    flat: Tensor
    first: Tensor
    second: Tensor
    alive: Tensor
    lost_at: Tensor
    decayed: Tensor
    history: list[Tensor] = field(default_factory=list)

    @classmethod
    def of(cls, parameters: FlatParameters, resume: Snapshot | None) -> OptimiserState:
        """Return the state before the first step, or the one that a snapshot holds."""
        flat = parameters.start()
        decayed = parameters.decayed()
        if resume is not None:
            kept = {name: value.to(flat.device) for name, value in resume.tensors.items()}
            history = list(kept.pop("losses"))
            return cls(parameters=parameters, decayed=decayed, history=history, **kept)
        return cls(
            parameters,
            flat,
            torch.zeros_like(flat),
            torch.zeros_like(flat),
            torch.ones(len(flat), dtype=torch.bool, device=flat.device),
            torch.full((len(flat),), -1, device=flat.device),
            decayed,
        )

    def snapshot(self, step: int) -> Snapshot:
        """Return a copy of everything that changes from step to step."""
        now = {"flat": self.flat, "first": self.first, "second": self.second, "alive": self.alive}
        now |= {"lost_at": self.lost_at, "losses": torch.stack(self.history)}
        return Snapshot(step, {k: v.detach().clone() for k, v in now.items()})

    def step(self, step: int, settings: TrainSettings, values: Tensor, gradient: Tensor) -> None:
        """Take one step along the gradient of the losses `values`, ``(S,)``."""
        beta1, beta2 = settings.betas
        norm = torch.linalg.vector_norm(gradient, dim=1)
        finite = values.isfinite() & norm.isfinite()
        self.lost_at = torch.where(self.alive & ~finite, step, self.lost_at)
        self.alive = self.alive & finite
        self.history.append(torch.where(self.alive, values, torch.nan))

        # A lost seed gets a zero gradient and a zero step; where() keeps its NaN out.
        scale = (settings.clip / norm.clamp_min(1e-30)).clamp_max(1.0)
        gradient = torch.where(self.alive.unsqueeze(1), gradient * scale.unsqueeze(1), 0.0)
        self.first.lerp_(gradient, 1 - beta1)
        self.second.mul_(beta2).addcmul_(gradient, gradient, value=1 - beta2)
        rate = settings.rate(step)
        root: Tensor | float = 1.0
        if settings.optimiser == "adamw":
            root = (self.second / (1 - beta2 ** (step + 1))).sqrt_().add_(settings.epsilon)
        change = self.first / root * (rate / (1 - beta1 ** (step + 1)))
        change.add_(self.flat * self.decayed, alpha=rate * settings.weight_decay)
        self.flat = self.flat - torch.where(self.alive.unsqueeze(1), change, 0.0)

    def result(self, encoder: Encoder, reason: StopReason) -> TrainResult:
        """Return what training returns."""
        state, extra = self.parameters.unpack(self.flat)
        lost = enumerate(self.lost_at.tolist())
        return TrainResult(
            encoder.with_state({name: value.clone() for name, value in state.items()}),
            {name: value.clone() for name, value in extra.items()},
            torch.stack(self.history).cpu(),
            len(self.history),
            reason,
            tuple(Divergence(seed, at) for seed, at in lost if at >= 0),
        )
