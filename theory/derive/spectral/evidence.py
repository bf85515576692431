"""The certificate of a spectral verdict: eigenvalues and eigenfunctions as plain data."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import sympy as sp

from theory.assumptions import AugmentationGraph, MomentOperator
from theory.claim import Claim
from theory.derive.certificate import FORMAT, VERSION, group_data, number_data, terms_data
from theory.derive.spectral.modes import Cut, Level
from theory.groups import AbstractGroup
from theory.notation import latents


def spectral_evidence(claim: Claim, top: Cut, group: AbstractGroup) -> dict[str, Any]:
    """Return what an independent checker needs, as plain data."""
    z = latents(claim.dim)
    return {
        "format": FORMAT,
        "version": VERSION,
        "claim": claim.name,
        "dimension": claim.dim,
        "digest": spectral_digest(claim),
        "base": [],
        "base_parameters": {},
        "group_data": group_data(group),
        "degrees": [],
        "completeness": [],
        "spectral": {
            "outputs": claim.encoder.output.dim,
            "levels": [_level_data(level, z) for level in top.kept],
            "taken": top.taken,
            "dropped": top.dropped,
        },
    }


def spectral_digest(claim: Claim) -> str:
    """Return a hash of all that a spectral claim consists of."""
    world, pairs = claim.world, claim.world.pairs
    parts: list[str] = [claim.name, str(claim.group), claim.relation.value]
    parts += [str(part) for part in (world.space, world.prior, pairs, world.mixing)]
    parts += [str(part) for part in (claim.objective, claim.encoder, *claim.base)]
    if isinstance(pairs, AugmentationGraph | MomentOperator):
        parts.append(str(pairs.moments()))
    return sha256("\n".join(parts).encode()).hexdigest()


def _level_data(level: Level, z: tuple[sp.Symbol, ...]) -> dict[str, Any]:
    return {
        "low": number_data(level.low),
        "high": number_data(level.high),
        "multiplicity": level.multiplicity,
        "minimal": [number_data(c) for c in level.minimal],
        "functions": [terms_data(mode.function, z) for mode in level.modes],
        "squares": [number_data(mode.square) for mode in level.modes],
    }
