"""Operator eigenproblems: closed forms, and the figures on when the linear map is optimal."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from sith import InputError
from sith.numerics.exact import (
    Spectrum,
    autoregression,
    box,
    finite_world,
    gaussian,
    interval,
    orthonormal_polynomials,
    pair_spectrum,
    sturm_liouville,
)

LogDensity = Callable[[Tensor], Tensor]


def normal(deviation: float) -> LogDensity:
    return lambda x: -x.square() / (2 * deviation**2)


def mixture(centre: float, deviation: float) -> LogDensity:
    law = normal(deviation)
    return lambda x: torch.logaddexp(law(x - centre), law(x + centre))


def logistic(x: Tensor) -> Tensor:
    return -x - 2 * torch.nn.functional.softplus(-x)


def ornstein_uhlenbeck(rho: float) -> Spectrum:
    noise = normal(math.sqrt(1 - rho**2))
    return pair_spectrum(autoregression(lambda x: rho * x, noise, -8, 8, 240))


# Diffusions


def test_the_polynomials_are_orthonormal_with_the_slopes_of_hermites() -> None:
    rule = gaussian(1, 30)
    x, weights = rule.nodes[:, 0], rule.weights
    values, slopes = orthonormal_polynomials(x, weights, 8)
    gram = values.T @ (weights[:, None] * values)
    assert torch.allclose(gram, torch.eye(9, dtype=torch.float64), atol=1e-11)
    order = torch.arange(1, 9, dtype=torch.float64).sqrt()
    assert torch.allclose(slopes[:, 1:], values[:, :-1] * order, atol=1e-6, rtol=1e-9)


def test_reflecting_brownian_motion_has_cosines() -> None:
    """Rates π²k²; the squared correlation of cos πz with z is 96/π⁴."""
    spectrum = sturm_liouville(box(1, 100), 30)
    rates = math.pi**2 * torch.arange(5, dtype=torch.float64).square()
    assert torch.allclose(spectrum.values[:5], rates, atol=1e-8)
    assert spectrum.linearity() == pytest.approx(96 / math.pi**4, abs=1e-10)
    assert spectrum.linearity() == pytest.approx(0.98553, abs=5e-6)


def test_the_gaussian_and_the_jacobi_diffusion_have_linear_first_eigenfunctions() -> None:
    """Constant diffusion: Gaussian only; z(1 − z) makes the uniform law's linear too."""
    spectrum = sturm_liouville(gaussian(1, 60), 20)
    assert torch.allclose(spectrum.values[:6], torch.arange(6, dtype=torch.float64), atol=1e-8)
    assert spectrum.linearity() == pytest.approx(1, abs=1e-10)
    jacobi = sturm_liouville(box(1, 60), 20, diffusion=lambda z: z * (1 - z))
    assert jacobi.linearity() == pytest.approx(1, abs=1e-10)
    assert float(jacobi.values[1]) == pytest.approx(2, abs=1e-9)


@pytest.mark.parametrize(
    ("law", "end", "published"),
    [
        (lambda x: -(x**4) / 4, 5.0, 0.984),
        # The bimodal law behind the published .967 is not stated; this one comes near it.
        (mixture(1.5, 1.0), 7.5, 0.966),
    ],
    ids=["quartic", "bimodal"],
)
def test_other_laws_bend_the_first_eigenfunction(
    law: LogDensity, end: float, published: float
) -> None:
    spectra = [sturm_liouville(interval(law, -end, end, 300), degree) for degree in (40, 56)]
    assert spectra[0].linearity() == pytest.approx(published, abs=5e-4)
    assert spectra[1].linearity() == pytest.approx(spectra[0].linearity(), abs=1e-6)
    assert torch.allclose(spectra[1].values[:3], spectra[0].values[:3], atol=1e-6)


def test_the_logistic_law_has_no_first_eigenfunction() -> None:
    """Its spectrum is continuous from 1/4 on, where sinh(z/2) solves the equation.

    The published .928 is met where the line is cut near ±8.4; longer intervals give any value
    down to 0, while the rate falls towards 1/4.
    """
    cut = {
        end: sturm_liouville(interval(logistic, -end, end, 500), 90)
        for end in (8.4, 12.0, 20.0, 30.0)
    }
    assert cut[8.4].linearity() == pytest.approx(0.928, abs=2e-3)
    linearities = [s.linearity() for s in cut.values()]
    assert linearities == sorted(linearities, reverse=True)
    assert linearities[-1] < 0.4
    rates = [float(s.values[1]) for s in cut.values()]
    assert rates == sorted(rates, reverse=True)
    assert 0.25 < rates[-1] < 0.253
    z = cut[8.4].nodes[:, 0]
    sinh, cosh = (z / 2).sinh(), (z / 2).cosh()
    generator = sinh / 4 - (z / 2).tanh() * cosh / 2
    assert torch.allclose(generator, -sinh / 4, atol=1e-12)


# Pairs


@pytest.mark.parametrize("rho", [0.5, 0.9, 0.95])
def test_ornstein_uhlenbeck_pairs_have_powers_of_rho(rho: float) -> None:
    spectrum = ornstein_uhlenbeck(rho)
    expected = torch.tensor([rho**k for k in range(5)], dtype=torch.float64)
    assert torch.allclose(spectrum.values[:5], expected, atol=1e-9)
    assert spectrum.linearity() == pytest.approx(1, abs=1e-8)


def test_anisotropic_pairs_put_a_square_before_the_slower_coordinate() -> None:
    """ρ = (.95, .9): after z₁ comes He₂(z₁) with .9025, before z₂; whitening leaves z₂ out."""
    one, two = ornstein_uhlenbeck(0.95).values, ornstein_uhlenbeck(0.9).values
    products = {(i, j): float(one[i] * two[j]) for i in range(4) for j in range(4)}
    order = sorted(products, key=lambda key: -products[key])
    assert order[:4] == [(0, 0), (1, 0), (2, 0), (0, 1)]
    assert products[2, 0] == pytest.approx(0.9025, abs=1e-9)
    # Linear is optimal where the largest ρ² is at most the least ρ.
    assert float(two[1] ** 2) < float(two[1])


def hilbert(level: int) -> np.ndarray:
    """The 4^level cells of the unit square in the order of Hilbert's curve, by their centres."""
    square = np.array([[0.5, 0.5]])
    for _ in range(level):
        x, y = square[:, 0], square[:, 1]
        square = np.concatenate(
            [
                np.stack((y, x), 1),
                np.stack((x, y + 1), 1),
                np.stack((x + 1, y + 1), 1),
                np.stack((2 - y, 1 - x), 1),
            ]
        )
        square = square / 2
    return square


@pytest.mark.parametrize(
    ("rho", "published", "linear"), [((0.99, 0.3), 0.750, 1.42), ((0.99, 0.99), 0.749, 0.04)]
)
def test_a_space_filling_curve_of_one_latent_beats_the_linear_map(
    rho: tuple[float, float], published: float, linear: float
) -> None:
    """h = (Φ⁻¹, Φ⁻¹)(Hilbert(Φ(z₁))) is N(0, I) and ignores z₂; isotropic pairs are the control."""
    cells = hilbert(10)
    assert np.allclose(np.abs(np.diff(cells, axis=0)).sum(1), 2.0**-10)
    generator = torch.Generator().manual_seed(0)
    z, noise = torch.randn(2, 400_000, generator=generator, dtype=torch.float64)
    views = (z, rho[0] * z + math.sqrt(1 - rho[0] ** 2) * noise)
    points = [(torch.special.ndtr(view) * len(cells)).long() for view in views]
    h, partner = (torch.special.ndtri(torch.from_numpy(cells)[index]) for index in points)
    assert torch.allclose(torch.cov(h.T), torch.eye(2, dtype=torch.float64), atol=0.02)
    # Four spreads of the mean are 0.008; cells of side 2⁻¹⁰ take 0.003 off the limit.
    loss = float((h - partner).square().sum(1).mean())
    assert loss == pytest.approx(published, abs=0.011)
    assert 2 * (1 - rho[0]) + 2 * (1 - rho[1]) == pytest.approx(linear, abs=1e-9)
    assert (loss < linear) is (rho[1] < 0.9)


def test_a_stationary_world_that_is_not_gaussian_can_have_a_linear_first_eigenfunction() -> None:
    """Bimodal noise ±.65 + .55 N; m solves m(z) + E[z_prev|z] = 2 μ z with μ = 1/2."""
    low, high, count = -6.0, 6.0, 240
    x = low + (high - low) / count * (torch.arange(count, dtype=torch.float64) + 0.5)
    mean = x / 2
    for _ in range(100):
        world = autoregression(lambda _, m=mean: m, mixture(0.65, 0.55), low, high, count)
        back = (world.joint * x[:, None]).sum(0) / world.joint.sum(0)
        step = x - back - mean
        mean = mean + step / 2
        if float((world.weights * step.square()).sum()) < 1e-22:
            break
    spectrum = pair_spectrum(world)
    weights = world.weights
    variance = float((weights * x.square()).sum())
    kurtosis = float((weights * x**4).sum()) / variance**2
    assert kurtosis == pytest.approx(2.549, abs=5e-4)
    assert abs(float((weights * x**3).sum())) < 1e-9
    assert torch.allclose(
        spectrum.values[:3], torch.tensor([1, 0.5, 0.1948], dtype=torch.float64), atol=5e-5
    )
    assert spectrum.linearity() == pytest.approx(1, abs=1e-8)
    bulk = weights > 1e-6
    slope = (mean[bulk][1:] - mean[bulk][:-1]) / (x[1] - x[0])
    assert float(slope.min()) == pytest.approx(0.24, abs=5e-3)
    assert float(slope.max()) == pytest.approx(0.83, abs=5e-3)
    irreversible = float((world.joint - world.joint.T).abs().sum()) / 2
    assert irreversible == pytest.approx(0.121, abs=5e-4)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: sturm_liouville(gaussian(2, 6)), "2 coordinates"),
        (lambda: sturm_liouville(box(1, 10), 10), "degree 10 on 10 nodes"),
        (lambda: interval(logistic, 1.0, -1.0, 9), "low < high"),
        (lambda: autoregression(lambda x: x / 2, normal(1), -8, 8, 4), "at least 8 cells"),
        (
            lambda: pair_spectrum(
                finite_world(torch.tensor([[0.5, 0.3], [0.1, 0.1]], dtype=torch.float64))
            ),
            "stationary",
        ),
        (lambda: sturm_liouville(box(1, 30), 5).linearity(0), "index = 0"),
    ],
)
def test_bad_input_is_refused(call: Callable[[], object], words: str) -> None:
    with pytest.raises(InputError) as caught:
        call()
    assert words in str(caught.value)
