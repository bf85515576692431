"""The linear system of the equations at all pairs of finitely many points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import sympy as sp
from flint import fmpq, fmpq_mat, nmod_mat

from sith.theory.derivation.equation import Condition, UpTo
from sith.theory.derivation.fields.evaluate import Evaluator, compile_exact, modulo, to_flint
from sith.theory.derivation.fields.infinitesimal import PRIMES
from sith.theory.derivation.fields.linearise import LinearEquation

Point = tuple[sp.Rational, ...]
Row = list[fmpq]
Parts = tuple[Row, Row, Row]
_PRIME = PRIMES[0]


@dataclass
class PointSystem:
    """The equations at all pairs of a growing list of points."""

    condition: Condition
    equations: Sequence[LinearEquation]
    points: list[Point] = field(default_factory=list)
    raw: dict[tuple[int, int, int], Parts] = field(default_factory=dict)
    compiled: list[tuple[list[Evaluator], list[Evaluator], list[Evaluator]]] = field(init=False)

    def __post_init__(self) -> None:
        both = (*self.condition.z, *self.condition.zt)

        def some(values: Sequence[sp.Expr]) -> list[Evaluator]:
            return [compile_exact(sp.together(v), both) for v in values]

        self.compiled = [
            (some(e.at_z), some(e.at_zt), some(list(e.at_parameter.values())))
            for e in self.equations
        ]

    def parts(self, e: int, z: Point, zt: Point) -> Parts:
        """Return the factors of ξ(z), of ξ(z̃) and of the parameters in equation `e`."""
        values = [*to_flint(z), *to_flint(zt)]
        here, there, learned = ([f(values) for f in part] for part in self.compiled[e])
        return here, there, learned

    def add(self, point: Point) -> None:
        """Add a point, and the equations at all its pairs."""
        new = len(self.points)
        self.points.append(point)
        for e, equation in enumerate(self.equations):
            if not equation.uses_partner:
                self.raw[e, new, new] = self.parts(e, point, point)
                continue
            for old in range(new):
                self.raw[e, new, old] = self.parts(e, point, self.points[old])
                self.raw[e, old, new] = self.parts(e, self.points[old], point)

    def slopes(self, z: Point, anchors: int) -> list[Row]:
        """Return M(z): the factors of ξ(z) in the rows at the anchors, c(z) removed."""
        rows = []
        for e, equation in enumerate(self.equations):
            if not equation.uses_partner:
                rows.append(self.parts(e, z, z)[0])
                continue
            own = [self.parts(e, z, p)[0] for p in self.points[:anchors]]
            if equation.up_to is UpTo.FUNCTION_OF_Z:
                own = [[a - b for a, b in zip(r, own[0], strict=True)] for r in own[1:]]
            rows += own
        return rows

    @property
    def unknowns(self) -> int:
        """Return the number of values of ξ and of parameters."""
        return len(self.points) * len(self.condition.image) + len(self.condition.parameters)

    def rows(self) -> Iterator[Row]:
        """Return all equations, c(z) removed by differences."""
        first: dict[tuple[int, int], Row] = {}
        for (e, i, j), (here, there, learned) in sorted(self.raw.items()):
            row = [fmpq(0)] * self.unknowns
            n = len(here)
            for k in range(n):
                row[i * n + k] = here[k]
                row[j * n + k] += there[k]
            row[len(self.points) * n :] = learned
            if self.equations[e].up_to is UpTo.FUNCTION_OF_Z:
                if (e, i) not in first:
                    first[e, i] = row
                    continue
                row = [a - b for a, b in zip(row, first[e, i], strict=True)]
            yield row

    def loose(self, start: int, stop: int) -> int:
        """Return the nullity over the rationals of the columns of ξ at points start … stop − 1."""
        n = len(self.condition.image)
        part = [row[start * n : stop * n] for row in self.rows()]
        part = [row for row in part if any(row)]
        return (stop - start) * n - (int(fmpq_mat(part).rank()) if part else 0)


def rank_of(rows: list[Row]) -> int:
    """Rank modulo the prime: at most the rank over the rationals."""
    if not rows:
        return 0
    return int(nmod_mat([[modulo(x, _PRIME) for x in row] for row in rows], _PRIME).rank())
