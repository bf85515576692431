"""A claim file to start from: it derives and checks as it stands."""

from __future__ import annotations

import keyword
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sith.theory import InputError

# A claim file of such a name would hide the package from the files beside it.
_TAKEN = frozenset({"sith", "sympy", "flint", "numpy", "scipy", "torch", "typer"})

TEMPLATE = '''\
"""NAME: a claim of your own, stated, derived and checked.

    sith show NAME.py:CLAIM      what it says, and the condition at the optimum
    sith derive NAME.py:CLAIM    exact: which maps h = f∘g the optimum leaves free
    sith check NAME.py:CLAIM     the same with quadrature and trained encoders

Exit status: 0 the claim stands, 1 it does not, 2 input error or mis-specified, 3 undecided.
Change one part at a time and derive again: the verdict names the field or map that escapes.
"""

from sympy import Expr, Matrix, Symbol, expand

from sith import (
    Box,
    Claim,
    Encoder,
    Euclidean,
    ExpressionCritic,
    InfoNCE,
    PairLogDensity,
    RealSpace,
    Uniform,
    World,
    latents,
    pair,
)

# Numbers are exact: integers, or Rational(1, 2) for 0.5. Floats are refused.
S = Matrix([[2, 1], [1, 3]])


def closeness(a: tuple[Symbol, ...], b: tuple[Symbol, ...]) -> Expr:
    """Return −(a − b)ᵀ S (a − b)."""
    step = Matrix(a) - Matrix(b)
    return expand(-(step.T * S * step)[0])


# The world: z is uniform on the box, and the positive pair has
# log p(z̃|z) = −(z − z̃)ᵀ S (z − z̃), up to a term that depends on z alone.
# The mixing g is injective and otherwise unknown (the default, Mixing.INJECTIVE).
z, zt = pair(2)
world = World(space=Box(2), prior=Uniform(), pairs=PairLogDensity(closeness(z, zt), z, zt))

# The objective: InfoNCE with a critic of the same form, s(u, v) = −(u − v)ᵀ S (u − v).
# A critic that cannot express the pair's log-density makes the claim mis-specified.
u, v = latents(2, "u"), latents(2, "v")
objective = InfoNCE(critic=ExpressionCritic(closeness(u, v), u, v), temperature=1)

# The encoder class: any continuous map into R^2.
encoder = Encoder(output=RealSpace(2))

# The claim: at the optimum h(z) = Mz + b with MᵀSM = S, and every such map is optimal.
# A claim must state its group. Try Euclidean(2): `sith derive` shows the field that escapes.
CLAIM = Claim(
    name="NAME",
    title="InfoNCE with a quadratic critic recovers the latents up to isometries of the form S",
    world=world,
    objective=objective,
    encoder=encoder,
    group=Euclidean(2, form=S),
)
'''

CONDITION = '''\
"""NAME: an optimum of your own, stated as equations and derived.

    sith show NAME.py:CLAIM      what it says
    sith derive NAME.py:CLAIM    exact: which maps h = f∘g solve the equations
    sith refute NAME.py:CLAIM    a search for a map that contradicts the claim

There is no loss, so nothing is trained; the reason is quoted in every verdict as your own.
"""

from sympy import Eq, Function

from sith import (
    Box,
    Claim,
    Encoder,
    Euclidean,
    PairLogDensity,
    RealSpace,
    StatedOptimum,
    Uniform,
    World,
    map_symbols,
    pair,
)

# The points z and z̃ of a pair, and the values h(z) and h(z̃) of the map.
z, zt = pair(2)
h, ht = map_symbols(2)

# An unknown function of the anchor; learned numbers are Symbol("a", real=True).
# Derivatives of h: jacobian_symbols(2, 2) for J in sums of entries of JᵀJ, LOG_DET for log|det J|.
c = Function("c")


def squared(one: tuple, two: tuple) -> object:
    """Return ‖one − two‖²."""
    return sum((a - b) ** 2 for a, b in zip(one, two))


# The world: the equations hold at all pairs, so the pairs need full support.
world = World(Box(2), Uniform(), PairLogDensity(-squared(z, zt), z, zt))

objective = StatedOptimum(
    equations=(Eq(squared(h, ht), squared(z, zt) + c(*z)),),
    unknowns=(c,),
    because="say here why the optima of your method are the solutions of these equations",
)

# The claim: the solutions are the isometries. Try group=Translations(2).
CLAIM = Claim(
    name="NAME",
    title="the stated optimum recovers the latents up to isometries",
    world=world,
    objective=objective,
    encoder=Encoder(output=RealSpace(2)),
    group=Euclidean(2),
)
'''


@dataclass(frozen=True, slots=True)
class NewClaim:
    """The file that was written, and what to run next."""

    path: Path
    condition: bool = False

    @property
    def next(self) -> tuple[str, ...]:
        """The commands to run next."""
        target = shlex.quote(f"{self.path}:CLAIM")
        verbs = ("show", "derive", "refute" if self.condition else "check")
        return tuple(f"sith {verb} {target}" for verb in verbs)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return {"file": str(self.path), "claim": f"{self.path}:CLAIM", "next": list(self.next)}

    def __str__(self) -> str:
        """A report for a terminal."""
        return "\n".join([f"wrote {self.path}; next:", *(f"  {line}" for line in self.next)])


def write_claim_file(name: str, folder: Path = Path(), *, condition: bool = False) -> NewClaim:
    """Write `name`.py into a folder, which is made if need be; an existing file is refused.

    With `condition` the optimum is stated as equations, in place of a loss.

    Raises `InputError` for a name that is no Python identifier, is a keyword, or would hide a
    module that claim files import.
    """
    cure = f"for example `sith new {name.removesuffix('.py')}`" if name.endswith(".py") else ""
    if not name.isidentifier():
        raise InputError(
            f"'{name}' is not a Python identifier",
            allowed="letters, digits and _, not starting with a digit",
            cure=cure,
        )
    if keyword.iskeyword(name):
        raise InputError(f"'{name}' is a Python keyword", cure=f"for example {name}_claim")
    if name in _TAKEN or name in sys.stdlib_module_names:
        raise InputError(
            f"a file {name}.py would hide the module '{name}'", cure=f"for example {name}_claim"
        )
    path = folder / f"{name}.py"
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is not a folder", cure="give a folder with --out")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write((CONDITION if condition else TEMPLATE).replace("NAME", name))
    except FileExistsError:
        raise InputError(
            f"{path} exists and is not overwritten", cure="choose another name or --out folder"
        ) from None
    return NewClaim(path, condition)
