"""From the class of a mixing to a random mixing of that class."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from sith.numerics.mixings.conformal import mobius_mixing
from sith.numerics.mixings.couplings import volume_preserving_mixing
from sith.numerics.mixings.isometry import isometric_mixing
from sith.numerics.mixings.leaky_relu import leaky_relu_mixing
from sith.numerics.mixings.linear import linear_mixing
from sith.numerics.mixings.structured import structured_mixing
from sith.theory.assumptions import Mixing, StructuredMixing
from sith.theory.errors import InputError


def mixing_of_class(
    kind: Mixing | StructuredMixing, generators: Sequence[torch.Generator], dim: int
) -> Callable[[Tensor], Tensor]:
    """A mixing g that has the properties of its class, and no more where it can be helped.

    Linear: bounded condition number. Injective: a leaky-ReLU network. Local isometry: catenaries,
    with 2 dim observations. Conformal: a Möbius transformation. Volume-preserving: shears.
    A `StructuredMixing` brings its own g.

    Raises:
        InputError: the class does not say that g is injective.
    """
    if isinstance(kind, StructuredMixing):
        return structured_mixing(generators, kind)
    if kind is Mixing.LINEAR:
        return linear_mixing(generators, dim)
    if kind is Mixing.INJECTIVE:
        return leaky_relu_mixing(generators, dim)
    if kind is Mixing.LOCAL_ISOMETRY:
        return isometric_mixing(generators, dim)
    if kind is Mixing.CONFORMAL:
        return mobius_mixing(generators, dim)
    if kind is Mixing.VOLUME_PRESERVING:
        return volume_preserving_mixing(generators, dim)
    raise InputError(f"no mixing is drawn of the class '{kind}'", cure="use Mixing.INJECTIVE")
