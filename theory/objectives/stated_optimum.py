"""An optimum that the user states as equations, in place of a loss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from sith.theory.errors import InputError
from sith.theory.exactness import exact
from sith.theory.notation import latents
from sith.theory.verdict import Lemma

LOG_DET = sp.Symbol("logdetJ", real=True)
"""log|det J_h| at z, in a stated equation."""


def map_symbols(dim: int) -> tuple[tuple[sp.Symbol, ...], tuple[sp.Symbol, ...]]:
    """Return the symbols of h(z) and h(z̃) in stated equations, `dim` coordinates each."""
    return latents(dim, "h"), latents(dim, "ht")


def jacobian_symbols(outputs: int, dim: int) -> sp.ImmutableMatrix:
    """Return the symbols of J_h = (∂h_i/∂z_j) at z in stated equations."""
    return sp.ImmutableMatrix(outputs, dim, lambda i, j: sp.Symbol(f"J{i + 1}_{j + 1}", real=True))


@dataclass(frozen=True, slots=True)
class StatedOptimum:
    """The maps h that solve `equations`, which hold for all z (and all z̃) of the latent space.

    Each equation is an expression that vanishes, or sympy's Eq, in z and z̃ (`pair`), h(z) and h(z̃)
    (`map_symbols`), the derivatives of h (`jacobian_symbols`, `LOG_DET`) and the `unknowns`: learned
    numbers, as symbols, and unknown functions, as sympy's Function. `because` says why these are the
    optima; every verdict quotes it as the user's own.

    Treated are unknown functions c(z) of the anchor, sums of entries of JᵀJ with rational factors, and log|det J|.
    """

    equations: tuple[Any, ...]
    because: str
    unknowns: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a statement without equations or without a reason, and equations with floats."""
        because: Any = self.because
        equations: Any = self.equations
        if not isinstance(because, str) or not because.strip():
            raise InputError(
                f"a stated optimum with because = {self.because!r}",
                allowed="a sentence that says why the optima solve the equations",
            )
        if not isinstance(equations, tuple) or not equations:
            raise InputError(
                f"a stated optimum with equations = {self.equations!r}",
                allowed="a tuple of expressions that vanish, or of Eq(left, right)",
            )
        plain = tuple(e.lhs - e.rhs if isinstance(e, sp.Equality) else e for e in self.equations)
        object.__setattr__(self, "equations", tuple(exact(e, "a stated equation") for e in plain))
        for unknown in self.unknowns:
            if not isinstance(unknown, sp.Symbol | sp.core.function.UndefinedFunction):
                raise InputError(
                    f"the unknown {unknown!r}",
                    allowed='symbols and functions: Symbol("a", real=True), Function("c")',
                )

    @property
    def latex(self) -> str:
        """The equations in LaTeX."""
        return r",\quad ".join(f"{sp.latex(e)}=0" for e in self.equations)

    @property
    def trusted(self) -> tuple[Lemma, ...]:
        """The user's reason, as what a verdict trusts."""
        return (Lemma("L-stated", self.because.strip(), "stated by the user, not checked here"),)

    def __str__(self) -> str:
        """Short name."""
        return f"stated optimum: {', '.join(f'{e} = 0' for e in self.equations)}"
