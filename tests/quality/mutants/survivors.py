"""Mutants of the kernel that no certificate can show: they are equivalent, or change wording alone.

The lists hold those that were met; a survivor that is on none is to be read by a person.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.quality.mutants.operators import Mutant

EQUIVALENT: Mapping[str, tuple[str, ...]] = {
    "a name for annotations, which are not evaluated": (
        ": Vector = dict[Any, Fraction]: Vector = dict[Any, Fraction] -> pass",
    ),
    "coefficients 0 are dropped by the next sum": (
        (
            "Poly.__mul__: return Poly({m: c * other for m, c in self.items()} if other else {}): "
            "{m: c * other for m, c in self.items()} if other else {} -> "
            "{m: c * other for m, c in self.items()} if True else {}"
        ),
        (
            "Poly.__mul__: return Poly({m: c for m, c in out.items() if c}): "
            "for … if c -> for … if True"
        ),
        (
            "System.change: parts += [c * field[i].along(*xs) for i, xs, c in slopes if field[i]]: "
            "for … if field[i] -> for … if True"
        ),
    ),
    "a function without a return value returns None": (
        "Evidence.ask: return None: return None -> pass",
    ),
    "a column of a matrix is scaled, which keeps its rank": (
        (
            "check_degree: columns = [system.change(still, {p: Fraction(1)}) for p in "
            "system.parameters]: 1 -> 2"
        ),
    ),
    "a multiple of one coordinate has one name": (
        (
            "in_algebra: back = {min(b.names): symbol(y) * (1 / min(b.values())) for y, b in "
            "table.items()}: min(b.names) -> max(b.names)"
        ),
    ),
}
"""Why mutants are equivalent, and the mutants."""

COSMETIC: Mapping[str, tuple[str, ...]] = {
    "which of several doubts is named": ("System.solves: raise doubts[0]: 0 -> -1",),
}
"""What mutants change that no answer depends on, and the mutants."""


def reason(mutant: Mutant) -> str:
    """Return why a mutant survives, "" where it is on no list."""
    for what, lists in (("equivalent", EQUIVALENT), ("cosmetic", COSMETIC)):
        for why, names in lists.items():
            if str(mutant) in names:
                return f"{what}: {why}"
    return ""
