"""What a certificate holds, read back: its claim, its evidence, and what it concludes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp

from sith.theory.derivation.certificates.completeness import Bound
from sith.theory.obstruction import Obstruction
from sith.theory.verdict import Agreement, Outcome, Relation

FORMAT = "sith certificate"


VERSION = 1
"""Version of the format; another one is refused."""


Terms = tuple[tuple[tuple[int, ...], sp.Rational], ...]
"""A polynomial: powers and coefficient of each term."""


@dataclass(frozen=True, slots=True)
class DegreeRecord:
    """One degree of a certificate, read back: fields, parameter changes, points and counts."""

    degree: int
    fields: tuple[tuple[Terms, ...], ...]
    changes: tuple[Mapping[str, sp.Rational], ...]
    monomials: tuple[tuple[int, ...], ...]
    unknowns: int
    rank: int
    gauge: int
    draws: tuple[tuple[tuple[sp.Rational, ...], ...], ...]
    primes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that was read back: the claim it names, its evidence, and what it concludes.

    `obstruction` is what rules every map out, () where nothing does. `digest` identifies the claim's
    condition, `group_data` holds the derived group's parts (empty
    where it has no name), and `checksum` is that of the file, `found` the one of its content.
    """

    argument: str
    claim: str
    dimension: int
    parameters: Mapping[str, Any]
    digest: str
    base: tuple[Terms, ...]
    base_parameters: Mapping[str, sp.Rational]
    degrees: tuple[DegreeRecord, ...]
    obstruction: tuple[Obstruction, ...]
    dimension_by_degree: Mapping[int, int]
    group: str
    group_data: Mapping[str, Any]
    stated: str
    relation: Relation
    outcome: Outcome
    agreement: Agreement
    agrees: bool
    trusted: tuple[str, ...]
    scope: Mapping[str, Any]
    bounds: tuple[Bound, ...]
    reason: str
    checksum: str
    found: str


@dataclass(frozen=True, slots=True)
class LevelRecord:
    """One eigenvalue of a spectral certificate, read back: interval, multiplicity, functions."""

    low: sp.Rational
    high: sp.Rational
    multiplicity: int
    minimal: tuple[sp.Rational, ...]
    functions: tuple[Terms, ...]
    squares: tuple[sp.Rational, ...]


@dataclass(frozen=True, slots=True)
class SpectralRecord:
    """The spectral part of a certificate, read back."""

    outputs: int
    levels: tuple[LevelRecord, ...]
    taken: int
    dropped: int
