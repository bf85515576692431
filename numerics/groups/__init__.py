"""How far a trained representation is from an indeterminacy group, held out, and from smaller ones."""

from sith.numerics.groups import product_subgroups as _product_subgroups  # noqa: F401
from sith.numerics.groups.residual import GroupResidual as GroupResidual
from sith.numerics.groups.residual import residual as residual
from sith.numerics.groups.residual_of import residual_of as residual_of
from sith.numerics.groups.subgroup import Components as Components
from sith.numerics.groups.subgroup import Forms as Forms
from sith.numerics.groups.subgroup import Kind as Kind
from sith.numerics.groups.subgroup import Matrices as Matrices
from sith.numerics.groups.subgroup import Side as Side
from sith.numerics.groups.subgroup import Smaller as Smaller
from sith.numerics.groups.subgroup import Subgroup as Subgroup
from sith.numerics.groups.subgroups import maximal_subgroups as maximal_subgroups
from sith.numerics.groups.subgroups import proper_subgroups as proper_subgroups
from sith.numerics.groups.told_apart import Answer as Answer
from sith.numerics.groups.told_apart import Finding as Finding
from sith.numerics.groups.told_apart import Resolution as Resolution
from sith.numerics.groups.told_apart import told_apart as told_apart
