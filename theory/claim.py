"""A claim: a world, an objective, an encoder class, and the indeterminacy group it states."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sympy as sp

from sith.theory.assumptions import Assumption, Encoder, World
from sith.theory.cards import claim_card, claim_latex, theorem_card
from sith.theory.claim_words import require_words
from sith.theory.errors import InputError, UnknownName, require_fields, require_instance
from sith.theory.exactness import dimension, exact
from sith.theory.groups import AbstractGroup
from sith.theory.notation import latents
from sith.theory.objectives import AbstractObjective
from sith.theory.parameter_values import Quantifier, Range
from sith.theory.source import UNPUBLISHED, Source
from sith.theory.verdict import Relation


@dataclass(frozen=True, slots=True)
class Claim:
    """The statement that a world, an objective and an encoder identify the latents up to a group.

    `group` is required: a claim without a stated group says nothing that could be checked.
    `relation` compares the derived group with the stated one. `base` holds the functions of the
    latents that the group acts on, h = g(base), where they are not the latents themselves; only
    the spectral objectives take one, and without it they read h = g(z), z with mean 0 and variance 1,
    where the outputs are as many as the latents, and otherwise leave the functions to the engine.
    `base_of` holds the objective whose optimum the group acts on where that is another one, as in a
    claim that was weakened in its objective; () stands for the claim's own.
    """

    name: str
    world: World
    objective: AbstractObjective
    encoder: Encoder
    group: AbstractGroup
    relation: Relation = Relation.EQUALITY
    title: str = ""
    source: Source = UNPUBLISHED
    assumptions: tuple[Assumption, ...] = ()
    base: tuple[sp.Expr, ...] = ()
    base_of: tuple[AbstractObjective, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a claim without a stated group, or with parts of the wrong kind."""
        require_words(self)
        self._require_parts()
        if self.group.dim != self.encoder.output.dim:
            raise InputError(
                f"claim '{self.name}' states a group of R^{self.group.dim} for representations "
                f"of {self.encoder.output.dim} coordinates",
                cure="state the group in the representation's dimension",
            )
        if self.base and len(self.base) != self.group.dim:
            raise InputError(
                f"claim '{self.name}' states {len(self.base)} functions for {self.group}",
                cure=f"state {self.group.dim}",
            )
        known = set(latents(self.world.dim))
        for function in self.base:
            stray = exact(function, "a stated function").free_symbols - known
            if stray:
                raise InputError(
                    f"claim '{self.name}': the stated function {function} contains "
                    f"{min(stray, key=str)}",
                    allowed="the latents z1, z2, … of sith.theory.latents(dim)",
                )

    def _require_parts(self) -> None:
        """Refuse a world, objective, encoder or group of the wrong kind, classes included."""
        for part in ("world", "objective", "encoder", "group"):
            require_instance(getattr(self, part), f"claim '{self.name}': {part}")
        if not isinstance(self.world, World):
            raise InputError(f"claim '{self.name}': world = {self.world!r}", allowed="a World")
        if not isinstance(self.encoder, Encoder):
            raise InputError(
                f"claim '{self.name}': encoder = {self.encoder!r}",
                allowed="an Encoder, such as Encoder(RealSpace(2))",
            )
        require_instance(self.encoder.output, f"claim '{self.name}': encoder output")
        if not isinstance(self.group, AbstractGroup):
            raise InputError(
                f"claim '{self.name}' states no group (group = {self.group!r})",
                allowed="a group of sith.theory.groups",
                cure=f"for example group=Orthogonal({self.encoder.output.dim})",
            )
        if not hasattr(self.objective, "latex"):
            raise InputError(
                f"claim '{self.name}': objective = {self.objective!r}",
                allowed="an objective such as InfoNCE()",
            )

    @property
    def dim(self) -> int:
        """Number of latent coordinates d."""
        return self.world.dim

    def replace(self, **changes: Any) -> Claim:
        """Return the claim with some parts replaced, for example `claim.replace(group=...)`.

        Raises `UnknownName` for a name that is not a part of a claim, and `InputError` for a part of
        the wrong kind.
        """
        require_fields(self, changes)
        return replace(self, **changes)

    but = replace  # the old name, until 0.3
    _repr_html_ = claim_card
    _repr_latex_ = claim_latex

    def at(self, dim: int | None = None, **parameters: Any) -> Claim:
        """Return the claim itself; a fixed claim has one dimension and no parameters."""
        if dim is not None and dim != self.dim:
            raise InputError(
                f"claim '{self.name}' is stated for d = {self.dim}, not {dim}",
                cure="leave --dim out, or make the claim a Theorem with a `claim_at` function",
            )
        if parameters:
            raise UnknownName(
                f"claim '{self.name}' has no parameter '{next(iter(parameters))}'",
                cure="a fixed claim takes none",
            )
        return self


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a theorem: its default value, and what it may be.

    `choices` lists the values, or `ranges` gives an interval of them; a search for counterexamples
    draws from these. A parameter with neither keeps its default in a search.
    """

    name: str
    default: Any
    meaning: str
    choices: tuple[Any, ...] = ()
    ranges: tuple[Range, ...] = ()

    def require(self, value: Any) -> None:
        """Raise `InputError` for a value that is neither a choice nor in the range."""
        if self.choices and value not in self.choices:
            raise InputError(f"{self.name} = {value}", allowed=", ".join(map(str, self.choices)))
        if self.ranges and not any(value in r for r in self.ranges):
            raise InputError(f"{self.name} = {value}", allowed=" or ".join(map(str, self.ranges)))


@dataclass(frozen=True, slots=True)
class Theorem:
    """A family of claims over dimensions and parameters, with its source: pure data.

    `claim_at(dim, **parameters)` returns the claim at one point; `points` lists at least three
    parameter points (a dimension and parameter values) at which the contract tests run it.
    A search for counterexamples draws dimensions from `dims` (default: `default_dim`) and values
    from the parameters' choices and ranges; `quantifier` says what a counterexample is: a point
    where the claim is false, or (for "no point") one where it holds. `special` says in a few words,
    which the title repeats, what makes the entry a special case of its source.
    """

    slug: str
    title: str
    statement: str
    source: Source
    claim_at: Callable[..., Claim]
    default_dim: int = 3
    default_degree: int = 3
    parameters: tuple[Parameter, ...] = ()
    points: tuple[Mapping[str, Any], ...] = field(default=())
    scope: tuple[str, ...] = ()
    dims: tuple[int, ...] = ()
    quantifier: Quantifier = Quantifier.EVERY
    special: str = ""

    def __post_init__(self) -> None:
        """Say in the title of a special case that it is one."""
        said = f" (special case: {self.special})" if self.special else ""
        object.__setattr__(self, "title", self.title.removesuffix(said) + said)

    _repr_html_ = theorem_card

    def at(self, dim: int | None = None, **parameters: Any) -> Claim:
        """Return the claim at a dimension and parameter values (defaults where left out)."""
        self.require(parameters)
        values = {p.name: p.default for p in self.parameters} | parameters
        claim = self.claim_at(dimension(self.default_dim if dim is None else dim), **values)
        return claim.replace(name=self.slug, title=self.title, source=self.source)

    def require(self, parameters: Mapping[str, Any]) -> None:
        """Raise `UnknownName` or `InputError` for values that are no parameters of the theorem."""
        known = {p.name: p for p in self.parameters}
        for name, value in parameters.items():
            if name not in known:
                raise UnknownName(
                    f"theorem '{self.slug}' has no parameter '{name}'",
                    allowed=", ".join(known) or "none",
                )
            known[name].require(value)

    @property
    def name(self) -> str:
        """The slug."""
        return self.slug


Statement = Claim | Theorem
"""What the verbs accept: a fixed claim, or a theorem (taken at its defaults)."""


def require_statement(value: Any) -> Statement:
    """Return a claim or theorem as it is; raises `InputError` for anything else."""
    if isinstance(value, Claim | Theorem):
        return value
    cure = "write theorem('SLUG') for a registered one" if isinstance(value, str) else ""
    raise InputError(f"{value!r} is not a claim", allowed="a Claim or a Theorem", cure=cure)
