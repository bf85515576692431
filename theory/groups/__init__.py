"""Indeterminacy groups and their order."""

from theory.groups.affine import Affine as Affine
from theory.groups.base import AbstractGroup as AbstractGroup
from theory.groups.base import AbstractMatrixGroup as AbstractMatrixGroup
from theory.groups.base import Field as Field
from theory.groups.base import Map as Map
from theory.groups.base import monomials as monomials
from theory.groups.base import permutation_matrix as permutation_matrix
from theory.groups.block_orthogonal import BlockOrthogonal as BlockOrthogonal
from theory.groups.blocks import blocks_from_links as blocks_from_links
from theory.groups.blocks import check_blocks as check_blocks
from theory.groups.blocks import keeps_a_block as keeps_a_block
from theory.groups.blockwise import BlockwiseDiffeomorphisms as BlockwiseDiffeomorphisms
from theory.groups.box_symmetries import BoxSymmetries as BoxSymmetries
from theory.groups.commutant import Commutant as Commutant
from theory.groups.commutant import commuting as commuting
from theory.groups.componentwise import (
    ComponentwiseDiffeomorphisms as ComponentwiseDiffeomorphisms,
)
from theory.groups.content_keeping import ContentKeeping as ContentKeeping
from theory.groups.euclidean import Euclidean as Euclidean
from theory.groups.generalised_permutations import (
    GeneralisedPermutations as GeneralisedPermutations,
)
from theory.groups.linear import Linear as Linear
from theory.groups.map_data import map_data as map_data
from theory.groups.map_data import read_map as read_map
from theory.groups.measure_preserving import MeasurePreserving as MeasurePreserving
from theory.groups.order import contained as contained
from theory.groups.order import equal as equal
from theory.groups.order import named_groups as named_groups
from theory.groups.order import strictly_smaller as strictly_smaller
from theory.groups.orthogonal import Orthogonal as Orthogonal
from theory.groups.permutations import Permutations as Permutations
from theory.groups.shifted import Shifted as Shifted
from theory.groups.sign_flips import SignFlips as SignFlips
from theory.groups.signed_permutations import SignedPermutations as SignedPermutations
from theory.groups.translations import Translations as Translations
from theory.groups.trivial import Trivial as Trivial
from theory.groups.unimodular import Unimodular as Unimodular
