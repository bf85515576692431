"""Objective × question: a function or a reason in every cell, by asking the dispatch tables."""

from __future__ import annotations

import inspect
from dataclasses import dataclass

import pytest

from sith.numerics.exact import (
    law_problem_of,
    line_of,
    linear_head,
    population_rule,
    posterior_of,
    prior_rule_of,
    space_rule_of,
    tabular_loss_of,
)
from sith.numerics.experiments import (
    COMBINATIONS,
    Scoring,
    experiment_of,
    head_of,
    law_of,
    score_of,
    set_up,
)
from sith.numerics.groups import maximal_subgroups, residual_of
from sith.numerics.training.budget import pick_budget
from sith.numerics.verbs import Question, support_table, supported, what_is_supported
from sith.numerics.worlds import draw_marginal, draws_of, prior_sampler_of, top_in_the_box
from sith.theory import THEOREMS, SithError, UnsupportedCondition, objectives, theorem
from sith.theory.assumptions import Marginal
from sith.theory.dispatch import registered

# Protocols, and critics, which are a part of an objective.
NO_OBJECTIVE = {
    "AbstractCritic",
    "AbstractObjective",
    "AbstractProjector",
    "BinaryMinimum",
    "BinaryPointwiseObjective",
    "DynamicsModel",
    "ExpressionCritic",
    "FreePredictor",
    "InnerProduct",
    "LearnedDiagonal",
    "LimitMinimum",
    "LinearProjector",
    "NegativeNorm",
    "PointwiseObjective",
    "Reduced",
    "SecondTower",
    "SpectralObjective",
    "Term",
    "UniversalProjector",
}


@dataclass(frozen=True)
class Unheard:
    """A stranger: an objective, pairs, a prior, a space or a group of nobody."""

    latex: str = "?"
    dim: int = 2


@pytest.fixture(scope="module")
def rows():
    return {row.objective: row for row in what_is_supported()}


def test_every_objective_of_the_library_is_a_row(rows) -> None:
    named = {name for name, value in vars(objectives).items() if inspect.isclass(value)}
    # Another objective may be added without an example of its own claim; it would be missed here.
    assert named - NO_OBJECTIVE <= set(rows)


def test_every_cell_holds_a_function_or_a_reason(rows) -> None:
    for row in rows.values():
        assert set(row.answers) == set(Question)
        assert all(answer.reason for answer in row.answers.values())
    cells = support_table(tuple(rows.values())).splitlines()
    assert len([line for line in cells if line.startswith("| `InfoNCE`")]) == 1


def test_known_cells(rows) -> None:
    assert all(answer.supported for answer in rows["InfoNCE"].answers.values())
    training = {name for name, row in rows.items() if row.answers[Question.TRAIN].supported}
    assert "Equivariance" not in training
    assert {"CrossEntropy", "Likelihood", "VICReg", "Reconstruction"} <= training
    tabular = {name for name, row in rows.items() if row.answers[Question.TABULAR].supported}
    assert tabular == {"InfoNCE", "BinaryNCE"}


def test_at_most_one_combination_applies_to_a_registered_claim() -> None:
    for entry in THEOREMS:
        for point in entry.points:
            try:
                claim = entry.at(**point)
            except SithError:
                continue
            applying = [c.name for c in COMBINATIONS if c.applies(claim)]
            assert len(applying) <= 1, (entry.slug, point, applying)


TABLES = {
    "sith.numerics.exact.law_problem_of": (law_problem_of, (None, None)),
    "sith.numerics.exact.line_of": (line_of, (8,)),
    "sith.numerics.exact.linear_head": (linear_head, ()),
    "sith.numerics.exact.population_rule": (population_rule, ()),
    "sith.numerics.exact.posterior_of": (posterior_of, (None, 8)),
    "sith.numerics.exact.prior_rule_of": (prior_rule_of, ()),
    "sith.numerics.exact.space_rule_of": (space_rule_of, (8,)),
    "sith.numerics.exact.tabular_loss_of": (tabular_loss_of, ()),
    "sith.numerics.experiments.head_of": (head_of, (None, None, ())),
    "sith.numerics.experiments.law_of": (law_of, (None,)),
    "sith.numerics.experiments.score_of": (score_of, (None, ())),
    "sith.numerics.groups.residual_of": (residual_of, (None, None, 0)),
    "sith.numerics.worlds.draw_marginal": (draw_marginal, (1, None, None, None)),
    "sith.numerics.worlds.draws_of": (draws_of, (None,)),
    "sith.numerics.worlds.prior_sampler_of": (prior_sampler_of, (None,)),
    "sith.numerics.worlds.top_in_the_box": (top_in_the_box, (None, None)),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_default_names_the_register_call(name: str) -> None:
    question, rest = TABLES[name]
    assert not registered(question, Unheard())
    with pytest.raises(SithError) as raised:
        question(Unheard(), *rest)
    assert f"{name}.register(Unheard)" in str(raised.value)


def test_older_defaults_are_loud_too() -> None:
    with pytest.raises(SithError, match=r"maximal_subgroups\.register"):
        maximal_subgroups(Unheard())
    with pytest.raises(UnsupportedCondition, match=r"score_of\.register"):
        experiment_of(Unheard(), None, None, (), "cpu")


def test_every_named_marginal_is_drawn() -> None:
    import torch

    for law in Marginal:
        drawn = draw_marginal(
            law, 3, torch.Generator().manual_seed(0), torch.device("cpu"), torch.float64
        )
        assert drawn.shape == (3,)


def test_a_registered_score_is_enough_to_train() -> None:
    claim = theorem("zimmermann_2021_vmf").at().replace(objective=Unheard())
    assert not supported(claim).answers[Question.TRAIN].supported
    with pytest.raises(UnsupportedCondition, match="no torch loss"):
        set_up(claim, pick_budget("smoke"), (0,), "cpu")

    @score_of.register
    def _(objective: Unheard, claim, generators) -> Scoring:
        return Scoring(lambda h, ht, _e, _n: (h - ht).square().sum(-1).mean(-1))

    try:
        assert supported(claim).answers[Question.TRAIN].supported
    finally:
        score_of.register(Unheard, score_of.dispatch(object))
