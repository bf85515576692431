"""When memory runs out."""

from __future__ import annotations

import torch

from sith.theory import InputError

_WORDS = ("can't allocate memory", "not enough memory", "out of memory")
"""Of torch's allocator on Linux, on Windows, and on a GPU."""


class MemoryShort(InputError):
    """Memory ran out at the smallest size that is tried; the line says what to lower."""


def out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out; torch raises a plain `RuntimeError` on a CPU."""
    return isinstance(error, MemoryError | torch.cuda.OutOfMemoryError) or (
        isinstance(error, RuntimeError) and any(words in str(error) for words in _WORDS)
    )


def release() -> None:
    """Give back the GPU memory that torch holds without using it."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
