r"""All optimal maps are affine where the symmetrised condition is a kernel of differences.

Let R(z, z̃, H, H̃) = c(z) be one of the equations, at all pairs. Exchanging z and z̃ and putting z̃ = z,

    E := R(z, z̃) + R(z̃, z) − R(z, z) − R(z̃, z̃) = 0,

in which c, and every term of one point alone, is gone. Let E = K(H − H̃) − K(z − z̃) identically; K is
even. So K(h(z) − h(z̃)) = K(z − z̃) for all z, z̃ of the space, which is convex.

*Affine.* Let the lowest homogeneous part k of K − K(0) at 0 be definite. Then |k|^{1/m} is comparable
with a norm, so a continuous h changes short distances by bounded factors: it is locally bi-Lipschitz,
hence open (invariance of domain) and differentiable almost everywhere, with k∘J_h = k there. The
linear maps that keep k are a compact group, which keeps a scalar product. In its length h and its
local inverses are 1-Lipschitz: h is a local isometry of a flat space, and so z ↦ Mz + b, on the whole
of a connected domain.

*Finite part.* K(Ms) = K(s) near 0, so M keeps every homogeneous part of K: polynomial equations on the
entries of M, of which any number may be taken for an upper bound.

*Fields.* In the same way a continuously differentiable field that solves the linearised equation has
J_ξ in the Lie algebra of that compact group: it is a Killing field, and affine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import sympy as sp

from sith.theory.assumptions import Box, RealSpace
from sith.theory.derivation.certificates.completeness import NotShown
from sith.theory.derivation.equation import Condition, Equation, UpTo
from sith.theory.derivation.fields.finite import LinearSolutions, linear_solutions
from sith.theory.derivation.fields.identities import vanishes
from sith.theory.derivation.lemmas.definite import definite
from sith.theory.derivation.lemmas.isometries import every_pair
from sith.theory.derivation.lemmas.record import Entry, Hypothesis
from sith.theory.derivation.lemmas.truncated import homogeneous_parts
from sith.theory.errors import SithError
from sith.theory.groups import AbstractGroup, Euclidean, Linear, Shifted, Unimodular
from sith.theory.notation import latents
from sith.theory.verdict import Lemma


@dataclass(frozen=True, slots=True)
class DifferenceKernel:
    """The homogeneous parts of K at 0, by degree. `s` are the differences.

    `lemmas` holds the lemma, cited with this kernel, where the lowest part is definite too.
    """

    s: tuple[sp.Symbol, ...]
    parts: Mapping[int, sp.Expr]
    lemmas: tuple[Lemma, ...] = ()

    @property
    def definite(self) -> bool:
        """Whether the lowest part is shown to be definite."""
        return definite(self.parts[min(self.parts)], self.s)

    @property
    def bound(self) -> AbstractGroup:
        """The group of affine maps that holds every optimal one, read off the lowest part."""
        d, lowest = len(self.s), min(self.parts)
        if lowest != 2:
            return Shifted(Unimodular(Linear(d)))
        form = sp.hessian(self.parts[2], list(self.s)) / 2
        form = form / form[0, 0]
        return Euclidean(d) if form == sp.eye(d) else Euclidean(d, sp.ImmutableMatrix(form))

    def linear_solutions(self, condition: Condition) -> LinearSolutions:
        """Return equations on M and b of the optimal maps z ↦ Mz + b."""
        found = linear_solutions(condition)
        if found.complete:  # the orders of K follow from these
            return found
        image = found.matrix * sp.Matrix(self.s)
        table = dict(zip(self.s, image, strict=True))
        equations: list[sp.Expr] = []
        for part in self.parts.values():
            moved = sp.expand(part.xreplace(table) - part)
            equations += sp.Poly(moved, *self.s).coeffs() if moved != 0 else []
        return LinearSolutions(found.matrix, (*equations, *found.equations), shift=found.shift)


def difference_kernel(condition: Condition) -> DifferenceKernel:
    """Return the kernel of differences that the optimal maps keep; they are then all affine.

    Raises `NotShown` with the hypotheses that are not met.
    """
    if condition.linear_only:
        raise NotShown("kernels of differences: a linear class needs none")
    case = read_kernels(condition)
    failing = KERNEL_OF_DIFFERENCES.failing(case)
    if failing:
        said = [f"{KERNEL_OF_DIFFERENCES.name}: {f.reason}" for f in failing]
        raise NotShown("; ".join((*said, *case.reasons)))
    kernel = next(k for k in case.kernels if k.definite)
    return replace(kernel, lemmas=KERNEL_OF_DIFFERENCES.cited(case))


@dataclass(frozen=True, slots=True)
class Kernels:
    """A condition, read once: the kernels of its equations, and why each other equation is none."""

    condition: Condition
    kernels: tuple[DifferenceKernel, ...]
    reasons: tuple[str, ...]


def read_kernels(condition: Condition) -> Kernels:
    """Return the kernels of differences among the equations, definite or not."""
    found: list[DifferenceKernel] = []
    reasons: list[str] = []
    if len(condition.image) != len(condition.z):
        return Kernels(condition, (), ("outputs and latents differ in number",))
    for equation in condition.equations:
        try:
            found.append(_of_equation(condition, equation))
        except (NotShown, SithError) as reason:
            reasons.append(str(reason))
    return Kernels(condition, tuple(found), tuple(reasons))


KERNEL_OF_DIFFERENCES: Entry[Kernels] = Entry(
    "L-kernel-of-differences",
    "if K(h(z) − h(z̃)) = K(z − z̃) for all z, z̃ of a convex open set, K even, analytic at 0, the lowest "
    "order of K − K(0) there definite, a continuous h is z ↦ Mz + b, and M keeps every order of K",
    "h is locally bi-Lipschitz, and J_h lies in a compact group almost everywhere: a local isometry of a "
    "flat metric (Rademacher; Mazur–Ulam)",
    (
        Hypothesis(
            "every_pair",
            "the equation holds at almost all pairs of points",
            "the pairs have full support, and the two points share no coordinate",
            lambda case: every_pair(case.condition),
        ),
        Hypothesis(
            "body",
            "the latents fill a convex open set, or its closure, and h₀ is the identity",
            "the latent space is a box or R^d, and the base map is compared with the latents",
            lambda case: (
                isinstance(case.condition.space, Box | RealSpace)
                and case.condition.base == case.condition.z
                and not case.condition.over
            ),
        ),
        Hypothesis(
            "free_output",
            "the outputs lie in a part of R^d with an interior",
            "the output space has no equations",
            lambda case: not case.condition.output.constraints(case.condition.image),
        ),
        Hypothesis(
            "kernel",
            "the equation, symmetrised, is K(h(z) − h(z̃)) = K(z − z̃) with K analytic at 0",
            "its terms in the outputs are a function of differences, the same as those in the latents",
            lambda case: bool(case.kernels),
        ),
        Hypothesis(
            "definite",
            "the lowest order of K − K(0) at 0 is definite",
            "it is a form of even degree, shown to vanish at 0 alone",
            lambda case: not case.kernels or any(k.definite for k in case.kernels),
        ),
    ),
)


def kernels_of(condition: Condition) -> tuple[DifferenceKernel, ...]:
    """Return the kernel of differences as a tuple, empty where it is not shown."""
    try:
        return (difference_kernel(condition),)
    except NotShown:
        return ()


def _of_equation(condition: Condition, equation: Equation) -> DifferenceKernel:
    plain = equation.up_to in (UpTo.NOTHING, UpTo.FUNCTION_OF_Z)
    other = equation.volume or equation.gram or equation.decoder or equation.partner
    if not plain or other or equation.residual.free_symbols & set(condition.parameters):
        raise NotShown("kernels of differences: an equation of both points, without derivatives")
    model, target = _apart(condition, equation.residual)
    names = dict(
        zip((*condition.image, *condition.image_t), (*condition.z, *condition.zt), strict=True)
    )
    model, target = model.xreplace(names), target.xreplace(names)
    if equation.residual.atoms(sp.Abs, sp.sign):
        raise NotShown("kernels of differences: not smooth")
    kernel = _symmetrised(condition, model)
    if kernel.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
        raise NotShown("kernels of differences: not defined at coinciding points")
    s = latents(len(condition.z), "s")
    zero = dict.fromkeys(condition.zt, sp.Integer(0))
    at_zero = kernel.xreplace(zero).xreplace(dict(zip(condition.z, s, strict=True)))
    gaps = {x: a - b for x, a, b in zip(s, condition.z, condition.zt, strict=True)}
    _require_zero(condition, kernel - at_zero.xreplace(gaps), "no kernel of differences")
    _require_zero(
        condition,
        kernel + _symmetrised(condition, target),
        "critic and target are different kernels",
    )
    parts = homogeneous_parts(sp.expand(at_zero) if at_zero.is_polynomial(*s) else at_zero, s)
    if not parts:
        raise NotShown("kernels of differences: the kernel is constant")
    return DifferenceKernel(tuple(s), parts)


def _apart(condition: Condition, residual: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Return the terms in the outputs and those in the latents."""
    outputs = {*condition.image, *condition.image_t}
    model = [t for t in sp.Add.make_args(residual) if t.free_symbols & outputs]
    if any(t.free_symbols - outputs for t in model):
        raise NotShown("kernels of differences: latents and outputs are mixed in one term")
    return sp.Add(*model), residual - sp.Add(*model)


def _symmetrised(condition: Condition, value: sp.Expr) -> sp.Expr:
    """Return F(z, z̃) + F(z̃, z) − F(z, z) − F(z̃, z̃)."""
    z, zt = condition.z, condition.zt
    there, back = dict(zip(z, zt, strict=True)), dict(zip(zt, z, strict=True))
    result = value + value.xreplace(there | back) - value.xreplace(back) - value.xreplace(there)
    return sp.expand(result) if value.is_polynomial(*z, *zt) else result


def _require_zero(condition: Condition, value: sp.Expr, otherwise: str) -> None:
    if value != 0 and not vanishes(condition, value).holds:
        raise NotShown(f"kernels of differences: {otherwise}")
