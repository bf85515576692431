"""The encoder class: what kind of map, and into which space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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
            of images of three square channels; see `sith.numerics.encoders.convolutions`), "ring" (circular
            convolutions of three pixels with gelu, then a linear layer; inputs are rings of
            pixels; see `sith.numerics.encoders.ring`) or
            "coupling" (one-to-one whatever its parameters, for likelihoods; as many outputs as
            inputs, no "sphere"; see `sith.numerics.encoders.coupling`).
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
