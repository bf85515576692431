"""Why the common sampler does not draw a world."""

from __future__ import annotations

import contextlib

from sith.numerics.worlds import WorldSampler, require_informative
from sith.theory import Claim, InputError, NoPairs, UnsupportedCondition


def why_unsampled(claim: Claim) -> str:
    """Why the common sampler does not draw a world, or ""; refuses pairs without information."""
    reason = _no_sampler(claim)
    if not reason and not isinstance(claim.world.pairs, NoPairs):
        # Environments, labels and views are no pairs: their information is not measured.
        with contextlib.suppress(UnsupportedCondition):
            require_informative(claim.world)
    return reason


def _no_sampler(claim: Claim) -> str:
    """Why the common sampler does not draw a world, or "" where it does.

    Experiments of spectral objectives and of environments have samplers of their own.
    """
    try:
        WorldSampler(claim.world)
    except (InputError, UnsupportedCondition) as error:
        return str(error)
    return ""
