"""Float64 arrays from whatever holds numbers, and what of them lies above the rounding of its type."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from sith.theory.errors import InputError

CONSTANT = {"float64": 1e-10, "float32": 32 * 2.0**-23, "float16": 2.0**-10, "bfloat16": 2.0**-7}
"""Per type, the spread as a fraction of the mean below which a column is constant up to rounding.

A sum of 1,000 products in single precision errs by about √1000 ≈ 32 units in the last place.
Networks with outputs of 16 bits add in 32, so that one unit of the output is left.  In double
precision a looser level is affordable.  Integers are exact.
"""

EXTREME = 2.0**300
"""Entries beyond this, or all below its inverse, are scaled first: their squares are not finite."""


def as_array(samples: Any) -> NDArray[np.float64]:
    """Return a float64 array of a tensor on any device, or of an array.

    Columns of samples ``(N, m)`` or ``(S, N, m)`` that are constant up to the rounding of the type
    they come in are made exactly constant: in double precision that rounding would be a signal.

    Raises:
        InputError: entries that are no real numbers, or a mask.
    """
    plain, precision = numbers(samples)
    return settled(plain, precision)


def numbers(samples: Any) -> tuple[NDArray[np.float64], str]:
    """Return a float64 array and the name of the type that it came in; errors as `as_array`."""
    if isinstance(samples, Tensor):
        precision = str(samples.dtype).removeprefix("torch.")
        if samples.is_complex():
            raise _refused("complex numbers", "pass the real and the imaginary part as coordinates")
        if samples.is_floating_point():
            samples = samples.double()
        return np.asarray(samples.detach().cpu().numpy(), dtype=np.float64), precision
    if np.ma.isMaskedArray(samples) and np.ma.is_masked(samples):
        raise _refused("masked entries", "leave out the rows that have masked entries")
    array = np.asarray(samples)
    if array.dtype.kind == "c":
        raise _refused("complex numbers", "pass the real and the imaginary part as coordinates")
    if array.dtype.kind not in "biuf":
        raise _refused(
            f"entries of type {array.dtype}", "give classes integer codes, and name them"
        )
    return np.asarray(array, dtype=np.float64), str(array.dtype)


def settled(x: NDArray[np.float64], precision: str) -> NDArray[np.float64]:
    """Return the samples with columns that vary less than their type's rounding made constant."""
    level = CONSTANT.get(precision, 0.0)
    # Columns of double precision are judged where they are used, at no cost here.
    if precision == "float64" or not level or x.ndim not in {2, 3} or not x.size:
        return x
    with np.errstate(invalid="ignore", over="ignore"):
        mean = x.mean(-2, keepdims=True)
        still = x.std(-2, keepdims=True) <= level * np.abs(mean)
    return np.where(still, mean, x) if still.any() else x


def moderate(x: NDArray[np.float64], *, each: bool) -> NDArray[np.float64]:
    """Return samples whose squares neither overflow nor vanish, by powers of two, which are exact.

    Samples of ordinary size are returned as they are.

    Arguments:
        x: ``(..., n, m)``.
        each: scale every column by itself, for scores that do not depend on such scales.
    """
    axes = -2 if each else (-2, -1)
    with np.errstate(invalid="ignore"):
        size = np.abs(x).max(axes, keepdims=True, initial=0.0)
    small, large = 1 / EXTREME, EXTREME
    odd = np.isfinite(size) & (((size < small) & (size > 0)) | (size > large))
    if not odd.any():
        return x
    exponent = np.where(odd, np.frexp(np.where(odd, size, 1.0))[1], 0)
    # In two steps: 2^1074 is not a float.
    half = exponent // 2
    scaled: NDArray[np.float64] = np.ldexp(np.ldexp(x, -half), half - exponent)
    return scaled


def _refused(fault: str, cure: str) -> InputError:
    return InputError(f"samples with {fault}", allowed="real numbers", cure=cure)
