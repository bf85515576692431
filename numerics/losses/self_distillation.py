"""BYOL and SimSiam: a predictor follows a target through which no gradient flows."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from sith.numerics.losses.pairs import require_pairs


def self_distillation(
    prediction_a: Tensor,
    prediction_b: Tensor,
    target_a: Tensor,
    target_b: Tensor,
    *,
    stop_gradient: bool = True,
) -> Tensor:
    """mean_i of 1 - [cos(p(a_i), sg t(b_i)) + cos(p(b_i), sg t(a_i))]/2, per seed.

    With targets from the same encoder it is SimSiam's loss plus 1; with targets from averaged
    parameters (`moving_average`), BYOL's divided by 4.

    From 0 to 2.  Unchanged by a positive scale of each row and by one orthogonal map of all four.
    As a function of the embeddings it is least at collapse: what prevents it is the dynamics, so
    no value of the loss certifies anything.  A row of zeros has cosine 0.

    Arguments:
        prediction_a, prediction_b: the predictor's outputs for the two views, ``(S, B, m)``.
        target_a, target_b: the target's embeddings of the two views, same shape.
        stop_gradient: let none flow into the targets; without it the loss is one of alignment
            alone, for ablations.

    Returns:
        ``(S,)``.

    Raises:
        ValueError: shapes do not fit.

    Source: Grill et al. (2020), BYOL; Chen and He (2021), SimSiam.
    """
    require_pairs(prediction_a, target_b, rows=1)
    require_pairs(prediction_b, target_a, rows=1)
    require_pairs(prediction_a, prediction_b, rows=1)
    if stop_gradient:
        target_a, target_b = target_a.detach(), target_b.detach()
    cosines = F.cosine_similarity(prediction_a, target_b, dim=-1)
    cosines = cosines + F.cosine_similarity(prediction_b, target_a, dim=-1)
    return 1 - cosines.mean(-1) / 2


def moving_average(
    target: Mapping[str, Tensor], online: Mapping[str, Tensor], decay: float
) -> dict[str, Tensor]:
    """decay · target + (1 - decay) · online, entry by entry, as new tensors without gradient.

    Neither argument changes.  Entries that are not floating point, such as counters, are taken
    from `online`.

    Arguments:
        target: parameters by name.
        online: parameters of the same names and shapes.
        decay: from 0 (a copy of online) to 1 (a copy of target).

    Raises:
        ValueError: names or shapes differ, or the decay is out of range.

    Source: Grill et al. (2020), BYOL.
    """
    if not 0 <= decay <= 1:
        raise ValueError(f"decay = {decay}; allowed: 0 <= decay <= 1; use for example 0.996")
    shapes = [{name: value.shape for name, value in side.items()} for side in (target, online)]
    if shapes[0] != shapes[1]:
        odd = sorted(k for k in {**shapes[0], **shapes[1]} if shapes[0].get(k) != shapes[1].get(k))
        raise ValueError(
            f"parameters {odd} differ; allowed: equal names and shapes; copy the online ones first"
        )
    with torch.no_grad():
        return {
            name: decay * old + (1 - decay) * online[name]
            if old.is_floating_point()
            else online[name].clone()
            for name, old in target.items()
        }


def decay_schedule(step: int, steps: int, *, base: float = 0.996) -> float:
    """1 - (1 - base)(cos(π step/steps) + 1)/2: from `base` at step 0 to 1 at the end.

    Arguments:
        step: from 0 to `steps`.
        steps: >= 1.
        base: from 0 to 1.

    Raises:
        ValueError: a number is out of range.

    Source: Grill et al. (2020), BYOL.
    """
    if not (0 <= step <= steps and steps >= 1 and 0 <= base <= 1):
        raise ValueError(
            f"step, steps, base = {step}, {steps}, {base}; allowed: 0 <= step <= steps, steps >= 1,"
            " 0 <= base <= 1; use base 0.996"
        )
    return 1 - (1 - base) * (math.cos(math.pi * step / steps) + 1) / 2
