"""Sharpness-aware steps on quadratics, where they are known."""

import math

import pytest
import torch

from sith import InputError
from sith.numerics.training.sharpness import ascended, sam_step

CURVATURE = torch.tensor([[3.0], [1.0]], dtype=torch.float64)
POINT = torch.tensor([[1.0], [-4.0]], dtype=torch.float64)


def gradient(weights):
    return CURVATURE * weights


def test_the_step_on_a_quadratic_is_known():
    # The gradient at (1, -4) is (3, -4), of length 5.
    climbed = torch.tensor([[1 + 0.3], [-4 - 0.4]], dtype=torch.float64)
    assert torch.allclose(ascended(POINT, gradient(POINT), 0.5), climbed)
    expected = POINT - 0.1 * CURVATURE * climbed
    assert torch.allclose(sam_step(POINT, gradient, gradient, 0.5, 0.1), expected)
    assert not torch.allclose(sam_step(POINT, gradient, gradient, 0.4, 0.1), expected)


def test_the_scale_of_the_ascent_loss_does_not_matter_but_its_direction_does():
    own = sam_step(POINT, gradient, gradient, 0.5, 0.1)
    assert torch.allclose(sam_step(POINT, gradient, lambda w: 7 * gradient(w), 0.5, 0.1), own)
    assert not torch.allclose(sam_step(POINT, gradient, lambda w: w, 0.5, 0.1), own)


def test_radii_go_with_their_matrices_and_zero_is_descent():
    both = torch.stack([POINT, POINT])
    found = sam_step(both, gradient, gradient, torch.tensor([0.0, 0.5]), 0.1)
    assert torch.allclose(found[0], POINT - 0.1 * gradient(POINT))
    assert torch.allclose(found[1], sam_step(POINT, gradient, gradient, 0.5, 0.1))
    assert torch.equal(ascended(POINT, torch.zeros_like(POINT), 0.5), POINT)


@pytest.mark.parametrize("radius", [-0.1, math.nan, math.inf])
def test_a_wrong_radius_is_refused(radius):
    with pytest.raises(InputError, match="radius"):
        ascended(POINT, POINT, radius)


def test_a_gradient_of_another_shape_is_refused():
    with pytest.raises(InputError, match="shape"):
        ascended(POINT, POINT.T, 0.1)
