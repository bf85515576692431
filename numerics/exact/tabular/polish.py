"""Damped Newton steps for many small problems at once, one a row, after L-BFGS."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from sith.numerics.exact.tabular.lbfgs import SLACK, Minimised, Objective, value_and_gradient

FLAT = 1e-11
"""Directions of smaller curvature, over the largest, are left alone: symmetries, and the radius of
points on a sphere."""
HALVINGS = 8
CONVERGED = 1e-14
"""Below this norm a gradient is rounding."""


def polish_rows(objective: Objective, found: Minimised, *, iterations: int = 4) -> Minimised:
    """Take Newton steps from every row; the Hessians of all are held at once.

    The step is −Σ v ⟨v, g⟩/(|λ| + ‖g‖) over the eigenpairs (λ, v) of the Hessian that are not flat:
    a descent direction wherever it is taken, and Newton's in the limit. It is halved until the loss
    falls, or, where the loss only moves by rounding, the gradient does; a row without such a step,
    or without a finite Hessian, stays. So no loss rises by more than rounding.

    Arguments:
        objective: twice differentiable in its points.
        found: where the rows are.
        iterations: steps of a row at most.

    Source: Li, Fukushima, Qi and Yamashita (2004), regularised Newton; Nocedal and Wright,
    Numerical Optimization, sec. 3.4, for the eigenvalues in absolute value.
    """
    todo = (found.losses.isfinite() & (found.gradients > CONVERGED)).nonzero()[:, 0]
    points, losses = found.points.clone(), found.losses.clone()
    norms = found.gradients.clone()
    for _ in range(iterations):
        if not len(todo):
            break
        step, usable = _newton_step(objective, points[todo])
        todo, step = todo[usable], step[usable]
        moved = torch.zeros_like(todo, dtype=torch.bool)
        size = 1.0
        for _ in range(HALVINGS):
            left = (~moved).nonzero()[:, 0]
            if not len(left):
                break
            at = todo[left]
            trial = points[at] + size * step[left]
            value, slope = value_and_gradient(objective, trial)
            norm = torch.linalg.vector_norm(slope, dim=1)
            slack = SLACK * (1 + losses[at].abs())
            better = (value < losses[at] - slack) | (
                (value <= losses[at] + slack) & (norm < norms[at])
            )
            taken = at[better]
            points[taken], losses[taken], norms[taken] = trial[better], value[better], norm[better]
            moved[left[better]] = True
            size /= 2
        todo = todo[moved & (norms[todo] > CONVERGED)]
    return replace(found, points=points, losses=losses, gradients=norms)


def _newton_step(objective: Objective, points: Tensor) -> tuple[Tensor, Tensor]:
    """The damped step of every row, and for which rows the derivatives are numbers."""
    leaf = points.detach().requires_grad_()
    with torch.enable_grad():
        (gradient,) = torch.autograd.grad(objective(leaf).sum(), leaf, create_graph=True)
    if not gradient.requires_grad:  # The loss is linear.
        return torch.zeros_like(points), torch.zeros_like(points[:, 0], dtype=torch.bool)
    columns = [
        torch.autograd.grad(part.sum(), leaf, retain_graph=True)[0] for part in gradient.T.unbind()
    ]
    hessian = torch.stack(columns, 1)
    slope = gradient.detach()
    usable = hessian.flatten(1).isfinite().all(1) & slope.isfinite().all(1)
    hessian = torch.where(usable[:, None, None], (hessian + hessian.mT) / 2, 0.0)
    values, vectors = torch.linalg.eigh(hessian)
    curvature = values.abs()
    along = (vectors.mT @ slope[:, :, None])[:, :, 0]
    damping = torch.linalg.vector_norm(slope, dim=1, keepdim=True)
    kept = curvature > FLAT * curvature.amax(1, keepdim=True)
    scaled = torch.where(kept, along / (curvature + damping), 0.0)
    return -(vectors @ scaled[:, :, None])[:, :, 0], usable
