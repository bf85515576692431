"""Views of `SharedBlock`: each sees some coordinates of one latent vector."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from sith.theory.assumptions import SharedBlock


@dataclass(frozen=True, slots=True)
class SharedBlockViews:
    """The coordinates that each view sees."""

    coordinates: tuple[tuple[int, ...], ...]

    def __call__(self, z: Tensor) -> tuple[Tensor, ...]:
        """z_{S_k} ``(n, |S_k|)`` for each view k, of latents z ``(n, d)``."""
        return tuple(z[:, list(view)] for view in self.coordinates)


def shared_block_views(pairs: SharedBlock) -> SharedBlockViews:
    """The views of `pairs`."""
    return SharedBlockViews(pairs.views)
