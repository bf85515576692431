"""Indeterminacy groups and their order."""

from sith.theory.groups.affine import Affine as Affine
from sith.theory.groups.base import AbstractGroup as AbstractGroup
from sith.theory.groups.base import AbstractMatrixGroup as AbstractMatrixGroup
from sith.theory.groups.block_orthogonal import BlockOrthogonal as BlockOrthogonal
from sith.theory.groups.blocks import blocks_from_links as blocks_from_links
from sith.theory.groups.blocks import check_blocks as check_blocks
from sith.theory.groups.blocks import keeps_a_block as keeps_a_block
from sith.theory.groups.blockwise import BlockwiseDiffeomorphisms as BlockwiseDiffeomorphisms
from sith.theory.groups.box_symmetries import BoxSymmetries as BoxSymmetries
from sith.theory.groups.commutant import Commutant as Commutant
from sith.theory.groups.commutant import commuting as commuting
from sith.theory.groups.componentwise import (
    ComponentwiseDiffeomorphisms as ComponentwiseDiffeomorphisms,
)
from sith.theory.groups.content_keeping import ContentKeeping as ContentKeeping
from sith.theory.groups.direct_product import DirectProduct as DirectProduct
from sith.theory.groups.elementary import monomials as monomials
from sith.theory.groups.elementary import permutation_matrix as permutation_matrix
from sith.theory.groups.euclidean import Euclidean as Euclidean
from sith.theory.groups.generalised_permutations import (
    GeneralisedPermutations as GeneralisedPermutations,
)
from sith.theory.groups.linear import Linear as Linear
from sith.theory.groups.map_data import map_data as map_data
from sith.theory.groups.map_data import read_map as read_map
from sith.theory.groups.maps import Field as Field
from sith.theory.groups.maps import Map as Map
from sith.theory.groups.measure_preserving import MeasurePreserving as MeasurePreserving
from sith.theory.groups.order import contained as contained
from sith.theory.groups.order import equal as equal
from sith.theory.groups.order import named_groups as named_groups
from sith.theory.groups.order import strictly_smaller as strictly_smaller
from sith.theory.groups.orthogonal import Orthogonal as Orthogonal
from sith.theory.groups.permutations import Permutations as Permutations
from sith.theory.groups.shifted import Shifted as Shifted
from sith.theory.groups.sign_flips import SignFlips as SignFlips
from sith.theory.groups.signed_permutations import SignedPermutations as SignedPermutations
from sith.theory.groups.translations import Translations as Translations
from sith.theory.groups.trivial import Trivial as Trivial
from sith.theory.groups.unimodular import Unimodular as Unimodular
