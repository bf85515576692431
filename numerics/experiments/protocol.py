"""What training and measurement ask of an experiment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import torch
from torch import Tensor

from sith.numerics.encoders.encoder import Encoder
from sith.theory import Claim

Mix = Callable[[Tensor], Tensor]
Extras = Mapping[str, Tensor]

EVALUATION_BATCH = 2048
"""Rows of the held-out loss: the in-batch estimate and its reference use the same rows."""


class Experiment(Protocol):
    """One claim, set up for training, batched over seeds.

    What is compared in the end are `represent` with `base_latents`, and the loss with that of an
    explicit optimum on the same held-out rows.
    """

    @property
    def claim(self) -> Claim:
        """What is tested."""
        ...

    @property
    def encoder(self) -> Encoder:
        """The untrained encoder."""
        ...

    @property
    def extras(self) -> Extras:
        """Learned parameters beside the encoder, each ``(S, ...)``."""
        ...

    @property
    def mixing(self) -> Mix:
        """The mixing g of every seed, ``(S, N, d) -> (S, N, D)``."""
        ...

    @property
    def latents(self) -> Tensor:
        """Held-out latents ``(S, N, d)``."""
        ...

    @property
    def generators(self) -> tuple[torch.Generator, ...]:
        """One per seed, for the training batches."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What the training takes in place of the claim's letter, one line each."""
        ...

    def draw(self, steps: int) -> tuple[Tensor, ...]:
        """Return the batches of the next steps, each ``(steps, S, ...)``."""
        ...

    def loss(
        self, encode: Callable[[Tensor], Tensor], batch: tuple[Tensor, ...], extras: Extras
    ) -> Tensor:
        """Return the training loss of one batch, ``(S,)``."""
        ...

    def represent(self, encoder: Encoder) -> Tensor:
        """Return the representations of the held-out latents, float64, ``(S, N, m)``."""
        ...

    def base_latents(self) -> Tensor:
        """Return what the stated group acts on at the same latents, ``(S, N, m)``."""
        ...

    def style(self) -> Tensor:
        """Return the latents that the base map leaves out, ``(S, N, n_s)``; none for most claims."""
        ...

    def loss_gap(self, encoder: Encoder, extras: Extras) -> tuple[Tensor, Tensor]:
        """Return, per seed, the held-out loss above the exact optimum's, and the loss's scale."""
        ...
