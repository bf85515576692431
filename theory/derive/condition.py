"""The optimum condition of a claim, derived from its loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import sympy as sp

from theory.assumptions import (
    AnisotropicSphere,
    Box,
    Classes,
    Encoder,
    ExponentialNorm,
    Family,
    Marginal,
    Mixing,
    Product,
    Property,
    RealSpace,
    Sphere,
    StyleRedrawn,
    VonMisesFisher,
    World,
    require,
)
from theory.derive.auxiliary import auxiliary_condition
from theory.derive.equation import Condition, Equation, UpTo
from theory.derive.lemmas import ALIGN_ENTROPY, GIBBS, INDEPENDENCE, LAW, RECONSTRUCTION
from theory.derive.mixing_class import impose_class
from theory.errors import InputError, UnsupportedCondition
from theory.exact import exact
from theory.notation import latents
from theory.objectives import (
    AbstractObjective,
    AlignmentMaxEntropy,
    ConditionalLikelihood,
    CrossEntropy,
    EnvironmentClassification,
    ExpressionCritic,
    Independence,
    InfoNCE,
    InnerProduct,
    Likelihood,
    NegativeNorm,
    PointwiseObjective,
    Reconstruction,
)

BOUNDARY = "the boundary of the box is not imposed on fields"


@cache
def optimal_scores(objective: PointwiseObjective, slots: int = 3) -> tuple[sp.Expr, ...]:
    """Return the critic's optimal values on the slots, by differentiation of the pointwise loss.

    The slot weights a_j and scores s_j are symbols; s_1 is free (the loss does not see a common
    constant) and is set to log a_1. Raises `UnsupportedCondition` when the stationarity equations
    do not have exactly this solution, or when the loss is not convex there.
    """
    a = sp.symbols(f"a1:{slots + 1}", positive=True)
    s = sp.symbols(f"s1:{slots + 1}", real=True)
    loss = objective.pointwise(a, s)
    e = sp.symbols(f"e1:{slots + 1}", positive=True)
    to_e = {sp.exp(x): y for x, y in zip(s, e, strict=True)}
    gradient = [sp.together(sp.diff(loss, x).subs(to_e)) for x in s]
    pinned = [g.subs(e[0], a[0]) for g in gradient]
    solution = sp.solve(pinned, e[1:], dict=True)
    if len(solution) != 1:
        raise UnsupportedCondition(f"the pointwise loss of '{objective}' has no unique optimum")
    best = (a[0], *(sp.simplify(solution[0][x]) for x in e[1:]))
    point = {x: sp.log(b) for x, b in zip(s, best, strict=True)}
    hessian = sp.hessian(loss, s[1:]).subs(point)
    minors = [sp.simplify(hessian[:k, :k].det()) for k in range(1, slots)]
    if not all(m.is_positive for m in minors):
        raise UnsupportedCondition(
            f"the pointwise loss of '{objective}' is not convex at its optimum"
        )
    return tuple(sp.log(b) for b in best)


def optimum_condition(world: World, objective: AbstractObjective, encoder: Encoder) -> Condition:
    """Return the condition on h at the population optimum of `objective` in `world`.

    Raises `MissingAssumption` where the world lacks what the objective needs, `InputError` where
    the parts do not fit, and `UnsupportedCondition` where no rule covers the objective.
    """
    require(world, Property.INJECTIVE, str(objective))
    for kind, build in _BUILDERS.items():
        if isinstance(objective, kind):
            return impose_class(world, build(world, objective, encoder))
    raise UnsupportedCondition(f"no rule derives the optimum of {type(objective).__name__}")


def _frame(world: World, encoder: Encoder) -> dict[str, Any]:
    d, m = world.dim, encoder.output.dim
    linear = world.mixing is Mixing.LINEAR and encoder.family is Family.LINEAR
    if encoder.family is Family.LINEAR and not linear:
        raise InputError(
            "a linear encoder cannot invert an injective mixing in general",
            cure="use mixing=Mixing.LINEAR, or a universal encoder",
        )
    return {
        "space": world.space,
        "output": encoder.output,
        "pairs": world.pairs,
        "z": latents(d, "z"),
        "zt": latents(d, "zt"),
        "image": latents(m, "H"),
        "image_t": latents(m, "Ht"),
        "linear_only": linear,
    }


def _output_equations(frame: Mapping[str, Any]) -> tuple[Equation, ...]:
    return tuple(Equation(c) for c in frame["output"].constraints(frame["image"]))


def _square(frame: Mapping[str, Any], objective: AbstractObjective) -> None:
    d, m = len(frame["z"]), len(frame["image"])
    if d != m:
        raise InputError(
            f"{objective} is derived for representations of d = {d} coordinates, not {m}",
            cure=f"use an encoder with {d} output coordinates",
        )


def _infonce(world: World, objective: InfoNCE, encoder: Encoder) -> Condition:
    require(world, Property.FULL_SUPPORT, "InfoNCE")
    frame = _frame(world, encoder)
    _square(frame, objective)
    if isinstance(objective.critic, ExpressionCritic) and len(objective.critic.u) != world.dim:
        raise InputError(f"a critic in {len(objective.critic.u)} coordinates for d = {world.dim}")
    scores = optimal_scores(objective)
    z, zt, image, image_t = frame["z"], frame["zt"], frame["image"], frame["image_t"]
    critic, tau = objective.critic, objective.temperature
    learned = critic.parameters(len(image))
    score = critic.score(image, image_t) / tau
    target = world.pairs.log_conditional(z, zt) - world.prior.log_density(zt)
    equation = Equation(score - target, UpTo.FUNCTION_OF_Z)
    steps = [
        (
            r"the weight of slot $j$ is $a_j\propto p(y_j\mid z)/p(y_j)$; differentiating the loss in "
            rf"the scores gives $s_j={sp.latex(scores[1])}$ up to $c(z)$, for any number of slots"
        ),
    ]
    latex = (
        rf"\tfrac1\tau s(h(z),h(\tilde z)) = {_tex(target)} + c(z),\quad "
        rf"s(u,v)={_latex_score(critic, len(image))},\ \tau={sp.latex(tau)}"
    )
    scale = sp.Integer(1)
    pairs = world.pairs
    if (
        isinstance(critic, NegativeNorm)
        and isinstance(pairs, ExponentialNorm)
        and _same_norm(world, pairs, critic)
    ):
        # z̃ = z makes both sides vanish, so c(z) = 0, and equal α-th powers are equal p-th powers.
        scale = (tau * pairs.rate) ** (1 / critic.alpha)
        if not scale.is_rational:
            raise UnsupportedCondition(
                f"the scale (τλ)^(1/α) = {scale} is irrational",
                cure="choose τ and λ with a rational (τλ)^(1/α), for example τ = 1/λ",
            )
        plain = NegativeNorm(critic.p)
        residual = scale**critic.p * plain.score(z, zt) - plain.score(image, image_t)
        equation = Equation(residual)
        steps.append(r"$\tilde z=z$ gives $c(z)=0$; then $\alpha$-th powers are dropped")
    condition = Condition(
        **frame,
        base=tuple(scale * x for x in z),
        parameters={p: sp.Integer(1) for p in learned},
        equations=(equation, *_output_equations(frame)),
        latex=latex,
        steps=tuple(steps),
        lemmas=(GIBBS,),
        relabelled=bool(learned),
    )
    return _solve_parameters(condition, learned)


def _same_norm(world: World, pairs: ExponentialNorm, critic: NegativeNorm) -> bool:
    flat = world.prior.log_density(latents(world.dim)) == 0
    return bool(flat) and (pairs.p, pairs.alpha) == (critic.p, critic.alpha)


def _latex_score(critic: Any, dim: int) -> str:
    return _tex(critic.score(latents(dim, "u"), latents(dim, "v")))


def _tex(expression: sp.Expr) -> str:
    """Write an expression in the paper's notation: zt1 as z̃₁, learned weights as Λ̂."""
    names = {}
    for symbol in expression.free_symbols:
        head = str(symbol).rstrip("0123456789")
        index = str(symbol)[len(head) :]
        if head in _TEX_HEADS:
            names[symbol] = f"{_TEX_HEADS[head]}_{{{index}}}"
    return str(sp.latex(expression, symbol_names=names))


_TEX_HEADS = {"zt": r"\tilde z", "L": r"\hat\Lambda", "z": "z", "u": "u", "v": "v"}


def _solve_parameters(condition: Condition, learned: Sequence[sp.Symbol]) -> Condition:
    """Choose learned parameters for which the base map solves the pair equation, if there are any."""
    if not learned:
        return condition
    table = _base_table(condition)
    residual = sp.expand(condition.equations[0].residual.xreplace(table))
    if not residual.is_polynomial(*condition.z, *condition.zt):
        return condition
    tail = sp.Poly(residual, *condition.zt)
    wanted = [c for powers, c in tail.terms() if any(powers)]
    system = [c for w in wanted for c in sp.Poly(w, *condition.z).coeffs()]
    solutions = sp.solve(system, learned, dict=True)
    if len(solutions) == 1 and all(p in solutions[0] for p in learned):
        return replace(condition, parameters=solutions[0])
    return condition


def _base_table(condition: Condition) -> dict[sp.Symbol, sp.Expr]:
    return {
        **dict(zip(condition.image, condition.base, strict=True)),
        **dict(zip(condition.image_t, condition.base_t, strict=True)),
    }


def _cross_entropy(world: World, objective: CrossEntropy, encoder: Encoder) -> Condition:
    require(world, Property.LABELS, "cross-entropy over labels")
    frame = _frame(world, encoder)
    _square(frame, objective)
    classes = world.pairs
    if not isinstance(classes, Classes):
        raise InputError(f"pairs '{classes}' carry no labels", cure="use pairs=Classes(...)")
    z, image = frame["z"], frame["image"]
    optimal_scores(objective)
    count, d = len(classes.vectors), len(z)
    rows = [[sp.Symbol(f"u{i + 1}_{k + 1}", real=True) for k in range(d)] for i in range(count)]
    logits = [sp.Add(*(u * x for u, x in zip(row, image, strict=True))) for row in rows]
    logs = [classes.log_label(z, i) for i in range(count)]
    equations = [Equation(logits[i] - logits[0] - logs[i] + logs[0]) for i in range(1, count)]
    kappa = classes.concentration
    fixed = exact(objective.inverse_temperature)
    free_output = not isinstance(encoder.output, Sphere)
    scale = kappa / fixed if objective.unit_rows and free_output else sp.Integer(1)
    parameters = {
        u: kappa * v / scale
        for row, vector in zip(rows, classes.vectors, strict=True)
        for u, v in zip(row, vector, strict=True)
    }
    if objective.unit_rows:
        norm = sp.Symbol("B", positive=True)
        bound: sp.Expr = norm if objective.learned_beta else fixed**2
        if objective.learned_beta:
            parameters[norm] = kappa**2 / scale**2
        equations += [Equation(sp.Add(*(u**2 for u in row)) - bound) for row in rows]
    return Condition(
        **frame,
        base=tuple(scale * x for x in z),
        parameters=parameters,
        equations=(*equations, *_output_equations(frame)),
        latex=r"\beta\langle w_i-w_k,h(z)\rangle=\kappa\langle v_i-v_k,z\rangle\quad\forall i,k,z"
        + (r",\ \lVert w_i\rVert=1" if objective.unit_rows else "")
        + ("" if free_output else r",\ \lVert h(z)\rVert=1"),
        steps=(
            (
                r"the weight of label $i$ is $p(i\mid z)$; differentiating the loss in the scores gives "
                r"$s_i=\log p(i\mid z)+c(z)$; differences of labels remove $c(z)$; $u_i=\beta w_i$"
            ),
        ),
        lemmas=(GIBBS,),
        incomplete=(
            ""
            if free_output or classes.affine_rank == d
            else f"differences of class vectors span {classes.affine_rank} of {d} dimensions; the "
            "others are fixed by the unit norm alone, which non-polynomial maps also satisfy"
        ),
    )


def _alignment(world: World, objective: AlignmentMaxEntropy, encoder: Encoder) -> Condition:
    require(world, Property.SHARED_CONTENT, str(objective))
    frame = _frame(world, encoder)
    pairs = world.pairs
    if not isinstance(pairs, StyleRedrawn):
        raise InputError(f"pairs '{pairs}' share no content", cure="use StyleRedrawn(content=...)")
    z, image, image_t = frame["z"], frame["image"], frame["image_t"]
    # Both views share the content coordinates, so their symbols are the same.
    frame["zt"] = tuple(
        a if i in pairs.content else b for i, (a, b) in enumerate(zip(z, frame["zt"], strict=True))
    )
    if len(image) != len(pairs.content):
        raise InputError(
            f"the encoder has {len(image)} outputs and the world {len(pairs.content)} content "
            "coordinates",
            cure="the theorem needs as many outputs as content coordinates",
        )
    content = [z[i] for i in pairs.content]
    log_content = _marginal(world, content, z)
    aligned = [Equation(a - b) for a, b in zip(image, image_t, strict=True)]
    # Content coordinates are taken to be uniform: the group is the same up to a diffeomorphism.
    law = Equation(sp.Integer(0), volume=tuple(enumerate(pairs.content)))
    note = "" if log_content == 0 else r" (coordinates in which the content is uniform)"
    return Condition(
        **frame,
        base=tuple(content),
        parameters={},
        equations=(*aligned, law),
        latex=r"h(z)=h(\tilde z)\ \text{a.s.},\quad h(z)\sim U((0,1)^{n_c})",
        steps=("the optimum is aligned and uniform" + note,),
        lemmas=(ALIGN_ENTROPY,),
        relaxed=BOUNDARY,
    )


def _marginal(world: World, content: list[sp.Symbol], z: tuple[sp.Symbol, ...]) -> sp.Expr:
    log_density = world.prior.log_density(z)
    return log_density.subs({s: 0 for s in z if s not in content})


def _law(world: World, objective: Likelihood | Independence, encoder: Encoder) -> Condition:
    frame = _frame(world, encoder)
    _square(frame, objective)
    if frame["space"].constraints(frame["z"]):
        raise UnsupportedCondition("the law of a latent on a curved space is not handled")
    independent = isinstance(objective, Independence)
    if independent:
        require(world, Property.INDEPENDENT, str(objective))
    edge = _has_edge(world)
    if edge and (frame["linear_only"] or world.mixing.rigid):
        # The edge of the support is what keeps such maps from being free.
        raise UnsupportedCondition(
            f"with a {world.mixing} mixing the edge of the support of the {world.prior} prior "
            "decides, and it is not imposed on fields",
            cure="use a prior that is positive on R^d",
        )
    z, image = frame["z"], frame["image"]
    residual = world.prior.log_density(image) - world.prior.log_density(z)
    volume = tuple((i, i) for i in range(len(z)))
    up_to = UpTo.SEPARABLE if independent else UpTo.NOTHING
    return Condition(
        **frame,
        base=tuple(z),
        parameters={},
        equations=(Equation(residual, up_to, volume),),
        latex=r"\log p(h(z))+\log\lvert\det J_h(z)\rvert=\log p(z)"
        + (r"+\textstyle\sum_i\varphi_i(z_i)" if independent else ""),
        steps=(
            "the law of h(z) is a product law" if independent else "the law of h(z) is the prior",
        ),
        lemmas=(INDEPENDENCE if independent else LAW,),
        relaxed=BOUNDARY if edge else "",
    )


def _has_edge(world: World) -> bool:
    """Whether the latents have a bounded support, which a law-preserving map must keep."""
    prior = world.prior
    uniform = isinstance(prior, Product) and Marginal.UNIFORM in prior.marginals
    return uniform or isinstance(world.space, Box)


def _reconstruction(world: World, objective: Reconstruction, encoder: Encoder) -> Condition:
    frame = _frame(world, encoder)
    _square(frame, objective)
    if world.mixing is Mixing.CONFORMAL and isinstance(world.space, RealSpace):
        raise UnsupportedCondition(
            "conformal fields of degree 2 move points of R^d to infinity, so the maps of the whole "
            "space are fewer than the fields",
            cure="use Box(d), a bounded domain",
        )
    return Condition(
        **frame,
        base=tuple(frame["z"]),
        parameters={},
        equations=(Equation(sp.Integer(0)), *_output_equations(frame)),
        latex="" if world.mixing.restricts_jacobian else r"h=\hat g^{-1}\circ g",
        steps=("every map of the class reconstructs, whatever the law of $h(z)$",),
        lemmas=(RECONSTRUCTION,),
    )


def _auxiliary(
    world: World, objective: EnvironmentClassification | ConditionalLikelihood, encoder: Encoder
) -> Condition:
    frame = _frame(world, encoder)
    _square(frame, objective)
    if isinstance(objective, EnvironmentClassification):
        optimal_scores(objective)
    return auxiliary_condition(world, objective, frame)


_BUILDERS: Mapping[type, Callable[..., Condition]] = {
    InfoNCE: _infonce,
    CrossEntropy: _cross_entropy,
    AlignmentMaxEntropy: _alignment,
    ConditionalLikelihood: _auxiliary,
    EnvironmentClassification: _auxiliary,
    Likelihood: _law,
    Independence: _law,
    Reconstruction: _reconstruction,
}


def misfit(world: World, objective: AbstractObjective, condition: Condition) -> str:
    """Say in one line why the base map does not solve the condition, and what would mend it."""
    if isinstance(objective, InfoNCE):
        tau = objective.temperature
        pairs = world.pairs
        z = latents(world.dim)
        if world.prior.log_density(z).free_symbols:
            return (
                f"the critic {objective.critic} at τ = {tau} does not express "
                f"log p(z̃|z) − log p(z̃) with the marginal '{world.prior}'; use a uniform marginal, "
                "or a critic that holds the marginal"
            )
        if isinstance(pairs, VonMisesFisher) and isinstance(objective.critic, InnerProduct):
            product = pairs.concentration * tau
            return (
                f"κτ = {product} and the sphere result needs κτ = 1 at fixed radius; "
                f"set the temperature to τ = 1/κ = {1 / pairs.concentration}"
            )
        if isinstance(pairs, AnisotropicSphere):
            return (
                f"the critic {objective.critic} cannot express {pairs}; "
                "use critic=LearnedDiagonal() (or equal entries of Λ)"
            )
        return (
            f"the critic {objective.critic} at τ = {tau} does not express log p(z̃|z) − log p(z̃) "
            f"at h = identity ({condition.base}); match the critic and the temperature to the pair law"
        )
    if isinstance(objective, CrossEntropy):
        return (
            f"unit rows with fixed β = {objective.inverse_temperature} cannot express the posterior "
            f"of '{world.pairs}' on the unit sphere; learn β, or set β = κ"
        )
    return "the identity does not solve the condition"
