"""A prediction beyond the optimum: a closed form, what it solves, and when it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import sympy as sp

from sith.theory.errors import InputError
from sith.theory.exactness import exact
from sith.theory.source import Source


@dataclass(frozen=True, slots=True)
class Prediction:
    """What theory says of training, of samples or of inductive bias, in sympy.

    Fields:
        name: lower case with underscores.
        title: one line.
        statement: in words with LaTeX.
        formulas: the closed forms, by name; exact expressions.
        identities: expressions that are zero for all values of their symbols, by name: a closed
            form put into its differential equation, a gradient into its operator form. A test
            checks each one, so that no formula is taken on trust.
        conditions: when the formulas hold, one line each.
        source: where the statement comes from, and how it was read.
    """

    name: str
    title: str
    statement: str
    formulas: Mapping[str, sp.Expr]
    identities: Mapping[str, sp.Expr]
    conditions: tuple[str, ...]
    source: Source
    not_shown: str = field(default="")

    def __post_init__(self) -> None:
        """Refuse a prediction without a formula, and inexact numbers."""
        if not self.formulas:
            raise InputError(f"prediction '{self.name}' has no formula", cure="state one in sympy")
        for expression in (*self.formulas.values(), *self.identities.values()):
            exact(expression)

    def formula(self, name: str) -> sp.Expr:
        """Return a closed form by name; raises `InputError` for an unknown one."""
        if name not in self.formulas:
            raise InputError(f"formula '{name}' of '{self.name}'", allowed=", ".join(self.formulas))
        return self.formulas[name]
