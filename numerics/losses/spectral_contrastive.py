"""The spectral contrastive loss, from m×m matrices only."""

from __future__ import annotations

from torch import Tensor

from sith.numerics.losses.pairs import require_pairs, require_positive


def spectral_contrastive(
    h_a: Tensor, h_b: Tensor, *, beta: float = 1.0, exclude_own: bool = True
) -> Tensor:
    """-2 mean_i <a_i, b_i> + β mean_{i,j} <a_i, b_j>^2, per seed.

    The sum over pairs is tr (A^T A)(B^T B): no B×B matrix is formed.  With `exclude_own` the pairs
    i = j are left out of the second mean, which makes it unbiased for independent rows.  Without
    it the value is the population loss of the empirical table of pairs; if the rows enumerate the
    edges of a finite graph in proportion to their weights, it is that of the graph:
    (‖Ā - β F F^T‖_F^2 - ‖Ā‖_F^2)/β for a symmetric graph with normalised adjacency Ā and rows
    F_x = sqrt(p_x) h(x).  It is least where β F F^T is the leading positive part of Ā of rank m
    (Eckart and Young).

    Unchanged by one orthogonal map of both views; scales and shifts change it.

    Arguments:
        h_a: embeddings, ``(S, B, m)``, B >= 2.
        h_b: embeddings of the positives, same shape.
        beta: weight of the repulsion, > 0; the optimum shrinks by 1/sqrt(β) and keeps its span.
        exclude_own: leave out a row's own positive among the negatives.

    Returns:
        ``(S,)``.

    Raises:
        ValueError: shapes do not fit or beta is out of range.

    Source: HaoChen et al. (2021), the spectral contrastive loss.
    """
    require_pairs(h_a, h_b)
    require_positive("beta", beta)
    own = (h_a * h_b).sum(-1)
    rows = h_a.shape[1]
    squares = ((h_a.mT @ h_a) * (h_b.mT @ h_b)).sum((1, 2))
    if exclude_own:
        repulsion = (squares - own.square().sum(-1)) / (rows * (rows - 1))
    else:
        repulsion = squares / rows**2
    return beta * repulsion - 2 * own.mean(-1)
