"""Residual of the maps that keep the content: its outputs are a diffeomorphism of it."""

from __future__ import annotations

from sith.numerics.groups.blockwise import LIMIT
from sith.numerics.groups.unexplained import by_coordinate
from sith.numerics.measure.block_r2 import kernel_ridge
from sith.numerics.measure.ranks import ranks
from sith.numerics.measure.samples import Halves


def content_residual(data: Halves, content: int) -> float:
    """Largest of three fractions of the variance of ranks that kernel ridge regression leaves.

    The outputs of the content from the content; the content from them, as ψ is one-to-one; and all
    latents from all outputs, as the map is. What the other outputs depend on is free.

    Arguments:
        data: latents and representations, fitted and evaluated halves.
        content: n_c; the content is the first n_c latents, and its outputs are the first n_c.
    """
    z_fit, z_test = ranks(data.z_fit[:LIMIT], data.z_test[:LIMIT])
    y_fit, y_test = ranks(data.y_fit[:LIMIT], data.y_test[:LIMIT])
    own = slice(content)
    parts = (
        (z_fit[:, own], y_fit[:, own], z_test[:, own], y_test[:, own]),
        (y_fit[:, own], z_fit[:, own], y_test[:, own], z_test[:, own]),
        (y_fit, z_fit, y_test, z_test),
    )
    return max(
        float(by_coordinate(target_new, kernel_ridge(source, target, source_new)).mean())
        for source, target, source_new, target_new in parts
    )
