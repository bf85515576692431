"""Worlds, claims and changes of them, from which the cases of the lemmas are made."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from sith.theory import Condition
from sith.theory.assumptions import Encoder, Family, RealSpace, World
from sith.theory.claim import Claim, Theorem
from sith.theory.derivation.conditions import optimum_condition
from sith.theory.derivation.lemmas import Problem, Setting
from sith.theory.notation import latents, pair
from sith.theory.objectives import AbstractObjective

R = sp.Rational
Z1, Z2, Z3 = latents(1), latents(2), latents(3)
PAIR2 = pair(2)
LINEAR2 = Encoder(RealSpace(2), Family.LINEAR)


@dataclass(frozen=True, slots=True)
class Cases:
    """A case in which a lemma is rightly cited, and one for each hypothesis that violates it alone."""

    right: Callable[[], Any]
    without: Mapping[str, Callable[[], Any]]


def problem(statement: Claim | Theorem) -> Problem:
    """Return what a lemma on a loss reads of a claim, at its defaults."""
    claim = statement.at()
    return Problem(claim.world, claim.objective, claim.encoder)


def setting(world: World, objective: AbstractObjective, encoder: Encoder) -> Setting:
    """Return a problem with its optimum condition."""
    return Setting(Problem(world, objective, encoder), optimum_condition(world, objective, encoder))


def of(statement: Claim | Theorem) -> Setting:
    """Return the setting of a claim or theorem at its defaults."""
    claim = statement.at()
    return setting(claim.world, claim.objective, claim.encoder)


def posed(case: Setting, **parts: Any) -> Setting:
    """Return a setting with another world, objective or encoder, and the same condition."""
    return replace(case, problem=replace(case.problem, **parts))


def stated(case: Setting, **parts: Any) -> Setting:
    """Return a setting with another condition, and the same problem."""
    return replace(case, condition=replace(case.condition, **parts))


def narrow(case: Setting) -> Setting:
    """Return a setting with one output less."""
    condition: Condition = case.condition
    return stated(case, image=condition.image[:-1], image_t=condition.image_t[:-1])


def forged(world: World, **parts: Any) -> World:
    """Return a world that its own checks would refuse, as input to the check of a lemma."""
    made = copy.copy(world)
    for name, value in parts.items():
        object.__setattr__(made, name, value)
    return made
