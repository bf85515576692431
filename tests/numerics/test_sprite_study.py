"""The study of sprites: the scaled latents are optimal, what the scores say, what is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from sith.numerics.experiments import SpriteStudy, Stage, pair_loss, sprite_study
from sith.numerics.mixings import SpriteMixing
from sith.numerics.worlds import SpriteWorld

WORLD = SpriteWorld(16, 16, torch.float64)


def pairs(batches: int = 40, rows: int = 256) -> tuple[Tensor, Tensor]:
    """Scaled latents and partners, ``(batches, rows, 7)``."""
    g = torch.Generator().manual_seed(0)
    z = WORLD.latents(batches * rows, g)
    near = WORLD.partners(z, g)
    return tuple(WORLD.isometric(t).view(batches, rows, 7) for t in (z, near))  # type: ignore[return-value]


def excess(changed: Tensor) -> tuple[float, float]:
    """Mean and standard error, over batches, of the loss of the map z -> changed @ s above that of s."""
    u, v = pairs()
    gaps = pair_loss(u @ changed, v @ changed) - pair_loss(u, v)
    return float(gaps.mean()), float(gaps.std()) / len(gaps) ** 0.5


def test_isometries_keep_the_loss_and_other_linear_maps_raise_it() -> None:
    """Paired differences: each wrong map is above by more than six standard errors."""
    turn = torch.linalg.qr(torch.randn(16, 7, generator=torch.Generator().manual_seed(1)).double())[
        0
    ]
    mean, _ = excess(turn.T)
    assert abs(mean) < 1e-9
    eye = torch.eye(7, dtype=torch.float64)
    without_rotation = eye.clone()
    without_rotation[3, 3] = without_rotation[4, 4] = 0
    shear = eye.clone()
    shear[3, 0] = 0.5
    for wrong in (1.3 * eye, 0.7 * eye, without_rotation, shear):
        mean, error = excess(wrong)
        assert mean > 6 * error
        assert mean > 0.01


@pytest.fixture(scope="module")
def short() -> SpriteStudy:
    stages = [Stage(SpriteWorld(1, 32), 5), Stage(SpriteWorld(16, 16), 40)]
    mixing = SpriteMixing(side=16, reach=0.2, smallest=0.5, largest=0.75)
    return sprite_study(stages, mixing, seeds=(0, 1), batch=128, held_out=600)


def test_a_short_training_finds_hue_and_says_that_it_is_above_the_optimum(short) -> None:
    assert tuple(short.r2)[:4] == ("x", "y", "scale", "cos rotation")
    assert len(short.r2) == 7
    assert all(short.r2[name].mean > 0.9 for name in ("cos hue", "sin hue"))
    assert all(value.n == 2 for value in short.r2.values())
    assert short.gap.mean > 0.1
    assert short.loss.mean > short.gap.mean


def test_the_read_out_is_that_of_new_images(short) -> None:
    assert short.latents.shape == short.predicted.shape == (300, 7)
    errors = ((short.latents - short.predicted) ** 2).mean(0) / short.latents.var(0)
    assert errors[5] < 0.15
    plain = json.loads(json.dumps(short.to_dict(points=5)))
    assert np.shape(plain["latents"]) == np.shape(plain["predicted"]) == (5, 7)
    assert plain["gap"]["n"] == 2
    assert replace(short, r2={}).to_dict()["r2"] == {}


def test_options_out_of_range_are_named() -> None:
    stage, mixing = Stage(SpriteWorld(), 1), SpriteMixing(side=16)
    for call in (
        lambda: sprite_study([], mixing),
        lambda: sprite_study([stage], mixing, outputs=6),
        lambda: sprite_study([stage], mixing, batch=5),
        lambda: sprite_study([stage], mixing, seeds=(0,), held_out=100),
    ):
        with pytest.raises(ValueError, match=r"; allowed: .*; "):
            call()
