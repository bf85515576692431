"""Losses of a similarity graph: forms of the graph, the pair losses on its edges, and refusals."""

import numpy as np
import pytest
import torch
from scipy import sparse

from sith import InputError
from sith.numerics.losses import (
    graph_barlow_twins,
    graph_spectral_contrastive,
    graph_vicreg,
    similarity_graph,
    spectral_contrastive,
)

LOSSES = (graph_spectral_contrastive, graph_vicreg, graph_barlow_twins)
COUNTS = np.array([[2, 1, 0, 0], [1, 0, 3, 1], [0, 3, 0, 0], [0, 1, 0, 4]])
H = torch.randn((2, 4, 3), generator=torch.Generator().manual_seed(0), dtype=torch.float64)

FORMS = {
    "list": COUNTS.tolist(),
    "scipy": sparse.csr_array(COUNTS),
    "scipy matrix": sparse.coo_matrix(COUNTS),
    "tensor": torch.from_numpy(COUNTS),
    "sparse tensor": torch.from_numpy(COUNTS).double().to_sparse(),
}


@pytest.mark.parametrize("form", sorted(FORMS))
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("weights", ["degree", "uniform"])
def test_every_form_of_a_graph_gives_one_value_and_slope(form, loss, weights):
    def both(graph):
        own = H.clone().requires_grad_()
        value = loss(own, similarity_graph(graph, weights=weights))
        return value.detach(), torch.autograd.grad(value.sum(), own)[0]

    for found, expected in zip(both(FORMS[form]), both(COUNTS.astype(float)), strict=True):
        torch.testing.assert_close(found, expected)


def listed(h):
    """Both ends of every ordered edge, as often as it counts."""
    first, second = (np.repeat(i, COUNTS[COUNTS > 0]) for i in np.nonzero(COUNTS))
    return h[:, torch.from_numpy(first)], h[:, torch.from_numpy(second)]


def test_by_degrees_the_spectral_loss_is_that_of_the_list_of_edges():
    found = graph_spectral_contrastive(H, similarity_graph(COUNTS), beta=0.7)
    expected = spectral_contrastive(*listed(H), beta=0.7, exclude_own=False)
    torch.testing.assert_close(found, expected)
    other = graph_spectral_contrastive(H, similarity_graph(COUNTS, weights="uniform"), beta=0.7)
    assert (other - expected).abs().min() > 1e-2


def test_by_degrees_the_other_losses_are_moments_of_the_list_of_edges():
    a, b = listed(H)
    eye, count = torch.eye(3, dtype=torch.float64), a.shape[1]
    graph = similarity_graph(COUNTS)
    cross, own = a.mT @ b / count, a.mT @ a / count
    torch.testing.assert_close(graph_barlow_twins(H, graph), (cross - eye).square().sum((1, 2)))
    pull = (a - b).square().sum(-1).mean(-1)
    expected = 0.3 * pull + (own - eye).square().sum((1, 2))
    torch.testing.assert_close(graph_vicreg(H, graph, beta=0.3), expected)


@pytest.mark.parametrize("weights", ["degree", "uniform"])
def test_the_losses_are_distances_to_the_operator(weights):
    graph = similarity_graph(COUNTS, weights=weights)
    rows = graph.weights.sqrt()[:, None] * H
    gram = rows @ rows.mT

    def distance(operator):
        return (gram - operator).square().sum((1, 2)) - operator.square().sum()

    torch.testing.assert_close(graph_spectral_contrastive(H, graph), distance(graph.operator()))
    found = graph_vicreg(H, graph, beta=0.4)
    torch.testing.assert_close(found, distance(graph.operator(0.4)) + 3)
    assert (found - distance(graph.operator(0.5)) - 3).abs().min() > 1e-3


@pytest.mark.parametrize("loss", LOSSES)
def test_rotations_are_not_seen_and_scales_are(loss):
    graph = similarity_graph(COUNTS)
    turn = torch.linalg.qr(H[0, :3])[0]
    torch.testing.assert_close(loss(H @ turn, graph), loss(H, graph))
    assert (loss(1.5 * H, graph) - loss(H, graph)).abs().min() > 1e-2


def test_edges_are_drawn_by_their_weights():
    graph = similarity_graph(COUNTS)
    first, second = graph.draw_edges(20000, torch.Generator().manual_seed(0))
    found = torch.zeros(4, 4).index_put_((first, second), torch.ones(20000), accumulate=True)
    expected = torch.from_numpy(COUNTS / COUNTS.sum())
    # Five standard errors of a share near 1/4.
    assert (found / 20000 - expected).abs().max() < 5 * (0.25 * 0.75 / 20000) ** 0.5
    assert found[COUNTS == 0].sum() == 0


@pytest.mark.parametrize("form", ["list", "scipy"])
def test_a_part_of_a_graph_is_the_graph_of_the_part(form):
    nodes = torch.tensor([3, 1])
    part = similarity_graph(FORMS[form]).select(nodes)
    whole = similarity_graph(COUNTS[np.ix_([3, 1], [3, 1])])
    torch.testing.assert_close(part.edges.to_dense(), whole.edges)
    torch.testing.assert_close(part.weights, whole.weights)


REFUSED = {
    "directed": (np.array([[1, 2], [0, 1]]), "symmetric"),
    "negative": (-np.eye(3), "negative"),
    "not finite": (np.full((2, 2), np.nan), "infinite"),
    "empty": (np.zeros((3, 3)), "without edges"),
    "not square": (np.ones((2, 3)), "shape"),
    "a node alone": (np.diag([1, 1, 0]), "node 2 has no edge"),
    "words": (["a", "b"], "matrix of numbers"),
    "sparse and directed": (sparse.coo_array([[1, 2], [0, 1]]), "symmetric"),
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_bad_graph_is_refused_in_one_line(name):
    graph, message = REFUSED[name]
    with pytest.raises(InputError, match=message) as caught:
        similarity_graph(graph)
    assert "\n" not in str(caught.value)


def test_bad_embeddings_and_weights_are_refused():
    graph = similarity_graph(COUNTS)
    with pytest.raises(InputError, match="3 embeddings per seed for a graph of 4 nodes"):
        graph_barlow_twins(H[:, :3], graph)
    with pytest.raises(ValueError, match="allowed"):
        graph_vicreg(H[0], graph)
    with pytest.raises(ValueError, match="beta"):
        graph_spectral_contrastive(H, graph, beta=-1.0)
    with pytest.raises(InputError, match="degree, uniform"):
        similarity_graph(COUNTS, weights="other")
