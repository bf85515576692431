"""A weighted sum of objectives, each with pairs of its own where it needs others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from sith.theory.errors import InputError, require_instance
from sith.theory.exactness import positive


@dataclass(frozen=True, slots=True)
class Term:
    """An objective with its weight λ > 0, on pairs or labels of its own if `pairs` holds any."""

    objective: Any
    weight: sp.Rational = sp.Integer(1)
    pairs: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        """Validate λ, and put single pairs into a tuple."""
        require_instance(self.objective, "objective of a term")
        object.__setattr__(self, "weight", positive(self.weight, "weight λ of a term"))
        given: Any = self.pairs
        pairs = given if isinstance(given, tuple) else (given,)
        object.__setattr__(self, "pairs", pairs)
        if len(pairs) > 1:
            raise InputError(f"{len(pairs)} kinds of pairs in one term", cure="give it one")

    def __str__(self) -> str:
        """Short name."""
        factor = "" if self.weight == 1 else f"{self.weight} × "
        other = f" on {self.pairs[0]}" if self.pairs else ""
        return f"{factor}({self.objective}{other})"


@dataclass(frozen=True, slots=True)
class Sum:
    """Σ_k λ_k L_k, λ_k > 0, of at least two objectives; plain objectives have the weight 1.

    Where one map minimises every term, the minimisers of the sum are the maps that minimise every
    term. Where no such map is known, the verdict is undecided: the optimum is then a compromise that
    depends on the weights.
    """

    terms: tuple[Any, ...]

    def __post_init__(self) -> None:
        """Make terms of plain objectives."""
        given: Any = self.terms
        if not isinstance(given, tuple) or len(given) < 2:
            raise InputError(
                f"a sum of {self.terms!r}",
                allowed="a tuple of at least two objectives, or terms with weights",
                cure="write Sum((InfoNCE(), Term(CrossEntropy(), pairs=Classes(...))))",
            )
        made = tuple(t if isinstance(t, Term) else Term(t) for t in self.terms)
        object.__setattr__(self, "terms", made)

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        return "+".join(
            (sp.latex(t.weight) if t.weight != 1 else "") + rf"\Big[{t.objective.latex}\Big]"
            for t in self.terms
        )

    def __str__(self) -> str:
        """Short name."""
        return " + ".join(map(str, self.terms))
