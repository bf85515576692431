"""The torchmetrics shape: batches give the score of all rows, and bad batches are refused."""

from __future__ import annotations

import numpy as np
import pytest
import torch

pytest.importorskip("torchmetrics", reason="the extra torchmetrics is not installed")

from sith import InputError
from sith.numerics.data import RepresentationScore, scorer_of


class Read:
    """An encoder that returns what it is given."""

    def transform(self, x):
        return x


def rows() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    z = torch.randn(400, 3, generator=generator)
    return z @ torch.randn(3, 5, generator=generator), z


@pytest.mark.parametrize("name", ["linear_r2", "mcc"])
def test_batches_give_the_score_of_all_rows(name: str) -> None:
    y, z = rows()
    metric = RepresentationScore(name)
    for k in range(0, 400, 64):
        metric.update(y[k : k + 64], z[k : k + 64])
    whole = scorer_of(name)(Read(), y.numpy().astype(np.float64), z.numpy())
    assert float(metric.compute()) == pytest.approx(whole, abs=1e-12)
    metric.reset()
    metric.update(y[:9], z[:9])
    with pytest.raises(InputError, match="9 rows"):
        metric.compute()


def test_a_shuffled_embedding_scores_low() -> None:
    y, z = rows()
    metric = RepresentationScore("linear_r2")
    metric.update(y[torch.randperm(400, generator=torch.Generator().manual_seed(1))], z)
    assert float(metric.compute()) < 0.1


def test_bad_batches_are_refused() -> None:
    y, z = rows()
    metric = RepresentationScore("mcc")
    with pytest.raises(InputError, match="same number of rows"):
        metric.update(y[:10], z[:9])
    with pytest.raises(InputError, match="not finite"):
        metric.update(y[:10] * torch.nan, z[:10])
    with pytest.raises(InputError):
        RepresentationScore("no such score")
    square = RepresentationScore("procrustes_r2")
    square.update(y, z)
    with pytest.raises(InputError, match="as many embeddings"):
        square.compute()
