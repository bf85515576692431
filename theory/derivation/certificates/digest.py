"""Hashes: of the claim that a certificate is about, and of its content."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from sith.theory.assumptions import AugmentationGraph, MomentOperator, StructuredMixing
from sith.theory.claim import Claim
from sith.theory.derivation.equation import Condition
from sith.theory.errors import InputError


def claim_digest(claim: Claim, condition: Condition) -> str:
    """Return a hash of the claim: its name, dimension, condition and stated group."""
    parts: list[Any] = [
        claim.name,
        claim.dim,
        str(claim.group),
        claim.relation.value,
        *(str(part) for part in (condition.space, condition.output, condition.pairs)),
        *(str(part) for part in (claim.world.prior, claim.objective, condition.linear_only)),
        str(claim.encoder),
        condition.latex,
        [
            [str(e.residual), e.up_to.value, e.volume, e.gram, *map(str, e.partner)]
            for e in condition.equations
        ],
    ]
    if isinstance(condition.mixing, StructuredMixing):
        parts += [str(condition.mixing), [e.decoder for e in condition.equations]]
    return _digest_of(parts)


def spectral_digest(claim: Claim) -> str:
    """Return a hash of all that a spectral claim consists of."""
    world, pairs = claim.world, claim.world.pairs
    parts: list[str] = [claim.name, str(claim.group), claim.relation.value]
    parts += [str(part) for part in (world.space, world.prior, pairs, world.mixing)]
    parts += [str(part) for part in (claim.objective, claim.encoder, *claim.base)]
    if isinstance(pairs, AugmentationGraph | MomentOperator):
        parts.append(str(pairs.moments()))
    return sha256("\n".join(parts).encode()).hexdigest()


def checksum(data: Mapping[str, Any]) -> str:
    """Return a hash of a certificate without its checksum, whatever its spaces and order."""
    return _digest_of({k: v for k, v in data.items() if k != "checksum"})


def _digest_of(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def checksum_of(data: Mapping[str, Any]) -> str:
    """Return the checksum of data as read; raises `InputError` for values that JSON does not have."""
    try:
        return checksum(data)
    except (TypeError, ValueError, RecursionError):
        raise InputError("the file holds values that JSON does not have") from None
