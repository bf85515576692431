"""Exact rejection sampling, vectorised over rows that may each have a law of their own."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from sith.theory.errors import InputError

Proposal = Callable[[Tensor], tuple[Tensor, Tensor]]
"""Row numbers ``(m,)`` to candidates ``(m, d)`` and whether each is accepted ``(m,)``."""

ATTEMPTS = 200_000
"""Candidates per row before giving up: a row of acceptance 1e-4 fails with probability e^-20."""

_BLOCK = 4096


def reject(
    count: int, propose: Proposal, device: torch.device, what: str, attempts: int = ATTEMPTS
) -> Tensor:
    """The first accepted candidate of every row.

    A round asks for several candidates for each row that is still open. How many depends on the
    acceptance so far, and not on the row's own candidates, so that the first accepted one has
    exactly the target law.

    Arguments:
        count: the number of rows.
        propose: draws one candidate for each listed row, and decides about it.
        device: of the row numbers.
        what: the law, for the message.
        attempts: candidates of one row before it is refused.

    Returns:
        ``(count, d)``.

    Raises:
        InputError: a row has met no acceptance in `attempts` candidates.
    """
    pending = torch.arange(count, device=device)
    candidate, accepted = propose(pending)
    result = candidate
    proposed, taken, tried = count, int(accepted.sum()), 1
    pending = pending[~accepted]
    while (m := pending.shape[0]) > 0:
        if tried >= attempts:
            raise InputError(
                f"{what}: no candidate accepted in {tried} for {m} of {count} rows",
                allowed="an acceptance above 1e-4",
                cure="use a less concentrated law, fewer dimensions, or a law with its own sampler",
            )
        wanted = math.ceil(2 * (proposed + 1) / (taken + 1))
        each = max(1, min(wanted, max(count, _BLOCK) // m))
        candidate, flat = propose(pending.repeat_interleave(each))
        accepted = flat.view(m, each)
        hit = accepted.any(1)
        first = accepted.to(torch.uint8).argmax(1)
        chosen = candidate.view(m, each, -1)[torch.arange(m, device=device), first]
        result[pending[hit]] = chosen[hit]
        proposed, taken, tried = proposed + m * each, taken + int(flat.sum()), tried + each
        pending = pending[~hit]
    return result


def negative_log_uniform(like: Tensor, generator: torch.Generator) -> Tensor:
    """Standard exponential variables of the shape of `like`: −log U without the logarithm of 0."""
    return torch.empty_like(like).exponential_(generator=generator)
