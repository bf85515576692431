"""Maps whose first outputs depend on the content alone, whatever the other outputs do."""

from __future__ import annotations

import random
from dataclasses import dataclass

import sympy as sp

from sith.theory.errors import InputError
from sith.theory.exactness import dimension
from sith.theory.groups.base import AbstractGroup, JacobianShape, no, yes
from sith.theory.groups.elementary import along, monomials
from sith.theory.groups.linear import Linear
from sith.theory.groups.maps import Field, Map
from sith.theory.notation import latents
from sith.theory.verdict import Membership


@dataclass(frozen=True, slots=True)
class ContentKeeping(AbstractGroup):
    """(c, s) ↦ (ψ(c), φ(c, s)): diffeomorphisms of R^d that take the content to content.

    The content is the first `content` coordinates, 1 ≤ content < d.
    """

    dim: int
    content: int

    def __post_init__(self) -> None:
        """Validate the dimension and the number of content coordinates."""
        dimension(self.dim)
        if type(self.content) is not int or not 1 <= self.content < self.dim:
            raise InputError(
                f"content = {self.content!r} in d = {self.dim}", allowed=f"1 to {self.dim - 1}"
            )

    @property
    def latex(self) -> str:
        """The group in LaTeX."""
        style = self.dim - self.content
        return (
            rf"\{{(c,s)\mapsto(\psi(c),\varphi(c,s))\}},\ c\in\mathbb{{R}}^{{{self.content}}},\ "
            rf"s\in\mathbb{{R}}^{{{style}}}"
        )

    def __str__(self) -> str:
        """Short name."""
        return f"diffeomorphisms of R^{self.dim} that keep a content of {self.content}"

    @property
    def infinite(self) -> bool:
        """The functions are free."""
        return True

    def jacobian_shape(self) -> JacobianShape:
        """Return the entries of the content's outputs at the style."""
        style = range(self.content, self.dim)
        zero = tuple((i, j) for i in range(self.content) for j in style)
        return JacobianShape(zero, {"content": self.content})

    def algebra_basis(self, degree: int) -> tuple[Field, ...]:
        """Return monomials of the content in its own components, all monomials in the others."""
        z = latents(self.dim)
        return tuple(
            along(z, i, m, self.dim)
            for i in range(self.dim)
            for m in monomials(z[: self.content] if i < self.content else z, degree)
        )

    def families(self, *, inside_box: bool = False) -> tuple[tuple[Field, sp.Expr, str], ...]:
        """Return F(content) in each content component, F(content, style) in the others."""
        z = latents(self.dim)
        found = []
        for i in range(self.dim):
            inside = z[: self.content] if i < self.content else z
            name = sp.Function("F")(*inside)
            wall = z[i] * (1 - z[i]) if inside_box else sp.Integer(1)
            said = f"ξ_{i + 1} = F({', '.join(map(str, inside))}) for every smooth F"
            found.append((along(z, i, wall * name, self.dim), name, said))
        return tuple(found)

    def in_algebra(self, field: Field) -> Membership:
        """Say whether the content's components depend on the content alone."""
        if field.dim != self.dim or len(field.symbols) != self.dim:
            return no(f"the field does not act on R^{self.dim}")
        style = set(field.symbols[self.content :])
        for i in range(self.content):
            stray = sp.expand(field.expressions[i]).free_symbols & style
            if stray:
                return no(f"component {i + 1} depends on {min(stray, key=str)}", field)
        return yes("the content's components depend on the content alone")

    def finite_generators(self) -> tuple[Map, ...]:
        """Return a reflection of the content and one of the style."""
        signs = ([-1 if i == j else 1 for i in range(self.dim)] for j in (0, self.dim - 1))
        return tuple(Map.linear(sp.diag(*row)) for row in signs)

    def contains(self, member: Map) -> Membership:
        """Say whether the content's outputs depend on it alone and the Jacobian is invertible somewhere.

        That the Jacobian is invertible everywhere is not checked.
        """
        if member.dim != self.dim or len(member.expressions) != self.dim:
            return no(f"the map does not act on R^{self.dim}")
        jacobian = member.jacobian()
        for i in range(self.content):
            for j in range(self.content, self.dim):
                if sp.simplify(jacobian[i, j]) != 0:
                    return no(f"output {i + 1} depends on {member.symbols[j]}", member)
        rng = random.Random(3)
        for _ in range(3):
            point = {x: sp.Rational(rng.randint(-9, 9), rng.randint(1, 7)) for x in member.symbols}
            if sp.simplify(jacobian.xreplace(point).det()) != 0:
                return yes("content goes to content, the Jacobian is not identically singular")
        if sp.simplify(jacobian.det()) != 0:
            return yes("content goes to content, the Jacobian is not identically singular")
        return no("the Jacobian is singular everywhere", member)

    def sample(self, rng: random.Random) -> Map:
        """Draw linear maps of content and style, the latter bent by squares of the content."""
        z = latents(self.dim)
        count = self.content
        first = Linear(count).sample_matrix(rng) * sp.Matrix(z[:count])
        second = Linear(self.dim - count).sample_matrix(rng) * sp.Matrix(z[count:])
        bend = sp.Rational(rng.randint(0, 3), 2) * z[0] ** 2
        kept = [e + sp.Rational(rng.randint(0, 2), 3) * e**3 for e in first]
        return Map(z, (*map(sp.expand, kept), *(sp.expand(e + bend) for e in second)))
