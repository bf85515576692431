"""Decoders that reconstruction trains: one registered function for each structure."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import singledispatch
from itertools import combinations_with_replacement

import torch
import torch.nn.functional as F
from torch import Tensor

from sith.numerics.experiments.parts import normal
from sith.numerics.experiments.protocol import Extras
from sith.theory import (
    Additive,
    Compositional,
    PolynomialDegree,
    StructuredMixing,
    UnsupportedCondition,
)
from sith.theory.dispatch import register_call

HIDDEN = 48
"""Units in each of the two hidden layers of a block's network."""

Decode = Callable[[Tensor, Extras], Tensor]
"""What each block adds to the standardised observations, ``(S, k, B, D)``, of outputs ``(S, B, d)``."""


@dataclass(frozen=True, slots=True)
class Decoder:
    """A decoder of the claim's class.

    Fields:
        extras: its parameters at their start.
        decode: what each block adds.
        notes: what stands for the claim's letter.
        bends: whether it absorbs a function of each output.
        separate: whether every observed coordinate is to come from one block alone.
    """

    extras: Extras
    decode: Decode
    notes: tuple[str, ...]
    bends: bool = False
    separate: bool = False


@singledispatch
def decoder_of(
    structure: object,
    dim: int,  # noqa: ARG001
    observed: int,  # noqa: ARG001
    generators: tuple[torch.Generator, ...],  # noqa: ARG001
) -> Decoder:
    """Return the decoder of a mixing's structure.

    Arguments:
        structure: of the mixing.
        dim: number of latents.
        observed: number of observed coordinates.
        generators: one a seed, for parameters at their start.

    Raises:
        UnsupportedCondition: nothing is registered for the structure.
    """
    raise UnsupportedCondition(
        f"no decoder that is {structure} is trained",
        allowed="additive, compositional and polynomial ones",
        cure=register_call("sith.numerics.experiments.decoder_of", structure),
    )


@decoder_of.register
def _(
    structure: StructuredMixing,
    dim: int,
    observed: int,
    generators: tuple[torch.Generator, ...],
) -> Decoder:
    return decoder_of(structure.structure, dim, observed, generators)


@decoder_of.register
def _(
    structure: PolynomialDegree,
    dim: int,
    observed: int,
    generators: tuple[torch.Generator, ...],
) -> Decoder:
    return _polynomial(structure.degree, dim, observed, generators)


@decoder_of.register
def _(
    structure: Additive,
    dim: int,  # noqa: ARG001
    observed: int,
    generators: tuple[torch.Generator, ...],
) -> Decoder:
    return _networks(structure, observed, generators)


@decoder_of.register
def _(
    structure: Compositional,
    dim: int,  # noqa: ARG001
    observed: int,
    generators: tuple[torch.Generator, ...],
) -> Decoder:
    found = _networks(structure, observed, generators)
    learned = f"{found.notes[0]}; which slot an observed coordinate belongs to is learned"
    return replace(found, notes=(learned,), separate=True)


def _polynomial(
    degree: int, dim: int, observed: int, generators: tuple[torch.Generator, ...]
) -> Decoder:
    powers = [p for k in range(1, degree + 1) for p in combinations_with_replacement(range(dim), k)]
    extras = {
        "coefficients": normal(generators, len(powers), observed) / math.sqrt(len(powers)),
        "constant": torch.zeros(len(generators), 1, observed, device=generators[0].device),
    }

    def decode(h: Tensor, e: Extras) -> Tensor:
        features = torch.stack([h[..., list(p)].prod(-1) for p in powers], -1)
        return torch.baddbmm(e["constant"], features, e["coefficients"]).unsqueeze(1)

    note = f"trained: all coefficients of a decoder of degree at most {degree}"
    return Decoder(extras, decode, (note,))


def _networks(
    structure: Additive | Compositional, observed: int, generators: tuple[torch.Generator, ...]
) -> Decoder:
    """A network with two hidden layers and an affine part for each block."""
    blocks = structure.blocks
    count, size = len(blocks), max(len(block) for block in blocks)
    dim = sum(len(block) for block in blocks)
    pick = torch.zeros(count, dim, size, device=generators[0].device)
    for b, block in enumerate(blocks):
        for k, i in enumerate(block):
            pick[b, i, k] = 1.0
    extras = {
        "in.weight": normal(generators, count, size, HIDDEN),
        "in.shift": normal(generators, count, 1, HIDDEN),
        "mid.weight": normal(generators, count, HIDDEN, HIDDEN) / math.sqrt(HIDDEN),
        "mid.shift": torch.zeros(len(generators), count, 1, HIDDEN, device=pick.device),
        "out.weight": normal(generators, count, HIDDEN, observed) / HIDDEN,
        "affine": normal(generators, count, size, observed) / math.sqrt(dim),
        "constant": torch.zeros(len(generators), count, 1, observed, device=pick.device),
    }

    def decode(h: Tensor, e: Extras) -> Tensor:
        own = h.unsqueeze(1) @ pick.to(h)
        hidden = F.gelu(own @ e["in.weight"] + e["in.shift"])
        hidden = F.gelu(hidden @ e["mid.weight"] + e["mid.shift"])
        return hidden @ e["out.weight"] + own @ e["affine"] + e["constant"]

    note = f"trained: a decoder {structure}, one network for each block of outputs"
    return Decoder(extras, decode, (note,), bends=True)
