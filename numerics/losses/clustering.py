"""Clustering losses: DINO with a centre, SwAV with balanced assignments."""

from __future__ import annotations

import torch
from torch import Tensor

from sith.numerics.losses.pairs import require_batch, require_pairs, require_positive


def dino(
    student_a: Tensor,
    student_b: Tensor,
    teacher_a: Tensor,
    teacher_b: Tensor,
    centre: Tensor,
    *,
    student_temperature: float = 0.1,
    teacher_temperature: float = 0.04,
) -> Tensor:
    """Mean cross-entropy of the student on one view against the teacher on the other, per seed.

    mean_i of -[Σ_k q(b_i)_k log p(a_i)_k + Σ_k q(a_i)_k log p(b_i)_k]/2, p = softmax(s/τ_s),
    q = softmax((t - c)/τ_t); no gradient flows through q.

    At least the mean entropy of q, with equality iff p = q.  Unchanged by adding a constant to the
    scores of a row, and by one permutation of the K scores and the centre.

    Arguments:
        student_a, student_b: scores of the two views, ``(S, B, K)``.
        teacher_a, teacher_b: same shape.
        centre: ``(S, K)``; see `update_centre`.
        student_temperature: τ_s > 0.
        teacher_temperature: τ_t > 0, the smaller one, so that the teacher is sharper.

    Returns:
        ``(S,)``.

    Raises:
        ValueError: shapes do not fit or a temperature is out of range.

    Source: Caron et al. (2021), DINO.
    """
    require_pairs(student_a, teacher_b, rows=1)
    require_pairs(student_b, teacher_a, rows=1)
    require_pairs(student_a, student_b, rows=1)
    _require_centre(centre, student_a)
    require_positive("student_temperature", student_temperature)
    require_positive("teacher_temperature", teacher_temperature)
    with torch.no_grad():
        targets = [
            ((t - centre.unsqueeze(1)) / teacher_temperature).softmax(-1)
            for t in (teacher_a, teacher_b)
        ]
    return _swapped(student_a, student_b, targets[0], targets[1], student_temperature)


def update_centre(centre: Tensor, teacher: Tensor, *, momentum: float = 0.9) -> Tensor:
    """momentum · centre + (1 - momentum) · batch mean of the teacher's scores, without gradient.

    Arguments:
        centre: ``(S, K)``; unchanged.
        teacher: ``(S, B, K)``, both views joined along B.
        momentum: from 0 to 1.

    Returns:
        ``(S, K)``.

    Raises:
        ValueError: shapes do not fit or the momentum is out of range.

    Source: Caron et al. (2021), DINO.
    """
    require_batch(teacher, rows=1)
    _require_centre(centre, teacher)
    if not 0 <= momentum <= 1:
        raise ValueError(f"momentum = {momentum}; allowed: 0 <= momentum <= 1; use 0.9")
    with torch.no_grad():
        return momentum * centre + (1 - momentum) * teacher.mean(1)


def swav(
    scores_a: Tensor,
    scores_b: Tensor,
    *,
    temperature: float = 0.1,
    regularisation: float = 0.05,
    iterations: int = 3,
) -> Tensor:
    """Swapped prediction: each view predicts the balanced assignment of the other, per seed.

    mean_i of -[Σ_k q(b_i)_k log p(a_i)_k + Σ_k q(a_i)_k log p(b_i)_k]/2, p = softmax(s/τ),
    q = `sinkhorn` of the scores of the batch; no gradient flows through q.

    Unchanged by one permutation of the K prototypes and by a common permutation of the rows.

    Arguments:
        scores_a, scores_b: inner products with the prototypes, ``(S, B, K)``.
        temperature: τ > 0.
        regularisation, iterations: of `sinkhorn`.

    Returns:
        ``(S,)``.

    Raises:
        ValueError: shapes do not fit or a number is out of range.

    Source: Caron et al. (2020), SwAV.
    """
    require_pairs(scores_a, scores_b, rows=1)
    require_positive("temperature", temperature)
    options = {"regularisation": regularisation, "iterations": iterations}
    targets = [sinkhorn(s.detach(), **options) for s in (scores_a, scores_b)]  # type: ignore[arg-type]
    return _swapped(scores_a, scores_b, targets[0], targets[1], temperature)


def sinkhorn(scores: Tensor, *, regularisation: float = 0.05, iterations: int = 3) -> Tensor:
    """The balanced soft assignment diag(u) exp(scores/ε) diag(v), by Sinkhorn's iterations.

    Each iteration scales the columns to equal mass and then the rows, in the logarithmic domain.
    The rows sum to 1 exactly; the columns tend to B/K, linearly in the number of iterations.

    Arguments:
        scores: ``(S, B, K)``.
        regularisation: ε > 0; larger is closer to uniform.
        iterations: >= 1.

    Returns:
        ``(S, B, K)``, positive; the limit maximises Σ q·scores + ε·entropy(q) over such q.

    Raises:
        ValueError: the shape does not fit or a number is out of range.

    Source: Cuturi (2013); Caron et al. (2020), SwAV.
    """
    require_batch(scores, rows=1)
    require_positive("regularisation", regularisation)
    if iterations < 1:
        raise ValueError(f"iterations = {iterations}; allowed: >= 1; use 3")
    logits = scores / regularisation
    for _ in range(iterations):
        logits = (logits - logits.logsumexp(1, keepdim=True)).log_softmax(-1)
    return logits.exp()


def _swapped(
    scores_a: Tensor, scores_b: Tensor, target_a: Tensor, target_b: Tensor, temperature: float
) -> Tensor:
    from_a = (target_b * (scores_a / temperature).log_softmax(-1)).sum(-1)
    from_b = (target_a * (scores_b / temperature).log_softmax(-1)).sum(-1)
    return -(from_a + from_b).mean(-1) / 2


def _require_centre(centre: Tensor, scores: Tensor) -> None:
    if centre.shape != (scores.shape[0], scores.shape[2]):
        raise ValueError(
            f"centre {tuple(centre.shape)} for scores {tuple(scores.shape)}; allowed: (S, K); "
            "start with zeros"
        )
