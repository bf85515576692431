"""Masked prediction as a torch loss: against enumeration and the exact sums, and its training time."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace

import pytest
import sympy as sp
import torch
from torch import Tensor

from sith import InputError
from sith.numerics.experiments import masked_prediction_study, population_rows
from sith.numerics.losses import masked_prediction
from sith.theory.masked import TwoModes, discrepancy

R = sp.Rational
WORLD, START = TwoModes(R(4, 5), R(1, 2)), R(9, 10)
WORLDS = [(WORLD, START), (TwoModes(R(2, 3), R(1, 5)), R(3, 7))]


def odds(p: float) -> float:
    return math.log(p / (1 - p))


def two_modes(theta: float, weight: float, bits: int) -> tuple[Tensor, Tensor]:
    logits = torch.tensor([[odds(theta)], [-odds(theta)]], dtype=torch.float64).expand(2, bits)
    log_weights = torch.tensor([[odds(weight), 0.0]], dtype=torch.float64)
    return log_weights, logits.unsqueeze(0)


def words(bits: int) -> Tensor:
    found = list(itertools.product((0.0, 1.0), repeat=bits))
    return torch.tensor([found], dtype=torch.float64)


def masks(bits: int, visible: int) -> list[Tensor]:
    found = [
        torch.zeros(bits, dtype=torch.bool) for _ in itertools.combinations(range(bits), visible)
    ]
    for mask, kept in zip(found, itertools.combinations(range(bits), visible), strict=True):
        mask[list(kept)] = True
    return found


def mass(theta: float, weight: float, x: Tensor) -> Tensor:
    """The probabilities of words, by the product of their factors."""
    plus = (theta * x + (1 - theta) * (1 - x)).prod(-1)
    minus = ((1 - theta) * x + theta * (1 - x)).prod(-1)
    return weight * plus + (1 - weight) * minus


@pytest.mark.parametrize(("world", "wrong"), WORLDS)
@pytest.mark.parametrize("visible", [0, 1, 3])
def test_the_excess_over_all_words_and_masks_is_the_exact_discrepancy(
    world, wrong, visible
) -> None:
    theta, true, model = (float(v) for v in (world.theta, world.weight, wrong))
    bits = 5
    x = words(bits)
    population = mass(theta, true, x[0])
    excess = torch.zeros(1, dtype=torch.float64)
    for mask in masks(bits, visible):
        seen = mask.expand(x.shape)
        for weight, sign in ((model, 1), (true, -1)):
            loss = masked_prediction(
                x, seen, *two_modes(theta, weight, bits), row_weights=population
            )
            excess += sign * loss / math.comb(bits, visible)
    exact = float(discrepancy(world, wrong, visible).evalf(17))
    assert float(excess) == pytest.approx(exact, rel=1e-10)
    assert float(excess) != pytest.approx(float(discrepancy(world, wrong, visible + 1)), rel=1e-3)


@pytest.mark.parametrize("visible", [0, 2, 7])
def test_rows_by_their_ones_give_the_loss_of_all_words(visible: int) -> None:
    x, seen, population = population_rows(WORLD, visible)
    assert float(population.sum()) == pytest.approx(1, abs=1e-12)
    model = two_modes(0.8, 0.7, visible + 1)
    by_ones = masked_prediction(x, seen, *model, row_weights=population)
    every = words(visible + 1)
    all_seen = (torch.arange(visible + 1) < visible).expand(every.shape)
    weights = mass(0.8, 0.5, every[0])
    torch.testing.assert_close(
        by_ones, masked_prediction(every, all_seen, *model, row_weights=weights), rtol=1e-12, atol=0
    )


def random_case(seeds: int = 2, rows: int = 6, components: int = 3, bits: int = 4) -> list[Tensor]:
    g = torch.Generator().manual_seed(0)
    x = (torch.rand(seeds, rows, bits, generator=g) < 0.5).double()
    seen = torch.rand(seeds, rows, bits, generator=g) < 0.5
    seen[..., 0] = False
    weights = torch.randn(seeds, components, generator=g, dtype=torch.float64)
    return [
        x,
        seen,
        weights,
        torch.randn(seeds, components, bits, generator=g, dtype=torch.float64),
    ]


def test_any_mixture_is_conditioned_as_its_joint_table() -> None:
    x, seen, weights, logits = random_case()
    table = torch.zeros(2, 2, 2, 2, 2, dtype=torch.float64)
    for s, word in itertools.product(range(2), itertools.product((0, 1), repeat=4)):
        factors = torch.sigmoid(logits[s] * (2 * torch.tensor(word) - 1))
        table[(s, *word)] = (weights[s].softmax(-1) * factors.prod(-1)).sum()
    expected = torch.zeros(2, dtype=torch.float64)
    for s, i in itertools.product(range(2), range(6)):
        hidden = [j for j in range(4) if not seen[s, i, j]]
        fixed = [slice(None) if j in hidden else int(x[s, i, j]) for j in range(4)]
        for j in hidden:
            chosen = [int(x[s, i, k]) if k == j else fixed[k] for k in range(4)]
            ratio = table[(s, *chosen)].sum() / table[(s, *fixed)].sum()
            expected[s] -= ratio.log() / len(hidden) / 6
    torch.testing.assert_close(masked_prediction(x, seen, weights, logits), expected)


def test_seeds_are_apart_gradients_exact_and_hidden_bits_unseen() -> None:
    x, seen, weights, logits = random_case()
    both = masked_prediction(x, seen, weights, logits)
    alone = [masked_prediction(*(t[s : s + 1] for t in (x, seen, weights, logits))) for s in (0, 1)]
    torch.testing.assert_close(both, torch.cat(alone))
    uniform = torch.full((6,), 1 / 6, dtype=torch.float64)
    torch.testing.assert_close(
        both, masked_prediction(x, seen, weights, logits, row_weights=uniform)
    )
    shifted = masked_prediction(x, seen, weights + 3, logits)
    torch.testing.assert_close(both, shifted)
    inputs = (weights.requires_grad_(), logits.requires_grad_())
    assert torch.autograd.gradcheck(lambda w, v: masked_prediction(x, seen, w, v), inputs)
    # With all but coordinate 0 visible, −log q(1) and −log q(0) of it add up to probability 1.
    most = torch.ones_like(seen)
    most[..., 0] = False
    one, zero = (masked_prediction(_with_first(x, b), most, weights, logits) for b in (1.0, 0.0))
    single = masked_prediction(x[:, :1], most[:, :1], weights, logits)
    assert bool((one + zero > 2 * math.log(2) - 1e-12).all())
    pair = [
        masked_prediction(_with_first(x, b)[:, :1], most[:, :1], weights, logits)
        for b in (0.0, 1.0)
    ]
    torch.testing.assert_close(sum((-p).exp() for p in pair), torch.ones_like(single))


def _with_first(x: Tensor, bit: float) -> Tensor:
    x = x.clone()
    x[..., 0] = bit
    return x


def test_invalid_arguments_name_the_value_and_the_cure() -> None:
    x, seen, weights, logits = random_case()
    for call in (
        lambda: masked_prediction(x, seen.double(), weights, logits),
        lambda: masked_prediction(x[0], seen[0], weights, logits),
        lambda: masked_prediction(x, torch.ones_like(seen), weights, logits),
        lambda: masked_prediction(x, seen, weights[:, :2], logits),
        lambda: masked_prediction(x, seen, weights, logits[..., 1:]),
        lambda: masked_prediction(x, seen, weights, logits, row_weights=x[..., 0].T),
    ):
        with pytest.raises(ValueError, match=r"; allowed: .*; "):
            call()


def test_the_steps_to_the_true_weight_are_those_of_the_curvature() -> None:
    """Once the steps are many, gradient flow decides: within 5 % of the linear prediction."""
    study = masked_prediction_study(WORLD, START, (0, 4, 8, 12))
    assert all(row.reached for row in study.rows)
    assert [row.steps for row in study.rows] == sorted(row.steps for row in study.rows)
    for row in study.rows[1:]:
        assert row.steps == pytest.approx(row.predicted_steps, rel=0.05)
    # The time is not that of another m, nor proportional to 1/√curvature.
    early, late = study.rows[1], study.rows[3]
    assert late.steps / early.steps > 3 * math.sqrt(early.curvature / late.curvature)


def test_the_fitted_rate_is_that_of_the_bhattacharyya_coefficient() -> None:
    study = masked_prediction_study(WORLD, START, (0,))
    assert study.predicted_rate == pytest.approx(-math.log(0.8), abs=1e-12)
    assert study.fitted_rate == pytest.approx(0.233, abs=5e-4)
    assert study.fitted_rate_without_root == pytest.approx(study.predicted_rate, abs=1e-3)
    assert study.fitted_rate - study.predicted_rate > 5e-3


def test_uneven_weights_are_reached_too_and_a_short_budget_is_said() -> None:
    world, wrong = WORLDS[1]
    (row,) = masked_prediction_study(world, wrong, (6,), learning_rate=20.0).rows
    assert row.reached
    assert row.steps == pytest.approx(row.predicted_steps, rel=0.25)
    short = masked_prediction_study(world, wrong, (6,), budget=5)
    assert (short.rows[0].steps, short.rows[0].reached) == (5, False)
    assert json.loads(json.dumps(short.to_dict()))["rows"][0]["reached"] is False
    assert replace(short, rows=()).to_dict()["rows"] == []


@pytest.mark.parametrize(
    ("start", "visible", "options", "said"),
    [
        (R(1, 2), (1,), {}, "start = 1/2 is the true weight"),
        (START, (), {}, "visible is empty"),
        (START, (0,), {"learning_rate": 50.0}, "learning_rate = 50"),
        (START, (0,), {"learning_rate": -1.0}, "learning_rate = -1"),
        (START, (0,), {"tolerance": 1.0}, "tolerance = 1"),
        (START, (0,), {"tail": (3, 2)}, "tail"),
    ],
)
def test_options_out_of_range_are_named(start, visible, options, said: str) -> None:
    with pytest.raises(InputError, match=said):
        masked_prediction_study(WORLD, start, visible, **options)
