"""Losses of embeddings and a similarity graph that the user gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from scipy import sparse
from torch import Tensor

from sith.numerics.losses.pairs import require_batch, require_weight
from sith.theory import InputError

Weighting = Literal["degree", "uniform"]
WEIGHTINGS: tuple[Weighting, ...] = ("degree", "uniform")

SYMMETRY = 1e-6
"""Largest relative asymmetry of a graph: entries in single precision pass, a directed graph not."""


@dataclass(frozen=True, slots=True, eq=False)
class SimilarityGraph:
    """A validated graph on N nodes; made by `similarity_graph`.

    Fields:
        edges: W = G/ΣG, symmetric, of sum 1, ``(N, N)``; dense or sparse (COO).
        weights: p, positive, of sum 1, ``(N,)``: of the nodes in second moments.
    """

    edges: Tensor
    weights: Tensor

    @property
    def size(self) -> int:
        """The number of nodes N."""
        return int(self.weights.shape[0])

    def to(self, dtype: torch.dtype, device: torch.device | str | None = None) -> SimilarityGraph:
        """The graph in another dtype or on another device; itself where nothing changes."""
        return SimilarityGraph(
            self.edges.to(dtype=dtype, device=device), self.weights.to(dtype=dtype, device=device)
        )

    def smoothed(self, h: Tensor) -> Tensor:
        """W h, ``(S, N, m)``, of embeddings ``(S, N, m)``."""
        return _product(self.edges, h)

    def degrees(self) -> Tensor:
        """Row sums of W, ``(N,)``; of sum 1."""
        return _row_sums(self.edges)

    def operator(self, beta: float | None = None) -> Tensor:
        """The dense symmetric matrix whose leading positive part the optima have, ``(N, N)``.

        Without beta Ā = p^(-1/2) W p^(-1/2); with it I − β p^(-1/2) (diag(W1) − W) p^(-1/2), which
        for p = W1 is (1 − β) I + β Ā.
        """
        own = self.edges.to_dense()
        root = self.weights.rsqrt()
        if beta is None:
            return root[:, None] * own * root
        laplacian = torch.diag(self.degrees()) - own
        return torch.eye(self.size).to(own) - beta * root[:, None] * laplacian * root

    def select(self, nodes: Tensor) -> SimilarityGraph:
        """The graph induced on some nodes, as a graph of its own.

        Its losses are not unbiased estimates of those of the whole graph; pairs drawn by
        `draw_edges` are, with the losses on pairs.

        Arguments:
            nodes: int64, distinct, ``(n,)``.

        Raises:
            InputError: no edge is left at one of the nodes.
        """
        if self.edges.is_sparse:
            inner = self.edges.index_select(0, nodes).index_select(1, nodes).coalesce()
        else:
            inner = self.edges[nodes][:, nodes]
        uniform = bool((self.weights == self.weights[0]).all())
        return similarity_graph(inner, weights="uniform" if uniform else "degree")

    def draw_edges(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Draw ordered edges by their weights: two rows of nodes ``(count,)``, int64.

        For every loss of this package on pairs. Nodes are drawn by their degrees, whatever p.
        """
        own = self.edges.to_sparse().coalesce()
        picked = torch.multinomial(own.values(), count, replacement=True, generator=generator)
        first, second = own.indices()[:, picked]
        return first, second


def similarity_graph(graph: Any, *, weights: Weighting = "degree") -> SimilarityGraph:
    """Return a graph from a matrix G of similarities, for the losses of this file.

    Labels Y (one row of indicators per sample) give supervised learning as G = Y Yᵀ; pairs of
    augmentations give the positives' counts; a table of neighbours gives manifold learning.

    Arguments:
        graph: G, ``(N, N)``, N ≥ 2, symmetric, non-negative, not zero: a numpy array, a scipy
            sparse matrix or array, or a dense or sparse tensor.
        weights: "degree" for p proportional to the row sums of G, as for positive pairs that are
            drawn by G; "uniform" for p = 1/N.

    Raises:
        InputError: G is none of these, or a node has no edge.

    Source: Cabannes, Bottou, LeCun and Balestriero (2023), where G is the similarity graph.
    """
    if weights not in WEIGHTINGS:
        raise InputError(f"weights = {weights!r}", allowed=", ".join(WEIGHTINGS))
    own = _tensor(graph)
    if own.ndim != 2 or own.shape[0] != own.shape[1] or own.shape[0] < 2:
        raise InputError(f"a graph of shape {tuple(own.shape)}", allowed="(N, N) with N ≥ 2")
    values = own.values() if own.is_sparse else own
    if not bool(values.isfinite().all()) or bool((values < 0).any()):
        raise InputError(
            "a graph with negative or infinite entries",
            allowed="finite, ≥ 0",
            cure="clip it, or shift the similarities",
        )
    if not bool(values.sum() > 0):
        raise InputError("a graph without edges", allowed="at least one positive entry")
    off = own - own.T
    gap = (off.coalesce().values() if off.is_sparse else off).abs()
    if gap.numel() and float(gap.max()) > SYMMETRY * float(values.max()):
        raise InputError(
            f"a graph with |G - Gᵀ| up to {float(gap.max()):.3g}",
            allowed="symmetric",
            cure="use (G + Gᵀ)/2",
        )
    edges = own / values.sum()
    edges = edges.coalesce() if edges.is_sparse else edges
    degrees = _row_sums(edges)
    if bool((degrees <= 0).any()):
        lonely = int((degrees <= 0).nonzero()[0])
        raise InputError(
            f"node {lonely} has no edge",
            allowed="a positive row sum for every node",
            cure="leave the node out, or give it a loop",
        )
    uniform = torch.full_like(degrees, 1 / len(degrees))
    return SimilarityGraph(edges, degrees if weights == "degree" else uniform)


def graph_spectral_contrastive(h: Tensor, graph: SimilarityGraph, *, beta: float = 1.0) -> Tensor:
    """-2 Σ_ij W_ij <h_i, h_j> + β Σ_ij p_i p_j <h_i, h_j>^2, per seed.

    With rows F_i = sqrt(p_i) h_i it is (‖β F Fᵀ - Ā‖^2 - ‖Ā‖^2)/β, so it is least where β F Fᵀ is
    the leading positive part of Ā = p^(-1/2) W p^(-1/2) (Eckart and Young). With p the degrees it is
    `spectral_contrastive` on the list of all edges.

    Unchanged by an orthogonal map of the embeddings.

    Arguments:
        h: one embedding for each node, ``(S, N, m)``.
        graph: of N nodes.
        beta: weight of the repulsion, finite, ≥ 0; with 0 nothing bounds the loss.

    Returns:
        ``(S,)``.

    Raises:
        InputError or ValueError: shapes do not fit or beta is out of range.

    Source: HaoChen et al. (2021); the graph as an argument: Cabannes et al. (2023).
    """
    own = _fitting(h, graph)
    require_weight("beta", beta)
    return beta * _moment(h, own).square().sum((1, 2)) - 2 * (h * own.smoothed(h)).sum((1, 2))


def graph_vicreg(h: Tensor, graph: SimilarityGraph, *, beta: float = 1.0) -> Tensor:
    """β Σ_ij W_ij |h_i - h_j|^2 + ‖Σ_i p_i h_i h_iᵀ - I‖_F^2, per seed.

    VICReg with a squared in place of a hinged variance. With rows F_i = sqrt(p_i) h_i it is
    ‖F Fᵀ - T_β‖^2 - ‖T_β‖^2 + m with T_β = I - β p^(-1/2) (diag(W1) - W) p^(-1/2), which is
    (1 - β) I + β Ā for p the degrees. At β = 1 it is then `graph_spectral_contrastive` + m.

    Unchanged by an orthogonal map of the embeddings.

    Arguments:
        h: one embedding for each node, ``(S, N, m)``.
        graph: of N nodes.
        beta: weight of the invariance, finite, ≥ 0.

    Returns:
        ``(S,)``, at least 0.

    Raises:
        InputError or ValueError: shapes do not fit or beta is out of range.

    Source: Cabannes, Kiani, Balestriero, LeCun and Bietti (2023), the loss of "The SSL Interplay".
    """
    own = _fitting(h, graph)
    require_weight("beta", beta)
    degrees = own.degrees()
    pull = 2 * ((h.square().sum(-1) * degrees).sum(-1) - (h * own.smoothed(h)).sum((1, 2)))
    return beta * pull + _excess(_moment(h, own))


def graph_barlow_twins(h: Tensor, graph: SimilarityGraph) -> Tensor:
    """‖Σ_ij W_ij h_i h_jᵀ - I‖_F^2, per seed.

    Barlow Twins without normalisation and with one weight for all entries. If Ā has m positive
    eigenvalues the least value is 0, at every F with Fᵀ Ā F = I: unlike for the other losses the
    optimum does not determine the span of F, and parts of F in the kernel of Ā are not seen.

    Unchanged by an orthogonal map of the embeddings.

    Arguments:
        h: one embedding for each node, ``(S, N, m)``.
        graph: of N nodes.

    Returns:
        ``(S,)``, at least 0.

    Raises:
        InputError or ValueError: shapes do not fit.

    Source: Simon et al. (2023), the loss; the graph as an argument: Cabannes et al. (2023).
    """
    own = _fitting(h, graph)
    return _excess(h.mT @ own.smoothed(h))


def _fitting(h: Tensor, graph: SimilarityGraph) -> SimilarityGraph:
    require_batch(h)
    if h.shape[1] != graph.size:
        raise InputError(
            f"{h.shape[1]} embeddings per seed for a graph of {graph.size} nodes",
            allowed="one for each node, in the order of the graph",
            cure="use graph.select(nodes) for a batch of nodes",
        )
    return graph.to(h.dtype, h.device)


def _product(edges: Tensor, h: Tensor) -> Tensor:
    if not edges.is_sparse:
        return edges @ h
    seeds, nodes, width = h.shape
    columns = h.transpose(0, 1).reshape(nodes, seeds * width)
    found: Tensor = torch.sparse.mm(edges, columns)
    return found.view(nodes, seeds, width).transpose(0, 1)


def _row_sums(edges: Tensor) -> Tensor:
    ones = torch.ones(1, edges.shape[0], 1, dtype=edges.dtype, device=edges.device)
    return _product(edges, ones)[0, :, 0]


def _moment(h: Tensor, graph: SimilarityGraph) -> Tensor:
    return h.mT @ (graph.weights[:, None] * h)


def _excess(moment: Tensor) -> Tensor:
    return (moment - torch.eye(moment.shape[-1]).to(moment)).square().sum((1, 2))


def _tensor(graph: Any) -> Tensor:
    if isinstance(graph, SimilarityGraph):
        return graph.edges
    if sparse.issparse(graph):
        table = sparse.coo_array(graph)
        place = torch.from_numpy(np.stack(table.coords).astype(np.int64))
        values = torch.from_numpy(np.asarray(table.data, dtype=np.float64))
        return torch.sparse_coo_tensor(place, values, table.shape, check_invariants=True).coalesce()
    if isinstance(graph, Tensor):
        own = graph.detach()
        own = own if own.is_floating_point() else own.double()
        return own if own.layout == torch.strided else own.to_sparse_coo().coalesce()
    try:
        return torch.from_numpy(np.array(graph, dtype=np.float64))
    except (TypeError, ValueError) as error:
        raise InputError(
            f"a graph of type {type(graph).__name__}",
            allowed="a matrix of numbers: numpy, scipy sparse, or a tensor",
        ) from error
