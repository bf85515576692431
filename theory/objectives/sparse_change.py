"""Alignment of the outputs that change least, over diffeomorphisms."""

from __future__ import annotations

from dataclasses import dataclass

from sith.theory.exactness import integer


@dataclass(frozen=True, slots=True)
class SparseChange:
    """E of the sum of the d − k least of (h(z)_i − h(z̃)_i)², over diffeomorphisms h with d outputs.

    A pair redraws k coordinates, and it is not observed which: the loss is zero where at most k outputs
    change. It does not depend on the order of the outputs.

    Fields:
        changed: k, 1 or more, the number of coordinates that each pair redraws.

    Source: the population form of choosing the shared outputs by the size of their change, as in
    Locatello et al. (2020), with an invertible encoder in place of a likelihood.
    """

    changed: int = 1

    def __post_init__(self) -> None:
        """Validate k."""
        object.__setattr__(
            self, "changed", integer(self.changed, "number of changed outputs k", least=1)
        )

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        return (
            r"\mathbb{E}\min_{|B|=d-k}\sum_{i\in B}(h(z)_i-h(\tilde z)_i)^2"
            rf"\quad\text{{over diffeomorphisms }}h,\ k={self.changed}"
        )

    def __str__(self) -> str:
        """Short name."""
        return (
            f"alignment of all but the {self.changed} outputs that change most, invertible encoder"
        )
