"""The measures in torchmetrics' shape: rows are collected over batches and devices, then scored."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from sith.numerics.data.scorers import scorers
from sith.numerics.data.splitting import random_rows
from sith.theory.errors import InputError

try:
    from torchmetrics import Metric
    from torchmetrics.utilities import dim_zero_cat
except ModuleNotFoundError as missing:
    raise InputError(
        "torchmetrics is not installed",
        cure='install it with: pip install "sith-ident[torchmetrics]"',
    ) from missing

LEAST_ROWS = 40


class RepresentationScore(Metric):  # type: ignore[misc]
    """A score of `sith score` as a `torchmetrics.Metric`.

    Every row is kept until `compute`, on the device of the metric, and rows of several processes
    are gathered; the score itself is computed on the CPU in double precision. Rows are split at
    random, so that they must be independent; for time series or repeated items use `score`.

    Example: metric = RepresentationScore("mcc"); metric.update(encoder(x), z); metric.compute()
    """

    is_differentiable = False
    higher_is_better = True
    full_state_update = False
    embeddings: list[Tensor]
    latents: list[Tensor]

    def __init__(self, name: str, *, seed: int = 0, **options: Any) -> None:
        """Choose the score.

        Arguments:
            name: of a score of `sith score`, such as "mcc".
            seed: of the split.
            options: of `torchmetrics.Metric`.

        Raises:
            InputError: the name is unknown.
        """
        super().__init__(**options)
        (self._scorer,) = scorers((name,))
        self._place = self._scorer.names.index(name)
        self._seed = seed
        self.add_state("embeddings", default=[], dist_reduce_fx="cat")
        self.add_state("latents", default=[], dist_reduce_fx="cat")

    def update(self, embeddings: Tensor, latents: Tensor) -> None:
        """Keep a batch: embeddings ``(B, m)`` and the latents ``(B, d)`` of the same rows.

        Raises:
            InputError: the shapes do not fit, or a value is not finite.
        """
        if embeddings.ndim != 2 or latents.ndim != 2 or len(embeddings) != len(latents):
            raise InputError(
                f"shapes {tuple(embeddings.shape)} and {tuple(latents.shape)}",
                allowed="(B, m) and (B, d) with the same number of rows",
            )
        for name, values in (("embeddings", embeddings), ("latents", latents)):
            if not bool(torch.isfinite(values).all()):
                raise InputError(f"the {name} are not finite", cure="leave these rows out")
        self.embeddings.append(embeddings.detach())
        self.latents.append(latents.detach())

    def compute(self) -> Tensor:
        """Return the held-out score of all rows so far.

        Raises:
            InputError: there are too few rows, or the measure does not apply to these widths.
        """
        rows = dim_zero_cat(self.embeddings).shape[0] if self.embeddings else 0
        if rows < LEAST_ROWS:
            raise InputError(f"{rows} rows", allowed=f"at least {LEAST_ROWS}")
        y = dim_zero_cat(self.embeddings).double().cpu().numpy()
        z = dim_zero_cat(self.latents).double().cpu().numpy()
        reason = self._scorer.applies(z.shape[1], y.shape[1])
        if reason:
            raise InputError(f"{self._scorer.names[self._place]} {reason}")
        own = random_rows(rows, seed=self._seed)
        value = self._scorer.call(z, y, (own.fit, own.test), (), self._seed)[self._place]
        return torch.as_tensor(value, dtype=torch.float64, device=self.device)
