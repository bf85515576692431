"""The concrete world of a theorem: what holds in it, how each assumption was checked, and what was not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sith.theory.assumptions import NoPairs
from sith.theory.assumptions.normalisable import law_of
from sith.theory.claim import Claim, Statement, require_statement
from sith.theory.derivation.bounds.check import check_base
from sith.theory.derivation.conditions import optimum_condition
from sith.theory.derivation.lemmas.stationarity import stationary
from sith.theory.derivation.nonvacuity.actions import ACTIONS
from sith.theory.derivation.nonvacuity.latents import LATENTS
from sith.theory.derivation.nonvacuity.losses import LOSSES
from sith.theory.derivation.nonvacuity.mixings import MIXINGS
from sith.theory.derivation.nonvacuity.pairs import PAIRS
from sith.theory.derivation.nonvacuity.rule import AnyRule, Rule, Standing, Unchecked
from sith.theory.derivation.nonvacuity.separations import SEPARATIONS
from sith.theory.derivation.spectral.operator import spectrum
from sith.theory.objectives import SpectralObjective

NO_RULE = Unchecked("no rule speaks of this assumption")
RULES: Mapping[str, AnyRule] = {**MIXINGS, **LATENTS, **PAIRS, **ACTIONS, **LOSSES, **SEPARATIONS}
"""Assumption ↦ rule; assumptions of one name say the same in every theorem."""


def _laws(claim: Claim) -> bool:
    """Whether prior, pairs and environments are shown to be normalisable."""
    world = claim.world
    if world.law_known.holds:
        return True
    # The integral of the conditional is computed in closed form, at every anchor.
    return stationary(world) and law_of(world.prior, NoPairs(), world.space).membership.holds


def _attained(claim: Claim) -> bool:
    """Whether h₀ solves the optimum condition, or the spectrum gives an optimum."""
    if isinstance(claim.objective, SpectralObjective):
        return bool(spectrum(claim).kept)
    condition = optimum_condition(claim.world, claim.objective, claim.encoder)
    return check_base(condition).holds


EVERY_WORLD: Mapping[str, AnyRule] = {
    "(the densities are laws)": Rule("each is integrated, or bounded by a law", _laws),
    "(the optimum is attained)": Rule(
        "h₀ is put into the optimum condition, or spectrum", _attained
    ),
}
"""What a concrete world has to satisfy besides the assumptions that are named."""


@dataclass(frozen=True, slots=True)
class Examined:
    """One assumption in the concrete world."""

    assumption: str
    statement: str
    standing: Standing
    how: str

    def to_dict(self) -> dict[str, str]:
        """Return the row as plain data."""
        said = {"assumption": self.assumption, "statement": self.statement}
        return {**said, "standing": self.standing.value, "how": self.how}


@dataclass(frozen=True, slots=True)
class NonVacuity:
    """The world of a claim at one point, with every assumption and what was found of it."""

    claim: str
    world: str
    rows: tuple[Examined, ...]

    @property
    def failing(self) -> tuple[Examined, ...]:
        """The assumptions that do not hold in the world."""
        return tuple(row for row in self.rows if row.standing is Standing.FAILS)

    @property
    def unchecked(self) -> tuple[Examined, ...]:
        """The assumptions that were not checked, each with the reason."""
        return tuple(row for row in self.rows if row.standing is Standing.NOT_CHECKED)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data."""
        rows = [row.to_dict() for row in self.rows]
        return {"claim": self.claim, "world": self.world, "assumptions": rows}

    def __str__(self) -> str:
        """The world, and one line for each assumption."""
        lines = [f"{self.claim}: {self.world}"]
        lines += [f"  {r.standing.value:<12} {r.assumption}: {r.how}" for r in self.rows]
        return "\n".join(lines)


def non_vacuity(statement: Statement, dim: int | None = None, **parameters: Any) -> NonVacuity:
    """Check every assumption of a claim in its own world, by computation from the world's parts.

    `dim` and `parameters` choose the point of a theorem. An assumption without a rule is listed as
    not checked; nothing is taken as holding because it is stated. Raises `InputError` for a point
    that the theorem does not have.
    """
    require_statement(statement)
    claim = statement.at(dim, **parameters)
    rows = [
        Examined(name, "", rule.standing(claim), rule.how) for name, rule in EVERY_WORLD.items()
    ]
    for assumption in claim.assumptions:
        rule = RULES.get(assumption.name, NO_RULE)
        rows.append(Examined(assumption.name, assumption.statement, rule.standing(claim), rule.how))
    return NonVacuity(claim.name, _world_of(claim), tuple(rows))


def _world_of(claim: Claim) -> str:
    """Return the parts of the world in one line."""
    world = claim.world
    return f"{world.space}; {world.prior} prior; pairs: {world.pairs}; mixing: {world.mixing}"
