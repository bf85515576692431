"""The proper subgroups of each indeterminacy group from which trained maps have to be told apart.

For every group: the maximal subgroups of the kinds that a derivation can end in (orientation,
joint flips, partial swaps, blocks, scales, no shifts), and the largest smaller groups of the
catalogue. Beside them stand the groups of other quadratic forms, which are no subgroups. Maximal
subgroups of other kinds, such as the primitive permutation groups, are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial, singledispatch
from itertools import combinations

import sympy as sp

from sith.numerics.groups.characters import (
    MOST,
    block_components,
    determinant,
    kernel,
    names,
    parity_of,
    partial_swaps,
    sets,
    sign_components,
    signed_permutation_components,
)
from sith.numerics.groups.distances import equal_scales, leak, split_distance, unlike_a_similarity
from sith.numerics.groups.fitted import Fitted, SignedOrder, in_order, signed_order
from sith.numerics.groups.subgroup import Forms, Kind, Matrices, Smaller, Subgroup
from sith.theory.errors import InputError
from sith.theory.groups import (
    AbstractGroup,
    AbstractMatrixGroup,
    Affine,
    BlockOrthogonal,
    BlockwiseDiffeomorphisms,
    Commutant,
    ComponentwiseDiffeomorphisms,
    ContentKeeping,
    Euclidean,
    GeneralisedPermutations,
    Linear,
    MeasurePreserving,
    Orthogonal,
    Permutations,
    Shifted,
    SignedPermutations,
    SignFlips,
    Translations,
    Trivial,
    Unimodular,
    contained,
    equal,
    strictly_smaller,
)


def proper_subgroups(group: AbstractGroup) -> tuple[Subgroup, ...]:
    """Return the proper subgroups that maps of a group are asked to leave.

    Raises:
        InputError: nothing is registered for the group.
    """
    own = maximal_subgroups(group)
    mine = [s.group for s in own if isinstance(s, Smaller)]
    named = [g for g in largest_named(group) if not any(equal(g, other).holds for other in mine)]
    return (*own, *(Smaller(g, Kind.NAMED) for g in named))


def largest_named(group: AbstractGroup) -> tuple[AbstractGroup, ...]:
    """Return the maximal smaller groups of the catalogue: outside these is outside all."""
    found = strictly_smaller(group)
    return tuple(
        g for g in found if not any(str(o) != str(g) and contained(g, o).holds for o in found)
    )


@singledispatch
def maximal_subgroups(group: object) -> tuple[Subgroup, ...]:
    """Return the subgroups that have no place in the catalogue; a table by type of group."""
    raise InputError(
        f"no proper subgroups are known for the group {group!r}",
        allowed="the groups of sith.theory.groups, and Shifted of a matrix group there",
        cure="register a function: sith.numerics.groups.maximal_subgroups.register(YourGroup)",
    )


@maximal_subgroups.register
def _(group: Trivial) -> tuple[Subgroup, ...]:  # noqa: ARG001
    return ()


@maximal_subgroups.register
def _(group: Translations) -> tuple[Subgroup, ...]:  # noqa: ARG001
    return ()  # the trivial group is in the catalogue


@maximal_subgroups.register
def _(group: SignFlips) -> tuple[Subgroup, ...]:
    return sign_components(in_order, group.dim)


@maximal_subgroups.register
def _(group: Permutations) -> tuple[Subgroup, ...]:
    if group.dim == 1:
        return ()
    every = tuple(range(group.dim))
    name = "no swap" if group.dim == 2 else "even permutations"
    even = kernel(name, Kind.SWAPS, partial(parity_of, _order, every))
    return (even, *partial_swaps(_order, every, "coordinates"))


@maximal_subgroups.register
def _(group: SignedPermutations) -> tuple[Subgroup, ...]:
    return signed_permutation_components(_order, group.dim)


@maximal_subgroups.register
def _(group: GeneralisedPermutations) -> tuple[Subgroup, ...]:
    dim = group.dim
    scales = (
        Matrices("equal scales of all coordinates", Kind.SCALES, equal_scales)
        if dim > 1
        else Smaller(SignedPermutations(1), Kind.SCALES)
    )
    volume = Smaller(Unimodular(group), Kind.SCALES)
    return (*signed_permutation_components(_order, dim), scales, volume)


@maximal_subgroups.register
def _(group: ComponentwiseDiffeomorphisms) -> tuple[Subgroup, ...]:
    return signed_permutation_components(_order, group.dim)


@maximal_subgroups.register
def _(group: Orthogonal) -> tuple[Subgroup, ...]:
    if group.dim == 1:
        return (determinant(),)
    if group.form is not None:  # blocks of this form are no groups of the catalogue
        return (determinant(), Forms(group.form, (sp.ImmutableMatrix(sp.eye(group.dim)),)))
    splits = (Smaller(BlockOrthogonal(b), Kind.BLOCKS) for b in two_blocks(group.dim))
    return (determinant(), *splits, Forms(group.matrix))


@maximal_subgroups.register
def _(group: BlockOrthogonal) -> tuple[Subgroup, ...]:
    splits = []
    for index, block in enumerate(group.blocks):
        for one, other in two_blocks(len(block)):
            parts = [tuple(block[i] for i in part) for part in (one, other)]
            name = f"block ({names(block)}) split into ({names(parts[0])}) and ({names(parts[1])})"
            distance = partial(split_distance, group.blocks, index, one)
            splits.append(Matrices(name, Kind.BLOCKS, distance))
    return (*block_components(group.blocks), *splits)


@maximal_subgroups.register
def _(group: Linear) -> tuple[Subgroup, ...]:
    dim = group.dim
    volume = Smaller(Unimodular(group), Kind.SCALES)
    if dim == 1:
        return (determinant(), volume)
    spans = [
        Matrices(
            f"outputs {names(_rest(chosen, dim))} without coordinates {names(chosen)}",
            Kind.BLOCKS,
            partial(leak, chosen),
        )
        for chosen in sets(dim, dim - 1)
    ]
    similar = Matrices(f"O({dim}) times scalings", Kind.SCALES, unlike_a_similarity)
    return (determinant(), volume, similar, *spans)


@maximal_subgroups.register
def _(group: Unimodular) -> tuple[Subgroup, ...]:
    return tuple(s for s in maximal_subgroups(group.group) if not isinstance(s, Smaller))


@maximal_subgroups.register
def _(group: Commutant) -> tuple[Subgroup, ...]:
    if all(a.is_diagonal() for a in group.algebra_matrices()):
        return sign_components(in_order, group.dim)
    flips = any(m.det() < 0 for m in group.generator_matrices())
    return (determinant(),) if flips else ()


@maximal_subgroups.register
def _(group: Shifted) -> tuple[Subgroup, ...]:
    kept: list[Subgroup] = [Smaller(group.group, Kind.SHIFTS)]
    for s in maximal_subgroups(group.group):
        if isinstance(s, Smaller) and isinstance(s.group, AbstractMatrixGroup):
            kept.append(Smaller(Shifted(s.group), s.kind))
        else:
            kept.append(s)
    return tuple(kept)


@maximal_subgroups.register(Affine)
@maximal_subgroups.register(Euclidean)
def _(group: Affine | Euclidean) -> tuple[Subgroup, ...]:
    return maximal_subgroups(group.shifted())


@maximal_subgroups.register(BlockwiseDiffeomorphisms)
@maximal_subgroups.register(ContentKeeping)
@maximal_subgroups.register(MeasurePreserving)
def _(group: AbstractGroup) -> tuple[Subgroup, ...]:  # noqa: ARG001
    return ()  # orientation and order are not read off maps that are not linear: catalogue only


def two_blocks(dim: int) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return the partitions into two blocks; beyond `MOST` coordinates those with one or two alone."""
    for size in range(1, (dim // 2 if dim <= MOST else 2) + 1):
        for chosen in combinations(range(dim), size):
            if 2 * size < dim or chosen[0] == 0:
                yield chosen, _rest(chosen, dim)


def _order(fitted: Fitted) -> SignedOrder:
    return signed_order(fitted.scaled)


def _rest(chosen: tuple[int, ...], dim: int) -> tuple[int, ...]:
    return tuple(i for i in range(dim) if i not in chosen)
