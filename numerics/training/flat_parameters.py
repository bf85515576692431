"""All trained tensors of a seed as one row."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from sith.numerics.encoders.encoder import Encoder


class FlatParameters:
    """All trained tensors of a seed as one row, so that an optimiser step is a few operations."""

    def __init__(self, encoder: Encoder, extras: Mapping[str, Tensor]) -> None:
        self._encoder = encoder
        self._names = list(encoder.trainable())
        self._extra_names = list(extras)
        self._tensors = [*encoder.trainable().values(), *extras.values()]
        reference = self._tensors[0]
        for name, tensor in extras.items():
            if tensor.ndim < 1 or tensor.shape[0] != encoder.seeds:
                raise ValueError(
                    f"extras[{name!r}] has shape {tuple(tensor.shape)}; allowed: "
                    f"({encoder.seeds}, ...); the first axis is the seed"
                )
            if tensor.dtype != reference.dtype or tensor.device != reference.device:
                raise ValueError(
                    f"extras[{name!r}] is {tensor.dtype} on {tensor.device}; allowed: "
                    f"{reference.dtype} on {reference.device}, as the encoder; convert it"
                )
        self._sizes = [tensor[0].numel() for tensor in self._tensors]

    def start(self) -> Tensor:
        """A copy of all parameters, ``(S, P)``."""
        return torch.cat([tensor.detach().flatten(1) for tensor in self._tensors], dim=1)

    def decayed(self) -> Tensor:
        """1 where weight decay applies, 0 elsewhere, ``(P,)``."""
        names = self._names + [""] * len(self._extra_names)
        marks = [float(name.endswith(".weight")) for name in names]
        reference = self._tensors[0]
        flags = torch.tensor(marks, device=reference.device, dtype=reference.dtype)
        return flags.repeat_interleave(torch.tensor(self._sizes, device=reference.device))

    def unpack(self, flat: Tensor) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """The encoder's state, fixed tensors included, and the extra parameters, as views."""
        pieces = [
            piece.view(tensor.shape)
            for piece, tensor in zip(flat.split(self._sizes, dim=1), self._tensors, strict=True)
        ]
        count = len(self._names)
        state = {**self._encoder.state, **dict(zip(self._names, pieces[:count], strict=True))}
        return state, dict(zip(self._extra_names, pieces[count:], strict=True))
