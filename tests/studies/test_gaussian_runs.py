"""What a run on the Gaussian world is compared with: maps whose values are known."""

from dataclasses import dataclass, replace

import pytest
import torch

from sith import Design
from sith.numerics.runs.design import designed
from sith.numerics.studies.samples.gaussian_claims import RATE, claim_of
from sith.numerics.studies.samples.gaussian_experiments import predicted_part, self_predicting
from sith.numerics.studies.samples.gaussian_runs import fold_gap

RHO = float(RATE)
DESIGN = Design(steps=2, batch=64, held_out=8192)


@dataclass(frozen=True)
class Known:
    """A map of the latents in the place of an encoder."""

    map: object

    def to(self, _dtype):
        return self.map


def latents(z):
    return z


def near(z):
    """What a fold of z_1 leaves, up to the order of the outputs."""
    return torch.cat((z[..., :1].square(), z[..., 1:]), -1)


def quadratic(z):
    return torch.cat((z[..., :1], z[..., :1].square() + 3), -1)


@pytest.fixture(scope="module")
def experiment():
    return replace(designed(claim_of("whitening"), DESIGN, (0, 1)), mixing=latents)


@pytest.mark.parametrize(
    ("known", "gap"), [(latents, 0.0), (near, 2 * (RHO - RHO**2)), (quadratic, 2 * (RHO - RHO**2))]
)
def test_the_gap_under_a_fold_is_that_of_the_map(experiment, known, gap):
    found, errors = fold_gap(experiment, Known(known), 2)
    # Four standard errors of two seeds, and the quasi-random pairs' own error.
    assert ((found - gap).abs() <= 4 * errors + 2e-3).all()
    assert (errors < 0.02).all()


def test_the_gap_of_the_reference_has_no_noise(experiment):
    _, reference = fold_gap(experiment, Known(near), 2)
    _, other = fold_gap(experiment, Known(quadratic), 2)
    assert (reference < 1e-9).all()
    assert (other > 1e-4).all()


def test_the_predicted_part_is_the_sum_of_squared_eigenvalues(experiment):
    z, zt = (v.double() for v in experiment.pairs)
    for known, value in ((latents, 2 * RHO**2), (quadratic, RHO**2 + RHO**4)):
        # The standard error of a squared correlation is at most 2/sqrt(rows), and rows are 65,536.
        assert (predicted_part(known(z), known(zt)) - value).abs().max() < 0.03


def test_the_predicted_part_does_not_see_affine_maps(experiment):
    z, zt = (v.double() for v in experiment.pairs)
    one, two = torch.tensor([[2.0, 1.0], [0.0, 0.1]]).double(), torch.eye(2).double() * -3
    moved = predicted_part(z @ one + 5, zt @ two - 1)
    torch.testing.assert_close(moved, predicted_part(z, zt), rtol=1e-10, atol=0)


def test_a_wrong_span_has_a_gap_and_the_right_one_none(experiment):
    own = self_predicting(experiment)
    gap, scale = own.loss_gap(Known(latents), {})
    assert (gap.abs() / scale < 1e-9).all()
    gap, scale = own.loss_gap(Known(quadratic), {})
    assert (gap / scale > 0.1).all()


def test_the_target_follows_the_encoder(experiment):
    own = self_predicting(experiment)
    moved = own.encoder.with_state({"output.bias": own.encoder.state["output.bias"] + 1})
    own.follow(1, moved, {})
    torch.testing.assert_close(
        own.target["output.bias"], own.encoder.state["output.bias"] + 0.1, rtol=1e-6, atol=1e-6
    )


def test_an_optimal_predictor_takes_the_loss_below_any_other(experiment):
    own = self_predicting(experiment)
    fixed = self_predicting(experiment, predictor="none")
    batch = tuple(v[:, :256].float() for v in experiment.pairs)
    assert (
        own.loss(own.encoder, batch, own.extras) < fixed.loss(own.encoder, batch, {**own.extras})
    ).all()
