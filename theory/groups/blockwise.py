"""Blockwise diffeomorphisms: each block of coordinates up to a smooth invertible map of its own."""

from __future__ import annotations

import random
from dataclasses import dataclass

import sympy as sp

from sith.theory.groups.base import AbstractGroup, JacobianShape, no, yes
from sith.theory.groups.block_orthogonal import BlockOrthogonal
from sith.theory.groups.blocks import check_blocks
from sith.theory.groups.elementary import along, monomials
from sith.theory.groups.linear import Linear
from sith.theory.groups.maps import Field, Map
from sith.theory.notation import latents
from sith.theory.verdict import Membership


@dataclass(frozen=True, slots=True)
class BlockwiseDiffeomorphisms(AbstractGroup):
    """z_B ↦ ψ_B(z_B) for each block B, ψ_B a diffeomorphism; blocks of equal size may be swapped."""

    blocks: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        """Validate that the blocks partition 0 … d − 1."""
        object.__setattr__(self, "blocks", check_blocks(self.blocks))

    @property
    def dim(self) -> int:
        """Number of coordinates."""
        return sum(len(block) for block in self.blocks)

    @property
    def latex(self) -> str:
        """The group in LaTeX."""
        return r"\times".join(rf"\mathrm{{Diff}}(\mathbb{{R}}^{{{len(b)}}})" for b in self.blocks)

    def __str__(self) -> str:
        """Short name."""
        if len(self.blocks) == 1:
            return f"diffeomorphisms of R^{self.dim}"
        return f"blockwise diffeomorphisms over {self.blocks}"

    @property
    def infinite(self) -> bool:
        """The functions are free."""
        return True

    def jacobian_shape(self) -> JacobianShape:
        """Return the entries outside the blocks."""
        inside = {(i, j) for block in self.blocks for i in block for j in block}
        every = ((i, j) for i in range(self.dim) for j in range(self.dim))
        return JacobianShape(
            tuple(entry for entry in every if entry not in inside),
            {"blocks": [list(block) for block in self.blocks]},
        )

    def algebra_basis(self, degree: int) -> tuple[Field, ...]:
        """Return the monomials of a block's coordinates in each of its components."""
        z = latents(self.dim)
        return tuple(
            along(z, i, m, self.dim)
            for block in self.blocks
            for i in block
            for m in monomials([z[j] for j in block], degree)
        )

    def families(self, *, inside_box: bool = False) -> tuple[tuple[Field, sp.Expr, str], ...]:
        """Return F(z_B) in each component of each block B."""
        z = latents(self.dim)
        found = []
        for block in self.blocks:
            inside = tuple(z[j] for j in block)
            for i in block:
                name = sp.Function("F")(*inside)
                wall = z[i] * (1 - z[i]) if inside_box else sp.Integer(1)
                said = f"ξ_{i + 1} = F({', '.join(map(str, inside))})"
                said += " · z(1 − z)" if inside_box else ""
                found.append(
                    (along(z, i, wall * name, self.dim), name, f"{said} for every smooth F")
                )
        return tuple(found)

    def in_algebra(self, field: Field) -> Membership:
        """Say whether each component depends on the coordinates of its own block only."""
        if field.dim != self.dim or len(field.symbols) != self.dim:
            return no(f"the field does not act on R^{self.dim}")
        for block in self.blocks:
            inside = {field.symbols[j] for j in block}
            for i in block:
                stray = sp.expand(field.expressions[i]).free_symbols - inside
                if stray:
                    return no(f"component {i + 1} depends on {min(stray, key=str)}", field)
        return yes("each component depends on its own block")

    def finite_generators(self) -> tuple[Map, ...]:
        """Return one reflection per block and the swaps of equal blocks."""
        return BlockOrthogonal(self.blocks).finite_generators()

    def contains(self, member: Map) -> Membership:
        """Say whether blocks go to blocks and the Jacobian is not identically singular.

        Invertibility is tested through the Jacobian determinant as a function; that it vanishes
        nowhere is not checked.
        """
        if member.dim != self.dim or len(member.expressions) != self.dim:
            return no(f"the map does not act on R^{self.dim}")
        jacobian = member.jacobian().applyfunc(_zero_or_same)
        for block in self.blocks:
            rows = {i for i in range(self.dim) for j in block if jacobian[i, j] != 0}
            if tuple(sorted(rows)) not in self.blocks:
                return no(f"block {block} is not mapped onto one block", member)
        if not _somewhere_invertible(jacobian, member.symbols):
            return no("the Jacobian is singular everywhere", member)
        return yes("blocks go to blocks, the Jacobian is not identically singular")

    def sample(self, rng: random.Random) -> Map:
        """Draw per block a linear map followed by a triangular cubic one, invertible on R^n."""
        z = latents(self.dim)
        outputs: list[sp.Expr] = list(z)
        for block in self.blocks:
            inner = [z[j] for j in block]
            linear = Linear(len(block)).sample_matrix(rng)
            mixed = [
                sp.Add(*(linear[a, b] * inner[b] for b in range(len(block))))
                for a in range(len(block))
            ]
            for a, i in enumerate(block):
                earlier = sp.Add(*(mixed[b] ** 2 for b in range(a)))
                outputs[i] = mixed[a] + mixed[a] ** 3 * sp.Rational(rng.randint(0, 2), 3) + earlier
        return Map(z, tuple(outputs))


def _zero_or_same(entry: sp.Expr) -> sp.Expr:
    """Return 0 for an entry that vanishes identically, the entry otherwise."""
    small = sp.expand(entry) if entry.is_polynomial(*entry.free_symbols) else sp.simplify(entry)
    return sp.Integer(0) if small == 0 else entry


def _somewhere_invertible(jacobian: sp.Matrix, symbols: tuple[sp.Symbol, ...]) -> bool:
    """Say whether the determinant is non-zero at a rational point, or not identically zero."""
    rng = random.Random(3)
    for _ in range(3):
        table = {s: sp.Rational(rng.randint(-9, 9), rng.randint(1, 7)) for s in symbols}
        if sp.simplify(jacobian.xreplace(table).det()) != 0:
            return True
    return bool(sp.simplify(jacobian.det()) != 0)
