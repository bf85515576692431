"""The optimum condition of objectives that align representations of shared content."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from sith.theory.assumptions import (
    Encoder,
    Property,
    SharedBlock,
    StyleRedrawn,
    World,
    properties,
    require,
)
from sith.theory.derivation.conditions.frame import frame_of
from sith.theory.derivation.equation import Condition, Equation
from sith.theory.derivation.lemmas.losses import ALIGN_ENTROPY, COMMON_VIEW, LATENT_CORRELATION
from sith.theory.derivation.lemmas.record import Problem
from sith.theory.errors import InputError, UnsupportedCondition
from sith.theory.objectives import AlignmentMaxEntropy, LatentCorrelation
from sith.theory.verdict import BOUNDARY

WHITENING = (
    "mean 0 and covariance I are not imposed on fields; an affine map of the outputs restores them"
)

UNIFORM_CONTENT = "ψ₀(c), ψ₀ a diffeomorphism that makes the content uniform on the box"


def alignment(
    world: World, objective: AlignmentMaxEntropy | LatentCorrelation, encoder: Encoder
) -> Condition:
    """Return h(z) = h(z̃) almost surely, and h(z) uniform where the objective has maximal entropy.

    Outputs and content are equally many. With several views h is the encoder of the first one; the
    others are eliminated: partners z, z̃ with the same point in another view have h(z) = h(z̃).
    """
    require(world, Property.SHARED_CONTENT, str(objective))
    frame = frame_of(world, encoder)
    pairs = world.pairs
    if not isinstance(pairs, StyleRedrawn | SharedBlock):
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
    log_content = content_law(world, content, z)
    aligned = [Equation(a - b) for a, b in zip(image, image_t, strict=True)]
    entropy = isinstance(objective, AlignmentMaxEntropy)
    if entropy:
        _require_density(world, content, z)
    # Content coordinates are taken to be uniform: the group is the same up to a diffeomorphism.
    law = (Equation(sp.Integer(0), volume=tuple(enumerate(pairs.content))),) if entropy else ()
    note = "" if log_content == 0 else r" (coordinates in which the content is uniform)"
    views = isinstance(pairs, SharedBlock)
    case = Problem(world, objective, encoder)
    return Condition(
        **frame,
        base=tuple(content),
        parameters={},
        equations=(*aligned, *law),
        latex=_latex(views=views, entropy=entropy),
        steps=(
            "the optimum is aligned and uniform" + note if entropy else "the optimum is aligned",
            *((_eliminated(pairs.views),) if isinstance(pairs, SharedBlock) else ()),
        ),
        lemmas=(
            (ALIGN_ENTROPY if entropy else LATENT_CORRELATION).cite(case),
            *((COMMON_VIEW.cite(case),) if views else ()),
        ),
        relaxed=BOUNDARY if entropy else WHITENING,
        base_words="" if log_content == 0 or not entropy else UNIFORM_CONTENT,
        content_law=log_content if entropy else sp.Integer(0),
        in_box=entropy,
        foldable=entropy and not frame["linear_only"] and _may_fold(world, encoder),
    )


def _require_density(world: World, content: Sequence[sp.Symbol], z: Sequence[sp.Symbol]) -> None:
    """Refuse content in an equation of the space: it need not have a density in as many dimensions."""
    if any(c.has(*content) for c in world.space.constraints(z)):
        raise UnsupportedCondition(
            f"content that lies on the {world.space} need not have a density that a diffeomorphism "
            "makes uniform on the box",
            cure="use content on Box(d) or RealSpace(d)",
        )


def _may_fold(world: World, encoder: Encoder) -> bool:
    """Whether the encoder realises any map of the content, one that is not injective too."""
    return not encoder.invertible and Property.INJECTIVE in properties(world)


def _latex(*, views: bool, entropy: bool) -> str:
    left = (
        r"h_1(z_{S_1})=h_k(z_{S_k})\ \text{a.s. for all }k"
        if views
        else r"h(z)=h(\tilde z)\ \text{a.s.}"
    )
    law = r",\quad h(z)\sim U((0,1)^{n_c})" if entropy else ""
    return left + law


def _eliminated(views: Sequence[Sequence[int]]) -> str:
    sets = ", ".join(rf"$S_{k + 1}=\{{{','.join(map(str, v))}\}}$" for k, v in enumerate(views))
    return (
        rf"views {sets}: two points with the same $z_{{S_k}}$ have the same $h_k$, hence the same "
        r"$h_1$; over all $k$, $h_1(z)=h_1(\tilde z)$ for any $\tilde z$ that shares "
        r"$z_{\bigcap_kS_k}$"
    )


def content_law(world: World, content: Sequence[sp.Symbol], z: Sequence[sp.Symbol]) -> sp.Expr:
    """Return the log-density of the content, the style integrated out, up to a constant.

    Known where content and style are independent, or the law is Gaussian (Schur complement). Raises
    `UnsupportedCondition` for other laws.
    """
    total = sp.expand(world.prior.log_density(z))
    style = [x for x in z if x not in content]
    terms = sp.Add.make_args(total)
    if not any(t.has(*content) and t.has(*style) for t in terms if style):
        return sp.Add(*(t for t in terms if t.has(*content)))
    if total.is_polynomial(*z) and sp.Poly(total, *z).total_degree() == 2:
        own = sp.hessian(total, list(content))
        other = sp.hessian(total, style)
        mixed = sp.Matrix([[sp.diff(total, a, b) for b in style] for a in content])
        left = own - mixed * other.inv() * mixed.T
        point = sp.Matrix(content)
        slopes = {x: 0 for x in z}
        linear = sp.Matrix([sp.diff(total, a).subs(slopes) for a in content])
        linear -= mixed * other.inv() * sp.Matrix([sp.diff(total, b).subs(slopes) for b in style])
        return sp.expand((point.T * left * point)[0] / 2 + (point.T * linear)[0])
    raise UnsupportedCondition(
        f"the law of the content under log p = {total}, in which content and style depend on each other",
        allowed="independent content and style, or a Gaussian law",
    )
