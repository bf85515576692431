"""What a class of decoders offers, given by differential equations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import sympy as sp

from sith.theory.assumptions.jets import JetSum, Support
from sith.theory.verdict import Membership


class AbstractStructure(Protocol):
    """A class of decoders, given by differential equations."""

    @property
    def statement(self) -> str:
        """What is assumed of the decoder, in words."""
        ...

    @property
    def latex(self) -> str:
        """The equations of the class, in LaTeX."""
        ...

    @property
    def incomplete(self) -> str:
        """Why polynomial fields may miss free maps; empty where they do not by this class."""
        ...

    def validate(self, dim: int) -> None:
        """Raise `InputError` where the structure does not fit `dim` latents."""
        ...

    def relations(self, outputs: int, dim: int, support: Support) -> tuple[JetSum, ...]:
        """Return sums of products of derivatives that vanish for decoders of the class near g.

        `support` is the support of the Jacobian of g.
        """
        ...

    def admits(
        self, decoder: Sequence[sp.Expr], symbols: Sequence[sp.Symbol], support: Support
    ) -> Membership:
        """Say whether a rational decoder lies in the class, as an identity."""
        ...
