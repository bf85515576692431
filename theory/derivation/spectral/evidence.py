"""The certificate of a spectral verdict: eigenvalues and eigenfunctions as plain data."""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.claim import Claim
from sith.theory.derivation.certificates import (
    FORMAT,
    VERSION,
    group_data,
    number_data,
    spectral_digest,
    terms_data,
)
from sith.theory.derivation.spectral.modes import Cut, Level
from sith.theory.groups import AbstractGroup
from sith.theory.notation import latents


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


def _level_data(level: Level, z: tuple[sp.Symbol, ...]) -> dict[str, Any]:
    return {
        "low": number_data(level.low),
        "high": number_data(level.high),
        "multiplicity": level.multiplicity,
        "minimal": [number_data(c) for c in level.minimal],
        "functions": [terms_data(mode.function, z) for mode in level.modes],
        "squares": [number_data(mode.square) for mode in level.modes],
    }
