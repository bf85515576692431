"""Mixings: prescribed conditioning, invertibility, independence of seeds, rejected impostors."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import pytest
import torch
from torch import Tensor

from sith.numerics.mixings import (
    check_injectivity,
    identity_mixing,
    leaky_relu_mixing,
    linear_mixing,
    prescribed_matrices,
    smooth_mixing,
    spiral_mixing,
)
from sith.numerics.training.loop import seed_generators
from sith.numerics.worlds import sample_uniform_sphere, sample_vmf

BUILDERS: dict[str, Callable[[Sequence[torch.Generator], int], Callable[[Tensor], Tensor]]] = {
    "identity": identity_mixing,
    "leaky_relu": leaky_relu_mixing,
    "linear": linear_mixing,
    "smooth": smooth_mixing,
    "spiral": spiral_mixing,
}


def latents(seeds: int, count: int, dim: int) -> Tensor:
    generator = torch.Generator().manual_seed(7)
    return torch.randn((seeds, count, dim), generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("name", sorted(BUILDERS))
@pytest.mark.parametrize("dim", [2, 5])
def test_every_mixing_is_injective_and_the_same_for_a_seed_alone(name: str, dim: int) -> None:
    build = BUILDERS[name]
    z = latents(3, 64, dim)
    together = build(seed_generators([0, 3, 5], "mixing"), dim)
    alone = build(seed_generators([3], "mixing"), dim)
    assert (together.dim, together.observed_dim) == (dim, dim)  # type: ignore[attr-defined]
    torch.testing.assert_close(together(z)[1:2], alone(z[1:2]), rtol=1e-12, atol=1e-12)
    report = check_injectivity(together, z, search_steps=50)
    assert report.passed, str(report)
    assert together(z.float()).dtype == torch.float32


@pytest.mark.parametrize("build", [linear_mixing, leaky_relu_mixing, smooth_mixing])
def test_more_observations_than_latents(build: Callable[..., Callable[[Tensor], Tensor]]) -> None:
    mixing = build(seed_generators([0, 1], "mixing"), 3, 6)
    assert mixing(latents(2, 8, 3)).shape == (2, 8, 6)
    assert check_injectivity(mixing, latents(2, 32, 3), search_steps=20).passed


def test_singular_values_are_prescribed() -> None:
    matrices = prescribed_matrices(seed_generators(range(50), "m"), 4, 6, (0.5, 2.0)).double()
    values = torch.linalg.svdvals(matrices)
    assert 0.5 - 1e-5 < float(values.min()) < float(values.max()) < 2 + 1e-5
    # log-uniform on [-log 2, log 2]: mean 0, standard error log 2 / sqrt(3 * 200) = 0.028; 5 sigma.
    assert abs(float(values.log().mean())) < 5 * math.log(2) / math.sqrt(3 * 200)


def test_singular_values_of_a_network_stay_in_the_product_of_the_ranges() -> None:
    z = latents(2, 32, 3)
    report = check_injectivity(leaky_relu_mixing(seed_generators([0, 1], "m"), 3), z)
    assert report.smallest_singular_value >= 0.5**3 * 0.2**2 - 1e-6
    assert report.smallest_ratio >= 0.5**3 * 0.2**2 - 1e-6


def test_spiral_keeps_norms_and_volume() -> None:
    z = latents(1, 16, 5)
    x = spiral_mixing(seed_generators([0], "m"), 5)(z)
    torch.testing.assert_close(x[..., :2].norm(dim=-1), z[..., :2].norm(dim=-1))
    torch.testing.assert_close(x[..., 4], z[..., 4])


@pytest.mark.parametrize("dim", [1, 2, 10])
def test_a_folding_map_is_rejected(dim: int) -> None:
    # abs has a Jacobian of full rank everywhere: only the search over pairs can tell.
    report = check_injectivity(torch.abs, latents(2, 64, dim))
    assert report.smallest_singular_value == pytest.approx(1.0)
    assert not report.passed
    assert "two latents" in str(report)
    z, other = report.pair
    assert float((z - other).norm()) > 1e-2


def test_a_projection_is_rejected() -> None:
    assert not check_injectivity(lambda z: z[..., :2], latents(1, 16, 3)).passed
    flat = check_injectivity(lambda z: z * torch.tensor([1.0, 1.0, 0.0]), latents(1, 16, 3))
    assert not flat.passed
    assert "first order" in flat.reason


def test_the_search_can_be_kept_on_the_latent_space() -> None:
    # Squaring merges z and -z, but is injective on the positive orthant.
    z = latents(1, 64, 3).abs() + 0.1
    assert not check_injectivity(torch.square, z).passed
    assert check_injectivity(torch.square, z, project=lambda p: p.clamp_min(0.1)).passed


@pytest.mark.parametrize("d", [2, 3, 4, 10])
@pytest.mark.parametrize("kappa", [0.0, 1.0, 10.0, 200.0])
def test_vmf_has_the_density_of_its_cosine(d: int, kappa: float) -> None:
    count = 20_000
    generator = torch.Generator().manual_seed(11)
    mu = sample_uniform_sphere((count,), d, generator, dtype=torch.float64)
    z = sample_vmf(mu, kappa, generator)
    torch.testing.assert_close(z.norm(dim=-1), torch.ones(count, dtype=torch.float64))
    cosine = (mu * z).sum(-1).clamp(-1, 1)
    # The angle has density sin^{d-2} exp(kappa cos) on [0, pi], also where the cosine's is infinite.
    angle = torch.linspace(0, math.pi, 200_001, dtype=torch.float64)
    density = angle.sin().clamp_min(0) ** (d - 2) * (kappa * (angle.cos() - 1)).exp()
    cumulative = torch.cumulative_trapezoid(density, angle)
    cumulative = torch.cat((torch.zeros(1, dtype=torch.float64), cumulative / cumulative[-1]))
    drawn = cosine.arccos().sort().values
    position = torch.searchsorted(angle, drawn).clamp_max(len(angle) - 1)
    expected = (torch.arange(count, dtype=torch.float64) + 0.5) / count
    # Kolmogorov: P(sup > 2.23 / sqrt(count)) = 1e-4 per case, 16 cases, the generator is fixed.
    assert float((cumulative[position] - expected).abs().max()) < 2.23 / math.sqrt(count)
    # The direction orthogonal to mu is uniform: its mean vanishes, up to 5 standard errors.
    tangent = z - cosine.unsqueeze(-1) * mu
    tangent = tangent / tangent.norm(dim=-1, keepdim=True)
    assert float(tangent.mean(0).abs().max()) < 5 / math.sqrt(count)


def test_invalid_arguments_name_the_value_and_the_cure() -> None:
    g = seed_generators([0], "m")
    for call in (
        lambda: linear_mixing(g, 3, 2),
        lambda: linear_mixing((), 3),
        lambda: linear_mixing(g, 3, singular_range=(0.0, 1.0)),
        lambda: leaky_relu_mixing(g, 3, slope=0.0),
        lambda: smooth_mixing(g, 3, layers=0),
        lambda: spiral_mixing(g, 1),
        lambda: identity_mixing(g, 0),
        lambda: check_injectivity(torch.abs, latents(1, 1, 2)),
        lambda: sample_vmf(torch.ones(3, 1), 1.0, g[0]),
        lambda: sample_vmf(torch.ones(3, 2), -1.0, g[0]),
    ):
        with pytest.raises(ValueError, match=r"; allowed: .*; "):
            call()
