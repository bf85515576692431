"""What a training run needs of memory, at the least, beside what there is."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from sith.numerics.runs.design import Design
from sith.theory import InputError

FLOAT, WHOLE = 4, 8
"""Bytes of a number."""

DRAWN = 16
"""Steps that the loop draws at once."""

LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
"""Where Linux says what a container may take."""


def least_bytes(design: Design, dim: int, seeds: int = 1) -> int:
    """Return a lower bound of what training takes, of `seeds` runs at once.

    Counted are both views of the drawn batches, the activations of one pass over them, the training
    set, the held-out rows, the weights with their gradient and two moments, and the losses. The
    true need is larger, so that nothing possible is refused.
    """
    width = 0 if design.encoder == "linear" else design.width
    hidden = width * max(1, design.blocks)
    drawn = DRAWN * 2 * design.batch * dim
    activations = 2 * design.batch * hidden
    training_set = 2 * design.samples * dim
    held_out = design.held_out * (2 * dim + width)
    weights = 4 * (width * width * design.blocks + 2 * width * dim)
    numbers = drawn + activations + training_set + held_out + weights + design.steps
    return seeds * (FLOAT * numbers + WHOLE * design.samples)


def machine_bytes() -> int:
    """Return the memory of this machine, or of this container; 0 where the system does not say."""
    found = []
    with suppress(AttributeError, OSError, ValueError):
        found.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    for place in LIMITS:
        with suppress(OSError, ValueError):
            found.append(int(Path(place).read_text(encoding="ascii")))
    return min((size for size in found if size > 0), default=0)


def require_room(design: Design, dim: int, seeds: int = 1) -> None:
    """Raise `InputError` for a run that no more than starting would fill this machine's memory."""
    need, have = least_bytes(design, dim, seeds), machine_bytes()
    if have and need > have:
        sizes = ", ".join(
            f"{name} = {getattr(design, name)}"
            for name in ("batch", "samples", "held_out", "width", "blocks", "steps")
        )
        raise InputError(
            f"training with {sizes}, d = {dim} needs at least {_gib(need)} of memory",
            allowed=f"the {_gib(have)} of this machine",
            cure="lower the largest of these",
        )


def _gib(size: int) -> str:
    return f"{size / 2**30:,.1f} GiB"
