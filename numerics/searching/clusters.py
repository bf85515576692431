"""Two classifiers of nearly the same posterior whose representations are not linearly related.

The second model permutes the labels' vectors, and takes each latent to the one whose permuted
posterior comes nearest. With well separated clusters of large norm both posteriors are nearly
certain, whatever the arrangement of the clusters.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from decimal import Decimal, localcontext
from itertools import permutations

import numpy as np
import sympy as sp
from flint import arb, ctx, fmpq

from sith.numerics.searching.points import Point
from sith.numerics.searching.witness import Counterexample, Kind
from sith.theory import (
    Affine,
    Atoms,
    Claim,
    CloseClassifier,
    Family,
    InputError,
    Membership,
    RealSpace,
    Relation,
    SoftmaxLabels,
    UnsupportedCondition,
    as_rational,
    contained,
    rational,
)

Rows = tuple[tuple[sp.Rational, ...], ...]
EXHAUSTIVE = 6
"""Up to so many labels all permutations are tried, beyond that `DRAWN` of them."""
DRAWN = 500
DIGITS, BITS = 100, 400
AGREE = 1e-12
"""Between the two computations, in nats."""


def sees_close_classifiers(claim: Claim) -> bool:
    """Whether the claim speaks of all models within a positive divergence of the posterior."""
    return isinstance(claim.objective, CloseClassifier) and claim.objective.kl > 0


def refute_by_clusters(claim: Claim, point: Point) -> tuple[Counterexample, ...]:
    """Return the model within the divergence whose h is farthest from affine in z, if far enough.

    Raises `UnsupportedCondition` where the latents are not finitely many with softmax labels.
    """
    latents, labels, objective = _model(claim)
    z, g = _floats(latents), _floats(labels)
    scores = z @ g.T
    log_p = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
    p = np.exp(log_p)
    entropy = (p * log_p).sum(1)
    best: tuple[float, tuple[int, ...], tuple[int, ...]] = (0.0, (), ())
    for trial in _orders(len(labels)):
        divergences = entropy[:, None] - p @ log_p[:, trial].T
        chosen = divergences.argmin(1)
        kl = divergences[np.arange(len(z)), chosen].mean()
        if kl < float(objective.kl):
            best = max(best, (_residual(z, z[chosen]), tuple(trial), tuple(chosen.tolist())))
    away, order, places = best
    if away <= float(objective.residual) or not order:
        return ()
    images, rows = tuple(latents[j] for j in places), tuple(labels[c] for c in order)
    return (
        Counterexample.found(
            claim,
            point,
            kind=Kind.NEARLY_EQUAL,
            shown=f"latents 1, 2, … go to the places of {_counted(places)}, "
            f"with the label vectors of {_counted(order)}",
            equal=f"the posterior, up to a mean KL of at most {objective.kl}",
            differs=f"1 − R² of the best affine fit is more than {objective.residual}",
            exact=False,
            data={"images": _texts(images), "rows": _texts(rows)},
            numbers={"kl": float(_divergence(latents, labels, images, rows)), "residual": away},
        ),
    )


def check_close(witness: Counterexample, claim: Claim) -> Membership:
    """Say whether the stored model is within the divergence and its h is far from affine.

    The divergence Σ p log(p/q) at 100 digits, and a ball that holds it by interval arithmetic from
    differences of scores; the residual of the best affine fit is exact.
    """
    latents, labels, objective = _model(claim)
    images = _rows(witness.data.get("images"), len(latents), claim.encoder.output.dim)
    rows = _rows(witness.data.get("rows"), len(labels), claim.encoder.output.dim)
    away = exact_residual(latents, images)
    if away <= objective.residual:
        return Membership(False, f"1 − R² of the best affine fit is {sp.N(away, 4)}")
    divergence = _divergence(latents, labels, images, rows)
    ball = _enclosure(latents, labels, images, rows)
    figure = f"{float(divergence):.4g}"
    if not abs(float(divergence) - float(ball.mid())) < AGREE:
        return Membership(False, "two computations of the divergence differ")
    if not ball <= _ball(objective.kl):
        return Membership(False, f"the divergence is {figure}, more than {objective.kl}")
    return Membership(True, f"KL {figure} ≤ {objective.kl}, and 1 − R² = {sp.N(away, 4)}")


def exact_residual(latents: Rows, images: Rows) -> sp.Rational:
    """Return 1 − R² of the best affine map from the latents to their images; 0 if it is exact.

    Raises `UnsupportedCondition` where all images are one point.
    """
    design = sp.Matrix([[1, *row] for row in latents])
    basis = sp.Matrix.hstack(*design.columnspace())
    target = sp.Matrix([list(row) for row in images])
    ones = sp.ones(target.rows, 1)
    centred = target - ones * (ones.T * target) / target.rows
    total = (centred.T * centred).trace()
    if total == 0:
        raise UnsupportedCondition("all latents have one representation")
    fit = basis * (basis.T * basis).inv() * (basis.T * target)
    return ((target - fit).T * (target - fit)).trace() / total


def _model(claim: Claim) -> tuple[Rows, Rows, CloseClassifier]:
    """The latents, the label vectors and the bounds of a claim that two models can refute."""
    objective, world, encoder = claim.objective, claim.world, claim.encoder
    if not isinstance(objective, CloseClassifier) or objective.kl == 0:
        raise UnsupportedCondition(f"'{objective}' asks for equal posteriors")
    if not isinstance(world.prior, Atoms) or not isinstance(world.pairs, SoftmaxLabels):
        raise UnsupportedCondition(
            f"close models of '{world.prior}' latents with '{world.pairs}'",
            allowed="Atoms with SoftmaxLabels",
        )
    free = isinstance(encoder.output, RealSpace) and encoder.family is Family.UNIVERSAL
    if not free or world.mixing.restricts_jacobian or encoder.output.dim != claim.dim:
        raise UnsupportedCondition("representations are not free points of R^d")
    if claim.relation is Relation.CONTAINS or not contained(claim.group, Affine(claim.dim)).holds:
        raise UnsupportedCondition(f"{claim.group} is not a group of affine maps")
    return world.prior.points, world.pairs.vectors, objective


def _orders(count: int) -> Iterator[list[int]]:
    if count <= EXHAUSTIVE:
        yield from (list(order) for order in permutations(range(count)))
        return
    rng = random.Random(0)
    for _ in range(DRAWN):
        yield rng.sample(range(count), count)


def _residual(z: np.ndarray, h: np.ndarray) -> float:
    design = np.column_stack((np.ones(len(z)), z))
    fit = design @ np.linalg.lstsq(design, h, rcond=None)[0]
    total = ((h - h.mean(0)) ** 2).sum()
    return float(((h - fit) ** 2).sum() / total) if total > 0 else 0.0


def _divergence(latents: Rows, labels: Rows, images: Rows, rows: Rows) -> Decimal:
    """E Σ_y p_y log(p_y/q_y) at `DIGITS` digits."""
    with localcontext() as context:
        context.prec = DIGITS
        total = Decimal(0)
        for z, h in zip(latents, images, strict=True):
            p, q = (
                [(Decimal(int(s.p)) / Decimal(int(s.q))).exp() for s in _scores(vectors, at)]
                for vectors, at in ((labels, z), (rows, h))
            )
            ratio = sum(q, Decimal(0)) / sum(p, Decimal(0))
            parts = [a * (a / b * ratio).ln() for a, b in zip(p, q, strict=True)]
            total += sum(parts, Decimal(0)) / sum(p, Decimal(0))
        return total / len(latents)


def _enclosure(latents: Rows, labels: Rows, images: Rows, rows: Rows) -> arb:
    """A ball that holds E [Σ_y p_y (s_y − t_y)] − log Σ e^s + log Σ e^t, scores s and t."""
    before, ctx.prec = ctx.prec, BITS
    try:
        total = arb(0)
        for z, h in zip(latents, images, strict=True):
            s, t = (
                [_ball(x) for x in _scores(vectors, at)] for vectors, at in ((labels, z), (rows, h))
            )
            p = [x.exp() for x in s]
            whole = sum(p, arb(0))
            mean = sum((a * (x - y) for a, x, y in zip(p, s, t, strict=True)), arb(0)) / whole
            total += mean - whole.log() + sum((y.exp() for y in t), arb(0)).log()
        return total / len(latents)
    finally:
        ctx.prec = before


def _ball(x: sp.Rational) -> arb:
    return arb(fmpq(int(x.p), int(x.q)))


def _scores(vectors: Rows, at: Sequence[sp.Rational]) -> list[sp.Rational]:
    return [sum((a * b for a, b in zip(v, at, strict=True)), sp.Integer(0)) for v in vectors]


def _floats(rows: Rows) -> np.ndarray:
    return np.array([[float(x) for x in row] for row in rows])


def _texts(rows: Rows) -> list[list[str]]:
    return [[str(x) for x in row] for row in rows]


def _counted(indices: Sequence[int]) -> str:
    return ", ".join(str(i + 1) for i in indices)


def _rows(data: object, count: int, width: int) -> Rows:
    if not isinstance(data, list) or len(data) != count:
        raise InputError(f"a model is stored with {count} rows of {width} fractions")
    if any(not isinstance(row, list) or len(row) != width for row in data):
        raise InputError(f"a model is stored with {count} rows of {width} fractions")
    return tuple(tuple(rational(as_rational(str(x)), "entry") for x in row) for row in data)
