"""Alignment with maximum entropy, exactly: maps whose law is uniform on the box by construction.

In quantile coordinates u = F(z) the latents are uniform on (0, 1)^d. A coordinate projection of
a measure-preserving map of the box is uniform, so its entropy is 0, the largest possible, and
its loss is its alignment E‖h(z) − h(z̃)‖² = 2 E Var(h | content), with style redrawn
independently given content. The infimum is 0.
Source: von Kügelgen et al. (2021), thm 4.4.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.exact.law_maps import disc_twist, gaussian_rotation
from sith.numerics.exact.problem import LatentMap
from sith.numerics.exact.quadrature import LARGEST_DIM, box
from sith.theory import Claim, UnsupportedCondition
from sith.theory.assumptions import Box, Gaussian, Product, SharedBlock, StyleRedrawn, Uniform

_NODES = {1: 64, 2: 24, 3: 14}
"""Nodes a coordinate, by the number of coordinates."""


@dataclass(frozen=True, slots=True)
class ContentStyle:
    """Nodes of content and style in quantile coordinates.

    Fields:
        content: indices of the coordinates that both views share.
        style: the other indices.
        nodes: ``(A, B, d)``: content varies along the first axis, style along the second.
        content_weights: ``(A,)``.
        style_weights: ``(B,)``.
    """

    content: tuple[int, ...]
    style: tuple[int, ...]
    nodes: Tensor
    content_weights: Tensor
    style_weights: Tensor

    @property
    def flat(self) -> Tensor:
        """The nodes in one list, ``(A·B, d)``."""
        return self.nodes.reshape(-1, self.nodes.shape[2])

    def alignment(self, h: LatentMap) -> float:
        """E‖h(z) − h(z̃)‖² for a map of quantile coordinates, ``(N, d) -> (N, m)``."""
        values = self._values(h)
        mean = torch.einsum("b,abm->am", self.style_weights, values)
        spread = (values - mean[:, None]).square().sum(2) @ self.style_weights
        return 2 * float(self.content_weights @ spread)

    def moved_by_style(self, h: LatentMap) -> float:
        """The largest distance between two values at equal content, as a share of the largest value."""
        values = self._values(h)
        return float((values - values[:, :1]).abs().max() / values.abs().max())

    def _values(self, h: LatentMap) -> Tensor:
        found: Tensor = h(self.flat)
        return found.reshape(*self.nodes.shape[:2], -1)

    def pick(self, coordinates: tuple[int, ...]) -> LatentMap:
        """The projection to some coordinates, which is uniform."""
        return lambda u: u[:, list(coordinates)]

    def leaks(self, outputs: int) -> dict[str, LatentMap]:
        """Uniform maps that mix a style coordinate into the first content coordinate, or show it.

        Empty where there is no style.
        """
        found: dict[str, LatentMap] = {}
        rest = self.content[1:outputs]
        for s in self.style:
            first = (self.content[0], s)
            turned = gaussian_rotation(0.5)
            twisted = disc_twist(1.5)
            found[f"rotation of content 1 with style {s + 1}"] = _first_after(turned, first, rest)
            found[f"twist of content 1 with style {s + 1}"] = _first_after(twisted, first, rest)
            found[f"uniformised sum with style {s + 1}"] = _uniform_sum(0.3, first, rest)
            found[f"style {s + 1} itself"] = self.pick((s, *rest))
        return found


def content_style(claim: Claim) -> ContentStyle:
    """The nodes of a claim with pairs StyleRedrawn or SharedBlock, and a product prior.

    Of several views the first is taken. Its encoder sees the coordinates of that view, and agrees with
    encoders of the others exactly where it is a function of the shared ones, as latents are independent.

    Raises:
        UnsupportedCondition: other pairs, dependent latents, or a dimension above the limit.
    """
    pairs, prior = claim.world.pairs, claim.world.prior
    if not isinstance(pairs, StyleRedrawn | SharedBlock):
        raise UnsupportedCondition(f"pairs '{pairs}'", allowed="StyleRedrawn or SharedBlock")
    independent = isinstance(prior, Gaussian | Product)
    if not independent and not (isinstance(prior, Uniform) and isinstance(claim.world.space, Box)):
        raise UnsupportedCondition(
            f"a {prior} prior on the {claim.world.space}",
            allowed="Uniform on a box, Gaussian or Product",
        )
    seen = tuple(getattr(pairs, "views", (range(claim.dim),))[0])
    content = tuple(seen.index(i) for i in pairs.content)
    return content_nodes(len(seen), content, _NODES.get(len(seen), 8))


def content_nodes(dim: int, content: tuple[int, ...], count: int) -> ContentStyle:
    """Gauss–Legendre nodes of content × style, `count` a coordinate."""
    if dim > LARGEST_DIM:
        raise UnsupportedCondition(
            f"content and style of d = {dim} coordinates", allowed=f"at most {LARGEST_DIM}"
        )
    style = tuple(i for i in range(dim) if i not in content)
    kept = box(len(content), count)
    fresh = box(len(style), count) if style else None
    redrawn = fresh.nodes if fresh else torch.zeros(1, 0, dtype=torch.float64)
    style_weights = fresh.weights if fresh else torch.ones(1, dtype=torch.float64)
    nodes = torch.empty(kept.size, len(redrawn), dim, dtype=torch.float64)
    nodes[:, :, list(content)] = kept.nodes[:, None]
    nodes[:, :, list(style)] = redrawn[None]
    return ContentStyle(content, style, nodes, kept.weights, style_weights)


def _first_after(turn: LatentMap, plane: tuple[int, int], rest: tuple[int, ...]) -> LatentMap:
    """The first coordinate of a plane after a measure-preserving map of it, then the rest."""
    return lambda u: torch.cat((turn(u[:, list(plane)])[:, :1], u[:, list(rest)]), 1)


def _uniform_sum(share: float, plane: tuple[int, int], rest: tuple[int, ...]) -> LatentMap:
    """F(c + λs) with F the distribution function of that sum, λ = share < 1."""

    def h(u: Tensor) -> Tensor:
        total = u[:, plane[0]] + share * u[:, plane[1]]
        below = total.clamp(0, share).square() / (2 * share)
        middle = (total - share).clamp(0, 1 - share)
        above = (1 + share - total).clamp(0, share).square() / (2 * share)
        uniform = below + middle + share / 2 - above
        return torch.cat((uniform[:, None], u[:, list(rest)]), 1)

    return h
