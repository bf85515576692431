"""The optimum condition of alignment of some outputs of an invertible encoder."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Encoder,
    Property,
    StyleRedrawn,
    SubsetsRedrawn,
    World,
    require,
)
from sith.theory.derivation.conditions.frame import frame_of, require_square
from sith.theory.derivation.equation import Condition, Equation
from sith.theory.derivation.lemmas.least_changed import LEAST_CHANGED
from sith.theory.derivation.lemmas.record import Problem
from sith.theory.derivation.lemmas.squares import ALIGNED
from sith.theory.errors import InputError, UnsupportedCondition
from sith.theory.objectives import PartialAlignment, SparseChange


def partial_alignment(world: World, objective: PartialAlignment, encoder: Encoder) -> Condition:
    """Return h(z)_c = h(z̃)_c almost surely; the other outputs are free but for invertibility."""
    if isinstance(world.pairs, SubsetsRedrawn):
        lemma = ALIGNED.cite(Problem(world, objective, encoder))
        return replace(_by_subset(world, world.pairs, objective, encoder), lemmas=(lemma,))
    require(world, Property.SHARED_CONTENT, str(objective))
    frame = frame_of(world, encoder)
    require_square(frame, objective)
    pairs = world.pairs
    if not isinstance(pairs, StyleRedrawn):
        raise InputError(f"pairs '{pairs}' have more than one mixing", cure="use StyleRedrawn(...)")
    z, image, image_t = frame["z"], frame["image"], frame["image_t"]
    _require_flat(frame)
    # Both views share the content coordinates, so their symbols are the same.
    frame["zt"] = tuple(
        a if i in pairs.content else b for i, (a, b) in enumerate(zip(z, frame["zt"], strict=True))
    )
    return Condition(
        **frame,
        base=tuple(z),
        parameters={},
        equations=tuple(Equation(image[i] - image_t[i]) for i in pairs.content),
        latex=r"h(z)_c=h(\tilde z)_c\ \text{a.s.},\quad h\ \text{invertible}",
        steps=("the loss is zero exactly where the content's outputs agree almost surely",),
        lemmas=(ALIGNED.cite(Problem(world, objective, encoder)),),
    )


def _require_flat(frame: dict[str, Any]) -> None:
    if frame["space"].constraints(frame["z"]) or frame["output"].constraints(frame["image"]):
        raise UnsupportedCondition(
            "invertible encoders between curved spaces", cure="use Box(d) or RealSpace(d)"
        )


def sparse_change(world: World, objective: SparseChange, encoder: Encoder) -> Condition:
    """Return h(z)_i = h(z̃)_i for every subset A and every i outside of it, up to the order of outputs."""
    pairs = world.pairs
    if not isinstance(pairs, SubsetsRedrawn):
        raise InputError(f"{objective} for pairs '{pairs}'", cure="use SubsetsRedrawn(...)")
    if any(len(s) != objective.changed for s in pairs.subsets):
        raise InputError(
            f"k = {objective.changed} changed outputs for {pairs}",
            allowed="subsets of k coordinates each",
        )
    if frame_of(world, encoder)["linear_only"]:
        raise UnsupportedCondition(
            f"{objective} over linear encoders", cure="use Encoder(RealSpace(d))"
        )
    shared = _by_subset(world, pairs, objective, encoder)
    return replace(
        shared,
        latex=r"\exists\pi\in S_d:\ h(z)_{\pi(A)^c}=h(\tilde z)_{\pi(A)^c}\ \text{a.s. for every "
        r"subset }A,\quad h\ \text{a diffeomorphism}",
        steps=(
            (
                "the loss is zero exactly where at most k outputs change in almost every pair; up to "
                "their order these are the outputs of the redrawn coordinates"
            ),
        ),
        lemmas=(LEAST_CHANGED.cite(Problem(world, objective, encoder)),),
        symmetric=True,
    )


def _by_subset(
    world: World,
    pairs: SubsetsRedrawn,
    objective: PartialAlignment | SparseChange,
    encoder: Encoder,
) -> Condition:
    """Return h(z)_i = h(z̃)_i for every subset A and every i outside of it, at z̃ that keeps the rest."""
    frame = frame_of(world, encoder)
    require_square(frame, objective)
    _require_flat(frame)
    z, zt, image, image_t = frame["z"], frame["zt"], frame["image"], frame["image_t"]
    equations = []
    for subset in pairs.subsets:
        partner = tuple(b if i in subset else a for i, (a, b) in enumerate(zip(z, zt, strict=True)))
        equations += [
            Equation(image[i] - image_t[i], partner=partner)
            for i in range(len(z))
            if i not in subset
        ]
    return Condition(
        **frame,
        base=tuple(z),
        parameters={},
        # Where everything is redrawn the loss is constant.
        equations=tuple(equations) or (Equation(sp.Integer(0)),),
        latex=r"h(z)_{A^c}=h(\tilde z)_{A^c}\ \text{a.s. for every subset }A,\quad h\ "
        r"\text{invertible}",
        steps=(
            "the loss is zero exactly where the outputs of kept coordinates agree almost surely",
        ),
    )
