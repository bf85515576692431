"""Exact checks by the condition on nodes, by structural models, by views, and by sums; and what they reject."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from sith import (
    THEOREMS,
    Agreement,
    GeneralisedPermutations,
    Orthogonal,
    UnsupportedCondition,
    theorem,
)
from sith.numerics.exact import exact_check, interventions, on_nodes, why_no_exact_check

LACKING = {
    "ahuja_2023_polynomial",
    "brady_2023_compositional",
    "gresele_2021_ima",
    "hyvarinen_2017_pcl",
    "hyvarinen_2019_gcl",
    "lachapelle_2023_additive",
    "liu_2024_two_towers",
    "zheng_2022_sparsity",
}
"""Decoders given by a formula, free functions of single outputs, and towers confined to the sphere."""


def test_eight_theorems_lack_an_exact_check_and_say_why() -> None:
    reasons = {entry.slug: why_no_exact_check(entry.at()) for entry in THEOREMS}
    assert {slug for slug, reason in reasons.items() if reason} == LACKING


@pytest.mark.parametrize(
    ("slug", "point", "wrong"),
    [
        ("klindt_2021_slowvae", {"dim": 2, "p": 1, "rate": 2}, Orthogonal(2)),
        ("laiz_2025_nonlinear", {"dim": 2}, Orthogonal(2)),
        ("lyu_2022_latent_correlation", {"dim": 3, "shared": 1}, None),
        ("chen_2018_total_correlation", {"dim": 2}, Orthogonal(2)),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_a_true_group_agrees_and_a_wrong_one_does_not(
    slug: str, point: dict[str, object], wrong: object
) -> None:
    claim = theorem(slug).at(**point)  # type: ignore[arg-type]
    assert exact_check(claim, degree=1).passed is Agreement.AGREES
    if wrong is not None:
        other = claim.replace(group=wrong)
        assert exact_check(other, degree=1).passed is Agreement.DISAGREES


def test_mixing_classes_and_actions_are_part_of_the_condition() -> None:
    angle = torch.tensor([[0.6, -0.8], [0.8, 0.6]], dtype=torch.float64)
    shear = torch.tensor([[1.0, 1.0], [0.0, 1.0]], dtype=torch.float64)
    isometry = on_nodes(theorem("horan_2021_local_isometry").at(2, prior="gaussian"), 8)
    assert isometry.gap(lambda z: z @ angle.T) == pytest.approx(0, abs=1e-24)
    assert isometry.gap(lambda z: z @ shear.T) > 1e-3
    turned = on_nodes(theorem("scherr_2022_efference").at(2, action="rotation"), 8)
    assert turned.gap(lambda z: z @ angle.T) == pytest.approx(0, abs=1e-24)
    assert turned.gap(lambda z: z @ shear.T) > 1e-3
    kept = on_nodes(theorem("vonkugelgen_2021_invertible").at(2, content=1), 8)
    assert kept.gap(lambda z: z @ shear) == 0
    assert kept.gap(lambda z: z @ shear.T) > 1e-3


def test_the_condition_is_the_loss_of_kept_outputs() -> None:
    claim = theorem("shu_2020_weak_supervision").at()
    problem = on_nodes(claim, 4)
    assert problem.gap(lambda z: z) == 0

    def leak(z: Tensor) -> Tensor:
        return torch.cat((z[:, :2], z[:, 2:] + z[:, :1] / 2), 1)

    # The third output is compared while the first two latents are redrawn: E (z1 − z̃1)²/4 = 1/24.
    assert problem.gap(leak) == pytest.approx(1 / 24, rel=1e-12)


def test_outputs_come_in_any_order_where_it_is_not_known_which_change() -> None:
    claim = theorem("locatello_2020_weak_supervision").at(2)
    problem = on_nodes(claim, 6)
    assert problem.gap(lambda z: z[:, [1, 0]] ** 3) == 0

    def leak(z: Tensor) -> Tensor:
        return torch.stack((z[:, 1], z[:, 0] + z[:, 1] / 2), 1)

    assert problem.gap(leak) == pytest.approx(1 / 24, rel=1e-12)
    assert exact_check(claim).passed is Agreement.AGREES
    smaller = claim.replace(group=GeneralisedPermutations(2))
    assert exact_check(smaller).passed is Agreement.DISAGREES


def test_the_best_structural_model_leaves_no_divergence_for_scales_alone() -> None:
    problem = interventions(theorem("squires_2023_linear_crl").at(2), 8)
    scales = torch.tensor([-2.0, 3.0], dtype=torch.float64)
    assert problem.gap(lambda z: z * scales) == pytest.approx(0, abs=1e-12)
    shear = torch.tensor([[1.0, 0.0], [1.0, 1.0]], dtype=torch.float64)
    assert problem.gap(lambda z: z @ shear.T) > 1e-3
    assert problem.gap(lambda z: z[:, [1, 0]]) > 1e-3
    assert problem.gap(lambda z: z + z**3) > 1e-3
    assert math.isinf(problem.gap(lambda z: 0 * z))


def test_equations_without_nodes_are_refused() -> None:
    for slug in ("gresele_2021_ima", "liu_2024_two_towers"):
        with pytest.raises(UnsupportedCondition, match="not put on nodes"):
            on_nodes(theorem(slug).at(), 4)


def test_fields_that_learned_heads_take_up_do_not_raise_the_loss() -> None:
    claim = theorem("hyvarinen_2016_tcl").at(2)
    assert exact_check(claim, degree=1).passed is Agreement.AGREES
    smaller = claim.replace(group=GeneralisedPermutations(2))
    assert exact_check(smaller, degree=1).passed is Agreement.DISAGREES
