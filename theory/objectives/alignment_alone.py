"""Losses without anything against collapse: alignment alone, and self-distillation with cross-entropy."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from sith.theory.exactness import positive


@dataclass(frozen=True, slots=True)
class Alignment:
    """E‖h(z) − h(z̃)‖², and nothing else: constant outputs attain its minimum 0."""

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        return r"\mathbb{E}\,\lVert h(z)-h(\tilde z)\rVert^2"

    def at_constant(self, values: tuple[sp.Symbol, ...]) -> tuple[sp.Expr, ...]:
        """Return what vanishes where the constant output `values` attains the minimum: the loss."""
        return (sp.Add(*((c - c) ** 2 for c in values)),)

    @property
    def only_constant(self) -> bool:
        """Whether pairs of full support leave constant outputs alone: h(z) = h(z̃) for almost all."""
        return True

    def __str__(self) -> str:
        """Short name."""
        return "alignment alone"


@dataclass(frozen=True, slots=True)
class SelfDistillation:
    """E H(P(h̄(z̃)), P(h(z))), P = softmax(·/τ), H the cross-entropy, and the teacher h̄ = h held fixed.

    Its optima are maps that minimise the loss against themselves as teacher. Source: Caron et al.
    (2021), DINO, without centring and with one temperature.
    """

    temperature: sp.Rational = sp.Integer(1)

    def __post_init__(self) -> None:
        """Validate τ > 0."""
        object.__setattr__(self, "temperature", positive(self.temperature, "temperature τ"))

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        return (
            r"-\mathbb{E}\,\langle P(\bar h(\tilde z)),\log P(h(z))\rangle,\ \bar h=h\text{ fixed},\ "
            rf"P=\operatorname{{softmax}}(\cdot/{sp.latex(self.temperature)})"
        )

    def at_constant(self, values: tuple[sp.Symbol, ...]) -> tuple[sp.Expr, ...]:
        """Return what vanishes where the constant output attains the minimum: slopes in the student.

        The cross-entropy is convex in the student's scores, so that a stationary one is minimal.
        """
        student = sp.symbols(f"s1:{len(values) + 1}", real=True)

        def soft(scores: tuple[sp.Symbol, ...]) -> list[sp.Expr]:
            weights = [sp.exp(x / self.temperature) for x in scores]
            return [w / sp.Add(*weights) for w in weights]

        teacher = soft(values)
        loss = -sp.Add(*(t * sp.log(s) for t, s in zip(teacher, soft(student), strict=True)))
        at = dict(zip(student, values, strict=True))
        return tuple(sp.simplify(sp.diff(loss, s).xreplace(at)) for s in student)

    @property
    def only_constant(self) -> bool:
        """No: that other maps are no optima of themselves is not shown here."""
        return False

    def __str__(self) -> str:
        """Short name."""
        tau = "" if self.temperature == 1 else f", τ = {self.temperature}"
        return f"self-distillation with cross-entropy{tau}"
