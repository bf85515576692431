"""Encoders f: observations to embeddings, as pure functions with parameters batched over seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from numerics.convolutions import conv_forward, conv_state
from numerics.coupling import coupling_forward, coupling_state
from numerics.ring import ring_forward, ring_state

Kind = Literal["linear", "mlp", "coupling", "conv", "ring"]
Output = Literal["sphere", "euclidean", "box"]
KINDS: tuple[Kind, ...] = ("linear", "mlp", "coupling", "conv", "ring")
OUTPUTS: tuple[Output, ...] = ("sphere", "euclidean", "box")

# Entries of the state that are fixed by the calibration batch and never trained.
FIXED = ("whiten.mean", "whiten.matrix")


@dataclass(frozen=True, slots=True)
class EncoderSpec:
    """The encoder class.

    Fields:
        kind: "linear" (affine in the whitened input), "mlp" (a linear layer to `width`,
            residual blocks ``h + W_2 gelu(W_1 layernorm(h))``, a linear layer to the output),
            "conv" (3 × 3 convolutions of stride 2 with gelu, then a linear layer; inputs are rows
            of images of three square channels; see `numerics.convolutions`), "ring" (circular
            convolutions of three pixels with gelu, then a linear layer; inputs are rings of
            pixels; see `numerics.ring`) or
            "coupling" (one-to-one whatever its parameters, for likelihoods; as many outputs as
            inputs, no "sphere"; see `numerics.coupling`).
        width: hidden units of the mlp or of every coupling layer, or channels after the first
            convolution (of every one on a ring), at least 1; ignored by "linear".
        blocks: residual blocks of the mlp, pairs of coupling layers, or convolutions, at least 0; ignored by
            "linear".
        output: "sphere" (normalised to length `radius`), "euclidean" (as it comes), or "box"
            (a sigmoid into (0, 1) per coordinate).
        radius: the length of "sphere" embeddings, positive; ignored by the other outputs.
        pooled: average the features of "ring" over the ring, which makes it invariant to turns;
            ignored by the other kinds.
    """

    kind: Kind = "mlp"
    width: int = 128
    blocks: int = 2
    output: Output = "euclidean"
    radius: float = 1.0
    pooled: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind = {self.kind!r}; allowed: {', '.join(KINDS)}; choose one")
        if self.output not in OUTPUTS:
            raise ValueError(f"output = {self.output!r}; allowed: {', '.join(OUTPUTS)}; choose one")
        if self.kind == "coupling" and self.output == "sphere":
            raise ValueError(
                "output = 'sphere' with kind = 'coupling'; allowed: euclidean, box; "
                "the sphere loses a dimension: choose another kind"
            )
        if self.width < 1:
            raise ValueError(f"width = {self.width}; allowed: integers >= 1; use for example 128")
        if self.blocks < 0:
            raise ValueError(f"blocks = {self.blocks}; allowed: integers >= 0; use for example 2")
        if not 0 < self.radius < float("inf"):
            raise ValueError(f"radius = {self.radius}; allowed: finite and > 0; use for example 1")


@dataclass(frozen=True, slots=True)
class Encoder:
    """A specification with a state: a flat dict of tensors whose first axis is the seed.

    Fields:
        spec: the encoder class.
        state: the tensors by name; those named in `FIXED` are not trained.
    """

    spec: EncoderSpec
    state: Mapping[str, Tensor]

    @property
    def seeds(self) -> int:
        """The number of seeds S."""
        return int(self.state["whiten.mean"].shape[0])

    @property
    def output_dim(self) -> int:
        """The number of embedding coordinates m."""
        return int(self.state["output.bias"].shape[-1])

    def __call__(self, x: Tensor) -> Tensor:
        """Embeddings ``(S, B, m)`` of observations ``(S, B, D)``, in the dtype of the state.

        Raises:
            ValueError: x has the wrong shape or dtype.
        """
        expected = self.state["whiten.mean"]
        if x.ndim != 3 or x.shape[0] != expected.shape[0] or x.shape[2] != expected.shape[2]:
            raise ValueError(
                f"x has shape {tuple(x.shape)}; allowed: ({expected.shape[0]}, B, "
                f"{expected.shape[2]}); the axes are seed, sample, coordinate"
            )
        if x.dtype != expected.dtype:
            raise ValueError(
                f"x is {x.dtype}, the encoder {expected.dtype}; allowed: equal dtypes; "
                "convert with encoder.to(dtype)"
            )
        return apply_encoder(self.spec, self.state, x)

    def trainable(self) -> dict[str, Tensor]:
        """The tensors that training changes."""
        return {name: value for name, value in self.state.items() if name not in FIXED}

    def with_state(self, changed: Mapping[str, Tensor]) -> Encoder:
        """The same encoder with some tensors of the state replaced."""
        return replace(self, state={**self.state, **changed})

    def to(self, dtype: torch.dtype, device: torch.device | str | None = None) -> Encoder:
        """A copy in another dtype (float64 for measurement) or on another device."""
        return self.with_state({k: v.to(device=device, dtype=dtype) for k, v in self.state.items()})

    def select(self, seeds: Sequence[int]) -> Encoder:
        """The encoder of some of the seeds, by position."""
        return self.with_state({k: v[list(seeds)] for k, v in self.state.items()})


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


def whitening(calibration: Tensor) -> dict[str, Tensor]:
    """The mean and the symmetric inverse square root of the covariance, per seed.

    Directions with less than 1e-10 of the largest variance carry no signal and are set to zero
    instead of being blown up.

    Raises:
        ValueError: the batch is too small or not finite.
    """
    _, count, observed_dim = calibration.shape
    if count <= observed_dim:
        raise ValueError(
            f"calibration has {count} samples of {observed_dim} coordinates; allowed: more samples "
            "than coordinates; draw a larger batch"
        )
    if not bool(calibration.isfinite().all()):
        raise ValueError("calibration has NaN or infinite entries; allowed: finite; check g")
    exact = calibration.to(torch.float64)
    mean = exact.mean(1, keepdim=True)
    centred = exact - mean
    values, vectors = torch.linalg.eigh(centred.mT @ centred / (count - 1))
    kept = values > 1e-10 * values[:, -1:]
    inverse = torch.where(kept, values.clamp_min(1e-300).rsqrt(), 0.0)
    matrix = (vectors * inverse.unsqueeze(1)) @ vectors.mT
    dtype = calibration.dtype
    return {"whiten.mean": mean.to(dtype), "whiten.matrix": matrix.to(dtype)}


def apply_encoder(spec: EncoderSpec, state: Mapping[str, Tensor], x: Tensor) -> Tensor:
    """The encoder as a pure function of its state; see `Encoder.__call__` for the shapes."""
    if spec.kind == "coupling":
        return coupling_forward(spec, state, x)[0]
    if spec.kind == "conv":
        return _placed(spec, conv_forward(state, x))
    if spec.kind == "ring":
        return _placed(spec, ring_forward(state, x, spec.pooled))
    h = torch.bmm(x - state["whiten.mean"], state["whiten.matrix"])
    if spec.kind == "mlp":
        h = _affine(state, "input", h)
        for block in range(spec.blocks):
            inner = _affine(state, f"block{block}.in", F.layer_norm(h, (spec.width,)))
            h = h + _affine(state, f"block{block}.out", F.gelu(inner))
    return _placed(spec, _affine(state, "output", h))


def _placed(spec: EncoderSpec, h: Tensor) -> Tensor:
    """The outputs h in the output space."""
    if spec.output == "sphere":
        return spec.radius * F.normalize(h, dim=-1)
    return torch.sigmoid(h) if spec.output == "box" else h


def _affine(state: Mapping[str, Tensor], name: str, h: Tensor) -> Tensor:
    return torch.baddbmm(state[f"{name}.bias"], h, state[f"{name}.weight"])


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
