"""One training loop for all losses, batched over seeds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import torch
from torch import Tensor

from sith.numerics.encoders.encoder import Encoder, apply_encoder
from sith.numerics.training.flat_parameters import FlatParameters
from sith.numerics.training.result import Divergence, Snapshot, StopReason, TrainResult
from sith.numerics.training.settings import TrainSettings

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
    parameters = FlatParameters(encoder, extras or {})
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
