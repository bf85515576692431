"""The condition of an optimum that the user states: each equation read into what the engine solves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from sith.theory.assumptions import Encoder, Property, World, require
from sith.theory.derivation.conditions.frame import frame_of, output_equations, require_square
from sith.theory.derivation.equation import Condition, Equation, UpTo
from sith.theory.errors import InputError, UnsupportedCondition
from sith.theory.objectives import LOG_DET, StatedOptimum, jacobian_symbols, map_symbols

Points = tuple[sp.Symbol, ...]

FIRST_ORDER = "whether fields that solve the equations to first order are followed by free maps"


@dataclass(frozen=True, slots=True)
class _Names:
    """The symbols of stated equations: z, z̃, h(z), h(z̃) and J_h."""

    z: Points
    zt: Points
    h: Points
    ht: Points
    jacobian: sp.ImmutableMatrix

    @property
    def known(self) -> set[sp.Symbol]:
        return {*self.z, *self.zt, *self.h, *self.ht, *self.jacobian, LOG_DET}


def stated(world: World, objective: StatedOptimum, encoder: Encoder) -> Condition:
    """Return the stated equations around the identity, learned numbers solved for there.

    Raises `InputError` for an equation with unknown symbols or without h, `MissingAssumption` where
    it holds at all pairs and the pairs do not, `UnsupportedCondition` for a form that is not treated.
    """
    frame = frame_of(world, encoder)
    require_square(frame, objective)
    z, zt, outputs = frame["z"], frame["zt"], len(frame["image"])
    names = _Names(z, zt, *map_symbols(outputs), jacobian_symbols(outputs, len(z)))
    learned = tuple(x for x in objective.unknowns if isinstance(x, sp.Symbol))
    taken = names.known | {*frame["image"], *frame["image_t"]}
    if any(str(x) in set(map(str, taken)) for x in learned):
        raise InputError(
            f"the unknowns {', '.join(map(str, learned))} hold a name of a coordinate",
            cure="choose other names than z1, h1, H1, J1_1, …",
        )
    for equation in objective.equations:
        _require_known(equation, objective, names, learned)
    if any(e.has(*names.zt, *names.ht) for e in objective.equations):
        require(world, Property.FULL_SUPPORT, "an equation in z and z̃")
    used = [f.func for e in objective.equations for f in e.atoms(AppliedUndef)]
    if len(set(used)) < len({(e, f) for e in objective.equations for f in e.atoms(AppliedUndef)}):
        raise UnsupportedCondition("an unknown function stands in two places of stated equations")
    read = [_read(e, names) for e in objective.equations]
    for equation, own in zip(objective.equations, read, strict=True):
        _require_treated(equation, own, names, world)
    table = {
        **dict(zip(names.h, frame["image"], strict=True)),
        **dict(zip(names.ht, frame["image_t"], strict=True)),
    }
    equations = [Equation(e.residual.xreplace(table), e.up_to, e.volume, e.gram) for e in read]
    return Condition(
        **frame,
        base=tuple(z),
        parameters=_solved(equations, learned, frame),
        equations=(*equations, *output_equations(frame)),
        latex=objective.latex,
        steps=("stated by the user", objective.because),
        lemmas=objective.trusted,
        relaxed="" if all(_followed(e, frame) for e in equations) else FIRST_ORDER,
    )


def _followed(equation: Equation, frame: dict[str, Any]) -> bool:
    """Whether fields that solve an equation to first order are followed by maps that solve it.

    So it is where the equation is A(h, h̃) = B(z, z̃), which holds along the flow of a field, and where
    it is affine in h. (h₁ − z₁)² = 0 has any field as a solution to first order, and one map.
    """
    outputs, latents = (*frame["image"], *frame["image_t"]), (*frame["z"], *frame["zt"])
    terms = sp.Add.make_args(sp.expand(equation.residual))
    if not any(t.has(*outputs) and t.has(*latents) for t in terms):
        return True
    polynomial = equation.residual.is_polynomial(*outputs)
    return bool(polynomial and sp.Poly(equation.residual, *outputs).total_degree() <= 1)


def _require_treated(equation: sp.Expr, read: Equation, names: _Names, world: World) -> None:
    """Refuse forms that the engine reads otherwise than they are meant."""
    derived = bool(read.gram or read.volume)
    paired = equation.has(*names.zt, *names.ht)
    if derived and (paired or world.space.constraints(names.z)):
        raise UnsupportedCondition(
            f"derivatives of h in {equation}", allowed="equations in z alone, on a box or on R^d"
        )
    if read.up_to in (UpTo.SEPARABLE, UpTo.PAIR_SEPARABLE):
        # Completeness by the kernel's metric does not ask what an equation is up to.
        raise UnsupportedCondition(
            f"unknown functions of single coordinates in {equation}",
            allowed="unknown functions c(z) of the anchor",
        )


def _require_known(
    equation: sp.Expr, objective: StatedOptimum, names: _Names, learned: Points
) -> None:
    known = names.known | set(learned)
    functions = {f.func for f in equation.atoms(AppliedUndef)}
    stray = sorted(map(str, equation.free_symbols - known))
    stray += sorted(str(f) for f in functions if f not in objective.unknowns)
    if stray:
        raise InputError(
            f"the stated equation {equation} = 0 contains {stray[0]}",
            allowed="z1…, zt1… (pair), h1…, ht1… (map_symbols), J1_1… (jacobian_symbols), LOG_DET "
            "and the unknowns",
            cure=f"list {stray[0]} in unknowns, as a Symbol or a Function",
        )
    if not equation.has(*names.h, *names.ht, *names.jacobian, LOG_DET):
        raise InputError(
            f"the stated equation {equation} = 0 does not contain h", cure="take map_symbols(dim)"
        )


def _read(equation: sp.Expr, names: _Names) -> Equation:
    """Return one equation: unknown functions to `up_to`, derivatives to `gram` and `volume`."""
    plain, up_to, inverse = _without_functions(sp.expand(equation), names)
    if inverse:
        return _for_inverse(plain, up_to, names)
    if plain.has(LOG_DET):
        factor = sp.diff(plain, LOG_DET)
        rest = sp.expand(plain / factor - LOG_DET)
        if not factor.is_Rational or up_to is not UpTo.NOTHING or rest.has(*names.jacobian):
            raise UnsupportedCondition(f"log|det J| in the form of {equation}")
        return Equation(rest, volume=tuple((i, i) for i in range(len(names.z))))
    if not plain.has(*names.jacobian):
        return Equation(plain, up_to)
    return _with_gram(plain, up_to, names)


def _with_gram(plain: sp.Expr, up_to: UpTo, names: _Names) -> Equation:
    """Return R + Σ c_ij (JᵀJ)_ij as residual and Gram terms, scaled to integer c_ij."""
    jacobian = names.jacobian
    gram = jacobian.T * jacobian
    factors = {}
    for i in range(len(names.z)):
        for j in range(i, len(names.z)):
            own = jacobian[0, i] * jacobian[0, j]
            factors[i, j] = sp.Poly(plain, *jacobian).coeff_monomial(own)
    rest = sp.expand(plain - sp.Add(*(c * gram[i, j] for (i, j), c in factors.items())))
    rational = all(c.is_Rational for c in factors.values())
    if up_to is not UpTo.NOTHING or not rational or rest.has(*jacobian):
        raise UnsupportedCondition(
            f"derivatives of h in the form of {plain}",
            allowed="sums of entries of JᵀJ with rational factors, and log|det J|",
        )
    scale = sp.ilcm(*(c.q for c in factors.values()))
    terms = tuple((i, j, int(c * scale)) for (i, j), c in factors.items() if c != 0)
    shift = sum(c for i, j, c in terms if i == j)
    return Equation(sp.expand(scale * rest + shift), gram=terms)


def _without_functions(equation: sp.Expr, names: _Names) -> tuple[sp.Expr, UpTo, bool]:
    """Return the equation without its unknown functions, what they leave open, and if of outputs."""
    found = sorted(equation.atoms(AppliedUndef), key=str)
    if not found:
        return equation, UpTo.NOTHING, False
    rest = equation
    for function in found:
        factor = equation.coeff(function)
        rest = sp.expand(rest - factor * function)
        if not factor.is_Rational or rest.has(function):
            raise UnsupportedCondition(f"the unknown {function} with a factor that is no number")
    arguments = {tuple(f.args) for f in found}
    kinds: Sequence[tuple[set[Any], UpTo, bool]] = (
        ({tuple(names.z)}, UpTo.FUNCTION_OF_Z, False),
        ({(x,) for x in names.z}, UpTo.SEPARABLE, False),
        ({*zip(names.z, names.zt, strict=True)}, UpTo.PAIR_SEPARABLE, False),
        ({(x,) for x in names.h}, UpTo.SEPARABLE, True),
        ({*zip(names.h, names.ht, strict=True)}, UpTo.PAIR_SEPARABLE, True),
    )
    for wanted, up_to, inverse in kinds:
        if arguments == wanted:
            return rest, up_to, inverse
    raise UnsupportedCondition(
        f"the unknown functions {', '.join(map(str, found))}",
        allowed="c(z1, …, zd), or one function of every z_i, (z_i, z̃_i), h_i or (h_i, h̃_i)",
    )


def _for_inverse(plain: sp.Expr, up_to: UpTo, names: _Names) -> Equation:
    """Return T(z, z̃) = Σ_i c_i(h_i, h̃_i) for the inverse map: T at it stays separable.

    To first order a map and its inverse differ in sign, and groups hold both.
    """
    if plain.has(*names.h, *names.ht, *names.jacobian, LOG_DET):
        raise UnsupportedCondition(
            f"unknown functions of outputs beside other terms in h: {plain}",
            allowed="T(z, z̃) = Σ_i c_i(h_i, h̃_i), T without h",
        )
    groups = list(zip(names.z, names.zt, strict=True))
    for i, one in enumerate(groups):
        for two in groups[i + 1 :]:
            if any(sp.simplify(sp.diff(plain, a, b)) != 0 for a in one for b in two):
                raise UnsupportedCondition(f"{plain} is no sum over coordinates at h = identity")
    table = {
        **dict(zip(names.z, names.h, strict=True)),
        **dict(zip(names.zt, names.ht, strict=True)),
    }
    return Equation(plain.xreplace(table) - plain, up_to)


def _solved(
    equations: Sequence[Equation], learned: Points, frame: dict[str, Any]
) -> dict[sp.Symbol, sp.Expr]:
    """Return the learned numbers for which the identity solves the equations."""
    if not learned:
        return {}
    z, zt = frame["z"], frame["zt"]
    table = {
        **dict(zip(frame["image"], z, strict=True)),
        **dict(zip(frame["image_t"], zt, strict=True)),
    }
    system = []
    fault = UnsupportedCondition(
        f"the learned {', '.join(map(str, learned))} are not determined at h = identity",
        cure="state equations that the identity solves for one value of them",
    )
    for equation in equations:
        value = sp.expand(equation.residual.xreplace(table))
        if not value.is_polynomial(*z, *zt):
            raise fault
        terms = sp.Poly(value, *z, *zt).terms()
        anchor = equation.up_to is UpTo.FUNCTION_OF_Z
        system += [c for powers, c in terms if not anchor or any(powers[len(z) :])]
    found = sp.solve(system, learned, dict=True)
    if len(found) != 1 or any(not found[0].get(x, x).is_Rational for x in learned):
        raise fault
    return {x: found[0][x] for x in learned}
