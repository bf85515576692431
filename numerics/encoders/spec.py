"""The encoder class: what kind of map, and into which space."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from torch import Tensor

Kind = Literal["linear", "mlp", "coupling", "conv", "ring", "own"]


Output = Literal["sphere", "euclidean", "box", "product"]


KINDS: tuple[Kind, ...] = ("linear", "mlp", "coupling", "conv", "ring")
"""The built-in kinds; "own" is a network of the user's."""


OUTPUTS: tuple[Output, ...] = ("sphere", "euclidean", "box", "product")


# Entries of the state that are fixed by the calibration batch and never trained.
FIXED = ("whiten.mean", "whiten.matrix")


class Network(Protocol):
    """A network of the user's own, as a pure function of a state."""

    @property
    def outputs(self) -> int:
        """The number m of output coordinates."""
        ...

    @property
    def described(self) -> str:
        """What it is, in one line."""
        ...

    def __call__(self, state: Mapping[str, Tensor], x: Tensor) -> Tensor:
        """Return the outputs ``(S, B, m)`` of observations ``(S, B, D)``."""
        ...


@dataclass(frozen=True, slots=True)
class EncoderSpec:
    """The encoder class.

    Fields:
        kind: "linear" (affine in the whitened input), "mlp" (a linear layer to `width`,
            residual blocks ``h + W_2 gelu(W_1 layernorm(h))``, a linear layer to the output),
            "conv" (3 × 3 convolutions of stride 2 with gelu, then a linear layer; inputs are rows
            of images of three square channels; see `sith.numerics.encoders.convolutions`), "ring" (circular
            convolutions of three pixels with gelu, then a linear layer; inputs are rings of
            pixels; see `sith.numerics.encoders.ring`), "own" (a network of the user's, which
            gets the observations as they are) or
            "coupling" (one-to-one whatever its parameters, for likelihoods; as many outputs as
            inputs, no "sphere"; see `sith.numerics.encoders.coupling`).
        width: hidden units of the mlp or of every coupling layer, or channels after the first
            convolution (of every one on a ring), at least 1; ignored by "linear".
        blocks: residual blocks of the mlp, pairs of coupling layers, or convolutions, at least 0; ignored by
            "linear".
        output: "sphere" (normalised to length `radius`), "euclidean" (as it comes), or "box"
            (a sigmoid into (0, 1) per coordinate), or "product" (`spheres` and `intervals`).
        radius: the length of "sphere" embeddings, positive; ignored by the other outputs.
        pooled: average the features of "ring" over the ring, which makes it invariant to turns;
            ignored by the other kinds.
        network: of "own".
        spheres: of "product", the blocks of outputs that are normalised to length 1.
        intervals: of "product", the outputs that go through a sigmoid into (0, 1).
    """

    kind: Kind = "mlp"
    width: int = 128
    blocks: int = 2
    output: Output = "euclidean"
    radius: float = 1.0
    pooled: bool = False
    network: Network | None = None
    spheres: tuple[tuple[int, ...], ...] = ()
    intervals: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in KINDS and not (self.kind == "own" and self.network):
            raise ValueError(f"kind = {self.kind!r}; allowed: {', '.join(KINDS)}; choose one")
        if self.output not in OUTPUTS:
            raise ValueError(f"output = {self.output!r}; allowed: {', '.join(OUTPUTS)}; choose one")
        if self.kind == "coupling" and self.output in ("sphere", "product"):
            raise ValueError(
                f"output = {self.output!r} with kind = 'coupling'; allowed: euclidean, box; "
                "the sphere loses a dimension: choose another kind"
            )
        if self.width < 1:
            raise ValueError(f"width = {self.width}; allowed: integers >= 1; use for example 128")
        if self.blocks < 0:
            raise ValueError(f"blocks = {self.blocks}; allowed: integers >= 0; use for example 2")
        if not 0 < self.radius < float("inf"):
            raise ValueError(f"radius = {self.radius}; allowed: finite and > 0; use for example 1")

    def __str__(self) -> str:
        """The class in one line: kind and sizes, or the user's own network."""
        if self.network is not None:
            return self.network.described + _PLACED[self.output]
        if self.kind == "linear":
            return f"linear{_PLACED[self.output]}"
        return f"{self.kind} of width {self.width}, {self.blocks} blocks{_PLACED[self.output]}"


_PLACED = {
    "sphere": ", normalised to the sphere",
    "box": ", through a sigmoid into the box",
    "product": ", each factor placed on its sphere or interval",
    "euclidean": "",
}
