"""What the kinds of experiments share: mixings, batches, the reach of an encoder."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from sith.numerics.encoders.build import build_encoder
from sith.numerics.encoders.encoder import Encoder
from sith.numerics.encoders.spec import EncoderSpec
from sith.numerics.experiments.protocol import Mix
from sith.numerics.mixings import (
    leaky_relu_mixing,
    linear_mixing,
    mixing_of_class,
    smooth_mixing,
    spiral_mixing,
)
from sith.numerics.training.budget import Budget
from sith.numerics.training.loop import seed_generators
from sith.numerics.worlds.space_parts import known_parts
from sith.theory import Box, Claim, Family, Mixing, Sphere, StructuredMixing, UnsupportedCondition
from sith.theory.assumptions import parts_of


def pick_mixing(
    claim: Claim,
    seeds: tuple[int, ...],
    device: str,
    *,
    smooth: bool = False,
    spiral: bool = False,
    held: bool = False,
) -> Mix:
    """Return a random mixing of the claim's class for every seed.

    With `smooth` it has a continuous Jacobian and is square, as likelihoods and coupling encoders
    need; with `spiral` in front it is far from linear in every seed, too. A class that restricts the
    Jacobian restricts the learned decoder too, so that it is drawn for experiments alone that hold
    the encoder to it, and say so by `held`; they are drawn as they are, smooth or not.

    Raises:
        UnsupportedCondition: the class restricts the encoder, and nothing holds it to that.
    """
    kind = claim.world.mixing
    generators = seed_generators(seeds, "mixing", device)
    if isinstance(kind, StructuredMixing) or kind.restricts_jacobian:
        if not held:
            raise UnsupportedCondition(
                f"training of '{claim.objective}' holds no encoder to {kind} decoders"
            )
        return mixing_of_class(kind, generators, claim.dim)
    if kind is Mixing.LINEAR:
        return linear_mixing(generators, claim.dim)
    if not smooth:
        return leaky_relu_mixing(generators, claim.dim)
    if not spiral:
        return smooth_mixing(generators, claim.dim)
    before, after = spiral_mixing(generators, claim.dim), smooth_mixing(generators, claim.dim)
    return lambda z: after(before(z))


def pick_encoder(
    claim: Claim,
    budget: Budget,
    seeds: tuple[int, ...],
    calibration: Tensor,
    *,
    coupling: bool = False,
) -> Encoder:
    """Return an untrained encoder of the claim's class and output space.

    With `coupling` it is one-to-one whatever its parameters: maps that fold reach likelihoods
    above the optimum, and statistics h² that no homeomorphism reaches.
    """
    kind: dict[str, Any] = {"kind": "mlp", "width": budget.width}
    if claim.encoder.family is Family.LINEAR:
        kind = {"kind": "linear"}
    elif coupling:
        kind = {"kind": "coupling", "width": 32, "blocks": claim.dim}
    spec = EncoderSpec(**_output(claim), **kind)
    weights = seed_generators(seeds, "encoder", str(calibration.device))
    return build_encoder(spec, claim.encoder.output.dim, calibration, weights)


def _output(claim: Claim) -> dict[str, Any]:
    """Return how the outputs are placed on the output space."""
    space = claim.encoder.output
    if isinstance(space, Sphere):
        return {"output": "sphere"}
    if isinstance(space, Box):
        return {"output": "box"}
    parts = parts_of(space)
    if not parts.curved and not parts.spheres and not parts.intervals:
        return {"output": "euclidean"}
    parts = known_parts(space)
    return {"output": "product", "spheres": parts.spheres, "intervals": parts.intervals}


def by_step(tensor: Tensor, steps: int, batch: int) -> Tensor:
    """Cut ``(S, steps·batch, ...)`` into ``(steps, S, batch, ...)``."""
    shaped = tensor.reshape(tensor.shape[0], steps, batch, *tensor.shape[2:])
    return shaped.transpose(0, 1)


def normal(generators: tuple[torch.Generator, ...], *shape: int) -> Tensor:
    """Standard normal draws ``(S, *shape)``, one generator for each seed."""
    return torch.stack([torch.randn(shape, generator=g, device=g.device) for g in generators])


def nats(like: Tensor, outputs: int) -> Tensor:
    """Return a scale of one nat per output."""
    return torch.full_like(like, float(outputs))
