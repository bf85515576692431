"""Whether a kernel of pairs is reversible and keeps the law of the latents, for closed forms."""

from __future__ import annotations

import sympy as sp

from sith.theory.assumptions import OrnsteinUhlenbeck, PairLogDensity, RealSpace, World
from sith.theory.errors import SithError
from sith.theory.notation import pair


def reversible(world: World) -> bool:
    """Whether log p(z̃|z) + log p(z), as stated, is symmetric in z and z̃."""
    z, zt = pair(world.dim)
    try:
        joint = world.pairs.log_conditional(z, zt) + world.prior.log_density(z)
    except SithError:
        return False
    swap = {**dict(zip(z, zt, strict=True)), **dict(zip(zt, z, strict=True))}
    return bool(sp.expand(joint - joint.xreplace(swap)) == 0)


def stationary(world: World) -> bool:
    """Whether z̃ is shown to have the law of z, for pairs whose stated kernel is reversible.

    With K(z, z̃) = p(z) e^L symmetric and p(z̃|z) = e^L / N(z), the law of z̃ has the density
    ∫ K(z, z̃)/N(z) dz, which is p where N is constant.
    """
    if isinstance(world.pairs, OrnsteinUhlenbeck):
        return True
    if not isinstance(world.pairs, PairLogDensity) or not isinstance(world.space, RealSpace):
        return False
    z, zt = pair(world.dim)
    terms = sp.Add.make_args(sp.expand(world.pairs.log_conditional(z, zt), log=False))
    left = list(terms)
    for x, y in zip(z, zt, strict=True):
        own = [t for t in left if t.free_symbols <= {x, y}]
        left = [t for t in left if not t.free_symbols <= {x, y}]
        if not _constant_integral(sp.Add(*own), x, y):
            return False
    return not left


def _constant_integral(value: sp.Expr, x: sp.Symbol, y: sp.Symbol) -> bool:
    """Whether ∫ exp(value) dy is finite and shown not to depend on x."""
    if not value.has(x):
        # A law of y alone: the world refuses one that diverges.
        return bool(value.has(y))
    if value.is_polynomial(x, y):
        poly = sp.Poly(value, y)
        if poly.degree() != 2 or poly.nth(2).has(x) or not poly.nth(2).is_negative:
            return False
        rest = poly.nth(0) - poly.nth(1) ** 2 / (4 * poly.nth(2))
        return not sp.expand(rest).has(x)
    return _student_integral(value, x, y)


def _student_integral(value: sp.Expr, x: sp.Symbol, y: sp.Symbol) -> bool:
    """For −α log q(x, y) + f(x), q a positive quadratic in y: ∫ ∝ (q at its vertex)^{1/2 − α} e^f."""
    moving = [t for t in sp.Add.make_args(value) if t.has(y)]
    if len(moving) != 1:
        return False
    factor, log = moving[0].as_independent(x, y)
    if not isinstance(log, sp.log) or not log.args[0].is_polynomial(x, y):
        return False
    q, alpha = sp.Poly(log.args[0], y), -factor
    top = q.nth(2)
    if q.degree() != 2 or top.has(x) or not top.is_positive or not alpha > sp.Rational(1, 2):
        return False
    vertex = sp.expand(q.nth(0) - q.nth(1) ** 2 / (4 * top))
    # Below zero somewhere, the integrand would have a pole.
    if sp.Poly(vertex, x).count_roots() != 0 or not vertex.subs(x, 0).is_positive:
        return False
    rest = (sp.Rational(1, 2) - alpha) * sp.log(vertex) + value - moving[0]
    return bool(sp.simplify(sp.diff(rest, x)) == 0)
