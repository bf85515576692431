"""InfoNCE worlds around a kernel: coordinates, scales, and terms that change the answer or do not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import sympy as sp

from sith import (
    Box,
    Claim,
    Encoder,
    ExpressionCritic,
    Gaussian,
    InfoNCE,
    InputError,
    LogDensity,
    PairLogDensity,
    RealSpace,
    Trivial,
    Uniform,
    World,
    latents,
    pair,
)
from tests.quality.constructed.case import Problem
from tests.quality.constructed.conditions import contrastive
from tests.quality.constructed.kernels import Kernel
from tests.quality.constructed.moves import Affine, Move
from tests.quality.constructed.stated import with_form
from tests.quality.constructed.truth import Truth

Term = Callable[[Sequence[sp.Expr]], sp.Expr]


def nothing(w: Sequence[sp.Expr]) -> sp.Expr:
    """Return 0, the term that is not there."""
    return sp.Integer(0)


def unchanged(x: sp.Expr) -> sp.Expr:
    """Return the coordinate itself."""
    return x


@dataclass(frozen=True, slots=True)
class Contrast:
    """The critic K(Au + c, Av + c) and a target that it attains.

    `scale` multiplies the target and divides the temperature; `anchor` is added to log p(z̃|z) as a
    function of z; `prior` to the log-density of z and, at z̃, to log p(z̃|z); `partner` to
    log p(z̃|z) alone at z̃, which no map attains; `left` to the critic as a function of u; `both` to
    critic and target as a function of v and z̃, which cuts the group: then `moves` says to what.
    `through` applies one function to each coordinate before A.
    """

    kernel: Kernel
    matrix: sp.Matrix | None = None
    centre: Sequence[sp.Expr] = ()
    scale: sp.Rational = sp.S.One
    anchor: Term = nothing
    prior: Term = nothing
    partner: Term = nothing
    left: Term = nothing
    both: Term = nothing
    through: Callable[[sp.Expr], sp.Expr] = unchanged
    real: bool = False
    output_box: bool = False
    moves: tuple[Affine | Move, ...] = ()
    components: int = -1
    why: str = ""
    group: bool = True

    def _is_law(self) -> bool:
        """Whether the pairs have a finite integral on R^d; otherwise the box is taken."""
        d = self.kernel.dim
        z, zt = pair(d)
        target = self.scale * (self._kernel(z, zt) + self.both(zt))
        log_pair = sp.expand(target + self.anchor(z) + self.prior(zt) + self.partner(zt))
        law = self.prior(z)
        try:
            prior = LogDensity(law, z) if law != 0 else Gaussian()
            World(RealSpace(d), prior, PairLogDensity(log_pair, z, zt))
        except InputError:
            return False
        return True

    def problem(self) -> Problem:
        """Return the world with its truth."""
        d = self.kernel.dim
        if self.real and not self._is_law():
            return replace(self, real=False).problem()
        (z, zt), u, v = pair(d), latents(d, "u"), latents(d, "v")
        score = self._kernel(u, v) + self.both(v)
        target = self.scale * (self._kernel(z, zt) + self.both(zt))
        law = self.prior(z)
        critic = ExpressionCritic(sp.expand(score + self.left(u)), u, v)
        log_pair = sp.expand(target + self.anchor(z) + self.prior(zt) + self.partner(zt))
        space = RealSpace(d) if self.real else Box(d)
        claim = Claim(
            self.kernel.name,
            World(
                space,
                LogDensity(law, z) if law != 0 else Uniform(),
                PairLogDensity(log_pair, z, zt),
            ),
            InfoNCE(critic, 1 / sp.sympify(self.scale)),
            Encoder(Box(d) if self.output_box else RealSpace(d)),
            Trivial(d),
        )
        gap = contrastive(
            claim,
            critic.expression * self.scale,
            log_pair - self.prior(zt),
            box=not self.real,
            output_box=self.output_box,
        )
        attained = self.partner is nothing
        why = (
            self.kernel.why
            if attained
            else "the target has a function of z̃ that no critic value matches"
        )
        forms = self._forms()
        count = self.kernel.components if self.components < 0 else self.components
        return Problem(
            claim, Truth(self._moves(), gap, self.why or why, count, self.group, attained), forms
        )

    def _coordinates(self) -> tuple[sp.Matrix, sp.Matrix]:
        d = self.kernel.dim
        matrix = sp.eye(d) if self.matrix is None else sp.Matrix(self.matrix)
        return matrix, sp.Matrix(list(self.centre) or [0] * d)

    def _kernel(self, a: Sequence[sp.Expr], b: Sequence[sp.Expr]) -> sp.Expr:
        matrix, centre = self._coordinates()
        points = [matrix * sp.Matrix([self.through(x) for x in p]) + centre for p in (a, b)]
        return self.kernel.body(*(list(p) for p in points))

    def _moves(self) -> tuple[Move, ...]:
        matrix, centre = self._coordinates()
        given = self.moves or tuple(m.conjugated(matrix, centre) for m in self.kernel.moves)
        return tuple(m.move() if isinstance(m, Affine) else m for m in given)

    def _forms(self) -> tuple:
        matrix, _ = self._coordinates()
        form = self.kernel.form
        if form is None and matrix == sp.eye(self.kernel.dim):
            return ()
        inside = sp.eye(self.kernel.dim) if form is None else sp.Matrix(form)
        return tuple(with_form(matrix.T * inside * matrix))
