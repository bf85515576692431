"""One training run with everything that inductive bias and finite samples may change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from sith.numerics.encoders.build import build_encoder
from sith.numerics.encoders.encoder import Encoder
from sith.numerics.encoders.spec import FIXED, KINDS, EncoderSpec, Kind
from sith.numerics.experiments import Experiment, set_up
from sith.numerics.runs.run import TrainedRun, run_of
from sith.numerics.training.budget import Budget
from sith.numerics.training.loop import Batch, Draw, seed_generators, train
from sith.numerics.training.settings import OPTIMISERS, Optimiser, TrainSettings
from sith.theory import Claim, InputError

CALIBRATION = 1024
"""Rows from which the input whitening is taken."""


@dataclass(frozen=True, slots=True)
class Design:
    """How an encoder is trained; the claim says what on.

    Fields:
        steps: of the optimiser, at least 2.
        batch: rows per step, at least 2; in-batch negatives are `batch` − 1.
        samples: rows of the finite training set that batches are drawn from, at least `batch`;
            0 for fresh rows in every step, the population.
        held_out: rows per seed for the scores.
        encoder: "mlp", "linear", "coupling", "conv" or "ring"; "" for what the claim's check takes.
        width, blocks: of the encoder; see `EncoderSpec`.
        init_scale: the initial weights are multiplied by it; > 0.
        optimiser: "adamw" or "sgd".
        learning_rate, weight_decay: see `TrainSettings`.
    """

    steps: int = 1500
    batch: int = 512
    samples: int = 0
    held_out: int = 4096
    encoder: str = ""
    width: int = 64
    blocks: int = 2
    init_scale: float = 1.0
    optimiser: Optimiser = "adamw"
    learning_rate: float = 1e-2
    weight_decay: float = 1e-4

    def __post_init__(self) -> None:
        """Refuse sizes out of range, in one line."""
        whole = "an integer ≥ "
        for name, holds, allowed in (
            ("steps", self.steps >= 2, f"{whole}2"),
            ("batch", self.batch >= 2, f"{whole}2"),
            ("samples", self.samples == 0 or self.samples >= self.batch, "0, or at least batch"),
            ("held_out", self.held_out >= 64, f"{whole}64"),
            ("encoder", self.encoder in ("", *KINDS), ", ".join(KINDS)),
            ("width", self.width >= 1, f"{whole}1"),
            ("blocks", self.blocks >= 0, f"{whole}0"),
            ("init_scale", self.init_scale > 0, "> 0"),
            ("optimiser", self.optimiser in OPTIMISERS, ", ".join(OPTIMISERS)),
            ("learning_rate", self.learning_rate > 0, "> 0"),
            ("weight_decay", self.weight_decay >= 0, "≥ 0"),
        ):
            if not holds:
                raise InputError(f"{name} = {getattr(self, name)!r}", allowed=allowed)


Observe = Callable[[int, Encoder, Mapping[str, Tensor]], None]


def train_design(
    claim: Claim,
    design: Design,
    seeds: tuple[int, ...],
    *,
    device: str = "cpu",
    observe: Observe = lambda _step, _encoder, _extras: None,
    observe_every: int = 50,
    experiment: Experiment | None = None,
) -> TrainedRun:
    """Train encoders on a claim's objective under a design, all seeds in one batch.

    Arguments:
        claim: what is trained.
        design: how.
        seeds: distinct integers ≥ 0; world, mixing, weights and batches of a seed do not depend
            on the others.
        observe: called with the steps taken, the encoder and the other parameters, every
            `observe_every` steps and at the end.
        experiment: one that was set up before, with another encoder or loss; by default the
            claim's own.

    Raises:
        UnsupportedCondition: the objective has no torch form, or the world no sampler.
    """
    if experiment is None:
        experiment = designed(claim, design, seeds, device)
    draw: Draw = experiment.draw
    if design.samples:
        generators = seed_generators(seeds, "rows", device)
        draw = finite_draw(experiment.draw, design.samples, design.batch, generators)
    settings = TrainSettings(
        steps=design.steps,
        learning_rate=design.learning_rate,
        weight_decay=design.weight_decay,
        optimiser=design.optimiser,
        warmup=min(50, design.steps // 2),
        check_every=observe_every,
    )

    def watch(step: int, encoder: Encoder, extras: Mapping[str, Tensor]) -> bool:
        observe(step, encoder, extras)
        return False

    threads = torch.get_num_threads()
    if device == "cpu":
        torch.set_num_threads(1)
    try:
        result = train(
            draw,
            experiment.loss,
            experiment.encoder,
            settings,
            extras=experiment.extras,
            stop=watch,
        )
    finally:
        torch.set_num_threads(threads)
    return run_of(experiment, result)


def designed(
    claim: Claim, design: Design, seeds: tuple[int, ...], device: str = "cpu"
) -> Experiment:
    """Return the claim's experiment with the design's batch, held-out rows and encoder."""
    budget = Budget("design", len(seeds), design.steps, design.batch, design.width, design.held_out)
    experiment = set_up(claim, budget, seeds, device)
    own = experiment.encoder
    given = design.encoder and design.encoder != own.spec.kind
    encoder = own
    if given or design.blocks != own.spec.blocks:
        kind: Kind = design.encoder or own.spec.kind  # type: ignore[assignment]
        spec = EncoderSpec(
            kind,
            design.width,
            design.blocks,
            own.spec.output,
            own.spec.radius,
            spheres=own.spec.spheres,
            intervals=own.spec.intervals,
        )
        rows = experiment.mixing(experiment.latents[:, :CALIBRATION].float())
        weights = seed_generators(seeds, "encoder", device)
        encoder = build_encoder(spec, own.output_dim, rows, weights)
        # The whitening of the experiment is from rows that no score sees; it does not fit an encoder
        # of images, which has one scale for all inputs.
        shared = {k: v for k, v in own.state.items() if k in FIXED}
        if all(encoder.state[k].shape == v.shape for k, v in shared.items()):
            encoder = encoder.with_state(shared)
    if design.init_scale != 1:
        scaled = {
            name: value * design.init_scale
            for name, value in encoder.trainable().items()
            if name.endswith(".weight")
        }
        encoder = encoder.with_state(scaled)
    # Every experiment is a frozen dataclass with this field; the protocol names it.
    return replace(experiment, encoder=encoder)  # type: ignore[type-var]


def finite_draw(
    draw: Draw, samples: int, batch: int, generators: tuple[torch.Generator, ...]
) -> Draw:
    """Return a draw from a training set of `samples` rows, which `draw` gives once.

    Every step takes `batch` distinct rows of it, independently of the steps before.
    """
    per_step = draw(-(-samples // batch))
    rows: Batch = tuple(t.transpose(0, 1).flatten(1, 2)[:, :samples] for t in per_step)

    def again(steps: int) -> Batch:
        picked = torch.stack(
            [
                torch.stack(
                    [
                        torch.randperm(samples, generator=g, device=g.device)[:batch]
                        for _ in range(steps)
                    ]
                )
                for g in generators
            ],
            dim=1,
        )  # (steps, S, batch)
        seeds = torch.arange(picked.shape[1], device=picked.device)[None, :, None]
        return tuple(t[seeds, picked] for t in rows)

    return again
