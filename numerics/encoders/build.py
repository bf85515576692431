"""Encoders f: observations to embeddings, as pure functions with parameters batched over seeds."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from sith.numerics.encoders.convolutions import conv_state
from sith.numerics.encoders.coupling import coupling_state
from sith.numerics.encoders.encoder import Encoder, whitening
from sith.numerics.encoders.ring import ring_state
from sith.numerics.encoders.spec import EncoderSpec


def build_encoder(
    spec: EncoderSpec,
    output_dim: int,
    calibration: Tensor,
    generators: Sequence[torch.Generator],
) -> Encoder:
    """An encoder with random initial weights and whitening taken from a calibration batch.

    Weights into a layer of n units are normal with variance 1/n; the second matrix of every block
    starts at zero, so that the encoder starts as an affine map.

    Arguments:
        spec: the encoder class.
        output_dim: the number of embedding coordinates m, at least 1.
        calibration: observations ``(S, N, D)``, N > D but for "conv" and "ring", float32 or float64; sets dtype and device.
        generators: one per seed, on the device of `calibration`.

    Raises:
        ValueError: shapes do not fit, or the calibration batch is not finite.
    """
    if output_dim < 1:
        raise ValueError(f"output_dim = {output_dim}; allowed: integers >= 1; use the latent dim")
    if calibration.ndim != 3 or calibration.shape[0] != len(generators):
        raise ValueError(
            f"calibration has shape {tuple(calibration.shape)}; allowed: ({len(generators)}, N, D);"
            " give one batch and one generator per seed"
        )
    if spec.kind == "conv":
        own = conv_state(spec.width, spec.blocks, output_dim, calibration, generators)
        return Encoder(spec, own)
    if spec.kind == "ring":
        own = ring_state(spec.width, spec.blocks, spec.pooled, output_dim, calibration, generators)
        return Encoder(spec, own)
    state = whitening(calibration)
    observed_dim = calibration.shape[2]
    if spec.kind == "coupling":
        _check_invertible(state["whiten.matrix"], output_dim)
        return Encoder(spec, {**state, **coupling_state(spec, output_dim, calibration, generators)})
    if spec.kind == "linear":
        sizes = {"output": (observed_dim, output_dim)}
    else:
        sizes = {"input": (observed_dim, spec.width)}
        for block in range(spec.blocks):
            sizes[f"block{block}.in"] = (spec.width, spec.width)
            sizes[f"block{block}.out"] = (spec.width, spec.width)
        sizes["output"] = (spec.width, output_dim)
    empty = calibration.new_zeros
    for name, (rows, columns) in sizes.items():
        if name.startswith("block") and name.endswith(".out"):
            weight = empty((len(generators), rows, columns))
        else:
            draws = [empty((rows, columns)).normal_(generator=g) for g in generators]
            weight = torch.stack(draws) / rows**0.5
        state[f"{name}.weight"] = weight
        state[f"{name}.bias"] = empty((len(generators), 1, columns))
    return Encoder(spec, state)


def _check_invertible(whitener: Tensor, output_dim: int) -> None:
    observed_dim = whitener.shape[-1]
    if output_dim != observed_dim:
        raise ValueError(
            f"kind = 'coupling' with {observed_dim} inputs and output_dim = {output_dim}; "
            "allowed: equal numbers; use a square mixing, or another kind"
        )
    # Kept directions have at least 1e-5 of the largest entry, dropped ones a rounding error.
    if bool((torch.linalg.matrix_rank(whitener.double(), rtol=1e-6) < observed_dim).any()):
        raise ValueError(
            "calibration has a direction without variance and kind = 'coupling'; allowed: full "
            "rank; check g"
        )
