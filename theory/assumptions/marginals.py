"""Laws of one coordinate: named ones, Student's, and mixtures of normals."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import sympy as sp

from sith.theory.errors import InputError
from sith.theory.exactness import positive, rational


class Marginal(Enum):
    """Named laws of one coordinate, all centred, at unit scale parameter."""

    NORMAL = "normal"
    UNIFORM = "uniform"
    LAPLACE = "laplace"
    LOGISTIC = "logistic"
    QUARTIC = "quartic"
    HYPERBOLIC_SECANT = "hyperbolic-secant"

    @property
    def symmetric(self) -> bool:
        """Whether the law is symmetric about 0: all are but the uniform law on (0, 1)."""
        return self is not Marginal.UNIFORM

    def log_density(self, x: sp.Expr) -> sp.Expr:
        """Return the log-density of one coordinate up to a constant.

        normal −x²/2; uniform 0 on (0, 1); laplace −|x|; logistic −x − 2 log(1 + e^{−x});
        quartic −x⁴/4 (a sub-Gaussian generalised normal); hyperbolic secant −log(e^x + e^{−x}).
        """
        if self is Marginal.NORMAL:
            return -(x**2) / 2
        if self is Marginal.UNIFORM:
            return sp.Integer(0)
        if self is Marginal.LAPLACE:
            return -sp.Abs(x)
        if self is Marginal.LOGISTIC:
            return -x - 2 * sp.log(1 + sp.exp(-x))
        if self is Marginal.HYPERBOLIC_SECANT:
            return -sp.log(sp.exp(x) + sp.exp(-x))
        return -(x**4) / 4

    def absolute_moment(self, p: int) -> tuple[sp.Expr, ...]:
        """Return (E|x|^p,) in closed form; () where none is at hand."""
        half = sp.Rational(1, 2)
        if self is Marginal.NORMAL:
            return (2 ** (p * half) * sp.gamma((p + 1) * half) / sp.sqrt(sp.pi),)
        if self is Marginal.LAPLACE:
            return (sp.factorial(p),)
        if self is Marginal.QUARTIC:
            quarter = sp.Rational(1, 4)
            return (4 ** (p * quarter) * sp.gamma((p + 1) * quarter) / sp.gamma(quarter),)
        return tuple(_MOMENTS.get(self, {}).get(p, ()))

    def density_at_zero(self) -> tuple[sp.Expr, ...]:
        """Return (p(0),) for a density that is continuous there; () for the uniform law on (0, 1)."""
        return _AT_ZERO.get(self, ())


_MOMENTS = {
    Marginal.LOGISTIC: {
        0: (sp.Integer(1),),
        1: (2 * sp.log(2),),
        2: (sp.pi**2 / 3,),
        4: (7 * sp.pi**4 / 15,),
    },
    Marginal.HYPERBOLIC_SECANT: {
        0: (sp.Integer(1),),
        1: (4 * sp.Catalan / sp.pi,),
        2: (sp.pi**2 / 4,),
        4: (5 * sp.pi**4 / 16,),
    },
}
"""E|x|^p of laws without a formula for every p."""

_AT_ZERO = {
    Marginal.NORMAL: (1 / sp.sqrt(2 * sp.pi),),
    Marginal.LAPLACE: (sp.Rational(1, 2),),
    Marginal.LOGISTIC: (sp.Rational(1, 4),),
    Marginal.QUARTIC: (2 / (sp.root(4, 4) * sp.gamma(sp.Rational(1, 4))),),
    Marginal.HYPERBOLIC_SECANT: (1 / sp.pi,),
}


@dataclass(frozen=True, slots=True)
class Student:
    """Student's law of one coordinate with `freedom` ν > 0 degrees of freedom, unit scale."""

    freedom: sp.Rational

    def __post_init__(self) -> None:
        """Validate ν."""
        object.__setattr__(self, "freedom", positive(self.freedom, "degrees of freedom ν"))

    @property
    def value(self) -> str:
        """Short name."""
        return f"student({self.freedom})"

    @property
    def symmetric(self) -> bool:
        """Whether the law is symmetric about 0: it is."""
        return True

    def log_density(self, x: sp.Expr) -> sp.Expr:
        """Return −(ν + 1)/2 · log(1 + x²/ν)."""
        return -(self.freedom + 1) / 2 * sp.log(1 + x**2 / self.freedom)

    def absolute_moment(self, p: int) -> tuple[sp.Expr, ...]:
        """Return (E|x|^p,) in closed form; () where it is infinite."""
        nu, half = self.freedom, sp.Rational(1, 2)
        if p >= nu:
            return ()
        scale = nu ** (p * half) / sp.sqrt(sp.pi)
        ends = sp.gamma((p + 1) * half) * sp.gamma((nu - p) * half) / sp.gamma(nu * half)
        return (scale * ends,)

    def density_at_zero(self) -> tuple[sp.Expr, ...]:
        """Return (p(0),)."""
        nu, half = self.freedom, sp.Rational(1, 2)
        return (sp.gamma((nu + 1) * half) / (sp.sqrt(nu * sp.pi) * sp.gamma(nu * half)),)


@dataclass(frozen=True, slots=True)
class NormalMixture:
    """A mixture of N(m_k, 1) with weights w_k > 0 for one coordinate, at least two distinct means."""

    means: tuple[sp.Rational, ...]
    weights: tuple[sp.Rational, ...] = ()

    def __post_init__(self) -> None:
        """Validate the means, and the weights, which are equal if none are given."""
        means = tuple(rational(m, "mean") for m in self.means)
        if len(means) < 2 or len(set(means)) != len(means):
            raise InputError(f"means = {means}", allowed="at least two distinct rational numbers")
        weights = tuple(positive(w, "weight") for w in self.weights or (1,) * len(means))
        if len(weights) != len(means):
            raise InputError(f"{len(weights)} weights for {len(means)} means")
        total = sp.Add(*weights)
        object.__setattr__(self, "means", means)
        object.__setattr__(self, "weights", tuple(w / total for w in weights))

    @property
    def value(self) -> str:
        """Short name."""
        means = ", ".join(map(str, self.means))
        weights = "" if len(set(self.weights)) == 1 else f"; {', '.join(map(str, self.weights))}"
        return f"normal-mixture({means}{weights})"

    @property
    def symmetric(self) -> bool:
        """Whether the law is symmetric about 0."""
        law = dict(zip(self.means, self.weights, strict=True))
        return all(law.get(-m) == w for m, w in law.items())

    def log_density(self, x: sp.Expr) -> sp.Expr:
        """Return −x²/2 + log Σ w_k exp(m_k x − m_k²/2)."""
        terms = zip(self.means, self.weights, strict=True)
        return -(x**2) / 2 + sp.log(sp.Add(*(w * sp.exp(m * x - m**2 / 2) for m, w in terms)))

    def absolute_moment(self, p: int) -> tuple[sp.Expr, ...]:
        """Return (E|x|^p,) for an even p, a polynomial in the means; () for an odd one."""
        if p % 2:
            return ()
        terms = zip(self.means, self.weights, strict=True)
        normal = [sp.factorial2(k - 1) if k else 1 for k in range(0, p + 1, 2)]
        return (
            sp.Add(
                *(
                    w * sp.binomial(p, 2 * k) * m ** (p - 2 * k) * even
                    for m, w in terms
                    for k, even in enumerate(normal)
                )
            ),
        )

    def density_at_zero(self) -> tuple[sp.Expr, ...]:
        """Return (p(0),)."""
        terms = zip(self.means, self.weights, strict=True)
        return (sp.Add(*(w * sp.exp(-(m**2) / 2) for m, w in terms)) / sp.sqrt(2 * sp.pi),)


AnyMarginal = Marginal | Student | NormalMixture
"""A law of one coordinate."""
