"""Latents that vary at different rates: the square of a slow one may come before another latent.

Whitened alignment keeps the functions of the latents that change least. Where the slowest latent has
the correlation ρ and the next one less than ρ², z₁ and z₁² are kept and z₂ is lost.

python examples/anisotropic_worlds.py
"""

from __future__ import annotations

from sympy import Rational

from sith import Verdict, derive, theorem

SLUG = "klindt_2026_anisotropic"
RATES = ((Rational(19, 20), Rational(9, 10)), (Rational(1, 2), Rational(2, 5)))


def main() -> tuple[Verdict, ...]:
    """Derive the theorem for slow and for fast latents, and print what is recovered."""
    verdicts = tuple(
        derive(theorem(SLUG), rho_max=largest, rho_min=least) for largest, least in RATES
    )
    for (largest, least), verdict in zip(RATES, verdicts, strict=True):
        print(f"correlations {largest} to {least}: {verdict.group}, h₀ = {verdict.base}")
        print(f"  {verdict.scope.fields}")
    return verdicts


if __name__ == "__main__":
    main()
