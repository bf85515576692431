"""Pairs in which an unknown set of coordinates changes: orders of outputs, bounds, certificates."""

from __future__ import annotations

import json
from itertools import combinations

import pytest

from sith.theory import (
    AbstractGroup,
    BlockwiseDiffeomorphisms,
    Box,
    Claim,
    ComponentwiseDiffeomorphisms,
    ContentKeeping,
    Encoder,
    Family,
    InputError,
    Map,
    Mixing,
    NoPairs,
    RealSpace,
    Relation,
    SignedPermutations,
    SparseChange,
    SubsetsRedrawn,
    Uniform,
    UnsupportedCondition,
    World,
    certificate_data,
    derive,
    latents,
)
from sith.theory.derivation import optimum_condition
from sith.theory.derivation.bounds import check_map
from sith.theory.derivation.certificates import checksum
from sith.theory.derivation.verification import proof_kernel
from sith.theory.verdict import Agreement, Extent

SINGLES = ((0,), (1,), (2,))
PAIRS = tuple(combinations(range(3), 2))


def claim(
    subsets: tuple[tuple[int, ...], ...],
    group: AbstractGroup,
    relation: Relation = Relation.EQUALITY,
) -> Claim:
    """Pairs on the box that redraw one of the subsets, and the outputs that change least aligned."""
    dim = group.dim
    world = World(Box(dim), Uniform(), SubsetsRedrawn(subsets))
    objective = SparseChange(len(subsets[0]))
    return Claim("changes", world, objective, Encoder(RealSpace(dim)), group, relation=relation)


@pytest.mark.parametrize("subsets", [SINGLES, PAIRS], ids=["one", "two"])
def test_every_coordinate_is_identified_up_to_the_order(
    subsets: tuple[tuple[int, ...], ...],
) -> None:
    verdict = derive(claim(subsets, ComponentwiseDiffeomorphisms(3)), degree=2)
    assert verdict.agreement is Agreement.AGREES
    assert any(x.extent is Extent.ALL_MAPS for x in verdict.upper)
    smaller = derive(claim(subsets, SignedPermutations(3)), degree=2)
    assert smaller.agreement is Agreement.DISAGREES


def test_outputs_may_come_in_any_order_and_in_no_other_way() -> None:
    condition = optimum_condition(*_parts(claim(SINGLES, ComponentwiseDiffeomorphisms(3))))
    x, y, w = latents(3)
    assert check_map(condition, Map((x, y, w), (w, x + x**3, y))).holds
    assert not check_map(condition, Map((x, y, w), (x + y, y, w))).holds
    assert not check_map(condition, Map((x, y, w), (w, x, y + x))).holds


def _parts(stated: Claim) -> tuple[World, SparseChange, Encoder]:
    return stated.world, stated.objective, stated.encoder  # type: ignore[return-value]


def test_a_block_that_changes_at_once_may_be_shuffled_with_another() -> None:
    # Outputs of both blocks may change places one by one, and that is no map of blocks.
    blocks = ((0, 1), (2, 3))
    verdict = derive(claim(blocks, BlockwiseDiffeomorphisms(blocks)), degree=1)
    assert verdict.agreement is Agreement.DISAGREES
    assert not any(x.extent is Extent.ALL_MAPS for x in verdict.upper)
    contained = claim(blocks, BlockwiseDiffeomorphisms(blocks), Relation.CONTAINED)
    assert derive(contained, degree=1).agreement is Agreement.DISAGREES


def test_a_coordinate_that_never_changes_is_found_in_no_fixed_output() -> None:
    verdict = derive(claim(((0, 1),), ContentKeeping(3, 1)), degree=1)
    assert verdict.agreement is Agreement.DISAGREES


def test_orders_that_move_the_subsets_are_not_taken_for_a_group() -> None:
    group = ComponentwiseDiffeomorphisms(3)
    verdict = derive(claim(((0,), (1,)), group, Relation.CONTAINS), degree=1)
    assert verdict.agreement is not Agreement.DISAGREES
    assert not SubsetsRedrawn(((0,), (1,))).exchangeable(3)
    assert SubsetsRedrawn(PAIRS).exchangeable(3)


def test_the_kernel_tries_the_orders_too() -> None:
    stated = claim(((0,), (1,)), ComponentwiseDiffeomorphisms(2))
    data = json.loads(json.dumps(certificate_data(derive(stated, degree=2), "changes", {})))
    proof_kernel.check(data)
    data["system"]["symmetric"] = False
    with pytest.raises(proof_kernel.Reject, match="not free"):
        proof_kernel.check({**data, "checksum": checksum(data)})


def test_what_the_loss_does_not_fit_is_refused() -> None:
    world = World(Box(2), Uniform(), SubsetsRedrawn(((0,), (1,))))
    outputs = Encoder(RealSpace(2))
    with pytest.raises(InputError, match="subsets of k coordinates"):
        optimum_condition(world, SparseChange(2), outputs)
    with pytest.raises(InputError, match="SubsetsRedrawn"):
        optimum_condition(World(Box(2), Uniform(), NoPairs()), SparseChange(1), outputs)
    with pytest.raises(InputError, match="changed outputs k"):
        SparseChange(0)
    linear = Encoder(RealSpace(2), Family.LINEAR)
    with pytest.raises(UnsupportedCondition, match="linear encoders"):
        optimum_condition(world.replace(mixing=Mixing.LINEAR), SparseChange(1), linear)
