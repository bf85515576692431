"""SIGReg at the population: projections of the representation on given directions are normal."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from sith.theory.errors import InputError
from sith.theory.exactness import rational


@dataclass(frozen=True, slots=True)
class SlicedNormality:
    """The mean over directions a of a distance of the law of a·h(z) to N(0, ‖a‖²).

    The loss is zero exactly where every a·h(z) has this law; for Epps–Pulley the distance is
    ∫|E e^{it a·h} − e^{−t²‖a‖²/2}|² w(t) dt. `directions` are rational vectors ≠ 0; () stands for
    all directions of the sphere. Source: Balestriero and LeCun (2025), SIGReg.
    """

    directions: tuple[tuple[sp.Rational, ...], ...] = ()

    def __post_init__(self) -> None:
        """Validate the directions: not zero, of one length."""
        rows = tuple(tuple(rational(x, "direction entry") for x in a) for a in self.directions)
        for row in rows:
            if not any(row) or len(row) != len(rows[0]):
                raise InputError(
                    f"direction ({', '.join(map(str, row))})",
                    allowed="non-zero rational vectors of one length",
                )
        object.__setattr__(self, "directions", rows)

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        over = r"a\in A" if self.directions else r"\lVert a\rVert=1"
        return (
            rf"\mathbb{{E}}_{{{over}}}\int\big\lvert\mathbb{{E}}\,e^{{it\,a\cdot h(z)}}"
            r"-e^{-t^2\lVert a\rVert^2/2}\big\rvert^2 w(t)\,dt"
        )

    def __str__(self) -> str:
        """Short name."""
        many = len(self.directions)
        return f"normal projections on {many} directions" if many else "normal projections on all"
