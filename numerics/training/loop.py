"""One training loop for all losses, batched over seeds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import torch
from torch import Tensor

from sith.numerics.encoders.encoder import Encoder, apply_encoder
from sith.numerics.training.flat_parameters import FlatParameters
from sith.numerics.training.optimiser_state import OptimiserState
from sith.numerics.training.result import Snapshot, StopReason, TrainResult
from sith.numerics.training.settings import TrainSettings

__all__ = [
    "SNAPSHOT_EVERY",
    "Batch",
    "Draw",
    "Encode",
    "Loss",
    "Progress",
    "StopHook",
    "TrainSettings",
    "seed_generators",
    "train",
]

Batch = tuple[Tensor, ...]
Draw = Callable[[int], Batch]
Encode = Callable[[Tensor], Tensor]
Loss = Callable[[Encode, Batch, Mapping[str, Tensor]], Tensor]
StopHook = Callable[[int, Encoder, Mapping[str, Tensor]], bool]
Progress = Callable[[int, Tensor], None]
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
    state = OptimiserState.of(FlatParameters(encoder, extras or {}), resume)
    begin = 0 if resume is None else resume.step
    drawn: Batch = ()
    reason = StopReason.HORIZON
    for step in range(begin, settings.steps):
        position = step % settings.draw_ahead
        if position == 0:
            whole = step % (SNAPSHOT_EVERY * settings.draw_ahead) == 0
            if snapshot is not None and whole and step > begin:
                snapshot(state.snapshot(step))
            drawn = draw(min(settings.draw_ahead, settings.steps - step))
        batch = tuple(tensor[position] for tensor in drawn)
        state.step(step, settings, *_loss_and_gradient(loss, encoder, state, batch))
        taken = step + 1
        if taken % settings.check_every == 0 or taken == settings.steps:
            if not bool(state.alive.any()):
                reason = StopReason.DIVERGED
                break
            if progress is not None:
                progress(taken, state.history[-1].cpu())
            if stop is not None:
                now, extra = state.parameters.unpack(state.flat)
                if stop(taken, encoder.with_state(now), extra):
                    reason = StopReason.HOOK
                    break
    return state.result(encoder, reason)


def _loss_and_gradient(
    loss: Loss, encoder: Encoder, state: OptimiserState, batch: Batch
) -> tuple[Tensor, Tensor]:
    """Return the loss of each seed, detached, and its gradient in the flat parameters."""
    flat = state.flat.requires_grad_(True)
    tensors, extra = state.parameters.unpack(flat)
    values = loss(partial(apply_encoder, encoder.spec, tensors), batch, extra)
    if values.shape != (encoder.seeds,):
        raise ValueError(
            f"loss has shape {tuple(values.shape)}; allowed: ({encoder.seeds},), per seed"
        )
    (gradient,) = torch.autograd.grad(values.sum(), flat)
    state.flat = flat.detach()
    return values.detach(), gradient
