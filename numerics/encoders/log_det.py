"""The log-determinant of an invertible encoder, with its value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from sith.numerics.losses.likelihood import value_and_jacobian

if TYPE_CHECKING:
    from sith.numerics.encoders.spec import EncoderSpec
from sith.numerics.encoders.coupling import coupling_forward


def value_and_log_det(encode: Callable[[Tensor], Tensor], x: Tensor) -> tuple[Tensor, Tensor]:
    """f(x) and log|det J_f(x)| of any square encoder, by formula where there is one.

    Arguments:
        encode: an `Encoder`, what `train` passes to a loss, or any map ``(S, B, d) -> (S, B, d)``
            whose row i depends on row i only.  Kinds "coupling" and "linear" have a formula; the
            others cost d backward passes.
        x: observations, ``(S, B, d)``.

    Returns:
        Embeddings ``(S, B, d)`` and log-determinants ``(S, B)``.

    Raises:
        ValueError: the encoder is not square.
    """
    from sith.numerics.encoders.encoder import Encoder, apply_encoder

    spec: EncoderSpec | None = None
    state: Mapping[str, Tensor] = {}
    if isinstance(encode, Encoder):
        spec, state = encode.spec, encode.state
    elif isinstance(encode, partial) and encode.func is apply_encoder and len(encode.args) == 2:
        spec, state = encode.args
    if (
        spec is not None
        and spec.kind in ("coupling", "linear")
        and spec.output != "sphere"
        and state["output.bias"].shape[-1] == x.shape[-1]
    ):
        return coupling_forward(spec, state, x)
    y, jacobian = value_and_jacobian(encode, x)
    if y.shape != x.shape:
        raise ValueError(
            f"the encoder maps {tuple(x.shape)} to {tuple(y.shape)}; allowed: equal shapes; "
            "the determinant needs as many embedding coordinates as observations"
        )
    return y, torch.linalg.slogdet(jacobian).logabsdet
