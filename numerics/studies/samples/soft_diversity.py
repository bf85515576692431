"""A nearly kept latent: the loss along a family of squeezed maps, its slope, and the best map."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp
import torch
from scipy.optimize import minimize
from scipy.special import i0e, i1e
from torch import Tensor

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import (
    Finding,
    Measurement,
    Result,
    Settings,
    covered,
    within,
)
from sith.numerics.studies.frame.readings import values_of
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.numerics.training.loop import seed_generators
from sith.numerics.worlds import sample_partner, sample_uniform_sphere, sample_vmf
from sith.theory import PartlyKeptSphere, Sphere, Uniform, World, prediction

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PREDICTION = prediction("soft_diversity")

KAPPA = 3
KEPT = -1.0
"""Stands for s = ∞ in the settings, which are finite numbers."""

SOFTNESS = (0.0, 0.1, 0.5, 2.0, 10.0, 100.0, 400.0, KEPT)
SAMPLED = (0.0, 2.0, KEPT)
FACTORS = tuple(round(0.1 + 0.05 * i, 2) for i in range(25))
NODES = 200
"""Gauss–Legendre in u; the narrowest law, s = 400, has a width of twice the spacing."""

TABLE = 40
STEP = 1e-3


def _plan(budget: str) -> list[Settings]:
    seeds, rows = {"smoke": (8, 20_000), "ci": (20, 20_000), "full": (100, 400_000)}[budget]
    return [
        *({"part": "curve", "softness": s} for s in SOFTNESS),
        *({"part": "best", "softness": s} for s in SAMPLED),
        *(
            {"part": "sampled", "softness": s, "seed": i, "rows": rows}
            for s in SAMPLED
            for i in range(seeds)
        ),
    ]


def _measure(settings: Settings) -> Result:
    softness = float(settings["softness"])
    if settings["part"] == "sampled":
        return {"slope": _sampled(softness, int(settings["seed"]), int(settings["rows"]))}
    if settings["part"] == "best":
        return _best(softness)
    curve = [_loss(_squeezed(x, NODES), softness) for x in FACTORS]
    at = [_loss(_squeezed(1 + e, NODES), softness) for e in (-STEP, 0.0, STEP)]
    return {
        "curve": [float(sum(c) - sum(at[1])) for c in curve],
        "slope": float(sum(at[2]) - sum(at[0])) / (2 * STEP),
        "uniformity_slope": float(at[2][1] - at[0][1]) / (2 * STEP),
        "moment": _moment(softness),
    }


def _nodes(count: int) -> tuple[np.ndarray, np.ndarray]:
    """u and the weights of the uniform law on S²."""
    x, w = np.polynomial.legendre.leggauss(count)
    return x, w / 2


def _squeezed(factor: float, count: int) -> Tensor:
    """The angle of h_λ from the axis, at the nodes."""
    u, _ = _nodes(count)
    return torch.from_numpy(np.arctan2(factor * np.sqrt(1 - u**2), u))


def _pairs(softness: float, count: int) -> tuple[np.ndarray, np.ndarray]:
    """p(u'|u) at the nodes and E cos of the angle around the axis, both ``(count, count)``."""
    u, w = _nodes(count)
    around = KAPPA * np.outer(np.sqrt(1 - u**2), np.sqrt(1 - u**2))
    cosine = i1e(around) / i0e(around)
    if softness == KEPT:
        return np.eye(count), cosine
    log = KAPPA * np.outer(u, u) + around + np.log(i0e(around))
    log -= softness * np.subtract.outer(u, u) ** 2
    mass = np.exp(log - log.max(1, keepdims=True)) * w
    return mass / mass.sum(1, keepdims=True), cosine


def _loss(angles: Tensor, softness: float) -> tuple[Tensor, Tensor]:
    """−κ A and U of h(u, φ) = (cos ψ(u), sin ψ(u) e^{iφ})."""
    count = len(angles)
    mass, cosine = (torch.from_numpy(x) for x in _pairs(softness, count))
    w = torch.from_numpy(_nodes(count)[1])
    along, across = (torch.outer(f(angles), f(angles)) for f in (torch.cos, torch.sin))
    alignment = w @ (mass * (along + across * cosine)).sum(1)
    around = KAPPA * across
    log = KAPPA * along + around.abs() + torch.special.i0e(around).log() + w.log()
    return -KAPPA * alignment, w @ torch.logsumexp(log, 1)


def _moment(softness: float) -> float:
    """The predicted slope of the loss: −κ times the moment, or the integral for a kept latent."""
    u, w = _nodes(NODES)
    mass, cosine = _pairs(softness, NODES)
    if softness == KEPT:
        values = evaluate(PREDICTION.formula("frozen"), u=u, kappa=KAPPA, c=np.diag(cosine))
        return float(w @ values)
    across = np.outer(np.sqrt(1 - u**2), np.sqrt(1 - u**2)) * cosine
    inner = np.outer(u, u) + across
    values = evaluate(PREDICTION.formula("moment"), u=u[:, None], u_1=u[None], p=inner)
    return float(-KAPPA * w @ (mass * values).sum(1))


def _sampled(softness: float, seed: int, rows: int) -> float:
    """The slope of the alignment term from drawn pairs, times −κ, by differences."""
    (g,) = seed_generators((seed,), f"soft diversity {softness}")
    z = sample_uniform_sphere((rows,), 3, g, dtype=torch.float64)
    if softness == KEPT:
        world = World(Sphere(3), Uniform(), PartlyKeptSphere(sp.Integer(KAPPA), (0,)))
        partner = sample_partner(world, z, g)
    else:
        partner, left = torch.empty_like(z), torch.arange(rows)
        while len(left):
            drawn = sample_vmf(z[left], float(KAPPA), g)
            chance = torch.exp(-softness * (drawn[:, 0] - z[left, 0]) ** 2)
            kept = torch.rand(len(left), generator=g, dtype=torch.float64) < chance
            partner[left[kept]] = drawn[kept]
            left = left[~kept]

    def alignment(factor: float) -> float:
        one, two = (x * torch.tensor([1.0, factor, factor]) for x in (z, partner))
        return float(torch.cosine_similarity(one, two, dim=1).mean())

    return -KAPPA * (alignment(1 + STEP) - alignment(1 - STEP)) / (2 * STEP)


def _best(softness: float) -> Result:
    """The least loss found among maps that turn with the angle around the axis, from several starts."""

    def value(flat: np.ndarray) -> tuple[float, np.ndarray]:
        leaf = torch.from_numpy(flat).requires_grad_(True)
        loss = torch.stack(_loss(leaf, softness)).sum()
        (gradient,) = torch.autograd.grad(loss, leaf)
        return float(loss.detach()), gradient.numpy()

    options = {"maxiter": 200, "maxfun": 400, "ftol": 1e-15, "gtol": 1e-10}
    identity = sum(_loss(_squeezed(1.0, TABLE), softness))
    starts = [_squeezed(x, TABLE).numpy() for x in (0.5, 1.0)]
    rng = np.random.default_rng(3)
    starts += [rng.uniform(0, math.pi, TABLE) for _ in range(1)]
    ends = [minimize(value, s, jac=True, method="L-BFGS-B", options=options) for s in starts]
    best = min(ends, key=lambda e: float(e.fun))
    family = min(float(sum(_loss(_squeezed(x, TABLE), softness))) for x in FACTORS)
    return {
        "best": float(best.fun) - float(identity),
        "family": family - float(identity),
        "angles": best.x.tolist(),
    }


def _compare(measurements: Sequence[Measurement]) -> list[Finding]:
    findings = []
    for s in SOFTNESS:
        row = _of(measurements, "curve", s)
        findings.append(
            within(
                f"slope of the loss at the identity, {_name(s)}",
                float(row["moment"]),
                float(row["slope"]),
                1e-5,
                "central differences of step 0.001: 1e-6/6 times a third derivative of order 10",
            )
        )
    curves = {s: np.array(_of(measurements, "curve", s)["curve"]) for s in SOFTNESS}
    findings.append(
        within(
            "largest slope of the uniformity at the identity",
            0.0,
            max(values_of(measurements, "uniformity_slope", part="curve"), key=abs),
            1e-5,
            "as above",
        )
    )
    findings.append(
        within(
            "best λ of the family for von Mises–Fisher pairs",
            1.0,
            FACTORS[int(curves[0.0].argmin())],
            1e-9,
            "the family is read every 0.05",
        )
    )
    far = [float(np.abs(curves[s] - curves[KEPT]).max()) for s in (100.0, 400.0)]
    findings.append(
        within(
            "distance of the curve at s = 400 from that of a kept latent, over that at s = 100",
            0.25,
            far[1] / far[0],
            0.05,
            "continuous of order 1/s; the next order is 1/s²",
        )
    )
    for s in SAMPLED:
        findings.append(
            covered(
                f"slope of −κ times the alignment from drawn pairs, {_name(s)}",
                float(_of(measurements, "curve", s)["moment"]),
                values_of(measurements, "slope", part="sampled", softness=s),
                0.02,
                "a row has a spread of about 1; 8 runs of 20,000 rows give an interval of ± 0.006",
            )
        )
        best = values_of(measurements, "best", part="best", softness=s)[0]
        family = values_of(measurements, "family", part="best", softness=s)[0]
        if s == 0:
            findings.append(
                within(
                    "least loss found among symmetric maps over the identity's, von Mises–Fisher pairs",
                    0.0,
                    best,
                    1e-9,
                    "the identity is optimal, and it is one of the starts",
                )
            )
        else:
            findings.append(
                within(
                    f"least loss found among symmetric maps above the least of the family, {_name(s)}",
                    0.0,
                    max(0.0, best - family),
                    1e-9,
                    "the family is a part of the maps",
                    f"best {best:.4f}, family {family:.4f}, both less the identity",
                )
            )
    return findings


def _of(measurements: Sequence[Measurement], part: str, softness: float) -> Any:
    return next(
        m.result
        for m in measurements
        if m.settings["part"] == part and m.settings["softness"] == softness
    )


def _name(softness: float) -> str:
    return "u kept" if softness == KEPT else f"s = {softness:g}"


def _figure(measurements: Sequence[Measurement]) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 3.5), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    for i, s in enumerate((0.0, 0.5, 2.0, 10.0, KEPT)):
        left.plot(FACTORS, _of(measurements, "curve", s)["curve"], color=f"C{i}", label=_name(s))
    left.axhline(0, color="0.7", lw=1)
    left.set(
        xlabel="λ", ylabel="loss less that of λ = 1, nats", title="the family", ylim=(-0.12, 0.3)
    )
    left.legend(frameon=False, fontsize=8)
    finite = [s for s in SOFTNESS if s > 0]
    middle.plot(
        finite, [_of(measurements, "curve", s)["moment"] for s in finite], "-", label="moment"
    )
    middle.plot(
        finite, [_of(measurements, "curve", s)["slope"] for s in finite], "o", label="quadrature"
    )
    middle.axhline(
        _of(measurements, "curve", KEPT)["moment"], ls="--", color="0.5", label="u kept, predicted"
    )
    found = values_of(measurements, "slope", part="sampled", softness=2.0)
    middle.errorbar(
        [2.0], [np.mean(found)], [2 * np.std(found)], fmt="s", mfc="none", label="drawn pairs"
    )
    middle.set(
        xscale="log", xlabel="softness s", ylabel="slope of the loss at λ = 1", title="its slope"
    )
    middle.legend(frameon=False, fontsize=8, loc="lower right")
    u, _ = _nodes(TABLE)
    for i, s in enumerate(SAMPLED):
        angles = np.array(_of(measurements, "best", s)["angles"])
        right.plot(u, np.cos(angles), ".", ms=4, color=f"C{i}", label=_name(s))
    right.plot(u, u, "-", lw=1, color="0.6", label="identity")
    right.set(xlabel="u", ylabel="first coordinate of h", title="best symmetric map found")
    right.legend(frameon=False, fontsize=8)
    return figure


STUDY = Study(
    name="soft_diversity",
    title=PREDICTION.title,
    direction=Direction.SAMPLES,
    prediction=PREDICTION,
    plan=_plan,
    measure=_measure,
    compare=_compare,
    figure=_figure,
    contradictions={
        "a slope that the moment does not give": changed("slope", lambda x: x + 1e-3, part="curve"),
        "a uniformity that moves": changed("uniformity_slope", lambda _: 0.1, part="curve"),
        "von Mises–Fisher pairs that squeeze": changed(
            "curve", lambda c: list(reversed(c)), part="curve", softness=0.0
        ),
        "a jump at the kept latent": changed(
            "curve", lambda c: [x + 0.1 for x in c], part="curve", softness=KEPT
        ),
        "drawn pairs of another slope": changed("slope", lambda x: x + 0.5, part="sampled"),
        "maps worse than the family": changed("best", lambda _: 0.1, part="best"),
    },
)
