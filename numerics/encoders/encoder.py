"""An encoder as a pure function of its parameters, batched over seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from sith.numerics.encoders.convolutions import conv_forward
from sith.numerics.encoders.coupling import coupling_forward
from sith.numerics.encoders.ring import ring_forward
from sith.numerics.encoders.spec import FIXED, EncoderSpec


@dataclass(frozen=True, slots=True)
class Encoder:
    """A specification with a state: a flat dict of tensors whose first axis is the seed.

    Fields:
        spec: the encoder class.
        state: the tensors by name; those named in `FIXED`, or with
            names that begin with "fixed.", are not trained.
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
        if self.spec.network is not None:
            return self.spec.network.outputs
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
        kept = (*FIXED, *(name for name in self.state if name.startswith("fixed.")))
        return {name: value for name, value in self.state.items() if name not in kept}

    def with_state(self, changed: Mapping[str, Tensor]) -> Encoder:
        """The same encoder with some tensors of the state replaced."""
        return replace(self, state={**self.state, **changed})

    def to(self, dtype: torch.dtype, device: torch.device | str | None = None) -> Encoder:
        """A copy in another dtype (float64 for measurement) or on another device.

        Integers, which buffers of a network of one's own may hold, stay integers.
        """
        kinds = {k: dtype if v.is_floating_point() else v.dtype for k, v in self.state.items()}
        return self.with_state(
            {k: v.to(device=device, dtype=kinds[k]) for k, v in self.state.items()}
        )

    def select(self, seeds: Sequence[int]) -> Encoder:
        """The encoder of some of the seeds, by position."""
        return self.with_state({k: v[list(seeds)] for k, v in self.state.items()})


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
    if spec.network is not None:
        return _placed(spec, spec.network(state, x))
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
    if spec.output == "product":
        columns = list(h.unbind(-1))
        for block in spec.spheres:
            unit = F.normalize(torch.stack([columns[i] for i in block], -1), dim=-1)
            for i, column in zip(block, unit.unbind(-1), strict=True):
                columns[i] = column
        for i in spec.intervals:
            columns[i] = torch.sigmoid(columns[i])
        return torch.stack(columns, -1)
    return torch.sigmoid(h) if spec.output == "box" else h


def _affine(state: Mapping[str, Tensor], name: str, h: Tensor) -> Tensor:
    return torch.baddbmm(state[f"{name}.bias"], h, state[f"{name}.weight"])
