"""Mixings of a class: the differential property that defines it, inverses, and impostors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from sith import (
    THEOREMS,
    Additive,
    Compositional,
    InputError,
    Mixing,
    OrthogonalColumns,
    PolynomialDegree,
    SparseSupport,
    StructuredMixing,
    theorem,
)
from sith.numerics.losses import value_and_jacobian
from sith.numerics.mixings import (
    affine_coupling_mixing,
    banana_mixing,
    check_injectivity,
    isometric_mixing,
    leaky_relu_mixing,
    mixing_of_class,
    mobius_mixing,
    numerical_inverse,
    sinusoid_mixing,
    smooth_mixing,
    spiral_mixing,
    structured_mixing,
    volume_preserving_mixing,
)
from sith.numerics.training.loop import seed_generators

SEEDS = (0, 3, 5)


def roll(generators: Any, dim: int) -> Any:
    return isometric_mixing(generators, dim, curve="roll", scale=0.6, start=-9.0)


BUILDERS: dict[str, Callable[[Any, int], Any]] = {
    "banana": banana_mixing,
    "catenary": isometric_mixing,
    "mobius": mobius_mixing,
    "nvp": affine_coupling_mixing,
    "roll": roll,
    "shears": volume_preserving_mixing,
    "sinusoid": sinusoid_mixing,
}
INVERTIBLE = {"leaky-relu": leaky_relu_mixing, "smooth": smooth_mixing, "spiral": spiral_mixing}


def latents(seeds: int, count: int, dim: int) -> Tensor:
    generator = torch.Generator().manual_seed(7)
    return torch.randn((seeds, count, dim), generator=generator, dtype=torch.float64)


def gram(mixing: Any, z: Tensor) -> Tensor:
    _, jacobian = value_and_jacobian(mixing, z)
    return (jacobian.mT @ jacobian).detach()


@pytest.mark.parametrize("name", BUILDERS)
@pytest.mark.parametrize("dim", [2, 5])
def test_inverses_injectivity_and_seeds_that_do_not_mix(name: str, dim: int) -> None:
    z = latents(3, 64, dim)
    mixing = BUILDERS[name](seed_generators(SEEDS, "m"), dim)
    x = mixing(z)
    assert x.shape == (3, 64, mixing.observed_dim) and mixing.dim == dim
    torch.testing.assert_close(mixing.inverse(x), z, rtol=1e-9, atol=1e-9)
    assert float((mixing.inverse(x + 0.01) - z).abs().max()) > 1e-4
    alone = BUILDERS[name](seed_generators(SEEDS[1:2], "m"), dim)
    torch.testing.assert_close(alone(z[1:2]), x[1:2], rtol=1e-12, atol=1e-12)
    assert check_injectivity(mixing, z, search_steps=50).passed
    assert mixing(z.float()).dtype == torch.float32
    # No mixing of the list is affine: the middle of two points is not mapped to the middle.
    middle = mixing((z[:, :32] + z[:, 32:]) / 2)
    assert float((middle - (x[:, :32] + x[:, 32:]) / 2).abs().max()) > 1e-2


@pytest.mark.parametrize("dim", [2, 3, 5])
@pytest.mark.parametrize("build", [isometric_mixing, roll])
def test_isometries_keep_the_length_of_curves(build: Callable[..., Any], dim: int) -> None:
    z = latents(2, 32, dim)
    eye = torch.eye(dim, dtype=torch.float64).expand(2, 32, dim, dim)
    torch.testing.assert_close(gram(build(seed_generators([0, 1], "m"), dim), z), eye)
    assert not torch.allclose(gram(mobius_mixing(seed_generators([0, 1], "m"), dim), z), eye)


@pytest.mark.parametrize("dim", [2, 3, 5])
def test_mobius_transformations_keep_angles(dim: int) -> None:
    def off(mixing: Any) -> float:
        g = gram(mixing, latents(2, 32, dim))
        scale = g.diagonal(dim1=-2, dim2=-1).mean(-1)[..., None, None]
        return float((g / scale - torch.eye(dim, dtype=torch.float64)).abs().max())

    mixing = mobius_mixing(seed_generators([0, 1], "m"), dim)
    assert off(mixing) < 1e-12
    z = latents(2, 32, dim)
    factor = gram(mixing, z).diagonal(dim1=-2, dim2=-1)[..., 0]
    expected = (mixing.radius / (z - mixing.centre.unsqueeze(1)).norm(dim=-1)) ** 4
    torch.testing.assert_close(factor, expected)
    assert float(factor.max() / factor.min()) > 1.5
    assert off(volume_preserving_mixing(seed_generators([0, 1], "m"), dim)) > 0.1


@pytest.mark.parametrize("dim", [2, 3, 5])
def test_shears_keep_volumes_and_affine_couplings_do_not(dim: int) -> None:
    def log_volume(mixing: Any) -> Tensor:
        _, jacobian = value_and_jacobian(mixing, latents(2, 32, dim))
        return torch.linalg.slogdet(jacobian).logabsdet.detach()

    g = seed_generators([0, 1], "m")
    for mixing in (volume_preserving_mixing(g, dim), banana_mixing(g, dim), spiral_mixing(g, dim)):
        assert float(log_volume(mixing).abs().max()) < 1e-12
    assert volume_preserving_mixing(g, dim).volume_preserving
    assert float(log_volume(affine_coupling_mixing(g, dim)).abs().max()) > 0.1
    assert float(log_volume(sinusoid_mixing(g, dim)).abs().max()) > 0.1


@pytest.mark.parametrize("name", INVERTIBLE)
@pytest.mark.parametrize("dim", [2, 4])
def test_a_numerical_inverse(name: str, dim: int) -> None:
    z = latents(2, 64, dim)
    mixing = INVERTIBLE[name](seed_generators([0, 1], "m"), dim)
    start = z + 0.3 * torch.randn(z.shape, generator=torch.Generator().manual_seed(1)).double()
    found = numerical_inverse(mixing, mixing(z), start)
    torch.testing.assert_close(found, z, rtol=1e-8, atol=1e-8)
    assert float((start - z).abs().max()) > 0.5


STRUCTURED = [
    (t.slug, k)
    for t in THEOREMS
    for k, point in enumerate(t.points)
    if isinstance(theorem(t.slug).at(**point).world.mixing, StructuredMixing)
]


def across(blocks: Any) -> list[tuple[int, int]]:
    return [(i, j) for a in blocks for b in blocks if a != b for i in a for j in b]


def breaks(structure: Any, kind: StructuredMixing, mixing: Any, z: Tensor) -> float:
    """How far the torch map is from the equations of its class; 0 inside."""
    jacobian = value_and_jacobian(mixing, z)[1].detach()
    if isinstance(structure, OrthogonalColumns):
        g = jacobian.mT @ jacobian
        return float((g - torch.diag_embed(g.diagonal(dim1=-2, dim2=-1))).abs().max())
    if isinstance(structure, Compositional):
        pairs = across(structure.blocks)
        found = [(jacobian[..., i] * jacobian[..., j]).abs().max() for i, j in pairs]
        return float(torch.stack(found).max())
    if isinstance(structure, Additive):
        steps = 0.7 * torch.eye(z.shape[-1], dtype=z.dtype)
        mixed = [
            mixing(z + steps[i] + steps[j]) - mixing(z + steps[i]) - mixing(z + steps[j])
            for i, j in across(structure.blocks)
        ]
        return float((torch.stack(mixed) + mixing(z)).abs().max())
    if isinstance(structure, PolynomialDegree):
        # Differences of order p + 1 along a line vanish for polynomials of degree p.
        count = structure.degree + 2
        value = mixing(torch.cat([z + 0.3 * k for k in range(count)], dim=1))
        return float(torch.diff(value.view(1, count, -1), count - 1, dim=1).abs().max())
    assert isinstance(structure, SparseSupport)
    support = torch.zeros(jacobian.shape[-2:], dtype=torch.bool)
    for a, expression in enumerate(kind.g):
        for j, symbol in enumerate(kind.symbols):
            support[a, j] = expression.diff(symbol) != 0
    return float((jacobian * ~support).abs().max())


@pytest.mark.parametrize(("slug", "index"), STRUCTURED)
def test_given_mixings_have_their_structure_and_an_inverse(slug: str, index: int) -> None:
    entry = theorem(slug)
    kind = entry.at(**entry.points[index]).world.mixing
    mixing = structured_mixing(seed_generators([0], "m"), kind)
    z = latents(1, 16, kind.dim)
    exact = [
        [float(e.xreplace(dict(zip(kind.symbols, row, strict=True)))) for e in kind.g]
        for row in z[0, :3].tolist()
    ]
    torch.testing.assert_close(mixing(z)[0, :3], torch.tensor(exact, dtype=torch.float64))
    scale = float(mixing(z).abs().max())
    assert breaks(kind.structure, kind, mixing, z) < 1e-9 * max(scale, 1)
    if isinstance(kind.structure, SparseSupport) and len(kind.g) ** 2 == sum(
        len(e.free_symbols) for e in kind.g
    ):
        return  # A full Jacobian leaves nothing to break.
    turn, _ = torch.linalg.qr(latents(1, kind.dim, kind.dim)[0])
    bent = lambda v: mixing(torch.sin(v @ turn))
    assert breaks(kind.structure, kind, bent, z) > 1e-4
    found = numerical_inverse(mixing, mixing(z), z + 0.01)
    torch.testing.assert_close(mixing(found), mixing(z), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("kind", [m for m in Mixing if m is not Mixing.ARBITRARY])
def test_every_class_that_is_injective_has_a_mixing(kind: Mixing) -> None:
    mixing = mixing_of_class(kind, seed_generators([0, 1], "m"), 3)
    assert check_injectivity(mixing, latents(2, 64, 3), search_steps=20).passed


def test_a_class_that_need_not_be_injective_is_refused() -> None:
    with pytest.raises(InputError, match=r"no mixing is drawn .*arbitrary"):
        mixing_of_class(Mixing.ARBITRARY, seed_generators([0], "m"), 2)


def test_invalid_arguments_name_the_value_and_the_cure() -> None:
    g = seed_generators([0], "m")
    for call in (
        lambda: isometric_mixing(g, 2, curve="knot"),  # type: ignore[arg-type]
        lambda: isometric_mixing(g, 2, 3),
        lambda: isometric_mixing(g, 2, scale=0.0),
        lambda: roll(g, 2)(torch.full((1, 4, 2), -99.0)),
        lambda: mobius_mixing(g, 1),
        lambda: mobius_mixing(g, 3, distance=0.0),
        lambda: affine_coupling_mixing(g, 1),
        lambda: affine_coupling_mixing(g, 2, layers=0),
        lambda: affine_coupling_mixing(g, 2, scale=-1.0),
        lambda: banana_mixing((), 2),
        lambda: banana_mixing(g, 1),
        lambda: banana_mixing(g, 2, bend=float("inf")),
        lambda: sinusoid_mixing(g, 2, amplitude=1.0),
        lambda: sinusoid_mixing(g, 2, frequency=0.0),
        lambda: structured_mixing((), None),  # type: ignore[arg-type]
        lambda: numerical_inverse(torch.sin, torch.ones(1, 1, 1), torch.ones(1, 1, 1)),
    ):
        with pytest.raises(ValueError, match=r"; allowed: .*; "):
            call()
