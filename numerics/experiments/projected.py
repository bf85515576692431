"""A loss after a projector: encoder and projector are trained together, and the encoder is measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from sith.numerics.encoders.encoder import Encoder
from sith.numerics.experiments.parts import normal, pick_encoder
from sith.numerics.experiments.protocol import Experiment, Extras, Mix
from sith.numerics.training.budget import Budget
from sith.numerics.training.loop import seed_generators
from sith.theory import Claim, Projected, Sphere, UnsupportedCondition

WIDTH = 32
"""Hidden units of a universal projector, beside a linear path."""
CALIBRATION = 1024
"""Observations on which the encoder's outputs are standardised."""
PREFIX = "projector "
"""How the projector's parameters begin among the learned parameters of an experiment."""


def project(y: Tensor, extras: Extras, *, on_sphere: bool) -> Tensor:
    """Return p(y) for representations ``(S, B, m)``: W y + b + V tanh(U y + a), as far as there are.

    With `on_sphere` the values are divided by their norm.
    """
    own = {name.removeprefix(PREFIX): x for name, x in extras.items() if name.startswith(PREFIX)}
    found = y @ own["W"].transpose(-1, -2)
    if "U" in own:
        inner = y @ own["U"].transpose(-1, -2) + own["a"].unsqueeze(-2)
        found = found + torch.tanh(inner) @ own["V"].transpose(-1, -2)
    if "b" in own:
        found = found + own["b"].unsqueeze(-2)
    return F.normalize(found, dim=-1) if on_sphere else found


@dataclass(frozen=True, slots=True)
class Through:
    """An encoder with the projector after it, as an experiment of the loss alone calls it."""

    encoder: Encoder
    extras: Extras
    on_sphere: bool

    def to(self, dtype: torch.dtype) -> Through:
        """Return both in a precision."""
        extras = {name: value.to(dtype) for name, value in self.extras.items()}
        return Through(self.encoder.to(dtype), extras, self.on_sphere)

    def __call__(self, x: Tensor) -> Tensor:
        """Return p(f(x))."""
        return project(self.encoder(x), self.extras, on_sphere=self.on_sphere)


@dataclass(frozen=True, slots=True)
class ProjectedExperiment:
    """A claim about f, whose loss is that of `inner` at p∘f.

    Fields:
        claim: what is tested.
        inner: the experiment of the loss, whose encoder is not used.
        encoder: f, untrained.
        extras: learned parameters of the loss and of the projector.
        on_sphere: whether p has values on the sphere.
        notes: what stands for the claim's letter.
    """

    claim: Claim
    inner: Experiment
    encoder: Encoder
    extras: Extras
    on_sphere: bool
    notes: tuple[str, ...]

    @property
    def mixing(self) -> Mix:
        """The mixing of the loss's experiment."""
        return self.inner.mixing

    @property
    def latents(self) -> Tensor:
        """Held-out latents."""
        return self.inner.latents

    @property
    def generators(self) -> tuple[torch.Generator, ...]:
        """One per seed."""
        return self.inner.generators

    def draw(self, steps: int) -> tuple[Tensor, ...]:
        """Return the next batches of the loss's experiment."""
        return self.inner.draw(steps)

    def loss(
        self, encode: Callable[[Tensor], Tensor], batch: tuple[Tensor, ...], extras: Extras
    ) -> Tensor:
        """Return the loss of a batch at p∘f, one value per seed."""

        def through(x: Tensor) -> Tensor:
            return project(encode(x), extras, on_sphere=self.on_sphere)

        return self.inner.loss(through, batch, _rest(extras))

    def represent(self, encoder: Encoder) -> Tensor:
        """Return f at the held-out latents, before the projector, ``(S, N, m)``."""
        precise = encoder.to(torch.float64)
        with torch.no_grad():
            return precise(self.mixing(self.latents).double())

    def base_latents(self) -> Tensor:
        """Return what the group acts on: the base map of the loss."""
        return self.inner.base_latents()

    def style(self) -> Tensor:
        """Return the latents that the base map leaves out."""
        return self.inner.style()

    def loss_gap(self, encoder: Encoder, extras: Extras) -> tuple[Tensor, Tensor]:
        """Return the held-out loss of p∘f above the optimum's, and the loss's scale."""
        through: Any = Through(encoder, extras, self.on_sphere)
        return self.inner.loss_gap(through, _rest(extras))


def _rest(extras: Extras) -> dict[str, Tensor]:
    return {name: value for name, value in extras.items() if not name.startswith(PREFIX)}


def projector_parameters(
    objective: Projected, outputs: int, seeds: tuple[int, ...], device: str
) -> Extras:
    """Return the projector's parameters at their start, drawn from the seeds alone."""
    projector, drawn = objective.projector, seed_generators(seeds, "projector", device)
    k = projector.output.dim
    # Far from orthogonal, so that the encoder is not orthogonal by the start of its projector.
    found = {"W": normal(drawn, k, outputs)}
    if not projector.coefficients(outputs):
        found["U"] = normal(drawn, WIDTH, outputs)
        found["a"] = normal(drawn, WIDTH)
        found["V"] = normal(drawn, k, WIDTH) / WIDTH
    if projector.offsets() or "U" in found:
        found["b"] = torch.zeros(len(seeds), k, device=device)
    return {PREFIX + name: value for name, value in found.items()}


def projected_around(
    claim: Claim, inner: Experiment, budget: Budget, seeds: tuple[int, ...], device: str
) -> ProjectedExperiment:
    """Return the experiment of a claim, around the one of the loss at p∘f.

    Raises:
        UnsupportedCondition: as many representations as latents are not given, which a comparison
            with the latents needs.
    """
    objective: Projected = claim.objective  # type: ignore[assignment]
    outputs = claim.encoder.output.dim
    if outputs != objective.projector.output.dim or outputs != claim.dim:
        raise UnsupportedCondition(
            f"training with {objective.projector} on {outputs} representations of {claim.dim} latents",
            allowed="as many of all three",
        )
    rows = inner.mixing(inner.latents[:, :CALIBRATION])
    extras = projector_parameters(objective, outputs, seeds, device)
    return ProjectedExperiment(
        claim=claim,
        inner=inner,
        encoder=pick_encoder(claim, budget, seeds, rows),
        extras={**inner.extras, **extras},
        on_sphere=type(objective.projector.output) is Sphere,
        notes=(*inner.notes, "the projector is trained with the encoder, and thrown away"),
    )
