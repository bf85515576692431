"""Latents and embeddings in exact form that mislead measures: full designs, so that nothing is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sith.numerics.data.table import Array

LEVELS = np.arange(-3.0, 4.0)
COPIES = 2
PRIME = 1009
"""Numbers below it are permuted by every multiplication modulo it."""


@dataclass(frozen=True, slots=True)
class Misleading:
    """A relation of latents and embeddings that is known, and that some measures misjudge.

    Fields:
        name: of the case.
        formula: of the embeddings.
        truth: what is recovered, in words.
        make: to the latents ``(N, 2)`` and the embeddings ``(N, m)``: whole numbers, or
            thousandths.
    """

    name: str
    formula: str
    truth: str
    make: Callable[[], tuple[Array, Array]]


def design() -> Array:
    """Three independent coordinates, ``(686, 3)``: every combination of seven levels, twice."""
    grid = np.array(np.meshgrid(LEVELS, LEVELS, LEVELS)).reshape(3, -1).T
    return np.tile(grid, (COPIES, 1))


def _on_design(embed: Callable[[Array], Array]) -> Callable[[], tuple[Array, Array]]:
    def make() -> tuple[Array, Array]:
        x = design()
        return x[:, :2], embed(x)

    return make


def _scrambled() -> tuple[Array, Array]:
    first = np.arange(PRIME)
    z = np.stack((first, 512 * first % PRIME), axis=1)
    return z.astype(float), (377 * z % PRIME).astype(float)


def _turned_apart() -> tuple[Array, Array]:
    z, _ = _scrambled()
    return z, z @ [[3, 4], [4, -3]]


def _nearly_equal(lossy: bool) -> tuple[Array, Array]:
    x = design()
    z = np.stack((x[:, 0], 10 * x[:, 0] + x[:, 1]), axis=1)
    return z, np.stack((x[:, 0], x[:, 0] + x[:, 2] / 1000), axis=1) if lossy else z


def _cubed() -> tuple[Array, Array]:
    z, _ = _nearly_equal(lossy=False)
    return z, np.stack((z[:, 0] ** 3, z[:, 1]), axis=1)


def _dominated() -> tuple[Array, Array]:
    x = design()
    z = np.stack((100 * x[:, 0], x[:, 1]), axis=1)
    return z, np.stack((100 * x[:, 0], x[:, 2]), axis=1)


SHEARED = Misleading(
    "sheared",
    "y = (z1 + z2, z2)",
    "no rotation, and no matching of coordinates",
    _on_design(lambda x: np.stack((x[:, 0] + x[:, 1], x[:, 1]), 1)),
)
TURNED = Misleading(
    "turned",
    "y = (3 z1 + 4 z2, 4 z1 − 3 z2)",
    "no coordinate is recovered by itself",
    _on_design(lambda x: x[:, :2] @ [[3, 4], [4, -3]]),
)
TURNED_APART = Misleading(
    "turned, no two rows equal",
    "y = (3 z1 + 4 z2, 4 z1 − 3 z2), z1 = 0, …, 1008, z2 = 512 z1 modulo 1009",
    "no coordinate is recovered by itself",
    _turned_apart,
)
MORE = Misleading(
    "something else besides",
    "y = (z1, z2, n), n independent of z",
    "the embeddings are no function of the latents",
    _on_design(lambda x: x),
)
HALF = Misleading(
    "half of them",
    "y = z1",
    "z2 is lost",
    _on_design(lambda x: x[:, :1]),
)
HALF_AND_NOISE = Misleading(
    "half of them and noise",
    "y = (z1, n), n independent of z",
    "z2 is lost",
    _on_design(lambda x: x[:, [0, 2]]),
)
IN_ONE = Misleading(
    "both in one",
    "y = (7 z1 + z2, n), n independent of z",
    "one embedding mixes all latents",
    _on_design(lambda x: np.stack((7 * x[:, 0] + x[:, 1], x[:, 2]), 1)),
)
BENT = Misleading(
    "bent",
    "y = (z1, 20 z2 + z1² − 4)",
    "y2 depends on both latents",
    _on_design(lambda x: np.stack((x[:, 0], 20 * x[:, 1] + x[:, 0] ** 2 - 4), 1)),
)
COPIED = Misleading(
    "copied",
    "y = (z1, z1, z2, z2)",
    "every embedding is a latent",
    _on_design(lambda x: x[:, [0, 0, 1, 1]]),
)
SPLIT_UP = Misleading(
    "split up",
    "y = (max(z1, 0), min(z1, 0), max(z2, 0), min(z2, 0))",
    "every embedding depends on one latent, and all are recovered",
    _on_design(
        lambda x: np.stack([f(x[:, k], 0) for k in (0, 1) for f in (np.maximum, np.minimum)], 1)
    ),
)
RESCALED = Misleading(
    "rescaled",
    "y = (z1, 100 z2)",
    "every embedding is a multiple of a latent",
    _on_design(lambda x: x[:, :2] * [1, 100]),
)
SCRAMBLED = Misleading(
    "scrambled",
    "y = 377 z modulo 1009, z1 = 0, …, 1008, z2 = 512 z1 modulo 1009",
    "every embedding is a bijection of one latent",
    _scrambled,
)
LOST_BESIDE_A_COPY = Misleading(
    "a latent that is nearly another",
    "z = (a, 10 a + b), y = (a, a + n/1000), n independent of z",
    "b is lost",
    lambda: _nearly_equal(lossy=True),
)
DEPENDENT_LATENTS = Misleading(
    "dependent latents",
    "z = (a, 10 a + b), y = z",
    "the embeddings are the latents",
    lambda: _nearly_equal(lossy=False),
)
DEPENDENT_AND_BENT = Misleading(
    "dependent latents, one of them cubed",
    "z = (a, 10 a + b), y = (a³, 10 a + b)",
    "every embedding is a bijection of one latent",
    _cubed,
)
DOMINATED = Misleading(
    "one large direction",
    "z = (100 a, b), y = (100 a, n), n independent of z",
    "b is lost",
    _dominated,
)
