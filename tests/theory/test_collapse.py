"""Losses that constant outputs attain: collapse is an optimum, and is reported as one."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from sith import (
    Agreement,
    Alignment,
    Claim,
    Encoder,
    Extent,
    InfoNCE,
    Orthogonal,
    Outcome,
    Relation,
    SelfDistillation,
    Sphere,
    Sum,
    Uniform,
    VonMisesFisher,
    World,
    derive,
    theorem,
)
from sith.theory import PartlyKeptSphere

BALL = World(Sphere(3), Uniform(), VonMisesFisher(2))


def bare(loss: Any, relation: Relation = Relation.EQUALITY, **parts: Any) -> Claim:
    """A loss on the sphere, said to identify the latents up to rotations."""
    encoder = Encoder(Sphere(3), invertible=parts.pop("invertible", False))
    return Claim("bare", BALL, loss, encoder, Orthogonal(3), relation).replace(**parts)


@pytest.mark.parametrize(
    "loss", [Alignment(), SelfDistillation(), SelfDistillation(sp.Rational(1, 3))]
)
def test_constant_outputs_are_optimal(loss: Any) -> None:
    verdict = derive(bare(loss))
    assert verdict.outcome is Outcome.NOT_IDENTIFIED
    assert verdict.agreement is Agreement.DISAGREES
    assert verdict.escape == "h = (1, 0, 0), a constant"
    assert verdict.lower[0].checked


def test_alignment_alone_leaves_nothing_but_constants() -> None:
    verdict = derive(bare(Alignment(), Relation.CONTAINS))
    assert [(u.group, u.extent) for u in verdict.upper] == [("constant maps", Extent.ALL_MAPS)]
    assert verdict.agreement is Agreement.DISAGREES
    # Of self-distillation only the lower bound is known.
    assert derive(bare(SelfDistillation(), Relation.CONTAINS)).agreement is Agreement.UNDECIDED


def test_a_wrong_constant_does_not_pass_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    assert SelfDistillation().at_constant(sp.symbols("c1:4", real=True)) == (0, 0, 0)
    # A loss whose student should be one above its teacher is at no constant optimal.
    monkeypatch.setattr(SelfDistillation, "at_constant", lambda _self, values: (values[0] - 1,))
    assert derive(bare(SelfDistillation())).outcome is Outcome.UNDECIDED


def test_constants_outside_the_class_or_partial_support_are_undecided() -> None:
    assert derive(bare(Alignment(), invertible=True)).outcome is Outcome.UNDECIDED
    kept = World(Sphere(3), Uniform(), PartlyKeptSphere(2, (0,)))
    verdict = derive(bare(Alignment(), world=kept))
    assert verdict.outcome is Outcome.UNDECIDED
    assert "full support" in verdict.reason


def test_a_sum_with_another_loss_is_a_compromise_and_a_constraint_excludes_collapse() -> None:
    verdict = derive(bare(Sum((InfoNCE(), Alignment()))))
    assert verdict.outcome is Outcome.UNDECIDED
    assert "compromise" in verdict.reason
    whitened = theorem("klindt_2026_lejepa").at(2)
    assert derive(whitened).outcome is Outcome.IDENTIFIED
    assert derive(whitened.replace(objective=Alignment())).outcome is Outcome.NOT_IDENTIFIED
