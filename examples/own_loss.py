"""A loss of one's own, NWJ, from an empty file to a trained check.

sith derive examples/own_loss.py:RIGHT
sith check examples/own_loss.py:RIGHT
"""

from dataclasses import dataclass

from sympy import Expr, Rational, Symbol, exp

from sith import AbstractCritic, Claim, InnerProduct, Verdict, derive, theorem


@dataclass(frozen=True, slots=True)
class NWJ:
    """E_p[−s] + E_q[exp(s − 1)], with a constant that is learned."""

    critic: AbstractCritic
    temperature: Rational
    offset: bool = True
    latex = r"-\mathbb{E}_p[s]+\mathbb{E}_q[e^{s-1}]"

    def pointwise_binary(self, true: Symbol, independent: Symbol, score: Symbol) -> Expr:
        """Return the integrand, for the densities of true and of independent pairs."""
        return -true * score + independent * exp(score - 1)


BASE: Claim = theorem("zimmermann_2021_vmf").at(3)
RIGHT = BASE.replace(name="nwj", objective=NWJ(InnerProduct(), Rational(1, 10)))
WRONG = BASE.replace(name="nwj_too_warm", objective=NWJ(InnerProduct(), Rational(1, 5)))


def main() -> tuple[Verdict, ...]:
    """Return the verdicts at τ = 1/κ and at τ = 2/κ."""
    return derive(RIGHT), derive(WRONG)


if __name__ == "__main__":
    print(*main(), sep="\n\n")
