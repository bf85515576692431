"""A fold: a map of the unit box to itself that keeps the uniform law and is not injective."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations

import sympy as sp

from sith.theory.notation import latents
from sith.theory.verdict import Membership


@dataclass(frozen=True, slots=True)
class Fold:
    """A map z ↦ `image` of the open unit box, with the preimages of a point as functions.

    `parameters` are (symbol, lower end, upper end); `target` writes a point of the box in them, one
    to one up to a set of measure 0; `branches` are the preimages of that point. `words` is the map as
    it is printed, `twins` names two points with the same value, and `smooth` says that it is smooth
    on the open box, and not only continuous.
    """

    symbols: tuple[sp.Symbol, ...]
    image: tuple[sp.Expr, ...]
    parameters: tuple[tuple[sp.Symbol, sp.Expr, sp.Expr], ...]
    target: tuple[sp.Expr, ...]
    branches: tuple[tuple[sp.Expr, ...], ...]
    words: str
    twins: str
    smooth: bool

    @property
    def dim(self) -> int:
        """Number of coordinates that it acts on."""
        return len(self.symbols)

    def __str__(self) -> str:
        """The map in words."""
        return self.words

    def check(self) -> Membership:
        """Say whether the map keeps the uniform law and takes distinct points to the same value.

        Each branch lies in the box and is a preimage of the target; the densities of all branches
        add up to 1, so there are no further preimages of positive measure; two branches differ.
        """
        return _checked(self)

    def volume(self, point: tuple[sp.Expr, ...]) -> sp.Expr:
        """Return the volume element of a point that is written in the parameters."""
        names = [p for p, _, _ in self.parameters]
        return sp.Abs(sp.simplify(sp.Matrix(point).jacobian(names).det()))

    def in_the_box(self, branch: tuple[sp.Expr, ...]) -> bool:
        """Whether each coordinate is monotone in one parameter, between ends in [0, 1]."""
        for value in branch:
            own = [(p, a, b) for p, a, b in self.parameters if value.has(p)]
            if len(own) != 1:
                return False
            p, low, high = own[0]
            slope = sp.factor(sp.diff(value, p))
            if not (slope.is_positive or slope.is_negative):
                return False
            ends = sp.limit(value, p, low, "+"), sp.limit(value, p, high, "-")
            if not all((e >= 0) is sp.true and (e <= 1) is sp.true for e in ends):
                return False
        return True


@cache
def _checked(fold: Fold) -> Membership:
    """Check a fold; it is a value of exact expressions, so that one check serves all derivations."""
    for branch in fold.branches:
        if not fold.in_the_box(branch):
            return Membership(False, f"a branch leaves the box: {branch}")
        table = dict(zip(fold.symbols, branch, strict=True))
        values = tuple(e.subs(table) for e in fold.image)
        if not _same(values, fold.target):
            return Membership(False, f"a branch is no preimage: {branch}")
    density = sp.Add(*(fold.volume(b) for b in fold.branches)) / fold.volume(fold.target)
    if sp.simplify(density - 1) != 0:
        return Membership(False, f"the density of the image is {sp.simplify(density)}, not 1")
    pairs = combinations(fold.branches, 2)
    if not fold.branches[1:] or any(_same(first, second) for first, second in pairs):
        return Membership(False, "the branches are the same, so the map may be injective")
    return Membership(True, f"it keeps the uniform law, and {fold.twins}")


def _same(one: tuple[sp.Expr, ...], other: tuple[sp.Expr, ...]) -> bool:
    return all(sp.simplify(a - b) == 0 for a, b in zip(one, other, strict=True))


def tent() -> Fold:
    """Return z₁ ↦ 1 − |2z₁ − 1|, two to one, continuous and not smooth at 1/2."""
    (z,) = latents(1)
    t = sp.Symbol("t", positive=True)
    y = t / (1 + t)
    return Fold(
        symbols=(z,),
        image=(1 - sp.Abs(2 * z - 1),),
        parameters=((t, sp.Integer(0), sp.oo),),
        target=(y,),
        branches=((y / 2,), (sp.cancel(1 - y / 2),)),
        words="z1 ↦ 1 − |2z1 − 1|",
        twins="z1 and 1 − z1 have the same value",
        smooth=False,
    )


def double_cover() -> Fold:
    """Return the map that runs the angle of two normal coordinates through twice; it is smooth.

    With Φ the normal distribution function, r = √(−2 log(1 − z₁)) and the angle 2πz₂ would give
    independent uniform outputs Φ(r cos 2πz₂), Φ(r sin 2πz₂) (Box and Muller, 1958); the angle 4πz₂
    gives the same law twice over, with det J = 2.
    """
    a, b = latents(2)
    r, t = sp.symbols("r t", positive=True)
    length = sp.sqrt(-2 * sp.log(1 - a))

    def normal(x: sp.Expr) -> sp.Expr:
        return (1 + sp.erf(x / sp.sqrt(2))) / 2

    return Fold(
        symbols=(a, b),
        image=(normal(length * sp.cos(4 * sp.pi * b)), normal(length * sp.sin(4 * sp.pi * b))),
        parameters=((r, sp.Integer(0), sp.oo), (t, sp.Integer(0), 2 * sp.pi)),
        target=(normal(r * sp.cos(t)), normal(r * sp.sin(t))),
        branches=tuple(
            (1 - sp.exp(-(r**2) / 2), (t + 2 * sp.pi * turn) / (4 * sp.pi)) for turn in (0, 1)
        ),
        words="(z1, z2) ↦ (Φ(r cos 4πz2), Φ(r sin 4πz2)), r = √(−2 log(1 − z1)), Φ the normal "
        "distribution function",
        twins="(z1, z2) and (z1, z2 + 1/2) have the same value",
        smooth=True,
    )


@cache
def fold_of(dim: int) -> Fold:
    """Return a fold of the first coordinates of the unit box of dimension `dim` ≥ 1.

    The remaining coordinates are kept: the product of maps that keep the uniform law keeps it.
    """
    return tent() if dim == 1 else double_cover()
