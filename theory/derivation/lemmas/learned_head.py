r"""All optimal maps are affine where a learned affine function of the outputs gives the latents.

Let some of the equations be U h(z) + c = Rh₀(z), the entries of U and c learned, h₀ a choice of as many
coordinates as there are outputs, m, and R known and of rank m. The differences of Rh₀ span m dimensions
and lie in the image of U, which has m columns: U has a left inverse V, and h(z) = V(Rh₀(z) − c). Nothing
is asked of h, continuity included.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from sith.theory.assumptions import Sphere
from sith.theory.derivation.certificates.completeness import NotShown
from sith.theory.derivation.equation import Condition, Equation, UpTo
from sith.theory.derivation.fields.finite import LinearSolutions, linear_solutions
from sith.theory.derivation.fields.regular_points import spans
from sith.theory.derivation.lemmas.isometries import every_pair
from sith.theory.derivation.lemmas.losses import has_density
from sith.theory.derivation.lemmas.record import Entry, Hypothesis, Setting
from sith.theory.groups import AbstractGroup, Affine, Orthogonal
from sith.theory.verdict import Lemma


@dataclass(frozen=True, slots=True)
class LearnedHead:
    """The equations that make all optimal maps affine: `lemmas` cites them, `bound` is what follows.

    On the sphere an affine map into the sphere is orthogonal.
    """

    bound: AbstractGroup
    lemmas: tuple[Lemma, ...]

    def linear_solutions(self, condition: Condition) -> LinearSolutions:
        """Return equations on M and b of the optimal maps z ↦ Mz + b."""
        return linear_solutions(condition)


def head_row(condition: Condition, equation: Equation) -> tuple[sp.Rational, ...]:
    """Return r of an equation u·h + c = r·z with learned u, () where it has another form.

    An equation of both points that holds at all pairs is read at a fixed anchor, as one of the partner:
    what depends on the anchor is then a constant.
    """
    residual = sp.expand(equation.residual)
    other = equation.volume or equation.gram or equation.decoder or equation.partner
    paired = residual.has(*condition.zt, *condition.image_t)
    plain = (UpTo.NOTHING, UpTo.FUNCTION_OF_Z) if paired else (UpTo.NOTHING,)
    if other or equation.up_to not in plain or (paired and not every_pair(condition)):
        return ()
    latents, outputs = condition.z, condition.image
    if paired:
        latents, outputs = condition.zt, condition.image_t
    learned = set(condition.parameters)
    fixed = learned | ({*condition.z, *condition.image} if paired else set())
    if residual.free_symbols - fixed - {*latents, *outputs}:
        return ()
    if not residual.is_polynomial(*latents, *outputs) or not residual.has(*outputs):
        return ()
    poly = sp.Poly(residual, *latents, *outputs)
    heads = [poly.coeff_monomial(h) for h in outputs]
    row = tuple(-poly.coeff_monomial(x) for x in latents)
    linear = poly.total_degree() == 1 and all(u.free_symbols <= learned for u in heads)
    return row if linear and all(x.is_Rational for x in row) else ()


def _rows(condition: Condition) -> list[tuple[sp.Rational, ...]]:
    found = [head_row(condition, e) for e in condition.equations]
    return [row for row in found if row]


def _kept(condition: Condition) -> list[int]:
    """Return the coordinates that the base map keeps up to scale, [] where it is no choice of coordinates."""
    found = []
    for b in condition.base:
        own = [x for x in condition.z if (b / x).is_Rational and b != 0]
        found += [condition.z.index(x) for x in own]
    return found if len(found) == len(condition.base) else []


def _counted(case: Setting) -> bool:
    kept = _kept(case.condition)
    return len(set(kept)) == len(case.condition.image) == len(kept)


def _spanning(case: Setting) -> bool:
    condition, rows = case.condition, _rows(case.condition)
    if not rows or not _counted(case):
        return True
    kept = _kept(condition)
    outside = [i for i in range(len(condition.z)) if i not in kept]
    table = sp.Matrix(rows)
    return table.rank() == len(kept) and all(x == 0 for i in outside for x in table.col(i))


def _spread(case: Setting) -> bool:
    return has_density(case.problem) and not case.condition.over and spans(case.problem.world.space)


LEARNED_HEAD: Entry[Setting] = Entry(
    "L-learned-head",
    "if Uh(z) + c = Rh₀(z) for all z, with U and c learned or known, h₀ some of the coordinates, as many "
    "as outputs, and R of full rank, U has full rank and h is an affine function of h₀",
    "linear algebra: the differences of Rh₀ span R^m and lie in the image of U, so U has a left inverse",
    (
        Hypothesis(
            "counted",
            "there are as many outputs as coordinates that h₀ keeps",
            "the numbers are compared, and h₀ is a choice of coordinates up to scale",
            _counted,
        ),
        Hypothesis(
            "heads",
            "some of the equations are u·h(z) + c = r·z with u and c free of z, or the like of z̃ at any anchor",
            "the residual is of degree 1 in the outputs and the latents, with rational r",
            lambda case: not _counted(case) or bool(_rows(case.condition)),
        ),
        Hypothesis(
            "spanning",
            "the rows r of these equations are functions of h₀ and have full rank",
            "their exact rank, and their entries at other coordinates",
            _spanning,
        ),
        Hypothesis(
            "spread",
            "the latents are not confined to a hyperplane",
            "they have a density on a space whose regular rational points have differences of rank d",
            _spread,
        ),
    ),
)


def learned_head(case: Setting) -> LearnedHead:
    """Return the equations that make all optimal maps affine; raises `NotShown` with the reasons."""
    failing = LEARNED_HEAD.failing(case)
    if failing or case.condition.linear_only:
        said = [f"{LEARNED_HEAD.name}: {f.reason}" for f in failing]
        raise NotShown("; ".join(said) or "learned heads: a linear class needs none")
    condition, m = case.condition, len(case.condition.image)
    # An affine map of the sphere into itself is orthogonal; one of an interval may shrink it.
    same = condition.space == condition.output and isinstance(condition.space, Sphere)
    return LearnedHead(Orthogonal(m) if same else Affine(m), LEARNED_HEAD.cited(case))
