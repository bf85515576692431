"""One training loop for all losses, batched over seeds."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Literal

import torch
from torch import Tensor

from sith.numerics.encoders.encoder import Encoder, apply_encoder

Batch = tuple[Tensor, ...]
Draw = Callable[[int], Batch]
Encode = Callable[[Tensor], Tensor]
Loss = Callable[[Encode, Batch, Mapping[str, Tensor]], Tensor]
StopHook = Callable[[int, Encoder, Mapping[str, Tensor]], bool]
Progress = Callable[[int, Tensor], None]

Optimiser = Literal["adamw", "sgd"]
OPTIMISERS: tuple[Optimiser, ...] = ("adamw", "sgd")

SNAPSHOT_EVERY = 10
"""Draws between snapshots: a few seconds on one core."""


def seed_generators(
    seeds: Sequence[int], purpose: str, device: torch.device | str = "cpu"
) -> tuple[torch.Generator, ...]:
    """One generator per seed, independent between seeds and between purposes.

    The generator of (seed, purpose) starts from the first 8 bytes, big-endian and without the
    sign bit, of blake2b of the text ``"{seed}/{purpose}"``.  It does not depend on the other
    seeds, so a seed draws the same world, mixing, weights and batches alone or among others.
    Different devices give different streams.

    Raises:
        ValueError: a seed is negative or appears twice, or there is none.
    """
    if not seeds or len(set(seeds)) != len(seeds) or min(seeds) < 0:
        raise ValueError(
            f"seeds = {list(seeds)}; allowed: distinct integers >= 0, at least one; "
            "use for example range(8)"
        )
    generators = []
    for seed in seeds:
        digest = hashlib.blake2b(f"{int(seed)}/{purpose}".encode(), digest_size=8).digest()
        start = int.from_bytes(digest, "big") >> 1
        generators.append(torch.Generator(device=device).manual_seed(start))
    return tuple(generators)


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


def train(
    draw: Draw,
    loss: Loss,
    encoder: Encoder,
    settings: TrainSettings,
    *,
    extras: Mapping[str, Tensor] | None = None,
    stop: StopHook | None = None,
    progress: Progress | None = None,
    snapshot: Callable[[Snapshot], None] | None = None,
    resume: Snapshot | None = None,
) -> TrainResult:
    """Minimise the loss of every seed at once.

    The seeds never mix: the loss returns one value per seed, clipping and divergence are per
    seed.  A seed alone and the same seed among others draw the same numbers; the arithmetic of
    batched products may differ in the last digits.  An interrupt leaves all arguments as they were.

    Arguments:
        draw: ``draw(k)`` returns the batches of the next k steps, tensors ``(k, S, ...)``.
        loss: ``loss(encode, batch, extras)`` returns ``(S,)``; `encode` maps observations
            ``(S, B, D)`` to embeddings, `batch` holds one step's tensors ``(S, ...)``.
        encoder: the initial encoder.
        settings: the schedule.
        extras: further trained tensors by name, each ``(S, ...)``: a learned metric, class
            embeddings.
        stop: ``stop(steps taken, encoder, extras)``, called every `check_every` steps and at the
            end of the schedule; True ends the training of all seeds.
        progress: ``progress(steps taken, losses of the last step)``, called at the same times.
        snapshot: called with the loop's state every `SNAPSHOT_EVERY` draws, just before a draw.
        resume: a state to go on from; `draw` must continue where it was.

    Raises:
        ValueError: the loss or an extra parameter does not have one entry per seed, or an extra
            parameter has another dtype or device than the encoder.
    """
    parameters = _FlatParameters(encoder, extras or {})
    flat, seeds = parameters.start(), encoder.seeds
    device = flat.device
    decayed = parameters.decayed()
    first, second = torch.zeros_like(flat), torch.zeros_like(flat)
    alive = torch.ones(seeds, dtype=torch.bool, device=device)
    lost_at = torch.full((seeds,), -1, device=device)
    history: list[Tensor] = []
    reason = StopReason.HORIZON
    drawn: Batch = ()
    beta1, beta2 = settings.betas
    begin = 0
    if resume is not None:
        begin = resume.step
        kept = {name: value.to(device) for name, value in resume.tensors.items()}
        flat, first, second = kept["flat"], kept["first"], kept["second"]
        alive, lost_at = kept["alive"], kept["lost_at"]
        history = list(kept["losses"])
    for step in range(begin, settings.steps):
        position = step % settings.draw_ahead
        if position == 0:
            whole = step % (SNAPSHOT_EVERY * settings.draw_ahead) == 0
            if snapshot is not None and whole and step > begin:
                state_now = {"flat": flat, "first": first, "second": second, "alive": alive}
                state_now |= {"lost_at": lost_at, "losses": torch.stack(history)}
                snapshot(Snapshot(step, {k: v.detach().clone() for k, v in state_now.items()}))
            drawn = draw(min(settings.draw_ahead, settings.steps - step))
        batch = tuple(tensor[position] for tensor in drawn)

        flat.requires_grad_(True)
        state, extra = parameters.unpack(flat)
        values = loss(partial(apply_encoder, encoder.spec, state), batch, extra)
        if values.shape != (seeds,):
            raise ValueError(f"loss has shape {tuple(values.shape)}; allowed: ({seeds},), per seed")
        (gradient,) = torch.autograd.grad(values.sum(), flat)
        flat = flat.detach()

        norm = torch.linalg.vector_norm(gradient, dim=1)
        finite = values.detach().isfinite() & norm.isfinite()
        lost_at = torch.where(alive & ~finite, step, lost_at)
        alive = alive & finite
        history.append(torch.where(alive, values.detach(), torch.nan))

        # A lost seed gets a zero gradient and a zero step; where() keeps its NaN out.
        scale = (settings.clip / norm.clamp_min(1e-30)).clamp_max(1.0)
        gradient = torch.where(alive.unsqueeze(1), gradient * scale.unsqueeze(1), 0.0)
        first.lerp_(gradient, 1 - beta1)
        second.mul_(beta2).addcmul_(gradient, gradient, value=1 - beta2)
        rate = settings.rate(step)
        root: Tensor | float = 1.0
        if settings.optimiser == "adamw":
            root = (second / (1 - beta2 ** (step + 1))).sqrt_().add_(settings.epsilon)
        change = first / root * (rate / (1 - beta1 ** (step + 1)))
        change.add_(flat * decayed, alpha=rate * settings.weight_decay)
        flat = flat - torch.where(alive.unsqueeze(1), change, 0.0)

        taken = step + 1
        if taken % settings.check_every == 0 or taken == settings.steps:
            if not bool(alive.any()):
                reason = StopReason.DIVERGED
                break
            if progress is not None:
                progress(taken, history[-1].cpu())
            if stop is not None:
                state, extra = parameters.unpack(flat)
                if stop(taken, encoder.with_state(state), extra):
                    reason = StopReason.HOOK
                    break
    state, extra = parameters.unpack(flat)
    diverged = tuple(Divergence(seed, at) for seed, at in enumerate(lost_at.tolist()) if at >= 0)
    return TrainResult(
        encoder.with_state({name: value.clone() for name, value in state.items()}),
        {name: value.clone() for name, value in extra.items()},
        torch.stack(history).cpu(),
        len(history),
        reason,
        diverged,
    )


class _FlatParameters:
    """All trained tensors of a seed as one row, so that an optimiser step is a few operations."""

    def __init__(self, encoder: Encoder, extras: Mapping[str, Tensor]) -> None:
        self._encoder = encoder
        self._names = list(encoder.trainable())
        self._extra_names = list(extras)
        self._tensors = [*encoder.trainable().values(), *extras.values()]
        reference = self._tensors[0]
        for name, tensor in extras.items():
            if tensor.ndim < 1 or tensor.shape[0] != encoder.seeds:
                raise ValueError(
                    f"extras[{name!r}] has shape {tuple(tensor.shape)}; allowed: "
                    f"({encoder.seeds}, ...); the first axis is the seed"
                )
            if tensor.dtype != reference.dtype or tensor.device != reference.device:
                raise ValueError(
                    f"extras[{name!r}] is {tensor.dtype} on {tensor.device}; allowed: "
                    f"{reference.dtype} on {reference.device}, as the encoder; convert it"
                )
        self._sizes = [tensor[0].numel() for tensor in self._tensors]

    def start(self) -> Tensor:
        """A copy of all parameters, ``(S, P)``."""
        return torch.cat([tensor.detach().flatten(1) for tensor in self._tensors], dim=1)

    def decayed(self) -> Tensor:
        """1 where weight decay applies, 0 elsewhere, ``(P,)``."""
        names = self._names + [""] * len(self._extra_names)
        marks = [float(name.endswith(".weight")) for name in names]
        reference = self._tensors[0]
        flags = torch.tensor(marks, device=reference.device, dtype=reference.dtype)
        return flags.repeat_interleave(torch.tensor(self._sizes, device=reference.device))

    def unpack(self, flat: Tensor) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """The encoder's state, fixed tensors included, and the extra parameters, as views."""
        pieces = [
            piece.view(tensor.shape)
            for piece, tensor in zip(flat.split(self._sizes, dim=1), self._tensors, strict=True)
        ]
        count = len(self._names)
        state = {**self._encoder.state, **dict(zip(self._names, pieces[:count], strict=True))}
        return state, dict(zip(self._extra_names, pieces[count:], strict=True))
