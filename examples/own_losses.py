"""Losses of one's own by kind: on slots, of single scores, with many negatives; sums of losses.

Whether a loss is minimal at the density ratio alone is derived from its integrand. Where that is not
shown, as for the triplet loss, the verdict is undecided and says why.

sith derive examples/own_losses.py:DCL
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sympy import Add, Expr, Integer, Max, Rational, Symbol, exp, log

from sith import (
    AbstractCritic,
    Claim,
    Classes,
    CrossEntropy,
    InfoNCE,
    InnerProduct,
    Sphere,
    Sum,
    Term,
    Uniform,
    Verdict,
    VonMisesFisher,
    World,
    derive,
    theorem,
)

HALF, QUARTER, TWO = Rational(1, 2), Rational(1, 4), Integer(2)
INNER = InnerProduct()
Scores = tuple[Symbol, ...]


@dataclass(frozen=True, slots=True)
class Scaled:
    """s(u, v) = A exp(u·v/τ), A > 0 learned: a density ratio with its constant."""

    temperature: Rational = HALF

    def parameters(self, dim: int) -> tuple[Symbol, ...]:  # noqa: ARG002
        """Return A."""
        return (Symbol("A", positive=True),)

    def score(self, u: Sequence[Expr], v: Sequence[Expr]) -> Expr:
        """Return the score."""
        (factor,) = self.parameters(len(u))
        return factor * exp(InnerProduct().score(u, v) / self.temperature)


SCALED = Scaled()


@dataclass(frozen=True, slots=True)
class LSIF:
    """Least-squares density ratio: E_p[−2s] + E_q[s²], minimal at the ratio itself."""

    critic: AbstractCritic = SCALED
    latex = r"\mathbb{E}_p[-2s]+\mathbb{E}_q[s^2]"

    def pointwise_binary(self, true: Symbol, independent: Symbol, score: Symbol) -> Expr:
        """Return the integrand."""
        return -2 * true * score + independent * score**2


@dataclass(frozen=True, slots=True)
class Decoupled:
    """InfoNCE without the positive in the denominator; its limit of many negatives is read off."""

    critic: AbstractCritic = INNER
    temperature: Rational = HALF
    latex = r"\mathbb{E}[-s^++\log\sum_je^{s^-_j}]"

    def pointwise(self, weights: Scores, scores: Scores) -> Expr:
        """Return the integrand: slot j holds the positive with probability a_j."""
        rest = [Add(*(exp(x) for x in scores if x != own)) for own in scores]
        return Add(*(a * (log(r) - s) for a, s, r in zip(weights, scores, rest, strict=True)))


@dataclass(frozen=True, slots=True)
class Alpha:
    """α-InfoNCE: E[(1 − p⁺^{1−1/α}) α/(α − 1)], minimal at α times the log-ratio."""

    critic: AbstractCritic = INNER
    temperature: Rational = QUARTER
    alpha: Rational = TWO
    latex = r"\tfrac{\alpha}{\alpha-1}\mathbb{E}[1-(p^+)^{1-1/\alpha}]"

    def pointwise(self, weights: Scores, scores: Scores) -> Expr:
        """Return the integrand."""
        total = Add(*(exp(x) for x in scores))
        power = 1 - 1 / self.alpha
        gains = [1 - (exp(x) / total) ** power for x in scores]
        return Add(*(a * g for a, g in zip(weights, gains, strict=True))) / power


@dataclass(frozen=True, slots=True)
class Triplet:
    """max(0, 1 − s⁺ + s⁻), which is not strictly proper."""

    critic: AbstractCritic = INNER
    temperature: Rational = HALF
    latex = r"\mathbb{E}\max(0,1-s^++s^-)"

    def pointwise(self, weights: Scores, scores: Scores) -> Expr:
        """Return the integrand."""
        pairs = [(a, s, t) for a, s in zip(weights, scores, strict=True) for t in scores if s != t]
        return Add(*(a * Max(0, 1 - s + t) for a, s, t in pairs))


WORLD = World(Sphere(3), Uniform(), VonMisesFisher(2))
LABELS = Classes(((1, 0, 0), (0, 1, 0), (0, 0, 1), (Rational(3, 5), Rational(4, 5), 0)), 2)
BASE: Claim = theorem("zimmermann_2021_vmf").at(3).replace(world=WORLD)
RATIO = BASE.replace(name="lsif", objective=LSIF())
FLAT = BASE.replace(name="lsif_inner_product", objective=LSIF(critic=INNER))
DCL = BASE.replace(name="dcl", objective=Decoupled())
ALPHA = BASE.replace(name="alpha_infonce", objective=Alpha())
TRIPLET = BASE.replace(name="triplet", objective=Triplet())
NCE = InfoNCE(temperature=HALF)
LABELLED = BASE.replace(
    name="infonce_and_labels", objective=Sum((NCE, Term(CrossEntropy(), pairs=LABELS)))
)
CLASH = BASE.replace(name="two_temperatures", objective=Sum((NCE, InfoNCE(temperature=1))))

CLAIMS = (RATIO, FLAT, DCL, ALPHA, TRIPLET, LABELLED, CLASH)


def main() -> dict[str, Verdict]:
    """Return the verdicts by name."""
    verdicts = {claim.name: derive(claim, degree=2) for claim in CLAIMS}
    for verdict in verdicts.values():
        print(verdict, end="\n\n")
    return verdicts


if __name__ == "__main__":
    main()
