"""Encoders trained for a claim, over several seeds, resumable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

from sith.numerics.encoders.encoder import Encoder
from sith.numerics.experiments import Experiment, OwnParts, set_up, with_own
from sith.numerics.training.budget import Budget
from sith.numerics.training.checkpoint import Checkpoint, digest_of
from sith.numerics.training.loop import train
from sith.numerics.training.memory import MemoryShort, out_of_memory, release
from sith.numerics.training.result import Snapshot, TrainResult
from sith.numerics.training.settings import TrainSettings
from sith.theory import Claim, FiniteSpace

NOTHING = OwnParts()
"""The built-in encoder and mixing."""

LEAST_BATCH = 64
"""Smaller batches bias in-batch losses by more than the limit `GAP` of `sith.numerics.runs.measured`."""


@dataclass(frozen=True, slots=True)
class TrainedRun:
    """Trained encoders and their held-out representations, for figures and for storage.

    Fields:
        experiment: what was trained.
        encoder: all seeds.
        extras: learned parameters beside the encoder.
        latents: held-out values of the base map, ``(S, N, m)``.
        representations: of the same rows, ``(S, N, m)``.
        losses: training losses, ``(steps, S)``.
        diverged: positions of diverged seeds.
        notes: what the training takes in place of the claim's letter.
    """

    experiment: Experiment
    encoder: Encoder
    extras: Mapping[str, Tensor]
    latents: Tensor
    representations: Tensor
    losses: Tensor
    diverged: tuple[int, ...]
    notes: tuple[str, ...] = ()


def train_claim(
    claim: Claim,
    budget: Budget,
    seeds: tuple[int, ...],
    *,
    device: str = "cpu",
    progress: Callable[[float], None] = lambda _: None,
    folder: Path | None = None,
    own: OwnParts = NOTHING,
) -> TrainedRun:
    """Train one encoder per seed on the claim's objective, all seeds in one batch.

    Where memory runs out the batch is halved, down to `LEAST_BATCH`, and a note says so.

    Arguments:
        claim: what is tested.
        budget: sizes.
        seeds: distinct integers ≥ 0.
        device: "cpu", "cuda" or "cuda:N".
        progress: called with the fraction done.
        folder: where the state is kept while training runs, and read from if it is of this run.
        own: a network or a mixing of the user's own.

    Raises:
        UnsupportedCondition: the objective has no torch form, or the world no sampler.
        InputError: the network or the mixing of the user's own is not one, or fails.
        MemoryShort: memory runs out at the smallest batch.
    """
    with _single_thread(device):
        size = budget
        while True:
            try:
                run = _train(claim, size, seeds, device, progress, folder, own)
                break
            except (RuntimeError, MemoryError) as error:
                if not out_of_memory(error):
                    raise
                if size.batch // 2 < LEAST_BATCH:
                    raise MemoryShort(
                        f"out of memory with {len(seeds)} seeds and {size.batch} pairs a step",
                        cure="lower --seeds, take a smaller --budget, or another --device",
                    ) from error
                size = replace(size, batch=size.batch // 2, held_out=max(size.held_out // 2, 2048))
                release()
        if size is not budget:
            note = f"memory ran out: {size.batch} pairs a step in place of {budget.batch}"
            run = replace(run, notes=(*run.notes, note))
        return run


@contextmanager
def _single_thread(device: str) -> Iterator[None]:
    """Use one CPU thread: the products are small, and threads that wait cost more than they do."""
    threads = torch.get_num_threads()
    if device == "cpu":
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _train(
    claim: Claim,
    budget: Budget,
    seeds: tuple[int, ...],
    device: str,
    progress: Callable[[float], None],
    folder: Path | None,
    own: OwnParts,
) -> TrainedRun:
    experiment = with_own(set_up(claim, budget, seeds, device), own, seeds, device)
    steps = budget.steps_per_dim * _size(claim)
    settings = TrainSettings(steps=steps, learning_rate=1e-2)
    resumed: tuple[Snapshot, ...] = ()
    keep: Callable[[Snapshot], None] | None = None
    if folder is not None:
        parts = (claim.world, claim.objective, claim.encoder, budget, seeds, device, settings)
        mine = (own, experiment.encoder.spec) if own else ()
        store = Checkpoint(folder, digest_of(*parts, torch.__version__, *mine))
        resumed = store.read(experiment.generators)
        keep = partial(store.write, generators=experiment.generators)
    result = train(
        experiment.draw,
        experiment.loss,
        experiment.encoder,
        settings,
        extras=experiment.extras,
        progress=lambda done, _: progress(done / steps),
        snapshot=keep,
        resume=resumed[0] if resumed else None,
    )
    return run_of(experiment, result)


def run_of(experiment: Experiment, result: TrainResult) -> TrainedRun:
    """Return a finished training with its held-out representations."""
    return TrainedRun(
        experiment=experiment,
        encoder=result.encoder,
        extras=result.extras,
        latents=experiment.base_latents(),
        representations=experiment.represent(result.encoder),
        losses=result.losses,
        diverged=tuple(d.seed for d in result.diverged),
        notes=experiment.notes,
    )


def _size(claim: Claim) -> int:
    """Coordinates of the latents or of the representation; nodes of a graph are no coordinates."""
    inner = 0 if isinstance(claim.world.space, FiniteSpace) else claim.dim
    return max(inner, claim.encoder.output.dim, 2)
